"""The eighth set's second part.

A model is a line, as in `package_models`. Where no batch fitted, the call is empty and the pass tells nothing.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import torch

from package_models import Made, built, floats, ids
from sample.common import EIGHTH, bare, begin, continuous, every_option, need, of_pictures, put, stub

REQUIREMENTS = ["imageio", "scatlasvae", "torch-conv-gradfix", "torchtyping"]
"""What the packages import themselves, beside the sets before."""

PACKAGES = [
    "amplify-pytorch",
    "atc-torch",
    "cnngpt",
    "codeformer-kit",
    "cort-transformer",
    "cytosummarynet",
    "deepadapter",
    "deepmatter",
    "giantmusictransformer",
    "gigagan",
    "hugging-gan-test",
    "hugo-rl-llm",
    "mamba-former",
    "my-cnn-package",
    "new-gfpgan",
    "nexus-deep-learning",
    "nope-gpt",
    "poly-attention",
    "pytorch-nlu",
    "quatnet",
    "regstatusnet",
    "simple-pytorch-wrapper",
    "sinkhorn-router-pytorch",
    "stylegan2-torch",
    "tcr-deep-insight",
    "terratorch-surya",
    "torchbearer",
    "torchfl",
    "torchkbert",
    "torchlure",
    "uzmorph-transformer",
    "wale-net",
]

SKIPPED = {
    "magdi-segmentation-models-3d": "wants Python 3.12 (here 3.11)",
    "mmonitor-pytorch": "has no module (it watches models)",
    "signalflow-nn": "wants Python 3.12 (here 3.11)",
    "torch-survival": "wants Python 3.12 (here 3.11)",
    "torchpippy": "has no parameter of its own (it splits models into stages)",
}
"""Of the draw too, without models here."""

UNUSED = (
    "boto3",
    "botocore",
    "botocore.exceptions",
    "minari",
    "umap",
    "torchsummary",
    "annoy",
    "scanpy",
    "tabulate",
    "basicsr.losses.gan_loss",
    "lmdb",
    "facexlib",
    "facexlib.utils",
    "facexlib.utils.face_restoration_helper",
    "realesrgan",
    "cv2",
)
"""What the packages import and these models do not use."""

BARE = (
    "DeepMatter",
    "DeepMatter.spectral_fitters",
    "DeepMatter.Autoencoders",
    "DeepMatter.Autoencoders.Conv2d",
    "giantmusictransformer",
    "torchlure",
    "deepadapter",
    "deepadapter.models",
    "nexus",
    "nexus.models",
    "nexus.models.cv",
    "nexus.models.nlp",
    "prediction",
    "tcr_deep_insight",
    "tcr_deep_insight.model",
    "tcr_deep_insight.utils",
    "tcr_deep_insight.model.modeling_bert",
    "tcr_deep_insight.model.modeling_causal_lm",
    "tcr_deep_insight.model.modeling_causal_lm.models",
    "scatlasvae",
    "scatlasvae.model",
    "scatlasvae.utils",
)
"""Packages whose own start asks for what is not here."""


def _amplify() -> Any:
    from amplify_pytorch.amplify import Amplify, Decoder, MotionTokenizer, TransformerWrapper

    tok = MotionTokenizer(dim=64)
    llm = TransformerWrapper(num_tokens=200, max_seq_len=64, attn_layers=Decoder(dim=64, depth=2))
    return Amplify(
        tok,
        llm,
        vit={"image_size": 32, "patch_size": 8, "num_classes": 10, "dim": 64, "depth": 2, "heads": 4, "mlp_dim": 128},
        decoder={"dim": 64, "depth": 2},
        dim_proprio=12,
        dim_image_embed=64,
        action_chunk_size=10,
    )


def _regstatus() -> Any:
    from regstatusnet.models.regstatusnet import RegStatusNet

    torch.manual_seed(0)
    g = (torch.rand(10, 200) > 0.5).float()
    return RegStatusNet(200, 10, torch.arange(10), g, g * torch.sign(torch.randn(10, 200)))


def _physics() -> Any:
    """A fitter, whose last layer gives the parameters of a function (here of a stand-in for it)."""
    from DeepMatter.spectral_fitters.nn import DensePhysLarger

    def function(x: Any, size: Any) -> Any:
        return SimpleNamespace(
            mean_sd=1.0,
            mean_mean=0.0,
            sd_sd=1.0,
            sd_mean=0.0,
            amp_sd=1.0,
            amp_mean=0.0,
            fraction_sd=1.0,
            fraction_mean=0.0,
            compute=lambda e, device=None: e.sum(-1)[:, None, None] * torch.ones(1, 500, 1),
        )

    return DensePhysLarger(np.linspace(-1, 1, 500), function, dense_params=4, model_params=4, device="cpu")


def _nope(lora: Any) -> Any:
    from nope_gpt.model import NoPEGPT

    m = NoPEGPT(500, 128, 8, 4, 4, 4, 0.1)
    if lora:
        m.add_lora_parameters(4, 1.0)
    return m


def _nlu(task: str) -> Any:
    """Its graph from a small BERT of random weights (its own code takes a folder of pretrained ones)."""
    sys.path[:0] = [
        str(EIGHTH / "pytorch_nlu" / f"pytorch_{one}") for one in ("textclassification", "sequencelabeling")
    ]
    import transformers

    bert = transformers.BertConfig(
        vocab_size=100,
        hidden_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=64,
    )

    class Config:
        @staticmethod
        def from_pretrained(*a: Any, **k: Any) -> Any:
            bert.output_hidden_states = bool(k.get("output_hidden_states"))
            return bert

    class Tokenizer:
        @staticmethod
        def from_pretrained(*a: Any, **k: Any) -> Any:
            return SimpleNamespace(model_max_length=64)

    class Model:
        @staticmethod
        def from_pretrained(*a: Any, config: Any = None, **k: Any) -> Any:
            return transformers.BertModel(config)

    given = {
        "model_type": "BERT",
        "pretrained_model_name_or_path": "none",
        "output_hidden_states": None,
        "num_labels": 7,
        "is_dropout": True,
        "dropout_rate": 0.1,
        "is_active": True,
        "active_type": "tanh",
        "loss_type": "BCE",
        "prior": None,
        "is_soft_label": True,
        "head_size": 16,
        "is_train": False,
    }
    if task == "tc":
        g = import_module("tcGraph")

        g.PRETRAINED_MODEL_CLASSES = {"BERT": (Config, Tokenizer, Model)}
        return g.TCGraph(SimpleNamespace(**given))
    g = import_module("slGraph")

    g.PRETRAINED_MODEL_CLASSES = {"BERT": (Config, Tokenizer, Model)}
    return g.Graph(SimpleNamespace(task_type=task, **given))


def _texts() -> Any:
    return ids(100, 2, 12), torch.ones(2, 12, dtype=torch.long), torch.zeros(2, 12, dtype=torch.long)


def _fused(input: Any, bias: Any, negative_slope: float = 0.2, scale: Any = 2**0.5) -> Any:
    """What the CUDA operator of basicsr computes."""
    return torch.nn.functional.leaky_relu(input + bias.view(1, -1, *[1] * (input.ndim - 2)), negative_slope) * scale


def _upfirdn(input: Any, kernel: Any, up: int = 1, down: int = 1, pad: Any = (0, 0)) -> Any:
    """What the CUDA operator of stylegan2_torch computes."""
    from basicsr.ops.upfirdn2d.upfirdn2d import upfirdn2d_native

    p = tuple(pad) if len(tuple(pad)) == 4 else (pad[0], pad[1], pad[0], pad[1])
    return upfirdn2d_native(input, kernel, up, up, down, down, *p)


def _box(n: Any) -> Any:
    from gymnasium import spaces

    return spaces.Box(-1, 1, (n,))


def _disc(n: Any) -> Any:
    from gymnasium import spaces

    return spaces.Discrete(n)


def _xl(kind: str, untie: bool = False) -> Any:
    from torchKbert.modeling_transfo_xl import TransfoXLConfig, TransfoXLLMHeadModel, TransfoXLModel

    made = TransfoXLConfig(
        1000,
        cutoffs=[200, 400, 800],
        d_model=64,
        d_embed=64,
        n_head=4,
        d_head=16,
        d_inner=128,
        div_val=4,
        n_layer=3,
        mem_len=16,
        tgt_len=12,
        attn_type=kind,
        untie_r=untie,
        same_length=False,
    )
    return (TransfoXLLMHeadModel if not kind else TransfoXLModel)(made)


def _kbert(name: str, **k: Any) -> Any:
    from torchKbert import modeling as m

    return getattr(m, name)(
        m.BertConfig(1000, hidden_size=128, num_hidden_layers=4, num_attention_heads=4, intermediate_size=256), **k
    )


def _kgpt(module: str, config: Any, name: str) -> Any:
    m = import_module("torchKbert." + module)
    return getattr(m, name)(getattr(m, config)(1000, n_positions=64, n_ctx=64, n_embd=128, n_layer=4, n_head=4))


_X = "giantmusictransformer.x_transformer_1_23_2"


def _music(**k: Any) -> Any:
    x = import_module(_X)

    net = x.TransformerWrapper(num_tokens=2000, max_seq_len=256, attn_layers=x.Decoder(dim=128, depth=4, heads=4, **k))
    return x.AutoregressiveWrapper(net, ignore_index=1999, pad_value=1999)


def _nexus(path: str, **config: Any) -> Callable[[], Any]:
    module, _, name = path.rpartition(".")
    return lambda: getattr(import_module("nexus." + module), name)(config)


def _taming() -> Any:
    import transformers

    if not hasattr(transformers, "top_k_top_p_filtering"):
        transformers.top_k_top_p_filtering = None
    main = sys.modules["forks.taming_transformers.main"] = ModuleType("main")
    main.instantiate_from_config = lambda c: torch.nn.Identity()
    return "forks.taming_transformers.taming."


def _vqgan() -> Any:
    t = _taming()
    return built(
        t + "models.vqgan.VQModel",
        {
            "double_z": False,
            "z_channels": 64,
            "resolution": 64,
            "in_channels": 3,
            "out_ch": 3,
            "ch": 32,
            "ch_mult": [1, 2, 2],
            "num_res_blocks": 2,
            "attn_resolutions": [16],
            "dropout": 0.0,
        },
        None,
        256,
        64,
    )()


def _qn(name: str, *a: Any, norm: Any = None, **k: Any) -> Any:
    import QuatNet.quaternion_layers as q
    import QuatNet.quaternion_ops as o
    from scipy.stats import chi

    o.chi = chi  # forgotten there
    m = getattr(q, name)(*a, **k)
    return getattr(q, norm)(m) if norm else m


def _quat_net() -> Any:
    """A small net of its layers (the package has no model)."""
    import QuatNet.quaternion_layers as q
    import QuatNet.quaternion_ops as o
    from scipy.stats import chi

    o.chi = chi  # forgotten there
    return torch.nn.Sequential(
        q.QuaternionConv2d(4, 16, 3, 1, padding=1),
        q.QuaternionBatchNorm2d(16),
        torch.nn.ReLU(),
        q.QuaternionConv2d(16, 32, 3, 2, padding=1),
        torch.nn.ReLU(),
        torch.nn.AdaptiveAvgPool2d(1),
        torch.nn.Flatten(),
        q.QuaternionLinear(32, 8),
    )


def _surya(name: str = "models.helio_spectformer.HelioSpectFormer", kind: str = "linear", **k: Any) -> Any:
    given = {
        "img_size": 64,
        "patch_size": 8,
        "in_chans": 3,
        "embed_dim": 64,
        "time_embedding": {"type": kind, "time_dim": 2, "n_queries": 4},
        "depth": 4,
        "n_spectral_blocks": 2,
        "num_heads": 4,
        "mlp_ratio": 2.0,
        "drop_rate": 0.0,
        "window_size": 2,
        "dp_rank": 2,
    }
    given.update(k)
    return built("terratorch_surya." + name, **given)()


def _surya_1d(example: str, **pool: Any) -> Any:
    model = {
        "global_average_pooling": False,
        "global_max_pooling": False,
        "attention_pooling": False,
        "transformer_pooling": False,
        "global_class_token": False,
        "dropout": 0.1,
        "penultimate_linear_layer": True,
    }
    model.update(pool)
    return _surya(
        f"downstream_examples.{example}.models.HelioSpectformer1D",
        config={"model": model},
        num_outputs=1,
        finetune=True,
        nglo=1 if model["global_class_token"] else 0,
        dropout=0.1,
        num_penultimate_heads=4,
        num_penultimate_transformer_layers=2,
    )


def _sun() -> Any:
    return {
        "ts": floats(1, 3, 2, 64, 64),
        "time_delta_input": torch.tensor([[0.0, 1.0]]),
        "lead_time_delta": torch.tensor([[1.0]]),
    }


def _stylegan(name: str, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        import torch.utils.cpp_extension as c

        load, c.load = c.load, (lambda *a, **k: MagicMock())  # its CUDA operators
        try:
            import stylegan2_torch
        finally:
            c.load = load
        for n in ("stylegan2_torch.equalized_lr", "stylegan2_torch.generator.rgb"):
            sys.modules[n].upfirdn2d = _upfirdn
        return getattr(stylegan2_torch, name)(*a, **k)

    return make


def _tcr(what: str, **k: Any) -> Any:
    stub("tcr_deep_insight.model.tokenizers", "tcr_deep_insight.model.tokenizers._tokenizer")
    need("datasets")
    stub("transformers.utils.model_parallel_utils")
    m = sys.modules["transformers.utils.model_parallel_utils"]
    m.assert_device_map = m.get_device_map = None

    def tiny() -> Any:
        given = _config.get_config(**_config.BERT_TINY)
        given.update(use_cache=True, alibi_starting_size=512, attention_probs_dropout_prob=0.0)
        return _config.BertConfig.from_dict(given)

    if what.startswith("TCRGen"):
        if "scatlasvae.utils._utilities" not in sys.modules:  # it wants numba, umap, scanpy
            u = sys.modules["scatlasvae.utils._utilities"] = ModuleType("scatlasvae.utils._utilities")
            u.exists, u.absent = (lambda x: x is not None), (lambda x: x is None)
        from tcr_deep_insight.model.modeling_causal_lm.models import _config, _model

        _model.TCRGenPreTrainedModel.all_tied_weights_keys = {}
        _model.TCRGenPreTrainedModel.get_head_mask = lambda self, mask, n: [None] * n  # newer transformers ask for it
        return getattr(_model, what)(
            _config.TCRGenConfig(
                vocab_size=60,
                context_size=64,
                hidden_dim=64,
                rotary_dim=8,
                intermediate_size=128,
                num_attention_heads=8,
                num_blocks=3,
                max_position_embeddings=64,
            )
        )
    from tcr_deep_insight.model.modeling_bert import _config, _model

    return (
        getattr(_model, what)(tiny(), device="cpu", **k)
        if what.startswith("TRab")
        else getattr(_model, what)(tiny(), **k)
    )


def _begin() -> None:
    """What must be there before the packages are imported."""
    begin()
    need(*UNUSED)
    with contextlib.suppress(Exception):
        download = import_module("basicsr.utils.download_util")
        if not hasattr(download, "load_file_from_url"):
            download.load_file_from_url = None  # gfpgan wants a newer basicsr
    bare(*BARE)
    put("src", EIGHTH)  # nope-gpt's wheel says `from src.nope_gpt`
    with contextlib.suppress(Exception):
        for one in ("ops.fused_act", "ops.fused_act.fused_act", "archs.stylegan2_arch"):
            import_module(f"basicsr.{one}").fused_leaky_relu = _fused


def models() -> Iterator[Made]:
    """All models."""
    _begin()
    # new-gfpgan
    gfpgan = "gfpgan.archs."
    yield (
        "GFPGANv1Clean of new-gfpgan",
        built(
            gfpgan + "gfpganv1_clean_arch.GFPGANv1Clean",
            64,
            num_style_feat=512,
            channel_multiplier=1,
            fix_decoder=False,
            num_mlp=8,
            input_is_latent=True,
            different_w=True,
            narrow=0.25,
            sft_half=True,
        ),
        (floats(1, 3, 64, 64),),
    )
    yield (
        "GFPGANv1 of new-gfpgan",
        built(gfpgan + "gfpganv1_arch.GFPGANv1", 64, num_style_feat=64, fix_decoder=False, narrow=0.25, sft_half=True),
        (floats(1, 3, 64, 64),),
    )
    yield (
        "GFPGANBilinear of new-gfpgan",
        built(
            gfpgan + "gfpgan_bilinear_arch.GFPGANBilinear",
            64,
            num_style_feat=64,
            fix_decoder=False,
            narrow=0.25,
            sft_half=True,
        ),
        (floats(1, 3, 64, 64),),
    )
    yield "RestoreFormer of new-gfpgan", built(gfpgan + "restoreformer_arch.RestoreFormer"), (floats(1, 3, 128, 128),)
    yield (
        "ResNetArcFace of new-gfpgan",
        built(gfpgan + "arcface_arch.ResNetArcFace", "IRBlock", [2, 2, 2, 2]),
        (floats(2, 1, 128, 128),),
    )
    yield (
        "FacialComponentDiscriminator of new-gfpgan",
        built(gfpgan + "gfpganv1_arch.FacialComponentDiscriminator"),
        (floats(1, 3, 80, 80),),
    )
    yield (
        "ConvUpLayer of new-gfpgan",
        built(gfpgan + "gfpganv1_arch.ConvUpLayer", 8, 6, 3, padding=1, activate=False),
        (floats(2, 8, 6, 6),),
    )
    # hugo-rl-llm
    yield (
        "ActorCriticNetwork of hugo-rl-llm",
        lambda: built("rl_llm_toolkit.agents.networks.ActorCriticNetwork", _box(8), _box(3))(),
        (floats(4, 8),),
    )
    yield (
        "QNetwork of hugo-rl-llm",
        lambda: built("rl_llm_toolkit.agents.networks.QNetwork", _box(8), _disc(3))(),
        (floats(4, 8),),
    )
    yield "IQLNetwork of hugo-rl-llm", built("rl_llm_toolkit.agents.iql.IQLNetwork", 8, 3), ()
    yield (
        "CriticNetwork of hugo-rl-llm",
        built("rl_llm_toolkit.multiagent.maddpg.CriticNetwork", 8, 3),
        (floats(4, 8), floats(4, 3)),
    )
    # atc-torch
    yield (
        "ATCTransformer of atc-torch",
        built("attnconv.main.ATCTransformer", dim=512, depth=6, num_tokens=20000),
        (ids(20000, 1, 512),),
    )
    # gigagan
    yield (
        "AdaptiveConv2DMod of gigagan",
        built("gigagan_pytorch.gigagan_pytorch.AdaptiveConv2DMod", 32, 48, 16, 3, num_conv_kernels=4),
        (floats(2, 32, 8, 8), floats(2, 16)),
    )
    yield "StyleNetwork of gigagan", built("gigagan_pytorch.gigagan_pytorch.StyleNetwork", 64, 4), (floats(2, 64),)
    yield "Attention of gigagan", built("gigagan_pytorch.gigagan_pytorch.Attention", 64), (floats(2, 64, 8, 8),)
    # deepmatter
    yield (
        "Autoencoder_Conv2D of deepmatter",
        built("DeepMatter.Autoencoders.Conv2d.nn.Autoencoder_Conv2D"),
        (floats(2, 15, 15),),
    )
    yield "DensePhysLarger of deepmatter", _physics, (floats(2, 1, 500),)
    # poly-attention
    yield (
        "PolyTransformer of poly-attention",
        built(
            "poly_attention.poly_transformer.PolyTransformer",
            dim=128,
            depth=4,
            heads=4,
            dim_head=32,
            causal=True,
            deep_cross_attention=True,
            norm_out=True,
        ),
        (floats(2, 12, 128),),
    )
    yield (
        "PolyViT of poly-attention",
        built(
            "poly_attention.poly_vit.PolyViT",
            image_size=32,
            patch_size=8,
            num_classes=10,
            dim=128,
            depth=4,
            heads=4,
            mlp_dim=256,
            order=3,
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "LinearPolyAttention of poly-attention",
        built(
            "poly_attention.linear_poly_attention.LinearPolyAttention",
            dim=64,
            heads=4,
            dim_head=16,
            prenorm=True,
            attn_gate=True,
        ),
        (floats(2, 12, 64),),
    )
    # amplify-pytorch
    yield ("Amplify of amplify-pytorch", _amplify, ())  # its forward wants another version of x-transformers
    yield (
        "MotionTokenizer of amplify-pytorch",
        built("amplify_pytorch.amplify.MotionTokenizer", dim=128),
        (floats(2, 4, 3, 16, 16, 2),),
    )
    # pytorch-nlu
    yield "TCGraph of pytorch-nlu", lambda: _nlu("tc"), _texts()
    yield "Graph of pytorch-nlu", lambda: _nlu("SL-CRF"), _texts()
    yield "Graph (grid) of pytorch-nlu", lambda: _nlu("SL-GRID"), _texts()
    # mamba-former
    yield (
        "MambaFormer of mamba-former",
        built(
            "mamba_former.main.MambaFormer",
            dim=512,
            num_tokens=1000,
            depth=6,
            d_state=512,
            d_conv=4,
            heads=8,
            dim_head=64,
        ),
        (ids(1000, 1, 16),),
    )
    # uzmorph-transformer
    yield (
        "MorphTransformer of uzmorph-transformer",
        built("uzmorph_transformer.model.MorphTransformer", 60, 30),
        (ids(60, 2, 12),),
    )
    # regstatusnet
    yield "RegStatusNet of regstatusnet", _regstatus, (floats(2, 200),)
    yield (
        "BatchClassifier of regstatusnet",
        built("regstatusnet.models.batch_classifier.BatchClassifier", 10, 4),
        (floats(3, 10),),
    )
    # torchbearer
    yield (
        "_CAMWrapper of torchbearer",
        lambda: built(
            "torchbearer.callbacks.imaging.inside_cnns._CAMWrapper",
            (3, 16, 16),
            torch.nn.Sequential(
                torch.nn.Conv2d(3, 8, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(1568, 5)
            ),
        )(),
        (None, None),
    )
    # cytosummarynet
    yield "CytoSummaryNet of cytosummarynet", built("cytosummarynet.models.CytoSummaryNet"), (floats(2, 5, 1324),)
    # nope-gpt
    yield "NoPEGPT of nope-gpt", lambda: _nope(False), (ids(500, 2, 12),)
    yield "NoPEGPT with LoRA of nope-gpt", lambda: _nope(True), (ids(500, 2, 12),)
    # giantmusictransformer
    yield "AutoregressiveWrapper of giantmusictransformer", lambda: _music(attn_flash=False), (ids(1999, 2, 24),)
    yield "TransformerWrapper (options) of giantmusictransformer", lambda: every_option(_X, 2000), (ids(1999, 2, 24),)
    yield "ContinuousTransformerWrapper of giantmusictransformer", lambda: continuous(_X), (floats(2, 24, 20),)
    yield "ViTransformerWrapper of giantmusictransformer", lambda: of_pictures(_X), (floats(2, 3, 32, 32),)
    yield (
        "ScaledSinusoidalEmbedding of giantmusictransformer",
        built("giantmusictransformer.x_transformer_1_23_2.ScaledSinusoidalEmbedding", 32),
        (floats(2, 10, 32),),
    )
    # torchfl
    sota = "torchfl.models.sota."
    yield "MLP of torchfl", built(sota + "mlp.MLP"), (floats(2, 1, 28, 28),)
    yield "LeNet of torchfl", built(sota + "lenet.LeNet"), ()
    yield "ResNet18 of torchfl", built(sota + "resnet.ResNet18", pre_trained=False), (floats(2, 3, 32, 32),)
    yield (
        "MobileNetV3Small of torchfl",
        built(sota + "mobilenet.MobileNetV3Small", pre_trained=False),
        (floats(2, 3, 32, 32),),
    )
    yield "DenseNet121 of torchfl", built(sota + "densenet.DenseNet121", pre_trained=False), (floats(2, 3, 32, 32),)
    # my-cnn-package
    yield "SimpleCNN of my-cnn-package", built("cnn_module.model.SimpleCNN"), (floats(2, 1, 28, 28),)
    # torchkbert
    yield "BertForPreTraining of torchkbert", lambda: _kbert("BertForPreTraining"), (ids(1000, 2, 12),)
    yield "BertForQuestionAnswering of torchkbert", lambda: _kbert("BertForQuestionAnswering"), (ids(1000, 2, 12),)
    yield (
        "GPT2LMHeadModel of torchkbert",
        lambda: _kgpt("modeling_gpt2", "GPT2Config", "GPT2LMHeadModel"),
        (ids(1000, 2, 12),),
    )
    yield (
        "OpenAIGPTLMHeadModel of torchkbert",
        lambda: _kgpt("modeling_openai", "OpenAIGPTConfig", "OpenAIGPTLMHeadModel"),
        (ids(1000, 2, 12),),
    )
    yield "TransfoXLLMHeadModel of torchkbert", lambda: _xl(0), (ids(1000, 2, 1),)
    yield "TransfoXLModel (learnable positions) of torchkbert", lambda: _xl(1), (ids(1000, 2, 1),)
    yield "TransfoXLModel (absolute) of torchkbert", lambda: _xl(2, True), (ids(1000, 2, 1),)
    # stylegan2-torch
    yield (
        "Generator of stylegan2-torch",
        _stylegan("Generator", 64, channels={4: 64, 8: 64, 16: 64, 32: 48, 64: 32}),
        ([floats(2, 512)],),
    )
    yield (
        "Discriminator of stylegan2-torch",
        _stylegan("Discriminator", 64, channels={4: 64, 8: 64, 16: 64, 32: 48, 64: 32}),
        (floats(4, 1, 64, 64),),
    )
    yield "EqualConv2d of stylegan2-torch", _stylegan("EqualConv2d", 3, 8, 3), (floats(2, 3, 8, 8),)
    # simple-pytorch-wrapper
    yield (
        "FNNGenerator of simple-pytorch-wrapper",
        built("simple_pytorch_wrapper.utils.NN_generators.FNNGenerator", 8, 3, [32, 32, 16]),
        (floats(4, 8),),
    )
    yield (
        "CNNGenerator of simple-pytorch-wrapper",
        built(
            "simple_pytorch_wrapper.utils.NN_generators.CNNGenerator",
            3,
            [
                {"out_channels": 8, "kernel_size": 3, "stride": 1, "padding": 1},
                {"out_channels": 16, "kernel_size": 3, "stride": 1, "padding": 1},
            ],
            [32],
            10,
            2,
            16,
            16,
            True,
        ),
        (floats(2, 3, 16, 16),),
    )
    # sinkhorn-router-pytorch
    yield (
        "SwitchHead of sinkhorn-router-pytorch",
        built("sinkhorn_router_pytorch.switchhead.SwitchHead", 128, num_experts=4, heads=4, dim_head=32),
        (floats(2, 16, 128),),
    )
    yield (
        "SinkhornRouter of sinkhorn-router-pytorch",
        lambda: built(
            "sinkhorn_router_pytorch.SinkhornRouter",
            dim=64,
            experts=[torch.nn.Linear(64, 64) for _ in range(4)],
            competitive=True,
        )(),
        (floats(2, 17, 64),),
    )
    # cnngpt
    yield (
        "CNNLanguageModel of cnngpt",
        built("cnngpt.main.CNNLanguageModel", 1000, 128, 4, 3, 128, 64),
        (ids(1000, 2, 24),),
    )
    # torchlure
    yield "ChebyKAN of torchlure", built("torchlure.networks.chebykan.ChebyKAN", [8, 16, 16, 3], 4), (floats(4, 8),)
    yield "ReLUKAN of torchlure", built("torchlure.networks.relukan.ReLUKAN", [8, 16, 16, 3], 5, 3), (floats(4, 8),)
    yield "RMSNorm of torchlure", built("torchlure.functional.RMSNorm", 32), (floats(2, 5, 32),)
    # deepadapter
    yield (
        "AE of deepadapter",
        built("deepadapter.models.dl_utils.AE", 500, 256, 5, 64, 0.1),
        (floats(4, 500), floats(4, 5)),
    )
    yield "FBatch of deepadapter", built("deepadapter.models.dl_utils.FBatch", 256, 5, 64, 0.1), (floats(4, 64),)
    # nexus-deep-learning
    yield (
        "VisionTransformer of nexus-deep-learning",
        _nexus(
            "models.cv.vit.VisionTransformer",
            image_size=32,
            patch_size=8,
            in_channels=3,
            num_classes=10,
            embed_dim=64,
            num_layers=4,
            num_heads=4,
            mlp_ratio=2,
            dropout=0.1,
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "EdgeLLM of nexus-deep-learning",
        _nexus(
            "models.nlp.edge_llm.EdgeLLM",
            vocab_size=500,
            hidden_size=64,
            num_layers=4,
            num_heads=4,
            intermediate_size=128,
            max_seq_length=32,
        ),
        (ids(500, 1, 12),),
    )
    yield (
        "SwinTransformer of nexus-deep-learning",
        _nexus(
            "models.cv.swin_transformer.SwinTransformer",
            image_size=56,
            embed_dim=24,
            num_heads=[2, 2, 4, 4],
            depths=[2, 2, 2, 2],
        ),
        (),
    )
    yield (
        "Longformer of nexus-deep-learning",
        _nexus(
            "models.nlp.longformer.Longformer",
            vocab_size=500,
            hidden_size=64,
            num_layers=4,
            num_heads=4,
            max_seq_length=32,
            intermediate_size=128,
        ),
        (ids(500, 1, 12),),
    )
    yield (
        "AgentTown of nexus-deep-learning",
        _nexus(
            "models.agents.agent_town.AgentTown",
            num_agents=3,
            hidden_dim=32,
            state_dim=16,
            num_actions=4,
            num_interaction_types=5,
        ),
        (),
    )
    yield (
        "SocialAgent of nexus-deep-learning",
        _nexus("models.agents.agent_town.SocialAgent", hidden_dim=32, state_dim=16, num_actions=4),
        (floats(1000, 16),),
    )
    yield (
        "DocumentEncoder of nexus-deep-learning",
        _nexus(
            "models.nlp.rag.document_encoder.DocumentEncoder",
            vocab_size=500,
            hidden_size=64,
            max_seq_length=32,
            num_heads=4,
        ),
        (ids(500, 1, 12),),
    )
    yield (
        "EnhancedVAE of nexus-deep-learning",
        _nexus("models.cv.vae.vae.EnhancedVAE", latent_dim=8, input_dim=64, hidden_dim=32),
        (floats(2, 64),),
    )
    yield (
        "UnifiedTransformerBlock of nexus-deep-learning",
        built("nexus.components.blocks.transformer.UnifiedTransformerBlock", 64, 4, layer_scale=0.1),
        (floats(2, 12, 64),),
    )
    yield (
        "LayerNorm2d of nexus-deep-learning",
        built("nexus.components.normalization.LayerNorm2d", 16),
        (floats(2, 16, 5, 5),),
    )
    yield (
        "GroupNorm2d of nexus-deep-learning",
        built("nexus.components.normalization.GroupNorm2d", 64),
        (floats(2, 64, 5, 5),),
    )
    # hugging-gan-test
    yield "VQModel of hugging-gan-test", _vqgan, (floats(1, 3, 64, 64),)
    yield (
        "GPT of hugging-gan-test",
        lambda: built(_taming() + "modules.transformer.mingpt.GPT", 500, 32, n_layer=4, n_head=4, n_embd=64)(),
        (ids(500, 2, 12),),
    )
    yield (
        "CodeGPT of hugging-gan-test",
        lambda: built(_taming() + "modules.transformer.mingpt.CodeGPT", 500, 32, 16, n_layer=2, n_head=4, n_embd=64)(),
        (),
    )
    yield (
        "NLayerDiscriminator of hugging-gan-test",
        lambda: built(_taming() + "modules.discriminator.model.NLayerDiscriminator", use_actnorm=True)(),
        (floats(2, 3, 64, 64),),
    )
    yield (
        "EmbeddingEMA of hugging-gan-test",
        lambda: built(_taming() + "modules.vqvae.quantize.EmbeddingEMA", 64, 16)(),
        (ids(64, 2, 9),),
    )
    # quatnet
    yield "net of quatnet", _quat_net, (floats(2, 4, 16, 16),)
    yield (
        "QuaternionConv2d (rotation, scale) of quatnet",
        lambda: _qn("QuaternionConv2d", 16, 32, 3, 1, padding=1, rotation=True, scale=True),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "QuaternionConv2d (Qweight_norm) of quatnet",
        lambda: _qn("QuaternionConv2d", 16, 32, 3, 1, padding=1, norm="Qweight_norm"),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "QuaternionConv2d (Qspectral_norm) of quatnet",
        lambda: _qn("QuaternionConv2d", 16, 32, 3, 1, padding=1, norm="Qspectral_norm"),
        (floats(2, 16, 8, 8),),
    )
    for name in ("QuaternionConv2dcomplexKit", "QuaternionConv2dASM", "QuaternionConv2dUni"):
        yield f"{name} of quatnet", (lambda n=name: _qn(n, 16, 32, 3, 1, padding=1)), (floats(2, 16, 8, 8),)
    for name in ("QuaternionConv", "QuaternionConvComplexKit"):
        yield f"{name} of quatnet", (lambda n=name: _qn(n, 16, 32, 3, 1, padding=1)), (floats(2, 16, 8),)
    for name in ("QuaternionTransposeConv", "QuaternionTransposeConvComplexKit"):
        yield f"{name} of quatnet", (lambda n=name: _qn(n, 16, 32, 3, 1, "convolution1d")), (floats(2, 16, 8),)
    for name in ("QuaternionTransposeConv2D", "QuaternionTransposeConv2DcomplexKit"):
        yield f"{name} of quatnet", (lambda n=name: _qn(n, 16, 32, 3, 1)), (floats(2, 16, 8, 8),)
    yield "QuaternionLinearAutograd of quatnet", lambda: _qn("QuaternionLinearAutograd", 16, 32), (floats(4, 16),)
    yield (
        "QuaternionLinearAutograd (rotation, scale) of quatnet",
        lambda: _qn("QuaternionLinearAutograd", 16, 32, rotation=True, scale=True),
        (floats(4, 16),),
    )
    # terratorch-surya
    yield (
        "HelioSpectFormer of terratorch-surya",
        lambda: _surya(finetune=False, rpe=True, learned_flow=False),
        (_sun(), {}),
    )
    yield (
        "HelioSpectFormer (perceiver) of terratorch-surya",
        lambda: _surya(kind="perceiver", finetune=False),
        (_sun(), {}),
    )
    yield (
        "HelioSpectFormer (flow) of terratorch-surya",
        lambda: _surya(finetune=False, learned_flow=True),
        (_sun(), {}),
    )
    for example, pool in (
        ("solar_flare_forecasting", "global_class_token"),
        ("euv_spectra_prediction", "transformer_pooling"),
        ("solar_wind_forecasting", "global_class_token"),
        ("ar_segmentation", "transformer_pooling"),
    ):
        yield (
            f"HelioSpectformer1D ({example}) of terratorch-surya",
            (lambda e=example, p=pool: _surya_1d(e, **{p: True})),
            (_sun(), {}),
        )
    yield (
        "UNet of terratorch-surya",
        built("terratorch_surya.downstream_examples.ar_segmentation.models.UNet", 3, 8, 1, 4),
        ({"ts": floats(1, 3, 64, 64)}, {}),
    )
    # codeformer-kit
    yield (
        "CodeFormer of codeformer-kit",
        built("codeformer_kit.archs.codeformer_arch.CodeFormer"),
        (floats(1, 3, 512, 512),),
    )
    yield (
        "VQAutoEncoder of codeformer-kit",
        built("codeformer_kit.archs.vqgan_arch.VQAutoEncoder", 64, 32, [1, 2, 2], "gumbel", 2, [16], 128),
        (floats(1, 3, 64, 64),),
    )
    yield (
        "ModulatedDeformConvPack of codeformer-kit",
        built("codeformer_kit.ops.dcn.ModulatedDeformConvPack", 8, 12, 3, padding=1),
        (),
    )
    yield "DeformConvPack of codeformer-kit", built("codeformer_kit.ops.dcn.DeformConvPack", 8, 12, 3, padding=1), ()
    # cort-transformer
    yield (
        "CoRTModel of cort-transformer",
        lambda: built(
            "cort.CoRTModel",
            built("cort.CoRTConfig", vocab_size=1000, d_model=128, n_layers=4, n_heads=4, max_seq_len=64)(),
        )(),
        (ids(1000, 2, 24),),
    )
    # wale-net
    yield (
        "predictionNet of wale-net",
        lambda: built(
            "prediction.utils.model.predictionNet",
            {
                "use_cuda": False,
                "enc_dec_layer": "lstm",
                "encoder_size": 64,
                "decoder_size": 128,
                "in_length": 30,
                "out_length": 40,
                "grid_size": [13, 3],
                "soc_conv_depth": 64,
                "conv_3x1_depth": 16,
                "dyn_embedding_size": 32,
                "input_embedding_size": 32,
                "num_img_filters": 64,
                "scene_images": True,
                "dec_img_size": 32,
                "online_layer": 0,
            },
        )(),
        (floats(30, 2, 2), floats(30, 78, 2), floats(2, 1, 256, 256)),
    )
    # tcr-deep-insight
    yield (
        "TRabModelingBertForVJCDR3 of tcr-deep-insight",
        lambda: _tcr("TRabModelingBertForVJCDR3", labels_number=3),
        (
            {
                "input_ids": ids(200, 2, 24),
                "attention_mask": torch.ones(2, 24),
                "labels": ids(200, 2, 24),
                "token_type_ids": torch.zeros(2, 24, dtype=torch.long),
            },
        ),
    )
    yield (
        "TRabModelingBertForPseudoSequence of tcr-deep-insight",
        lambda: _tcr("TRabModelingBertForPseudoSequence", labels_number=3, use_triton=True),
        (),
    )
    yield (
        "TCRpMHCPairAttention of tcr-deep-insight",
        lambda: _tcr("TCRpMHCPairAttention"),
        (
            {
                "input_ids": ids(200, 2, 12),
                "attention_mask": torch.ones(2, 12),
                "tcr_hidden_states": floats(2, 10, 128),
                "tcr_attention_mask": torch.ones(2, 10),
            },
        ),
    )
    yield "TCRGenForCausalLM of tcr-deep-insight", lambda: _tcr("TCRGenForCausalLM"), (ids(60, 2, 12),)
