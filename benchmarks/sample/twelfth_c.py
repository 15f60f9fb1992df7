"""The twelfth set's third part.

A model is a line, as in `package_models`. Where no batch fitted, the call is empty and the pass tells nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import torch

from package_models import Made, built, floats, ids
from sample.common import TWELFTH, bare, begin, stub

REQUIREMENTS: list[str] = []
"""What the packages import themselves: all of it is in the sets before."""

PACKAGES = [
    "bisnet",
    "bit-diffusion",
    "colourgan",
    "deep-utils",
    "deepab-pytorch",
    "mamba3-ssm",
    "maskbit-pytorch",
    "moda-attention",
    "nn-rns",
    "otf-llm",
    "pdetransformer-ttt",
    "pinn-pytorch",
    "pytorch-template",
    "pytorchtime",
    "retsim-pytorch",
    "text2concept-pytorch",
    "tft-torch",
    "torch-modules-compilation",
    "torch-supercluster",
    "torchbridge-ml",
    "torchvf",
    "vision-xformer",
]

SKIPPED = {
    "gradnorm-pytorch": "its weights of losses are a buffer",
    "graph-attention-student": "asks for visual_graph_datasets",
    "quanfire-multilingual-embedding": "cannot be installed",
    "torchoutil": "no module of it has a parameter",
}
"""Of the draw too, without models here."""


def _moda(**k: Any) -> Any:
    from moda.config import MoDAConfig
    from moda.model import MoDAModel

    return MoDAModel(MoDAConfig(d_model=64, num_heads=4, num_layers=4, max_seq_len=64, **k))


def _retsim(**k: Any) -> Any:
    from retsim_pytorch.retsim import RETSim, RETSimConfig

    return RETSim(RETSimConfig(**k))


def _retsim_relative() -> Any:
    from retsim_pytorch.modules.positional_embeddings import PositionalEncodingType

    return _retsim(position_encoding=PositionalEncodingType.RELATIVE)


def _lenet() -> Any:
    stub("mlflow")
    from pytorch_template.models.lenet import LeNet

    return LeNet()


def _pde(name: str, *a: Any, folder: str = "mixed_channels", **k: Any) -> Any:
    def make() -> Any:
        bare(
            "pdetransformer",
            "pdetransformer.core",
            "pdetransformer.core.mixed_channels",
            "pdetransformer.core.separate_channels",
        )
        return built(f"pdetransformer.core.{folder}.{name}", *a, **k)()

    return make


def _scot() -> Any:
    bare("pdetransformer", "pdetransformer.core", "pdetransformer.core.mixed_channels")
    from pdetransformer.core.mixed_channels.scot import ScOT, ScOTConfig

    return ScOT(
        ScOTConfig(
            image_size=64,
            patch_size=4,
            num_channels=3,
            num_out_channels=3,
            embed_dim=24,
            depths=[2, 2],
            num_heads=[2, 4],
            skip_connections=[2, 0],
            window_size=4,
            use_conditioning=False,
            use_absolute_embeddings=True,
            use_mask_token=True,
        )
    )


def _tft() -> Any:
    from omegaconf import OmegaConf
    from tft_torch.tft import TemporalFusionTransformer

    return TemporalFusionTransformer(
        OmegaConf.create(
            {
                "data_props": {
                    "num_historical_numeric": 3,
                    "num_historical_categorical": 2,
                    "historical_categorical_cardinalities": [5, 6],
                    "num_static_numeric": 2,
                    "num_static_categorical": 1,
                    "static_categorical_cardinalities": [7],
                    "num_future_numeric": 1,
                    "num_future_categorical": 1,
                    "future_categorical_cardinalities": [4],
                },
                "task_type": "regression",
                "target_window_start": None,
                "model": {
                    "attention_heads": 4,
                    "dropout": 0.1,
                    "lstm_layers": 2,
                    "output_quantiles": [0.1, 0.5, 0.9],
                    "state_size": 32,
                },
            }
        )
    )


def _tft_batch() -> Any:
    return {
        "historical_ts_numeric": floats(2, 10, 3),
        "historical_ts_categorical": ids(4, 2, 10, 2),
        "future_ts_numeric": floats(2, 5, 1),
        "future_ts_categorical": ids(3, 2, 5, 1),
        "static_feats_numeric": floats(2, 2),
        "static_feats_categorical": ids(6, 2, 1),
    }


def _yolo(name: str, *a: Any, **k: Any) -> Any:
    def make() -> Any:
        stub("cv2", "seaborn")
        sys.path.insert(0, str(TWELFTH / "deep_utils/vision/object_detection/yolo/v7/torch"))
        return built(f"deep_utils.vision.object_detection.yolo.{name}", *a, **k)()

    return make


def _mamba3(**k: Any) -> Any:
    from mamba3_ssm import MambaConfig, MambaLMHeadModel

    return MambaLMHeadModel(
        MambaConfig(d_model=64, n_layer=3, vocab_size=100, ssm_cfg={"d_state": 16, "headdim": 16, **k})
    )


def _otf() -> Any:
    stub("triton", "triton.language")
    from otf_llm.convert_global_universal import GlobalSymmetricINT4Linear

    return GlobalSymmetricINT4Linear(64, 32)


def _bisenet() -> Any:
    import torch.utils.model_zoo as zoo

    zoo.load_url = lambda *a, **k: {}  # nothing comes from the net
    from bisnet import resnet
    from bisnet.model import BiSeNet

    if hasattr(resnet, "modelzoo"):
        resnet.modelzoo.load_url = zoo.load_url
    resnet.Resnet18.init_weight = lambda self: None
    return BiSeNet(19)


def _stubbed(name: str, *a: Any, **k: Any) -> Any:
    def make() -> Any:
        stub("wandb", "cv2", "h5py")
        return built(name, *a, **k)()

    return make


def models() -> Iterator[Made]:
    """Each model of this part."""
    begin()
    modules = "torch_modules_compilation.modules."
    # moda-attention
    yield "MoDAModel of moda", _moda, (ids(64, 2, 12),)
    yield "MoDAModel, grouped, of moda", lambda: _moda(num_kv_heads=2, post_norm=False), (ids(64, 2, 12),)
    # torch-modules-compilation
    yield "GLAM of torch_modules_compilation", built(modules + "GLAM", 64, 48, 16, 5), (floats(2, 64, 16, 16),)
    yield (
        "FeatureMapSelfAttention of torch_modules_compilation",
        built(modules + "FeatureMapSelfAttention", 64),
        (floats(2, 64, 16, 16),),
    )
    yield (
        "PatchMerger of torch_modules_compilation",
        built(modules + "PatchMerger", 64, 8, norm=True),
        (floats(2, 20, 64),),
    )
    yield (
        "TripletAttention of torch_modules_compilation",
        built(modules + "TripletAttention", 64, 16, 16),
        (floats(2, 64, 16, 16),),
    )
    yield (
        "UnetEncoder of torch_modules_compilation",
        built(modules + "UnetEncoder", [3, 16, 32, 64], 0.1),
        (floats(2, 3, 64, 64),),
    )
    # retsim-pytorch
    yield "RETSim of retsim_pytorch", _retsim, (floats(2, 512, 24),)
    yield "RETSim, relative, of retsim_pytorch", _retsim_relative, (floats(2, 512, 24),)
    # bit-diffusion
    yield "Unet of bit_diffusion", built("bit_diffusion.bit_diffusion.Unet", 32), (floats(1, 24, 32, 32), torch.rand(1))
    # nn-rns
    yield "causalCNN_static of nn_rns", built("nn_rns.NN.nn.causalCNN_static", 3, 4, 20, 40), ()
    yield "causalCNN_kepler of nn_rns", built("nn_rns.NN.nn.causalCNN_kepler", 3, 4, 20, 40, 0.5, 0.1), ()
    yield "causalCNN_rotate of nn_rns", built("nn_rns.NN.nn.causalCNN_rotate", 3, 16, 4, 20, 40, 0.5, 0.1), ()
    # pytorch-template
    yield "LeNet of pytorch_template", _lenet, (floats(2, 1, 32, 32),)
    # torchvf
    yield "H2Model of torchvf", built("torchvf.models.models.H2Model", 1), (floats(1, 1, 64, 64),)
    yield "H1Model of torchvf", built("torchvf.models.models.H1Model", 1), (floats(1, 1, 64, 64),)

    # pdetransformer-ttt
    x = floats(1, 2, 64, 64)
    yield (
        "PDETransformer of pdetransformer",
        _pde("pde_transformer.PDETransformer", 64, 2, 2, "PDE-S"),
        (x, torch.zeros(1), torch.zeros(1).long()),
    )
    yield (
        "PDETransformer, ttt, of pdetransformer",
        _pde(
            "pde_transformer.PDETransformer",
            64,
            2,
            2,
            "PDE-S",
            token_mixer_type="ttt_sequence",
            ttt_layer_type="mlp",
            ttt_use_gate=True,
        ),
        (x, torch.zeros(1), torch.zeros(1).long()),
    )
    yield (
        "PDETransformer, vittt, of pdetransformer",
        _pde("pde_transformer.PDETransformer", 64, 2, 2, "PDE-S", token_mixer_type="vittt"),
        (x, torch.zeros(1), torch.zeros(1).long()),
    )
    yield (
        "PDETransformer, separate channels, of pdetransformer",
        _pde("pde_transformer.PDETransformer", 64, 1, "PDE-S", folder="separate_channels", patch_size=4),
        (),
    )
    yield "FactFormer2D of pdetransformer", _pde("factformer.FactFormer2D", 2, 32), (floats(1, 2, 32, 32),)
    yield (
        "UNetWrapper of pdetransformer",
        _pde("unet.UNetWrapper", 32, 2, 32, 2, [1, 2, 2], 2, [False, True, True]),
        (floats(1, 2, 32, 32),),
    )
    yield "UDiT of pdetransformer", _pde("udit.UDiT", 64, 2, 2, "U-DiT-S"), ()
    yield "ScOT of pdetransformer", _scot, ()
    yield (
        "GaussianFourierFeatureTransform of pdetransformer",
        _pde("factformer.GaussianFourierFeatureTransform", 2, 16, learnable=True),
        (floats(2, 5, 2),),
    )
    yield "Sin of pdetransformer", _pde("factformer.Sin", 16), (floats(2, 5, 16),)
    yield "PositionalEmbedding of pdetransformer", _pde("factformer.PositionalEmbedding", 9, 20), (10,)
    yield "Siren of pdetransformer", _pde("factformer.Siren", 8, 12), (floats(2, 5, 8),)

    # tft-torch
    yield "TemporalFusionTransformer of tft_torch", _tft, (_tft_batch(), {})
    # deep-utils
    seven = "v7.torch.models.common."
    yield "ImplicitA of deep_utils", _yolo(seven + "ImplicitA", 8), (floats(2, 8, 4, 4),)
    yield "ImplicitM of deep_utils", _yolo(seven + "ImplicitM", 8), (floats(2, 8, 4, 4),)
    yield (
        "OREPA_3x3_RepConv of deep_utils",
        _yolo(seven + "OREPA_3x3_RepConv", 8, 16, 3, padding=1),
        (floats(2, 8, 6, 6),),
    )
    yield "STCSPA of deep_utils", _yolo(seven + "STCSPA", 64, 64, 2), (floats(1, 64, 16, 16),)
    yield "ST2CSPA of deep_utils", _yolo(seven + "ST2CSPA", 64, 64, 2), (floats(1, 64, 16, 16),)
    five = "v5.torch.yolov5_utils.activations."
    yield "AconC of deep_utils", _yolo(five + "AconC", 8), (floats(2, 8, 4, 4),)
    yield "MetaAconC of deep_utils", _yolo(five + "MetaAconC", 8), (floats(2, 8, 4, 4),)
    yield (
        "VisionTransformer of deep_utils",
        built(
            "deep_utils.multi_modals._models.blip.torch.models.vit.VisionTransformer",
            32,
            8,
            embed_dim=32,
            depth=3,
            num_heads=4,
        ),
        (floats(2, 3, 32, 32),),
    )

    # text2concept-pytorch
    yield (
        "Text2ConceptAligner of text2concept_pytorch",
        built("text2concept_pytorch.Text2ConceptAligner", 64),
        (floats(2, 64),),
    )
    # mamba3-ssm
    yield "MambaLMHeadModel of mamba3_ssm", lambda: _mamba3(), (ids(100, 2, 12),)
    yield "MambaLMHeadModel, mimo, of mamba3_ssm", lambda: _mamba3(is_mimo=True), (ids(100, 2, 12),)
    # otf-llm
    yield "GlobalSymmetricINT4Linear of otf_llm", _otf, ()
    # maskbit-pytorch
    yield "BQVAE of maskbit_pytorch", built("maskbit_pytorch.BQVAE", 64, image_size=64), (floats(2, 3, 64, 64),)
    # torchbridge-ml
    yield (
        "DoRALinear of torchbridge",
        lambda: import_module("torchbridge.adapters.layers").DoRALinear(torch.nn.Linear(16, 24), 4, 8.0),
        (floats(2, 16),),
    )
    yield (
        "LoRALinear of torchbridge",
        lambda: import_module("torchbridge.adapters.layers").LoRALinear(torch.nn.Linear(16, 24), 4, 8.0),
        (floats(2, 16),),
    )
    # torch-supercluster
    yield (
        "SuperCluster of supercluster",
        built("supercluster.SuperCluster", input_dim=10, embedding_dim=64, num_clusters=8),
        (floats(4, 10),),
    )
    yield (
        "SuperCluster of classes of supercluster",
        built("supercluster.SuperCluster", input_dim=54, embedding_dim=64, num_clusters=8, num_classes=7),
        (floats(4, 54),),
    )
    # vision-xformer
    k = {"image_size": 32, "patch_size": 4, "num_classes": 10, "dim": 64, "depth": 3}
    yield "ViL of vision_xformer", built("vision_xformer.ViL", heads=4, mlp_dim=128, **k), (floats(2, 3, 32, 32),)
    yield (
        "ViL, keys and values apart, of vision_xformer",
        built("vision_xformer.ViL", heads=4, mlp_dim=128, share_kv=False, one_kv_head=False, **k),
        (floats(2, 3, 32, 32),),
    )
    yield "ViP of vision_xformer", built("vision_xformer.ViP", heads=4, mlp_dim=128, **k), (floats(2, 3, 32, 32),)
    yield "ViN of vision_xformer", built("vision_xformer.ViN", heads=4, mlp_dim=128, **k), (floats(2, 3, 32, 32),)
    yield "FNet of vision_xformer", built("vision_xformer.FNet", mlp_dim=128, **k), (floats(2, 3, 32, 32),)
    # bisnet
    yield "BiSeNet of bisnet", _bisenet, (floats(2, 3, 64, 64),)
    # pytorchtime
    yield "InceptionTime of torchtime", built("torchtime.models.inception.InceptionTime", 3, 5), (floats(2, 3, 40),)
    # deepab-pytorch
    yield "CrissCrossAttention of deepab_pytorch", _stubbed("deepab_pytorch.deepab_pytorch.CrissCrossAttention", 16), ()
    # colourgan
    yield "Generator of colourgan", _stubbed("colourgan.networks.Generator"), ()
    yield "Discriminator of colourgan", _stubbed("colourgan.networks.Discriminator"), ()
    # pinn-pytorch
    yield "MLP of pinn_pytorch", built("pinn_pytorch.model.MLP", 2, [32, 32, 32], 1), (floats(5, 2),)
