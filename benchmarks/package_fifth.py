"""A fifth set of packages from PyPI that are in no list before it, each model with a batch that it takes.

A model is a line, as in `package_models`. Most were found by trying small numbers on every class of a package;
where no batch fitted, the call is empty and the pass tells nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import torch
from torch import nn

import package_fourth
import package_more
from package_models import EDGES, Made, built, floats, ids

UNUSED = (
    "GPUtil",
    "IPython",
    "MinkowskiEngine",
    "Sophia",
    "accimage",
    "ahocorasick",
    "aim",
    "allennlp",
    "annotationlib",
    "aqlm",
    "ase_ext",
    "astartes",
    "asteroid_filterbanks",
    "autoattack",
    "awq_ext",
    "bioimage_cpp",
    "bioimageio",
    "brian2",
    "buildings_bench",
    "cached_path",
    "caffe2",
    "catalogue",
    "cauchy_mult",
    "chainer",
    "ci_sdr",
    "clearml",
    "cloudvolume",
    "colossalai",
    "comet_ml",
    "conformer",
    "conv1d_cpp",
    "coremltools",
    "ctranslate2",
    "cuik_molmaker",
    "dadaptation",
    "darts",
    "data",
    "dataclass_extensions",
    "defusedxml",
    "dgllife",
    "diffusers",
    "dinov2",
    "dinov3",
    "dora",
    "dotenv",
    "dqc",
    "duckdb",
    "dvclive",
    "edt",
    "eetq",
    "einshape",
    "elasticsearch",
    "elf",
    "fast_bss_eval",
    "flashTP_e3nn",
    "flash_attn_interface",
    "geffnet",
    "geopandas",
    "geotorch",
    "gluonts",
    "hnswlib",
    "hqq",
    "humanfriendly",
    "implicit",
    "inplace_abn",
    "ipywidgets",
    "iso639",
    "kaldiio",
    "kernels",
    "lazy_importer",
    "learn2learn",
    "learning3d",
    "lightautoml",
    "lightfm",
    "lightgbm",
    "longformer",
    "loralib",
    "lxml",
    "lz4",
    "mediapipe",
    "midas",
    "miditoolkit",
    "mido",
    "misaki",
    "mlflow",
    "mmdet",
    "mmpose",
    "modelindex",
    "monai",
    "monty",
    "mpi4py",
    "music21",
    "mxnet",
    "neptune",
    "neural_compressor",
    "nflows",
    "nibabel",
    "nltk",
    "nmslib",
    "nvidia",
    "nvidia_smi",
    "obp",
    "ordered_set",
    "ot",
    "pandarallel",
    "paramiko",
    "pdfplumber",
    "pgmpy",
    "pkuseg",
    "plotly",
    "prophet",
    "py4j",
    "py7zr",
    "pycocoevalcap",
    "pyhanlp",
    "pylibCZIrw",
    "pyonmttok",
    "pypinyin",
    "pyproj",
    "pyreadr",
    "pysam",
    "pyspark",
    "pytorch",
    "pytorch_fast_transformers",
    "pytorchcv",
    "qpsolvers",
    "rarfile",
    "rasterio",
    "rdt",
    "redis",
    "rjieba",
    "sacrebleu",
    "sam2",
    "sam3",
    "samna",
    "seaborn",
    "segment_anything",
    "segmentation_models_pytorch",
    "sentencepiece",
    "simplejson",
    "snownlp",
    "soxr",
    "sqlalchemy",
    "statsmodels",
    "subseasonal_data",
    "substrait",
    "subword_nmt",
    "swanlab",
    "tabpfn",
    "teich",
    "termcolor",
    "tifffile",
    "tmetry",
    "toolz",
    "torch_complex",
    "torch_dipu",
    "torch_points_kernels",
    "torch_sdaa",
    "torchcde",
    "torchdata",
    "torchsparse",
    "torchtext",
    "trackio",
    "trimesh",
    "turbojpeg",
    "uharfbuzz",
    "util",
    "validators",
    "vesin",
    "vim",
    "warp_nn",
    "whisper",
    "xitorch",
    "yapf",
    "z5py",
    "zuko",
)
"""What the packages import and these models do not use, beside the fourth set's."""

REQUIREMENTS = [
    "importlib-metadata",
    "mmcv-lite<2.2",
    "omegaconf",
    "pyclipper",
    "pypdfium2",
    "rapidfuzz",
    "shapely",
    "zipp",
]
"""What the packages import themselves, beside the first four sets'."""

PACKAGES = [
    "ai2-olmo",
    "anemoi-models",
    "anomalib",
    "audioseal",
    "avalanche-lib",
    "bindsnet",
    "boltz",
    "careamics",
    "chgnet",
    "chronos-forecasting",
    "classy-vision",
    "cliffordlayers",
    "complexPyTorch",
    "controlnet-aux",
    "curated-transformers",
    "deepchem",
    "deepod",
    "deepxde",
    "elegantrl",
    "espnet",
    "f5-tts",
    "funasr",
    "granite-tsfm",
    "hyperlight",
    "joeynmt",
    "kokoro",
    "kraken",
    "microsoft-aurora",
    "mmpretrain",
    "momentfm",
    "monai-generative",
    "nequip",
    "opacus",
    "OpenNMT-py",
    "panns-inference",
    "pesto-pitch",
    "pygod",
    "pythae",
    "python-doctr",
    "pytorch-frame",
    "pytorch-pretrained-vit",
    "pytorch-toolbelt",
    "replay-rec",
    "resnest",
    "rl-games",
    "robustbench",
    "rsl-rl-lib",
    "s3prl",
    "salesforce-merlion",
    "sbi",
    "sevenn",
    "sockeye",
    "supar",
    "taming-transformers",
    "timesfm",
    "tirex-ts",
    "torch-em",
    "torch-geometric-signed-directed",
    "torchcfm",
    "torchdyn",
    "torchgan",
    "torchgeo",
    "torchgfn",
    "torchreid",
    "unbabel-comet",
    "uni2ts",
]
"""The packages that are tried."""


def molecules() -> Iterator[Made]:
    """Molecules, proteins, signed and directed graphs."""
    yield "AngleEncoder of chgnet", built("chgnet.model.encoders.AngleEncoder"), (floats(6, 16), floats(6, 16))
    yield "MLP of chgnet", built("chgnet.model.functions.MLP", input_dim=16), (floats(2, 12, 16),)
    yield "GatedMLP of chgnet", built("chgnet.model.functions.GatedMLP", input_dim=16, output_dim=16), (floats(6, 16),)
    yield (
        "ScalarMLPFunction of nequip",
        built("nequip.nn.mlp.ScalarMLPFunction", input_dim=16, output_dim=16),
        (floats(6, 16),),
    )
    yield "BesselBasis of sevenn", built("sevenn.nn.edge_embedding.BesselBasis", cutoff_length=12), (floats(2, 12, 16),)
    yield "Rescale of sevenn", built("sevenn.nn.scale.Rescale", shift=0.5, scale=1.0), ()
    yield "SpeciesWiseRescale of sevenn", built("sevenn.nn.scale.SpeciesWiseRescale", shift=0.5, scale=[1.0, 1.0]), ()
    yield (
        "AttentionPairBias of boltz",
        built("boltz.model.layers.attention.AttentionPairBias", c_s=16, c_z=16, num_heads=2),
        (floats(2, 1, 12, 16), floats(2, 1, 12, 16), torch.ones(2, 12).bool()),
    )
    yield (
        "TriangleAttention of boltz",
        built("boltz.model.layers.triangular_attention.attention.TriangleAttention", c_in=16, c_hidden=16, no_heads=2),
        (floats(2, 1, 12, 16),),
    )
    yield (
        "Linear of boltz",
        built("boltz.model.layers.triangular_attention.primitives.Linear", in_dim=16, out_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ContactConditioning of boltz",
        built("boltz.model.modules.trunkv2.ContactConditioning", token_z=4, cutoff_min=0.5, cutoff_max=0.5),
        (),
    )
    yield (
        "SelfAttention of deepchem",
        built("deepchem.models.torch_models.attention.SelfAttention", in_features=16, out_features=16, hidden_size=16),
        (floats(6, 16),),
    )
    yield (
        "LocalGlobalDiscriminator of deepchem",
        built("deepchem.models.torch_models.gnn.LocalGlobalDiscriminator", hidden_dim=16),
        (floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "GroverAttentionHead of deepchem",
        built("deepchem.models.torch_models.grover_layers.GroverAttentionHead", hidden_size=16),
        (
            floats(2, 12, 16),
            floats(2, 12, 16),
            floats(2, 12, 16),
            floats(2, 12, 16),
            floats(2, 12, 16),
            floats(2, 12, 16),
        ),
    )
    yield (
        "ScaleNorm of deepchem",
        built("deepchem.models.torch_models.layers.ScaleNorm", scale=1.0),
        (floats(2, 12, 16),),
    )
    yield "Affine of deepchem", built("deepchem.models.torch_models.layers.Affine", dim=16), (floats(2, 12, 16),)
    yield (
        "WeightedLinearCombo of deepchem",
        built("deepchem.models.torch_models.layers.WeightedLinearCombo", num_inputs=16),
        (floats(2, 12, 16),),
    )
    yield (
        "DTNNEmbedding of deepchem",
        built("deepchem.models.torch_models.layers.DTNNEmbedding", n_embedding=16, periodic_table_length=12),
        (ids(4, 2, 12),),
    )
    yield (
        "MXMNetBesselBasisLayer of deepchem",
        built("deepchem.models.torch_models.layers.MXMNetBesselBasisLayer", num_radial=4),
        (floats(2, 12, 16),),
    )
    yield (
        "EncoderRNN of deepchem",
        built("deepchem.models.torch_models.layers.EncoderRNN", input_size=16, hidden_size=16, n_layers=2),
        (ids(4, 2, 12),),
    )
    yield (
        "Atom_Wise_Convolution of deepchem",
        built("deepchem.models.torch_models.lcnn.Atom_Wise_Convolution", input_feature=16, output_feature=16),
        (floats(2, 12, 16),),
    )
    yield (
        "GroverFunctionalGroupPredictor of deepchem",
        built("deepchem.models.torch_models.grover_layers.GroverFunctionalGroupPredictor", functional_group_size=16),
        (),
    )
    yield (
        "InfoGraphEncoder of deepchem",
        built(
            "deepchem.models.torch_models.infograph.InfoGraphEncoder",
            num_features=16,
            edge_features=16,
            embedding_dim=16,
        ),
        (),
    )
    yield "SetGather of deepchem", built("deepchem.models.torch_models.layers.SetGather", M=4, batch_size=[16, 16]), ()
    yield (
        "DTNNStep of deepchem",
        built("deepchem.models.torch_models.layers.DTNNStep", n_embedding=16, n_distance=4, n_hidden=16),
        (),
    )
    yield "LCNNBlock of deepchem", built("deepchem.models.torch_models.lcnn.LCNNBlock", input_feature=16), ()
    yield (
        "DIGRAC_node_clustering of torch_geometric_signed_directed",
        built(
            "torch_geometric_signed_directed.nn.directed.DIGRAC_node_clustering.DIGRAC_node_clustering",
            num_features=16,
            hidden=16,
            nclass=5,
            fill_value=0.5,
            dropout=0.0,
            hop=4,
        ),
        (EDGES, torch.rand(8), floats(6, 16)),
    )
    yield (
        "DiGCL_Encoder of torch_geometric_signed_directed",
        built(
            "torch_geometric_signed_directed.nn.directed.DiGCL.DiGCL_Encoder",
            in_channels=16,
            out_channels=16,
            activation="relu",
        ),
        (floats(2, 12, 16), EDGES),
    )
    yield (
        "DiGCL of torch_geometric_signed_directed",
        built(
            "torch_geometric_signed_directed.nn.directed.DiGCL.DiGCL",
            in_channels=16,
            activation="relu",
            num_hidden=16,
            num_proj_hidden=16,
            tau=1.0,
            num_layers=2,
        ),
        (floats(2, 12, 16), EDGES),
    )
    yield (
        "DiGCN_InceptionBlock of torch_geometric_signed_directed",
        built(
            "torch_geometric_signed_directed.nn.directed.DiGCN_Inception_Block.DiGCN_InceptionBlock",
            in_dim=16,
            out_dim=16,
        ),
        (floats(2, 12, 16), EDGES, torch.rand(8), EDGES, torch.rand(8)),
    )
    yield (
        "MagNetConv of torch_geometric_signed_directed",
        built(
            "torch_geometric_signed_directed.nn.directed.MagNetConv.MagNetConv",
            in_channels=16,
            out_channels=16,
            K=3,
            q=0.5,
            trainable_q=False,
        ),
        (floats(2, 12, 16), floats(2, 12, 16), EDGES),
    )
    yield (
        "MagNet_node_classification of torch_geometric_signed_directed",
        built(
            "torch_geometric_signed_directed.nn.directed.MagNet_node_classification.MagNet_node_classification",
            num_features=16,
        ),
        (floats(6, 16), floats(6, 16), EDGES),
    )
    yield (
        "MSConv of torch_geometric_signed_directed",
        built(
            "torch_geometric_signed_directed.nn.general.MSConv.MSConv",
            in_channels=16,
            out_channels=16,
            K=3,
            q=0.5,
            trainable_q=False,
        ),
        (floats(2, 12, 16), floats(2, 12, 16), EDGES),
    )
    yield (
        "SGCNConv of torch_geometric_signed_directed",
        built("torch_geometric_signed_directed.nn.signed.SGCNConv.SGCNConv", in_dim=16, out_dim=16, first_aggr=False),
        (floats(2, 3, 32, 32), EDGES, EDGES),
    )
    yield (
        "SIMPA of torch_geometric_signed_directed",
        built("torch_geometric_signed_directed.nn.signed.SIMPA.SIMPA", hop=4, fill_value=0.5),
        (EDGES, torch.rand(8), EDGES, torch.rand(8), floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "DGCN_link_prediction of torch_geometric_signed_directed",
        built(
            "torch_geometric_signed_directed.nn.directed.DGCN_link_prediction.DGCN_link_prediction",
            num_features=16,
            hidden=16,
            label_dim=16,
        ),
        (floats(6, 16), EDGES, EDGES, EDGES, EDGES.T),
    )
    yield (
        "DGCN_node_classification of torch_geometric_signed_directed",
        built(
            "torch_geometric_signed_directed.nn.directed.DGCN_node_classification.DGCN_node_classification",
            num_features=16,
            hidden=16,
            label_dim=16,
        ),
        (floats(6, 16), EDGES, EDGES, EDGES),
    )
    yield (
        "SSSNET_link_prediction of torch_geometric_signed_directed",
        built(
            "torch_geometric_signed_directed.nn.signed.SSSNET_link_prediction.SSSNET_link_prediction",
            nfeat=4,
            hidden=16,
            nclass=5,
            dropout=0.0,
            hop=4,
            fill_value=0.5,
        ),
        (EDGES, torch.rand(8), EDGES, torch.rand(8), floats(6, 4), EDGES.T),
    )
    yield (
        "SSSNET_node_clustering of torch_geometric_signed_directed",
        built(
            "torch_geometric_signed_directed.nn.signed.SSSNET_node_clustering.SSSNET_node_clustering",
            nfeat=4,
            hidden=16,
            nclass=5,
            dropout=0.0,
            hop=4,
            fill_value=0.5,
        ),
        (EDGES, torch.rand(8), EDGES, torch.rand(8), floats(6, 4)),
    )
    yield (
        "AdONEBase of pygod",
        built("pygod.nn.adone.AdONEBase", x_dim=16, s_dim=16, hid_dim=16, num_layers=2),
        (floats(6, 16), floats(6, 16), EDGES),
    )
    yield (
        "CoLABase of pygod",
        built("pygod.nn.cola.CoLABase", in_dim=16, hid_dim=16, num_layers=2),
        (floats(2, 12, 16), EDGES),
    )
    yield "GNAConv of pygod", built("pygod.nn.conv.GNAConv", in_channels=16, out_channels=16), (floats(6, 16), EDGES)
    yield "DMGDBase of pygod", built("pygod.nn.dmgd.DMGDBase", in_dim=16, hid_dim=16), (floats(6, 16), EDGES)
    yield "AnomalyDAEBase of pygod", built("pygod.nn.anomalydae.AnomalyDAEBase", in_dim=16, num_nodes=40), ()


def series() -> Iterator[Made]:
    """Series, forecasts and weather."""
    yield (
        "TrainableTensor of anemoi",
        built("anemoi.models.layers.graph.TrainableTensor", tensor_size=16, trainable_size=16),
        (),
    )
    yield (
        "LinearPatchReconstruction of aurora",
        built("aurora.model.decoder.LinearPatchReconstruction", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield "LoRA of aurora", built("aurora.model.lora.LoRA", in_features=16, out_features=16), (floats(2, 12, 16),)
    yield (
        "Chronos2LayerNorm of chronos",
        built("chronos.chronos2.layers.Chronos2LayerNorm", hidden_size=16),
        (floats(2, 12, 16),),
    )
    yield "ConvNet of deepod", built("deepod.core.base_networks.ConvNet", n_features=16), (floats(2, 16, 12),)
    yield "MlpAE of deepod", built("deepod.core.base_networks.MlpAE", n_features=16, n_emb=16), (floats(2, 12, 16),)
    yield "TcnAE of deepod", built("deepod.core.base_networks.TcnAE", n_features=16, n_emb=16), (floats(2, 12, 16),)
    yield (
        "ConvSeqEncoder of deepod",
        built("deepod.core.base_networks.ConvSeqEncoder", n_features=16, n_output=16, n_layers=2, seq_len=12),
        (floats(2, 12, 16),),
    )
    yield (
        "TransformerEncoderLayer of deepod",
        built("deepod.core.base_transformer_network.TransformerEncoderLayer", d_model=16, nhead=2, dim_feedforward=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LearnablePositionalEncoding of deepod",
        built("deepod.core.base_transformer_network.LearnablePositionalEncoding", d_model=16, max_len=12),
        (floats(2, 12, 16),),
    )
    yield (
        "CrissCrossAttention of deepod",
        built("deepod.core.base_transformer_network_dev.CrissCrossAttention", in_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LearnablePositionalEncoding of deepod, 2",
        built("deepod.core.base_transformer_network_dev.LearnablePositionalEncoding", d_model=16, max_len=12),
        (floats(2, 12, 16),),
    )
    yield (
        "CrissCrossAttention of deepod, 2",
        built("deepod.core.networks.base_transformer_network_dev.CrissCrossAttention", in_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LearnablePositionalEncoding of deepod, 3",
        built("deepod.core.networks.base_transformer_network_dev.LearnablePositionalEncoding", d_model=16, max_len=12),
        (floats(2, 12, 16),),
    )
    yield (
        "LearnablePositionalEncoding of deepod, 4",
        built("deepod.core.networks.ts_network_transformer.LearnablePositionalEncoding", d_model=16, max_len=12),
        (floats(2, 12, 16),),
    )
    yield (
        "FMMSNet of deepod",
        built("deepod.model_selection.fmms.FMMSNet", feature_size=16, model_size=16, embedding_size=16),
        (floats(6, 16),),
    )
    yield (
        "GRUNet of deepod",
        built("deepod.models.time_series.seq_reg_ad.GRUNet", input_dim=16, hidden_dim=16, emb_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LSTMNet of deepod",
        built("deepod.models.time_series.seq_reg_ad.LSTMNet", input_dim=16, hidden_dim=16, emb_dim=16, layers=2),
        (floats(2, 12, 16),),
    )
    yield (
        "Inception_Block_V1 of deepod",
        built("deepod.models.time_series.timesnet.Inception_Block_V1", in_channels=16, out_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "AEModule of merlion",
        built("merlion.models.anomaly.dagmm.AEModule", n_features=16, sequence_length=12, hidden_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "GrowthLayer of merlion",
        built("merlion.models.utils.nn_modules.layers.GrowthLayer", d_model=16, nhead=2),
        (floats(2, 12, 16),),
    )
    yield "PatchEmbedding of momentfm", built("momentfm.models.layers.embed.PatchEmbedding", d_model=16, seq_len=12), ()
    yield "RMSNorm of timesfm", built("timesfm.torch.normalization.RMSNorm", num_features=16), (floats(2, 12, 16),)
    yield "PerDimScale of timesfm", built("timesfm.torch.transformer.PerDimScale", num_dims=16), (floats(2, 12, 16),)
    yield (
        "MultiHeadAttention of timesfm",
        built("timesfm.torch.transformer.MultiHeadAttention", num_heads=2, in_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ResidualBlock of tirex",
        built("tirex.models.tirex.ResidualBlock", in_dim=16, h_dim=16, out_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "MLP of tsfm_public",
        built("tsfm_public.models.flowstate.modeling_flowstate.MLP", dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "TransformerBlock of tsfm_public",
        built("tsfm_public.models.patchtst_fm.basic.TransformerBlock", d_model=16, num_heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "ConformerBlock of tsfm_public",
        built("tsfm_public.models.patchtst_fm.basic.ConformerBlock", d_model=16, num_heads=2, conv_kernel_size=3),
        (floats(2, 12, 16),),
    )
    yield (
        "GroupedQueryAttention of uni2ts",
        built("uni2ts.module.attention.GroupedQueryAttention", dim=16, num_heads=2, num_groups=2),
        (floats(2, 12, 16), floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield "RMSNorm of uni2ts", built("uni2ts.module.norm.RMSNorm", normalized_shape=4), (floats(6, 1),)
    yield (
        "MultiInSizeLinear of uni2ts",
        built("uni2ts.module.ts_embed.MultiInSizeLinear", in_features_ls=[16, 16], out_features=16),
        (floats(6, 16), torch.full((6,), 16)),
    )
    yield (
        "FeatLinear of uni2ts",
        built("uni2ts.module.ts_embed.FeatLinear", in_features_ls=[16, 16], out_features=16),
        (floats(6, 16), torch.full((6,), 16)),
    )
    yield (
        "MultiOutSizeLinear of uni2ts",
        built("uni2ts.module.ts_embed.MultiOutSizeLinear", in_features=16, out_features_ls=[16, 16]),
        (floats(6, 16), torch.full((6,), 16)),
    )
    yield (
        "LearnedProjection of uni2ts",
        built("uni2ts.module.position.attn_projection.LearnedProjection", proj_width=16, num_heads=2, num_groups=2),
        (),
    )


def speech() -> Iterator[Made]:
    """Speech and music."""
    yield (
        "StreamableLSTM of audioseal",
        built("audioseal.libs.audiocraft.modules.lstm.StreamableLSTM", dimension=16),
        (floats(2, 16, 12),),
    )
    yield (
        "SEANetEncoder of audioseal",
        built("audioseal.libs.audiocraft.modules.seanet.SEANetEncoder", dimension=16, n_filters=4, n_residual_layers=2),
        (floats(2, 1, 256),),
    )
    yield (
        "SEANetDecoder of audioseal",
        built("audioseal.libs.audiocraft.modules.seanet.SEANetDecoder", dimension=16, n_filters=4, n_residual_layers=2),
        (floats(2, 16, 12),),
    )
    yield (
        "RMSNorm of audioseal",
        built("audioseal.libs.moshi.modules.transformer.RMSNorm", dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LayerScale of audioseal",
        built("audioseal.libs.moshi.modules.transformer.LayerScale", channels=16),
        (floats(2, 12, 16),),
    )
    yield (
        "StreamingMultiheadAttention of audioseal",
        built("audioseal.libs.moshi.modules.transformer.StreamingMultiheadAttention", embed_dim=16, num_heads=2),
        (floats(2, 12, 16), floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "StreamingTransformerLayer of audioseal",
        built("audioseal.libs.moshi.modules.transformer.StreamingTransformerLayer", d_model=16, num_heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "LayerNormF32 of audioseal",
        built("audioseal.libs.moshi.modules.transformer.LayerNormF32", normalized_shape=4),
        (),
    )
    yield (
        "BasicBlock of espnet2",
        built("espnet2.asr.encoder.avhubert_encoder.BasicBlock", inplanes=16, planes=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "TransformerSentenceEncoderLayer of espnet2",
        built(
            "espnet2.asr.encoder.beats_encoder.TransformerSentenceEncoderLayer",
            embedding_dim=16,
            ffn_embedding_dim=16,
            num_attention_heads=2,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "BranchformerEncoder of espnet2",
        built(
            "espnet2.asr.encoder.branchformer_encoder.BranchformerEncoder",
            input_size=16,
            output_size=16,
            attention_heads=2,
            cgmlp_linear_units=16,
            cgmlp_conv_kernel=3,
            num_blocks=2,
        ),
        (floats(2, 12, 16), torch.full((2,), 12)),
    )
    yield (
        "ConformerEncoder of espnet2",
        built(
            "espnet2.asr.encoder.conformer_encoder.ConformerEncoder",
            input_size=16,
            output_size=16,
            attention_heads=2,
            linear_units=16,
            num_blocks=2,
            cnn_module_kernel=3,
            max_pos_emb_len=16,
        ),
        (floats(2, 12, 16), torch.full((2,), 12)),
    )
    yield (
        "RNNEncoder of espnet2",
        built(
            "espnet2.asr.encoder.rnn_encoder.RNNEncoder", input_size=16, num_layers=2, hidden_size=16, output_size=16
        ),
        (floats(2, 12, 16), torch.full((2,), 12)),
    )
    yield (
        "TransposedLinear of espnet2",
        built("espnet2.asr.state_spaces.components.TransposedLinear", d_input=16, d_output=16),
        (floats(2, 16, 12),),
    )
    yield (
        "TransposedLN of espnet2",
        built("espnet2.asr.state_spaces.components.TransposedLN", d=16),
        (floats(2, 12, 16),),
    )
    yield (
        "UpPool of espnet2",
        built("espnet2.asr.state_spaces.pool.UpPool", d_input=16, d_output=16, stride=1),
        (floats(2, 16, 12),),
    )
    yield (
        "StyleTokenLayer of espnet2",
        built("espnet2.tts.gst.style_encoder.StyleTokenLayer", ref_embed_dim=16, gst_token_dim=16, gst_heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "ChannelwiseLayerNorm of espnet2",
        built("espnet2.enh.layers.bsrnn.ChannelwiseLayerNorm", channel_size=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ChannelFreqwiseLayerNorm of espnet2",
        built("espnet2.enh.layers.bsrnn.ChannelFreqwiseLayerNorm", channel_size=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ComplexBatchNorm of espnet2",
        built("espnet2.enh.layers.complexnn.ComplexBatchNorm", num_features=16),
        (floats(2, 16, 12),),
    )
    yield (
        "GaussianFourierProjection of espnet2",
        built("espnet2.enh.layers.dcunet.GaussianFourierProjection", embed_dim=16),
        (floats(2, 16, 8, 8),),
    )
    yield "BatchNorm of espnet2", built("espnet2.enh.layers.dcunet.BatchNorm", num_features=16), (floats(2, 16, 12),)
    yield (
        "DPMulCat of espnet2",
        built(
            "espnet2.enh.layers.dpmulcat.DPMulCat",
            input_size=16,
            hidden_size=16,
            output_size=16,
            num_spk=16,
            num_layers=2,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "NIN of espnet2",
        built("espnet2.enh.layers.ncsnpp_utils.layers.NIN", in_dim=16, num_units=2),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "GaussianFourierProjection of espnet2, 2",
        built("espnet2.enh.layers.ncsnpp_utils.layerspp.GaussianFourierProjection", embedding_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "AttnBlockpp of espnet2",
        built("espnet2.enh.layers.ncsnpp_utils.layerspp.AttnBlockpp", channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "VarianceNorm2d of espnet2",
        built("espnet2.enh.layers.ncsnpp_utils.normalization.VarianceNorm2d", num_features=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "InstanceNorm2dPlus of espnet2",
        built("espnet2.enh.layers.ncsnpp_utils.normalization.InstanceNorm2dPlus", num_features=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "Conv2d of espnet2",
        built("espnet2.enh.layers.ncsnpp_utils.up_or_down_sampling.Conv2d", in_ch=16, out_ch=16, kernel=3),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "SkiM of espnet2",
        built("espnet2.enh.layers.skim.SkiM", input_size=16, hidden_size=16, output_size=16, segment_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ChannelwiseLayerNorm of espnet2, 2",
        built("espnet2.enh.layers.tcn.ChannelwiseLayerNorm", channel_size=16),
        (floats(2, 16, 12),),
    )
    yield (
        "USES of espnet2",
        built(
            "espnet2.enh.layers.uses.USES",
            input_size=16,
            output_size=16,
            bottleneck_size=16,
            num_blocks=2,
            num_spatial_blocks=2,
            segment_size=16,
            memory_size=16,
            hidden_size=16,
            att_heads=2,
            ch_att_dim=16,
        ),
        (floats(2, 1, 16, 16, 16),),
    )
    yield (
        "USES2_Comp of espnet2",
        built(
            "espnet2.enh.layers.uses2_comp.USES2_Comp",
            input_size=16,
            output_size=16,
            bottleneck_size=16,
            num_blocks=2,
            segment_size=16,
            memory_size=16,
            att_heads=2,
            hidden_size=16,
            ch_att_dim=16,
        ),
        (floats(2, 1, 16, 16, 16),),
    )
    yield (
        "LayerNormalization4D of espnet2",
        built("espnet2.enh.separator.tfgridnet_separator.LayerNormalization4D", input_dimension=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "LayerNormalization4DCF of espnet2",
        built("espnet2.enh.separator.tfgridnet_separator.LayerNormalization4DCF", input_dimension=[16, 16]),
        (floats(2, 1, 12, 16),),
    )
    yield (
        "LayerNormalization4DCF of espnet2, 2",
        built("espnet2.enh.separator.tfgridnetv2_separator.LayerNormalization4DCF", input_dimension=[16, 16]),
        (floats(2, 1, 12, 16),),
    )
    yield (
        "GridNetV3Block of espnet2",
        built(
            "espnet2.enh.separator.tfgridnetv3_separator.GridNetV3Block",
            emb_dim=16,
            emb_ks=16,
            emb_hs=16,
            hidden_channels=16,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "SincConv of espnet2",
        built("espnet2.layers.sinc_conv.SincConv", in_channels=16, out_channels=16, kernel_size=3, fs=4),
        (floats(2, 16, 12),),
    )
    yield (
        "HiFiGANGenerator of espnet2",
        built("espnet2.gan_tts.hifigan.hifigan.HiFiGANGenerator", in_channels=16, channels=16),
        (floats(2, 16, 12),),
    )
    yield (
        "HiFiGANPeriodDiscriminator of espnet2",
        built("espnet2.gan_tts.hifigan.hifigan.HiFiGANPeriodDiscriminator", channels=16, max_downsample_channels=16),
        (floats(2, 1, 256),),
    )
    yield (
        "ParallelWaveGANDiscriminator of espnet2",
        built("espnet2.gan_tts.parallel_wavegan.parallel_wavegan.ParallelWaveGANDiscriminator"),
        (floats(2, 1, 256),),
    )
    yield (
        "PosteriorEncoder of espnet2",
        built(
            "espnet2.gan_tts.vits.posterior_encoder.PosteriorEncoder",
            in_channels=16,
            out_channels=16,
            hidden_channels=16,
            layers=2,
        ),
        (floats(2, 16, 12), torch.full((2,), 12)),
    )
    yield (
        "TextEncoder of espnet2",
        built("espnet2.gan_tts.vits.text_encoder.TextEncoder", vocabs=40, attention_dim=16, linear_units=16, blocks=2),
        (ids(4, 2, 12), torch.full((2,), 12)),
    )
    yield (
        "Conv1d1x1 of espnet2",
        built("espnet2.gan_tts.wavenet.residual_block.Conv1d1x1", in_channels=16, out_channels=16, bias=False),
        (floats(2, 16, 12),),
    )
    yield (
        "TemporalBlock of espnet2",
        built(
            "espnet2.diar.layers.tcn_nomask.TemporalBlock",
            in_channels=16,
            out_channels=16,
            kernel_size=3,
            stride=1,
            padding=1,
            dilation=1,
        ),
        (floats(2, 16, 12),),
    )
    yield (
        "ChannelwiseLayerNorm of espnet2, 3",
        built("espnet2.diar.layers.tcn_nomask.ChannelwiseLayerNorm", channel_size=16),
        (floats(2, 16, 12),),
    )
    yield (
        "LightweightConvolutionTransformerDecoder of espnet2",
        built(
            "espnet2.asr.decoder.transformer_decoder.LightweightConvolutionTransformerDecoder",
            vocab_size=40,
            encoder_output_size=16,
        ),
        (floats(2, 12, 16), torch.full((2,), 12), ids(40, 2, 6), torch.full((2,), 6)),
    )
    yield (
        "LightweightConvolution2DTransformerDecoder of espnet2",
        built(
            "espnet2.asr.decoder.transformer_decoder.LightweightConvolution2DTransformerDecoder",
            vocab_size=40,
            encoder_output_size=16,
        ),
        (floats(2, 12, 16), torch.full((2,), 12), ids(40, 2, 6), torch.full((2,), 6)),
    )
    yield (
        "TransposedLayerNorm of espnet2",
        built("espnet2.asr.frontend.cnn.TransposedLayerNorm", normalized_shape=4),
        (),
    )
    yield "S4 of espnet2", built("espnet2.asr.state_spaces.s4.S4", d_model=16), (floats(2, 16, 12),)
    yield (
        "FastSpeech of espnet2",
        built(
            "espnet2.tts.fastspeech.fastspeech.FastSpeech",
            idim=40,
            odim=16,
            adim=16,
            aheads=2,
            elayers=2,
            eunits=16,
            dlayers=2,
            dunits=16,
            postnet_layers=2,
            postnet_chans=16,
            conformer_dec_kernel_size=3,
            gst_heads=2,
            gst_conv_layers=2,
            gst_gru_units=16,
        ),
        (),
    )
    yield (
        "ComplexBatchNorm of espnet2, 2",
        built("espnet2.enh.layers.dcunet.ComplexBatchNorm", num_features=[16, 16]),
        (),
    )
    yield (
        "TFGridNetV2 of espnet2",
        built(
            "espnet2.enh.separator.tfgridnetv2_separator.TFGridNetV2",
            input_dim=16,
            stride=1,
            n_layers=2,
            lstm_hidden_units=16,
            attn_approx_qk_dim=16,
            emb_dim=16,
        ),
        (),
    )
    yield (
        "StochasticDurationPredictor of espnet2",
        built("espnet2.gan_tts.vits.duration_predictor.StochasticDurationPredictor", channels=16, dds_conv_layers=2),
        (floats(2, 16, 12), torch.ones(2, 1, 12), torch.rand(2, 1, 12) + 1.0),
    )
    yield "GRN of f5_tts", built("f5_tts.model.modules.GRN", dim=16), (floats(2, 12, 16),)
    yield (
        "ConvNeXtV2Block of f5_tts",
        built("f5_tts.model.modules.ConvNeXtV2Block", dim=16, intermediate_dim=16),
        (floats(2, 12, 16),),
    )
    yield "RMSNorm of f5_tts", built("f5_tts.model.modules.RMSNorm", dim=16, eps=1e-5), (floats(2, 12, 16),)
    yield (
        "ConvolutionalSpatialGatingUnit of funasr",
        built(
            "funasr.models.branchformer.cgmlp.ConvolutionalSpatialGatingUnit",
            size=16,
            kernel_size=3,
            dropout_rate=0.0,
            use_linear_after_conv=False,
            gate_activation="relu",
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "ConvolutionalGatingMLP of funasr",
        built(
            "funasr.models.branchformer.cgmlp.ConvolutionalGatingMLP",
            size=16,
            linear_units=16,
            kernel_size=3,
            dropout_rate=0.0,
            use_linear_after_conv=False,
            gate_activation="relu",
        ),
        (floats(2, 12, 16), torch.ones(2, 12).bool()),
    )
    yield (
        "BranchformerEncoder of funasr",
        built(
            "funasr.models.branchformer.encoder.BranchformerEncoder",
            input_size=16,
            output_size=16,
            attention_heads=2,
            cgmlp_linear_units=16,
            cgmlp_conv_kernel=3,
            num_blocks=2,
        ),
        (floats(2, 12, 16), torch.full((2,), 12)),
    )
    yield (
        "BasicResBlock of funasr",
        built("funasr.models.campplus.components.BasicResBlock", in_planes=16, planes=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "CAMDenseTDNNLayer of funasr",
        built(
            "funasr.models.campplus.components.CAMDenseTDNNLayer",
            in_channels=16,
            out_channels=16,
            bn_channels=16,
            kernel_size=3,
        ),
        (floats(2, 16, 12),),
    )
    yield (
        "ConformerEncoder of funasr",
        built(
            "funasr.models.conformer.encoder.ConformerEncoder",
            input_size=16,
            output_size=16,
            attention_heads=2,
            linear_units=16,
            num_blocks=2,
            cnn_module_kernel=3,
        ),
        (floats(2, 12, 16), torch.full((2,), 12)),
    )
    yield (
        "ConformerChunkEncoder of funasr",
        built(
            "funasr.models.conformer.encoder.ConformerChunkEncoder",
            input_size=16,
            output_size=16,
            attention_heads=2,
            linear_units=16,
            num_blocks=2,
            cnn_module_kernel=3,
            short_chunk_size=16,
        ),
        (floats(2, 12, 16), torch.full((2,), 12)),
    )
    yield (
        "ContextualParaformerDecoder of funasr",
        built(
            "funasr.models.contextual_paraformer.decoder.ContextualParaformerDecoder",
            vocab_size=40,
            encoder_output_size=16,
            attention_heads=2,
            linear_units=16,
            num_blocks=2,
            kernel_size=3,
        ),
        (floats(2, 12, 16), torch.full((2,), 12), floats(2, 12, 16), torch.full((2,), 12), floats(2, 12, 16)),
    )
    yield (
        "TransformerSentenceEncoderLayer of funasr",
        built(
            "funasr.models.data2vec.wav2vec2.TransformerSentenceEncoderLayer",
            embedding_dim=16,
            ffn_embedding_dim=16,
            num_attention_heads=2,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "RNN of funasr",
        built("funasr.models.language_model.rnn.encoders.RNN", idim=40, elayers=2, cdim=16, hdim=16, dropout=0.0),
        (floats(2, 12, 16), torch.full((2,), 12)),
    )
    yield (
        "Embedding of funasr",
        built("funasr.models.lora.layers.Embedding", num_embeddings=40, embedding_dim=16),
        (ids(4, 2, 12),),
    )
    yield (
        "Linear of funasr",
        built("funasr.models.lora.layers.Linear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "MergedLinear of funasr",
        built("funasr.models.lora.layers.MergedLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield "LayerNorm of kokoro", built("kokoro.modules.LayerNorm", channels=16), (floats(2, 16, 12),)
    yield (
        "ConvBlock of panns_inference",
        built("panns_inference.models.ConvBlock", in_channels=16, out_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ToeplitzLinear of pesto",
        built("pesto.model.ToeplitzLinear", in_features=16, out_features=16),
        (floats(6, 16),),
    )
    yield "StreamingCQT of pesto", built("pesto.utils.hcqt.StreamingCQT"), (floats(1, 16000),)
    yield (
        "HearFullyConnectedPrediction of s3prl",
        built("s3prl.nn.hear.HearFullyConnectedPrediction", input_size=16, output_size=16, hidden_size=16),
        (floats(2, 12, 16), torch.full((2,), 12)),
    )
    yield (
        "SelfAttentivePooling of s3prl",
        built("s3prl.nn.pooling.SelfAttentivePooling", input_size=16),
        (floats(2, 12, 16), torch.full((2,), 12)),
    )
    yield (
        "AttentiveStatisticsPooling of s3prl",
        built("s3prl.nn.pooling.AttentiveStatisticsPooling", input_size=16),
        (floats(2, 12, 16), torch.full((2,), 12)),
    )
    yield (
        "RNNEncoder of s3prl",
        built("s3prl.nn.rnn.RNNEncoder", input_size=16, output_size=16, proj_size=16),
        (floats(2, 12, 16), torch.full((2,), 12)),
    )
    yield (
        "SuperbDiarizationModel of s3prl",
        built("s3prl.nn.rnn.SuperbDiarizationModel", input_size=16, output_size=16, rnn_layers=2, hidden_size=16),
        (floats(2, 12, 16), torch.full((2,), 12)),
    )
    yield (
        "ECAPA_TDNN of s3prl",
        built("s3prl.nn.speaker_model.ECAPA_TDNN", input_size=16, output_size=16, C=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LayerNorm of s3prl",
        built("s3prl.upstream.byol_s.byol_a.models.cvt.LayerNorm", dim=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "DepthWiseConv2d of s3prl",
        built(
            "s3prl.upstream.byol_s.byol_a.models.cvt.DepthWiseConv2d",
            dim_in=16,
            dim_out=16,
            kernel_size=3,
            padding=1,
            stride=1,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield "ChannelNorm of s3prl", built("s3prl.upstream.cpc.model.ChannelNorm", numFeatures=16), (floats(2, 16, 12),)
    yield (
        "SplitLinear of s3prl",
        built("s3prl.upstream.distiller.module.SplitLinear", in_dim=16, in_split=16, out_dim=16),
        (floats(2, 1, 256),),
    )
    yield (
        "TransformerSentenceEncoderLayer of s3prl",
        built(
            "s3prl.upstream.distiller.module.TransformerSentenceEncoderLayer",
            embedding_dim=16,
            ffn_embedding_dim=16,
            num_attention_heads=2,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "SLinear of s3prl",
        built("s3prl.upstream.lighthubert.lighthubert.modules.scaling_linear.SLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "STransformerSentenceEncoderLayer of s3prl",
        built(
            "s3prl.upstream.lighthubert.lighthubert.modules.scaling_transformer.STransformerSentenceEncoderLayer",
            embedding_dim=16,
            ffn_embedding_dim=16,
            num_attention_heads=2,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "TransformerLayerNorm of s3prl",
        built("s3prl.upstream.mockingjay.model.TransformerLayerNorm", hidden_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LearnedPositionalEmbedding of s3prl",
        built(
            "s3prl.upstream.roberta.roberta_model.LearnedPositionalEmbedding",
            num_embeddings=40,
            embedding_dim=16,
            padding_idx=1,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "RobertaLMHead of s3prl",
        built("s3prl.upstream.roberta.roberta_model.RobertaLMHead", embed_dim=16, output_dim=16, activation_fn="relu"),
        (floats(2, 12, 16),),
    )
    yield (
        "amsoftmax of s3prl",
        built("s3prl.nn.speaker_loss.amsoftmax", input_size=16, output_size=16),
        (floats(6, 16), ids(16, 6)),
    )
    yield (
        "SConv1d of s3prl",
        built(
            "s3prl.upstream.lighthubert.lighthubert.modules.scaling_conv.SConv1d",
            in_channels=3,
            out_channels=16,
            kernel_size=3,
        ),
        (),
    )
    yield (
        "PaSST of s3prl",
        built("s3prl.upstream.passt.hear21passt.models.passt.PaSST", num_classes=5, embed_dim=16, depth=2, num_heads=2),
        (),
    )


def pictures() -> Iterator[Made]:
    """Pictures: classes, text in pictures, texture, depth, generation."""
    yield (
        "DecoderBasicBlock of anomalib",
        built("anomalib.models.components.backbone.resnet_decoder.DecoderBasicBlock", inplanes=16, planes=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "Block of anomalib",
        built("anomalib.models.components.dinov2.layers.block.Block", dim=16, num_heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "DINOHead of anomalib",
        built(
            "anomalib.models.components.dinov2.layers.dino_head.DINOHead",
            in_dim=16,
            out_dim=16,
            nlayers=2,
            hidden_dim=16,
            bottleneck_dim=16,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "LayerScale of anomalib",
        built("anomalib.models.components.dinov2.layers.layer_scale.LayerScale", dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "SSPCAB of anomalib",
        built("anomalib.models.components.layers.sspcab.SSPCAB", in_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ViTPatchLinear of anomalib",
        built("anomalib.models.image.anomalyvfm.components.radio.ViTPatchLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ClsToken of anomalib",
        built("anomalib.models.image.anomalyvfm.components.radio.ClsToken", ndim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ViTPatchGenerator of anomalib",
        built("anomalib.models.image.anomalyvfm.components.radio.ViTPatchGenerator", embed_dim=16),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "CoordConv2d of anomalib",
        built("anomalib.models.image.cfa.torch_model.CoordConv2d", in_channels=16, out_channels=16, kernel_size=[3, 3]),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "BatchRenorm2D of avalanche",
        built("avalanche.models.batch_renorm.BatchRenorm2D", num_features=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "CosineLinear of avalanche",
        built("avalanche.models.cosine_layer.CosineLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "SplitCosineLinear of avalanche",
        built("avalanche.models.cosine_layer.SplitCosineLinear", in_features=16, out_features1=16, out_features2=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ResidualBlock of avalanche",
        built("avalanche.models.icarl_resnet.ResidualBlock", input_num_filters=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "IcarlNet of avalanche",
        built("avalanche.models.icarl_resnet.IcarlNet", num_classes=5),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "LeNet5 of avalanche",
        built("avalanche.models.lenet5.LeNet5", n_classes=5, input_channels=3),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "SimpleSequenceClassifier of avalanche",
        built(
            "avalanche.models.simple_sequence_classifier.SimpleSequenceClassifier",
            input_size=16,
            hidden_size=16,
            n_classes=5,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "ViTWithPrompt of avalanche",
        built(
            "avalanche.models.timm_vit.ViTWithPrompt", img_size=32, num_classes=5, embed_dim=16, depth=2, num_heads=2
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "MLPAdapter of avalanche",
        built("avalanche.models.pnn.MLPAdapter", in_features=16, out_features_per_column=16, num_prev_modules=16),
        (),
    )
    yield (
        "NormalStochasticBlock of careamics",
        built("careamics.models.lvae.stochastic.NormalStochasticBlock", c_in=16, c_vars=16, c_out=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "BasicTransform of classy_vision",
        built(
            "classy_vision.models.anynet.BasicTransform",
            width_in=16,
            width_out=16,
            stride=1,
            bn_epsilon=1e-5,
            bn_momentum=0.5,
            activation=nn.ReLU(),
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "EfficientNetB0 of classy_vision",
        built("classy_vision.models.efficientnet.EfficientNetB0"),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "BasicTransformation of classy_vision",
        built(
            "classy_vision.models.resnext3d_block.BasicTransformation",
            dim_in=16,
            dim_out=16,
            temporal_stride=1,
            spatial_stride=1,
            groups=2,
        ),
        (floats(2, 16, 8, 8, 8),),
    )
    yield (
        "EncoderBlock of classy_vision",
        built(
            "classy_vision.models.vision_transformer.EncoderBlock",
            num_heads=2,
            hidden_dim=16,
            mlp_dim=16,
            dropout_rate=0.0,
            attention_dropout_rate=0.0,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "Encoder of classy_vision",
        built(
            "classy_vision.models.vision_transformer.Encoder",
            seq_length=12,
            num_layers=2,
            num_heads=2,
            hidden_dim=16,
            mlp_dim=16,
            dropout_rate=0.0,
            attention_dropout_rate=0.0,
        ),
        (floats(6, 16),),
    )
    yield (
        "BasicBlock of controlnet_aux",
        built("controlnet_aux.leres.leres.Resnet.BasicBlock", inplanes=16, planes=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "FTB of controlnet_aux",
        built("controlnet_aux.leres.leres.network_auxi.FTB", inchannels=16, midchannels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ResnetGenerator of controlnet_aux",
        built("controlnet_aux.leres.pix2pix.models.networks.ResnetGenerator", input_nc=16, output_nc=16, n_blocks=2),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "Generator of controlnet_aux",
        built("controlnet_aux.lineart.Generator", input_nc=16, output_nc=16, n_residual_blocks=2),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "Conv2d of controlnet_aux",
        built(
            "controlnet_aux.normalbae.nets.submodules.submodules.Conv2d", in_channels=16, out_channels=16, kernel_size=3
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "LayerNorm2d of controlnet_aux",
        built("controlnet_aux.segment_anything.modeling.common.LayerNorm2d", num_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ImageEncoderViT of controlnet_aux",
        built(
            "controlnet_aux.segment_anything.modeling.image_encoder.ImageEncoderViT",
            img_size=32,
            embed_dim=16,
            depth=2,
            num_heads=2,
            out_chans=16,
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "LayerNorm2d of controlnet_aux, 2",
        built("controlnet_aux.segment_anything.modeling.tiny_vit_sam.LayerNorm2d", num_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "CoFusion of controlnet_aux",
        built("controlnet_aux.teed.ted.CoFusion", in_ch=16, out_ch=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "PatchTransformerEncoder of controlnet_aux",
        built(
            "controlnet_aux.zoe.zoedepth.models.layers.patch_transformer.PatchTransformerEncoder",
            in_channels=3,
            embedding_dim=16,
            num_heads=2,
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "Attention of controlnet_aux",
        built("controlnet_aux.segment_anything.modeling.tiny_vit_sam.Attention", dim=16, key_dim=16),
        (),
    )
    yield (
        "MAGC of doctr",
        built("doctr.models.classification.magc_resnet.pytorch.MAGC", inplanes=16),
        (floats(2, 16, 8, 8),),
    )
    yield "Block of doctr", built("doctr.models.classification.starnet.pytorch.Block", dim=16), (floats(2, 16, 8, 8),)
    yield (
        "StarNet of doctr",
        built("doctr.models.classification.starnet.pytorch.StarNet", base_dim=16, stem_dim=16, num_classes=5),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "MultiScaleProjector of doctr",
        built(
            "doctr.models.layout.lw_detr.layers.pytorch.MultiScaleProjector",
            in_channels=[16, 16],
            out_channels=16,
            num_blocks=2,
        ),
        (floats(2, 1, 16, 16, 16),),
    )
    yield (
        "DCNv2 of doctr",
        built(
            "doctr.models.modules.layers.pytorch.DCNv2",
            in_channels=16,
            out_channels=16,
            kernel_size=[3, 3],
            stride=1,
            padding=1,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "SAREncoder of doctr",
        built("doctr.models.recognition.sar.pytorch.SAREncoder", in_feats=16, rnn_units=16),
        (floats(2, 12, 16),),
    )
    yield (
        "DLAUp of doctr",
        built(
            "doctr.models.table_structure.tablecenternet.pytorch.DLAUp", startp=4, channels=[16, 16], scales=[1.0, 1.0]
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "VisionDetectionTransformer of doctr",
        built(
            "doctr.models.classification.vit_det.pytorch.VisionDetectionTransformer",
            d_model=16,
            num_layers=2,
            num_heads=2,
        ),
        (),
    )
    yield (
        "TransformerBlock of generative",
        built("generative.networks.blocks.transformerblock.TransformerBlock", hidden_size=16, mlp_dim=16, num_heads=2),
        (floats(2, 12, 16),),
    )
    yield "RepDWConv of kraken", built("kraken.lib.ppocr.backbone.RepDWConv", channels=16), (floats(2, 16, 8, 8),)
    yield "PPLCNetV4 of kraken", built("kraken.lib.ppocr.backbone.PPLCNetV4"), (floats(2, 3, 32, 32),)
    yield "_GuideLayer of kraken", built("kraken.lib.ppocr.heads._GuideLayer", channels=16), (floats(2, 12, 16),)
    yield "SVTRBlock of kraken", built("kraken.lib.ppocr.necks.SVTRBlock", dim=16, num_heads=2), (floats(2, 12, 16),)
    yield (
        "PeepholeBidiLSTM of kraken",
        built("kraken.lib.vgsl.layers.PeepholeBidiLSTM", input_size=16, hidden_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "TransposedSummarizingRNN of kraken",
        built("kraken.lib.vgsl.layers.TransposedSummarizingRNN", input_size=16, hidden_size=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "PositionalEmbedding1D of pytorch_pretrained_vit",
        built("pytorch_pretrained_vit.model.PositionalEmbedding1D", seq_len=12, dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "MultiHeadedSelfAttention of pytorch_pretrained_vit",
        built("pytorch_pretrained_vit.transformer.MultiHeadedSelfAttention", dim=16, num_heads=2, dropout=0.0),
        (floats(2, 12, 16), torch.ones(2, 12).bool()),
    )
    yield (
        "Block of pytorch_pretrained_vit",
        built("pytorch_pretrained_vit.transformer.Block", dim=16, num_heads=2, ff_dim=16, dropout=0.0),
        (floats(2, 12, 16), torch.ones(2, 12).bool()),
    )
    yield (
        "MobileNetV2 of pytorch_toolbelt",
        built("pytorch_toolbelt.modules.backbone.mobilenet.MobileNetV2"),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "RCM of pytorch_toolbelt",
        built("pytorch_toolbelt.modules.decoders.can.RCM", in_channels=16, out_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "SplAtConv2d of resnest",
        built("resnest.torch.splat.SplAtConv2d", in_channels=16, channels=16, kernel_size=3),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "LRR_ResNet of robustbench",
        built("robustbench.model_zoo.architectures.CARD_resnet.LRR_ResNet", width=16),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "SwinTransformerBlock of robustbench",
        built(
            "robustbench.model_zoo.architectures.Meansparse_swin_L.SwinTransformerBlock",
            dim=16,
            input_resolution=[32, 32],
            num_heads=2,
        ),
        (floats(2, 12, 8, 16),),
    )
    yield (
        "SwinTransformer of robustbench",
        built("robustbench.model_zoo.architectures.Meansparse_swin_L.SwinTransformer", num_classes=5, embed_dim=16),
        (floats(1, 3, 224, 224),),
    )
    yield (
        "StdConv2d of robustbench",
        built(
            "robustbench.model_zoo.architectures.bit_rn.StdConv2d", in_channels=16, out_channels=16, kernel_size=[3, 3]
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "StdConv2d of robustbench, 2",
        built(
            "robustbench.model_zoo.architectures.bit_rn_v2.StdConv2d",
            in_channels=16,
            out_channels=16,
            kernel_size=[3, 3],
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "GRN of robustbench",
        built("robustbench.model_zoo.architectures.convnext_v2.GRN", dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "Block of robustbench",
        built("robustbench.model_zoo.architectures.convnext_v2.Block", dim=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ConvBlock of robustbench",
        built("robustbench.model_zoo.architectures.convstem_models.ConvBlock", fin_dim=16),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "HardMaxMap of robustbench",
        built("robustbench.model_zoo.architectures.output_maps.HardMaxMap"),
        (floats(2, 12, 16),),
    )
    yield (
        "ScaleMap of robustbench",
        built("robustbench.model_zoo.architectures.output_maps.ScaleMap"),
        (floats(2, 12, 16),),
    )
    yield (
        "LNClampPowerScaleMap of robustbench",
        built("robustbench.model_zoo.architectures.output_maps.LNClampPowerScaleMap"),
        (floats(2, 12, 16),),
    )
    yield (
        "PSSiLU of robustbench",
        built("robustbench.model_zoo.architectures.paf_wide_resnet.PSSiLU"),
        (floats(2, 12, 16),),
    )
    yield (
        "newLinear of robustbench",
        built("robustbench.model_zoo.architectures.sodef_layers.newLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "NLayerDiscriminator of taming",
        built("taming.modules.discriminator.model.NLayerDiscriminator", n_layers=2),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "GPT of taming",
        built("taming.modules.transformer.mingpt.GPT", vocab_size=40, block_size=16, n_embd=16),
        (ids(4, 2, 12),),
    )
    yield (
        "CodeGPT of taming",
        built("taming.modules.transformer.mingpt.CodeGPT", vocab_size=40, block_size=16, in_channels=16, n_embd=16),
        (floats(2, 12, 16),),
    )
    yield "ActNorm of taming", built("taming.modules.util.ActNorm", num_features=16), (floats(2, 16, 8, 8),)
    yield (
        "Encoder of torch_em",
        built(
            "torch_em.model.probabilistic_unet.Encoder", input_channels=3, num_filters=[16, 16], no_convs_per_block=4
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "BasicBlock of torch_em",
        built("torch_em.model.resnet3d.BasicBlock", inplanes=16, planes=16),
        (floats(2, 16, 8, 8, 8),),
    )
    yield (
        "UNet3d of torch_em",
        built("torch_em.model.unet.UNet3d", in_channels=16, out_channels=16, depth=2, initial_features=16),
        (floats(2, 16, 8, 8, 8),),
    )
    yield (
        "Deconv2DBlock of torch_em",
        built("torch_em.model.unetr.Deconv2DBlock", in_channels=16, out_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "MinibatchDiscrimination1d of torchgan",
        built("torchgan.layers.minibatchdiscrimination.MinibatchDiscrimination1d", in_features=16, out_features=16),
        (floats(6, 16),),
    )
    yield (
        "SelfAttention2d of torchgan",
        built("torchgan.layers.selfattention.SelfAttention2d", input_dims=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "VirtualBatchNorm of torchgan",
        built("torchgan.layers.virtualbatchnorm.VirtualBatchNorm", in_features=16),
        (floats(2, 16, 12),),
    )
    yield (
        "ACGANDiscriminator of torchgan",
        built("torchgan.models.acgan.ACGANDiscriminator", num_classes=5),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "AutoEncodingGenerator of torchgan",
        built("torchgan.models.autoencoding.AutoEncodingGenerator", encoding_dims=16, out_size=16, step_channels=16),
        (floats(6, 16),),
    )
    yield (
        "DCGANGenerator of torchgan",
        built("torchgan.models.dcgan.DCGANGenerator", encoding_dims=16, out_size=16, step_channels=16),
        (floats(2, 16, 12),),
    )
    yield (
        "ChangeMixin of torchgeo",
        built("torchgeo.models.changestar.ChangeMixin", in_channels=16),
        (floats(2, 16, 8, 8, 8),),
    )
    yield "FFN of torchgeo", built("torchgeo.models.croma.FFN", dim=16), (floats(2, 12, 16),)
    yield (
        "TransformerWeightGenerator of torchgeo",
        built(
            "torchgeo.models.dofa.TransformerWeightGenerator", input_dim=16, output_dim=16, embed_dim=16, num_heads=2
        ),
        (floats(6, 16),),
    )
    yield (
        "ChnAttn of torchgeo",
        built("torchgeo.models.panopticon.ChnAttn", dim=16),
        (floats(2, 12, 8, 16), ids(4, 2, 12)),
    )
    yield (
        "CopernicusFM of torchgeo",
        built(
            "torchgeo.models.copernicusfm.CopernicusFM", img_size=32, embed_dim=16, depth=2, num_heads=2, hyper_dim=16
        ),
        (),
    )
    yield (
        "DOFA of torchgeo",
        built(
            "torchgeo.models.dofa.DOFA",
            img_size=32,
            embed_dim=16,
            depth=2,
            num_heads=2,
            dynamic_embed_dim=16,
            num_classes=5,
        ),
        (),
    )
    yield (
        "InceptionA of torchreid",
        built("torchreid.reid.models.hacnn.InceptionA", in_channels=16, out_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield "HarmAttn of torchreid", built("torchreid.reid.models.hacnn.HarmAttn", in_channels=16), (floats(2, 16, 8, 8),)


def texts() -> Iterator[Made]:
    """Translation, parsing, language models."""
    yield "FeedForward of comet", built("comet.modules.feedforward.FeedForward", in_dim=16), (floats(2, 12, 16),)
    yield (
        "LayerwiseAttention of comet",
        built("comet.modules.layerwise_attention.LayerwiseAttention", num_layers=2),
        (floats(2, 12, 16),),
    )
    yield (
        "RMSNorm of curated_transformers",
        built("curated_transformers.layers.normalization.RMSNorm", width=16, eps=1e-5),
        (floats(2, 12, 16),),
    )
    yield (
        "MultiHeadedAttention of joeynmt",
        built("joeynmt.transformer_layers.MultiHeadedAttention", num_heads=2, size=16),
        (floats(2, 12, 16), floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "PositionwiseFeedForward of joeynmt",
        built("joeynmt.transformer_layers.PositionwiseFeedForward", input_size=16, ff_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ContextGate of onmt",
        built("onmt.modules.gate.ContextGate", embeddings_size=16, decoder_size=16, attention_size=16, output_size=16),
        (floats(6, 16), floats(6, 16), floats(6, 16)),
    )
    yield (
        "Embedding of onmt",
        built("onmt.modules.lora.Embedding", num_embeddings=40, embedding_dim=16),
        (ids(4, 2, 12),),
    )
    yield (
        "PositionwiseFeedForward of onmt",
        built("onmt.modules.position_ffn.PositionwiseFeedForward", d_model=16, d_ff=16),
        (floats(2, 12, 16),),
    )
    yield "RMSNorm of onmt", built("onmt.modules.rmsnorm.RMSNorm", hidden_size=16), (floats(2, 12, 16),)
    yield (
        "WeightNormConv2d of onmt",
        built("onmt.modules.weight_norm.WeightNormConv2d", in_channels=16, out_channels=16, kernel_size=3),
        (floats(2, 16, 8, 8),),
    )
    yield "SRUCell of onmt", built("onmt.modules.sru.SRUCell", n_in=16, n_out=16), ()
    yield (
        "WeightNormLinear of onmt",
        built("onmt.modules.weight_norm.WeightNormLinear", in_features=16, out_features=16),
        (),
    )
    yield (
        "WeightNormConvTranspose2d of onmt",
        built("onmt.modules.weight_norm.WeightNormConvTranspose2d", in_channels=3, out_channels=16, kernel_size=3),
        (),
    )
    yield "LHUC of sockeye", built("sockeye.layers.LHUC", num_hidden=16), (floats(2, 12, 16),)
    yield (
        "OutputLayer of sockeye",
        built("sockeye.layers.OutputLayer", hidden_size=16, vocab_size=40),
        (floats(2, 12, 16),),
    )
    yield "Biaffine of supar", built("supar.modules.affine.Biaffine", n_in=16), (floats(2, 12, 16), floats(2, 12, 16))
    yield (
        "Triaffine of supar",
        built("supar.modules.affine.Triaffine", n_in=16),
        (floats(2, 12, 16), floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield "ScalarMix of supar", built("supar.modules.scalar_mix.ScalarMix", n_layers=2), (floats(2, 12, 16),)
    yield (
        "RelativePositionTransformerEncoder of supar",
        built(
            "supar.modules.transformer.RelativePositionTransformerEncoder",
            n_layers=2,
            n_heads=2,
            n_model=16,
            n_inner=16,
        ),
        (floats(2, 12, 16), torch.ones(2, 12).bool()),
    )


def choices() -> Iterator[Made]:
    """Reinforcement learning, recommendations, tables."""
    yield "QNetBase of elegantrl", built("elegantrl.agents.net.QNetBase", state_dim=16, action_dim=16), ()
    yield "ActorBase of elegantrl", built("elegantrl.agents.net.ActorBase", state_dim=16, action_dim=16), ()
    yield "CriticBase of elegantrl", built("elegantrl.agents.net.CriticBase", state_dim=16, action_dim=16), ()
    yield "MLP of gfn", built("gfn.utils.modules.MLP", input_dim=16, output_dim=16, hidden_dim=16), (floats(2, 12, 16),)
    yield "Tabular of gfn", built("gfn.utils.modules.Tabular", n_states=4, output_dim=16), (ids(4, 2, 12),)
    yield (
        "LinearTransformer of gfn",
        built("gfn.utils.modules.LinearTransformer", dim=16, depth=2, max_seq_len=12, n_heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "NoisyLinear of gfn",
        built("gfn.utils.modules.NoisyLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "DiffusionPISTimeEncoding of gfn",
        built("gfn.utils.modules.DiffusionPISTimeEncoding", harmonics_dim=16, t_emb_dim=16, hidden_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "BoxPFMLP of gfn",
        built(
            "gfn.gym.helpers.box_polar_utils.BoxPFMLP",
            hidden_dim=16,
            n_hidden_layers=2,
            n_components_s0=4,
            n_components=4,
        ),
        (),
    )
    yield (
        "MultiHeadDifferentialAttention of replay",
        built("replay.nn.attention.MultiHeadDifferentialAttention", embedding_dim=16, num_heads=2, lambda_init=0.5),
        (),
    )
    yield (
        "NoisyLinear of rl_games",
        built("rl_games.algos_torch.layers.NoisyLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "GeneralizedMovingStats of rl_games",
        built("rl_games.algos_torch.moving_mean_std.GeneralizedMovingStats", insize=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ConvBlock of rl_games",
        built("rl_games.algos_torch.network_builder.ConvBlock", in_channels=16, out_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "CoordConv2d of rl_games",
        built("rl_games.algos_torch.torch_ext.CoordConv2d", in_channels=16, out_channels=16, kernel_size=3),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "NoisyFactorizedLinear of rl_games",
        built("rl_games.algos_torch.layers.NoisyFactorizedLinear", in_features=16, out_features=16),
        (),
    )
    yield (
        "MLP of rsl_rl",
        built("rsl_rl.modules.mlp.MLP", input_dim=16, output_dim=[16, 16], hidden_dims=[16, 16]),
        (floats(2, 12, 16),),
    )
    yield (
        "GaussianDistribution of rsl_rl",
        built("rsl_rl.modules.distribution.GaussianDistribution", output_dim=[16, 16]),
        (),
    )
    yield (
        "FTTransformerConvs of torch_frame",
        built("torch_frame.nn.conv.ft_transformer_convs.FTTransformerConvs", channels=16, num_layers=2),
        (floats(2, 12, 16),),
    )


def science() -> Iterator[Made]:
    """Flows, fields, spikes, privacy, hypernetworks."""
    yield "TwoLayerNetwork of bindsnet", built("bindsnet.models.models.TwoLayerNetwork", n_inpt=16), ()
    yield (
        "FullyConnectedNet of hyperlight",
        built("hyperlight.hypernet.model.FullyConnectedNet", input_size=16, hidden_sizes=[16, 16], output_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "SequenceBias of opacus",
        built("opacus.layers.dp_multihead_attention.SequenceBias", embed_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "DPMultiheadAttention of opacus",
        built("opacus.layers.dp_multihead_attention.DPMultiheadAttention", embed_dim=16, num_heads=2),
        (floats(2, 12, 16), floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "RNNLinear of opacus",
        built("opacus.layers.dp_rnn.RNNLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield "DPRNN of opacus", built("opacus.layers.dp_rnn.DPRNN", input_size=16, hidden_size=16), (floats(2, 12, 16),)
    yield "DPGRU of opacus", built("opacus.layers.dp_rnn.DPGRU", input_size=16, hidden_size=16), (floats(2, 12, 16),)
    yield "DPLSTM of opacus", built("opacus.layers.dp_rnn.DPLSTM", input_size=16, hidden_size=16), (floats(2, 12, 16),)
    yield (
        "BatchNorm of pythae",
        built("pythae.models.normalizing_flows.layers.BatchNorm", num_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LRUEmbedding of sbi",
        built(
            "sbi.neural_nets.embedding_nets.lru.LRUEmbedding", input_dim=16, output_dim=16, state_dim=16, hidden_dim=16
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "RMSNorm of sbi",
        built("sbi.neural_nets.embedding_nets.transformer.RMSNorm", feature_space_dim=16, eps=1e-5),
        (floats(2, 12, 16),),
    )
    yield (
        "RandomFourierTimeEmbedding of sbi",
        built("sbi.neural_nets.net_builders.vector_field_nets.RandomFourierTimeEmbedding", embed_dim=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "VectorFieldMLP of sbi",
        built(
            "sbi.neural_nets.net_builders.vector_field_nets.VectorFieldMLP",
            input_dim=16,
            condition_dim=16,
            time_emb_dim=16,
            hidden_features=16,
            num_layers=2,
        ),
        (floats(12, 2, 16), floats(12, 2, 16), torch.rand(2)),
    )
    yield (
        "DiTBlock of sbi",
        built("sbi.neural_nets.net_builders.vector_field_nets.DiTBlock", hidden_features=16, cond_dim=16, num_heads=2),
        (floats(6, 16), floats(6, 16)),
    )
    yield (
        "SpectralConv1d_SMM of sbi",
        built(
            "sbi.neural_nets.embedding_nets.SC_embedding.SpectralConv1d_SMM", in_channels=3, out_channels=16, modes=4
        ),
        (),
    )
    yield "MLP of torchcfm", built("torchcfm.models.models.MLP", dim=16), (floats(2, 12, 16),)
    yield (
        "GroupNorm32 of torchcfm",
        built("torchcfm.models.unet.nn.GroupNorm32", num_groups=2, num_channels=16),
        (floats(2, 16, 12),),
    )
    yield (
        "AttentionPool2d of torchcfm",
        built("torchcfm.models.unet.unet.AttentionPool2d", spacial_dim=16, embed_dim=16, num_heads_channels=16),
        (floats(2, 1, 256),),
    )
    yield (
        "GalConv2d of torchdyn",
        built("torchdyn.nn.galerkin.GalConv2d", in_channels=3, out_channels=16),
        (floats(2, 4, 12, 16),),
    )
    yield "GalLinear of torchdyn", built("torchdyn.nn.galerkin.GalLinear", in_features=16, out_features=16), ()


def read() -> Iterator[Made]:
    """What a person wrote down: models that are made of a configuration, and algebras."""
    picture = floats(2, 1, 28, 28)
    small = {"input_dim": (1, 28, 28), "latent_dim": 4}
    for name, module, options in (
        ("AE", "ae", {}),
        ("BetaTCVAE", "beta_tc_vae", {"dataset_size": 10}),
        ("CIWAE", "ciwae", {}),
        ("DisentangledBetaVAE", "disentangled_beta_vae", {}),
        ("FactorVAE", "factor_vae", {}),
        ("HVAE", "hvae", {"learn_eps_lf": True, "learn_beta_zero": True}),
        ("PoincareVAE", "pvae", {}),
        ("RHVAE", "rhvae", {}),
        ("SVAE", "svae", {}),
        ("VAEGAN", "vae_gan", {}),
        ("VAE_IAF", "vae_iaf", {"hidden_size": 8}),
        ("VAE_LinNF", "vae_lin_nf", {"flows": ["Planar", "Radial", "Planar"]}),
        ("VAMP", "vamp", {"number_components": 4}),
        ("VQVAE", "vq_vae", {"num_embeddings": 8}),
    ):
        yield f"{name} of pythae", _pythae(f"pythae.models.{module}", name, {**small, **options}), (picture,)
    for name, options in (
        ("IAF", {"hidden_size": 8, "include_batch_norm": True}),
        ("MADE", {"hidden_sizes": [8]}),
        ("MAF", {"hidden_size": 8, "include_batch_norm": True}),
        ("PlanarFlow", {}),
        ("RadialFlow", {}),
    ):
        given = {"input_dim": (6,), **({"output_dim": (6,)} if name == "MADE" else {}), **options}
        yield f"{name} of pythae", _pythae("pythae.models.normalizing_flows", name, given), (floats(4, 6),)
    for dim, g in ((1, [1]), (2, [1, 1]), (3, [1, 1, 1])):
        blades = 2**dim
        maps = floats(2, 4, *(8,) * dim, blades)
        layers = "cliffordlayers.nn.modules"
        yield f"CliffordConv{dim}d", built(f"{layers}.cliffordconv.CliffordConv{dim}d", g, 4, 8, 3), (maps,)
        yield (
            f"CliffordLinear, {dim}",
            built(f"{layers}.cliffordlinear.CliffordLinear", g, 4, 8),
            (floats(6, 4, blades),),
        )
        norm = built(f"{layers}.batchnorm.CliffordBatchNorm{dim}d", g, 4)
        yield f"CliffordBatchNorm{dim}d", norm, (maps,)
        norm = built(f"{layers}.groupnorm.CliffordGroupNorm{dim}d", g, 2, 4)
        yield f"CliffordGroupNorm{dim}d", norm, (maps,)
    maps = floats(2, 4, 8, 8, 4)
    turned = built(f"{layers}.cliffordconv.CliffordConv2d", [-1, -1], 4, 8, 3, rotation=True)
    yield "CliffordConv2d, by rotation", turned, (maps,)
    yield (
        "CliffordSpectralConv2d",
        built(f"{layers}.cliffordfourier.CliffordSpectralConv2d", [1, 1], 4, 4, 3, 3),
        (maps,),
    )
    yield (
        "CliffordSpectralConv3d",
        built(f"{layers}.cliffordfourier.CliffordSpectralConv3d", [1, 1, 1], 4, 4, 2, 2, 2),
        (floats(2, 4, 8, 8, 8, 8),),
    )
    yield "CliffordNet2d", _clifford, (floats(2, 2, 8, 8, 3),)
    z = torch.randn(2, 4, 8, 8, dtype=torch.cfloat)
    complexes = "complexPyTorch.complexLayers"
    yield "ComplexConv2d of complexPyTorch", built(f"{complexes}.ComplexConv2d", 4, 8, 3), (z,)
    yield "ComplexConvTranspose2d of complexPyTorch", built(f"{complexes}.ComplexConvTranspose2d", 4, 8, 3), (z,)
    yield "ComplexLinear of complexPyTorch", built(f"{complexes}.ComplexLinear", 8, 4), (z,)
    yield "ComplexBatchNorm2d of complexPyTorch", built(f"{complexes}.ComplexBatchNorm2d", 4), (z,)
    yield "NaiveComplexBatchNorm2d of complexPyTorch", built(f"{complexes}.NaiveComplexBatchNorm2d", 4), (z,)
    net = {"activation": "tanh", "kernel_initializer": "Glorot normal"}
    points, field = floats(6, 2), floats(3, 5)
    yield "FNN of deepxde", built("deepxde.nn.pytorch.FNN", [2, 8, 8, 1], **net), (points,)
    yield "PFNN of deepxde", built("deepxde.nn.pytorch.PFNN", [2, [8, 8], [8, 8], 2], **net), (points,)
    yield (
        "DeepONet of deepxde",
        built("deepxde.nn.pytorch.DeepONet", [5, 8, 8], [2, 8, 8], **net),
        ((floats(6, 5), points),),
    )
    yield (
        "DeepONetCartesianProd of deepxde",
        built("deepxde.nn.pytorch.DeepONetCartesianProd", [5, 8, 8], [2, 8, 8], **net),
        ((field, points),),
    )
    yield (
        "PODDeepONet of deepxde",
        built("deepxde.nn.pytorch.PODDeepONet", torch.randn(6, 4), [5, 8, 4], **net),
        ((field, points),),
    )
    yield (
        "MIONetCartesianProd of deepxde",
        built("deepxde.nn.pytorch.MIONetCartesianProd", [5, 8, 8], [4, 8, 8], [2, 8, 8], **net),
        ((field, floats(3, 4), points),),
    )
    for name, options in (
        ("ALBERTEncoder", {"intermediate_width": 32}),
        ("BERTEncoder", {"intermediate_width": 32}),
        ("RoBERTaEncoder", {"intermediate_width": 32}),
        ("FalconDecoder", {"n_query_heads": 2, "layer_norm_eps": 1e-5}),
        ("GPTNeoXCausalLM", {"intermediate_width": 32}),
        ("LlamaCausalLM", {"intermediate_width": 32, "n_query_heads": 2, "n_key_value_heads": 2}),
        ("MPTCausalLM", {"intermediate_width_multiplier": 2}),
    ):
        yield f"{name} of curated-transformers", _curated(name, options), (ids(40, 2, 8),)
    wide, picture = (
        {"embed_dims": 32, "num_layers": 2, "num_heads": 2, "feedforward_channels": 32},
        floats(2, 3, 64, 64),
    )
    four = {"depths": [1] * 4, "embed_dims": [8] * 4}
    pool = {"layers": [1] * 4, "embed_dims": [8] * 4, "mlp_ratios": [2] * 4, "layer_scale_init_value": 1e-5}
    for name, options in (
        ("VisionTransformer", {"arch": wide, "img_size": 64, "layer_scale_init_value": 1.0}),
        ("BEiTViT", {"arch": wide, "img_size": 64, "use_rel_pos_bias": True}),
        (
            "ViTSAM",
            {"arch": {**wide, "global_attn_indexes": [1]}, "img_size": 64, "window_size": 2, "use_rel_pos": True},
        ),
        ("ViTEVA02", {"arch": wide, "img_size": 64, "sub_ln": True}),
        ("RevVisionTransformer", {"arch": wide, "img_size": 64}),
        ("XCiT", {"img_size": 64, "embed_dims": 32, "depth": 2, "num_heads": 2, "cls_attn_layers": 1}),
        (
            "SwinTransformerV2",
            {
                "arch": {"embed_dims": 16, "depths": [1] * 4, "num_heads": [2] * 4, "extra_norm_every_n_blocks": 0},
                "img_size": 64,
                "window_size": 2,
            },
        ),
        (
            "SwinTransformer",
            {"arch": {"embed_dims": 16, "depths": [1] * 4, "num_heads": [2] * 4}, "img_size": 64, "window_size": 2},
        ),
        ("VAN", {"arch": {**four, "ffn_ratios": [2] * 4}}),
        ("PoolFormer", {"arch": pool}),
        ("RIFormer", {"arch": pool}),
        (
            "HorNet",
            {
                "arch": {
                    "base_dim": 8,
                    "depths": [1] * 4,
                    "orders": [2, 3, 4, 5],
                    "dw_cfg": [{"type": "DW", "kernel_size": 7}] * 4,
                }
            },
        ),
        ("ConvMixer", {"arch": {"embed_dims": 16, "depth": 2, "patch_size": 7, "kernel_size": 9}}),
        (
            "MlpMixer",
            {
                "arch": {"embed_dims": 32, "num_layers": 2, "tokens_mlp_dims": 16, "channels_mlp_dims": 32},
                "img_size": 64,
            },
        ),
        ("DaViT", {"arch": {"embed_dims": 16, "depths": [1] * 4, "num_heads": [2] * 4}, "window_size": 2}),
        (
            "MViT",
            {"arch": {"embed_dims": 16, "num_layers": 3, "num_heads": 1, "downscale_indices": [1]}, "img_size": 64},
        ),
        ("EdgeNeXt", {"arch": {"channels": [8, 16, 16, 32], "depths": [1, 1, 1, 1], "num_heads": [2] * 4}}),
        ("ConvNeXt", {"arch": {"depths": [1] * 4, "channels": [8] * 4}, "use_grn": True}),
        ("MobileViT", {"arch": "xx_small"}),
        (
            "T2T_ViT",
            {
                "img_size": 64,
                "embed_dims": 32,
                "num_layers": 2,
                "t2t_cfg": {"token_dims": 16, "use_performer": False},
                "layer_cfgs": {"num_heads": 2, "feedforward_channels": 32},
            },
        ),
    ):
        yield f"{name} of mmpretrain", built(f"mmpretrain.models.{name}", **options), (picture,)
    for block, options in (
        ("sequential", {"rope": True, "attention_layer_norm": True, "layer_norm_type": "rms"}),
        ("sequential", {"alibi": True, "weight_tying": False, "scale_emb_init": True}),
        ("llama", {"rope": True, "norm_after": True}),
    ):
        yield f"OLMo, {block}, {next(iter(options))}, {len(options)}", _olmo(block, options), (ids(40, 2, 8),)


class _Data(dict):  # type: ignore[type-arg]
    """A batch with attributes."""

    __getattr__ = dict.__getitem__


class _Batch(nn.Module):
    """A model that takes a batch of its own kind."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, data: torch.Tensor) -> Any:
        """What the model makes of the data."""
        return self.inner(_Data(data=data))


def _pythae(module: str, name: str, options: dict[str, Any]) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        package = import_module(module)
        config = getattr(package, f"{name}Config", None) or next(
            one for key, one in vars(package).items() if key.endswith("Config")
        )
        model: nn.Module = getattr(package, name)(config(**options))
        return model if "normalizing_flows" in module else _Batch(model)

    return make


def _clifford() -> nn.Module:
    net = import_module("cliffordlayers.models.models_2d")
    return net.CliffordNet2d(
        [1, 1], net.CliffordBasicBlock2d, [1, 1], 2, 1, 8, torch.nn.functional.gelu, False, norm=True
    )


def _curated(name: str, options: dict[str, Any]) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        package = import_module("curated_transformers.models")
        masks = import_module("curated_transformers.layers")
        kind = name.replace("Encoder", "").replace("Decoder", "").replace("CausalLM", "")
        heads = {} if "n_query_heads" in options else {"n_attention_heads": 2}
        config = getattr(package, f"{kind}Config")(
            hidden_width=16, n_hidden_layers=2, n_pieces=40, dtype=torch.float32, **heads, **options
        )
        call = lambda inner, words: inner(words, masks.AttentionMask(torch.ones_like(words).bool()))  # noqa: E731
        return package_more.Calling(getattr(package, name)(config), call)

    return make


def _olmo(block: str, options: dict[str, Any]) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        config = import_module("olmo.config")
        small = {"d_model": 16, "n_heads": 2, "n_layers": 2, "vocab_size": 40, "embedding_size": 40, "mlp_ratio": 2}
        return import_module("olmo.model").OLMo(
            config.ModelConfig(
                **small, max_sequence_length=16, block_type=config.BlockType(block), init_device="cpu", **options
            )
        )

    return make


def models() -> dict[str, tuple[Callable[[], nn.Module], tuple[Any, ...]]]:
    """All models by name."""
    os.environ.setdefault("DDE_BACKEND", "pytorch")
    package_fourth.models()  # its stand-ins
    package_more.UNUSED = (*package_more.UNUSED, *(one for one in UNUSED if one not in package_more.UNUSED))
    wings = (molecules, series, speech, pictures, texts, choices, science, read)
    return {name: (make, given) for wing in wings for name, make, given in wing()}
