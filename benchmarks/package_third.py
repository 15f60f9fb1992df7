"""A third set of packages from PyPI that are in neither list before it, each model with a batch that it takes.

A model is a line, as in `package_models`: what builds it, and what it is called with.
"""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, TypeVar
from unittest.mock import MagicMock, patch

import torch
from torch import nn

import package_more
from package_models import EDGES, Made, built, floats, ids
from package_more import calling

UNUSED = (
    "Bio",
    "ConfigSpace",
    "adam_atan2_pytorch",
    "anndata",
    "antlr4",
    "audiotools",
    "bioframe",
    "bpemb",
    "click_default_group",
    "colorama",
    "conllu",
    "coqpit",
    "cuequivariance",
    "dask",
    "datasets",
    "dgl",
    "dill",
    "docdata",
    "environs",
    "eofs",
    "fasttext",
    "g2p_en",
    "gdown",
    "fasthtml",
    "bidi",
    "h5py",
    "lie_learn",
    "skrub",
    "autofaiss",
    "hdf5storage",
    "hydra",
    "inflect",
    "janome",
    "kmeans_pytorch",
    "langdetect",
    "librosa",
    "lmdb",
    "logomaker",
    "mdtraj",
    "ml_collections",
    "more_click",
    "mpld3",
    "mudata",
    "ncls",
    "nvmath",
    "omegaconf",
    "openml",
    "opentelemetry",
    "optuna",
    "overrides",
    "pathos",
    "polars",
    "pptree",
    "pretab",
    "progressbar",
    "pyannote.core",
    "pyannote.database",
    "pyannote.metrics",
    "pyannote.pipeline",
    "pybigtools",
    "pycocotools",
    "pyfaidx",
    "pysbd",
    "pytorch_custom_utils",
    "pytorch_revgrad",
    "pyworld",
    "pywt",
    "qiskit",
    "qiskit_aer",
    "qiskit_ibm_runtime",
    "qutip",
    "rdkit",
    "scanpy",
    "segtok",
    "sensai",
    "skimage",
    "skopt",
    "sparse",
    "sqlitedict",
    "stripe",
    "taming",
    "tangermeme",
    "tensorboardX",
    "thop",
    "torch_audiomentations",
    "torch_scatter",
    "torch_sparse",
    "torchcodec",
    "torchinfo",
    "torchode",
    "torchpack",
    "trainer",
    "transformer_smaller_training_vocab",
    "wikipediaapi",
    "xarray",
    "zarr",
)
"""What the packages import and these models do not use, beside the second set's."""

REQUIREMENTS = [
    "PoPE-pytorch",
    "adabelief-pytorch",
    "cachebox",
    "class-resolver",
    "classifier-free-guidance-pytorch",
    "colorlog",
    "coreforecast",
    "deepdiff",
    "dependencies==2.0.1",
    "deprecated",
    "fastai",
    "fastcore",
    "fastdownload",
    "fastprogress==1.0.3",
    "fasttransform",
    "fire",
    "fvcore",
    "hl-gauss-pytorch",
    "iopath",
    "intervaltree",
    "natsort",
    "num2words",
    "numerize",
    "orderly-set",
    "plum-dispatch",
    "portalocker",
    "pydantic-settings",
    "pystow",
    "pytorch-warmup",
    "resize-right",
    "six",
    "sortedcontainers",
    "texttable",
    "torch-ppr",
    "torchlibrosa",
    "torchmetrics",
    "torchsde",
    "torchtyping",
    "typeguard==2.13.3",
    "trampoline",
    "unfoldNd",
    "utilsforecast",
    "wrapt",
    "yacs",
]
"""What the packages import themselves, beside the first two sets'."""

PACKAGES = [
    "a-unet",
    "adjacent-attention-pytorch",
    "alphafold2-pytorch",
    "audio-diffusion-pytorch",
    "autoregressive-diffusion-pytorch",
    "axial-attention",
    "bayesnn",
    "bitlinear-pytorch",
    "block-recurrent-transformer-pytorch",
    "borzoi-pytorch",
    "bottleneck-transformer-pytorch",
    "bpnet-lite",
    "brevitas",
    "bs-roformer",
    "coconut-pytorch",
    "compressive-transformer-pytorch",
    "conformer",
    "coqui-tts",
    "cross-transformers-pytorch",
    "dalle-pytorch",
    "dalle2-pytorch",
    "deepctr-torch",
    "deepinv",
    "deeptab",
    "discrete-key-value-bottleneck-pytorch",
    "dynamic-network-architectures",
    "e2-tts-pytorch",
    "easyocr",
    "effdet",
    "enformer-pytorch",
    "escnn",
    "etsformer-pytorch",
    "flair",
    "fnet-pytorch",
    "g-mlp-pytorch",
    "gigagan-pytorch",
    "gliner",
    "glom-pytorch",
    "gotennet-pytorch",
    "hourglass-transformer-pytorch",
    "hrm-pytorch",
    "hyper-nn",
    "hypll",
    "ikan",
    "involution-pytorch",
    "isab-pytorch",
    "kan-mlp-hybrid",
    "kronecker-attention-pytorch",
    "laion-clap",
    "light-recurrent-unit-pytorch",
    "lightweight-gan",
    "lpips",
    "ltntorch",
    "magvit2-pytorch",
    "med-seg-diff-pytorch",
    "memorizing-transformers-pytorch",
    "memory-efficient-attention-pytorch",
    "meshgpt-pytorch",
    "metnet3-pytorch",
    "mlp-mixer-pytorch",
    "muse-maskgit-pytorch",
    "nam-pytorch",
    "neuralforecast",
    "ngpt-pytorch",
    "norse",
    "palm-pytorch",
    "phenaki-pytorch",
    "pretrainedmodels",
    "pyannote.audio",
    "pykeen",
    "pytorch-lattice",
    "pytorch-mixtures",
    "pytorch-tabular",
    "pytorch-tcn",
    "pytorch-tsmixer",
    "pytorchvideo",
    "recbole",
    "rectified-flow-pytorch",
    "res-mlp-pytorch",
    "retro-pytorch",
    "robotic-transformer-pytorch",
    "s5-pytorch",
    "schnetpack",
    "scvi-tools",
    "segment-anything",
    "sentence-transformers",
    "sinkhorn-transformer",
    "snac",
    "spandrel",
    "stribor",
    "stylegan2-pytorch",
    "tab-transformer-pytorch",
    "tabicl",
    "tabpfn",
    "tianshou",
    "torch-geometric-temporal",
    "torch-harmonics",
    "torch-uncertainty",
    "torchcde",
    "torchdiffeq",
    "torchkge",
    "torchmultimodal-nightly",
    "torchquantum",
    "torchrl",
    "torchseg",
    "tranception-pytorch",
    "transformer-in-transformer",
    "transformer-lens<3",
    "transfusion-pytorch",
    "tsai",
    "uformer-pytorch",
    "ultralytics",
    "video-diffusion-pytorch",
    "voicebox-pytorch",
    "x-unet",
    "zorro-pytorch",
]
"""The packages that are tried."""


def lucid() -> Iterator[Made]:
    """Models of many kinds by the author of x-transformers."""
    words = ids(40, 2, 16)
    x = floats(2, 16, 32)
    picture = floats(2, 3, 32, 32)
    lm = {"num_tokens": 40, "dim": 32, "depth": 2, "heads": 4}
    yield "Glom", built("glom_pytorch.Glom", dim=32, levels=3, image_size=32, patch_size=8), (picture,)
    yield (
        "BottleStack",
        built(
            "bottleneck_transformer_pytorch.BottleStack",
            dim=16,
            fmap_size=8,
            dim_out=32,
            heads=2,
            dim_head=8,
            rel_pos_emb=True,
            num_layers=2,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "BottleStack, absolute",
        built("bottleneck_transformer_pytorch.BottleStack", dim=16, fmap_size=8, dim_out=32, heads=2, dim_head=8),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "BlockRecurrentTransformer",
        built(
            "block_recurrent_transformer_pytorch.BlockRecurrentTransformer",
            num_tokens=40,
            dim=32,
            depth=3,
            dim_head=8,
            heads=4,
            max_seq_len=16,
            block_width=8,
            num_state_vectors=4,
            recurrent_layers=(2,),
            all_layers_qk_rmsnorm=True,
        ),
        (words,),
    )
    yield "PaLM", built("palm_pytorch.PaLM", num_tokens=40, dim=32, depth=2, heads=4, dim_head=8), (words,)
    yield (
        "RETRO",
        built(
            "retro_pytorch.RETRO",
            num_tokens=40,
            max_seq_len=16,
            enc_dim=32,
            enc_depth=1,
            dec_dim=32,
            dec_depth=2,
            heads=2,
            dim_head=16,
            dec_cross_attn_layers=(1, 2),
            chunk_size=8,
            pad_id=0,
        ),
        (ids(40, 1, 16), ids(40, 1, 2, 2, 16)),
    )
    yield "VoiceBox", _voicebox, (floats(2, 16, 20), {"times": torch.rand(2), "cond_token_ids": ids(40, 2, 16)})
    yield (
        "Transformer of e2-tts-pytorch",
        built(
            "e2_tts_pytorch.e2_tts.Transformer",
            dim=32,
            dim_text=16,
            depth=2,
            heads=2,
            dim_head=8,
            text_depth=2,
            max_seq_len=32,
            num_registers=2,
        ),
        (x, torch.rand(2), {"text_embed": floats(2, 16, 16)}),
    )
    yield (
        "MaskGitTransformer",
        built(
            "muse_maskgit_pytorch.muse_maskgit_pytorch.Transformer",
            num_tokens=40,
            dim=32,
            seq_len=16,
            depth=2,
            dim_head=8,
            heads=4,
            self_cond=True,
            add_mask_id=True,
            t5_name="t5-small",
        ),
        (words, {"text_embeds": floats(2, 5, 512)}),
    )
    yield (
        "ETSFormer",
        built(
            "etsformer_pytorch.ETSFormer",
            time_features=4,
            model_dim=16,
            embed_kernel_size=3,
            layers=2,
            heads=2,
            K=2,
            dropout=0.0,
        ),
        (floats(2, 16, 4), {"num_steps_forecast": 4}),
    )
    yield (
        "HourglassTransformerLM",
        built(
            "hourglass_transformer_pytorch.HourglassTransformerLM",
            num_tokens=40,
            dim=32,
            max_seq_len=16,
            depth=(1, 2, 1),
            shorten_factor=2,
            heads=2,
            dim_head=8,
            updown_sample_type="linear",
        ),
        (words,),
    )
    yield "ISAB", built("isab_pytorch.ISAB", dim=32, heads=4, num_latents=4, latent_self_attend=True), (x,)
    yield (
        "KroneckerSelfAttention",
        built("kronecker_attention_pytorch.KroneckerSelfAttention", dim=32, heads=4),
        (floats(2, 32, 8, 8),),
    )
    yield "LightRecurrentUnitLayer", built("light_recurrent_unit_pytorch.LightRecurrentUnitLayer", 32), (x,)
    yield (
        "Generator of lightweight-gan",
        built(
            "lightweight_gan.lightweight_gan.Generator",
            image_size=32,
            latent_dim=16,
            fmap_max=16,
            attn_res_layers=[16],
            freq_chan_attn=True,
        ),
        (floats(2, 16),),
    )
    yield (
        "Discriminator of lightweight-gan",
        built("lightweight_gan.lightweight_gan.Discriminator", image_size=64, fmap_max=16, attn_res_layers=[16]),
        (floats(2, 3, 64, 64),),
    )
    yield (
        "Generator of stylegan2-pytorch",
        built("stylegan2_pytorch.stylegan2_pytorch.Generator", 16, 8, network_capacity=2, attn_layers=[2], fmap_max=16),
        (floats(2, 3, 8), floats(2, 16, 16, 1)),
    )
    yield (
        "Generator of stylegan2-pytorch, no constant",
        built("stylegan2_pytorch.stylegan2_pytorch.Generator", 16, 8, network_capacity=2, no_const=True, fmap_max=16),
        (floats(2, 3, 8), floats(2, 16, 16, 1)),
    )
    yield (
        "StyleVectorizer of stylegan2-pytorch",
        built("stylegan2_pytorch.stylegan2_pytorch.StyleVectorizer", 8, 3, lr_mul=0.1),
        (floats(2, 8),),
    )
    yield (
        "Discriminator of stylegan2-pytorch",
        built(
            "stylegan2_pytorch.stylegan2_pytorch.Discriminator",
            16,
            network_capacity=2,
            fq_layers=[1],
            fq_dict_size=8,
            attn_layers=[1],
            fmap_max=16,
        ),
        (floats(2, 3, 16, 16),),
    )
    yield (
        "Generator of gigagan-pytorch",
        built(
            "gigagan_pytorch.gigagan_pytorch.Generator",
            image_size=32,
            dim_capacity=4,
            dim_max=32,
            dim_latent=16,
            style_network={"dim": 16, "depth": 2},
            self_attn_resolutions=(16,),
            self_attn_dim_head=8,
            self_attn_heads=2,
            cross_attn_resolutions=(),
            num_conv_kernels=2,
            unconditional=True,
        ),
        ({"noise": floats(2, 16)},),
    )
    yield (
        "UnetUpsampler of gigagan-pytorch",
        built(
            "gigagan_pytorch.unet_upsampler.UnetUpsampler",
            8,
            image_size=32,
            input_image_size=16,
            style_network={"dim": 16, "depth": 2},
            dim_mults=(1, 2),
            full_attn=(False, True),
            cross_attn=(False, False),
            num_conv_kernels=2,
            unconditional=True,
            self_attn_dim_head=8,
            self_attn_heads=2,
            resnet_block_groups=4,
        ),
        (floats(2, 3, 16, 16), {"noise": floats(2, 16)}),
    )
    for name, options in {"nGPT": {}, "nGPT, tied": {"tied_embedding": True}}.items():
        yield name, built("nGPT_pytorch.nGPT", num_tokens=40, dim=32, depth=2, dim_head=8, heads=4, **options), (words,)
    yield (
        "Unet of rectified-flow-pytorch",
        built("rectified_flow_pytorch.rectified_flow.Unet", 8, dim_mults=(1, 2), attn_heads=2, attn_dim_head=8),
        (floats(2, 3, 16, 16), {"times": torch.rand(2)}),
    )
    yield (
        "MaxViT of robotic-transformer-pytorch",
        built(
            "robotic_transformer_pytorch.MaxViT",
            num_classes=5,
            dim_conv_stem=8,
            dim=8,
            dim_head=8,
            depth=(1, 1),
            window_size=4,
            dropout=0.0,
        ),
        (picture,),
    )
    yield "RT1", _rt1, (floats(1, 3, 2, 32, 32), {"text_embeds": floats(1, 512)})
    yield (
        "SinkhornTransformerLM",
        built(
            "sinkhorn_transformer.SinkhornTransformerLM",
            **lm,
            max_seq_len=16,
            bucket_size=4,
            causal=False,
            n_local_attn_heads=1,
            ff_glu=True,
        ),
        (words,),
    )
    yield (
        "SinkhornTransformerLM, simple",
        built(
            "sinkhorn_transformer.SinkhornTransformerLM",
            **lm,
            max_seq_len=16,
            bucket_size=4,
            causal=True,
            use_simple_sort_net=True,
            pkm_layers=(2,),
            pkm_num_keys=8,
        ),
        (words,),
    )
    tabular = {"categories": (3, 4), "num_continuous": 3, "dim": 16, "depth": 2, "heads": 2, "dim_head": 8}
    yield "TabTransformer", built("tab_transformer_pytorch.TabTransformer", **tabular), (ids(3, 4, 2), floats(4, 3))
    yield "FTTransformer", built("tab_transformer_pytorch.FTTransformer", **tabular), (ids(3, 4, 2), floats(4, 3))
    yield (
        "Tranception",
        built("tranception_pytorch.Tranception", dim=32, depth=2, heads=8, dim_head=8),
        (ids(20, 2, 16),),
    )
    yield (
        "TNT",
        built(
            "transformer_in_transformer.TNT",
            image_size=32,
            patch_dim=32,
            pixel_dim=8,
            patch_size=16,
            pixel_size=4,
            depth=2,
            num_classes=5,
            heads=2,
            dim_head=8,
        ),
        (picture,),
    )
    yield (
        "Uformer",
        built(
            "uformer_pytorch.Uformer", dim=8, stages=2, num_blocks=1, window_size=4, dim_head=8, heads=2, time_emb=True
        ),
        (picture, torch.rand(2)),
    )
    yield (
        "Unet3D of video-diffusion-pytorch",
        built("video_diffusion_pytorch.Unet3D", 16, cond_dim=8, dim_mults=(1, 2), attn_heads=2, attn_dim_head=32),
        (floats(1, 3, 2, 16, 16), torch.rand(1), {"cond": floats(1, 8), "null_cond_prob": 0.5}),
    )
    yield (
        "XUnet",
        built(
            "x_unet.XUnet",
            dim=8,
            dim_mults=(1, 2),
            num_blocks_per_stage=(1, 1),
            num_self_attn_per_stage=(0, 1),
            nested_unet_depths=(1, 0),
            nested_unet_dim=8,
            consolidate_upsample_fmaps=True,
            attn_heads=2,
            attn_dim_head=8,
            weight_standardize=True,
        ),
        (floats(2, 3, 16, 16),),
    )
    yield (
        "XUnet, residuals by attention",
        built(
            "x_unet.XUnet",
            dim=8,
            dim_mults=(1, 2),
            num_blocks_per_stage=(1, 1),
            num_self_attn_per_stage=(0, 1),
            attn_heads=2,
            attn_dim_head=8,
            nested_unet_depths=(0, 0),
            use_xattnres=True,
            use_convnext=True,
        ),
        (floats(2, 3, 16, 16),),
    )
    yield (
        "AdjacentAttentionNetwork",
        built(
            "adjacent_attention_network.AdjacentAttentionNetwork",
            dim=32,
            depth=2,
            heads=2,
            dim_head=8,
            num_neighbors_cutoff=4,
        ),
        (floats(1, 10, 32), torch.ones(1, 10, 10, dtype=torch.bool)),
    )
    yield (
        "AxialImageTransformer",
        built("axial_attention.AxialImageTransformer", dim=16, depth=1, heads=2, axial_pos_emb_shape=(8, 8)),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "CompressiveTransformer",
        built(
            "compressive_transformer_pytorch.CompressiveTransformer",
            **lm,
            seq_len=16,
            mem_len=16,
            cmem_len=4,
            memory_layers=[1, 2],
        ),
        (words,),
    )
    yield (
        "Unet of med-seg-diff-pytorch",
        built(
            "med_seg_diff_pytorch.Unet",
            dim=8,
            image_size=32,
            mask_channels=1,
            input_img_channels=3,
            dim_mults=(1, 2),
            full_self_attn=(False, True),
            self_condition=True,
            attn_heads=2,
            attn_dim_head=8,
            mid_transformer_depth=1,
        ),
        (floats(1, 1, 32, 32), torch.rand(1), {"cond": floats(1, 3, 32, 32)}),
    )
    yield (
        "GotenNet",
        built(
            "gotennet_pytorch.GotenNet",
            dim=16,
            max_degree=2,
            depth=2,
            heads=2,
            dim_head=8,
            dim_edge_refinement=16,
            num_atoms=14,
            return_coors=True,
        ),
        (ids(14, 1, 8), {"coors": floats(1, 8, 3), "adj_mat": torch.ones(1, 8, 8, dtype=torch.bool)}),
    )
    yield (
        "CrossTransformer",
        built("cross_transformers_pytorch.CrossTransformer", dim=32, dim_key=16, dim_value=16),
        (floats(1, 3, 16, 16), floats(1, 2, 3, 3, 16, 16)),
    )
    yield (
        "Conformer of conformer",
        built("conformer.Conformer", dim=32, depth=2, dim_head=8, heads=2, conv_kernel_size=5, attn_dropout=0.0),
        (x,),
    )
    yield "gMLP", built("g_mlp_pytorch.gMLP", num_tokens=40, dim=32, depth=2, seq_len=16, heads=2, attn_dim=8), (words,)
    yield (
        "gMLPVision",
        built(
            "g_mlp_pytorch.gMLPVision", image_size=32, patch_size=8, num_classes=5, dim=16, depth=2, prob_survival=1.0
        ),
        (picture,),
    )
    yield (
        "ResMLP",
        built("res_mlp_pytorch.ResMLP", image_size=32, patch_size=8, dim=16, depth=2, num_classes=5),
        (picture,),
    )
    yield (
        "MLPMixer",
        built("mlp_mixer_pytorch.MLPMixer", image_size=32, channels=3, patch_size=8, dim=16, depth=2, num_classes=5),
        (picture,),
    )
    yield "FNet", built("fnet.FNet", dim=32, depth=2, mlp_dim=32), (x,)
    yield "Involution", built("involution_pytorch.Inv2d", 16, kernel_size=3, stride=1), (floats(2, 16, 8, 8),)
    yield (
        "ImageAutoregressiveDiffusion",
        built(
            "autoregressive_diffusion_pytorch.AutoregressiveDiffusion",
            dim=32,
            dim_input=16,
            max_seq_len=8,
            depth=2,
            mlp_depth=2,
            mlp_width=32,
            decoder_kwargs={"rotary_pos_emb": True},
        ),
        (floats(2, 8, 16),),
    )
    yield (
        "DiffusionPriorNetwork",
        built(
            "dalle2_pytorch.DiffusionPriorNetwork",
            dim=32,
            depth=2,
            num_timesteps=10,
            max_text_len=8,
            heads=2,
            dim_head=16,
            num_time_embeds=1,
            self_cond=True,
        ),
        (floats(2, 32), torch.randint(0, 10, (2,)), {"text_embed": floats(2, 32), "text_encodings": floats(2, 8, 32)}),
    )
    yield (
        "Unet of dalle2-pytorch",
        built(
            "dalle2_pytorch.Unet",
            dim=16,
            image_embed_dim=16,
            text_embed_dim=16,
            cond_dim=16,
            dim_mults=(1, 2),
            num_resnet_blocks=1,
            attn_heads=2,
            attn_dim_head=8,
            cond_on_text_encodings=True,
            max_text_len=8,
            self_attn=(False, True),
            resnet_groups=4,
        ),
        (
            floats(2, 3, 16, 16),
            torch.rand(2),
            {
                "image_embed": floats(2, 16),
                "text_encodings": floats(2, 8, 16),
                "image_cond_drop_prob": 0.5,
                "text_cond_drop_prob": 0.5,
            },
        ),
    )
    yield "DALLE", _dalle, (ids(40, 2, 8), ids(16, 2, 16))
    yield (
        "Alphafold2",
        built(
            "alphafold2_pytorch.Alphafold2",
            dim=16,
            depth=1,
            heads=2,
            dim_head=8,
            predict_coords=True,
            structure_module_depth=1,
            structure_module_heads=1,
            extra_msa_evoformer_layers=1,
            max_rel_dist=4,
        ),
        (
            ids(20, 1, 8),
            {
                "msa": ids(20, 1, 3, 8),
                "mask": torch.ones(1, 8, dtype=torch.bool),
                "msa_mask": torch.ones(1, 3, 8, dtype=torch.bool),
            },
        ),
    )
    yield "Enformer", _enformer, (ids(4, 1, 1024),)
    yield (
        "BSRoformer",
        built(
            "bs_roformer.BSRoformer",
            dim=16,
            depth=1,
            time_transformer_depth=1,
            freq_transformer_depth=1,
            heads=2,
            dim_head=8,
            freqs_per_bands=(8, 9, 16),
            stft_n_fft=64,
            stft_hop_length=16,
            stft_win_length=64,
            flash_attn=False,
        ),
        (floats(1, 256),),
    )
    yield (
        "MelBandRoformer",
        built(
            "bs_roformer.MelBandRoformer",
            dim=16,
            depth=1,
            num_bands=8,
            heads=2,
            dim_head=8,
            stft_n_fft=256,
            stft_hop_length=64,
            stft_win_length=256,
            flash_attn=False,
        ),
        (floats(1, 1024),),
    )
    yield (
        "MeshAutoencoder",
        built(
            "meshgpt_pytorch.MeshAutoencoder",
            num_discrete_coors=16,
            dim_coor_embed=8,
            dim_area_embed=4,
            dim_normal_embed=4,
            dim_angle_embed=4,
            encoder_dims_through_depth=(16, 16),
            codebook_size=16,
            dim_codebook=16,
            decoder_dims_through_depth=(16, 16),
            attn_encoder_depth=1,
            attn_decoder_depth=1,
            local_attn_encoder_kwargs={"dim_head": 8, "heads": 2},
            local_attn_decoder_kwargs={"dim_head": 8, "heads": 2},
            linear_attention=False,
            init_decoder_conv_kernel=3,
        ),
        ({"vertices": 0.5 * floats(1, 6, 3), "faces": torch.tensor([[[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]]])},),
    )
    yield (
        "MaxViT of metnet3-pytorch",
        built(
            "metnet3_pytorch.metnet3_pytorch.MaxViT", dim=16, depth=1, cond_dim=8, heads=2, dim_head=8, window_size=4
        ),
        (floats(1, 16, 8, 8), floats(1, 8)),
    )
    yield (
        "XCAttention of metnet3-pytorch",
        built("metnet3_pytorch.metnet3_pytorch.XCAttention", dim=16, dim_head=8, heads=2, cond_dim=8),
        (floats(1, 16, 8, 8), floats(1, 8)),
    )
    yield (
        "VideoTokenizer of magvit2-pytorch",
        built(
            "magvit2_pytorch.VideoTokenizer",
            image_size=16,
            init_dim=8,
            codebook_size=16,
            max_dim=32,
            channels=3,
            layers=(
                "residual",
                "compress_space",
                ("consecutive_residual", 1),
                "linear_attend_space",
                "attend_space",
                "compress_time",
                "attend_time",
            ),
            use_gan=False,
            perceptual_loss_weight=0.0,
            attn_dim_head=8,
            attn_heads=2,
            linear_attn_dim_head=8,
            linear_attn_heads=2,
            flash_attn=False,
        ),
        (floats(1, 3, 5, 16, 16), {"return_recon": True}),
    )
    yield (
        "CViViT of phenaki-pytorch",
        built(
            "phenaki_pytorch.CViViT",
            dim=32,
            codebook_size=16,
            image_size=16,
            patch_size=8,
            temporal_patch_size=2,
            spatial_depth=1,
            temporal_depth=1,
            dim_head=8,
            heads=2,
            use_vgg_and_gan=False,
        ),
        (floats(1, 3, 3, 16, 16), {"return_recons_only": True}),
    )
    yield (
        "Coconut",
        built(
            "coconut_pytorch.Coconut",
            num_reasoning_steps=2,
            num_latents_per_step=1,
            transformer={"num_tokens": 40, "dim": 32, "depth": 2, "heads": 2, "dim_head": 8},
        ),
        (words, ids(40, 2, 4)),
    )
    yield "HRM", _hrm, (words,)
    yield (
        "Transfusion",
        built(
            "transfusion_pytorch.Transfusion",
            num_text_tokens=40,
            dim_latent=8,
            modality_default_shape=(4,),
            transformer={"dim": 32, "depth": 2, "heads": 2, "dim_head": 8, "use_flex_attn": False},
        ),
        ([[ids(40, 6), floats(4, 8), ids(40, 3)], [ids(40, 5), floats(3, 8)]],),
    )
    yield (
        "DiscreteKeyValueBottleneck",
        built(
            "discrete_key_value_bottleneck_pytorch.DiscreteKeyValueBottleneck",
            dim=32,
            num_memories=8,
            dim_memory=16,
            num_memory_codebooks=2,
        ),
        (x,),
    )
    yield (
        "Zorro",
        built("zorro_pytorch.zorro_pytorch.Zorro", dim=32, depth=2, dim_head=8, heads=2, num_fusion_tokens=4),
        ({"audio": floats(1, 1024), "video": floats(1, 3, 2, 16, 16)},),
    )
    yield "Attention of memory-efficient-attention-pytorch", _memory_efficient, (x,)
    yield (
        "MemorizingTransformer",
        built(
            "memorizing_transformers_pytorch.memorizing_transformers_pytorch.KNNAttention",
            dim=32,
            heads=2,
            dim_head=8,
            num_retrieved_memories=4,
        ),
        (x, {"knn_memory": None}),
    )


def _voicebox() -> nn.Module:
    from voicebox_pytorch import VoiceBox

    return VoiceBox(
        dim_in=20,
        dim=32,
        num_cond_tokens=40,
        depth=2,
        dim_head=8,
        heads=4,
        dim_cond_emb=16,
        num_register_tokens=2,
        conv_pos_embed_kernel_size=3,
        attn_qk_norm=True,
    )


def _rt1() -> nn.Module:
    from robotic_transformer_pytorch import RT1, MaxViT

    vit = MaxViT(num_classes=5, dim_conv_stem=8, dim=8, dim_head=8, depth=(1, 1), window_size=4)
    stub = {"text_embed_stem_dim_mult": 2}
    return RT1(vit=vit, num_actions=3, depth=1, heads=2, dim_head=8, conditioner_kwargs=stub, cond_drop_prob=0.2)


def _dalle() -> nn.Module:
    from dalle_pytorch import DALLE, DiscreteVAE

    vae = DiscreteVAE(image_size=16, num_layers=2, num_tokens=16, codebook_dim=16, hidden_dim=8, num_resnet_blocks=1)
    return DALLE(
        dim=32,
        vae=vae,
        num_text_tokens=40,
        text_seq_len=8,
        depth=2,
        heads=2,
        dim_head=8,
        attn_types=("full", "axial_row"),
        rotary_emb=False,
        stable=True,
    )


def _enformer() -> nn.Module:
    from enformer_pytorch import Enformer

    return Enformer.from_hparams(
        dim=48,
        depth=1,
        heads=2,
        output_heads={"human": 5},
        target_length=-1,
        attn_dim_key=8,
        dim_divisible_by=12,
        num_downsamples=3,
    )


def _hrm() -> nn.Module:
    from HRM import HRM

    one = {
        "dim": 32,
        "depth": 1,
        "attn_dim_head": 8,
        "heads": 2,
        "use_rmsnorm": True,
        "rotary_pos_emb": True,
        "pre_norm": False,
    }
    return HRM(networks=[one, dict(one)], num_tokens=40, dim=32, reasoning_steps=2)


def _memory_efficient() -> nn.Module:
    from memory_efficient_attention_pytorch import Attention

    return Attention(dim=32, dim_head=8, heads=2, causal=True, q_bucket_size=8, k_bucket_size=8)


def pictures() -> Iterator[Made]:
    """Restoration, detection, segmentation and other models of images."""
    low = floats(1, 3, 16, 16)
    root = "spandrel.architectures."
    for path, options in {
        "ATD.__arch.atd_arch.ATD": {
            "embed_dim": 16,
            "depths": (1, 1),
            "num_heads": (2, 2),
            "window_size": 4,
            "category_size": 16,
            "num_tokens": 8,
            "upscale": 2,
            "upsampler": "pixelshuffle",
        },
        "NAFNet.__arch.NAFNet_arch.NAFNet": {"width": 8, "enc_blk_nums": [1], "dec_blk_nums": [1]},
        "DRUNet.__arch.network_unet.DRUNet": {"in_nc": 3, "out_nc": 3, "nc": [8, 8, 8, 8], "nb": 1},
        "RGT.__arch.rgt.RGT": {
            "img_size": 16,
            "embed_dim": 16,
            "depth": [2],
            "num_heads": [2],
            "split_size": [4, 4],
            "upscale": 2,
            "mlp_ratio": 2.0,
            "c_ratio": 0.5,
        },
        "Swin2SR.__arch.Swin2SR.Swin2SR": {
            "img_size": 16,
            "embed_dim": 16,
            "depths": [2],
            "num_heads": [2],
            "window_size": 4,
            "upscale": 2,
            "upsampler": "pixelshuffle",
        },
        "FDAT.__arch.fdat.FDAT": {
            "embed_dim": 16,
            "num_groups": 1,
            "depth_per_group": 2,
            "num_heads": 2,
            "window_size": 4,
            "scale": 2,
            "mid_dim": 16,
        },
        "FFTformer.__arch.fftformer_arch.FFTformer": {"dim": 8, "num_blocks": [1, 1, 1], "num_refinement_blocks": 1},
        "KBNet.__arch.kbnet_l.KBNet_l": {"dim": 8, "num_blocks": [1, 1, 1, 1], "num_refinement_blocks": 1},
        "KBNet.__arch.kbnet_s.KBNet_s": {"width": 8, "middle_blk_num": 1, "enc_blk_nums": [1], "dec_blk_nums": [1]},
        "SwinIR.__arch.SwinIR.SwinIR": {
            "img_size": 16,
            "embed_dim": 16,
            "depths": [2],
            "num_heads": [2],
            "window_size": 4,
            "upscale": 2,
            "upsampler": "pixelshuffle",
            "ape": True,
        },
        "GRL.__arch.grl.GRL": {
            "img_size": 16,
            "embed_dim": 16,
            "depths": [2],
            "num_heads_window": [2],
            "num_heads_stripe": [2],
            "window_size": 4,
            "stripe_size": [4, 4],
            "upscale": 2,
            "upsampler": "pixelshuffle",
        },
        "MoESR.__arch.MoESR.MoESR": {"dim": 16, "n_blocks": 1, "n_block": 1, "scale": 2, "upsample_dim": 16},
        "PLKSR.__arch.PLKSR.PLKSR": {"dim": 16, "n_blocks": 1, "upscaling_factor": 2},
        "PLKSR.__arch.RealPLKSR.RealPLKSR": {"dim": 16, "n_blocks": 1, "upscaling_factor": 2, "layer_norm": True},
        "SCUNet.__arch.SCUNet.SCUNet": {"config": [2] * 7, "dim": 64, "input_resolution": 64},
        "OmniSR.__arch.OmniSR.OmniSR": {"num_feat": 16, "window_size": 4, "up_scale": 2},
        "SeemoRe.__arch.seemore_arch.SeemoRe": {"scale": 2, "num_experts": 2, "num_layers": 1, "embedding_dim": 16},
        "MoSR.__arch.mosr_arch.MoSR": {"n_block": 1, "dim": 16, "upscale": 2},
        "HAT.__arch.HAT.HAT": {
            "img_size": 16,
            "embed_dim": 16,
            "depths": (2,),
            "num_heads": (2,),
            "window_size": 4,
            "compress_ratio": 2,
            "squeeze_factor": 4,
            "upscale": 2,
            "upsampler": "pixelshuffle",
        },
        "DAT.__arch.DAT.DAT": {
            "img_size": 16,
            "embed_dim": 16,
            "split_size": [4, 4],
            "depth": [2],
            "num_heads": [2],
            "upscale": 2,
        },
        "DRCT.__arch.drct_arch.DRCT": {
            "img_size": 16,
            "embed_dim": 16,
            "depths": (1,),
            "num_heads": (2,),
            "window_size": 4,
            "upscale": 2,
            "upsampler": "pixelshuffle",
            "gc": 8,
        },
        "CRAFT.__arch.CRAFT.CRAFT": {
            "embed_dim": 16,
            "depths": [2],
            "num_heads": [2],
            "split_size_0": 4,
            "split_size_1": 4,
            "upscale": 2,
        },
        "SAFMN.__arch.safmn.SAFMN": {"dim": 16, "n_blocks": 1, "upscaling_factor": 2},
        "Uformer.__arch.Uformer.Uformer": {
            "img_size": 32,
            "embed_dim": 8,
            "depths": [1] * 9,
            "num_heads": [1] * 9,
            "win_size": 4,
            "modulator": True,
        },
        "MixDehazeNet.__arch.MixDehazeNet.MixDehazeNet": {"embed_dims": [8] * 5, "depths": [1] * 5},
        "ESRGAN.__arch.RRDB.RRDBNet": {"num_filters": 8, "num_blocks": 1, "scale": 2},
        "DCTLSA.__arch.dctlsa.DCTLSA": {"nf": 20, "upscale": 2, "num_head": 2},
        "RetinexFormer.__arch.retinexformer_arch.RetinexFormer": {"n_feat": 8, "num_blocks": [1, 1, 1]},
        "RCAN.__arch.rcan_arch.RCAN": {"n_resgroups": 1, "n_resblocks": 1, "n_feats": 16, "scale": 2, "reduction": 4},
        "LaMa.__arch.LaMa.LaMa": None,
        "DITN.__arch.DITN_Real.DITN_Real": {
            "dim": 16,
            "ITL_blocks": 1,
            "SAL_blocks": 1,
            "UFONE_blocks": 1,
            "patch_size": 8,
            "upscale": 2,
        },
    }.items():
        wide = any(one in path for one in ("SCUNet", "Uformer", "FFTformer", "MixDehaze"))
        given = (floats(1, 3, 64, 64),) if wide else (low,)
        if options is not None:
            name = f"{path.rpartition('.')[2]} of spandrel"
            yield name, built(root + path, **options), given
    yield "StyleGAN2GeneratorClean of spandrel", _stylegan, ([floats(1, 16)],)
    yolo = "ultralytics.nn.modules."
    x = floats(2, 16, 8, 8)
    for name, path, args, given in (
        ("C2fAttn", "block.C2fAttn", (16, 16, 1, 8, 2, 12), (x, floats(2, 5, 12))),
        (
            "ImagePoolingAttn",
            "block.ImagePoolingAttn",
            (16, (16, 8), 12, 2),
            ([x, floats(2, 8, 8, 8)], floats(2, 5, 12)),
        ),
        ("ContrastiveHead", "block.ContrastiveHead", (), (x, floats(2, 5, 16))),
        ("BNContrastiveHead", "block.BNContrastiveHead", (16,), (x, floats(2, 5, 16))),
        ("A2C2f", "block.A2C2f", (64, 64, 1, True, 1, True), (floats(1, 64, 8, 8),)),
        ("AGLU", "activation.AGLU", (), (x,)),
        ("AIFI", "transformer.AIFI", (16, 32, 2), (x,)),
        ("RepNCSPELAN4", "block.RepNCSPELAN4", (16, 16, 16, 8), (x,)),
        ("Detect", "head.Detect", (3, 4, False, (16, 16)), ([x, floats(2, 16, 4, 4)],)),
        ("C2PSA", "block.C2PSA", (128, 128), (floats(1, 128, 4, 4),)),
        ("RepConv", "conv.RepConv", (16, 16, 3, 1, 1, 1, 1, True, True), (x,)),
    ):
        yield f"{name} of ultralytics", built(yolo + path, *args), given
    yield "YOLOv8 of ultralytics", _yolo("yolov8n.yaml"), (floats(1, 3, 64, 64),)
    yield "YOLO11 segmentation of ultralytics", _yolo("yolo11n-seg.yaml"), (floats(1, 3, 64, 64),)
    yield "YOLO12 of ultralytics", _yolo("yolo12n.yaml"), (floats(1, 3, 64, 64),)
    yield "RT-DETR of ultralytics", _yolo("rtdetr-l.yaml"), (floats(1, 3, 64, 64),)
    yield (
        "ImageEncoderViT of segment-anything",
        built(
            "segment_anything.modeling.ImageEncoderViT",
            img_size=32,
            patch_size=8,
            embed_dim=16,
            depth=2,
            num_heads=2,
            out_chans=8,
            use_rel_pos=True,
            window_size=2,
            global_attn_indexes=(1,),
        ),
        (floats(1, 3, 32, 32),),
    )
    yield "Sam of segment-anything", _sam, (floats(1, 16, 4, 4),)
    yield "EfficientDet", _effdet, (floats(1, 3, 128, 128),)
    yield (
        "Primus of dynamic-network-architectures",
        built(
            "dynamic_network_architectures.architectures.primus.Primus",
            1,
            24,
            (4, 4, 4),
            2,
            eva_depth=1,
            eva_numheads=2,
            input_shape=(16, 16, 16),
            use_rot_pos_emb=False,
            num_register_tokens=2,
            init_values=0.1,
            scale_attn_inner=True,
        ),
        (floats(1, 1, 16, 16, 16),),
    )
    yield (
        "ResidualEncoderUNet",
        built(
            "dynamic_network_architectures.architectures.unet.ResidualEncoderUNet",
            1,
            2,
            (4, 8),
            nn.Conv2d,
            3,
            (1, 2),
            (1, 1),
            2,
            (1,),
            conv_bias=True,
            norm_op=nn.InstanceNorm2d,
            norm_op_kwargs={"affine": True},
            nonlin=nn.ReLU,
        ),
        (floats(1, 1, 16, 16),),
    )
    for name in ("nasnetamobile", "se_resnext50_32x4d", "polynet", "dpn68"):
        yield f"{name} of pretrainedmodels", _cadene(name), (floats(1, 3, 224, 224),)
    yield (
        "SpatioTemporalClsPositionalEncoding",
        built(
            "pytorchvideo.layers.positional_encoding.SpatioTemporalClsPositionalEncoding",
            16,
            (2, 4, 4),
            sep_pos_embed=True,
        ),
        (floats(2, 32, 16),),
    )
    yield (
        "MViT of pytorchvideo",
        built(
            "pytorchvideo.models.vision_transformers.create_multiscale_vision_transformers",
            spatial_size=32,
            temporal_size=4,
            depth=2,
            num_heads=1,
            patch_embed_dim=16,
            head_num_classes=5,
            cls_embed_on=True,
            pool_q_stride_size=[[1, 1, 2, 2]],
            pool_kv_stride_adaptive=[1, 2, 2],
            pool_kvq_kernel=[3, 3, 3],
            embed_dim_mul=[[1, 2.0]],
            atten_head_mul=[[1, 2.0]],
        ),
        (floats(1, 3, 4, 32, 32),),
    )
    yield (
        "X3D of pytorchvideo",
        built("pytorchvideo.models.x3d.create_x3d", input_clip_length=4, input_crop_size=64, model_num_class=5),
        (floats(1, 3, 4, 64, 64),),
    )
    yield "DeformConv, CRNN of easyocr", built("easyocr.model.model.Model", 1, 16, 16, 10), (floats(1, 1, 32, 64), None)
    yield "VGG CRNN of easyocr", built("easyocr.model.vgg_model.Model", 1, 16, 16, 10), (floats(1, 1, 32, 64), None)
    for name, options in {
        "DRUNet": {"nc": (8, 8, 8, 8), "nb": 1, "pretrained": None},
        "Restormer": {"dim": 8, "num_blocks": (1, 1, 1, 1), "num_refinement_blocks": 1, "pretrained": None},
        "SCUNet": None,
        "GSDRUNet": {"nc": (8, 8, 8, 8), "nb": 1, "pretrained": None},
    }.items():
        if options:
            given = (floats(1, 3, 64, 64), 0.1)
            yield f"{name} of deepinv", built(f"deepinv.models.{name}", **options), given
    yield (
        "PDNet_PrimalBlock",
        built("deepinv.models.PDNet_PrimalBlock", depth=2),
        (floats(1, 1, 8, 8), floats(1, 1, 8, 8)),
    )
    yield "ICNN of deepinv", built("deepinv.models.ICNN", in_channels=3, num_filters=8), (low,)
    yield "DnCNN of deepinv", built("deepinv.models.DnCNN", depth=3, nf=8, pretrained=None), (low,)
    yield "EPLL prior of deepinv", built("deepinv.models.ArtifactRemoval", nn.Conv2d(3, 3, 3, padding=1)), (low,)
    yield (
        "LPIPS",
        built("lpips.LPIPS", net="squeeze", pretrained=False, pnet_rand=True, verbose=False),
        (
            floats(1, 3, 64, 64),
            floats(1, 3, 64, 64),
        ),
    )
    yield "WNet of torchseg", _torchseg, (floats(1, 3, 64, 64),)


def _stylegan() -> nn.Module:
    module = import_module("spandrel.architectures.GFPGAN.__arch.stylegan2_clean_arch")
    return module.StyleGAN2GeneratorClean(16, num_style_feat=16, num_mlp=2, channel_multiplier=1, narrow=0.02)


def _yolo(config: str) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        tasks = import_module("ultralytics.nn.tasks")
        cls = (
            tasks.SegmentationModel
            if "seg" in config
            else (tasks.RTDETRDetectionModel if "rtdetr" in config else tasks.DetectionModel)
        )
        return cls(config, ch=3, nc=3, verbose=False)

    return make


def _sam() -> nn.Module:
    modeling = import_module("segment_anything.modeling")

    class Both(nn.Module):
        """The prompt encoder, then the mask decoder."""

        def __init__(self) -> None:
            super().__init__()
            self.prompts = modeling.PromptEncoder(16, (4, 4), (32, 32), 4)
            self.masks = modeling.MaskDecoder(
                transformer_dim=16,
                transformer=modeling.TwoWayTransformer(depth=1, embedding_dim=16, num_heads=2, mlp_dim=16),
            )

        def forward(self, image: torch.Tensor) -> Any:
            points = (torch.tensor([[[4.0, 5.0], [9.0, 3.0], [2.0, 2.0]]]), torch.tensor([[1, 0, -1]]))
            sparse, dense = self.prompts(points, torch.tensor([[1.0, 2.0, 9.0, 9.0]]), None)
            masked = self.prompts(None, None, torch.ones(1, 1, 16, 16))[1]
            return self.masks(image, self.prompts.get_dense_pe(), sparse, dense + masked, True)

    return Both()


def _effdet() -> nn.Module:
    effdet = import_module("effdet")
    config = effdet.get_efficientdet_config("tf_efficientdet_d0")
    config.image_size, config.fpn_channels, config.fpn_cell_repeats, config.box_class_repeats = (128, 128), 16, 1, 1
    config.num_classes = 3
    return effdet.EfficientDet(config, pretrained_backbone=False)


def _cadene(name: str) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        models = import_module("pretrainedmodels")
        return getattr(models, name)(num_classes=1000, pretrained=None)

    return make


def _torchseg() -> nn.Module:
    return import_module("torchseg").Unet("resnet18", encoder_weights=None, classes=2)


def series() -> Iterator[Made]:
    """Time series."""
    t = floats(2, 5, 24)  # channels first
    yield (
        "TCN",
        built(
            "pytorch_tcn.TCN",
            5,
            [8, 8],
            kernel_size=3,
            use_gate=True,
            use_skip_connections=True,
            use_norm="weight_norm",
            output_projection=2,
            dropout=0.0,
        ),
        (t,),
    )
    yield (
        "TCN, embedded",
        built("pytorch_tcn.TCN", 5, [8, 8], embedding_shapes=[(3,)], embedding_mode="concat", use_norm="batch_norm"),
        (t, {"embeddings": floats(2, 3)}),
    )
    yield (
        "TSMixer",
        built("torchtsmixer.TSMixer", sequence_length=10, prediction_length=5, input_channels=2, output_channels=4),
        (floats(3, 10, 2),),
    )
    yield (
        "TSMixerExt",
        built(
            "torchtsmixer.TSMixerExt",
            sequence_length=10,
            prediction_length=5,
            input_channels=2,
            extra_channels=3,
            hidden_channels=8,
            static_channels=4,
            output_channels=4,
        ),
        (
            {
                "x_hist": floats(3, 10, 2),
                "x_extra_hist": floats(3, 10, 3),
                "x_extra_future": floats(3, 5, 3),
                "x_static": floats(3, 4),
            },
        ),
    )
    yield "NeuralCDE of torchcde", _cde, (floats(2, 8, 3),)
    yield "ODE of torchdiffeq", _ode, (floats(2, 4),)
    forecast = "neuralforecast.models."
    windows, many = (floats(2, 24, 1), torch.ones(2, 24, 1)), (floats(2, 24, 3), torch.ones(2, 24, 3))
    for name, options in {
        "NBEATS": {"mlp_units": [[8, 8], [8, 8], [8, 8]], "n_blocks": [1, 1, 1]},
        "NHITS": {"mlp_units": [[8, 8], [8, 8], [8, 8]]},
        "TFT": {"hidden_size": 8, "n_head": 2},
        "BiTCN": {"hidden_size": 8},
        "FEDformer": {"hidden_size": 16, "n_head": 8, "conv_hidden_size": 8, "encoder_layers": 1, "modes": 4},
        "Autoformer": {"hidden_size": 16, "n_head": 2, "conv_hidden_size": 8, "encoder_layers": 1},
        "Informer": {"hidden_size": 16, "n_head": 2, "conv_hidden_size": 8, "encoder_layers": 1},
        "PatchTST": {
            "hidden_size": 16,
            "n_heads": 2,
            "linear_hidden_size": 16,
            "encoder_layers": 1,
            "patch_len": 4,
            "stride": 2,
            "learn_pos_embed": True,
        },
        "KAN": {"hidden_size": 8},
        "DilatedRNN": {"encoder_hidden_size": 8, "cell_type": "ResLSTM", "context_size": 4, "decoder_hidden_size": 8},
        "DilatedRNN, AttentiveLSTM": {
            "encoder_hidden_size": 8,
            "cell_type": "AttentiveLSTM",
            "context_size": 4,
            "decoder_hidden_size": 8,
        },
        "DeepNPTS": {"hidden_size": 8},
        "TiDE": {"hidden_size": 8, "decoder_output_dim": 4},
        "TimesNet": {"hidden_size": 8, "conv_hidden_size": 8, "encoder_layers": 1, "top_k": 2},
        "NLinear": {},
        "DLinear": {},
        "xLSTM": {"encoder_hidden_size": 8, "decoder_hidden_size": 8, "encoder_n_blocks": 1},
    }.items():
        yield f"{name} of neuralforecast", _forecast(forecast, name, options, {}), windows
    for name, options in {
        "TSMixer": {"ff_dim": 8, "n_block": 1},
        "TSMixerx": {"ff_dim": 8, "n_block": 1},
        "StemGNN": {"n_stacks": 2, "multi_layer": 2},
        "RMoK": {"taylor_order": 2, "jacobi_degree": 3},
        "SOFTS": {"hidden_size": 8, "d_core": 8, "d_ff": 8, "e_layers": 1},
        "iTransformer": {"hidden_size": 8, "n_heads": 2, "d_ff": 8, "e_layers": 1},
        "TimeXer": {"hidden_size": 8, "n_heads": 2, "d_ff": 8, "e_layers": 1, "patch_len": 4},
        "MLPMultivariate": {"hidden_size": 8},
        "TimeMixer": {"d_model": 8, "d_ff": 8, "e_layers": 1},
        "XLinear": {"hidden_size": 8, "temporal_ff": 8},
    }.items():
        yield f"{name} of neuralforecast, many", _forecast(forecast, name, options, {"n_series": 3}), many
    for name, options in {
        "TSTPlus.TSTPlus": {"d_model": 8, "n_heads": 2, "d_ff": 8, "n_layers": 1, "res_attention": True},
        "TST.TST": {"d_model": 8, "n_heads": 2, "d_ff": 8, "n_layers": 1},
        "PatchTST.PatchTST": {
            "d_model": 8,
            "n_heads": 2,
            "d_ff": 8,
            "n_layers": 1,
            "patch_len": 4,
            "stride": 2,
            "pred_dim": 4,
        },
        "TSPerceiver.TSPerceiver": {"n_latents": 4, "d_latent": 8, "n_layers": 1, "self_n_heads": 2},
        "TSSequencerPlus.TSSequencerPlus": {"d_model": 8, "depth": 1},
        "TSiTPlus.TSiTPlus": {"d_model": 8, "n_heads": 2, "depth": 1, "lsa": True},
        "ConvTranPlus.ConvTranPlus": {"d_model": 8, "n_heads": 2, "dim_ff": 8},
        "mWDN.mWDN": {},
        "gMLP.gMLP": {"d_model": 8, "d_ffn": 8, "depth": 1},
        "InceptionTimePlus.InceptionTimePlus": {"nf": 4},
        "XceptionTime.XceptionTime": {"nf": 4},
        "OmniScaleCNN.OmniScaleCNN": {},
        "TransformerRNNPlus.TransformerLSTMPlus": {"d_model": 8, "nhead": 2, "dim_feedforward": 8},
    }.items():
        args = (5, 3, 24)
        short = name.rpartition(".")[2]
        if short in ("InceptionTimePlus", "XceptionTime"):
            args = (5, 3)  # type: ignore[assignment]
        yield f"{short} of tsai", built(f"tsai.models.{name}", *args, **options), (t,)
    for name, args, given in (
        ("Temp_Scale", (), (floats(2, 3),)),
        ("Vector_Scale", (3,), (floats(2, 3),)),
        ("Matrix_Scale", (3,), (floats(2, 3),)),
        ("GlobalWeightedAveragePool1d", (5, 24), (t,)),
        ("SEModule1d", (8,), (floats(2, 8, 6),)),
    ):
        yield f"{name} of tsai", built(f"tsai.models.layers.{name}", *args), given
    yield "S5", built("s5.S5", 16, 16), (floats(2, 12, 16),)
    yield "S5Block", built("s5.S5Block", 16, 16, bidir=False), (floats(2, 12, 16),)
    yield "S5, factored", built("s5.S5", 16, 16, factor_rank=2, liquid=True), (floats(2, 12, 16),)


def _cde() -> nn.Module:
    torchcde = import_module("torchcde")

    class Field(nn.Module):
        """The vector field."""

        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Linear(8, 16), nn.Linear(16, 24)
            self.gate = nn.Parameter(torch.randn(16))

        def forward(self, t: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
            return self.second((self.first(z) * self.gate).tanh()).view(*z.shape[:-1], 8, 3)

    class Model(nn.Module):
        """A neural controlled differential equation."""

        def __init__(self) -> None:
            super().__init__()
            self.field, self.initial, self.readout = Field(), nn.Linear(3, 8), nn.Linear(8, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            path = torchcde.CubicSpline(torchcde.hermite_cubic_coefficients_with_backward_differences(x))
            z = torchcde.cdeint(
                path,
                self.field,
                self.initial(path.evaluate(path.interval[0])),
                path.interval,
                method="rk4",
                adjoint=False,
            )
            return self.readout(z[:, -1])

    return Model()


def _ode() -> nn.Module:
    torchdiffeq = import_module("torchdiffeq")

    class Field(nn.Module):
        """The vector field."""

        def __init__(self) -> None:
            super().__init__()
            self.net = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 4))

        def forward(self, t: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
            return self.net(z)

    class Model(nn.Module):
        """A neural differential equation."""

        def __init__(self) -> None:
            super().__init__()
            self.field, self.start = Field(), nn.Parameter(torch.randn(4))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torchdiffeq.odeint_adjoint(self.field, x + self.start, torch.tensor([0.0, 1.0]), method="rk4")[1]

    return Model()


def _windows(inner: Any, y: torch.Tensor, mask: torch.Tensor) -> Any:
    return inner({"insample_y": y, "insample_mask": mask, "futr_exog": None, "hist_exog": None, "stat_exog": None})


def _forecast(root: str, name: str, options: dict[str, Any], more: dict[str, Any]) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        cls = getattr(import_module(root.rstrip(".")), name.partition(",")[0])
        return package_more.Calling(cls(h=4, input_size=24, **options, **more), _windows)

    return make


def tables() -> Iterator[Made]:
    """Tables, recommendation, calibration, knowledge graphs and rules."""
    z = floats(4, 6)
    fields = floats(4, 5, 8)
    deepctr = "deepctr_torch.layers."
    for name, args, given in (
        ("core.PredictionLayer", (), (floats(4, 1),)),
        ("core.DNN", (6, (8, 4)), (z,)),
        ("core.LocalActivationUnit", ((8, 4), 8), (floats(4, 1, 8), floats(4, 5, 8))),
        ("interaction.AFMLayer", (8, 4), (list(floats(5, 4, 1, 8)),)),
        ("interaction.InteractingLayer", (8, 2), (fields,)),
        ("interaction.CrossNet", (6, 2, "vector"), (z,)),
        ("interaction.CrossNet", (6, 2, "matrix"), (z,)),
        ("interaction.CrossNetMix", (6, 3, 2, 2), (z,)),
        ("interaction.OutterProductLayer", (5, 8, "mat"), (list(floats(5, 4, 1, 8)),)),
        ("interaction.OutterProductLayer", (5, 8, "vec"), (list(floats(5, 4, 1, 8)),)),
        ("interaction.OutterProductLayer", (5, 8, "num"), (list(floats(5, 4, 1, 8)),)),
        ("interaction.LogTransformLayer", (5, 8, 3), (fields.abs() + 0.1,)),
        ("interaction.CIN", (5, (4, 4)), (fields,)),
        ("interaction.BilinearInteraction", (5, 8, "interaction"), (fields,)),
        ("interaction.SENETLayer", (5, 3), (fields,)),
        ("activation.Dice", (6,), (z,)),
        ("sequence.AGRUCell", (6, 8), (z, floats(4, 8), torch.rand(4, 1))),
        ("sequence.AUGRUCell", (6, 8), (z, floats(4, 8), torch.rand(4, 1))),
    ):
        yield f"{name.partition('.')[2]} of deepctr-torch {args[2:]}", built(deepctr + name, *args), given
    for name in ("DeepFM", "xDeepFM", "AutoInt", "DCNMix", "AFM", "FiBiNET", "WDL", "IFM", "ONN", "CCPM", "MLR", "NFM"):
        yield f"{name} of deepctr-torch", _deepctr(name), (torch.cat([ids(3, 4, 3).float(), floats(4, 2)], 1),)
    soft = "pytorch_tabular.models.common.layers."
    yield "ODST of pytorch-tabular", built(f"{soft}soft_trees.ODST", 6, 3, depth=2, tree_output_dim=2), (z,)
    yield "NeuralDecisionTree", built(f"{soft}soft_trees.NeuralDecisionTree", 2, 6), (z,)
    yield (
        "GatedFeatureLearningUnit",
        built(f"{soft}gated_units.GatedFeatureLearningUnit", n_features_in=6, n_stages=2),
        (z,),
    )
    yield "PositionWiseFeedForward", built(f"{soft}gated_units.PositionWiseFeedForward", 6, 8), (floats(4, 3, 6),)
    yield (
        "Embedding2dLayer",
        calling(
            built(
                f"{soft}embeddings.Embedding2dLayer",
                2,
                [3, 4],
                8,
                shared_embedding_strategy="fraction",
                embedding_bias=True,
            ),
            lambda inner, a, b: inner({"continuous": a, "categorical": b}),
        ),
        (floats(4, 2), ids(3, 4, 2)),
    )
    yield "SharedEmbeddings", built(f"{soft}embeddings.SharedEmbeddings", 5, 8, add_shared_embed=True), (ids(5, 4),)
    yield "AbstractLayer of DANet", built("pytorch_tabular.models.danet.arch_blocks.AbstractLayer", 6, 8, 3, 4), (z,)
    deeptab = "deeptab.nn.blocks."
    for name, args, given in (
        ("common.SNLinear", (3, 4, 5), (floats(2, 3, 4),)),
        ("common.LearnableLayerScaling", (6,), (z,)),
        ("common.LearnableFourierFeatures", (6, 8), (floats(2, 5, 6),)),
        ("common.LearnableFourierMask", (5,), (floats(2, 5, 6),)),
        ("common.LearnableRandomPositionalPerturbation", (6, 8), (floats(2, 5, 8),)),
        ("common.LearnableRandomProjection", (6, 4), (floats(2, 5, 6),)),
        ("common.Periodic", (6, 4, 0.1), (z,)),
        ("common.LinearBatchEnsembleLayer", (6, 5, 3, True, True, True), (z,)),
        ("common.RNNBatchEnsembleLayer", (6, 8, 3), (floats(2, 4, 3, 6),)),
        ("common.MultiHeadAttentionBatchEnsemble", (8, 2, 3), (floats(2, 5, 3, 8),) * 3),
        ("common.BatchNorm", (6,), (z,)),
        ("common.GroupNorm", (2, 6), (floats(4, 6, 2, 2),)),
        ("node.ODST", (6, 3, 2), (z,)),
    ):
        yield f"{name.partition('.')[2]} of deeptab", built(deeptab + name, *args), given
    yield "ImportanceGetter of deeptab", built("deeptab.core.inspection.ImportanceGetter", 4, 5, 8), (floats(2, 4, 8),)
    lattice = "pytorch_lattice.layers."
    yield "Linear of pytorch-lattice", built(f"{lattice}Linear", 6), (z.double(),)
    yield (
        "Linear of pytorch-lattice, averaged",
        built(f"{lattice}Linear", 6, weighted_average=True, use_bias=False),
        (z.double(),),
    )
    yield "Lattice", built(f"{lattice}Lattice", [2, 3]), (torch.rand(4, 2),)
    yield "NumericalCalibrator", _calibrator, (torch.rand(4, 1),)
    yield (
        "CategoricalCalibrator",
        built(f"{lattice}CategoricalCalibrator", 4, missing_input_value=-1.0),
        (torch.tensor([[0.0], [1.0], [-1.0], [3.0]]),),
    )
    yield "NAM of nam-pytorch", built("nam_pytorch.NAM", num_features=5, link_func="sigmoid"), (torch.rand(4, 5),)
    tabpfn = "tabpfn.architectures."
    yield (
        "SetTransformer of tabicl",
        built("tabicl._model.encoders.SetTransformer", 2, 16, 2, 32, num_inds=4, ssmax="qassmax-mlp-elementwise"),
        (floats(2, 3, 5, 16),),
    )
    yield (
        "RowInteraction of tabicl",
        built("tabicl._model.interaction.RowInteraction", 16, 1, 2, 32, num_cls=2),
        (floats(2, 5, 4, 16),),
    )
    yield (
        "TabICL",
        built(
            "tabicl._model.tabicl.TabICL",
            max_classes=3,
            embed_dim=16,
            col_num_blocks=1,
            col_nhead=2,
            col_num_inds=4,
            row_num_blocks=1,
            row_nhead=2,
            row_num_cls=2,
            icl_num_blocks=1,
            icl_nhead=2,
        ),
        (floats(2, 8, 5), torch.randint(0, 3, (2, 5)).float()),
    )
    yield "AddThinkingRows of tabpfn", built(f"{tabpfn}tabpfn_v2_5.AddThinkingRows", 3, 8), (floats(1, 5, 2, 8), 3)
    yield (
        "ICLTransformerBlock of tabpfn",
        built(f"{tabpfn}tabpfn_v3.ICLTransformerBlock", emsize=16, nhead=2, dim_feedforward=16),
        (floats(1, 6, 16), 4),
    )
    yield "TabPFN, version 2", _tabpfn, (floats(8, 1, 4), floats(5, 1, 1))
    kg = "pykeen.nn.modules."
    for name, options, given in (
        ("ProjEInteraction", {"embedding_dim": 8}, (floats(4, 8),) * 3),
        ("TuckERInteraction", {"embedding_dim": 8, "relation_dim": 5}, (floats(4, 8), floats(4, 5), floats(4, 8))),
        ("CrossEInteraction", {"embedding_dim": 8}, (floats(4, 8), (floats(4, 8), floats(4, 8)), floats(4, 8))),
        (
            "MultiLinearTuckerInteraction",
            {"head_dim": 8, "relation_dim": 5, "tail_dim": 6},
            (floats(4, 8), floats(4, 5), floats(4, 6)),
        ),
        (
            "TransformerInteraction",
            {"input_dim": 8, "num_heads": 2, "dim_feedforward": 8, "num_layers": 1},
            (floats(4, 8),) * 3,
        ),
        ("ERMLPInteraction", {"embedding_dim": 8}, (floats(4, 8),) * 3),
        ("NTNInteraction", {}, None),
        ("ConvKBInteraction", {"embedding_dim": 8, "num_filters": 3}, (floats(4, 8),) * 3),
    ):
        if given:
            yield f"{name} of pykeen", built(kg + name, **options), given
    yield (
        "CompGCNLayer of pykeen",
        built("pykeen.nn.representation.CompGCNLayer", 8, 8, use_relation_bias=True),
        (
            floats(6, 8),
            floats(4, 8),
            EDGES,
            torch.randint(0, 2, (8,)),
        ),
    )
    yield (
        "AttentionEdgeWeighting",
        built("pykeen.nn.weighting.AttentionEdgeWeighting", 8, 2),
        (
            EDGES[0],
            EDGES[1],
            floats(8, 8),
            floats(6, 8),
        ),
    )
    for name, args in {
        "TransEModel": (8, 6, 3),
        "DistMultModel": (8, 6, 3),
        "RESCALModel": (8, 6, 3),
        "TransHModel": (8, 6, 3),
        "TransDModel": (8, 8, 6, 3),
        "TransRModel": (8, 8, 6, 3),
        "ConvKBModel": (8, 3, 6, 3),
        "AnalogyModel": (8, 6, 3),
        "ComplExModel": (8, 6, 3),
    }.items():
        yield (
            f"{name} of torchkge",
            calling(_torchkge(name, args), _scored),
            (
                ids(6, 4),
                ids(6, 4),
                ids(3, 4),
            ),
        )
    recbole = "recbole.model.layers."
    yield "AttLayer of recbole", built(f"{recbole}AttLayer", 8, 4), (fields,)
    yield "ItemToInterestAggregation", built(f"{recbole}ItemToInterestAggregation", 5, 8, 3), (fields,)
    yield (
        "LightTransformerEncoder of recbole",
        built(
            f"{recbole}LightTransformerEncoder",
            n_layers=1,
            n_heads=2,
            k_interests=3,
            hidden_size=8,
            seq_len=5,
            inner_size=8,
            hidden_dropout_prob=0.0,
            attn_dropout_prob=0.0,
        ),
        (fields, floats(4, 5, 8)),
    )
    yield "GNN of SRGNN", built("recbole.model.sequential_recommender.srgnn.GNN", 8), (torch.rand(4, 5, 10), fields)
    yield (
        "GraphLayer of FiGNN",
        built("recbole.model.context_aware_recommender.fignn.GraphLayer", 5, 8),
        (torch.rand(4, 5, 5), fields),
    )
    yield (
        "OuterProductLayer of recbole",
        built("recbole.model.context_aware_recommender.pnn.OuterProductLayer", 5, 8, "cpu"),
        (fields,),
    )
    yield (
        "AUGRUCell of recbole",
        built("recbole.model.sequential_recommender.dien.AUGRUCell", 6, 8),
        (
            z,
            floats(4, 8),
            torch.rand(4, 1),
        ),
    )
    yield "Predicate of LTNtorch", _logic, (z,)


def _deepctr(name: str) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        inputs, models = import_module("deepctr_torch.inputs"), import_module("deepctr_torch.models")
        columns = [inputs.SparseFeat(f"s{i}", 3, embedding_dim=4) for i in range(3)]
        columns += [inputs.DenseFeat(f"d{i}", 1) for i in range(2)]
        if name in ("FiBiNET", "IFM", "CCPM", "ONN", "AFM"):
            dense = columns if name not in ("CCPM", "AFM") else columns[:3]
        else:
            dense = columns
        options = {} if name in ("AFM", "MLR") else {"dnn_hidden_units": (8, 4)}
        if name == "MLR":
            return models.MLR(columns, base_feature_columns=columns, device="cpu")
        return getattr(models, name)(columns, dense, **options, device="cpu")

    return make


def _calibrator() -> nn.Module:
    import numpy

    return import_module("pytorch_lattice.layers").NumericalCalibrator(
        numpy.linspace(0.0, 1.0, 5), missing_input_value=-1.0
    )


def _tabpfn() -> nn.Module:
    module = import_module("tabpfn.architectures.tabpfn_v2")
    config = module.TabPFNV2Config(
        max_num_classes=3, num_buckets=5, emsize=16, nlayers=1, nhead=2, features_per_group=2
    )
    return module.TabPFNV2(config=config, n_out=3)


def _torchkge(name: str, args: tuple[Any, ...]) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        models = import_module("torchkge.models")
        more = {"dissimilarity_type": "L2"} if name == "TransEModel" else {}
        return getattr(models, name)(*args, **more)

    return make


def _scored(model: Any, heads: torch.Tensor, tails: torch.Tensor, relations: torch.Tensor) -> torch.Tensor:
    return model.scoring_function(heads, tails, relations)


def _logic() -> nn.Module:
    ltn = import_module("ltn")
    predicate = ltn.Predicate(nn.Sequential(nn.Linear(6, 8), nn.ELU(), nn.Linear(8, 1), nn.Sigmoid()))

    class Rule(nn.Module):
        """How far a predicate holds."""

        def __init__(self) -> None:
            super().__init__()
            self.predicate = predicate

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.predicate(ltn.Variable("x", x)).value

    return Rule()


def layers() -> Iterator[Made]:
    """Layers of many kinds: ensembles, splines, quantised, equivariant, spiking, curved, of graphs."""
    z = floats(4, 6)
    x = floats(2, 16, 8, 8)
    for name in ("ChebyKAN", "FourierKAN", "JacobiKAN", "KAN", "WaveletKAN", "TaylorKAN", "GroupKAN"):
        if name != "GroupKAN":
            yield f"{name}Linear of ikan", _ikan(f"{name}.{name}Linear", 6, 5), (z,)
    yield "GroupKANLinear of ikan", _ikan("GroupKAN.GroupKANLinear", 8, 8, num_groups=2), (floats(2, 4, 8),)
    yield (
        "LAMLP of kan-mlp-hybrid",
        built("kan_mlp_hybrid.LAMLP", in_features=6, hidden_features=[8, 8], out_features=1, num_layers=3),
        (z,),
    )
    yield "SimpleKANLayer", built("kan_mlp_hybrid.layers.kan_layer.SimpleKANLayer", 6, 5), (z,)
    yield "BayesianLinear of bayesnn", built("bayesnn.BayesianLinear", 6, 5), (z,)
    yield "BayesianLinear of bayesnn, noise", built("bayesnn.BayesianLinear", 6, 5, output_noise=True), (z,)
    yield "BitLinear", built("bitlinear_pytorch.BitLinear", 6, 5), (z,)
    uncertain = "torch_uncertainty.layers."
    for name, args, given in (
        ("masksembles.MaskedLinear", (16, 16, 2, 2.0), (floats(4, 16),)),
        ("masksembles.MaskedConv2d", (16, 16, 3, 2, 2.0), (x,)),
        ("filter_response_norm.FilterResponseNorm2d", (16,), (x,)),
        ("packed.PackedLinear", (8, 8, 2, 2, 1, True, True, True), (floats(4, 8),)),
        ("packed.PackedConv2d", (16, 16, 3, 2, 2), (floats(2, 32, 8, 8),)),
        ("batch_ensemble.BatchLinear", (6, 5, 2), (z,)),
        ("batch_ensemble.BatchConv2d", (16, 8, 3, 2), (x,)),
        ("bayesian.bayes_linear.BayesLinear", (6, 5), (z,)),
        ("bayesian.bayes_conv.BayesConv2d", (16, 8, 3), (x,)),
        ("bayesian.lpbnn.LPBNNLinear", (6, 5, 2), (z,)),
        ("bayesian.lpbnn.LPBNNConv2d", (16, 8, 2, 3), (x,)),
        ("channel_layer_norm.ChannelLayerNorm", (16,), (x,)),
    ):
        yield f"{name.rpartition('.')[2]} of torch-uncertainty", built(uncertain + name, *args), given
    yield (
        "PackedMultiheadAttention",
        built(f"{uncertain}packed.PackedMultiheadAttention", 16, 2, 2, 2, batch_first=True, first=True),
        (floats(2, 5, 16),) * 3,
    )
    for name, args, given in (
        ("QuantLinear", (6, 5, True), (z,)),
        ("QuantConv2d", (16, 8, 3), (x,)),
        ("QuantReLU", (), (z,)),
        ("QuantIdentity", (), (z,)),
        ("HadamardClassifier", (8, 4), (floats(4, 8),)),
        ("QuantMultiheadAttention", (8, 2), (floats(5, 2, 8),) * 3),
        ("QuantLSTM", (6, 8), (floats(5, 2, 6),)),
        ("ScaleBias", (16, True), (x,)),
        ("QuantEmbedding", (10, 8), (ids(10, 4),)),
    ):
        yield f"{name} of brevitas", built(f"brevitas.nn.{name}", *args), given
    yield "Linear of brevitas, fewer bits", _fewer_bits, (z,)
    norse = "norse.torch.module."
    for name, args, given in (
        ("leaky_integrator.LILinearCell", (6, 5), (z,)),
        ("lif.LIFRecurrentCell", (6, 5), (z,)),
        ("lsnn.LSNNRecurrentCell", (6, 5), (z,)),
        ("coba_lif.CobaLIFCell", (6, 5), (z,)),
        ("lif_mc.LIFMCRecurrentCell", (6, 5), (z,)),
        ("lif_mc_refrac.LIFMCRefracRecurrentCell", (6, 5), (z,)),
        ("izhikevich.IzhikevichRecurrentCell", None, ()),
    ):
        if args:
            yield f"{name.rpartition('.')[2]} of norse", built(norse + name, *args), given
    yield "SampledSpatialReceptiveField2d", _receptive, (floats(1, 2, 16, 16),)
    harmonics = "torch_harmonics."
    yield (
        "SpectralConvS2",
        built(f"{harmonics}spectral_convolution.SpectralConvS2", (8, 16), (8, 16), 4, 6, bias=True),
        (floats(1, 4, 8, 16),),
    )
    yield (
        "AttentionS2",
        built(f"{harmonics}AttentionS2", 8, 2, (8, 16), (8, 16), use_qknorm=True),
        (floats(1, 8, 8, 16),),
    )
    yield (
        "DiscreteContinuousConvS2",
        built(
            f"{harmonics}DiscreteContinuousConvS2", 4, 6, (8, 16), (8, 16), kernel_shape=(3,), optimized_kernel=False
        ),
        (floats(1, 4, 8, 16),),
    )
    yield (
        "NeighborhoodAttentionS2",
        built(f"{harmonics}NeighborhoodAttentionS2", 8, (8, 16), (8, 16), num_heads=2, optimized_kernel=False),
        (floats(1, 8, 8, 16),),
    )
    for name, args, given in (
        ("flows.spline.Spline", (3, 4), (torch.rand(5, 3),)),
        ("flows.affine.AffineLU", (3,), (floats(5, 3),)),
        ("flows.affine.MatrixExponential", (3,), (floats(5, 3),)),
        ("net.attention.InducedSelfAttention", (6, 8, 5, 2, 3), (floats(2, 4, 6), torch.ones(2, 4, 1))),
        ("net.time_net.TimeLinear", (3,), (torch.rand(5, 1),)),
        ("net.time_net.TimeTanh", (3,), (torch.rand(5, 1),)),
        ("net.time_net.TimeFourier", (3, 4), (torch.rand(5, 1),)),
    ):
        yield f"{name.rpartition('.')[2]} of stribor", built(f"stribor.{name}", *args), given
    yield "Coupling of stribor", _stribor, (floats(5, 2),)
    yield "HLinear of hypll", _hypll("linear"), (0.1 * z,)
    yield "HConvolution2d of hypll", _hypll("convolution"), (0.1 * floats(2, 3, 6, 6),)
    yield "HBatchNorm of hypll", _hypll("norm"), (0.1 * z,)
    yield "R2Conv of escnn", _escnn, (floats(1, 1, 9, 9),)
    temporal = "torch_geometric_temporal.nn."
    nodes = floats(6, 4)
    series = floats(2, 6, 3, 8)
    for name, args, given in (
        ("recurrent.AGCRN", (6, 4, 5, 2, 3), (floats(1, 6, 4), floats(6, 3))),
        ("recurrent.EvolveGCNO", (4,), (nodes, EDGES)),
        ("recurrent.EvolveGCNH", (6, 4), (nodes, EDGES)),
        ("recurrent.DCRNN", (4, 5, 2), (nodes, EDGES, torch.rand(8))),
        ("recurrent.GConvLSTM", (4, 5, 2), (nodes, EDGES)),
        ("recurrent.GCLSTM", (4, 5, 2), (nodes, EDGES)),
        ("recurrent.GConvGRU", (4, 5, 2), (nodes, EDGES)),
        ("recurrent.TGCN", (4, 5), (nodes, EDGES)),
        ("recurrent.A3TGCN", (4, 5, 3), (floats(6, 4, 3), EDGES)),
        ("recurrent.LRGCN", (4, 5, 2, 2), (nodes, EDGES, torch.randint(0, 2, (8,)))),
        ("attention.ASTGCN", (2, 3, 2, 4, 4, 1, 4, 8, 6), (series, EDGES)),
        ("attention.MSTGCN", (2, 3, 2, 4, 4, 1, 4, 8), (series, EDGES)),
        ("attention.STConv", (6, 4, 5, 3, 3, 2), (floats(2, 8, 6, 4), EDGES)),
        (
            "attention.GMAN",
            (1, 2, 4, 8, 0.1, 12, True, True),
            (floats(2, 8, 6), floats(6, 8), torch.randint(0, 7, (2, 12, 2))),
        ),
        ("attention.AAGCN", (4, 5, EDGES, 6), (floats(2, 4, 8, 6),)),
        ("attention.DNNTSP", (6, 4, 2), (floats(12, 4), EDGES)),
    ):
        yield f"{name.partition('.')[2]} of torch-geometric-temporal", built(temporal + name, *args), given
    yield "MTGNN", _mtgnn, (floats(2, 2, 6, 8), {"A_tilde": torch.rand(6, 6), "FE": None})
    yield "QuantumLayer of torchquantum", _quantum, (floats(2, 4),)
    yield "Hypernetwork of hyper-nn", _hypernetwork, (z,)
    yield "TopkMoE of pytorch-mixtures", _mixture("TopkMoE"), (floats(2, 8, 16),)
    yield "ExpertChoiceMoE of pytorch-mixtures", _mixture("ExpertChoiceMoE"), (floats(2, 8, 16),)
    yield "EnsembleLinear of tianshou", built("tianshou.utils.net.common.EnsembleLinear", 3, 6, 5), (z,)
    yield "NoisyLinear of tianshou", built("tianshou.utils.net.discrete.NoisyLinear", 6, 5), (z,)
    rl = "torchrl.modules.models."
    for name, args, given in (
        ("exploration.NoisyLinear", (6, 5), (z,)),
        ("exploration.gSDEModule", (3, 6), (floats(4, 3), z, floats(4, 3, 6))),
        ("model_based._DreamerV3RMSNorm", (6,), (z,)),
        ("model_based._DreamerV3BlockLinear", (8, 8, 2), (floats(4, 8),)),
        ("batchrenorm.BatchRenorm1d", (6,), (z,)),
        ("models.MLP", (6, 3, 2, 8), (z,)),
        ("decision_transformer.DecisionTransformer", None, ()),
        ("rbf_controller.RBFController", (3, 2, 1.0, 4), (floats(2, 3), torch.eye(3).expand(2, 3, 3))),
    ):
        if args:
            yield f"{name.partition('.')[2]} of torchrl", built(rl + name, *args), given
    yield "QMixer of torchrl", built("torchrl.modules.QMixer", (4,), 8, 2, "cpu"), (floats(3, 2, 1), floats(3, 4))


def _ikan(path: str, *args: Any, **kwargs: Any) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        names = ("triton", "triton.language")
        with patch.dict(sys.modules, {one: MagicMock() for one in names if one not in sys.modules}):
            return built(f"ikan.{path}", *args, **kwargs)()

    return make


def _fewer_bits() -> nn.Module:
    quant = import_module("brevitas.nn")
    kinds = import_module("brevitas.quant")
    return quant.QuantLinear(
        6, 5, True, weight_quant=kinds.Int8WeightPerTensorFloatScratch, input_quant=kinds.Int8ActPerTensorFloat
    )


def _receptive() -> nn.Module:
    module = import_module("norse.torch.module.receptive_field")
    return module.SampledSpatialReceptiveField2d(
        2, 5, torch.tensor([0.5, 1.0]), torch.tensor([0.0, 1.0]), torch.tensor([0.5, 1.0]), 1
    )


def _stribor() -> nn.Module:
    st = import_module("stribor")
    return calling(
        lambda: st.NormalizingFlow(
            st.UnitNormal(2),
            [
                st.Coupling(transform=st.Affine(2, latent_net=st.net.MLP(2, [8], 4)), mask="ordered_right_half"),
                st.Affine(2, scale=torch.rand(1, 2), shift=torch.rand(1, 2)),
            ],
        ),
        lambda flow, x: flow.log_prob(x),
    )()


def _hypll(kind: str) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        poincare = import_module("hypll.manifolds.poincare_ball")
        modules = import_module("hypll.nn")
        tensors = import_module("hypll.tensors")
        ball = poincare.PoincareBall(poincare.Curvature(requires_grad=True))
        inner = {
            "linear": lambda: modules.HLinear(6, 5, ball),
            "norm": lambda: modules.HBatchNorm(6, ball),
            "convolution": lambda: modules.HConvolution2d(3, 4, 3, ball),
        }[kind]()

        def call(module: Any, x: torch.Tensor) -> torch.Tensor:
            tangents = tensors.TangentTensor(data=x, man_dim=1, manifold=ball)
            return module(ball.expmap(tangents)).tensor

        return package_more.Calling(inner, call)

    return make


def _escnn() -> nn.Module:
    gspaces, enn = import_module("escnn.gspaces"), import_module("escnn.nn")
    space = gspaces.rot2dOnR2(4)
    first, second = enn.FieldType(space, [space.trivial_repr]), enn.FieldType(space, 2 * [space.regular_repr])
    stack = enn.SequentialModule(
        enn.R2Conv(first, second, 3), enn.InnerBatchNorm(second), enn.ReLU(second), enn.R2Conv(second, second, 3)
    )
    return package_more.Calling(stack, lambda inner, x: inner(enn.GeometricTensor(x, first)).tensor)


def _mtgnn() -> nn.Module:
    return import_module("torch_geometric_temporal.nn.attention.mtgnn").MTGNN(
        gcn_true=True,
        build_adj=True,
        gcn_depth=2,
        num_nodes=6,
        kernel_set=[2, 3],
        kernel_size=3,
        dropout=0.0,
        subgraph_size=3,
        node_dim=4,
        dilation_exponential=1,
        conv_channels=4,
        residual_channels=4,
        skip_channels=4,
        end_channels=4,
        seq_length=8,
        in_dim=2,
        out_dim=2,
        layers=2,
        propalpha=0.1,
        tanhalpha=3.0,
        layer_norm_affline=True,
    )


def _quantum() -> nn.Module:
    tq = import_module("torchquantum")

    class Circuit(nn.Module):
        """A few gates that are trained."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = tq.GeneralEncoder(tq.encoder_op_list_name_dict["4_ry"])
            self.rx = tq.RX(has_params=True, trainable=True)
            self.crz = tq.CRZ(has_params=True, trainable=True)
            self.read = nn.Linear(4, 2)
            self.measure = tq.MeasureAll(tq.PauliZ)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            device = tq.QuantumDevice(n_wires=4, bsz=x.shape[0])
            self.encoder(device, x)
            self.rx(device, wires=0)
            self.crz(device, wires=[0, 1])
            return self.read(self.measure(device))

    return Circuit()


def _hypernetwork() -> nn.Module:
    return import_module("hypernn.torch").TorchHyperNetwork.from_target(
        target_network=nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 2)), embedding_dim=4, num_embeddings=8
    )


def _mixture(name: str) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        module = import_module("pytorch_mixtures")
        router = "topk" if name == "TopkMoE" else "expert_choice"
        config = module.MoEConfig(
            hidden_dim=16,
            intermediate_dim=16,
            num_experts=2,
            expert_fn="ff",
            expert_act="silu",
            router_fn=router,
            capacity_factor=1.25,
            topk=1,
            dtype=torch.float32,
        )
        return getattr(module, name)(config)

    return make


def structures() -> Iterator[Made]:
    """Sound, molecules, genomes, several senses, language."""
    wave = floats(1, 1, 1024)
    yield (
        "SNAC",
        built(
            "snac.snac.SNAC",
            sampling_rate=24000,
            encoder_dim=4,
            encoder_rates=[2, 4],
            latent_dim=16,
            decoder_dim=16,
            decoder_rates=[4, 2],
            attn_window_size=None,
            codebook_size=8,
            codebook_dim=4,
            vq_strides=[2, 1],
        ),
        (wave,),
    )
    tts = "TTS."
    for name, args, options, given in (
        ("tts.layers.glow_tts.glow.InvConvNear", (8,), {}, (floats(2, 8, 10), torch.ones(2, 1, 10))),
        (
            "tts.layers.glow_tts.transformer.RelativePositionMultiHeadAttention",
            (8, 8, 2),
            {"rel_attn_window_size": 3},
            (floats(2, 8, 10), floats(2, 8, 10)),
        ),
        ("tts.layers.tacotron.gst_layers.GST", (20, 2, 3, 8), {}, (floats(2, 64, 20),)),
        (
            "tts.layers.xtts.perceiver_encoder.PerceiverResampler",
            (),
            {"dim": 16, "depth": 1, "num_latents": 4, "dim_head": 8, "heads": 2},
            (floats(2, 6, 16),),
        ),
        (
            "vocoder.models.hifigan_generator.HifiganGenerator",
            (20, 1, "1", [[1, 3]], [3], [4, 4], 8, [2, 2]),
            {},
            (floats(1, 20, 8),),
        ),
        (
            "vocoder.models.univnet_generator.UnivnetGenerator",
            (20, 1, 4, 8, 3, 20, (2, 2)),
            {
                "lvc_layers_each_block": 2,
                "lvc_kernel_size": 3,
                "kpnet_hidden_channels": 8,
                "kpnet_conv_size": 3,
                "dropout": 0.0,
            },
            (floats(1, 20, 8),),
        ),
        ("tts.layers.generic.wavenet.WN", (8, 8, 3, 1, 2), {}, (floats(2, 8, 10), torch.ones(2, 1, 10))),
        (
            "tts.layers.vits.networks.ResidualCouplingBlocks",
            (8, 8, 3, 1, 2),
            {},
            (floats(2, 8, 10), torch.ones(2, 1, 10)),
        ),
        (
            "tts.layers.vits.stochastic_duration_predictor.StochasticDurationPredictor",
            (8, 8, 3, 0.0),
            {},
            (floats(2, 8, 10), torch.ones(2, 1, 10), torch.rand(2, 1, 10)),
        ),
        (
            "encoder.models.resnet.ResNetSpeakerEncoder",
            (20, 16),
            {"layers": [1, 1, 1, 1], "num_filters": [4, 4, 8, 8]},
            (floats(1, 20, 64),),
        ),
    ):
        yield f"{name.rpartition('.')[2]} of coqui-tts", built(tts + name, *args, **options), given
    clap = "laion_clap.clap_module.model."
    yield (
        "VisualTransformer of laion-clap",
        built(f"{clap}VisualTransformer", 32, 8, 16, 2, 2, 8),
        (floats(1, 3, 32, 32),),
    )
    yield "AttentionPool2d of laion-clap", built(f"{clap}AttentionPool2d", 4, 16, 2, 8), (floats(2, 16, 4, 4),)
    yield "HTSAT of laion-clap", _htsat, ({"waveform": floats(1, 4800)},)
    yield "PyanNet of pyannote.audio", _pyannote, (floats(1, 1, 16000),)
    yield "UNet of audio-diffusion-pytorch", _audio_unet, (floats(1, 2, 64), {"time": torch.rand(1)})
    schnet = "schnetpack."
    yield "SchNet", calling(_schnet("SchNet"), _of_molecule), (ids(9, 5), EDGES)
    yield "PaiNN", calling(_schnet("PaiNN"), _of_molecule), (ids(9, 5), EDGES)
    yield "SO3net", calling(_schnet("SO3net"), _of_molecule), (ids(9, 5), EDGES)
    yield "NuclearEmbedding", built(f"{schnet}nn.embedding.NuclearEmbedding", 101, 8), (ids(20, 5),)
    yield "GaussianRBF, trained", built(f"{schnet}nn.radial.GaussianRBF", 5, 4.0, trainable=True), (torch.rand(4),)
    yield "ShiftedSoftplus, trained", built(f"{schnet}nn.activations.ShiftedSoftplus", trainable=True), (floats(4, 6),)
    yield (
        "Encoder of scvi-tools",
        built("scvi.nn.Encoder", 6, 4, n_cat_list=[2], n_hidden=8),
        (
            torch.rand(5, 6),
            torch.zeros(5, 1),
        ),
    )
    yield "DecoderSCVI", built("scvi.nn.DecoderSCVI", 4, 6, n_hidden=8), ("gene", floats(5, 4), torch.rand(5, 1))
    yield "VAE of scvi-tools", _scvi, (torch.randint(0, 9, (5, 6)).float(),)
    yield (
        "BPNet",
        built("bpnetlite.bpnet.BPNet", n_filters=8, n_layers=2, trimming=8, verbose=False),
        (
            floats(1, 4, 256),
            floats(1, 2, 256),
        ),
    )
    yield "Borzoi", _borzoi, (floats(1, 4, 2048),)
    lens = "transformer_lens."
    for name, config in {
        "GPT-2": {"act_fn": "gelu", "normalization_type": "LN"},
        "rotary, RMS": {
            "act_fn": "silu",
            "normalization_type": "RMS",
            "gated_mlp": True,
            "positional_embedding_type": "rotary",
            "rotary_dim": 8,
        },
        "grouped": {
            "act_fn": "silu",
            "normalization_type": "RMS",
            "n_key_value_heads": 2,
            "gated_mlp": True,
            "positional_embedding_type": "rotary",
            "rotary_dim": 8,
        },
        "experts": {
            "act_fn": "silu",
            "normalization_type": "RMS",
            "num_experts": 3,
            "experts_per_token": 2,
            "gated_mlp": True,
            "positional_embedding_type": "rotary",
            "rotary_dim": 8,
        },
        "shortformer": {"act_fn": "solu_ln", "normalization_type": "LN", "positional_embedding_type": "shortformer"},
    }.items():
        yield f"HookedTransformer, {name}", _hooked(lens, config), (ids(40, 2, 8),)
    several = "torchmultimodal."
    for name, args, options, given in (
        ("modules.layers.attention_pooler.AttentionPooler", (16, 16, 2), {"n_queries": 3}, (floats(2, 5, 16),)),
        ("modules.layers.position_embedding.BroadcastedPositionEmbedding", ((2, 3), 8), {}, (torch.arange(6)[None],)),
        (
            "modules.layers.patch_embedding.PatchEmbeddings",
            (32, 8, 3, 16),
            {"use_image_masking": True},
            (floats(1, 3, 32, 32), {"image_patches_mask": torch.ones(1, 4, 4, dtype=torch.bool)}),
        ),
        ("modules.layers.normalizations.RMSNorm", (6,), {}, (floats(4, 6),)),
        (
            "modules.losses.contrastive_loss_with_temperature.ContrastiveLossWithTemperature",
            (),
            {},
            (floats(4, 6), floats(4, 6)),
        ),
        ("modules.losses.flava.MaskedPredictionHead", (16, 40), {}, (floats(2, 5, 16),)),
        ("modules.encoders.clip_text_encoder.CLIPTextEncoder", (16, 8, 40, 16, 32, 2, 2), {}, (ids(40, 2, 8),)),
    ):
        yield f"{name.rpartition('.')[2]} of torchmultimodal", built(several + name, *args, **options), given
    yield (
        "coca of torchmultimodal",
        built(
            "torchmultimodal.models.coca.coca_model.coca_vit",
            vision_patch_size=8,
            vision_dim_feedforward=32,
            vision_n_layer=1,
            vision_n_head=2,
            vocab_size=40,
            num_text_positions=9,
            text_hidden_dim=16,
            text_n_layer=1,
            text_n_head=2,
            text_dim_feedforward=32,
            text_output_dim=16,
            fusion_n_layer=1,
            fusion_n_head=2,
            fusion_dim_feedforward=32,
            multimodal_output_projection_dim=40,
            pooler_input_embed_dim=16,
            pooler_output_embed_dim=16,
            image_size=32,
            vision_dim=16,
            pooler_n_queries=4,
            pad_idx=0,
        ),
        (floats(1, 3, 32, 32), ids(40, 1, 8)),
    )
    for name, args, given in (
        ("SpanMarkerV0", (16, 4), (floats(2, 6, 16), torch.randint(0, 6, (2, 24, 2)))),
        ("ConvShare", (16, 3), (floats(2, 6, 16),)),
        ("EndpointsAndAttention", None, ()),
        ("SpanQuery", (16, 3), (floats(2, 6, 16),)),
        ("SpanConv", (16, 3, "conv_max"), (floats(2, 6, 16),)),
    ):
        if args:
            yield f"{name} of gliner", built(f"gliner.modeling.span_rep.{name}", *args), given
    yield (
        "CrossFuser of gliner",
        built("gliner.modeling.layers.CrossFuser", 16, 16, 2),
        (
            floats(2, 5, 16),
            floats(2, 4, 16),
            torch.ones(2, 5),
            torch.ones(2, 4),
        ),
    )
    yield "CRF of flair", _flair, (floats(2, 5, 4),)
    yield (
        "WeightedLayerPooling of sentence-transformers",
        calling(
            built("sentence_transformers.models.WeightedLayerPooling", 8, num_hidden_layers=2, layer_start=1),
            lambda inner, x: inner({"all_layer_embeddings": tuple(x)}),
        ),
        (floats(3, 2, 5, 8),),
    )
    yield (
        "Dense of sentence-transformers",
        calling(built("sentence_transformers.models.Dense", 8, 4), lambda inner, x: inner({"sentence_embedding": x})),
        (floats(2, 8),),
    )


def _htsat() -> nn.Module:
    module = import_module("laion_clap.clap_module.htsat")
    config = types.SimpleNamespace(
        sample_rate=48000,
        audio_length=1024,
        clip_samples=480000,
        mel_bins=64,
        hop_size=480,
        window_size=1024,
        fmin=50,
        fmax=14000,
        class_num=5,
        enable_fusion=False,
        fusion_type="None",
    )
    return module.HTSAT_Swin_Transformer(
        spec_size=64,
        patch_size=4,
        num_classes=5,
        embed_dim=8,
        depths=[1, 1],
        num_heads=[2, 2],
        window_size=4,
        config=config,
    )


def _pyannote() -> nn.Module:
    return import_module("pyannote.audio.models.segmentation").PyanNet(sincnet={"stride": 10})


def _audio_unet() -> nn.Module:
    pieces = import_module("audio_diffusion_pytorch.components")
    return pieces.UNetV0(
        dim=1,
        in_channels=2,
        channels=[8, 8],
        factors=[2, 2],
        items=[1, 1],
        attentions=[0, 1],
        attention_heads=2,
        attention_features=8,
        resnet_groups=2,
        use_modulation=True,
        modulation_features=16,
        use_time_conditioning=True,
    )


def _molecule() -> dict[str, torch.Tensor]:
    first, second = torch.meshgrid(torch.arange(5), torch.arange(5), indexing="ij")
    pairs = first != second
    places = floats(5, 3)
    return {
        "_atomic_numbers": ids(9, 5),
        "_idx_i": first[pairs],
        "_idx_j": second[pairs],
        "_Rij": places[second[pairs]] - places[first[pairs]],
        "_idx_m": torch.zeros(5, dtype=torch.long),
        "_n_atoms": torch.tensor([5]),
    }


def _of_molecule(inner: Any, *_: Any) -> Any:
    return inner(_molecule())["scalar_representation"]


def _schnet(name: str) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        loading = import_module("torch.utils.data.dataloader")
        loading.T_co = getattr(loading, "T_co", TypeVar("T_co"))  # which schnetpack imports from there
        radial = import_module("schnetpack.nn.radial").GaussianRBF(5, 4.0)
        cutoff = import_module("schnetpack.nn.cutoff").CosineCutoff(4.0)
        cls = getattr(import_module("schnetpack.representation"), name)
        options = {"lmax": 1} if name == "SO3net" else {}
        return cls(n_atom_basis=8, n_interactions=2, radial_basis=radial, cutoff_fn=cutoff, **options)

    return make


def _scvi() -> nn.Module:
    module = import_module("scvi.module").VAE(n_input=6, n_hidden=8, n_latent=3, n_layers=1)

    def call(inner: Any, x: torch.Tensor) -> Any:
        batch = torch.zeros(x.shape[0], 1)
        tensors = {"X": x, "batch": batch, "labels": batch}
        return inner(tensors, compute_loss=False)[1]["px"].mean

    return package_more.Calling(module, call)


def _borzoi() -> nn.Module:
    module = import_module("borzoi_pytorch.pytorch_borzoi_model")
    config = import_module("borzoi_pytorch.config_borzoi").BorzoiConfig(
        dim=32, depth=1, heads=2, attn_dim_key=8, attn_dim_value=16, return_center_bins_only=False, flashed=False
    )
    return module.Borzoi(config)


def _hooked(lens: str, config: dict[str, Any]) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        module = import_module(lens.rstrip("."))
        full = module.HookedTransformerConfig(
            n_layers=2, d_model=32, n_ctx=16, d_head=8, n_heads=4, d_mlp=32, d_vocab=40, device="cpu", **config
        )
        return module.HookedTransformer(full)

    return make


def _flair() -> nn.Module:
    crf = import_module("flair.models.sequence_tagger_utils.crf")
    dictionary = import_module("flair.data").Dictionary(add_unk=False)
    for one in ("<START>", "<STOP>", "a", "b"):
        dictionary.add_item(one)
    return crf.CRF(dictionary, 4, init_from_state_dict=False)


def models() -> dict[str, tuple[Callable[[], nn.Module], tuple[Any, ...]]]:
    """All models by name."""
    for name in ("torch_geometric", "torch_geometric.nn", "pandas", "transformers", "lightning"):
        with contextlib.suppress(ImportError):
            import_module(name)  # they look for optional packages
    package_more.models()  # its stand-ins
    package_more.UNUSED = (*package_more.UNUSED, *(one for one in UNUSED if one not in package_more.UNUSED))
    wings = (lucid, pictures, series, tables, layers, structures)
    return {name: (make, given) for wing in wings for name, make, given in wing()}
