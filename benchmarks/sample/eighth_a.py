"""The eighth set's first part.

A model is a line, as in `package_models`. Where no batch fitted, the call is empty and the pass tells nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import torch

from package_models import EDGES, Made, built, floats, ids
from sample.common import away, bare, begin, stub

REQUIREMENTS = ["diffusers"]
"""What the packages import themselves, beside the sets before."""

PACKAGES = [
    "abyssal-pytorch",
    "best-rq-pytorch",
    "bitorch",
    "cjm-yolox-pytorch",
    "deepbioisostere",
    "deeplense-domain-adaptation",
    "encyclopedia-vae",
    "equinet",
    "fsdiffnet",
    "gpt-blazing",
    "gpt-db-core",
    "llm-blender",
    "mcunet",
    "mist-vae",
    "neuralspace-ai",
    "pdetransformer",
    "pytorch-cortex",
    "pytorch-cosma",
    "rectified-flow",
    "repvgg-pytorch",
    "sixdrepnet",
    "snstorch",
    "spectralnet",
    "srep-moe",
    "stvae",
    "torch-contour",
    "torch-geometric-pool",
    "torch-mpo",
    "torch-utilities",
    "torchal",
    "torchblocks-vp",
    "torchdistill",
    "torchonn-pyutils",
    "tranception-pytorch-dohlee",
    "transfernet",
]

SKIPPED = {
    "gender-classifier-cnn-usoltsev37": "asks for Python 3.9.12; its top-level `model` is mist-vae's here",
    "translate-transformer": "its class body builds nn.Transformer(d_model=None) at import: it cannot be imported",
}
"""Of the draw too, without models here."""

AWAY = (
    "anndata",
    "annoy",
    "beignet",
    "boto3",
    "botocore",
    "cachetools",
    "cjm_psl_utils",
    "cjm_pytorch_utils",
    "cv2",
    "django",
    "edlib",
    "h5py",
    "holo",
    "hydra",
    "hyperopt",
    "ignite",
    "multimethod",
    "munkres",
    "numba",
    "omegaconf",
    "onnx",
    "pbdl",
    "prefetch_generator",
    "rdkit",
    "reportlab",
    "resampy",
    "rpy2",
    "ryaml",
    "s3fs",
    "scanpy",
    "scienceplots",
    "seaborn",
    "soundfile",
    "svglib",
    "tap",
    "tensorboardX",
    "torchaudio",
    "upath",
    "vape4d",
)
"""What the packages import and these models do not use."""

BARE = (
    "best_rq_pytorch",
    "cortex",
    "pdetransformer",
    "pyutils",
    "stvae",
)
"""Packages whose own start asks for what is not here."""


def _cosma_vit(config: Any) -> Callable[[], Any]:
    def make() -> Any:
        import copy

        from pytorch_cosma.network_construction import BaseModel

        mine = copy.deepcopy(config)
        for layer in mine["layers"]:
            layer["output"] = layer["name"]
        return BaseModel(mine, device=torch.device("cpu"))

    return make


SWIN = {
    "layers": [
        {
            "name": "patch",
            "type": "PatchEmbedding",
            "img_size": 32,
            "patch_size": 4,
            "in_channels": 3,
            "embed_dim": 64,
            "swin": True,
            "input": "input",
        },
        {"name": "s1", "type": "SwinBlock", "dim": 64, "num_heads": 4, "window_size": 4, "input": "patch"},
        {
            "name": "s2",
            "type": "SwinBlock",
            "dim": 64,
            "num_heads": 4,
            "window_size": 4,
            "shifted": True,
            "input": "s1",
        },
        {"name": "m", "type": "PatchMerging", "dim": 64, "input": "s2"},
        {"name": "s3", "type": "SwinBlock", "dim": 128, "num_heads": 4, "window_size": 4, "input": "m"},
        {"name": "pool", "type": "MaxMeanPooling", "input": "s3"},
    ]
}
GAT = {
    "layers": [
        {
            "name": "g1",
            "type": "GATConv",
            "in_channels": 16,
            "out_channels": 8,
            "heads": 4,
            "input": ["input", "edge_index"],
        },
        {
            "name": "g2",
            "type": "GATConv",
            "in_channels": 32,
            "out_channels": 8,
            "heads": 1,
            "input": ["g1", "edge_index"],
        },
        {"name": "fc", "type": "Linear", "in_features": 8, "out_features": 3, "input": "g2"},
    ]
}


def _deepbio() -> Any:
    from deepbioisostere.model import DeepBioisostere

    return DeepBioisostere(SimpleNamespace(properties=["logp", "qed"], use_subgraph_AMPN=True))


def _deepbio_up() -> Any:
    from deepbioisostere.model import DeepBioisostere

    return DeepBioisostere(SimpleNamespace(properties=[], use_subgraph_AMPN=False))


def _hub() -> None:  # the package asks for a constant that newer transformers dropped
    import transformers.utils.hub as hub

    hub.TRANSFORMERS_CACHE = getattr(hub, "TRANSFORMERS_CACHE", None)


def _summa() -> Any:
    _hub()
    from llm_blender.pair_ranker.ranker import SummaReranker
    from transformers import RobertaConfig, RobertaModel

    c = RobertaConfig(
        vocab_size=200,
        hidden_size=64,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=64,
    )
    c.out_hidden_state_size = 64
    return SummaReranker(
        RobertaModel(c),
        SimpleNamespace(
            n_tasks=3, sub_sampling_mode="all_pair", sub_sampling_ratio=1.0, num_pos=1, num_neg=1, drop_out=0.1
        ),
    )


def _pairrm() -> Any:
    _hub()
    from llm_blender.pair_ranker.pairrm import DebertaV2PairRM
    from transformers import DebertaV2Config

    c = DebertaV2Config(
        vocab_size=200,
        hidden_size=64,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=64,
        relative_attention=True,
        position_buckets=16,
        norm_rel_ebd="layer_norm",
        share_att_key=True,
        pos_att_type=["p2c", "c2p"],
        conv_kernel_size=3,
        position_biased_input=False,
    )
    (
        c.n_tasks,
        c.drop_out,
        c.sep_token_id,
        c.source_prefix_id,
        c.cand_prefix_id,
        c.cand1_prefix_id,
        c.cand2_prefix_id,
    ) = 1, 0.1, 2, 3, 4, 5, 6
    return DebertaV2PairRM(c)


def _ultra() -> Any:
    _hub()
    from llm_blender.pair_ranker.other_rms.ultra_rm import UltraRM
    from transformers import LlamaConfig

    return UltraRM(
        LlamaConfig(
            vocab_size=200,
            hidden_size=64,
            num_hidden_layers=4,
            num_attention_heads=4,
            num_key_value_heads=2,
            intermediate_size=128,
        )
    )


def _moe() -> Any:
    _hub()
    from llm_blender.pair_ranker.layers import MoERegression

    return MoERegression(3, 64, 64, expert_hidden_size=96)


PAIR = torch.tensor([[1, 3, 20, 21, 2, 5, 30, 31, 2, 6, 40, 41, 2]] * 2)


def _baichuan() -> Any:
    from gpt_blazing.model.baichuan2.model import Baichuan2Model, Baichuan2ModelConfig

    return Baichuan2Model(
        Baichuan2ModelConfig(
            hidden_size=64,
            intermediate_size=128,
            model_max_length=32,
            num_attention_heads=4,
            num_hidden_layers=4,
            vocab_size=200,
        )
    )


def _repvgg(name: str) -> Callable[[], Any]:
    def make() -> Any:
        import io
        from contextlib import redirect_stdout

        from repvgg_pytorch import get_RepVGG_func_by_name, get_RepVGGplus_func_by_name

        with redirect_stdout(io.StringIO()):
            return (get_RepVGGplus_func_by_name if "plus" in name else get_RepVGG_func_by_name)(name)()

    return make


def _tu(name: str, *a: Any, **k: Any) -> Callable[[], Any]:
    return built("torch_utilities.modules." + name, *a, **k)


def _yolox(kind: str) -> Callable[[], Any]:
    def make() -> Any:
        from cjm_yolox_pytorch.model import build_model

        return build_model(kind, 19, pretrained=False)

    return make


def _dit(**k: Any) -> Callable[[], Any]:
    def make() -> Any:
        from rectified_flow.models.dit import DiT, DiTConfig

        return DiT(DiTConfig(**k))

    return make


def _song(**k: Any) -> Callable[[], Any]:
    def make() -> Any:
        from rectified_flow.models.unet import SongUNet, SongUNetConfig

        return SongUNet(
            SongUNetConfig(img_resolution=16, in_channels=3, out_channels=3, model_channels=32, num_blocks=2, **k)
        )

    return make


def _gauss() -> Any:
    from rectified_flow.flow_components.interpolation_solver import AffineInterp
    from rectified_flow.models.gauss_analytic import AnalyticGaussianVelocity

    return AnalyticGaussianVelocity(torch.randn(20, 6), AffineInterp("straight"))


class _Args:  # what is not given is None
    def __init__(self, **k: Any) -> None:
        self.__dict__.update(k)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return None


def _equinet(**k: Any) -> Callable[[], Any]:
    def make() -> Any:
        from equinet.models.model import MoleculeModel

        a = {
            "dataset_type": "regression",
            "hidden_size": 64,
            "depth": 3,
            "ffn_hidden_size": 64,
            "ffn_num_layers": 2,
            "number_of_molecules": 1,
            "features_size": 3,
            "num_tasks": 1,
            "dropout": 0.0,
            "activation": "ReLU",
            "aggregation": "mean",
            "atom_messages": False,
            "reaction": False,
            "reaction_solvent": False,
            "bias": False,
            "use_input_features": False,
            "device": torch.device("cpu"),
        }
        a.update(k)
        return MoleculeModel(_Args(**a))

    return make


def _lazy(path: str, x: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        m = built(path, **k)()
        m(x)
        return m

    return make


def _nograd(path: str, *a: Any, **k: Any) -> Callable[[], Any]:  # the class fills leaf tensors in place
    def make() -> Any:
        with torch.no_grad():
            return _pde(path, *a, **k)()

    return make


def _e2() -> Any:  # e2cnn's hashes call ndarray.tostring, which numpy dropped
    import_module("e2cnn.kernels")
    for module in [m for n, m in sys.modules.items() if n.startswith("e2cnn.kernels")]:
        for c in vars(module).values():
            if isinstance(c, type) and "__hash__" in vars(c) and vars(c)["__hash__"]:
                c.__hash__ = lambda self: hash(type(self).__name__)
    from deeplense_domain_adaptation.networks.equivariant import Encoder

    return Encoder()


def _quiet(path: str, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        import io
        from contextlib import redirect_stdout

        with redirect_stdout(io.StringIO()):
            return built(path, *a, **k)()

    return make


def _pde(
    path: str, *a: Any, **k: Any
) -> Callable[[], Any]:  # the package asks for functions that newer transformers dropped
    def make() -> Any:
        import transformers.pytorch_utils as t

        for n in ("find_pruneable_heads_and_indices", "prune_linear_layer", "meshgrid"):
            if not hasattr(t, n):
                setattr(t, n, None)
        return built(path, *a, **k)()

    return make


def _scot(**k: Any) -> Callable[[], Any]:
    def make() -> Any:
        _pde("pdetransformer.core.mixed_channels.factformer.Sin", 2)()
        from pdetransformer.core.mixed_channels.scot import ScOT, ScOTConfig

        return ScOT(
            ScOTConfig(
                image_size=32,
                patch_size=2,
                num_channels=2,
                num_out_channels=2,
                embed_dim=24,
                depths=[2, 2, 2],
                num_heads=[2, 4, 8],
                skip_connections=[1, 1, 0],
                window_size=4,
                **k,
            ),
            use_mask_token=True,
        )

    return make


def _bestrq(t5: Any) -> Callable[[], Any]:
    def make() -> Any:
        import beartype

        before, beartype.beartype = beartype.beartype, lambda f: f  # it checks a hint `any` that it does not take
        try:
            import best_rq_pytorch.best_rq as b
        finally:
            beartype.beartype = before
        from best_rq_pytorch.conformer import ConformerWrapper

        b.T = SimpleNamespace(
            MelSpectrogram=lambda **k: torch.nn.Identity(), AmplitudeToDB=torch.nn.Identity
        )  # no torchaudio here
        c = ConformerWrapper(
            num_tokens=32,
            conformer={"dim": 64, "depth": 4, "heads": 4, "dim_head": 16, "attn_flash": False, "t5_rel_pos_bias": t5},
        )
        return b.BestRQ(32, 8, conformer=c)

    return make


def _mist_encoder() -> Any:
    from model import model as m

    return m.encoder_scTCR(128, 21, 64, 30, 20, 8, 20, 8, 48, 0.1, m.cdr3_conv_config)


def _tgp(path: str, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        import_module("torch_geometric.nn")  # before the stand-in, so that it does not take it for the real one
        stub("torch_scatter")
        if "PAN" in path:
            import tgp.poolers.pan as pan

            pan.HAS_TORCH_SPARSE = True
        return built(path, *a, **k)()

    return make


def _pycls(path: str) -> Callable[[], Any]:
    def make() -> Any:
        import json

        sys.modules.setdefault("simplejson", json)  # for its logging
        from pycls.core.config import cfg

        return built(path, cfg)()

    return make


def _ofa() -> Any:
    from mcunet.tinynas.elastic_nn.modules.dynamic_op import DynamicSeparableConv2d
    from mcunet.tinynas.elastic_nn.networks.ofa_proxyless import OFAProxylessNASNets

    DynamicSeparableConv2d.KERNEL_TRANSFORM_MODE = 1
    return OFAProxylessNASNets(n_classes=100, ks_list=[3, 5, 7], expand_ratio_list=[3, 6], depth_list=[2, 3])


def _six() -> None:  # the package asks for a top-level `model`, which is that of mist-vae here
    before = sys.modules.get("model")
    sys.modules["model"] = MagicMock()
    try:
        import sixdrepnet.model
        import sixdrepnet.utils

        sixdrepnet.model.utils = sixdrepnet.utils
    finally:
        if before is None:
            del sys.modules["model"]
        else:
            sys.modules["model"] = before


def _six1() -> Any:
    _six()
    return _quiet("sixdrepnet.model.SixDRepNet", "RepVGG-B1g2", "", False, pretrained=False)()


def _six2() -> Any:
    _six()
    from sixdrepnet.model import SixDRepNet2
    from torchvision.models.resnet import Bottleneck

    return SixDRepNet2(Bottleneck, [3, 4, 6, 3])


def _cortex_root() -> Any:
    from cortex.model.root import Conv1dRoot

    tok = torch.nn.Identity()
    tok.tokenizer = MagicMock()
    tok.tokenizer.vocab = {str(i): i for i in range(30)}
    tok.tokenizer.padding_idx = 0
    return Conv1dRoot(tok, 20, num_blocks=4)


def models() -> Iterator[Made]:
    """All models."""
    begin()
    away(*AWAY)
    bare(*BARE)
    # encyclopedia-vae
    yield (
        "VanillaVAE of encyclopedia_vae",
        built("encyclopedia_vae.models.vanilla_vae.VanillaVAE", 3, 32),
        (floats(2, 3, 64, 64),),
    )
    yield (
        "BetaTCVAE of encyclopedia_vae",
        built("encyclopedia_vae.models.betatc_vae.BetaTCVAE", 3, 32),
        (floats(2, 3, 64, 64),),
    )
    yield (
        "ConditionalVAE of encyclopedia_vae",
        built("encyclopedia_vae.models.cvae.ConditionalVAE", 3, 10, 32),
        (floats(2, 3, 64, 64), floats(2, 10)),
    )
    yield (
        "VectorQuantizer of encyclopedia_vae",
        built("encyclopedia_vae.modules.VectorQuantizer", 16, 8),
        (floats(2, 8, 4, 4),),
    )
    # deepbioisostere
    yield "DeepBioisostere of deepbioisostere", _deepbio, ()
    yield "DeepBioisostere upscaler of deepbioisostere", _deepbio_up, ()
    yield (
        "MPNNEmbedding of deepbioisostere",
        built("deepbioisostere.layers.MPNNEmbedding", 8, 4, 16, 16, 3, 0.0),
        (floats(6, 8), EDGES, floats(8, 4)),
    )
    # pytorch-cosma
    yield (
        "VisionTransformer of pytorch_cosma",
        built("pytorch_cosma.vision_transformer.VisionTransformer"),
        (floats(2, 3, 32, 32),),
    )
    yield "BaseModel Swin of pytorch_cosma", _cosma_vit(SWIN), (floats(2, 3, 32, 32),)
    yield "BaseModel GAT of pytorch_cosma", _cosma_vit(GAT), ()
    yield (
        "ConvAutoencoder of pytorch_cosma",
        _lazy("pytorch_cosma.autoencoders.ConvAutoencoder", floats(2, 3, 28, 28)),
        (floats(2, 3, 28, 28),),
    )
    # llm-blender
    yield "SummaReranker of llm_blender", _summa, ()
    yield "DebertaV2PairRM of llm_blender", _pairrm, (PAIR, torch.ones_like(PAIR))
    yield "UltraRM of llm_blender", _ultra, (ids(200, 2, 12), torch.ones(2, 12).long())
    yield "MoERegression of llm_blender", _moe, (floats(2, 4, 64),)
    # cjm-yolox-pytorch
    yield "YOLOX tiny of cjm_yolox_pytorch", _yolox("yolox_tiny"), (floats(1, 3, 128, 128),)
    yield "YOLOX x of cjm_yolox_pytorch", _yolox("yolox_x"), (floats(1, 3, 64, 64),)
    # gpt-blazing
    yield "Baichuan2Model of gpt_blazing", _baichuan, (torch.arange(5), 5, ids(200, 1, 5))
    # repvgg-pytorch
    yield "RepVGG A0 of repvgg_pytorch", _repvgg("RepVGG-A0"), (floats(1, 3, 64, 64),)
    yield "RepVGG B1g2 of repvgg_pytorch", _repvgg("RepVGG-B1g2"), (floats(1, 3, 32, 32),)
    yield "RepVGG D2se of repvgg_pytorch", _repvgg("RepVGG-D2se"), (floats(1, 3, 32, 32),)
    yield "RepVGGplus L2pse of repvgg_pytorch", _repvgg("RepVGGplus-L2pse"), (floats(1, 3, 32, 32),)
    # torch-utilities
    yield "GroupedLinear of torch_utilities", _tu("GroupedLinear", 16, 24, 4), (floats(2, 5, 16),)
    yield (
        "CausalConv2dNormAct of torch_utilities",
        _tu("CausalConv2dNormAct", 8, 8, 3, separable=True),
        (floats(2, 8, 10, 12),),
    )
    yield "DenseConvBlock of torch_utilities", _tu("DenseConvBlock", 8, (3, 3), 16), (floats(2, 8, 10, 16),)
    yield "GruNormAct of torch_utilities", _tu("GruNormAct", 16, 16, 2), (floats(2, 10, 16),)
    yield (
        "SlidingCausalMultiheadAttention of torch_utilities",
        _tu("SlidingCausalMultiheadAttention", 4, 8, 8, 4, 2),
        (),
    )
    yield "ScaleChannels2d of torch_utilities", _tu("ScaleChannels2d", 4), (floats(2, 4, 5, 6),)
    # torchdistill
    yield (
        "Regressor4VID of torchdistill",
        built("torchdistill.models.wrapper.Regressor4VID", 8, 12, 16, 1e-5, 5.0),
        (floats(2, 8, 6, 6),),
    )
    yield (
        "ResNet CIFAR of torchdistill",
        built("torchdistill.models.classification.resnet.resnet20", 10),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "WideResNet of torchdistill",
        built("torchdistill.models.classification.wide_resnet.wide_resnet40_4", 0.3, 10),
        (floats(1, 3, 32, 32),),
    )
    yield (
        "DenseNet CIFAR of torchdistill",
        built("torchdistill.models.classification.densenet.densenet_bc_k12_depth100", 10),
        (floats(1, 3, 32, 32),),
    )
    yield (
        "Paraphraser4FactorTransfer of torchdistill",
        built("torchdistill.models.wrapper.Paraphraser4FactorTransfer", 0.5, 16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "AttentionBasedFusion of torchdistill",
        built("torchdistill.models.wrapper.AttentionBasedFusion", 16, 8, 8, True),
        (floats(2, 16, 6, 6), floats(2, 8, 3, 3), 6),
    )
    # spectralnet
    yield (
        "SpectralNetModel of spectralnet",
        built("spectralnet._models.SpectralNetModel", [64, 64, 10], 20),
        (floats(30, 20),),
    )
    yield "AEModel of spectralnet", built("spectralnet._models.AEModel", [64, 32, 10], 20), (floats(4, 20),)
    yield (
        "SiameseNetModel of spectralnet",
        built("spectralnet._models.SiameseNetModel", [64, 32, 10], 20),
        (floats(4, 20), floats(4, 20)),
    )
    # srep-moe
    yield "ToyAttention of srep_moe", built("srep_moe.runtime.pipeline.ToyAttention", 32, 4), (floats(2, 5, 32),)
    yield "ToyExpertFFN of srep_moe", built("srep_moe.runtime.pipeline.ToyExpertFFN", 32, 64), (floats(2, 5, 32),)
    yield "ToyGate of srep_moe", built("srep_moe.runtime.pipeline.ToyGate", 32, 8), (floats(2, 32), 2)
    # rectified-flow
    yield (
        "DiT of rectified_flow",
        _dit(
            input_size=16,
            patch_size=2,
            in_channels=4,
            hidden_size=64,
            depth=4,
            num_heads=4,
            num_classes=10,
            use_long_skip=True,
        ),
        (floats(2, 4, 16, 16), torch.rand(2), ids(10, 2)),
    )
    yield (
        "SongUNet of rectified_flow",
        _song(label_dim=10, augment_dim=3, attn_resolutions=[16, 8]),
        (floats(2, 3, 16, 16), torch.rand(2), floats(2, 10)),
    )
    yield (
        "SongUNet NCSN++ of rectified_flow",
        _song(embedding_type="fourier", channel_mult_time=2, encoder_type="residual", resample_filter=[1, 3, 3, 1]),
        (floats(2, 3, 16, 16), torch.rand(2)),
    )
    yield (
        "MLPVelocity of rectified_flow",
        built("rectified_flow.models.toy_mlp.MLPVelocity", 2),
        (floats(4, 2), torch.rand(4)),
    )
    yield "AnalyticGaussianVelocity of rectified_flow", _gauss, ()
    # bitorch
    for name, shape in (
        ("Resnet18V1", 32),
        ("DenseNet28", 64),
        ("MeliusNet22", 64),
        ("QuickNet", 64),
        ("ResnetE18", 32),
    ):
        yield (
            name + " of bitorch",
            built("bitorch.models." + name, input_shape=[1, 3, shape, shape], num_classes=10),
            (floats(2, 3, shape, shape),),
        )
    yield "LeNet of bitorch", built("bitorch.models.LeNet", [1, 1, 28, 28], 10), (floats(2, 1, 28, 28),)
    yield "DLRM of bitorch", built("bitorch.models.DLRM", 13, [20, 30, 40]), ()
    yield "Pact of bitorch", built("bitorch.layers.Pact"), (floats(2, 5),)
    yield "BEmbedding of bitorch", built("bitorch.layers.bembedding.BEmbedding", 20, 8), (ids(20, 2, 5),)
    yield "BEmbeddingBag of bitorch", built("bitorch.layers.bembedding.BEmbeddingBag", 20, 8), ()
    yield "QEmbedding of bitorch", built("bitorch.layers.QEmbedding", 20, embedding_dim=8), (ids(20, 2, 5),)
    yield "QConv1d of bitorch", built("bitorch.layers.QConv1d", 4, 8, 3), (floats(2, 4, 10),)
    yield "QConv3d of bitorch", built("bitorch.layers.QConv3d", 4, 8, 3), (floats(2, 4, 6, 6, 6),)
    # torchblocks-vp
    yield "RMSNorm of torchblocks", built("torchblocks.norm.RMSNorm", 16), (floats(2, 5, 16),)
    yield (
        "LanguageConditionedAdapter of torchblocks",
        built("torchblocks.adapter.LanguageConditionedAdapter", 32, 16),
        (floats(2, 5, 32), floats(2, 32)),
    )
    yield (
        "BottleneckAdapter of torchblocks",
        built("torchblocks.adapter.BottleneckAdapter", 32, 16),
        (floats(2, 5, 32),),
    )
    yield (
        "GroupedQueryAttention of torchblocks",
        built("torchblocks.attention.GroupedQueryAttention", 32, 4, 2),
        (floats(2, 5, 32), floats(5, 4), floats(5, 4)),
    )
    yield (
        "BahdanauAttention of torchblocks",
        built("torchblocks.bahdanau.BahdanauAttention", 16, 24, 32),
        (floats(2, 24), floats(2, 7, 16)),
    )
    yield "LocalConvModule of torchblocks", built("torchblocks.conv.LocalConvModule", 16), (floats(2, 9, 16),)
    # equinet
    yield "MoleculeModel of equinet", _equinet(vle="nrtl", binary_equivariant=True), ()
    yield "MoleculeModel vp wohl of equinet", _equinet(vle="wohl", vp="antoine", wohl_order=3), ()
    # gpt-db-core
    yield "MiniGPT of gpt-db-core", built("main.nn_mini.MiniGPT", 100), (ids(100, 2, 12),)
    # neuralspace-ai
    yield "TrainableAtom of neuralspace", built("neuralspace.trainer.TrainableAtom"), (floats(2, 512),)
    # transfernet
    yield "ElemNet of transfernet", _lazy("transfernet.models.ElemNet", floats(4, 86)), (floats(4, 86),)
    yield (
        "GeneralNet of transfernet",
        _lazy("transfernet.models.GeneralNet", floats(4, 20), batch_norm=True),
        (floats(4, 20),),
    )
    # deeplense-domain-adaptation
    yield "Equivariant Encoder of deeplense", _e2, ()
    yield (
        "ResNet Encoder of deeplense",
        built("deeplense_domain_adaptation.networks.resnet.Encoder", "18"),
        (floats(2, 1, 64, 64),),
    )
    yield (
        "Discriminator of deeplense",
        built("deeplense_domain_adaptation.networks.discriminator.Discriminator"),
        (floats(2, 256),),
    )
    # stvae
    yield "VAE of stvae", built("stvae.model.autoencoders.VAE", 8, 100, 3, 4, 0.9), ()
    yield "Latent_discriminator of stvae", built("stvae.model.modules.Latent_discriminator", 8, 3), (floats(4, 8),)
    # fsdiffnet
    yield "FSDiffNet of fsdiffnet", built("fsdiffnet.model_architecture.FSDiffNet"), (floats(1, 2, 90, 90),)
    yield "DeepNet_baseline of fsdiffnet", built("fsdiffnet.model_architecture.DeepNet_baseline"), ()
    yield (
        "HighDilationCirucularConv of fsdiffnet",
        built("fsdiffnet.MyClass.HighDilationCirucularConv", 2, 3, 1),
        (floats(1, 2, 4, 4),),
    )
    yield "lambd_pos of fsdiffnet", built("fsdiffnet.MyClass.lambd_pos", 0.1), ()
    # pdetransformer
    for kind in ("PDE-S",):
        yield (
            "PDETransformer mixed of pdetransformer",
            _pde("pdetransformer.core.mixed_channels.PDETransformer", 32, 2, 2, kind),
            (floats(1, 2, 64, 64), torch.rand(1), ids(10, 1)),
        )
        yield (
            "PDETransformer carrier of pdetransformer",
            _pde("pdetransformer.core.mixed_channels.PDETransformer", 32, 2, 2, kind, carrier_token_active=True),
            (),
        )
        yield (
            "PDETransformer separate of pdetransformer",
            _pde("pdetransformer.core.separate_channels.PDETransformer", 32, 2, kind, patch_size=4),
            (),
        )
    yield (
        "UDiT of pdetransformer",
        _pde("pdetransformer.core.mixed_channels.UDiT", 64, 2, 2, "U-DiT-S", 4),
        (floats(1, 2, 64, 64), torch.rand(1), ids(10, 1)),
    )
    yield (
        "UNetWrapper of pdetransformer",
        _pde("pdetransformer.core.mixed_channels.UNetWrapper", 32, 2, 32, 2, [1, 2, 2], 2, [False, True, False]),
        (floats(1, 2, 32, 32), torch.rand(1)),
    )
    yield (
        "CustomDiT of pdetransformer",
        _pde("pdetransformer.core.mixed_channels.CustomDiTTransformer2DModel", 4, 16, 4, num_layers=4, sample_size=16),
        (),
    )
    yield (
        "FactFormer2D of pdetransformer",
        _pde("pdetransformer.core.mixed_channels.FactFormer2D", 2, 16),
        (floats(1, 2, 16, 16),),
    )
    yield "ScOT of pdetransformer", _scot(), ()
    yield "ScOT conditioned of pdetransformer", _scot(use_conditioning=True, use_absolute_embeddings=True), ()
    f = "pdetransformer.core.mixed_channels.factformer."
    yield "GroupNorm of pdetransformer", _pde(f + "GroupNorm", 4, 16), (floats(2, 3, 3, 16),)
    yield "InstanceNorm of pdetransformer", _pde(f + "InstanceNorm", 16, affine=True), (floats(2, 3, 3, 16),)
    yield "Sin of pdetransformer", _pde(f + "Sin", 16), (floats(2, 16),)
    yield "PositionalEmbedding of pdetransformer", _pde(f + "PositionalEmbedding", 9, 20), (12,)
    yield (
        "GaussianFourierFeatureTransform of pdetransformer",
        _pde(f + "GaussianFourierFeatureTransform", 2, 16, learnable=True),
        (floats(2, 5, 2),),
    )
    yield "SirenNet of pdetransformer", _nograd(f + "SirenNet", 2, 32, 3, 3, normalize_input=False), (floats(6, 2),)
    yield (
        "LowRankKernel of pdetransformer",
        _pde(f + "LowRankKernel", 32, 8, 4, positional_embedding="none"),
        (floats(2, 6, 32),),
    )
    # best-rq-pytorch
    yield "BestRQ of best_rq_pytorch", _bestrq(False), ({"labels": ids(30, 2, 16)},)
    yield "BestRQ t5 of best_rq_pytorch", _bestrq(True), ({"labels": ids(30, 2, 16)},)
    # mist-vae
    sizes = {"bv_size": 20, "bj_size": 8, "av_size": 20, "aj_size": 8}
    yield "VAE_scRNA of mist_vae", built("model.model.VAE_scRNA", 200, 16, 4), ()
    yield "VAE_scTCR of mist_vae", built("model.model.VAE_scTCR", **sizes), ()
    yield "VAE_Multi of mist_vae", built("model.model.VAE_Multi", x_dims=200, batchs=4, weights=True, **sizes), ()
    yield (
        "CDR3 encoder of mist_vae",
        _mist_encoder,
        (ids(20, 3), ids(8, 3), ids(20, 3, 30), ids(20, 3), ids(8, 3), ids(20, 3, 30)),
    )
    # torch-geometric-pool
    for name, a, k in (
        ("ASAPooling", (8,), {}),
        ("AsymCheegerCutPooling", (8, 3), {"act": "relu"}),
        ("BNPool", (8, 3), {}),
        ("DMoNPooling", ([8, 16], 3), {}),
        ("EdgeContractionPooling", (8,), {}),
        ("KMISPooling", (8,), {}),
        ("MaxCutPooling", (8,), {}),
        ("SAGPooling", (8,), {}),
        ("TopkPooling", (8,), {}),
    ):
        yield (
            name + " of tgp",
            _tgp("tgp.poolers." + name, *a, **k),
            ({"x": floats(6, 8), "adj": EDGES, "batch": torch.zeros(6).long()},),
        )
    yield "PANPooling of tgp", _tgp("tgp.poolers.PANPooling", 8), ()
    yield "GTVConv of tgp", _tgp("tgp.mp.GTVConv", 8, 16), (floats(6, 8), EDGES)
    # torch-mpo
    yield "TTLinear of torch_mpo", built("torch_mpo.TTLinear", 64, 32, tt_ranks=4), (floats(2, 64),)
    yield "TTConv2d of torch_mpo", built("torch_mpo.TTConv2d", 8, 16, 3, padding=1, tt_ranks=4), (floats(2, 8, 6, 6),)
    yield "resnet18_mpo of torch_mpo", built("torch_mpo.models.resnet18_mpo"), (floats(1, 3, 64, 64),)
    yield "vgg16_mpo of torch_mpo", built("torch_mpo.models.vgg16_mpo"), ()
    # torchal
    adj = torch.eye(6)
    yield "GCN of torchal (al_utils)", built("al_utils.query_models.GCN", 8, 16, 1, 0.1), (floats(6, 8), adj)
    yield "GCN of torchal (pycls)", built("pycls.models.coregcn.GCN", 8, 16, 1, 0.1), (floats(6, 8), adj)
    yield "VAE of torchal", built("al_utils.query_models.VAE"), ()
    yield (
        "LossNet of torchal",
        built("al_utils.query_models.LossNet"),
        ([floats(2, 64, 32, 32), floats(2, 128, 16, 16), floats(2, 256, 8, 8), floats(2, 512, 4, 4)],),
    )
    yield "ResNet of torchal", _pycls("pycls.models.resnet_style.resnet_shake_shake.Network"), ()
    # mcunet
    yield "OFAProxylessNASNets of mcunet", _ofa, (floats(1, 3, 64, 64),)
    yield (
        "MobileNetV2 of mcunet",
        built("mcunet.tinynas.nn.networks.mobilenet_v2.MobileNetV2", width_mult=0.35),
        (floats(1, 3, 64, 64),),
    )
    yield "MyConv2d of mcunet", built("mcunet.utils.my_modules.MyConv2d", 4, 8, 3), (floats(1, 4, 6, 6),)
    # sixdrepnet
    yield "SixDRepNet of sixdrepnet", _six1, (floats(2, 3, 64, 64),)
    yield "SixDRepNet2 of sixdrepnet", _six2, (floats(1, 3, 224, 224),)
    # tranception-pytorch-dohlee
    yield (
        "Tranception of tranception_pytorch",
        built("tranception_pytorch.tranception_pytorch.Tranception", 64, 8, 4, 32),
        (ids(21, 2, 32),),
    )
    # snstorch
    yield "NonSpikingLayer of snstorch", built("snstorch.modules.NonSpikingLayer", 6), (floats(6), floats(6))
    yield (
        "NonSpikingLayer 2d of snstorch",
        built("snstorch.modules.NonSpikingLayer", [6, 5]),
        (floats(6, 5), floats(6, 5)),
    )
    yield (
        "NonSpikingChemicalSynapseLinear of snstorch",
        built("snstorch.modules.NonSpikingChemicalSynapseLinear", 6, 4),
        (floats(6), floats(4)),
    )
    yield (
        "NonSpikingChemicalSynapseConv of snstorch",
        built("snstorch.modules.NonSpikingChemicalSynapseConv", 1, 1, 3, padding=1),
        (floats(6, 6), floats(6, 6)),
    )
    yield (
        "NonSpikingChemicalSynapseElementwise of snstorch",
        built("snstorch.modules.NonSpikingChemicalSynapseElementwise"),
        (floats(6), floats(6)),
    )
    # abyssal-pytorch
    yield (
        "Abyssal of abyssal_pytorch",
        built("abyssal_pytorch.abyssal_pytorch.Abyssal", 0.1, True),
        (floats(2, 1280), floats(2, 1280)),
    )
    # torch-contour
    yield "Sobel of torch_contour", built("torch_contour.torch_contour.Sobel"), (floats(1, 1, 8, 8),)
    # pytorch-cortex
    yield "Conv1dRoot of cortex", _cortex_root, ()
    yield "Conv1dBranch of cortex", built("cortex.model.branch.Conv1dBranch", 32, pooling_type="weighted_mean"), ()
    yield "DDPStandardize of cortex", built("cortex.model.elemental.DDPStandardize", 3), ()
    yield "RegressorLeaf of cortex", built("cortex.model.leaf.RegressorLeaf", 32, 2, "b", 2), ()
    # torchonn-pyutils
    yield "PACT_Act of pyutils", built("pyutils.quantize.PACT_Act", None, device=torch.device("cpu")), ()
    yield (
        "ActQuantizer_LSQ of pyutils",
        built("pyutils.quant.lsq.ActQuantizer_LSQ", 8, device="cpu", nbits=8, mode="kernel_wise", offset=True),
        (),
    )
    yield (
        "WeightQuantizer_LSQ of pyutils",
        built(
            "pyutils.quant.lsq.WeightQuantizer_LSQ",
            8,
            device="cpu",
            nbits=8,
            mode="kernel_wise",
            offset=True,
            signed=True,
        ),
        (),
    )
    yield (
        "FilterResponseNorm2d of pyutils",
        built("pyutils.normalization.FilterResponseNorm2d", 8, learnable_eps=True),
        (floats(2, 8, 5, 5),),
    )
    yield "MABN2d of pyutils", built("pyutils.normalization.MABN2d", 8, 4, 8), (floats(2, 8, 5, 5),)
    yield "CenConv2d of pyutils", built("pyutils.normalization.CenConv2d", 4, 8, bias=True), (floats(2, 4, 5, 5),)
