"""Models of packages from PyPI that paramwise's roles were never tuned on, each with a batch that it takes.

A model is a line: what builds it, and what it is called with. Imports stand in the functions, since a package may be
missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import torch
from torch import nn

Made = tuple[str, Callable[[], nn.Module], tuple[Any, ...]]
"""What a model is called, what builds it, and what it is called with; a last dictionary holds keyword arguments."""

REQUIREMENTS = [
    "einops",
    "beartype",
    "einx",
    "jaxtyping",
    "wadler-lindig",
    "ema-pytorch",
    "rotary-embedding-torch",
    "frozendict",
    "torch-einops-utils",
    "hyper-connections",
    "vector-quantize-pytorch",
    "local-attention",
    "opt-einsum",
    "opt-einsum-fx",
    "linear-operator",
    "gymnasium",
    "kornia-rs",
    "julius",
    "einops-exts",
    "requests",
    "loguru",
    "fairscale",
    "ftfy",
    "wcwidth",
    "pyro-api",
    "urllib3",
    "certifi",
    "charset-normalizer",
    "matplotlib",
    "contourpy",
    "cycler",
    "fonttools",
    "kiwisolver",
    "pyparsing",
    "tabulate",
    "pillow",
    "timm",
    "torchvision",
]
"""What the packages import themselves."""

PACKAGES = [
    "MEGABYTE-pytorch",
    "PEER-pytorch",
    "aft-pytorch",
    "agent-attention-pytorch",
    "asteroid-filterbanks",
    "charformer-pytorch",
    "convkan",
    "coca-pytorch",
    "cplxmodule",
    "deep-kan",
    "deformable-attention",
    "demucs",
    "denoising-diffusion-pytorch",
    "e3nn",
    "efficientnet-pytorch",
    "equiformer-pytorch",
    "fair-esm",
    "fast-transformer-pytorch",
    "feedback-transformer-pytorch",
    "flamingo-pytorch",
    "FrEIA",
    "gated-state-spaces-pytorch",
    "geometric-vector-perceptron",
    "gpytorch",
    "graph-transformer-pytorch",
    "halonet-pytorch",
    "hamburger-pytorch",
    "hypnettorch",
    "infini-transformer-pytorch",
    "inkan",
    "invariant-point-attention",
    "kornia",
    "mambapy",
    "minimamba",
    "mononet",
    "monotonenorm",
    "native-sparse-attention-pytorch",
    "normflows",
    "open-clip-torch",
    "point-transformer-pytorch",
    "pykan",
    "pyro-ppl",
    "pytorch-crf",
    "pytorch-metric-learning",
    "pytorch-tabnet",
    "recurrent-memory-transformer-pytorch",
    "ring-attention-pytorch",
    "rtdl-num-embeddings",
    "se3-transformer-pytorch",
    "segformer-pytorch",
    "segmentation-models-pytorch",
    "simple-hierarchical-transformer",
    "siren-pytorch",
    "snntorch",
    "stable-baselines3",
    "taylor-series-linear-attention",
    "timesformer-pytorch",
    "torch-geometric",
    "torchscale",
    "uniformer-pytorch",
    "x-clip",
    "xlstm",
    "yet-another-retnet",
]
"""The packages that are tried."""


def floats(*shape: int) -> torch.Tensor:
    """Random activations."""
    return torch.randn(*shape)


def ids(most: int, *shape: int) -> torch.Tensor:
    """Random token numbers."""
    return torch.randint(1, most, shape)


def built(path: str, *args: Any, **kwargs: Any) -> Callable[[], Any]:
    """A function that makes an object of a class, which is imported when it is called."""
    module, _, name = path.rpartition(".")
    return lambda: getattr(import_module(module), name)(*args, **kwargs)


EDGES = torch.tensor([[0, 1, 2, 3, 4, 5, 1, 2], [1, 2, 3, 4, 5, 0, 0, 1]])
_TOKENS = {"num_tokens": 40, "dim": 32, "depth": 2}


def texts() -> Iterator[Made]:
    """Models of token sequences."""
    long = ids(40, 2, 16)
    yield (
        "MEGABYTE",
        built("MEGABYTE_pytorch.MEGABYTE", num_tokens=40, dim=(32, 16), depth=(2, 1), max_seq_len=(8, 4), pos_emb=True),
        (ids(40, 2, 32),),
    )
    yield (
        "FastTransformer",
        built("fast_transformer_pytorch.FastTransformer", **_TOKENS, max_seq_len=32, absolute_pos_emb=True),
        (long, {"mask": torch.ones(2, 16, dtype=torch.bool)}),
    )
    yield (
        "FeedbackTransformer",
        built("feedback_transformer_pytorch.FeedbackTransformer", **_TOKENS, mem_len=8),
        (long,),
    )
    yield "GatedStateSpacesLM", built("gated_state_spaces_pytorch.GatedStateSpacesLM", **_TOKENS), (long,)
    yield "GatedDsConvLM", built("gated_state_spaces_pytorch.GatedDsConvLM", **_TOKENS, max_seq_len=16), (long,)
    yield (
        "GatedExponentialSmoothingLM",
        built("gated_state_spaces_pytorch.GatedExponentialSmoothingLM", **_TOKENS),
        (long,),
    )
    yield (
        "InfiniTransformer",
        built("infini_transformer_pytorch.InfiniTransformer", **_TOKENS, use_mem_delta_rule=True),
        (long, {"return_new_memories": True}),
    )
    yield (
        "LocalTransformer",
        built(
            "local_attention.LocalTransformer",
            **_TOKENS,
            max_seq_len=16,
            local_attn_window_size=8,
            use_dynamic_pos_bias=True,
        ),
        (long,),
    )
    yield (
        "RecurrentMemoryTransformer",
        built(
            "recurrent_memory_transformer_pytorch.RecurrentMemoryTransformer",
            **_TOKENS,
            num_memory_tokens=4,
            seq_len=16,
        ),
        (long,),
    )
    yield (
        "RingTransformer",
        built("ring_attention_pytorch.RingTransformer", **_TOKENS, causal=True, bucket_size=8),
        (long,),
    )
    yield (
        "HierarchicalTransformer",
        built(
            "simple_hierarchical_transformer.HierarchicalTransformer",
            **_TOKENS,
            seq_len=16,
            hierarchies=(1, 2),
            window_sizes=(8, None),
        ),
        (long,),
    )
    yield (
        "GBST",
        built("charformer_pytorch.GBST", num_tokens=40, dim=32, blocks=((1, 0), (3, 0), (4, 0)), downsample_factor=4),
        (ids(40, 2, 24),),
    )
    yield (
        "RetNet",
        built("yet_another_retnet.retnet.RetNet", num_tokens=40, d_model=32, nhead=4, num_layers=2),
        (long, long),
    )
    yield "MambaLM", _minimamba, (long,)
    yield (
        "ESM2",
        built("esm.ESM2", num_layers=2, embed_dim=32, attention_heads=4),
        (
            ids(24, 2, 12),
            {"return_contacts": True},
        ),
    )
    yield "xLSTM", _xlstm, (ids(40, 2, 16),)
    yield "Encoder of torchscale", _torchscale_encoder, (long,)
    yield "RetNet of torchscale", _torchscale_retnet, (long,)
    yield (
        "TextTransformer of x-clip",
        built("x_clip.TextTransformer", 32, num_tokens=40, max_seq_len=16, dim_head=8, depth=2, heads=4),
        (long,),
    )


def _minimamba() -> nn.Module:
    from minimamba import MambaForCausalLM
    from minimamba.config import MambaLMConfig

    return MambaForCausalLM(MambaLMConfig(d_model=32, n_layer=2, vocab_size=40))


def _xlstm() -> nn.Module:
    import xlstm
    from xlstm.blocks.mlstm.layer import mLSTMLayerConfig
    from xlstm.blocks.slstm.layer import sLSTMLayerConfig

    return xlstm.xLSTMLMModel(
        xlstm.xLSTMLMModelConfig(
            vocab_size=40,
            embedding_dim=32,
            num_blocks=2,
            context_length=16,
            slstm_at=[1],
            mlstm_block=xlstm.mLSTMBlockConfig(mlstm=mLSTMLayerConfig(num_heads=4)),
            slstm_block=xlstm.sLSTMBlockConfig(
                slstm=sLSTMLayerConfig(backend="vanilla", num_heads=4), feedforward=xlstm.FeedForwardConfig()
            ),
        )
    )


def _torchscale_encoder() -> nn.Module:
    from torchscale.architecture.config import EncoderConfig
    from torchscale.architecture.encoder import Encoder

    config = EncoderConfig(
        vocab_size=40,
        encoder_embed_dim=32,
        encoder_attention_heads=4,
        encoder_ffn_embed_dim=32,
        encoder_layers=2,
        rel_pos_buckets=8,
        max_rel_pos=16,
        subln=True,
        deepnorm=False,
    )
    return Encoder(config, embed_tokens=nn.Embedding(40, 32))


def _torchscale_retnet() -> nn.Module:
    from torchscale.architecture.config import RetNetConfig
    from torchscale.architecture.retnet import RetNetDecoder

    config = RetNetConfig(
        vocab_size=40,
        decoder_embed_dim=32,
        decoder_value_embed_dim=32,
        decoder_retention_heads=4,
        decoder_ffn_embed_dim=32,
        decoder_layers=2,
    )
    return RetNetDecoder(config, embed_tokens=nn.Embedding(40, 32))


def layers() -> Iterator[Made]:
    """Layers and models of vectors and sequences."""
    x = floats(2, 16, 32)
    yield "PEER", built("PEER_pytorch.PEER", 32, heads=2, num_experts=64, num_experts_per_head=4), (x,)
    yield "PEERLora", built("PEER_pytorch.PEERLora", 32, heads=2, num_experts=64, num_experts_per_head=4), (x,)
    for kind in ("AFTFull", "AFTSimple", "AFTLocal"):
        yield kind, built(f"aft_pytorch.{kind}", max_seqlen=16, dim=32, hidden_dim=16), (x,)
    yield (
        "AgentTransformer",
        built("agent_attention_pytorch.AgentTransformer", dim=32, num_agent_tokens=4, depth=2, heads=4, dim_head=8),
        (x,),
    )
    yield "FreeFB", _filterbank("FreeFB"), (floats(2, 1, 400),)
    yield "AnalyticFreeFB", _filterbank("AnalyticFreeFB"), (floats(2, 1, 400),)
    yield "ParamSincFB", _filterbank("ParamSincFB"), (floats(2, 1, 400),)
    yield (
        "DeformableAttention1D",
        built(
            "deformable_attention.DeformableAttention1D",
            dim=32,
            downsample_factor=4,
            offset_groups=2,
            heads=4,
            dim_head=8,
        ),
        (floats(1, 32, 64),),
    )
    yield "GSS", built("gated_state_spaces_pytorch.GSS", dim=32), (x,)
    yield "Hamburger", built("hamburger_pytorch.Hamburger", dim=32, n=16, ratio=4, K=2), (floats(2, 32, 16),)
    yield "MambaPy", _mambapy, (x,)
    yield (
        "SparseAttention",
        built(
            "native_sparse_attention_pytorch.SparseAttention",
            dim=32,
            dim_head=8,
            heads=4,
            sliding_window_size=4,
            compress_block_size=4,
            compress_block_sliding_stride=4,
            selection_block_size=4,
            num_selected_blocks=2,
        ),
        (x,),
    )
    yield "RingAttention", built("ring_attention_pytorch.RingAttention", dim=32, bucket_size=8, causal=True), (x,)
    yield (
        "TaylorSeriesLinearAttn",
        built(
            "taylor_series_linear_attention.TaylorSeriesLinearAttn", 32, heads=2, gate_value_heads=True, prenorm=True
        ),
        (x,),
    )
    yield "sLSTM cell stack", _slstm, (x,)
    yield "CRF", built("torchcrf.CRF", 5, batch_first=True), (floats(2, 6, 5), ids(5, 2, 6))
    for name, features in (("LinearReLUEmbeddings", 6), ("LinearEmbeddings", 6)):
        yield name, built(f"rtdl_num_embeddings.{name}", features, 8), (floats(4, 6),)
    yield "PeriodicEmbeddings", built("rtdl_num_embeddings.PeriodicEmbeddings", 6, 8, lite=False), (floats(4, 6),)
    yield (
        "PiecewiseLinearEmbeddings",
        built(
            "rtdl_num_embeddings.PiecewiseLinearEmbeddings",
            [torch.linspace(-2, 2, 5) for _ in range(6)],
            8,
            activation=True,
            version="B",
        ),
        (floats(4, 6),),
    )
    yield "SirenNet", built("siren_pytorch.SirenNet", dim_in=2, dim_hidden=16, dim_out=3, num_layers=3), (floats(4, 2),)
    yield "SirenWrapper", _siren, ()
    yield "KAN of pykan", built("kan.KAN", width=[4, 5, 2], grid=3, k=3, seed=0, auto_save=False), (floats(8, 4),)
    yield "KANLayer of pykan", built("kan.KANLayer", in_dim=4, out_dim=3), (floats(8, 4),)
    yield "ConvKAN", built("convkan.ConvKAN", 3, 4, kernel_size=3), (floats(2, 3, 8, 8),)
    yield "KANNetwork of inkan", built("inkan.KANNetwork", [4, 6, 2], compile_basis=False), (floats(8, 4),)
    yield "DeepKAN", built("deepkan.DeepKAN", 4, [6, 2]), (floats(8, 4),)
    yield "ChebyshevKANLayer", built("deepkan.ChebyshevKANLayer", 4, 3, 3), (floats(8, 4),)
    yield "RBFKAN", built("deepkan.RBFKAN", [4, 6, 2]), (floats(8, 4),)
    yield "TabNet", built("pytorch_tabnet.tab_network.TabNet", 6, 2, cat_idxs=[0], cat_dims=[3], cat_emb_dim=[2],
                          group_attention_matrix=torch.eye(6)), (torch.ones(8, 6),)  # fmt: skip
    yield (
        "TabNetPretraining",
        built("pytorch_tabnet.tab_network.TabNetPretraining", 6, group_attention_matrix=torch.eye(6)),
        (floats(8, 6),),
    )
    yield (
        "MLP of hypnettorch",
        built("hypnettorch.mnets.MLP", 4, 2, verbose=False, use_context_mod=True),
        (floats(3, 4),),
    )
    yield (
        "SimpleRNN of hypnettorch",
        built("hypnettorch.mnets.SimpleRNN", n_in=4, n_out=2, verbose=False, use_lstm=True),
        (floats(5, 3, 4),),
    )
    yield "HMLP of hypnettorch", _hypernet, ({"cond_id": 0},)
    yield "Leaky of snntorch", _spiking, (floats(4, 8),)
    yield "SLSTM of snntorch", built("snntorch.SLSTM", 8, 6, learn_threshold=True), (floats(4, 8),)
    yield (
        "Synaptic of snntorch",
        built("snntorch.Synaptic", alpha=0.9, beta=0.8, learn_alpha=True, learn_beta=True),
        (floats(4, 8),),
    )
    yield (
        "RLeaky of snntorch",
        built("snntorch.RLeaky", beta=0.8, all_to_all=True, linear_features=8, learn_beta=True),
        (floats(4, 8),),
    )
    yield "MonotonicNet", _monotonic, (floats(4, 5),)
    for loss in ("ArcFaceLoss", "ProxyAnchorLoss", "SoftTripleLoss", "CosFaceLoss", "SubCenterArcFaceLoss",
                 "NormalizedSoftmaxLoss", "ProxyNCALoss", "LargeMarginSoftmaxLoss"):  # fmt: skip
        yield (
            loss,
            built(f"pytorch_metric_learning.losses.{loss}", num_classes=6, embedding_size=8),
            (floats(5, 8), torch.arange(5)),
        )


def _filterbank(kind: str) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        import asteroid_filterbanks as banks

        return nn.Sequential(
            banks.Encoder(getattr(banks, kind)(16, 8, stride=4)), banks.Decoder(getattr(banks, kind)(16, 8, stride=4))
        )

    return make


def _mambapy() -> nn.Module:
    from mambapy.mamba import Mamba, MambaConfig

    return Mamba(MambaConfig(d_model=32, n_layers=2))


def _slstm() -> nn.Module:
    from xlstm import sLSTMLayer
    from xlstm.blocks.slstm.layer import sLSTMLayerConfig

    return sLSTMLayer(sLSTMLayerConfig(embedding_dim=32, backend="vanilla", num_heads=4))


def _siren() -> nn.Module:
    from siren_pytorch import SirenNet, SirenWrapper

    return SirenWrapper(SirenNet(dim_in=2, dim_hidden=16, dim_out=3, num_layers=2), image_width=6, image_height=6)


def _hypernet() -> nn.Module:
    from hypnettorch.hnets import HMLP

    return HMLP([(4, 3), (4,)], uncond_in_size=0, cond_in_size=5, num_cond_embs=2, layers=(8,), verbose=False)


def _spiking() -> nn.Module:
    import snntorch

    return nn.Sequential(
        nn.Linear(8, 6), snntorch.Leaky(beta=0.9, learn_beta=True, learn_threshold=True, init_hidden=True)
    )


def _monotonic() -> nn.Module:
    from monotonenorm import GroupSort, SigmaNet, direct_norm

    inner = nn.Sequential(
        direct_norm(nn.Linear(5, 8), kind="one-inf"), GroupSort(4), direct_norm(nn.Linear(8, 1), kind="inf")
    )
    return SigmaNet(inner, sigma=1, monotone_constraints=[1, 1, 0, 0, 0])


def images() -> Iterator[Made]:
    """Models of images, videos and volumes."""
    small, image = floats(1, 3, 32, 32), floats(1, 3, 64, 64)
    yield "CoCa", _coca, (ids(40, 2, 12), {"images": floats(2, 3, 32, 32)})
    yield "CLIP of x-clip", _x_clip, (ids(40, 2, 16), floats(2, 3, 32, 32), {"return_loss": True})
    yield "CLIP of open_clip", _open_clip("CLIP"), (floats(2, 3, 32, 32), ids(40, 2, 17))
    yield "CustomTextCLIP of open_clip", _open_clip("CustomTextCLIP"), (floats(2, 3, 32, 32), ids(40, 2, 16))
    yield (
        "DeformableAttention2D",
        built("deformable_attention.DeformableAttention2D", dim=32, offset_groups=2, heads=4, dim_head=8),
        (floats(1, 32, 16, 16),),
    )
    yield (
        "Unet of denoising-diffusion",
        built("denoising_diffusion_pytorch.Unet", 16, dim_mults=(1, 2), flash_attn=False, learned_sinusoidal_cond=True),
        (small, torch.tensor([3.0])),
    )
    yield (
        "Unet1D of denoising-diffusion",
        built("denoising_diffusion_pytorch.Unet1D", 16, dim_mults=(1, 2)),
        (floats(1, 3, 32), torch.tensor([3.0])),
    )
    yield "KarrasUnet", built(
        "denoising_diffusion_pytorch.KarrasUnet", image_size=32, dim=16, dim_max=32, num_classes=10, channels=3,
        attn_dim_head=8, num_downsamples=1, num_blocks_per_stage=1
    ), (small, torch.tensor([3.0]), {"class_labels": torch.tensor([1])})  # fmt: skip
    yield (
        "EfficientNet",
        lambda: import_module("efficientnet_pytorch").EfficientNet.from_name("efficientnet-b0"),
        (image,),
    )
    yield (
        "PerceiverResampler",
        built("flamingo_pytorch.PerceiverResampler", dim=32, depth=2, num_latents=4),
        (floats(1, 2, 6, 32),),
    )
    yield (
        "HaloAttention",
        built("halonet_pytorch.HaloAttention", dim=32, block_size=4, halo_size=2, dim_head=8, heads=2),
        (floats(1, 32, 16, 16),),
    )
    yield "Segformer", built("segformer_pytorch.Segformer", dims=(16, 32, 32, 32), heads=(1, 2, 2, 2)), (image,)
    for name in ("Unet", "UnetPlusPlus", "MAnet", "FPN", "DeepLabV3Plus", "Linknet"):
        yield (
            f"{name} of segmentation-models",
            built(f"segmentation_models_pytorch.{name}", "resnet18", encoder_weights=None),
            (floats(2, 3, 64, 64),),
        )
    yield (
        "UPerNet of segmentation-models",
        built("segmentation_models_pytorch.UPerNet", "mit_b0", encoder_weights=None),
        (floats(2, 3, 64, 64),),
    )
    yield (
        "ViT of taylor-series",
        built(
            "taylor_series_linear_attention.ViT", image_size=32, patch_size=8, num_classes=5, dim=32, depth=2, heads=2
        ),
        (small,),
    )
    yield "TimeSformer", built(
        "timesformer_pytorch.TimeSformer", dim=32, image_size=32, patch_size=8, num_frames=2, num_classes=5, depth=2,
        heads=2, dim_head=8
    ), (floats(1, 2, 3, 32, 32),)  # fmt: skip
    yield (
        "Uniformer",
        built("uniformer_pytorch.Uniformer", num_classes=5, dims=(8, 16, 16, 16), depths=(1, 1, 1, 1), dim_head=8),
        (floats(1, 3, 4, 32, 32),),
    )
    yield "Demucs", built("demucs.demucs.Demucs", ["a", "b"], channels=8, depth=3, dconv_mode=3), (floats(1, 2, 4000),)
    yield "HDemucs", built("demucs.hdemucs.HDemucs", ["a", "b"], channels=8), (floats(1, 2, 44100),)
    yield (
        "HTDemucs",
        built("demucs.htdemucs.HTDemucs", ["a", "b"], channels=8, segment=1, t_layers=2),
        (floats(1, 2, 44100),),
    )
    for name in ("HardNet", "HardNet8", "SOSNet", "TFeat", "HyNet"):
        yield f"{name} of kornia", built(f"kornia.feature.{name}", False), (floats(2, 1, 32, 32),)
    yield "TinyViT of kornia", lambda: import_module("kornia.models.tiny_vit").TinyViT(img_size=64), (image,)
    yield "NatureCNN", _policy("ActorCriticCnnPolicy", True), (ids(255, 1, 3, 64, 64),)
    yield "ActorCriticPolicy", _policy("ActorCriticPolicy", False), (floats(2, 6),)


def _coca() -> nn.Module:
    from coca_pytorch import CoCa
    from timm.models.vision_transformer import VisionTransformer

    class Encoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.vit = VisionTransformer(img_size=32, patch_size=8, embed_dim=32, depth=1, num_heads=2, num_classes=0)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return self.vit.forward_features(images)

    return CoCa(dim=32, img_encoder=Encoder(), image_dim=32, num_tokens=40, unimodal_depth=1, multimodal_depth=1,
                num_img_queries=4, dim_head=8, heads=2)  # fmt: skip


def _x_clip() -> nn.Module:
    from x_clip import CLIP

    return CLIP(
        dim_text=32, dim_image=32, dim_latent=16, num_text_tokens=40, text_enc_depth=1, text_seq_len=16, text_heads=2,
        visual_enc_depth=1, visual_image_size=32, visual_patch_size=8, visual_heads=2, use_all_token_embeds=True,
        decoupled_contrastive_learning=True, extra_latent_projection=True
    )  # fmt: skip


def _open_clip(name: str) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        import open_clip
        from open_clip.model import CLIPTextCfg, CLIPVisionCfg

        embedded = name == "CustomTextCLIP"  # a token of the class takes one place
        vision = CLIPVisionCfg(layers=2, width=32, head_width=8, patch_size=8, image_size=32, attentional_pool=True,
                               attn_pooler_queries=4, attn_pooler_heads=2, ls_init_value=0.1)  # fmt: skip
        text = CLIPTextCfg(
            context_length=17 - embedded, vocab_size=40, width=32, heads=2, layers=2, embed_cls=embedded, pad_id=0
        )
        return getattr(open_clip, name)(32, vision, text, init_logit_bias=-10.0)

    return make


def _policy(name: str, image: bool) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        import numpy as np
        from gymnasium import spaces
        from stable_baselines3.common import policies

        seen = spaces.Box(0, 255, (3, 64, 64), np.uint8) if image else spaces.Box(-1, 1, (6,))
        return getattr(policies, name)(seen, spaces.Box(-1, 1, (2,)), lambda _: 1e-3)

    return make


def structures() -> Iterator[Made]:
    """Graphs, point clouds, flows, Gaussian processes."""
    x, coordinates = floats(1, 8, 16), floats(1, 8, 3)
    yield (
        "SE3Transformer",
        built(
            "se3_transformer_pytorch.SE3Transformer",
            dim=16,
            heads=2,
            dim_head=8,
            depth=1,
            num_degrees=2,
            num_neighbors=4,
        ),
        (x, coordinates, torch.ones(1, 8, dtype=torch.bool)),
    )
    yield "Equiformer", built(
        "equiformer_pytorch.Equiformer", dim=(8, 4), dim_head=(4, 4), heads=(2, 2), num_degrees=2, depth=1,
        num_neighbors=4, num_tokens=12, l2_dist_attention=False
    ), (ids(12, 1, 8), coordinates, {"mask": torch.ones(1, 8, dtype=torch.bool)})  # fmt: skip
    yield "GraphTransformer", built(
        "graph_transformer_pytorch.GraphTransformer", dim=16, depth=2, edge_dim=4, heads=2, dim_head=8,
        with_feedforwards=True, gated_residual=True
    ), (x, floats(1, 8, 8, 4))  # fmt: skip
    yield "GVP", built(
        "geometric_vector_perceptron.GVP", dim_vectors_in=4, dim_vectors_out=3, dim_feats_in=8, dim_feats_out=6,
        vector_gating=True
    ), ((floats(2, 8), floats(2, 4, 3)),)  # fmt: skip
    yield (
        "IPABlock",
        built("invariant_point_attention.IPABlock", dim=16, heads=2),
        (
            x,
            {
                "pairwise_repr": floats(1, 8, 8, 16),
                "rotations": torch.eye(3).expand(1, 8, 3, 3),
                "translations": coordinates,
            },
        ),
    )
    yield "PointTransformerLayer", built("point_transformer_pytorch.PointTransformerLayer", dim=16), (x, coordinates)
    yield from _graphs()
    yield from _equivariant()
    yield from _flows()
    yield from _processes()
    yield from _complex()


def _graphs() -> Iterator[Made]:
    nodes, sequential = floats(6, 8), nn.Sequential(nn.Linear(8, 8), nn.ReLU())
    plain = {"GCNConv": {}, "ChebConv": {"K": 2}, "SAGEConv": {}, "GraphConv": {}, "ResGatedGraphConv": {},
             "GATConv": {"heads": 2}, "GATv2Conv": {"heads": 2}, "TransformerConv": {"heads": 2, "beta": True},
             "TAGConv": {}, "ARMAConv": {"num_stacks": 2, "num_layers": 2}, "SGConv": {}, "MFConv": {},
             "FeaStConv": {"heads": 2}, "LEConv": {}, "ClusterGCNConv": {},
             "GENConv": {"learn_t": True, "learn_p": True},
             "FiLMConv": {}, "SuperGATConv": {"heads": 2}, "SSGConv": {"alpha": 0.1},
             "EGConv": {}, "MixHopConv": {}, "GeneralConv": {"attention": True}, "HypergraphConv": {}}  # fmt: skip
    for name, options in plain.items():
        yield f"{name} of PyG", built(f"torch_geometric.nn.{name}", 8, 8, **options), (nodes, EDGES)
    yield "GatedGraphConv of PyG", built("torch_geometric.nn.GatedGraphConv", 8, 2), (nodes, EDGES)
    yield "AGNNConv of PyG", built("torch_geometric.nn.AGNNConv"), (nodes, EDGES)
    yield "GINConv of PyG", built("torch_geometric.nn.GINConv", sequential, train_eps=True), (nodes, EDGES)
    yield "FAConv of PyG", built("torch_geometric.nn.FAConv", 8), (nodes, nodes, EDGES)
    yield (
        "GCN2Conv of PyG",
        built("torch_geometric.nn.GCN2Conv", 8, 0.1, theta=0.5, layer=1, shared_weights=False),
        (nodes, nodes, EDGES),
    )
    yield "AntiSymmetricConv of PyG", built("torch_geometric.nn.AntiSymmetricConv", 8), (nodes, EDGES)
    yield "DNAConv of PyG", built("torch_geometric.nn.DNAConv", 8, heads=2), (floats(6, 3, 8), EDGES)
    kinds = ids(2, 8)
    for name in ("RGCNConv", "FastRGCNConv"):
        yield f"{name} of PyG", built(f"torch_geometric.nn.{name}", 8, 8, 3, num_bases=2), (nodes, EDGES, kinds)
    yield "RGATConv of PyG", built("torch_geometric.nn.RGATConv", 8, 8, 3, num_bases=2, heads=2), (nodes, EDGES, kinds)
    yield (
        "GMMConv of PyG",
        built("torch_geometric.nn.GMMConv", 8, 8, dim=2, kernel_size=3, separate_gaussians=True),
        (nodes, EDGES, torch.rand(8, 2)),
    )
    yield "PDNConv of PyG", built("torch_geometric.nn.PDNConv", 8, 8, 4, 8), (nodes, EDGES, floats(8, 4))
    yield "CGConv of PyG", built("torch_geometric.nn.CGConv", 8, 4), (nodes, EDGES, floats(8, 4))
    yield (
        "GATConv with edges of PyG",
        built("torch_geometric.nn.GATConv", 8, 8, heads=2, edge_dim=4, residual=True),
        (nodes, EDGES, floats(8, 4)),
    )
    yield (
        "HEATConv of PyG",
        built("torch_geometric.nn.HEATConv", 8, 8, 2, 2, 4, 4, 4, heads=2),
        (nodes, EDGES, ids(2, 6), ids(2, 8), floats(8, 4)),
    )
    yield (
        "HGTConv of PyG",
        built("torch_geometric.nn.HGTConv", 8, 8, (["a"], [("a", "to", "a")]), 2),
        ({"a": nodes}, {("a", "to", "a"): EDGES}),
    )
    yield (
        "HANConv of PyG",
        built("torch_geometric.nn.HANConv", 8, 8, (["a"], [("a", "to", "a")]), 2),
        ({"a": nodes}, {("a", "to", "a"): EDGES}),
    )
    yield (
        "SchNet of PyG",
        built(
            "torch_geometric.nn.SchNet",
            hidden_channels=16,
            num_filters=16,
            num_interactions=2,
            interaction_graph=_all_pairs,
        ),
        (ids(9, 6), floats(6, 3)),
    )
    for name, options in {"GraphNorm": {}, "PairNorm": {}, "MeanSubtractionNorm": {}, "GraphSizeNorm": {},
                          "LayerNorm": {}, "DiffGroupNorm": {"groups": 3},
                          "InstanceNorm": {"affine": True}}.items():  # fmt: skip
        arguments = (8,) if name in ("GraphNorm", "LayerNorm", "DiffGroupNorm", "InstanceNorm") else ()
        yield f"{name} of PyG", built(f"torch_geometric.nn.{name}", *arguments, **options), (nodes,)
    aggregated = (nodes, torch.tensor([0, 0, 0, 1, 1, 1]))
    for name, arguments in {"SoftmaxAggregation": (1.0, True), "PowerMeanAggregation": (1.0, True),
                            "LSTMAggregation": (8, 8), "Set2Set": (8, 2), "SetTransformerAggregation": (8,),
                            "GraphMultisetTransformer": (8, 2),
                            "PatchTransformerAggregation": (8, 8, 3, 8)}.items():  # fmt: skip
        yield f"{name} of PyG", built(f"torch_geometric.nn.aggr.{name}", *arguments), aggregated
    for name, options in {"TopKPooling": {}, "SAGPooling": {}, "ASAPooling": {}, "PANPooling": {}}.items():
        if name != "PANPooling":
            yield f"{name} of PyG", built(f"torch_geometric.nn.{name}", 8, **options), (nodes, EDGES)


def _all_pairs(positions: torch.Tensor, batch: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    row, column = (~torch.eye(len(positions), dtype=torch.bool)).nonzero().T
    return torch.stack([row, column]), (positions[row] - positions[column]).norm(dim=-1)


def _equivariant() -> Iterator[Made]:
    yield "FullyConnectedNet of e3nn", built("e3nn.nn.FullyConnectedNet", [4, 8, 2], torch.relu), (floats(3, 4),)
    yield "BatchNorm of e3nn", built("e3nn.nn.BatchNorm", "2x0e+2x1o"), (floats(3, 8),)
    yield "Linear of e3nn", built("e3nn.o3.Linear", "4x0e+2x1o", "3x0e+2x1o", biases=True), (floats(3, 10),)
    yield (
        "FullyConnectedTensorProduct",
        built("e3nn.o3.FullyConnectedTensorProduct", "2x0e+1x1o", "1x0e+1x1o", "2x0e+1x1o"),
        (floats(3, 5), floats(3, 4)),
    )


def _flows() -> Iterator[Made]:
    z, image = floats(4, 6), floats(2, 4, 6, 6)
    yield "Planar", built("normflows.flows.Planar", (6,)), (z,)
    yield "Radial", built("normflows.flows.Radial", (6,)), (z,)
    yield "AffineConstFlow", built("normflows.flows.AffineConstFlow", (6,)), (z,)
    yield "ActNorm of normflows", built("normflows.flows.ActNorm", (6,)), (z,)
    yield "CCAffineConst", built("normflows.flows.CCAffineConst", (6,), 3), (z, floats(4, 3))
    yield "GlowBlock", built("normflows.flows.GlowBlock", 4, 8), (image,)
    yield "Invertible1x1Conv", built("normflows.flows.Invertible1x1Conv", 4, use_lu=True), (image,)
    yield "InvertibleAffine", built("normflows.flows.InvertibleAffine", 6), (z,)
    yield "LULinearPermute", built("normflows.flows.LULinearPermute", 6), (z,)
    yield "MaskedAffineAutoregressive", built("normflows.flows.MaskedAffineAutoregressive", 6, 8), (z,)
    yield (
        "AutoregressiveRationalQuadraticSpline",
        built("normflows.flows.AutoregressiveRationalQuadraticSpline", 6, 1, 8),
        (z,),
    )
    yield (
        "CircularCoupled splines",
        built("normflows.flows.CircularCoupledRationalQuadraticSpline", 6, 1, 8, ind_circ=[0]),
        (z.tanh(),),
    )
    freia = {"dims_in": [(6,)]}
    for name, options in {"AllInOneBlock": {"subnet_constructor": _subnet, "learned_householder_permutation": 2},
                          "GLOWCouplingBlock": {"subnet_constructor": _subnet}, "ActNorm": {}, "HouseholderPerm":
                          {"n_reflections": 3}, "InvAutoAct": {}, "LearnedElementwiseScaling": {},
                          "OrthogonalTransform": {}, "InvAutoFC": {}}.items():  # fmt: skip
        yield f"{name} of FrEIA", built(f"FrEIA.modules.{name}", **freia, **options), ((floats(4, 6),),)
    yield "AutoRegressiveNN of pyro", built("pyro.nn.AutoRegressiveNN", 6, [8, 8], skip_connections=True), (z,)
    for name in ("Planar", "Radial", "Sylvester", "Householder", "MatrixExponential", "BatchNorm"):
        yield f"{name} of pyro", built(f"pyro.distributions.transforms.{name}", 6), (z,)


def _subnet(wide_in: int, wide_out: int) -> nn.Module:
    return nn.Sequential(nn.Linear(wide_in, 16), nn.ReLU(), nn.Linear(16, wide_out))


def _processes() -> Iterator[Made]:
    x = floats(5, 3)
    kernels = {"RBFKernel": {"ard_num_dims": 3}, "MaternKernel": {}, "RQKernel": {}, "PeriodicKernel": {},
               "LinearKernel": {}, "PolynomialKernel": {"power": 2}, "CosineKernel": {}, "ConstantKernel": {},
               "SpectralMixtureKernel": {"num_mixtures": 2, "ard_num_dims": 3}, "RFFKernel": {"num_samples": 4},
               "PiecewisePolynomialKernel": {}}  # fmt: skip
    for name, options in kernels.items():
        yield f"{name} of gpytorch", _kernel(name, options), (x, x)
    yield "ScaleKernel of gpytorch", _scaled_kernel, (x, x)
    for name, options in {"ConstantMean": {}, "LinearMean": {"input_size": 3}, "ZeroMean": {}}.items():
        if name != "ZeroMean":
            yield f"{name} of gpytorch", built(f"gpytorch.means.{name}", **options), (x,)
    yield "Variational GP of gpytorch", _variational, (x,)


class _Kernel(nn.Module):
    def __init__(self, kernel: nn.Module) -> None:
        super().__init__()
        self.kernel = kernel

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return self.kernel(x, y).to_dense()


def _kernel(name: str, options: dict[str, Any]) -> Callable[[], nn.Module]:
    return lambda: _Kernel(getattr(import_module("gpytorch").kernels, name)(**options))


def _scaled_kernel() -> nn.Module:
    from gpytorch.kernels import RBFKernel, ScaleKernel

    return _Kernel(ScaleKernel(RBFKernel()))


def _variational() -> nn.Module:
    import gpytorch

    class Approximate(gpytorch.models.ApproximateGP):
        def __init__(self) -> None:
            points = torch.randn(4, 3)
            distribution = gpytorch.variational.CholeskyVariationalDistribution(4)
            super().__init__(gpytorch.variational.VariationalStrategy(self, points, distribution))
            self.mean_module = gpytorch.means.ConstantMean()
            self.covar_module = gpytorch.kernels.ScaleKernel(gpytorch.kernels.RBFKernel())

        def forward(self, x: torch.Tensor) -> Any:
            return gpytorch.distributions.MultivariateNormal(self.mean_module(x), self.covar_module(x))

    return Approximate().eval()


def _complex() -> Iterator[Made]:
    for name, arguments, shape in (
        ("CplxLinear", (6, 4), (3, 6)),
        ("CplxConv1d", (6, 4, 3), (3, 6, 9)),
        ("CplxBatchNorm1d", (6,), (3, 6)),
        ("CplxModReLU", (None,), (3, 6)),
        ("CplxAdaptiveModReLU", (6,), (3, 6)),
        ("CplxBilinear", (6, 6, 4), (3, 6)),
    ):
        yield f"{name} of cplxmodule", _cplx(name, arguments), ((floats(*shape),) * (4 if "Bilinear" in name else 2))


class _Cplx(nn.Module):
    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, *parts: torch.Tensor) -> Any:
        from cplxmodule import Cplx

        return self.layer(*(Cplx(parts[at], parts[at + 1]) for at in range(0, len(parts), 2)))


def _cplx(name: str, arguments: tuple[Any, ...]) -> Callable[[], nn.Module]:
    return lambda: _Cplx(getattr(import_module("cplxmodule.nn"), name)(*arguments))


def models() -> dict[str, tuple[Callable[[], nn.Module], tuple[Any, ...]]]:
    """All models by name."""
    return {name: (make, given) for wing in (texts, layers, images, structures) for name, make, given in wing()}
