"""A fourth set of packages from PyPI that are in no list before it, each model with a batch that it takes.

A model is a line, as in `package_models`: what builds it, and what it is called with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

import package_more
import package_third
from package_models import Made, built, floats, ids

UNUSED: tuple[str, ...] = ()
"""What the packages import and these models do not use, beside the third set's."""

REQUIREMENTS: list[str] = []
"""What the packages import themselves, beside the first three sets'."""

PACKAGES: list[str] = []
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
    yield "PonderTransformer", built("ponder_transformer.PonderTransformer", **small, num_tokens=40, max_seq_len=16), (
        words,
        {"labels": ids(40, 2, 16)},
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
    yield "LieTransformer", built("lie_transformer_pytorch.LieTransformer", **small, nbhd=8), (x, floats(2, 16, 3))
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
        "TransformerAttention of parti-pytorch",
        built("parti_pytorch.parti_pytorch.Attention", 32, dim_head=8, heads=2, rel_pos_bias=True, encoded_fmap_size=4),
        (floats(2, 17, 32),),
    )
    yield (
        "ViTEncDec of parti-pytorch",
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
    unet = {"dim": 16, "dim_mults": (1, 2), "attn_heads": 2, "attn_dim_head": 8, "text_embed_dim": 16}
    yield (
        "Unet of imagen-pytorch",
        built("imagen_pytorch.Unet", **unet, num_resnet_blocks=1, layer_attns=(False, True), lowres_cond=True),
        (
            floats(2, 3, 16, 16),
            torch.rand(2),
            {"text_embeds": floats(2, 4, 16), "lowres_cond_img": floats(2, 3, 16, 16), "lowres_noise_times": torch.rand(2)},
        ),
    )
    yield (
        "ConformerWrapper of soundstorm-pytorch",
        built(
            "soundstorm_pytorch.ConformerWrapper",
            codebook_size=16,
            num_quantizers=2,
            conformer={"dim": 32, "depth": 2, "heads": 2, "dim_head": 8},
        ),
        (ids(16, 2, 8, 2),),
    )


def complex_numbers() -> Iterator[Made]:
    """Layers whose activations are complex."""
    z, maps = complexes(2, 16, 8), complexes(2, 4, 8, 8)
    layers = "complextorch.nn.modules"
    yield "ViT of complextorch", built("complextorch.models.vit.ViT", 16, 4, 1, 5, 16, 2, 2, 16), (complexes(2, 1, 16, 16),)
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
    yield "CoPE of complextorch", built(f"{layers}.position.CoPE", 8), (ids(10, 2, 16),)
    yield "PrototypeDistance", built(f"{layers}.prototype.PrototypeDistance", 8, 5), (complexes(6, 8),)
    for name in ("S4D", "SSMBase", "MambaBlock"):
        yield f"{name} of complextorch", built(f"{layers}.ssm.{name}", 8, 4), (z,)
    yield "UnitaryRNNCell", built(f"{layers}.unitary_rnn.UnitaryRNNCell", 8, 4), (complexes(6, 8),)
    for name in ("LinearARD", "LinearVD"):
        yield f"{name} of complextorch", built(f"complextorch.nn.relevance.linear.{name}", 8, 4), (z,)
        yield f"Bi{name}", built(f"complextorch.nn.relevance.linear.Bi{name.lower()}", 8, 8, 4), (z, z)
    for name in ("zAbsReLU", "zLeakyReLU", "modReLU"):
        yield f"{name} of torchcvnn", built(f"torchcvnn.nn.modules.activation.{name}"), (z,)
    yield "MultiheadAttention of torchcvnn", built("torchcvnn.nn.MultiheadAttention", 8, 2, batch_first=True), (z, z, z)
    yield "BatchNorm2d of torchcvnn", built("torchcvnn.nn.BatchNorm2d", 4), (maps,)
    yield "LayerNorm of torchcvnn", built("torchcvnn.nn.LayerNorm", 8), (z,)
    yield "RMSNorm of torchcvnn", built("torchcvnn.nn.RMSNorm", 8), (z,)


def layers() -> Iterator[Made]:
    """Layers of many kinds."""
    x, words = floats(2, 16, 32), ids(40, 2, 16)
    row = floats(6, 8)
    for version in "ABCD":
        yield f"Rational {version}", built("rational.torch.Rational", cuda=False, version=version), (row,)
    yield "AugmentedRational", built("rational.torch.rationals.AugmentedRational", cuda=False), (row,)
    yield "RationalNonSafe", built("rational.torch.rationals.RationalNonSafe", cuda=False), (row,)
    yield "HONU", built("ghonn_models_pytorch.HONU", 8, 2), (row,)
    yield "HONN", built("ghonn_models_pytorch.HONN", 8, 3, layer_size=2, polynomial_orders=[2, 2]), (row,)
    yield "gHONN", built("ghonn_models_pytorch.gHONN", 8, 3, layer_size=2, polynomial_orders=[2, 2]), (row,)
    yield "BistableRecurrentCell", built("brc_pytorch.layers.BistableRecurrentCell", 8, 4), (row, floats(6, 4))
    yield "NeuromodulatedBistableRecurrentCell", built("brc_pytorch.layers.NeuromodulatedBistableRecurrentCell", 8, 4), (row, floats(6, 4))
    poly = "high_order_layers_torch"
    yield "Polynomial", built(f"{poly}.PolynomialLayers.Polynomial", 4, 8, 3), (row,)
    yield "FourierSeries", built(f"{poly}.PolynomialLayers.FourierSeries", 4, 8, 3), (row,)
    yield "PiecewisePolynomial", built(f"{poly}.PolynomialLayers.PiecewisePolynomial", 4, 8, 3, 2), (row,)
    yield "PiecewiseDiscontinuousPolynomial", built(f"{poly}.PolynomialLayers.PiecewiseDiscontinuousPolynomial", 4, 8, 3, 2), (row,)
    yield "Product", built(f"{poly}.ProductLayer.Product", 8, 3), (row,)
    yield "PolynomialConvolution2d", built(f"{poly}.PolynomialConvolution.PolynomialConvolution2d", 3, 2, 4, 3), (floats(2, 2, 8, 8),)
    yield "AdditiveAttention", built(f"{poly}.attentions.AdditiveAttention", 32), (x, x, x)
    yield "RelativeMultiHeadAttention", built(f"{poly}.attentions.RelativeMultiHeadAttention", 32, 2), (x, x, x, x)
    yield "LocationAwareAttention", built(f"{poly}.attentions.LocationAwareAttention", 32), (floats(2, 1, 32), x, floats(2, 16))
    yield "LMU", built("lmu.LMU", 8, 4, 6, 10), (floats(2, 5, 8),)
    yield "LMUFFT", built("lmu.LMUFFT", 8, 4, 6, 5, 10), (floats(2, 5, 8),)
    yield "CoralLayer", built("coral_pytorch.layers.CoralLayer", 8, 4), (row,)
    yield "LogisticCumulativeLink", built("spacecutter.models.LogisticCumulativeLink", 4), (floats(6, 1),)
    yield "PQRNN", built("pytorch_pqrnn.model.PQRNN", 16, 8, 2, [8], 3), (floats(2, 5, 32),)
    yield "LinearTransform of prototorch", built("prototorch.core.transforms.LinearTransform", 8, 8), (row,)


def zeta() -> Iterator[Made]:
    """Layers of one large collection."""
    x, row, words, maps = floats(2, 16, 32), floats(6, 8), ids(40, 2, 16), floats(2, 4, 8, 8)
    head = {"dim": 32, "heads": 2, "dim_head": 8}
    modules = "zeta.nn.modules"
    yield "AgentSelfAttention of zeta", built("zeta.nn.attention.agent_attn.AgentSelfAttention", num_agent_tokens=4, **head), (x,)
    yield "CrossAttention of zeta", built("zeta.nn.attention.cross_attention.CrossAttention", **head, cosine_sim=True), (x, x)
    yield "LocalMHA of zeta", built("zeta.nn.attention.local_attention_mha.LocalMHA", **head, window_size=4, qk_rmsnorm=True), (x,)
    yield "ShapedAttention", built("zeta.nn.attention.shaped_attention.ShapedAttention", 32, 2), (x,)
    yield "SigmoidAttention", built(f"{modules}.sigmoid_attn.SigmoidAttention", 32, 2, 16), (x,)
    yield "AdaptiveConv3DMod", built(f"{modules}.adaptive_conv.AdaptiveConv3DMod", 8, spatial_kernel=3, time_kernel=3), (floats(2, 8, 4, 8, 8), {"mod": floats(2, 8)})
    yield "AdaptiveLayerNorm", built(f"{modules}.adaptive_layernorm.AdaptiveLayerNorm", 16), (x,)
    yield "Sin", built(f"{modules}.blockdiag_butterfly.Sin", 8), (row,)
    yield "ODELinear", built(f"{modules}.clex.ODELinear", 8, 2), (torch.tensor(1.0), floats(8))
    yield "CombinedLinear", built(f"{modules}.combined_linear.CombinedLinear", 8, 4), (row,)
    yield "CoPE of zeta", built(f"{modules}.cope.CoPE", 8, 8), (floats(2, 4, 8), floats(2, 4, 4))
    yield "CrossModalReparamLinear", _reparam, (row,)
    yield "DynaConv", built(f"{modules}.dyna_conv.DynaConv", 4, 4, 3, padding=1), (maps,)
    yield "Experts of zeta", built(f"{modules}.expert.Experts", 32, 4), (floats(2, 4, 6, 32),)
    yield "Experts, sparse", built(f"{modules}.sparse_moe.Experts", 32, 4), (floats(4, 2, 6, 32),)
    yield "FlexiConv", built(f"{modules}.flex_conv.FlexiConv", 4, 4, 3), (maps,)
    yield "GLU of zeta", built(f"{modules}.glu.GLU", 8, 4, nn.GELU(), mult_bias=True), (row,)
    yield "GRUGating", built(f"{modules}.gru_gating.GRUGating", 32, scale_residual=True), (x, x)
    yield "DiagonalSSM", built(f"{modules}.h3.DiagonalSSM", 32), (x,)
    yield "H3Layer", built(f"{modules}.h3.H3Layer", 32), (x,)
    yield "BasicHebbianGRUModel", built(f"{modules}.hebbian.BasicHebbianGRUModel", 8, 8, 4), (floats(2, 5, 8),)
    yield "LogFF", built(f"{modules}.log_ff.LogFF", 8, 4, 3, 2), (row,)
    yield "Lora", built(f"{modules}.lora.Lora", 8, 4, 2), (row,)
    yield "Mixtape", built(f"{modules}.mixtape.Mixtape", 40, 8, 4, 6), (row,)
    yield "MMLayerNorm", built(f"{modules}.mm_layernorm.MMLayerNorm", 2, 8), ([row, row],)
    yield "PerceiverResampler of zeta", built(f"{modules}.perceiver_resampler.PerceiverResampler", **head, depth=1, num_latents=4, num_media_embeds=2), (floats(2, 2, 6, 32),)
    yield "PolymorphicActivation", built(f"{modules}.polymorphic_activation.PolymorphicActivation"), (row,)
    yield "PolymorphicNeuronLayer", built(f"{modules}.polymorphic_neuron.PolymorphicNeuronLayer", 8, 4, [torch.relu, torch.tanh]), (row,)
    yield "MambaBlock of zeta", built(f"{modules}.simple_mamba.MambaBlock", 32, 2, 4), (x,)
    yield "SSM of zeta", built(f"{modules}.ssm.SSM", 32, 4, 32, 8), (x, False)
    yield "Snake of zeta", built(f"{modules}.snake_act.Snake"), (row,)
    yield "WSConv2d", built(f"{modules}.ws_conv2d.WSConv2d", 4, 8, 3), (maps,)
    yield "HalfBitLinear", built("zeta.nn.quant.half_bit_linear.HalfBitLinear", 8, 4), (row,)
    yield "BitLinear of zeta", built("zeta.nn.quant.bitlinear.BitLinear", 8, 4), (row,)
    yield "MegaVit", built("zeta.models.mega_vit.MegaVit", image_size=32, patch_size=8, num_classes=5, depth=1, mlp_dim=32, **head), (floats(2, 3, 32, 32),)
    yield "Transformer of zeta", _zeta, (words,)


def _reparam() -> nn.Module:
    layer = built("zeta.nn.modules.cross_modal_reparametization.CrossModalReparamLinear", 8, 4, origin_layer=nn.Linear(8, 4), aux_weight=torch.randn(4, 8))
    return layer()


def _zeta() -> nn.Module:
    blocks = built("zeta.structs.transformer.Decoder", dim=32, depth=2, heads=2, attn_dim_head=8, attn_num_mem_kv=2, attn_head_scale=True, use_rmsnorm=True, gate_residual=True, alibi_pos_bias=True, attn_talking_heads=True)
    return built("zeta.structs.transformer.Transformer", num_tokens=40, max_seq_len=16, attn_layers=blocks(), num_memory_tokens=2)()


def brains() -> Iterator[Made]:
    """Readers of EEG."""
    batch = floats(2, 4, 400)
    chs = [{"ch_name": name, "loc": torch.randn(12).numpy()} for name in ("Fz", "Cz", "Pz", "Oz")]
    common = {"n_chans": 4, "n_outputs": 3, "n_times": 400, "sfreq": 200, "chs_info": chs}
    for name in (
        "ATCNet AttentionBaseNet BDTCN BENDR BIOT CBraMod CodeBrain ContraWR CTNet Deep4Net DGCNN EEGConformer EEGDINO "
        "EEGInceptionERP EEGInceptionMI EEGITNet EEGMiner EEGNet EEGNeX EEGPT EEGSimpleConv EEGTCNet FBCNet FBLightConvNet "
        "FBMSNet IFNet Labram LUNA MEDFormer MSVTNet PBT REVE SCCNet ShallowFBCSPNet SignalJEPA SincShallowNet SPARCNet "
        "SSTDPN SyncNet TCFormer TIDNet TSception USleep"
    ).split():
        yield f"{name} of braindecode", built(f"braindecode.models.{name}", **common), (batch,)


def models() -> dict[str, tuple[Callable[[], nn.Module], tuple[Any, ...]]]:
    """All models by name."""
    package_third.models()  # its stand-ins
    package_more.UNUSED = (*package_more.UNUSED, *(one for one in UNUSED if one not in package_more.UNUSED))
    wings = (lucid, complex_numbers, layers, zeta, brains)
    return {name: (make, given) for wing in wings for name, make, given in wing()}
