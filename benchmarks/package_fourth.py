"""A fourth set of packages from PyPI that are in no list before it, each model with a batch that it takes.

A model is a line, as in `package_models`: what builds it, and what it is called with.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import torch
from torch import nn

import package_more
import package_third
from package_models import Made, built, floats, ids

UNUSED = (
    "pymatgen",
    "warp",
    "descriptastorus",
    "ale_py",
    "jsonargparse",
    "udtools",
    "resampy",
    "imageio",
    "anyascii",
    "pydot",
    "keras_lmu",
    "clip",
    "clean_fid",
    "stempeg",
    "audioread",
    "s3fs",
    "pyts",
    "ffmpy",
    "clean_fid",
    "cleanfid",
    "nvtx",
    "audiolm_pytorch",
)
"""What the packages import and these models do not use, beside the third set's."""

REQUIREMENTS = [
    "addict",
    "ai4ts",
    "alias-free-torch",
    "antlr4-python3-runtime==4.9.3",
    "argbind",
    "benchpots",
    "clean-fid",
    "configargparse",
    "dataclasses-json",
    "dctorch",
    "decorator",
    "descript-audiotools",
    "docstring-inheritance",
    "docstring-parser",
    "emoji",
    "flatten-dict",
    "importlib-resources",
    "jsonmerge",
    "jsonschema",
    "jsonschema-specifications",
    "marshmallow",
    "mmengine",
    "mne",
    "nonlinear-benchmarks",
    "orjson",
    "platformdirs",
    "pooch",
    "pygrinder",
    "python-hostlist",
    "randomname",
    "referencing",
    "rpds-py",
    "setuptools<80",
    "skorch",
    "structlog",
    "termcolor",
    "treelib",
    "tsdb",
    "typing-inspect",
]
"""What the packages import themselves, beside the first three sets'."""

PACKAGES = [
    "azula",
    "braindecode",
    "brc-pytorch",
    "complextorch",
    "coral-pytorch",
    "descript-audio-codec",
    "esbn-pytorch",
    "fightingcv-attention",
    "flash-pytorch",
    "ghonn-models-pytorch",
    "gsa-pytorch",
    "gtrxl-torch",
    "hear21passt",
    "high-order-layers-torch",
    "htm-pytorch",
    "k-diffusion",
    "lie-transformer-pytorch",
    "long-short-transformer",
    "mace-torch",
    "mambabyte",
    "neuromancer",
    "nvidia-physicsnemo",
    "openunmix",
    "parti-pytorch",
    "pina-mathlab",
    "ponder-transformer",
    "prototorch",
    "pyiqa",
    "pypots",
    "pytabkit",
    "rational-activations",
    "spacecutter",
    "stable-audio-tools",
    "stam-pytorch",
    "tokenlearner-pytorch",
    "torchcrepe",
    "torchcvnn",
    "torchxrayvision",
    "tortoise-tts",
    "zetascale",
]
"""The packages that are tried."""


def complexes(*shape: int) -> torch.Tensor:
    """Random complex activations."""
    return torch.randn(*shape, dtype=torch.cfloat)


def lucid() -> Iterator[Made]:
    """Models of many kinds by the author of x-transformers, and some written after them."""
    words, x = ids(40, 2, 16), floats(2, 16, 32)
    small = {"dim": 32, "heads": 2, "dim_head": 8}
    lm = {"num_tokens": 40, "depth": 2}
    yield (
        "LongShortTransformer",
        built("long_short_transformer.LongShortTransformer", **small, **lm, max_seq_len=16, window_size=4, r=2),
        (words,),
    )
    yield (
        "LongShortTransformer, both ways",
        built(
            "long_short_transformer.LongShortTransformer",
            **{**small, **lm, "max_seq_len": 16, "window_size": 4, "r": 4, "causal": False},
        ),
        (words,),
    )
    yield "ESBN", built("esbn_pytorch.ESBN", value_dim=8, key_dim=8, hidden_dim=16), (floats(3, 2, 3, 32, 32),)
    yield (
        "PonderTransformer",
        built("ponder_transformer.PonderTransformer", **small, num_tokens=40, max_seq_len=16),
        (
            words,
            {"labels": ids(40, 2, 16)},
        ),
    )
    yield "GSA", built("gsa_pytorch.GSA", dim=16, dim_key=8, heads=2, rel_pos_length=8), (floats(2, 16, 8, 8),)
    gau = {"dim": 32, "query_key_dim": 16}
    yield "GAU", built("flash_pytorch.GAU", **gau, rel_pos_bias=True, laplace_attn_fn=True), (x,)
    for causal in (True, False):
        options = {**gau, **lm, "group_size": 8, "causal": causal}
        yield f"FLASHTransformer, causal {causal}", built("flash_pytorch.FLASHTransformer", **options), (words,)
    yield (
        "STAM",
        built(
            "stam_pytorch.STAM",
            **{f"{kind}_{one}": 2 for kind in ("space", "time") for one in ("depth", "heads")},
            dim=32,
            image_size=32,
            patch_size=16,
            num_frames=2,
            num_classes=5,
            space_mlp_dim=32,
            time_mlp_dim=32,
        ),
        (floats(2, 2, 3, 32, 32),),
    )
    yield "HTMAttention", built("htm_pytorch.HTMAttention", **small, mem_chunk_size=4), (x, floats(2, 16, 32))
    yield "HTMBlock", built("htm_pytorch.HTMBlock", **small, mem_chunk_size=4), (x, floats(2, 16, 32))
    yield (
        "LieTransformer",
        built("lie_transformer_pytorch.LieTransformer", **small, nbhd=8),
        (x, floats(2, 16, 3), None, torch.ones(2, 16).bool()),
    )
    yield (
        "TokenLearner",
        built("tokenlearner_pytorch.tokenlearner_pytorch.TokenLearner", S=4),
        (floats(2, 8, 8, 16),),
    )
    yield (
        "TokenFuser",
        built("tokenlearner_pytorch.tokenlearner_pytorch.TokenFuser", 8, 8, 16, 4),
        (floats(2, 4, 16), floats(2, 8, 8, 16)),
    )
    yield "GTrXL", built("gtrxl_torch.gtrxl_torch.GTrXL", 32, 2, 2, hidden_dims=16, batch_first=True), (x,)
    yield (
        "Attention of parti-pytorch",
        built("parti_pytorch.parti_pytorch.Attention", 32, dim_head=8, heads=2, rel_pos_bias=True, encoded_fmap_size=4),
        (floats(2, 16, 32),),
    )
    yield (
        "Transformer of parti-pytorch",
        built("parti_pytorch.vit_vqgan.Transformer", 32, layers=2, dim_head=8, heads=2, fmap_size=4),
        (floats(2, 32, 4, 4),),
    )
    yield (
        "VitVQGanVAE",
        built(
            "parti_pytorch.vit_vqgan.VitVQGanVAE",
            **{"dim": 32, "image_size": 32, "layers": 2, "patch_size": 8, "codebook_size": 16},
            use_vgg_and_gan=False,
        ),
        (floats(2, 3, 32, 32), {"return_recons": True}),
    )


def complex_numbers() -> Iterator[Made]:
    """Layers whose activations are complex."""
    z, maps = complexes(2, 16, 8), complexes(2, 4, 8, 8)
    layers = "complextorch.nn.modules"
    yield (
        "ViT of complextorch",
        built("complextorch.models.vit.ViT", 16, 4, 1, 5, 16, 2, 2, 16),
        (complexes(2, 1, 16, 16),),
    )
    for name in ("Conv1d", "Conv2d"):
        shape = (2, 4, 8) if name == "Conv1d" else (2, 4, 8, 8)
        yield f"gauss.{name}", built(f"complextorch.nn.gauss.conv.{name}", 4, 8, 3), (complexes(*shape),)
    yield "gauss.Linear", built("complextorch.nn.gauss.linear.Linear", 8, 4), (z,)
    yield "masked.LinearMasked", built("complextorch.nn.masked.linear.LinearMasked", 8, 4), (z,)
    yield "masked.BilinearMasked", built("complextorch.nn.masked.linear.BilinearMasked", 8, 8, 4), (z, z)
    yield "masked.Conv2dMasked", built("complextorch.nn.masked.conv.Conv2dMasked", 4, 8, 3), (maps,)
    yield "zAbsReLU", built(f"{layers}.activation.complex_relu.zAbsReLU"), (z,)
    yield "GTReLU", built(f"{layers}.activation.complex_relu.GTReLU", 4, phase_scale=True), (maps,)
    yield "EquivariantPhaseReLU", built(f"{layers}.activation.complex_relu.EquivariantPhaseReLU", 4), (maps,)
    yield "AdaptiveModReLU", built(f"{layers}.activation.split_type_B.AdaptiveModReLU", 4), (maps,)
    yield "HolographicAttention", built(f"{layers}.attention.holographic.HolographicAttention", 2.0), (z, z, z)
    yield "BatchNorm2d of complextorch", built(f"{layers}.batchnorm.BatchNorm2d", 4), (maps,)
    yield "GroupNorm of complextorch", built(f"{layers}.groupnorm.GroupNorm", 2, 4), (maps,)
    yield "LayerNorm of complextorch", built(f"{layers}.layernorm.LayerNorm", 8), (z,)
    yield "RMSNorm of complextorch", built(f"{layers}.rmsnorm.RMSNorm", 8), (z,)
    yield "STFT of complextorch", built(f"{layers}.frontend.STFT", 16), (floats(2, 64),)
    yield "InverseSTFT of complextorch", built(f"{layers}.frontend.InverseSTFT", 16), (complexes(2, 9, 8),)
    yield "ComplexGaborConv1d", built(f"{layers}.frontend.ComplexGaborConv1d", 1, 4, 9), (floats(2, 1, 32),)
    yield "CVKANLayer", built(f"{layers}.kan.CVKANLayer", 8, 4, learnable_grid=True), (complexes(6, 8),)
    yield "Bilinear of complextorch", built(f"{layers}.linear.Bilinear", 8, 8, 4), (z, z)
    yield "wFMConv2d", built(f"{layers}.manifold.wFMConv2d", 4, 8, (3, 3)), (maps,)
    yield "wFMReLU", built(f"{layers}.manifold.wFMReLU", 4), (maps,)
    yield "wFMDistanceLinear", built(f"{layers}.manifold.wFMDistanceLinear", 8), (complexes(6, 8),)
    yield "wFMConvStrict2d", built(f"{layers}.manifold.wFMConvStrict2d", 4, 8, (3, 3)), (maps,)
    yield "PhaseShift", built(f"{layers}.phase.PhaseShift", 4), (maps,)
    yield "ComplexScaling", built(f"{layers}.phase.ComplexScaling", 4), (maps,)
    yield "RotaryEmbedding of complextorch", built(f"{layers}.position.RotaryEmbedding", 8, learnable=True), (z,)
    yield "CoPE of complextorch", built(f"{layers}.position.CoPE", 8), (z,)
    yield "PrototypeDistance", built(f"{layers}.prototype.PrototypeDistance", 8, 5), (complexes(6, 8),)
    for name in ("S4D", "SSMBase", "MambaBlock"):
        yield f"{name} of complextorch", built(f"{layers}.ssm.{name}", 8, 4), (z,)
    yield "UnitaryRNNCell", built(f"{layers}.unitary_rnn.UnitaryRNNCell", 8, 4), (complexes(6, 8),)
    for name in ("LinearARD", "LinearVD"):
        yield f"{name} of complextorch", built(f"complextorch.nn.relevance.linear.{name}", 8, 4), (z,)
        bilinear = name.replace("Linear", "Bilinear")
        yield f"{bilinear} of complextorch", built(f"complextorch.nn.relevance.linear.{bilinear}", 8, 8, 4), (z, z)
    for name in ("zAbsReLU", "zLeakyReLU", "modReLU"):
        yield f"{name} of torchcvnn", built(f"torchcvnn.nn.modules.activation.{name}"), (z,)
    yield "MultiheadAttention of torchcvnn", built("torchcvnn.nn.MultiheadAttention", 8, 2, batch_first=True), (z, z, z)
    yield "BatchNorm2d of torchcvnn", built("torchcvnn.nn.BatchNorm2d", 4), (maps,)
    yield "LayerNorm of torchcvnn", built("torchcvnn.nn.LayerNorm", 8), (z,)
    yield "RMSNorm of torchcvnn", built("torchcvnn.nn.RMSNorm", 8), (z,)


def layers() -> Iterator[Made]:
    """Layers of many kinds."""
    x, row = floats(2, 16, 32), floats(6, 8)
    for version in "ABCD":
        yield f"Rational {version}", built("rational.torch.Rational", cuda=False, version=version), (row,)
    yield "AugmentedRational", built("rational.torch.rationals.AugmentedRational", cuda=False), (row,)
    yield "HONU", built("ghonn_models_pytorch.HONU", 8, 2), (row,)
    yield "HONN", built("ghonn_models_pytorch.HONN", 8, 3, layer_size=2, polynomial_orders=[2, 2]), (row,)
    yield "BistableRecurrentCell", built("brc_pytorch.layers.BistableRecurrentCell", 8, 4), (row, floats(6, 4))
    yield (
        "NeuromodulatedBistableRecurrentCell",
        built("brc_pytorch.layers.NeuromodulatedBistableRecurrentCell", 8, 4),
        (row, floats(6, 4)),
    )
    poly = "high_order_layers_torch"
    yield "Polynomial", built(f"{poly}.PolynomialLayers.Polynomial", 4, 8, 3), (row,)
    yield "FourierSeries", built(f"{poly}.PolynomialLayers.FourierSeries", 4, 8, 3), (row,)
    yield "PiecewisePolynomial", built(f"{poly}.PolynomialLayers.PiecewisePolynomial", 4, 8, 3, 2), (row,)
    yield (
        "PiecewiseDiscontinuousPolynomial",
        built(f"{poly}.PolynomialLayers.PiecewiseDiscontinuousPolynomial", 4, 8, 3, 2),
        (row,),
    )
    yield "Product", built(f"{poly}.ProductLayer.Product", 8, 3), (row,)
    yield "AdditiveAttention", built(f"{poly}.attentions.AdditiveAttention", 32), (x, x, x)
    yield "RelativeMultiHeadAttention", built(f"{poly}.attentions.RelativeMultiHeadAttention", 32, 2), (x, x, x, x)
    yield (
        "LocationAwareAttention",
        built(f"{poly}.attentions.LocationAwareAttention", 32),
        (floats(2, 1, 32), x, floats(2, 16)),
    )
    yield "CoralLayer", built("coral_pytorch.layers.CoralLayer", 8, 4), (row,)
    yield "LogisticCumulativeLink", built("spacecutter.models.LogisticCumulativeLink", 4), (floats(6, 1),)
    yield "LinearTransform of prototorch", built("prototorch.core.transforms.LinearTransform", 8, 8), (row,)


def zeta() -> Iterator[Made]:
    """Layers of one large collection."""
    x, row, words, maps = floats(2, 16, 32), floats(6, 8), ids(40, 2, 16), floats(2, 4, 8, 8)
    head = {"dim": 32, "heads": 2, "dim_head": 8}
    modules = "zeta.nn.modules"
    yield (
        "AgentSelfAttention of zeta",
        built("zeta.nn.attention.agent_attn.AgentSelfAttention", num_agent_tokens=4, **head),
        (x,),
    )
    yield (
        "CrossAttention of zeta",
        built("zeta.nn.attention.cross_attention.CrossAttention", **head, cosine_sim=True),
        (x, x),
    )
    yield (
        "LocalMHA of zeta",
        built("zeta.nn.attention.local_attention_mha.LocalMHA", **head, window_size=4, qk_rmsnorm=True),
        (x,),
    )
    yield "ShapedAttention", built("zeta.nn.attention.shaped_attention.ShapedAttention", 32, 2), (x,)
    yield "SigmoidAttention", built(f"{modules}.sigmoid_attn.SigmoidAttention", 32, 2, 16), (x,)
    yield (
        "AdaptiveConv3DMod",
        built(f"{modules}.adaptive_conv.AdaptiveConv3DMod", 8, spatial_kernel=3, time_kernel=3),
        (floats(2, 8, 4, 8, 8), {"mod": floats(2, 8)}),
    )
    yield "AdaptiveLayerNorm", built(f"{modules}.adaptive_layernorm.AdaptiveLayerNorm", 32), (x,)
    yield "Sin", built(f"{modules}.blockdiag_butterfly.Sin", 8), (row,)
    yield "ODELinear", built(f"{modules}.clex.ODELinear", 8, 2), (torch.tensor(1.0), floats(4))
    yield "CombinedLinear", built(f"{modules}.combined_linear.CombinedLinear", 8, 4), (row,)
    yield "CoPE of zeta", built(f"{modules}.cope.CoPE", 8, 8), (floats(2, 4, 8), floats(2, 4, 4))
    yield "CrossModalReparamLinear", _reparam, (row,)
    yield "DynaConv", built(f"{modules}.dyna_conv.DynaConv", 4, 4, 3, padding=1), (maps,)
    yield "Experts of zeta", built(f"{modules}.expert.Experts", 32, 4), (floats(4, 12, 32),)
    yield "Experts, sparse", built(f"{modules}.sparse_moe.Experts", 32, 4), (floats(4, 12, 32),)
    yield "FlexiConv", built(f"{modules}.flex_conv.FlexiConv", 4, 4, 3), (maps,)
    yield "GLU of zeta", built(f"{modules}.glu.GLU", 8, 4, nn.GELU(), mult_bias=True), (row,)
    yield "GRUGating", built(f"{modules}.gru_gating.GRUGating", 32, scale_residual=True), (x, x)
    yield "DiagonalSSM", built(f"{modules}.h3.DiagonalSSM", 32), (x,)
    yield "H3Layer", built(f"{modules}.h3.H3Layer", 32), (x,)
    yield "BasicHebbianGRUModel", built(f"{modules}.hebbian.BasicHebbianGRUModel", 8, 8, 4), (floats(2, 5, 8),)
    yield "LogFF", built(f"{modules}.log_ff.LogFF", 8, 4, 3, 2), (row,)
    yield "Lora", built(f"{modules}.lora.Lora", 8, 4, 2), (row,)
    yield "MMLayerNorm", built(f"{modules}.mm_layernorm.MMLayerNorm", 2, 32), ([x, x],)
    yield (
        "PerceiverResampler of zeta",
        built(f"{modules}.perceiver_resampler.PerceiverResampler", **head, depth=1, num_latents=4, num_media_embeds=2),
        (floats(2, 2, 6, 32),),
    )
    yield "PolymorphicActivation", built(f"{modules}.polymorphic_activation.PolymorphicActivation"), (row,)
    yield (
        "PolymorphicNeuronLayer",
        built(f"{modules}.polymorphic_neuron.PolymorphicNeuronLayer", 8, 4, [torch.relu, torch.tanh]),
        (row,),
    )
    yield "MambaBlock of zeta", built(f"{modules}.simple_mamba.MambaBlock", 32, 2, 4), (x,)
    yield "SSM of zeta", built(f"{modules}.ssm.SSM", 32, 4, 32, 8), (x, False)
    yield "Snake of zeta", built(f"{modules}.snake_act.Snake"), (row,)
    yield "WSConv2d", built(f"{modules}.ws_conv2d.WSConv2d", 4, 8, 3), (maps,)
    yield "HalfBitLinear", built("zeta.nn.quant.half_bit_linear.HalfBitLinear", 8, 4), (row,)
    yield "BitLinear of zeta", built("zeta.nn.quant.bitlinear.BitLinear", 8, 4), (row,)
    yield (
        "MegaVit",
        built("zeta.models.mega_vit.MegaVit", image_size=32, patch_size=8, num_classes=5, depth=1, mlp_dim=32, **head),
        (floats(2, 3, 32, 32),),
    )
    yield "Transformer of zeta", _zeta, (words,)


def _reparam() -> nn.Module:
    layer = built(
        "zeta.nn.modules.cross_modal_reparametization.CrossModalReparamLinear",
        8,
        4,
        origin_layer=nn.Linear(8, 4),
        aux_weight=torch.randn(4, 8),
    )
    return layer()


def _zeta() -> nn.Module:
    blocks = built(
        "zeta.structs.transformer.Decoder",
        dim=32,
        depth=2,
        heads=2,
        attn_dim_head=8,
        attn_num_mem_kv=2,
        attn_head_scale=True,
        use_rmsnorm=True,
        gate_residual=True,
        alibi_pos_bias=True,
        attn_talking_heads=True,
    )
    return built(
        "zeta.structs.transformer.Transformer", num_tokens=40, max_seq_len=16, attn_layers=blocks(), num_memory_tokens=2
    )()


def brains() -> Iterator[Made]:
    """Readers of EEG."""
    batch = floats(2, 4, 400)
    chs = [{"ch_name": name, "loc": torch.randn(12).numpy()} for name in ("Fz", "Cz", "Pz", "Oz")]
    common = {"n_chans": 4, "n_outputs": 3, "n_times": 400, "sfreq": 200, "chs_info": chs}
    for name in (
        "ATCNet",
        "AttentionBaseNet",
        "BDTCN",
        "BIOT",
        "CBraMod",
        "CodeBrain",
        "ContraWR",
        "CTNet",
        "Deep4Net",
        "DGCNN",
        "EEGConformer",
        "EEGDINO",
        "EEGInceptionERP",
        "EEGInceptionMI",
        "EEGITNet",
        "EEGMiner",
        "EEGNet",
        "EEGNeX",
        "EEGPT",
        "EEGSimpleConv",
        "EEGTCNet",
        "FBCNet",
        "FBLightConvNet",
        "FBMSNet",
        "IFNet",
        "Labram",
        "LUNA",
        "MEDFormer",
        "MSVTNet",
        "PBT",
        "SCCNet",
        "ShallowFBCSPNet",
        "SignalJEPA",
        "SincShallowNet",
        "SPARCNet",
        "SSTDPN",
        "SyncNet",
        "TCFormer",
        "TIDNet",
        "TSception",
    ):
        yield f"{name} of braindecode", built(f"braindecode.models.{name}", **common), (batch,)


def science() -> Iterator[Made]:
    """Layers for equations, forecasts and imputed series."""
    row, series, maps = floats(6, 8), floats(2, 16, 8), floats(2, 4, 8, 8)
    for path, size in {"grud.layers.TemporalDecay": (8, 4), "csai.layers.Decay": (8, 4)}.items():
        yield path, built(f"pypots.nn.modules.{path}", *size), (row,)
    yield (
        "TwoStageAttentionLayer",
        built("pypots.nn.modules.crossformer.layers.TwoStageAttentionLayer", 4, 3, 16, 2, 8, 8),
        (floats(2, 5, 4, 16),),
    )
    yield (
        "ExponentialSmoothing",
        built("pypots.nn.modules.etsformer.layers.ExponentialSmoothing", 4, 2),
        (floats(2, 16, 2, 4),),
    )
    yield "GrowthLayer", built("pypots.nn.modules.etsformer.layers.GrowthLayer", 8, 2), (series,)
    yield "DampingLayer", built("pypots.nn.modules.etsformer.layers.DampingLayer", 5, 2), (floats(2, 1, 8),)
    yield (
        "sparseKernelFT1d",
        built("pypots.nn.modules.fedformer.layers.sparseKernelFT1d", 4, 4, 2),
        (floats(2, 16, 2, 4),),
    )
    yield (
        "FourierBlock",
        built("pypots.nn.modules.fedformer.layers.FourierBlock", 64, 64, 16, 4),
        (floats(2, 16, 8, 8),) * 3,
    )
    yield (
        "SpectralConv1d of FiLM",
        built("pypots.nn.modules.film.layers.SpectralConv1d", 4, 4, 16, 4),
        (floats(2, 3, 4, 16),),
    )
    yield (
        "BackboneFiLM",
        built("pypots.nn.modules.film.backbone.BackboneFiLM", 16, 3, 8, [8], [1], 4, 0.5, 0),
        (floats(2, 16, 3),),
    )
    for independent in (True, False):
        yield (
            f"BackboneFreTS {independent}",
            built("pypots.nn.modules.frets.backbone.BackboneFreTS", 16, 3, 8, 4, 8, independent),
            (floats(2, 16, 3),),
        )
    yield (
        "TimeSeriesEmbedding2D",
        built("pypots.nn.modules.helix.backbone.TimeSeriesEmbedding2D", 8, 4, 4),
        (series, torch.ones(2, 16, 8)),
    )
    yield (
        "ProjectedAttentionLayer",
        built("pypots.nn.modules.imputeformer.attention.ProjectedAttentionLayer", 16, 4, 8, 2),
        (floats(2, 16, 5, 8),),
    )
    yield "MrnnFcnRegression", built("pypots.nn.modules.mrnn.layers.MrnnFcnRegression", 8), (row, torch.ones(6, 8), row)
    yield "RevIN", built("pypots.nn.modules.revin.layers.RevIN", 8), (series,)
    yield "BackboneSegRNN", built("pypots.nn.modules.segrnn.backbone.BackboneSegRNN", 16, 8, 8, 4, 8), (series,)
    yield "BackboneStemGNN", built("pypots.nn.modules.stemgnn.backbone.BackboneStemGNN", 8, 2, 16, 2, 16), (series,)
    yield "EvidenceMachineKernel", built("pypots.nn.modules.tefn.layers.EvidenceMachineKernel", 8, 3), (series,)
    for name in ("RowAttention", "ColAttention"):
        yield name, built(f"pypots.nn.modules.timemixerpp.layers.{name}", 4, 4), (maps,)
    yield "KANLinear of pypots", built("pypots.nn.modules.tkan.layers.KANLinear", 8, 4), (row,)
    yield (
        "Adaptive_Spectral_Block",
        built("pypots.nn.modules.tslanet.layers.Adaptive_Spectral_Block", 8, True),
        (series,),
    )
    yield "PeepholeLSTMCell", built("pypots.nn.modules.vader.layers.PeepholeLSTMCell", 8, 4), (row,)
    yield "GMMLayer", built("pypots.nn.modules.vader.layers.GMMLayer", 8, 4), ()
    pina = "pina._src.model"
    yield "KANBlock", built(f"{pina}.block.kan_block.KANBlock", 8, 4), (torch.rand(6, 8),)
    yield "PirateNetBlock", built(f"{pina}.block.pirate_network_block.PirateNetBlock", 8, nn.Tanh), (row, row, row)
    yield "SpectralConvBlock1D", built(f"{pina}.block.spectral.SpectralConvBlock1D", 4, 6, 3), (floats(2, 4, 16),)
    yield "SpectralConvBlock2D", built(f"{pina}.block.spectral.SpectralConvBlock2D", 4, 6, (3, 3)), (maps,)
    yield "SINDy of pina", _sindy, (row,)
    yield (
        "Spline of pina",
        built(f"{pina}.spline.Spline", 3, knots={"n": 9, "min": 0, "max": 1, "mode": "auto"}),
        (torch.rand(6, 1),),
    )
    nemo = "physicsnemo.nn.module"
    yield (
        "AFNO of physicsnemo",
        built("physicsnemo.models.afno.AFNO", [16, 16], 2, 3, [4, 4], 16, 2, num_blocks=4),
        (floats(2, 2, 16, 16),),
    )
    yield (
        "ModAFNO",
        built(
            "physicsnemo.models.afno.ModAFNO",
            [16, 16],
            2,
            3,
            patch_size=[4, 4],
            embed_dim=16,
            mod_dim=8,
            depth=2,
            num_blocks=4,
        ),
        (floats(2, 2, 16, 16), torch.rand(2, 1)),
    )
    yield (
        "DPOTNet",
        built(
            "physicsnemo.models.dpot.DPOTNet",
            16,
            4,
            in_channels=1,
            out_channels=1,
            in_timesteps=2,
            num_blocks=2,
            embed_dim=8,
            depth=1,
            modes=2,
            out_layer_dim=8,
        ),
        (floats(2, 16, 16, 2, 1),),
    )
    yield (
        "FullyConnected",
        built("physicsnemo.models.mlp.FullyConnected", 8, 16, 4, 2, adaptive_activations=True, weight_norm=True),
        (row,),
    )
    yield (
        "FullyConnected, factors",
        built("physicsnemo.models.mlp.FullyConnected", 8, 16, 4, 2, weight_fact=True),
        (row,),
    )
    yield "Stan", built(f"{nemo}.activations.Stan", 8), (row,)
    for dims, size in {"EarthAttention3D": (2, 4, 4), "EarthAttention2D": (4, 4)}.items():
        yield (
            dims,
            built(f"{nemo}.attention_layers.{dims}", 8, size, size, 2),
            (floats(1, 1, torch.Size(size).numel(), 8),),
        )
    yield "ConcreteDropout", built(f"{nemo}.concrete_dropout.ConcreteDropout", 8), (row,)
    yield "DGMLayer", built(f"{nemo}.dgm_layers.DGMLayer", 8, 8, 4, nn.Tanh()), (row, row)
    yield "FLARE", built(f"{nemo}.flare_attention.FLARE", 16, 2, 8, n_global_queries=4), (floats(2, 10, 16),)
    yield "FourierFilter", built(f"{nemo}.fourier_layers.FourierFilter", 8, 6, 2, 1.0), (row,)
    yield "GaborFilter", built(f"{nemo}.fourier_layers.GaborFilter", 8, 6, 2, 1.0, 6.0, 1.0), (row,)
    yield "FourierLayer", built(f"{nemo}.fourier_layers.FourierLayer", 8, ("gaussian", 1, 8)), (row,)
    yield "GumbelSoftmax", built(f"{nemo}.gumbel_softmax.GumbelSoftmax", learnable=True), (row,)
    yield "KolmogorovArnoldNetwork", built(f"{nemo}.kan_layers.KolmogorovArnoldNetwork", 8, 4), (row,)
    yield "SpectralConv2d of physicsnemo", built(f"{nemo}.spectral_layers.SpectralConv2d", 4, 6, 3, 3), (maps,)
    yield "WeightFactLinear", built(f"{nemo}.weight_fact.WeightFactLinear", 8, 4), (row,)
    yield "WeightNormLinear", built(f"{nemo}.weight_norm.WeightNormLinear", 8, 4), (row,)
    yield (
        "PhysicsAttentionIrregularMesh",
        built(f"{nemo}.physics_attention.PhysicsAttentionIrregularMesh", 16, 2, 8, 0.0, 4, False, False),
        (floats(2, 10, 16),),
    )
    yield (
        "SongUNet",
        built(
            "physicsnemo.models.diffusion_unets.SongUNet",
            16,
            2,
            2,
            label_dim=3,
            model_channels=8,
            channel_mult=[1, 2],
            num_blocks=1,
            attn_resolutions=[8],
            additive_pos_embed=True,
        ),
        (floats(2, 2, 16, 16), torch.rand(2), floats(2, 3)),
    )
    for name in ["SoftExponential", "BLU", "APLU", "PReLU", "PELU", "RectifiedSoftExp", "SmoothedReLU"]:
        yield f"{name} of neuromancer", built(f"neuromancer.modules.activations.{name}"), (row,)
    for name in (
        "SVDLinear",
        "NonNegativeLinear",
        "L0Linear",
        "SpectralLinear",
        "SymplecticLinear",
        "ButterflyLinear",
        "SymmetricSVDLinear",
        "PerronFrobeniusLinear",
        "RightStochasticLinear",
        "LassoLinear",
        "OrthogonalLinear",
        "DampedSkewSymmetricLinear",
        "SplitLinear",
        "GershgorinLinear",
        "BoundedNormLinear",
        "SchurDecompositionLinear",
        "PSDLinear",
        "LeftStochasticLinear",
        "SymmetricLinear",
        "SkewSymmetricLinear",
        "StableSplitLinear",
    ):
        yield f"{name} of slim", built(f"neuromancer.slim.{name}", 8, 8), (row,)
    for name, sizes in {
        "LorenzParam": (3,),
        "BrusselatorParam": (2,),
        "LotkaVolterraParam": (2,),
        "VanDerPolControl": (3, 2),
        "DuffingParam": (3, 2),
        "TwoTankParam": (4, 2),
    }.items():
        given = tuple(floats(6, size) for size in sizes)
        yield f"{name} of neuromancer", built(f"neuromancer.dynamics.ode.{name}"), given


def _sindy() -> nn.Module:
    library = [lambda x: x, lambda x: x.square()]
    return built("pina._src.model.sindy.SINDy", library, 8)()


def vision() -> Iterator[Made]:
    """Attention, backbones, and judges of a picture's quality."""
    x, maps, picture = floats(2, 49, 32), floats(2, 32, 8, 8), floats(1, 3, 224, 224)
    cv = "fightingcv_attention.attention"
    yield "ACmix", built(f"{cv}.ACmixAttention.ACmix", 32, 32), (maps,)
    yield "AFT_FULL", built(f"{cv}.AFT.AFT_FULL", 32, 49), (x,)
    yield (
        "AxialImageTransformer",
        built(f"{cv}.Axial_attention.AxialImageTransformer", 32, 1, heads=2, axial_pos_emb_shape=(8, 8)),
        (maps,),
    )
    yield "CrissCrossAttention", built(f"{cv}.CrissCrossAttention.CrissCrossAttention", 32), (maps,)
    yield (
        "HaloAttention of fightingcv",
        built(f"{cv}.HaloAttention.HaloAttention", dim=32, block_size=2, halo_size=1, dim_head=8, heads=2),
        (maps,),
    )
    yield (
        "MOATransformer",
        built(
            f"{cv}.MOATransformer.MOATransformer",
            embed_dim=16,
            depths=[1, 1],
            num_heads=[2, 2],
            window_size=14,
            num_classes=5,
        ),
        (picture,),
    )
    yield "MUSEAttention", built(f"{cv}.MUSEAttention.MUSEAttention", 32, 8, 8, 2), (x, x, x)
    yield "SpatialGroupEnhance", built(f"{cv}.SGE.SpatialGroupEnhance", 8), (maps,)
    yield "ShuffleAttention", built(f"{cv}.ShuffleAttention.ShuffleAttention", 32, G=2), (maps,)
    yield "UFOAttention", built(f"{cv}.UFOAttention.UFOAttention", 32, 8, 8, 2), (x, x, x)
    yield "GlobalFilter of gfnet", built(f"{cv}.gfnet.GlobalFilter", 32, 7, 4), (x,)
    yield "ExternalAttention", built(f"{cv}.ExternalAttention.ExternalAttention", 32, 8), (x,)
    yield "TripletAttention", built(f"{cv}.TripletAttention.TripletAttention"), (maps,)
    yield "CoTAttention", built(f"{cv}.CoTAttention.CoTAttention", 32), (maps,)
    yield "OutlookAttention", built(f"{cv}.OutlookAttention.OutlookAttention", 32, 2), (floats(2, 8, 8, 32),)
    yield "SKAttention", built(f"{cv}.SKAttention.SKAttention", 32, reduction=8), (maps,)
    backs = "fightingcv_attention.backbone"
    small = {"depth": 2, "embed_dim": 32, "num_heads": 2, "num_classes": 5}
    yield "CaiT", built(f"{backs}.CaiT.CaiT", **small), (picture,)
    yield "CeIT", _ceit, (picture,)
    yield (
        "CMT",
        built(
            f"{backs}.CMT.CMT",
            embed_dims=[8, 16, 16, 16],
            num_heads=[1, 2, 2, 2],
            depths=[1, 1, 1, 1],
            fc_dim=16,
            num_classes=5,
        ),
        (picture,),
    )
    for name in ("CPVT", "PVT"):
        yield (
            name,
            built(
                f"{backs}.{name}.PyramidVisionTransformer",
                patch_size=4,
                embed_dims=[8, 16, 16, 16],
                num_heads=[1, 2, 2, 2],
                mlp_ratios=[2] * 4,
                depths=[1] * 4,
                sr_ratios=[8, 4, 2, 1],
                num_classes=5,
            ),
            (picture,),
        )
    yield (
        "CoaT",
        built(
            f"{backs}.CoaT.CoaT",
            patch_size=4,
            embed_dims=[16] * 4,
            serial_depths=[1] * 4,
            parallel_depth=1,
            num_heads=2,
            mlp_ratios=[2] * 4,
            num_classes=5,
        ),
        (picture,),
    )
    yield "STE of ConTNet", built(f"{backs}.ConTNet.STE", 16, 16, 2, 0.0, 7, True, True, True), (floats(2, 16, 14, 14),)
    yield (
        "ConViT",
        built(
            f"{backs}.ConViT.VisionTransformer", depth=2, embed_dim=16, num_heads=2, num_classes=5, local_up_to_layer=1
        ),
        (picture,),
    )
    yield "Container", built(f"{backs}.Container.MixBlock", 32, 2), (maps,)
    yield "DeiT", built(f"{backs}.DeiT.DistilledVisionTransformer", patch_size=16, **small), (picture,)
    yield "LeViT attention", built(f"{backs}.LeViT.Attention", 32, 8, 2, 2, nn.Hardswish, 7), (x,)
    yield (
        "TNT",
        built(
            f"{backs}.TnT.TNT", outer_dim=32, inner_dim=8, depth=2, outer_num_heads=2, inner_num_heads=2, num_classes=5
        ),
        (picture,),
    )
    yield (
        "VOLO",
        built(
            f"{backs}.VOLO.VOLO",
            [1, 1],
            embed_dims=[16, 32],
            num_heads=[2, 2],
            mlp_ratios=[2, 2],
            downsamples=[True, False],
            outlook_attention=[True, False],
            stem_hidden_dim=8,
            post_layers=["ca", "ca"],
            num_classes=5,
        ),
        (picture,),
    )
    for name in ("CondConv", "DynamicConv"):
        yield name, built(f"fightingcv_attention.conv.{name}.{name}", 32, 16, 3, 1, padding=1), (maps,)
    yield "gnconv", built("fightingcv_attention.conv.HorNet.gnconv", 32), (maps,)
    yield "GlobalLocalFilter", built("fightingcv_attention.conv.HorNet.GlobalLocalFilter", 32, 8, 5), (maps,)
    yield "HorNet Block", built("fightingcv_attention.conv.HorNet.Block", 32), (maps,)
    yield (
        "Affine of resmlp",
        built("fightingcv_attention.mlp.resmlp.ResMLP", dim=16, image_size=14, patch_size=7, depth=1, class_num=5),
        (floats(2, 3, 14, 14),),
    )
    iqa = "pyiqa.archs"
    yield "AttentionPool2d of pyiqa", built(f"{iqa}.clip_model.AttentionPool2d", 8, 32, 2, 5), (maps,)
    yield (
        "VisionTransformer of pyiqa",
        built(f"{iqa}.clip_model.VisionTransformer", 32, 8, 32, 2, 2, 5),
        (floats(2, 3, 32, 32),),
    )
    yield "AFINENLM_NR_Fit", built(f"{iqa}.afine_arch.AFINENLM_NR_Fit"), (floats(1),)
    yield "AFINENLM_FR_Fit_with_limit", built(f"{iqa}.afine_arch.AFINENLM_FR_Fit_with_limit"), (floats(1),)
    yield "AFINELearnLambda", built(f"{iqa}.afine_arch.AFINELearnLambda"), (floats(4), floats(4), floats(4))
    yield "MUSIQ", built(f"{iqa}.musiq_arch.MUSIQ", pretrained=False), (torch.rand(1, 3, 64, 64),)
    yield "CompactLinear", built(f"{iqa}.pieapp_arch.CompactLinear"), (floats(6, 1),)
    yield "CNNIQA", built(f"{iqa}.cnniqa_arch.CNNIQA", pretrained=None), (torch.rand(1, 3, 64, 64),)
    yield "NLPD", built(f"{iqa}.nlpd_arch.NLPD"), (torch.rand(1, 1, 64, 64), torch.rand(1, 1, 64, 64))
    yield "WindowAttention of pyiqa", built(f"{iqa}.maniqa_swin.WindowAttention", 32, (7, 7), 2), (x,)


def _ceit() -> nn.Module:
    stem = built("fightingcv_attention.backbone.CeiT.Image2Tokens")()
    return built(
        "fightingcv_attention.backbone.CeiT.CeIT",
        hybrid_backbone=stem,
        patch_size=4,
        depth=2,
        embed_dim=32,
        num_heads=2,
        num_classes=5,
    )()


def sounds() -> Iterator[Made]:
    """Speech, music, language and tables."""
    x, row, words = floats(2, 16, 32), floats(6, 8), ids(40, 2, 16)
    stable = "stable_audio_tools.models"
    yield "SnakeBeta of stable-audio-tools", built(f"{stable}.blocks.SnakeBeta", 8), (floats(2, 8, 16),)
    yield "FourierFeatures", built(f"{stable}.blocks.FourierFeatures", 1, 8), (floats(6, 1),)
    yield "ForcedWNConv1d", built(f"{stable}.blocks.ForcedWNConv1d", 8, 4, 3), (floats(2, 8, 16),)
    yield "RunningInstanceNorm", built(f"{stable}.transformer.RunningInstanceNorm", 32), (x,)
    tortoise = "tortoise.models"
    yield "EqualLinear", built(f"{tortoise}.random_latent_generator.EqualLinear", 8, 4), (row,)
    yield "RandomLatentConverter", built(f"{tortoise}.random_latent_generator.RandomLatentConverter", 8), (row,)
    yield (
        "CLVP",
        built(
            f"{tortoise}.clvp.CLVP",
            dim_text=32,
            dim_speech=32,
            dim_latent=16,
            num_text_tokens=40,
            text_enc_depth=1,
            text_seq_len=16,
            text_heads=2,
            num_speech_tokens=40,
            speech_enc_depth=1,
            speech_heads=2,
            speech_seq_len=16,
        ),
        (words, words),
    )
    yield (
        "CVVP",
        built(
            f"{tortoise}.cvvp.CVVP",
            model_dim=64,
            transformer_heads=2,
            conditioning_enc_depth=1,
            speech_enc_depth=1,
            mel_channels=8,
        ),
        (floats(2, 8, 32), floats(2, 8, 32)),
    )
    yield (
        "DiffusionTts",
        built(f"{tortoise}.diffusion_decoder.DiffusionTts", 64, 2, 8, 8, 40, 16, num_heads=2),
        (
            floats(2, 8, 32),
            torch.rand(2),
            {"aligned_conditioning": floats(2, 8, 8), "conditioning_latent": floats(2, 128)},
        ),
    )
    tab = "pytabkit.models.nn_models"
    yield (
        "Tokenizer of pytabkit",
        built(f"{tab}.rtdl_resnet.Tokenizer", 3, [3, 4], 8, True),
        (floats(6, 3), ids(3, 6, 2)),
    )
    yield "NTPLinearLayer", built(f"{tab}.tabr.NTPLinearLayer", 8, 4), (row,)
    for name in ("ParametricMishActivationLayer", "ParametricReluActivationLayer", "ScalingLayer"):
        yield name, built(f"{tab}.tabr.{name}", 8), (row,)
    yield "PeriodicEmbeddings", built(f"{tab}.tabr_lib.PeriodicEmbeddings", 8, 4, 1.0), (row,)
    yield "PBLDEmbeddings", built(f"{tab}.tabr_lib.PBLDEmbeddings", 8, 4, 1.0, 4), (row,)
    yield "NLinear of pytabkit", built(f"{tab}.tabm.NLinear", 3, 8, 4), (floats(6, 3, 8),)
    yield (
        "LinearEfficientEnsemble",
        built(
            f"{tab}.tabm.LinearEfficientEnsemble",
            8,
            4,
            k=3,
            ensemble_scaling_in=True,
            ensemble_scaling_out=True,
            ensemble_bias=True,
            scaling_init="random-signs",
        ),
        (floats(6, 3, 8),),
    )
    yield (
        "BesselBasis of mace",
        built("mace.modules.radial.BesselBasis", 4.0, trainable=True),
        (torch.rand(6, 1) + 0.5,),
    )
    yield (
        "GaussianBasis of mace",
        built("mace.modules.radial.GaussianBasis", 4.0, 8, trainable=True),
        (torch.rand(6, 1) + 0.5,),
    )
    yield "LoRAFCLayer of mace", _lora, (row,)
    yield "Open-Unmix", built("openunmix.model.OpenUnmix", 16, 2, 16, 1), (torch.rand(2, 2, 16, 5),)
    yield (
        "DAC",
        built("dac.model.DAC", 8, [2, 2], 16, 16, [2, 2], n_codebooks=2, codebook_size=16, codebook_dim=4),
        (floats(2, 1, 64),),
    )
    yield "Crepe", built("torchcrepe.model.Crepe", "tiny"), (floats(2, 1024),)
    yield (
        "PaSST",
        built(
            "hear21passt.models.passt.PaSST",
            img_size=(16, 32),
            patch_size=16,
            stride=16,
            in_chans=1,
            embed_dim=32,
            depth=2,
            num_heads=2,
            num_classes=5,
        ),
        (floats(2, 1, 16, 32),),
    )
    yield (
        "ResNet autoencoder of torchxrayvision",
        built("torchxrayvision.autoencoders.ResNetAE50"),
        (floats(1, 1, 224, 224),),
    )
    diffusion = "k_diffusion.models"
    yield (
        "ImageDenoiserModelV1",
        built(f"{diffusion}.image_v1.ImageDenoiserModelV1", 3, 8, [1, 1], [8, 16], [False, True]),
        (floats(2, 3, 16, 16), torch.rand(2) + 0.1),
    )
    yield (
        "UNet of azula",
        built(
            "azula.nn.unet.UNet",
            3,
            3,
            hid_channels=(8, 16),
            hid_blocks=(1, 1),
            mod_features=8,
        ),
        (floats(2, 3, 16, 16), floats(2, 8)),
    )
    yield (
        "ViT of azula",
        built("azula.nn.vit.ViT", 3, 3, mod_features=8, hid_channels=32, hid_blocks=2, attention_heads=2, patch_size=4),
        (floats(2, 3, 16, 16), floats(2, 8)),
    )
    yield "Mamba of mambabyte", _mamba, (x,)


def _lora() -> nn.Module:
    e3 = built("e3nn.nn.FullyConnectedNet", [8, 4], torch.relu)()
    return built("mace.modules.lora.LoRAFCLayer", e3[0], 2)()


def _mamba() -> nn.Module:
    config = built("mambabyte.model.MambaConfig", dim=32, depth=2)()
    return built("mambabyte.model.Mamba", config)()


def models() -> dict[str, tuple[Callable[[], nn.Module], tuple[Any, ...]]]:
    """All models by name."""
    package_third.models()  # its stand-ins
    package_more.UNUSED = (*package_more.UNUSED, *(one for one in UNUSED if one not in package_more.UNUSED))
    with contextlib.suppress(ImportError), contextlib.redirect_stdout(sys.stderr):
        import_module("pypots")  # it asks what it prints to
    wings = (lucid, complex_numbers, layers, zeta, brains, science, vision, sounds)
    return {name: (make, given) for wing in wings for name, make, given in wing()}
