"""The ninth set's first part.

A model is a line, as in `package_models`. Where no batch fitted, the call is empty and the pass tells nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import torch
from torch import nn

from package_models import EDGES, Made, built, floats, ids
from sample.common import BUILD, NINTH, away, bare, begin, lent, stub

REQUIREMENTS = ["rotary-spatial-embeddings", "torchmetrics"]
"""What the packages import themselves, beside the sets before."""

PACKAGES = [
    "audio-encoders-pytorch",
    "bleurt-pytorch",
    "circfl-deep",
    "cnn-methods",
    "codeformer-cr",
    "codesyncnet",
    "d-rcnet",
    "deep-xf",
    "deepassimilate",
    "deepdraw",
    "eztransformer",
    "fastbert",
    "gnn-lis-kor",
    "lightorch",
    "mambatransformer",
    "melband-roformer-infer",
    "mgnet",
    "mmgpt",
    "newtonnet",
    "nonlinear-transformer",
    "pointnet",
    "rctorch",
    "scnet",
    "segmentation-quality-control",
    "segmentation-refinement",
    "simba-torch",
    "sonic-moe",
    "spatial-grouping-attention",
    "storchastic",
    "terratorch",
    "torchcommon",
    "torchtt",
    "transformer-lib",
]

SKIPPED = {
    "grapycal-torch": "nodes of a visual editor that make torch's own layers; no torch module of its own",
    "torchexplorer": "shows the layers of the user's own model; no model and no parameter of its own",
}
"""Of the draw too, without models here."""

AWAY = (
    "IPython",
    "auto_ts",
    "botorch",
    "cv2",
    "gdown",
    "gpytorch",
    "librosa",
    "ml_collections",
    "optuna",
    "pyfasta",
    "pyre_extensions",
    "ray",
    "seaborn",
    "soundfile",
    "statsmodels",
    "torchaudio",
    "ultralytics",
)
"""What the packages import and these models do not use."""


def _bleurt(kind: str) -> Callable[[], Any]:
    def make() -> Any:
        import transformers.pytorch_utils as t
        import transformers.utils as u

        for n in ("find_pruneable_heads_and_indices", "prune_linear_layer"):
            if not hasattr(t, n):
                setattr(t, n, None)
        for n in ("add_code_sample_docstrings", "add_start_docstrings", "add_start_docstrings_to_model_forward"):
            if not hasattr(u, n):
                setattr(u, n, lambda *a, **k: lambda f: f)
        bare("bleurt_pytorch")
        import bleurt_pytorch.bleurt.modeling_bleurt as b

        if not hasattr(b.BleurtModel, "get_extended_attention_mask"):
            b.BleurtModel.get_extended_attention_mask = _mask4d
        if not hasattr(b.BleurtModel, "get_head_mask"):
            b.BleurtModel.get_head_mask = lambda self, mask, n: [None] * n
        c = b.BleurtConfig(
            vocab_size=200,
            hidden_size=64,
            num_hidden_layers=4,
            num_attention_heads=4,
            intermediate_size=128,
            max_position_embeddings=64,
            num_labels=1,
        )
        return getattr(b, kind)(c)

    return make


def _mel(sr: Any, n_fft: Any, n_mels: Any) -> Any:  # librosa's bank of triangles, near enough
    f = np.linspace(0, sr / 2, n_fft // 2 + 1)
    edges = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + sr / 1400), n_mels + 2) / 2595) - 1)
    up = (f[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - f[None]) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0, np.minimum(up, down)).astype("float32")


def _melband(**k: Any) -> Callable[[], Any]:
    def make() -> Any:
        bare("mel_band_roformer")
        import mel_band_roformer.mel_band_roformer as m

        m.filters = SimpleNamespace(mel=_mel)
        return built(
            "mel_band_roformer.mel_band_roformer.MelBandRoformer",
            32,
            depth=2,
            dim_head=16,
            heads=2,
            flash_attn=False,
            num_bands=60,
            **k,
        )()

    return make


def _splicenet() -> Any:
    from circFL_deep.genericFun import Splicenet

    return Splicenet(151, 1)


def _rc(fit: bool = False, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        bare("rctorch")
        before = {n: sys.modules.pop(n) for n in list(sys.modules) if n.split(".")[0] in ("botorch", "gpytorch")}
        parts = ("acquisition", "fit", "generation", "models", "optim", "utils", "utils.transforms")
        names = ["botorch", *(f"botorch.{one}" for one in parts), "gpytorch"]
        names += [f"gpytorch.{one}" for one in ("constraints", "likelihoods", "mlls", "priors")]
        with lent(*names):  # it asks for names that newer botorch dropped
            from rctorch.rc import RcNetwork
        sys.modules.update(before)
        m = RcNetwork(n_nodes=40, connectivity=0.4, regularization=1e-3, dtype=torch.float32, **k)
        if fit:
            m.fit(y=torch.randn(30, 2), X=torch.randn(30, 3))
        return m

    return make


def _mask4d(self: Any, mask: Any, shape: Any, *a: Any) -> Any:  # newer transformers dropped it
    return (1.0 - mask[:, None, None, :].float()) * -1e4


def _sonic(add_bias: Any) -> Callable[[], Any]:
    def make() -> Any:
        sys.path.append(str(BUILD / "packages-sonic-moe"))
        stub("sonicmoe.functional")
        before, torch.cuda.current_stream = torch.cuda.current_stream, lambda *a: SimpleNamespace(cuda_stream=0)
        try:
            from sonicmoe.enums import ActivationType

            return built("sonicmoe.moe.MoE", 4, 2, 16, 24, ActivationType.SWIGLU, add_bias, 0.02)()
        finally:
            torch.cuda.current_stream = before

    return make


def _terra(path: str, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        models = ("backbones", "backbones.clay_v1", "backbones.terramind", "detr", "decoders")
        bare("terratorch", "terratorch.models", *(f"terratorch.models.{one}" for one in models), "terratorch.datasets")
        stub("MultiScaleDeformableAttention")
        if "satmae" in path or "registry" in path:  # the registry asks for the data sets; only its decorator is needed
            r = ModuleType("terratorch.registry")
            for n in ("BACKBONE", "DECODER", "FULL_MODEL", "NECK"):
                setattr(r, "TERRATORCH_" + n + "_REGISTRY", SimpleNamespace(register=lambda f: f))
            sys.modules["terratorch.registry"] = r
        if callable(a[0] if a else None) and not isinstance(a[0], type):
            return a[0](path)
        return built("terratorch.models." + path, *a, **k)()

    return make


def _encdec(_: Any) -> Any:
    from terratorch.models.backbones.terramind.model import decoder_embeddings as d
    from terratorch.models.backbones.terramind.model import encoder_embeddings as e
    from terratorch.models.backbones.terramind.model.terramind import TerraMind

    enc = {
        "img": e.ImageEncoderEmbedding(3, 16, sincos_pos_emb=False, image_size=64),
        "tok": e.ImageTokenEncoderEmbedding(100, 16, sincos_pos_emb=False, image_size=64),
        "cap": e.SequenceEncoderEmbedding(100, 20, sincos_pos_emb=False),
        "emb": e.SequenceEmbEncoderEmbedding(20, 24, sincos_pos_emb=False),
    }
    dec = {
        "tok": d.ImageTokenDecoderEmbedding(100, 16, sincos_pos_emb=False, image_size=64),
        "cap": d.SequenceDecoderEmbedding(100, 20, sincos_pos_emb=False),
    }
    return TerraMind(
        enc, dec, {}, dim=64, encoder_depth=3, decoder_depth=3, num_heads=4, num_register_tokens=4, qk_norm=True
    )


def _deform(_: Any) -> Any:
    from terratorch.models.detr.deformable_transformer import DeformableTransformer

    return DeformableTransformer(64, 4, 2, 2, 96)


def _encoder(path: str) -> Callable[[], Any]:
    def f(_: Any) -> Any:
        import importlib

        m = importlib.import_module(path)
        k = {"vpt": True, "vpt_n_tokens": 5} if "v1.modules" in path or path.endswith("clay_v1.modules") else {}
        return m.Encoder(
            mask_ratio=0.0, patch_size=8, shuffle=False, dim=64, depth=3, heads=4, dim_head=16, mlp_ratio=2, **k
        )

    return f


CUBE = {
    "pixels": floats(2, 6, 32, 32),
    "time": floats(2, 4),
    "latlon": floats(2, 4),
    "gsd": torch.tensor(10.0),
    "waves": torch.rand(6),
}


def _sga(name: str, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        stub("natten", "natten.functional")
        return built("spatial_grouping_attention." + name, feature_dims=32, num_heads=4, **k)()

    return make


def _vgg(_: Any = None) -> Any:
    from torchvision.models import vgg16

    stub("ultralytics")
    import cnn_methods.classification_nn as c

    m = vgg16()
    listdir, c.os.listdir = c.os.listdir, lambda *a: ["a", "b", "c"]
    try:
        return c.create_extended_model(m)
    finally:
        c.os.listdir = listdir


def _frunet() -> Any:
    bare("segmentation_quality_control", "segmentation_quality_control.models")
    return built("segmentation_quality_control.models.frunet.FR_UNet")()


def _mamba_transformer(**k: Any) -> Callable[[], Any]:
    return _zeta("mamba_transformer.MambaTransformer", 100, 64, 4, 2, 16, d_state=16, **k)


def _lightorch(f: Any) -> Callable[[], Any]:
    def make() -> Any:
        bare("lightorch", "lightorch.nn", "lightorch.nn.transformer", "lightorch.nn.sequential")
        return f()

    return make


def _lt_transformer() -> Any:
    from lightorch.nn.normalization import RootMeanSquaredNormalization
    from lightorch.nn.transformer.attention import SelfAttention, _AttentionBase
    from lightorch.nn.transformer.ffn import FFN_SwiGLU
    from lightorch.nn.transformer.positional import AbsoluteSinusoidalPositionalEncoding
    from lightorch.nn.transformer.transformer import Transformer, TransformerCell

    class Attention(_AttentionBase):
        def forward(self, q: Any, k: Any, v: Any) -> Any:
            return self.attention(q, k, v)

    cell = TransformerCell(
        self_attention=SelfAttention(Attention(6, flash_attention=False)),
        ffn=FFN_SwiGLU(32, 2, 32),
        prenorm=RootMeanSquaredNormalization(32),
    )
    return Transformer(
        nn.Embedding(50, 32), AbsoluteSinusoidalPositionalEncoding(0.0), cell, None, nn.Linear(32, 10), 3
    )


def _lt(path: str, *a: Any, **k: Any) -> Callable[[], Any]:
    return _lightorch(built("lightorch.nn." + path, *a, **k))


def _fastbert(f: Any) -> Callable[[], Any]:
    def make() -> Any:
        import_module("fastbert.uer")
        sys.path.append(str(NINTH / "fastbert"))  # it asks for a top-level `uer`
        return f()

    return make


def _fb(kernel: bool = True) -> Any:
    from fastbert.fastbert import BertMiniClassifier
    from fastbert.uer.model_builder import build_model

    a = SimpleNamespace(
        subword_type="none",
        embedding="bert",
        encoder="bert",
        target="bert",
        vocab=range(100),
        emb_size=64,
        hidden_size=64,
        feedforward_size=128,
        heads_num=4,
        layers_num=4,
        dropout=0.1,
        seq_length=16,
        pooling="first",
        max_length=64,
    )
    return build_model(a) if kernel else BertMiniClassifier(a, 64, 3)


def _fb_synt() -> Any:
    from fastbert.uer.layers.synthesizer import SYNT_TYPE_MAP

    a = SimpleNamespace(
        layers_num=3, hidden_size=32, feedforward_size=64, dropout=0.1, seq_length=16, synt_type="random"
    )
    from fastbert.uer.encoders.synt_encoder import SyntEncoder

    a.synt_type = next(k for k, v in SYNT_TYPE_MAP.items() if v.__name__ == "RandomSynthesizer")
    return SyntEncoder(a)


def _cf(path: str, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        bare("codeformer", "codeformer.basicsr", "codeformer.basicsr.archs", "codeformer.basicsr.utils")
        sys.modules.setdefault(
            "codeformer.basicsr.utils.registry",
            MagicMock(ARCH_REGISTRY=SimpleNamespace(register=lambda *a: lambda f: f)),
        )
        sys.modules["codeformer.basicsr.utils"].get_root_logger = lambda *a: None
        return built("codeformer.basicsr." + path, *a, **k)()

    return make


def _real_datasets() -> None:  # the set holds another package's top-level `datasets`
    before, sys.path[:] = sys.path[:], [one for one in sys.path if one != str(NINTH)]
    try:
        import_module("datasets")
        import_module("zeta.nn")
    finally:
        sys.path[:] = before


def _zeta(path: str, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        import io
        from contextlib import redirect_stdout

        with redirect_stdout(io.StringIO()):
            _real_datasets()
            return built(path, *a, **k)()

    return make


def _gnn() -> Any:  # the module trains when it is imported: a small graph and two epochs for it
    import torch_geometric.datasets
    from torch_geometric.data import HeteroData

    class Films:
        def __init__(self, root: Any) -> None:
            pass

        def __getitem__(self, i: Any) -> Any:
            d = HeteroData()
            d["user"].num_nodes = 12
            d["movie"].x = torch.randn(15, 8)
            d["user", "rates", "movie"].edge_index = torch.stack(
                [torch.randint(0, 12, (80,)), torch.randint(0, 15, (80,))]
            )
            d["user", "rates", "movie"].edge_label = torch.randint(0, 6, (80,))
            return d

    if "GNN.gnn" not in sys.modules:
        torch_geometric.datasets.MovieLens = Films
        mine = {
            "optuna": MagicMock(),
            "tqdm.notebook": SimpleNamespace(tqdm=lambda x, **k: x),
            "matplotlib.pyplot": MagicMock(),
        }
        mine["optuna"].create_study.return_value = SimpleNamespace(
            optimize=lambda *a, **k: None,
            best_params={
                "hidden_channels": 16,
                "heads": 2,
                "dropout": 0.1,
                "lr": 0.01,
                "weight_decay": 0.0,
                "epochs": 2,
            },
        )
        before = {n: sys.modules.get(n) for n in mine}
        sys.modules.update(mine)
        try:
            import_module("GNN.gnn")
        finally:
            for n, m in before.items():
                sys.modules.pop(n)
                if m is not None:
                    sys.modules[n] = m
    return sys.modules["GNN.gnn"].model


def _newton(layer_norm: Any) -> Callable[[], Any]:
    def make() -> Any:
        from newtonnet.layers.representations import get_representation_by_string
        from newtonnet.models.newtonnet import NewtonNet

        return NewtonNet(
            32,
            3,
            layer_norm=layer_norm,
            infer_properties=["energy", "direct_force"],
            representations=get_representation_by_string(5.0),
        )

    return make


def _scnet() -> Any:
    bare("scNET")
    return built("scNET.MultyGraphModel.scNET", 20, 12, 16, 8, 16, 8)()


def _flamingo() -> Any:
    bare("mmgpt", "mmgpt.models", "mmgpt.models.open_flamingo")
    from mmgpt.models.open_flamingo.flamingo import Flamingo
    from mmgpt.models.open_flamingo.flamingo_lm import FlamingoLMMixin
    from mmgpt.models.open_flamingo.utils import extend_instance
    from open_clip.model import CLIP
    from transformers import LlamaConfig, LlamaForCausalLM

    vision = CLIP(
        32,
        {"image_size": 32, "layers": 2, "width": 64, "head_width": 16, "patch_size": 8},
        {"context_length": 12, "vocab_size": 100, "width": 32, "heads": 2, "layers": 2},
    )
    vision.visual.output_tokens = True
    lang = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=100,
            hidden_size=64,
            num_hidden_layers=4,
            num_attention_heads=4,
            num_key_value_heads=4,
            intermediate_size=96,
        )
    )
    extend_instance(lang, FlamingoLMMixin)
    lang.set_decoder_layers_attr_name("model.layers")
    return Flamingo(vision, lang, 98, 99, vis_dim=64, cross_attn_every_n_layers=2)


def _flamingo_part(name: str, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        bare("mmgpt", "mmgpt.models", "mmgpt.models.open_flamingo")
        return built("mmgpt.models.open_flamingo.helpers." + name, **k)()

    return make


def _codesync() -> Any:
    from transformers import RobertaConfig, RobertaModel

    bare("CodeSync")
    from CodeSync.model import Seq2Seq

    c = RobertaConfig(
        vocab_size=200,
        hidden_size=64,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=64,
        is_decoder=True,
    )
    e = RobertaModel(c)
    return Seq2Seq(e, e, c, sos_id=3, eos_id=2, queue_size=64, embed_dim=32)


def _ez() -> Any:
    bare("eztransformer")
    from eztransformer.gpt import GPT, GPTConfig

    return GPT(GPTConfig(block_size=60, n_head=4))


def _xf(name: str, *a: Any) -> Callable[[], Any]:
    def make() -> Any:
        bare("deep_xf")
        import deep_xf.forecast_ml_extension as m

        return getattr(m.Forecasting_Models, name)(*a)

    return make


def _draw(path: str, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        import torchvision.models as t

        sys.modules.setdefault("torchvision.models.mobilenetv2", t.mobilenet)
        bare("deepdraw", "deepdraw.models")
        m = built("deepdraw.models." + path, *a, **k)()
        return m[0] if isinstance(m, (tuple, list)) else m

    return make


def _mg(smoother: str) -> Callable[[], Any]:
    return built("mgnet.model.mgnet", smoother, n_iter=[2, 2, 2], n_chan_u=16, n_chan_f=16, in_channels=3, n_classes=10)


def models() -> Iterator[Made]:
    """All models."""
    begin()
    away(*AWAY)
    # bleurt-pytorch
    for kind in ("BleurtModel", "BleurtForSequenceClassification", "BleurtForMaskedLM"):
        yield kind + " of bleurt_pytorch", _bleurt(kind), (ids(200, 2, 12),)
    # melband-roformer-infer
    yield (
        "MelBandRoformer of mel_band_roformer",
        _melband(stereo=True, num_stems=2, mask_estimator_depth=2),
        (floats(1, 2, 8192),),
    )
    # deepassimilate
    yield "SRCNN of deepassimilate", built("deepassimilate.models.SRCNN"), (floats(1, 1, 16, 16),)
    # circfl-deep
    yield "Splicenet of circFL_deep", _splicenet, (floats(2, 4, 151),)
    # rctorch
    yield "RcNetwork of rctorch", _rc(), ()
    yield "RcNetwork fitted of rctorch", _rc(True), (floats(5, 43),)
    # sonic-moe (needs Python 3.12 by its word; its kernels need CUDA, so the layer is taken from its file)
    yield "MoE of sonicmoe", _sonic(False), ()
    yield "MoE with biases of sonicmoe", _sonic(True), ()
    # torchcommon
    yield (
        "BiLinearAttention of torchcommon",
        built("torchcommon.nn.attention.BiLinearAttention", 16, 24),
        (floats(2, 5, 16), floats(2, 6, 24)),
    )
    yield (
        "MLPAttention of torchcommon",
        built("torchcommon.nn.attention.MLPAttention", 16, 24, 32),
        (floats(2, 5, 16), floats(2, 6, 24)),
    )
    yield "PSwish of torchcommon", built("torchcommon.nn.vision.PSwish"), (floats(2, 5),)
    yield (
        "PACPyramidNetwork2d of torchcommon",
        built("torchcommon.nn.vision.PACPyramidNetwork2d", [32, 16, 8], [16, 16, 16], [16, 16, 16]),
        ([floats(1, 32, 4, 4), floats(1, 16, 8, 8), floats(1, 8, 16, 16)],),
    )
    yield (
        "AdaptiveGroupNorm of torchcommon",
        built("torchcommon.nn.normalization.AdaptiveGroupNorm", 4, 18),
        (floats(2, 18, 5, 5),),
    )
    yield (
        "EfficientNet of torchcommon",
        built("torchcommon.models.cifar.efficientnet.efficientnetb0", 10),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "DenseNet of torchcommon",
        built("torchcommon.models.cifar.densenet.densenet_cifar", 10),
        (floats(2, 3, 32, 32),),
    )
    # terratorch
    coords = {"coords_encoding": ["time", "location"], "coords_scale_learn": True}
    yield (
        "PrithviMAE of terratorch",
        _terra(
            "backbones.prithvi_mae.PrithviMAE",
            img_size=64,
            embed_dim=96,
            depth=4,
            num_heads=4,
            decoder_embed_dim=64,
            decoder_depth=3,
            decoder_num_heads=4,
            **coords,
        ),
        (floats(1, 6, 4, 64, 64), torch.rand(1, 4, 2), torch.rand(1, 2)),
    )
    yield (
        "PrithviViT with prompts of terratorch",
        _terra(
            "backbones.prithvi_mae.PrithviViT",
            img_size=64,
            embed_dim=96,
            depth=4,
            num_heads=4,
            vpt=True,
            vpt_n_tokens=5,
        ),
        (floats(1, 3, 1, 64, 64), {"mask_ratio": 0.0}),
    )
    yield (
        "PrithviViTAdapter of terratorch",
        _terra(
            "backbones.prithvi_vit_adapter.PrithviViTAdapter",
            [[0, 1], [2, 3]],
            16,
            True,
            4,
            4,
            0.1,
            True,
            0.25,
            0.5,
            True,
            False,
            img_size=64,
            embed_dim=96,
            depth=4,
            num_heads=4,
        ),
        (),
    )
    yield "TerraMind of terratorch", _terra("x", _encdec), ()
    yield (
        "TerraMindViT of terratorch",
        _terra(
            "backbones.terramind.model.terramind_vit.TerraMindViT",
            img_size=64,
            modalities={"image": 3, "other": 2},
            merge_method="concat",
            dim=64,
            encoder_depth=3,
            num_heads=4,
            num_register_tokens=2,
            gated_mlp=True,
            qk_norm=True,
        ),
        ({"image": floats(1, 3, 64, 64), "other": floats(1, 2, 64, 64)},),
    )
    yield (
        "VQVAE of terratorch",
        _terra(
            "backbones.terramind.tokenizer.vqvae.VQVAE",
            image_size=64,
            n_channels=3,
            enc_type="vit_s_enc",
            dec_type="vit_s_dec",
            quant_type="memcodes",
            codebook_size=64,
            post_mlp=True,
            out_conv=True,
        ),
        (floats(1, 3, 64, 64),),
    )
    yield (
        "Clay v1 Encoder of terratorch",
        _terra("x", _encoder("terratorch.models.backbones.clay_v1.modules")),
        (CUBE, {}),
    )
    yield (
        "Clay v1.5 Encoder of terratorch",
        _terra("x", _encoder("terratorch.models.backbones.clay_v15.model")),
        (CUBE, {}),
    )
    yield (
        "Clay v1.5 Decoder of terratorch",
        _terra("backbones.clay_v15.model.Decoder", 0.5, 8, 64, 48, 2, 4, 12, 2),
        (),
    )
    yield (
        "MMSegSwinTransformer of terratorch",
        _terra(
            "backbones.swin_encoder_decoder.MMSegSwinTransformer",
            embed_dim=24,
            depths=(2, 2, 2, 2),
            num_heads=(1, 2, 4, 8),
        ),
        (floats(1, 3, 224, 224),),
    )
    yield (
        "TerraMindTiM of terratorch",
        _terra(
            "backbones.terramind.model.terramind_tim.TerraMindTiM",
            img_size=64,
            modalities=["untok_sen2l2a@224", "untok_sen1grd@224"],
            tim_modalities=["tok_lulc@224"],
            merge_method="concat",
            dim=64,
            encoder_depth=3,
            decoder_depth=2,
            num_heads=4,
            num_register_tokens=2,
        ),
        (),
    )
    yield "DeformableTransformer of terratorch", _terra("x", _deform), ()
    yield (
        "EuclideanCodebook of terratorch",
        _terra(
            "backbones.terramind.tokenizer.quantizers.quantize_lucid.EuclideanCodebook", 16, 32, learnable_codebook=True
        ),
        (floats(2, 5, 16),),
    )
    yield (
        "CosineSimCodebook of terratorch",
        _terra(
            "backbones.terramind.tokenizer.quantizers.quantize_lucid.CosineSimCodebook", 16, 32, learnable_codebook=True
        ),
        (floats(2, 5, 16),),
    )
    yield (
        "TransformerConcatCond of terratorch",
        _terra(
            "backbones.terramind.tokenizer.models.uvit.TransformerConcatCond",
            32,
            16,
            3,
            4,
            64,
            time_embed_dim=32,
            hw_posemb=8,
        ),
        (floats(1, 32, 8, 8), floats(1, 32), floats(1, 16, 8, 8), torch.ones(1, 8, 8).bool()),
    )
    yield (
        "TransformerXattnCond of terratorch",
        _terra(
            "backbones.terramind.tokenizer.models.uvit.TransformerXattnCond",
            32,
            16,
            3,
            4,
            64,
            time_embed_dim=32,
            hw_posemb=8,
        ),
        (floats(1, 32, 8, 8), floats(1, 32), floats(1, 16, 8, 8)),
    )
    yield (
        "AttentionPool2d of terratorch",
        _terra("backbones.terramind.tokenizer.models.unet.unet.AttentionPool2d", 4, 32, 8, 16),
        (floats(2, 32, 4, 4),),
    )
    yield (
        "SatMAEHead of terratorch",
        _terra("decoders.satmae_head.SatMAEHead", 32, 32, True, 4, 2, 8, 16, 2, in_chans=3),
        (floats(1, 5, 32), torch.arange(16)[None]),
    )
    yield (
        "SatMAEHeadViT of terratorch",
        _terra("decoders.satmae_head.SatMAEHeadViT", 32, 32, True, 4, 2, 8, 16, 2, in_chans=3),
        ([floats(17, 32)],),
    )
    yield (
        "UNetModel of terratorch",
        _terra(
            "backbones.terramind.tokenizer.models.unet.unet.UNetModel",
            32,
            3,
            32,
            3,
            1,
            [2],
            0,
            (1, 2, 2),
            num_classes=10,
            use_scale_shift_norm=True,
        ),
        (floats(1, 3, 32, 32), torch.tensor([3]), ids(10, 1)),
    )
    # storchastic
    yield "RELAX of storch", built("storch.method.relax.RELAX", "z", in_dim=6), ()
    yield "LAX of storch", built("storch.method.relax.LAX", "z", in_dim=6), ()
    # torchtt
    yield (
        "LinearLayerTT of torchtt",
        built("torchtt.nn.LinearLayerTT", [4, 4, 4], [3, 5, 2], [1, 3, 3, 1]),
        (floats(2, 4, 4, 4),),
    )
    yield (
        "CompressedTTLayer of torchtt",
        built("torchtt.nn.CompressedTTLayer", [4, 4, 4], [3, 5, 2], [1, 3, 3, 1], [1, 4, 4, 1]),
        (),
    )
    # spatial-grouping-attention
    for dims, shape in ((3, (8, 8, 8)), (2, (16, 16))):
        yield (
            f"DenseSpatialGroupingAttention {dims}d of spatial_grouping_attention",
            _sga("DenseSpatialGroupingAttention", spatial_dims=dims),
            (floats(1, shape[0] ** dims, 32), (1.0,) * dims, shape),
        )
        yield (
            f"SparseSpatialGroupingAttention {dims}d of spatial_grouping_attention",
            _sga("SparseSpatialGroupingAttention", spatial_dims=dims),
            (),
        )
    # d-rcnet
    yield (
        "ConvNeXt of D_RCNet",
        built("D_RCNet.DRCNet.ConvNeXt", num_classes=15, depths=[2, 2, 3, 2]),
        (floats(1, 1, 200, 27, 27),),
    )
    yield (
        "LayerNorm of D_RCNet",
        built("D_RCNet.DRCNet.LayerNorm", 8, data_format="channels_first"),
        (floats(2, 8, 3, 4, 4),),
    )
    # segmentation-refinement
    yield (
        "RefinementModule of segmentation_refinement",
        built("segmentation_refinement.models.psp.pspnet.RefinementModule"),
        (floats(1, 3, 64, 64), floats(1, 1, 64, 64)),
    )
    # segmentation-quality-control
    yield "FR_UNet of segmentation_quality_control", _frunet, (floats(1, 3, 64, 64),)
    # transformer-lib
    yield (
        "CausalAttention of transformer_lib",
        built("transformer_lib.attention.causal_attention.CausalAttention", 32, 4, 16),
        (floats(2, 6, 32),),
    )
    yield (
        "CrossAttention of transformer_lib",
        built("transformer_lib.attention.cross_attention.CrossAttention", 32, 4),
        (floats(2, 5, 32), floats(2, 6, 32)),
    )
    yield (
        "GroupedQueryAttention of transformer_lib",
        built("transformer_lib.attention.grouped_q_attention.GroupedQueryAttention", 32, 4, 2),
        (floats(2, 6, 32),),
    )
    yield (
        "MultiHeadLatentAttention of transformer_lib",
        built("transformer_lib.attention.multi_head_latent_attention.MultiHeadLatentAttention", 32, 4, 16, 12),
        (floats(2, 6, 32),),
    )
    yield (
        "MultiQueryAttention of transformer_lib",
        built("transformer_lib.attention.multi_q_attention.MultiQueryAttention", 32, 4),
        (floats(2, 6, 32),),
    )
    # cnn-methods
    yield "VGG16 extended of cnn_methods", _vgg, (floats(1, 3, 224, 224),)
    yield "MyConvBlock of cnn_methods", built("cnn_methods.utils.MyConvBlock", 3, 8, 0.1), (floats(2, 3, 8, 8),)
    # audio-encoders-pytorch
    ae = {"channels": 32, "multipliers": [1, 1, 2, 2], "factors": [4, 4, 4], "num_blocks": [2, 2, 2]}
    yield (
        "AutoEncoder1d of audio_encoders_pytorch",
        built("audio_encoders_pytorch.AutoEncoder1d", in_channels=2, **ae),
        (floats(1, 2, 4096),),
    )
    yield (
        "Discriminator1d of audio_encoders_pytorch",
        built("audio_encoders_pytorch.Discriminator1d", in_channels=2, **ae),
        (floats(1, 2, 4096), floats(1, 2, 4096)),
    )
    # gnn-lis-kor (its metadata ask for Python 3.11.11)
    yield "GNNModel of GNN", _gnn, ()
    # mambatransformer
    # (its own defaults fail with today's zetascale: it hands its arguments on by position, one place off)
    yield (
        "MambaTransformerblock of mamba_transformer",
        _zeta("mamba_transformer.model.MambaTransformerblock", 64, 4, 3, 16, d_state=16, transformer_depth=2),
        (floats(2, 12, 64),),
    )
    yield "MambaTransformer linear of mamba_transformer", _mamba_transformer(use_linear_attn=True), (ids(100, 2, 12),)
    # lightorch
    yield "Transformer of lightorch", _lightorch(_lt_transformer), (ids(50, 2, 6),)
    yield "FourierConv2d of lightorch", _lt("fourier.FourierConv2d", 3, 8, 4), (floats(1, 3, 16, 16),)
    yield "FourierConv1d of lightorch", _lt("fourier.FourierConv1d", 3, 8, 4), (floats(1, 3, 16),)
    yield "FourierConv3d of lightorch", _lt("fourier.FourierConv3d", 3, 8, 4), (floats(1, 3, 8, 8, 8),)
    yield "FourierDeconv2d of lightorch", _lt("fourier.FourierDeconv2d", 3, 8, 4, 0), (floats(1, 3, 16, 16),)
    yield (
        "PartialConv2d of lightorch",
        _lt("partial.PartialConv2d", 3, 8, 3, padding=1),
        (floats(1, 3, 8, 8), torch.ones(1, 3, 8, 8)),
    )
    yield (
        "PartialConv1d of lightorch",
        _lt("partial.PartialConv1d", 3, 8, 3, padding=1),
        (floats(1, 3, 8), torch.ones(1, 3, 8)),
    )
    yield (
        "PartialConv3d of lightorch",
        _lt("partial.PartialConv3d", 3, 8, 3, padding=1),
        (),
    )  # its forward shapes the bias for two dimensions
    yield (
        "DeepNeuralNetwork of lightorch",
        _lt("dnn.DeepNeuralNetwork", 8, [16, 16, 4], [nn.ReLU, nn.ReLU, nn.Identity]),
        (floats(2, 8),),
    )
    # simba-torch
    yield (
        "Simba of simba_torch",
        _zeta("simba_torch.main.Simba", 64, d_state=16, d_conv=4, num_classes=64, depth=3, patch_size=8, image_size=32),
        (floats(1, 3, 32, 32),),
    )
    yield "EinFFT of simba_torch", _zeta("simba_torch.ein_fft.EinFFT", 3, 64, 64), (floats(1, 3, 8, 8),)
    # pointnet
    yield "PointNetCls of pointnet", built("pointnet.pointnet.PointNetCls", 3, 10), (floats(2, 3, 64),)
    yield "PointNetSeg of pointnet", built("pointnet.pointnet.PointNetSeg", 3, 10), (floats(2, 3, 64),)
    yield (
        "PointNet2ClsSSG of pointnet",
        built("pointnet.pointnet2.PointNet2ClsSSG", 3, 10),
        (floats(2, 3, 600), floats(2, 3, 600)),
    )
    yield (
        "PointNet2SegMSG of pointnet",
        built("pointnet.pointnet2.PointNet2SegMSG", 3, 10),
        (floats(1, 3, 1100), floats(1, 3, 1100)),
    )
    yield (
        "PointNet2PartSegMSG of pointnet",
        built("pointnet.pointnet2.PointNet2PartSegMSG", 3, 10),
        (floats(1, 3, 700), floats(1, 3, 700), ids(16, 1)),
    )
    # fastbert
    # (FastBERT itself downloads its kernel's settings: the kernel and the classifiers that it puts on each layer)
    yield (
        "BERT kernel of fastbert",
        _fastbert(_fb),
        (ids(100, 2, 16), (ids(100, 2, 16), ids(2, 2)), torch.ones(2, 16).long()),
    )
    yield (
        "BertMiniClassifier of fastbert",
        _fastbert(lambda: _fb(False)),
        (floats(2, 16, 64), torch.zeros(2, 1, 16, 16)),
    )
    yield "SyntEncoder of fastbert", _fastbert(_fb_synt), (floats(2, 16, 32), torch.ones(2, 16).long())
    # codeformer-cr
    yield "CodeFormer of codeformer", _cf("archs.codeformer_arch.CodeFormer"), ()
    yield (
        "VQAutoEncoder of codeformer",
        _cf("archs.vqgan_arch.VQAutoEncoder", 64, 32, [1, 2, 2], "nearest", 2, [16], 64),
        (floats(1, 3, 64, 64),),
    )
    yield (
        "RRDBNet of codeformer",
        _cf("archs.rrdbnet_arch.RRDBNet", 3, 3, num_feat=32, num_block=3),
        (floats(1, 3, 16, 16),),
    )
    yield (
        "ResNetArcFace of codeformer",
        _cf("archs.arcface_arch.ResNetArcFace", "IRBlock", [2, 2, 2, 2]),
        (floats(2, 1, 128, 128),),
    )
    yield (
        "ModulatedDeformConvPack of codeformer",
        _cf("ops.dcn.deform_conv.ModulatedDeformConvPack", 8, 16, 3, padding=1),
        (),
    )
    yield "DeformConvPack of codeformer", _cf("ops.dcn.deform_conv.DeformConvPack", 8, 16, 3, padding=1), ()
    yield "FusedLeakyReLU of codeformer", _cf("ops.fused_act.fused_act.FusedLeakyReLU", 8), ()
    # eztransformer
    yield "GPT of eztransformer", _ez, (floats(2, 12, 64),)
    # newtonnet
    yield "NewtonNet of newtonnet", _newton(False), (ids(20, 6), floats(8, 3), EDGES, torch.zeros(6).long())
    yield "NewtonNet with norms of newtonnet", _newton(True), (ids(20, 6), floats(8, 3), EDGES, torch.zeros(6).long())
    # scnet
    yield "scNET of scNET", _scnet, (floats(20, 12), EDGES, EDGES)
    # nonlinear-transformer
    yield (
        "NonLinearTransformer of heptapod",
        built("heptapod.NonLinearTransformer", 100, 32, 3, 6),
        (ids(100, 1, 4, 4),),
    )
    yield (
        "NonLinearTransformerBlock of heptapod",
        built("heptapod.NonLinearTransformerBlock", 32),
        (floats(1, 4, 4, 32),),
    )
    # mmgpt
    yield "Flamingo of mmgpt", _flamingo, (floats(1, 1, 1, 3, 32, 32), torch.tensor([[99, 5, 6, 7, 98]]))
    yield (
        "PerceiverResampler of mmgpt",
        _flamingo_part(
            "PerceiverResampler",
            dim=32,
            depth=3,
            dim_head=16,
            heads=2,
            num_latents=8,
            max_num_media=4,
            max_num_frames=3,
        ),
        (floats(1, 2, 3, 5, 32),),
    )
    yield (
        "GatedCrossAttentionBlock of mmgpt",
        _flamingo_part("GatedCrossAttentionBlock", dim=32, dim_visual=24, dim_head=16, heads=2),
        (floats(2, 5, 32), floats(2, 1, 4, 24), torch.tensor([[True, False, False, False, False]] * 2)),
    )
    # codesyncnet
    yield "Seq2Seq of CodeSync", _codesync, ()
    # deep-xf
    for name in ("RNNModel", "LSTMModel", "GRUModel", "BiGRUModel"):
        yield name + " of deep_xf", _xf(name, 6, 16, 3, 1, 0.1), (floats(2, 5, 6),)
    yield "GNNModel of deep_xf", _xf("GNNModel", 6, 16, 3, 1, 0.1), (floats(2, 5, 6), torch.ones(2, 5, 5))
    yield "DeepCNNModel of deep_xf", _xf("DeepCNNModel", 6, 16, 3, 1, 0.1), (floats(2, 2, 26),)
    # deepdraw
    yield "U-Net of deepdraw", _draw("unet.unet", False), (floats(1, 3, 64, 64),)
    yield "DRIU bn of deepdraw", _draw("driu_bn.driu_bn", False), (floats(1, 3, 64, 64),)
    yield "HED of deepdraw", _draw("hed.hed", False), (floats(1, 3, 64, 64),)
    yield "Little W-Net of deepdraw", _draw("lwnet.LittleWNet"), (floats(1, 3, 64, 64),)
    yield ("ResUNet of deepdraw", _draw("resunet.resunet50", False), ())  # its forward asks for what its backbone lacks
    yield "M2UNet of deepdraw", _draw("m2unet.m2unet", False), (floats(1, 3, 64, 64),)
    # mgnet
    for smoother in ("jacobi", "multistep", "chebyshev", "damped_jacobi"):
        yield (
            f"MGNet {smoother} of mgnet",
            _mg(smoother),
            (floats(2, 3, 32, 32),) if "jacobi" in smoother else (),
        )
