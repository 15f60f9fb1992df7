"""A second set of packages from PyPI that paramwise's roles were never tuned on, each model with a batch that it takes.

A model is a line, as in `package_models`: what builds it, and what it is called with.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any
from unittest.mock import MagicMock

import torch
from torch import nn

from package_models import Made, built, floats, ids

UNUSED = (
    "torchaudio",
    "numba",
    "gensim",
    "spacy",
    "boto3",
    "botocore",
    "soundfile",
    "tensorboard",
    "gym",
    "matscipy",
    "nir",
    "audiotools",
    "discrete_continuous_embed_readout",
    "wandb",
    "huggingface_hub.file_download",
    "pb_bss_eval",
    "torch_optimizer",
    "torch_audiomentations",
    "ray",
    "cv2",
    "av",
    "faiss",
    "nirtorch",
    "dirsync",
    "pytorch_msssim",
    "google",
    "fasteners",
)
"""What the packages import and these models do not use: for torchaudio, PyPI has no build that runs without CUDA."""

REQUIREMENTS = [
    "axial-positional-embedding",
    "assoc-scan",
    "tensordict",
    "hyperpyyaml",
    "ruamel.yaml",
    "sentencepiece",
    "tensorly",
    "configmypy",
    "UMNN",
    "entmax",
    "toolz",
    "delu",
    "Farama-Notifications",
    "cloudpickle",
    "tiktoken",
    "more-itertools",
    "scikit-base",
    "x-mlps-pytorch",
    "linformer",
    "colt5-attention",
    "mogrifier",
    "gateloop-transformer",
    "pyvers",
    "pbr",
    "ase",
]
"""What the packages import themselves, beside the first set's."""

PACKAGES = [
    "antialiased-cnns",
    "asteroid",
    "bayesian-torch",
    "blitz-bayesian-pytorch",
    "compressai",
    "egnn-pytorch",
    "En-transformer",
    "encodec",
    "facenet-pytorch",
    "geoopt",
    "gluonts",
    "h-transformer-1d",
    "iTransformer",
    "lambda-networks",
    "lightly",
    "linear-attention-transformer",
    "litgpt",
    "loralib",
    "Mega-pytorch",
    "memory-transformer-xl",
    "minGRU-pytorch",
    "mixture-of-experts",
    "monai",
    "n-grammer-pytorch",
    "nbeats-pytorch",
    "ncps",
    "neuraloperator",
    "nflows",
    "nnAudio",
    "nystrom-attention",
    "openai-whisper",
    "perceiver-ar-pytorch",
    "perceiver-pytorch",
    "performer-pytorch",
    "pfrl",
    "product-key-memory",
    "pytorch-forecasting",
    "pytorch-nlp",
    "pytorch-pretrained-bert",
    "pytorch-widedeep",
    "pytorchcv",
    "reformer-pytorch",
    "routing-transformer",
    "rtdl-revisiting-models",
    "sb3-contrib",
    "sinabs",
    "slot-attention",
    "soft-moe-pytorch",
    "speechbrain",
    "spikingjelly",
    "sru",
    "st-moe-pytorch",
    "tabm",
    "tensorly-torch",
    "titans-pytorch",
    "torch-hd",
    "torch-rechub",
    "torchani",
    "torchbnn",
    "torchfm",
    "vector-quantize-pytorch",
    "vit-pytorch",
    "vocos",
    "x-transformers",
    "zuko",
]
"""The packages that are tried."""


class Calling(nn.Module):
    """Calls something else of a module than its forward pass."""

    def __init__(self, inner: nn.Module, call: Callable[..., Any]) -> None:
        super().__init__()
        self.inner, self.call = inner, call

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the call returns."""
        return self.call(self.inner, *args, **kwargs)


def calling(make: Callable[[], nn.Module], call: Callable[..., Any]) -> Callable[[], nn.Module]:
    """A function that makes a module whose forward pass is the call."""
    return lambda: Calling(make(), call)


def texts() -> Iterator[Made]:
    """Models of token sequences."""
    words = ids(40, 2, 16)
    x = floats(2, 16, 32)
    decoder = {
        "plain": {"rotary_pos_emb": True, "use_rmsnorm": True, "ff_glu": True, "attn_qk_norm": True},
        "heads": {"attn_pre_talking_heads": True, "attn_head_scale": True, "rel_pos_bias": True, "attn_num_mem_kv": 4},
        "residual": {"gate_residual": True, "scale_residual": True, "alibi_pos_bias": True, "use_scalenorm": True},
        "dynamic": {"dynamic_pos_bias": True, "attn_gate_values": True, "shift_tokens": 1},
        "streams": {"num_residual_streams": 2, "attn_qk_norm": True, "attn_qk_norm_dim_scale": True},
        "tanh": {"use_dynamic_tanh": True, "add_value_residual": True},
    }
    for name, options in decoder.items():
        yield f"x-transformers, {name}", _x_transformer(options), (words,)
    lm = {"num_tokens": 40, "dim": 32, "depth": 2, "heads": 4}
    yield (
        "LinearAttentionTransformerLM",
        built("linear_attention_transformer.LinearAttentionTransformerLM", **lm, max_seq_len=16, causal=True),
        (words,),
    )
    yield (
        "ReformerLM",
        built(
            "reformer_pytorch.ReformerLM",
            **lm,
            max_seq_len=16,
            bucket_size=4,
            axial_position_emb=True,
            axial_position_shape=(4, 4),
        ),
        (words,),
    )
    yield (
        "RoutingTransformerLM",
        built("routing_transformer.RoutingTransformerLM", **lm, max_seq_len=16, window_size=4, causal=True),
        (words,),
    )
    yield (
        "MemoryTransformerXL",
        built("memory_transformer_xl.MemoryTransformerXL", **lm, seq_len=16, mem_len=16, lmem_len=8),
        (words,),
    )
    yield "minGRULM", built("minGRU_pytorch.minLM.minLM", num_tokens=40, dim=32, depth=2), (words,)
    yield (
        "HTransformer1D",
        built("h_transformer_1d.HTransformer1D", **lm, max_seq_len=16, causal=True, block_size=4, dim_head=8),
        (words,),
    )
    yield (
        "PerformerLM",
        built(
            "performer_pytorch.PerformerLM",
            **lm,
            max_seq_len=16,
            dim_head=8,
            use_scalenorm=True,
            causal=False,
            nb_features=8,
        ),
        (words,),
    )
    yield (
        "PerceiverAR",
        built(
            "perceiver_ar_pytorch.PerceiverAR",
            num_tokens=40,
            dim=32,
            depth=2,
            heads=2,
            dim_head=32,
            max_seq_len=16,
            cross_attn_seq_len=8,
        ),
        (words,),
    )
    yield "Mega", built("mega_pytorch.mega_pytorch.Mega", num_tokens=40, dim=32, depth=2, ema_heads=4), (words,)
    yield (
        "Titans, memory as context",
        built(
            "titans_pytorch.MemoryAsContextTransformer",
            num_tokens=40,
            dim=32,
            depth=2,
            segment_len=8,
            num_persist_mem_tokens=2,
            num_longterm_mem_tokens=2,
            heads=2,
            dim_head=16,
            neural_memory_layers=(1,),
            neural_memory_segment_len=4,
            neural_memory_kwargs={"dim_head": 16, "heads": 2},
        ),
        (words,),
    )
    yield (
        "VQNgrammer",
        built(
            "n_grammer_pytorch.VQNgrammer",
            num_clusters=16,
            num_heads=4,
            dim_per_head=8,
            ngram_vocab_size=64,
            ngram_emb_dim=4,
        ),
        (x, words),
    )
    yield (
        "BertForPreTraining of pytorch-pretrained-bert",
        _old_bert(
            "BertForPreTraining",
            "BertConfig",
            vocab_size_or_config_json_file=40,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=32,
        ),
        (words,),
    )
    yield (
        "OpenAIGPTLMHeadModel of pytorch-pretrained-bert",
        _old_bert(
            "OpenAIGPTLMHeadModel",
            "OpenAIGPTConfig",
            vocab_size_or_config_json_file=40,
            n_positions=16,
            n_ctx=16,
            n_embd=32,
            n_layer=2,
            n_head=4,
        ),
        (words,),
    )
    yield "litgpt, Llama", _litgpt(norm_class_name="RMSNorm", mlp_class_name="LLaMAMLP", intermediate_size=48), (words,)
    yield (
        "litgpt, mixture",
        _litgpt(
            norm_class_name="RMSNorm", mlp_class_name="LLaMAMoE", intermediate_size=48, n_expert=3, n_expert_per_token=2
        ),
        (words,),
    )
    yield "Whisper of openai", _whisper, (floats(1, 8, 16), ids(40, 1, 6))


def _x_transformer(options: dict[str, Any]) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        from x_transformers import Decoder, TransformerWrapper

        layers = Decoder(dim=32, depth=2, heads=4, attn_dim_head=8, **options)
        return TransformerWrapper(num_tokens=40, max_seq_len=16, num_memory_tokens=2, attn_layers=layers)

    return make


def _old_bert(model: str, config: str, **options: Any) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        package = import_module(
            "pytorch_pretrained_bert.modeling" + {"B": "", "O": "_openai", "T": "_transfo_xl"}[model[0]]
        )
        return getattr(package, model)(getattr(package, config)(**options))

    return make


def _litgpt(**options: Any) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        from litgpt.config import Config
        from litgpt.model import GPT

        return GPT(
            Config(block_size=16, padded_vocab_size=40, vocab_size=40, n_layer=2, n_head=4, n_embd=32, **options)
        )

    return make


def _whisper() -> nn.Module:
    from whisper.model import ModelDimensions, Whisper

    return Whisper(
        ModelDimensions(
            n_mels=8,
            n_audio_ctx=8,
            n_audio_state=32,
            n_audio_head=4,
            n_audio_layer=1,
            n_vocab=40,
            n_text_ctx=8,
            n_text_state=32,
            n_text_head=4,
            n_text_layer=1,
        )
    )


def layers() -> Iterator[Made]:
    """Layers and models of vectors and sequences."""
    x = floats(2, 16, 32)
    yield "minGRU", built("minGRU_pytorch.minGRU.minGRU", 32, expansion_factor=1.5), (x,)
    yield (
        "Nystromformer",
        built("nystrom_attention.Nystromformer", dim=32, dim_head=8, heads=4, depth=2, num_landmarks=4),
        (x,),
    )
    yield "MoE of mixture-of-experts", built("mixture_of_experts.MoE", dim=32, num_experts=4), (x,)
    yield "HeirarchicalMoE", built("mixture_of_experts.HeirarchicalMoE", dim=32, num_experts=(2, 2)), (x,)
    yield "SparseMoEBlock", _sparse_moe, (x,)
    yield "SoftMoE", built("soft_moe_pytorch.SoftMoE", dim=32, seq_len=16, num_experts=4), (x,)
    yield "DynamicSlotsSoftMoE", built("soft_moe_pytorch.DynamicSlotsSoftMoE", dim=32, num_experts=4), (x,)
    yield "PKM", built("product_key_memory.PKM", dim=32, heads=2, num_keys=8, topk=4, dim_head=16), (x,)
    yield "SlotAttention", built("slot_attention.SlotAttention", num_slots=3, dim=32, iters=2), (x,)
    yield (
        "AdaptiveSlots",
        built(
            "slot_attention.multi_head_slot_attention.MultiHeadSlotAttention",
            num_slots=3,
            dim=32,
            heads=2,
            dim_head=8,
            iters=2,
        ),
        (x,),
    )
    yield (
        "LambdaLayer",
        built("lambda_networks.LambdaLayer", dim=32, dim_out=32, r=5, dim_k=8, heads=4, dim_u=2),
        (floats(2, 32, 8, 8),),
    )
    yield (
        "LambdaLayer, global",
        built("lambda_networks.LambdaLayer", dim=32, dim_out=32, n=8, dim_k=8, heads=4),
        (floats(2, 32, 8, 8),),
    )
    yield (
        "iTransformer",
        built(
            "iTransformer.iTransformer",
            num_variates=5,
            lookback_len=12,
            dim=32,
            depth=2,
            heads=4,
            dim_head=8,
            pred_length=(4, 6),
            num_tokens_per_variate=1,
            use_reversible_instance_norm=True,
        ),
        (floats(2, 12, 5),),
    )
    yield (
        "iTransformer2D",
        built(
            "iTransformer.iTransformer2D",
            num_variates=5,
            num_time_tokens=4,
            lookback_len=12,
            dim=32,
            depth=2,
            heads=4,
            dim_head=8,
            pred_length=(4,),
            use_reversible_instance_norm=True,
        ),
        (floats(2, 12, 5),),
    )
    yield (
        "iTransformerFFT",
        built(
            "iTransformer.iTransformerFFT",
            num_variates=5,
            lookback_len=12,
            dim=32,
            depth=2,
            heads=4,
            dim_head=8,
            pred_length=(4,),
        ),
        (floats(2, 12, 5),),
    )
    yield (
        "Perceiver",
        built(
            "perceiver_pytorch.Perceiver",
            input_channels=3,
            input_axis=1,
            num_freq_bands=2,
            max_freq=4.0,
            depth=2,
            num_latents=4,
            latent_dim=32,
            latent_heads=2,
            cross_dim_head=8,
            latent_dim_head=8,
            num_classes=5,
        ),
        (floats(2, 10, 3),),
    )
    yield (
        "PerceiverIO",
        built(
            "perceiver_pytorch.PerceiverIO",
            depth=2,
            dim=32,
            queries_dim=32,
            num_latents=4,
            latent_dim=32,
            cross_dim_head=8,
            latent_dim_head=8,
        ),
        (x, {"queries": floats(3, 32)}),
    )
    for name, options in {
        "VectorQuantize": {
            "codebook_size": 8,
            "codebook_dim": 8,
            "learnable_codebook": True,
            "ema_update": False,
            "heads": 1,
        },
        "SimVQ": {"codebook_size": 8},
        "LFQ": {"codebook_size": 16},
        "ResidualSimVQ": {"codebook_size": 8, "num_quantizers": 2},
        "FSQ": {"levels": [4, 4, 4]},
        "ResidualFSQ": {"levels": [4, 4], "num_quantizers": 2},
    }.items():
        if name == "FSQ":
            options["dim"] = 32
        yield (
            f"{name} of vector-quantize-pytorch",
            built(f"vector_quantize_pytorch.{name}", **{"dim": 32, **options}),
            (x,),
        )
    yield (
        "EGNN_Network",
        built(
            "egnn_pytorch.EGNN_Network",
            num_tokens=10,
            num_positions=16,
            dim=16,
            depth=2,
            num_nearest_neighbors=4,
            norm_coors=True,
            coor_weights_clamp_value=2.0,
            num_global_tokens=2,
            global_linear_attn_every=1,
        ),
        (ids(10, 1, 16), floats(1, 16, 3)),
    )
    yield (
        "EnTransformer",
        built(
            "en_transformer.EnTransformer",
            num_tokens=10,
            dim=16,
            depth=2,
            heads=2,
            dim_head=32,
            edge_dim=0,
            neighbors=4,
            rel_pos_emb=True,
        ),
        (ids(10, 1, 16), floats(1, 16, 3)),
    )
    for name in ("CfC", "LTC"):
        yield f"{name} of ncps", _ncps(name), (floats(2, 5, 6),)
    for name, options in {"FullyConnected CfC": {"units": 8}, "CfC, pure": {"units": 8, "mode": "pure"}}.items():
        yield f"{name} of ncps", built("ncps.torch.CfC", 6, **options), (floats(2, 5, 6),)
    yield "Linear of loralib", built("loralib.Linear", 8, 6, r=2), (floats(3, 8),)
    yield (
        "MergedLinear of loralib",
        built("loralib.MergedLinear", 8, 12, r=2, enable_lora=[True, False, True]),
        (floats(3, 4, 8),),
    )
    yield "Conv2d of loralib", built("loralib.Conv2d", 4, 6, 3, r=2), (floats(2, 4, 6, 6),)
    yield "Embedding of loralib", built("loralib.Embedding", 12, 6, r=2), (ids(12, 2, 4),)
    yield (
        "NBeatsNet",
        built("nbeats_pytorch.model.NBeatsNet", backcast_length=10, forecast_length=5, hidden_layer_units=16),
        (floats(2, 10),),
    )
    yield (
        "MLP of rtdl-revisiting-models",
        built("rtdl_revisiting_models.MLP", d_in=4, d_out=2, n_blocks=2, d_block=16, dropout=0.1),
        (floats(3, 4),),
    )
    yield (
        "ResNet of rtdl-revisiting-models",
        built(
            "rtdl_revisiting_models.ResNet",
            d_in=4,
            d_out=2,
            n_blocks=2,
            d_block=16,
            d_hidden=16,
            d_hidden_multiplier=None,
            dropout1=0.1,
            dropout2=0.0,
        ),
        (floats(3, 4),),
    )
    yield "FTTransformer of rtdl-revisiting-models", _rtdl, (floats(3, 4), ids(3, 3, 2))
    for kind in ("tabm", "tabm-mini", "tabm-packed"):
        yield (
            f"{kind} of tabm",
            _tabm(n_num_features=4, cat_cardinalities=[3, 4], d_out=2, n_blocks=2, d_block=16, k=4, arch_type=kind),
            (floats(3, 4), ids(3, 3, 2)),
        )


def _sparse_moe() -> nn.Module:
    from st_moe_pytorch import MoE, SparseMoEBlock

    return SparseMoEBlock(MoE(dim=32, num_experts=4, gating_top_n=2), add_ff_before=True, add_ff_after=True)


def _ncps(name: str) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        from ncps.wirings import AutoNCP

        return getattr(import_module("ncps.torch"), name)(6, AutoNCP(12, 3))

    return make


def _tabm(**options: Any) -> Callable[[], nn.Module]:
    return lambda: import_module("tabm").TabM.make(**options)


def _rtdl() -> nn.Module:
    from rtdl_revisiting_models import FTTransformer

    return FTTransformer(
        n_cont_features=4,
        cat_cardinalities=[3, 4],
        d_out=2,
        n_blocks=2,
        d_block=16,
        attention_n_heads=2,
        attention_dropout=0.1,
        ffn_d_hidden=16,
        ffn_d_hidden_multiplier=None,
        ffn_dropout=0.1,
        residual_dropout=0.0,
    )


def images() -> Iterator[Made]:
    """Models of images and volumes."""
    picture = floats(1, 3, 32, 32)
    vit = {"image_size": 32, "patch_size": 8, "num_classes": 5, "dim": 32, "depth": 2, "heads": 2, "mlp_dim": 32}
    for path, options in {
        "ViT": {"dim_head": 16},
        "SimpleViT": {"dim_head": 16},
        "deepvit.DeepViT": {"dim_head": 16},
        "cait.CaiT": {"cls_depth": 1, "dim_head": 16},
        "parallel_vit.ViT": {"dim_head": 16},
        "vit_for_small_dataset.ViT": {"dim_head": 16},
        "vit_with_patch_dropout.ViT": {"dim_head": 16},
        "simple_vit_with_register_tokens.SimpleViT": {"dim_head": 16},
        "simple_vit_with_qk_norm.SimpleViT": {"dim_head": 16},
        "xcit.XCiT": {"cls_depth": 1, "dim_head": 16},
        "simple_vit_with_value_residual.SimpleViT": {"dim_head": 16},
    }.items():
        given = {**vit, **options}
        if "xcit" in path:
            given["local_patch_kernel_size"] = 3
        yield f"{path} of vit-pytorch", built(f"vit_pytorch.{path}", **given), (picture,)
    yield (
        "MaxViT of vit-pytorch",
        built(
            "vit_pytorch.max_vit.MaxViT",
            num_classes=5,
            dim_conv_stem=8,
            dim=16,
            dim_head=8,
            depth=(1, 1),
            window_size=4,
        ),
        (floats(1, 3, 64, 64),),
    )
    yield (
        "RegionViT of vit-pytorch",
        built("vit_pytorch.regionvit.RegionViT", dim=(8, 16, 32, 64), depth=(1, 1, 1, 1), window_size=2, num_classes=5),
        (floats(1, 3, 64, 64),),
    )
    yield (
        "SepViT of vit-pytorch",
        built(
            "vit_pytorch.sep_vit.SepViT", num_classes=5, dim=16, dim_head=8, heads=(1, 2), depth=(1, 1), window_size=4
        ),
        (floats(1, 3, 224, 224),),
    )
    yield (
        "LeViT of vit-pytorch",
        built(
            "vit_pytorch.levit.LeViT",
            image_size=64,
            num_classes=5,
            stages=2,
            dim=(16, 32),
            depth=1,
            heads=(2, 2),
            mlp_mult=2,
        ),
        (floats(1, 3, 64, 64),),
    )
    yield (
        "CCT of vit-pytorch",
        built(
            "vit_pytorch.cct.CCT",
            img_size=32,
            embedding_dim=32,
            n_conv_layers=1,
            kernel_size=7,
            stride=2,
            padding=3,
            pooling_kernel_size=3,
            pooling_stride=2,
            pooling_padding=1,
            num_layers=2,
            num_heads=2,
            mlp_ratio=1.0,
            num_classes=5,
            positional_embedding="learnable",
        ),
        (picture,),
    )
    yield (
        "CrossViT of vit-pytorch",
        built(
            "vit_pytorch.cross_vit.CrossViT",
            image_size=32,
            num_classes=5,
            depth=1,
            sm_dim=16,
            lg_dim=32,
            sm_patch_size=8,
            sm_enc_depth=1,
            sm_enc_heads=2,
            sm_enc_mlp_dim=16,
            lg_patch_size=16,
            lg_enc_depth=1,
            lg_enc_heads=2,
            lg_enc_mlp_dim=16,
            cross_attn_depth=1,
            cross_attn_heads=2,
        ),
        (picture,),
    )
    spatial = {"spatial_dims": 2, "in_channels": 1, "out_channels": 2}
    gray = floats(1, 1, 32, 32)
    for name, options in {
        "UNet": {**spatial, "channels": (4, 8, 16), "strides": (2, 2), "num_res_units": 1, "act": "PRELU"},
        "AttentionUnet": {**spatial, "channels": (4, 8, 16), "strides": (2, 2)},
        "UNETR": {**spatial, "img_size": 32, "feature_size": 4, "hidden_size": 16, "mlp_dim": 16, "num_heads": 2},
        "SwinUNETR": {**spatial, "feature_size": 12, "depths": (1, 1, 1, 1), "num_heads": (2, 2, 2, 2)},
        "SegResNetVAE": {
            "spatial_dims": 2,
            "input_image_size": (32, 32),
            "vae_nz": 8,
            "init_filters": 8,
            "in_channels": 1,
            "out_channels": 2,
            "blocks_down": (1, 1),
            "blocks_up": (1,),
        },
        "HighResNet": spatial,
        "DynUNet": {
            **spatial,
            "kernel_size": [3, 3, 3],
            "strides": [1, 2, 2],
            "upsample_kernel_size": [2, 2],
            "deep_supervision": True,
            "deep_supr_num": 1,
        },
        "ViT": {
            "in_channels": 1,
            "img_size": (32, 32),
            "patch_size": (8, 8),
            "hidden_size": 32,
            "mlp_dim": 32,
            "num_layers": 2,
            "num_heads": 2,
            "classification": True,
            "spatial_dims": 2,
        },
        "AutoencoderKL": {
            **spatial,
            "channels": (8, 8),
            "norm_num_groups": 4,
            "num_res_blocks": (1, 1),
            "attention_levels": (False, True),
            "latent_channels": 2,
        },
        "Quicknat": {"num_classes": 2, "num_channels": 1, "num_filters": 8},
    }.items():
        yield f"{name} of monai", built(f"monai.networks.nets.{name}", **options), (gray,)
    yield (
        "UNETR++ attention of monai",
        built(
            "monai.networks.blocks.SABlock",
            hidden_size=32,
            num_heads=2,
            rel_pos_embedding="decomposed",
            input_size=(4, 4),
        ),
        (floats(2, 16, 32),),
    )
    yield (
        "DecoderOnlyTransformer of monai",
        built(
            "monai.networks.nets.DecoderOnlyTransformer",
            num_tokens=40,
            max_seq_len=16,
            attn_layers_dim=32,
            attn_layers_depth=2,
            attn_layers_heads=4,
        ),
        (ids(40, 2, 16),),
    )
    yield (
        "DiffusionModelUNet of monai",
        built(
            "monai.networks.nets.DiffusionModelUNet",
            **spatial,
            channels=(8, 8),
            num_res_blocks=1,
            attention_levels=(False, True),
            norm_num_groups=4,
            num_head_channels=4,
        ),
        (gray, torch.tensor([3])),
    )
    for name in (
        "sinet_cityscapes",
        "sknet50",
        "resattnet56",
        "dicenet_wd5",
        "mobilenetv3_small_w7d20",
        "ghostnet",
        "fdmobilenet_wd4",
        "squeezenet_v1_0",
        "menet108_8x1_g3",
        "selecsls42",
        "airnet50_1x64d_r2",
    ):
        size = 256 if "city" in name else 224
        yield f"{name} of pytorchcv", _pytorchcv(name), (floats(2, 3, size, size),)
    yield (
        "InceptionResnetV1",
        built("facenet_pytorch.InceptionResnetV1", classify=True, num_classes=5),
        (floats(2, 3, 80, 80),),
    )
    yield (
        "RNet of facenet-pytorch",
        built("facenet_pytorch.models.mtcnn.RNet", pretrained=False),
        (floats(2, 3, 24, 24),),
    )
    yield "resnet18 of antialiased-cnns", built("antialiased_cnns.resnet18"), (floats(2, 3, 64, 64),)
    for name in ("bmshj2018_hyperprior", "mbt2018_mean", "cheng2020_anchor"):
        yield f"{name} of compressai", built(f"compressai.zoo.{name}", 1), (floats(1, 3, 64, 64),)
    yield "GDN of compressai", built("compressai.layers.GDN", 6), (floats(2, 6, 4, 4),)
    yield (
        "EntropyBottleneck of compressai",
        built("compressai.entropy_models.EntropyBottleneck", 6),
        (floats(2, 6, 4, 4),),
    )
    yield (
        "FNO of neuraloperator",
        built("neuralop.models.FNO", n_modes=(4, 4), in_channels=1, out_channels=1, hidden_channels=8, n_layers=2),
        (floats(1, 1, 16, 16),),
    )
    yield (
        "TFNO of neuraloperator",
        built(
            "neuralop.models.TFNO",
            n_modes=(4, 4),
            in_channels=1,
            out_channels=1,
            hidden_channels=8,
            n_layers=2,
            rank=0.5,
        ),
        (floats(1, 1, 16, 16),),
    )
    yield (
        "UNO of neuraloperator",
        built(
            "neuralop.models.UNO",
            in_channels=1,
            out_channels=1,
            hidden_channels=8,
            uno_out_channels=[8, 8, 8],
            uno_n_modes=[[4, 4]] * 3,
            uno_scalings=[[1.0, 1.0], [0.5, 0.5], [2, 2]],
            n_layers=3,
            channel_mlp_skip="linear",
        ),
        (floats(1, 1, 16, 16),),
    )
    yield (
        "CODANO of neuraloperator",
        built(
            "neuralop.models.CODANO",
            n_layers=2,
            n_modes=[[4, 4]] * 2,
            n_heads=[2, 2],
            hidden_variable_codimension=4,
            attention_scaling_factors=[1, 1],
            per_layer_scaling_factors=[[1, 1]] * 2,
            output_variable_codimension=1,
            lifting_channels=8,
            projection_channels=8,
        ),
        (floats(1, 2, 16, 16),),
    )
    for name, options in {
        "TRL": {"input_shape": (4, 5), "output_shape": (3,), "rank": 2},
        "TCL": {"input_shape": (4, 5), "rank": (3, 3)},
    }.items():
        yield f"{name} of tensorly-torch", built(f"tltorch.{name}", **options), (floats(2, 4, 5),)
    yield (
        "FactorizedLinear",
        built("tltorch.FactorizedLinear", (2, 4), (2, 3), rank=2, factorization="cp"),
        (floats(3, 8),),
    )
    yield (
        "FactorizedConv",
        built("tltorch.FactorizedConv", 4, 6, kernel_size=3, order=2, rank=0.5, factorization="tucker"),
        (floats(2, 4, 6, 6),),
    )


def _pytorchcv(name: str) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        from pytorchcv.model_provider import get_model

        model = get_model(name)
        return model.eval() if isinstance(model, nn.Module) else model

    return make


def sounds() -> Iterator[Made]:
    """Models of speech, music and other signals."""
    wave = floats(2, 1600)
    yield (
        "STFT of nnAudio",
        built("nnAudio.features.STFT", n_fft=64, hop_length=32, trainable=True, verbose=False),
        (wave,),
    )
    yield (
        "MelSpectrogram of nnAudio",
        built(
            "nnAudio.features.MelSpectrogram",
            n_fft=64,
            n_mels=8,
            hop_length=32,
            trainable_mel=True,
            trainable_STFT=True,
            verbose=False,
        ),
        (wave,),
    )
    yield (
        "MFCC of nnAudio",
        built(
            "nnAudio.features.MFCC",
            sr=16000,
            n_mfcc=4,
            n_fft=64,
            n_mels=8,
            hop_length=32,
            trainable_mel=True,
            verbose=False,
        ),
        (wave,),
    )
    yield (
        "CQT1992v2 of nnAudio",
        built(
            "nnAudio.features.CQT1992v2", sr=16000, fmin=1000, n_bins=12, hop_length=64, trainable=True, verbose=False
        ),
        (wave,),
    )
    yield (
        "Gammatonegram of nnAudio",
        built(
            "nnAudio.features.Gammatonegram",
            sr=16000,
            n_fft=64,
            n_bins=8,
            hop_length=32,
            trainable_bins=True,
            trainable_STFT=True,
            verbose=False,
        ),
        (wave,),
    )
    frames = floats(2, 20, 8)
    brain = "speechbrain"
    yield (
        "ECAPA_TDNN",
        built(
            f"{brain}.lobes.models.ECAPA_TDNN.ECAPA_TDNN",
            8,
            channels=[16] * 5,
            kernel_sizes=[5, 3, 3, 3, 1],
            dilations=[1, 2, 3, 4, 1],
            attention_channels=8,
            lin_neurons=8,
            res2net_scale=2,
            se_channels=8,
        ),
        (frames,),
    )
    yield (
        "Xvector",
        built(
            f"{brain}.lobes.models.Xvector.Xvector",
            in_channels=8,
            tdnn_blocks=2,
            tdnn_channels=[8, 8],
            tdnn_kernel_sizes=[3, 1],
            tdnn_dilations=[1, 1],
            lin_neurons=8,
        ),
        (frames,),
    )
    yield (
        "ConformerEncoder of speechbrain",
        built(
            f"{brain}.lobes.models.transformer.Conformer.ConformerEncoder",
            num_layers=2,
            d_model=8,
            d_ffn=16,
            nhead=2,
            kernel_size=3,
        ),
        (frames, {"pos_embs": floats(1, 39, 8)}),
    )
    yield (
        "BranchformerEncoder of speechbrain",
        built(
            f"{brain}.lobes.models.transformer.Branchformer.BranchformerEncoder",
            num_layers=1,
            d_model=8,
            nhead=2,
            kernel_size=3,
            csgu_linear_units=16,
        ),
        (frames, {"pos_embs": floats(1, 39, 8)}),
    )
    yield (
        "SincConv of speechbrain",
        built(f"{brain}.nnet.CNN.SincConv", input_shape=(2, 400, 1), out_channels=4, kernel_size=11),
        (floats(2, 400, 1),),
    )
    yield "PCEN of speechbrain", built(f"{brain}.nnet.normalization.PCEN", 8), (floats(2, 20, 8).abs(),)
    quaternion = f"{brain}.nnet.quaternion_networks"
    for name, module, options, given in (
        ("QLinear", "q_linear", {"n_neurons": 2, "input_shape": (2, 20, 8)}, frames),
        (
            "QLinear, spinor",
            "q_linear",
            {"n_neurons": 2, "input_shape": (2, 20, 8), "spinor": True, "vector_scale": True},
            frames,
        ),
        ("QConv1d", "q_CNN", {"input_shape": (2, 20, 8), "out_channels": 2, "kernel_size": 3}, frames),
        ("QBatchNorm", "q_normalization", {"input_size": 8}, frames),
        ("QLiGRU", "q_RNN", {"hidden_size": 2, "input_shape": (2, 20, 8)}, frames),
    ):
        yield f"{name} of speechbrain", built(f"{quaternion}.{module}.{name.partition(',')[0]}", **options), (given,)
    for name, module, options in (
        ("CLinear", "c_linear", {"n_neurons": 4, "input_shape": (2, 20, 8)}),
        ("CConv1d", "c_CNN", {"input_shape": (2, 20, 8), "out_channels": 4, "kernel_size": 3}),
        ("CLayerNorm", "c_normalization", {"input_shape": (2, 20, 8)}),
        ("CBatchNorm", "c_normalization", {"input_shape": (2, 20, 8)}),
        ("CLiGRU", "c_RNN", {"hidden_size": 4, "input_shape": (2, 20, 8)}),
    ):
        yield f"{name} of speechbrain", built(f"{brain}.nnet.complex_networks.{module}.{name}", **options), (frames,)
    yield "LiGRU of speechbrain", built(f"{brain}.nnet.RNN.LiGRU", hidden_size=4, input_shape=(2, 20, 8)), (frames,)
    yield "SLiGRU of speechbrain", built(f"{brain}.nnet.RNN.SLiGRU", hidden_size=4, input_shape=(2, 20, 8)), (frames,)
    yield "Dual_Path_Model", _dual_path, (floats(2, 8, 40),)
    yield (
        "GumbelVectorQuantizer of speechbrain",
        built(f"{brain}.nnet.quantisers.GumbelVectorQuantizer", 8, 4, (2.0, 0.5, 0.99), 2, 8),
        (frames,),
    )
    yield (
        "Vocos backbone",
        built("vocos.models.VocosBackbone", input_channels=8, dim=16, intermediate_dim=16, num_layers=2),
        (floats(2, 8, 20),),
    )
    yield (
        "Vocos ResNet backbone",
        built("vocos.models.VocosResNetBackbone", input_channels=8, dim=16, num_blocks=1),
        (floats(2, 8, 20),),
    )
    yield (
        "SEANetEncoder of encodec",
        built("encodec.modules.SEANetEncoder", n_filters=4, dimension=8, ratios=[2, 2]),
        (floats(2, 1, 64),),
    )
    yield (
        "SEANetDecoder of encodec",
        built("encodec.modules.SEANetDecoder", n_filters=4, dimension=8, ratios=[2, 2]),
        (floats(2, 8, 16),),
    )
    yield (
        "LMModel of encodec",
        built("encodec.model.LMModel", n_q=2, card=8, dim=16, num_heads=2, num_layers=1),
        (ids(8, 2, 2, 6),),
    )
    for name, options in {
        "TDConvNet": {"in_chan": 8, "n_src": 2, "n_blocks": 2, "n_repeats": 1, "bn_chan": 8, "hid_chan": 8},
        "DPRNN": {"in_chan": 8, "n_src": 2, "bn_chan": 8, "hid_size": 8, "chunk_size": 8, "n_repeats": 1},
        "DPTransformer": {"in_chan": 8, "n_src": 2, "n_heads": 2, "ff_hid": 8, "chunk_size": 8, "n_repeats": 1},
        "SuDORMRF": {"in_chan": 8, "n_src": 2, "bn_chan": 8, "num_blocks": 1, "upsampling_depth": 2},
    }.items():
        yield f"{name} of asteroid", built(f"asteroid.masknn.{name}", **options), (floats(2, 8, 40),)


def _dual_path() -> nn.Module:
    from speechbrain.lobes.models.dual_path import Dual_Path_Model, SBRNNBlock

    return Dual_Path_Model(
        8,
        8,
        intra_model=SBRNNBlock(8, 4, 1, "LSTM", bidirectional=True),
        inter_model=SBRNNBlock(8, 4, 1, "LSTM", bidirectional=True),
        num_layers=1,
        norm="ln",
        K=8,
    )


def structures() -> Iterator[Made]:
    """Flows, tables, recommendations, spikes, Bayesian layers, agents, molecules."""
    z = floats(4, 6)
    for name, options in {
        "MaskedAffineAutoregressiveTransform": {"hidden_features": 8},
        "MaskedPiecewiseRationalQuadraticAutoregressiveTransform": {
            "hidden_features": 8,
            "num_bins": 4,
            "tails": "linear",
        },
        "LULinear": {},
        "QRLinear": {"num_householder": 2},
        "SVDLinear": {"num_householder": 2},
        "NaiveLinear": {},
        "HouseholderSequence": {"num_transforms": 2},
        "ActNorm": {},
        "BatchNorm": {},
        "PiecewiseLinearCDF": {},
        "PiecewiseRationalQuadraticCDF": {"tails": "linear"},
        "Sigmoid": {"learn_temperature": True},
    }.items():
        key = {
            "HouseholderSequence": "features",
            "PiecewiseLinearCDF": "shape",
            "PiecewiseRationalQuadraticCDF": "shape",
        }
        place = "temperature" if name == "Sigmoid" else key.get(name, "features")
        given = {place: 1 if name == "Sigmoid" else [6] if place == "shape" else 6, **options}
        yield (
            f"{name} of nflows",
            built(f"nflows.transforms.{name}", **given),
            (z.sigmoid() if name == "PiecewiseLinearCDF" else z,),
        )
    yield "SimpleRealNVP of nflows", calling(built("nflows.flows.SimpleRealNVP", 6, 8, 2, 1), _log_prob), (z,)
    for name, options in {
        "NSF": {"transforms": 1, "hidden_features": (8,)},
        "MAF": {"transforms": 1},
        "NAF": {"transforms": 1, "signal": 4},
        "UNAF": {"transforms": 1, "signal": 4},
        "SOSPF": {"transforms": 1},
        "BPF": {"transforms": 1},
        "GF": {"transforms": 1},
        "CNF": {"hidden_features": (8,)},
        "GMM": {"components": 2},
        "NICE": {"transforms": 2},
    }.items():
        yield (
            f"{name} of zuko",
            calling(built(f"zuko.flows.{name}", features=6, context=2, **options), _conditioned),
            (z, floats(4, 2)),
        )
    yield "MonotonicMLP of zuko", built("zuko.nn.MonotonicMLP", 6, 3, (8,)), (z,)
    yield "MaskedMLP of zuko", built("zuko.nn.MaskedMLP", torch.ones(3, 6) > 0, (8,)), (z,)
    yield "BayesianLinear of blitz", built("blitz.modules.BayesianLinear", 6, 4), (z,)
    yield "BayesianConv2d of blitz", built("blitz.modules.BayesianConv2d", 2, 4, (3, 3)), (floats(2, 2, 6, 6),)
    yield "BayesianLSTM of blitz", built("blitz.modules.BayesianLSTM", 6, 4), (floats(2, 5, 6),)
    yield "BayesianEmbedding of blitz", built("blitz.modules.BayesianEmbedding", 9, 4), (ids(9, 2, 3),)
    yield "BayesLinear of torchbnn", built("torchbnn.BayesLinear", 0.0, 0.1, 6, 4), (z,)
    yield "BayesConv2d of torchbnn", built("torchbnn.BayesConv2d", 0.0, 0.1, 2, 4, 3), (floats(2, 2, 6, 6),)
    yield "BayesBatchNorm2d of torchbnn", built("torchbnn.BayesBatchNorm2d", 0.0, 0.1, 2), (floats(2, 2, 6, 6),)
    for name, options, given in (
        ("LinearReparameterization", {"in_features": 6, "out_features": 4}, z),
        ("LinearFlipout", {"in_features": 6, "out_features": 4}, z),
        ("Conv2dReparameterization", {"in_channels": 2, "out_channels": 4, "kernel_size": 3}, floats(2, 2, 6, 6)),
        ("LSTMReparameterization", {"in_features": 6, "out_features": 4}, floats(2, 5, 6)),
    ):
        yield f"{name} of bayesian-torch", built(f"bayesian_torch.layers.{name}", **options), (given,)
    fields, chosen = [4, 5, 6], torch.randint(0, 4, (3, 3))
    fm = "torchfm.model"
    for path, options in {
        "fm.FactorizationMachineModel": {"embed_dim": 4},
        "ffm.FieldAwareFactorizationMachineModel": {"embed_dim": 4},
        "dcn.DeepCrossNetworkModel": {"embed_dim": 4, "num_layers": 2, "mlp_dims": (8,), "dropout": 0.0},
        "xdfm.ExtremeDeepFactorizationMachineModel": {
            "embed_dim": 4,
            "mlp_dims": (8,),
            "dropout": 0.0,
            "cross_layer_sizes": (4, 4),
            "split_half": False,
        },
        "pnn.ProductNeuralNetworkModel": {"embed_dim": 4, "mlp_dims": (8,), "dropout": 0.0, "method": "outer"},
        "afi.AutomaticFeatureInteractionModel": {
            "embed_dim": 4,
            "num_heads": 2,
            "num_layers": 1,
            "mlp_dims": (8,),
            "dropouts": (0.0, 0.0, 0.0),
        },
        "afm.AttentionalFactorizationMachineModel": {"embed_dim": 4, "attn_size": 4, "dropouts": (0.0, 0.0)},
        "wd.WideAndDeepModel": {"embed_dim": 4, "mlp_dims": (8,), "dropout": 0.0},
        "lr.LogisticRegressionModel": {},
    }.items():
        yield f"{path.rpartition('.')[2]} of torchfm", built(f"{fm}.{path}", fields, **options), (chosen,)
    rechub = "torch_rechub.basic.layers"
    for name, arguments, given in (
        ("CrossNetwork", (6, 2), (z,)),
        ("CrossNetV2", (6, 2), (z,)),
        ("CrossNetMix", (6, 2, 2, 2), (z,)),
        ("CIN", (3, [4, 4]), (floats(2, 3, 4),)),
        ("SENETLayer", (4, 2), (floats(2, 4, 5),)),
        ("BiLinearInteractionLayer", (4, 4), (floats(2, 4, 4),)),
        ("FFM", (3,), (floats(2, 3, 3, 4),)),
        ("CEN", (4, 3, 2), (floats(2, 3, 4),)),
        ("InteractingLayer", (4, 2), (floats(2, 3, 4),)),
        ("CapsuleNetwork", (4, 6), (floats(2, 6, 4), torch.ones(2, 6))),
        ("MultiInterestSA", (4, 2), (floats(2, 6, 4),)),
    ):
        yield f"{name} of torch-rechub", built(f"{rechub}.{name}", *arguments), given
    for name, options, shape in (
        ("PSN", {"T": 4}, (4, 2, 6)),
        ("MaskedPSN", {"k": 2, "T": 4, "step_mode": "m", "lambda_init": 0.5}, (4, 2, 6)),
        ("SlidingPSN", {"k": 2, "step_mode": "m"}, (4, 2, 6)),
        ("ParametricLIFNode", {"step_mode": "m"}, (4, 2, 6)),
        (
            "GatedLIFNode",
            {
                "T": 4,
                "inplane": 6,
                "init_linear_decay": 0.1,
                "init_v_subreset": 0.1,
                "init_tau": 0.25,
                "init_v_threshold": 0.5,
                "init_conduct": 0.5,
            },
            (4, 2, 6, 3, 3),
        ),
        ("LIAFNode", {"act": torch.relu, "threshold_related": True, "step_mode": "m"}, (4, 2, 6)),
        ("KLIFNode", {"step_mode": "m"}, (4, 2, 6)),
    ):
        yield (
            f"{name} of spikingjelly",
            built(f"spikingjelly.activation_based.neuron.{name}", **options),
            (floats(*shape),),
        )
    for name, arguments, options, shape in (
        ("SynapseFilter", (), {"tau": 10.0, "learnable": True, "step_mode": "m"}, (4, 2, 6)),
        ("NeuNorm", (6, 3, 3), {}, (2, 6, 3, 3)),
        ("TemporalWiseAttention", (4,), {"reduction": 2}, (4, 2, 6, 3, 3)),
        ("DropConnectLinear", (6, 4), {}, (2, 6)),
        ("BatchNorm2d", (6,), {}, (2, 6, 3, 3)),
    ):
        yield (
            f"{name} of spikingjelly",
            built(f"spikingjelly.activation_based.layer.{name}", *arguments, **options),
            (floats(*shape),),
        )
    for name, options in {
        "LIF": {"tau_mem": 10.0, "train_alphas": True},
        "LIFRecurrent": {"tau_mem": 10.0, "rec_connect": nn.Linear(6, 6)},
        "ExpLeak": {"tau_mem": 10.0, "train_alphas": True},
        "ALIF": {"tau_mem": 10.0, "tau_adapt": 10.0, "train_alphas": True},
    }.items():
        yield f"{name} of sinabs", built(f"sinabs.layers.{name}", **options), (floats(2, 5, 6),)
    for name, arguments, given in (
        ("FactorizedNoisyLinear", (nn.Linear(6, 4),), (z,)),
        ("MLP", (6, 2, (8,)), (z,)),
        ("MLPBN", (6, 2, (8,)), (z,)),
        ("BoundByTanh", (torch.zeros(2), torch.ones(2)), (floats(3, 2),)),
    ):
        if name != "BoundByTanh":
            yield f"{name} of pfrl", _pfrl(name, arguments), given
    yield "LargeAtariCNN of pfrl", built("pfrl.nn.LargeAtariCNN"), (floats(1, 4, 84, 84),)
    yield "StateIndependentGaussian of pfrl", _gaussian_head, (floats(3, 6),)
    for name, options in {
        "TabTransformer": {"input_dim": 8, "n_heads": 2, "n_blocks": 1},
        "SAINT": {"input_dim": 8, "n_heads": 2, "n_blocks": 1},
        "FTTransformer": {"input_dim": 8, "n_heads": 2, "n_blocks": 1},
        "TabPerceiver": {
            "input_dim": 8,
            "n_cross_attn_heads": 2,
            "n_latents": 3,
            "latent_dim": 8,
            "n_latent_heads": 2,
            "n_latent_blocks": 1,
            "n_perceiver_blocks": 1,
        },
        "TabFastFormer": {"input_dim": 8, "n_heads": 2, "n_blocks": 1},
        "TabNet": {},
        "TabResnet": {},
        "ContextAttentionMLP": {"input_dim": 8},
        "SelfAttentionMLP": {"input_dim": 8, "n_heads": 2},
    }.items():
        yield (
            f"{name} of pytorch-widedeep",
            _widedeep(name, options),
            (torch.cat([torch.randint(0, 3, (4, 2)).float(), floats(4, 2)], 1),),
        )
    forecasting = "pytorch_forecasting.models"
    yield (
        "GatedResidualNetwork",
        built(f"{forecasting}.temporal_fusion_transformer.sub_modules.GatedResidualNetwork", 6, 8, 4, context_size=3),
        (z, floats(4, 3)),
    )
    yield (
        "AddNorm of pytorch-forecasting",
        built(f"{forecasting}.temporal_fusion_transformer.sub_modules.AddNorm", 6, trainable_add=True),
        (z, z),
    )
    yield (
        "InterpretableMultiHeadAttention",
        built(f"{forecasting}.temporal_fusion_transformer.sub_modules.InterpretableMultiHeadAttention", 2, 8),
        (floats(2, 5, 8), floats(2, 5, 8), floats(2, 5, 8)),
    )
    yield (
        "NBEATSTrendBlock",
        built(
            f"{forecasting}.nbeats.sub_modules.NBEATSTrendBlock",
            units=8,
            thetas_dim=3,
            num_block_layers=2,
            backcast_length=6,
            forecast_length=3,
        ),
        (z,),
    )
    yield (
        "NBEATSGenericBlock",
        built(
            f"{forecasting}.nbeats.sub_modules.NBEATSGenericBlock",
            units=8,
            thetas_dim=3,
            num_block_layers=2,
            backcast_length=6,
            forecast_length=3,
        ),
        (z,),
    )
    yield (
        "PatchTST of gluonts",
        built(
            "gluonts.torch.model.patch_tst.PatchTSTModel",
            prediction_length=4,
            context_length=12,
            patch_len=4,
            stride=2,
            padding_patch="end",
            d_model=16,
            nhead=2,
            dim_feedforward=16,
            dropout=0.0,
            activation="relu",
            norm_first=True,
            num_encoder_layers=1,
            scaling="mean",
            num_feat_dynamic_real=0,
            distr_output=_student(),
        ),
        (floats(2, 12), torch.ones(2, 12)),
    )
    yield (
        "DLinear of gluonts",
        built("gluonts.torch.model.d_linear.DLinearModel", 4, 12, 8),
        (floats(2, 12), torch.ones(2, 12)),
    )
    yield "AEV network of torchani", built("torchani.nn.AtomicNetwork", [6, 8, 1]), (z,)
    for name, arguments in {"Centroid": (6, 3), "IntRVFL": None}.items():
        if arguments:
            yield f"{name} of torchhd", built(f"torchhd.models.{name}", *arguments), (z,)
    yield "Distances to hyperplanes of geoopt", _hyperplanes, (0.1 * z,)
    yield "QuantileNetwork of sb3-contrib", _quantiles, (z,)
    yield (
        "CNNEncoder of pytorch-nlp",
        built("torchnlp.nn.CNNEncoder", embedding_dim=6, num_filters=3),
        (floats(2, 8, 6),),
    )
    yield "Attention of pytorch-nlp", built("torchnlp.nn.Attention", 6), (floats(2, 1, 6), floats(2, 5, 6))
    yield "SRU of pytorch-nlp", built("sru.SRU", 6, 6, num_layers=2), (floats(5, 2, 6),)
    for name in ("SimCLRProjectionHead", "SwaVProjectionHead", "SwaVPrototypes", "DINOProjectionHead"):
        arguments = {"SwaVPrototypes": (6, 4), "DINOProjectionHead": (6, 8, 4, 10)}.get(name, (6, 8, 4))
        yield f"{name} of lightly", built(f"lightly.models.modules.heads.{name}", *arguments), (z,)


def _log_prob(flow: Any, z: torch.Tensor) -> torch.Tensor:
    return flow.log_prob(z)


def _conditioned(flow: Any, z: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
    return flow(context).log_prob(z)


def _pfrl(name: str, arguments: tuple[Any, ...]) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        if name == "FactorizedNoisyLinear":
            return import_module("pfrl.nn").FactorizedNoisyLinear(nn.Linear(6, 4))
        return getattr(import_module("pfrl.nn"), name)(*arguments)

    return make


def _gaussian_head() -> nn.Module:
    from pfrl.policies import GaussianHeadWithStateIndependentCovariance

    return Calling(
        nn.Sequential(nn.Linear(6, 2), GaussianHeadWithStateIndependentCovariance(2, "diagonal", torch.exp)),
        lambda inner, x: inner(x).rsample(),
    )


def _student() -> Any:
    try:
        return import_module("gluonts.torch.distributions").StudentTOutput()
    except ImportError:
        return None


def _widedeep(name: str, options: dict[str, Any]) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        cls = getattr(import_module("pytorch_widedeep.models"), name)
        columns = {"a": 0, "b": 1, "c": 2, "d": 3}
        given = [("a", 3), ("b", 3)] if "input_dim" in options else [("a", 3, 4), ("b", 3, 4)]
        return cls(column_idx=columns, cat_embed_input=given, continuous_cols=["c", "d"], **options)

    return make


def _hyperplanes() -> nn.Module:
    import geoopt
    from geoopt.layers.stereographic import Distance2StereographicHyperplanes

    return Distance2StereographicHyperplanes(6, 4, ball=geoopt.PoincareBall())


def _quantiles() -> nn.Module:
    from gymnasium import spaces
    from sb3_contrib.qrdqn.policies import QuantileNetwork
    from stable_baselines3.common.torch_layers import FlattenExtractor

    seen = spaces.Box(-1.0, 1.0, (6,))
    return QuantileNetwork(seen, spaces.Discrete(3), FlattenExtractor(seen), 6, n_quantiles=5, net_arch=[8])


class StandIns(MetaPathFinder, Loader):
    """Lets the packages import what these models do not use."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """A place for each module that is not used."""
        unused = any(fullname == name or fullname.startswith(f"{name}.") for name in UNUSED)
        return ModuleSpec(fullname, self, is_package=True) if unused else None

    def create_module(self, spec: ModuleSpec) -> Any:
        """A module that has whatever it is asked for."""
        return MagicMock(__version__="2.0", __path__=[], __spec__=spec)

    def exec_module(self, module: Any) -> None:
        """Run nothing."""


def models() -> dict[str, tuple[Callable[[], nn.Module], tuple[Any, ...]]]:
    """All models by name."""
    with contextlib.suppress(ImportError):
        import_module("monai.networks.nets")  # it looks for optional packages by their versions
    if not any(isinstance(finder, StandIns) for finder in sys.meta_path):
        sys.meta_path.append(StandIns())
    wings = (texts, layers, images, sounds, structures)
    return {name: (make, given) for wing in wings for name, make, given in wing()}
