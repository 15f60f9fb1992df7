"""A sixth set of packages from PyPI that are in no list before it, each model with a batch that it takes.

A model is a line, as in `package_models`. Most were found by trying small numbers on every class of a package;
where no batch fitted, the call is empty and the pass tells nothing. paramwise was not run on it while it was written.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import torch
from torch import nn

import package_fifth
import package_more
from package_models import EDGES, Made, built, floats, ids

UNUSED = (
    "DISTS_pytorch",
    "actnn",
    "apex",
    "appdirs",
    "asdl",
    "backpack",
    "baize",
    "bayes_opt",
    "category_encoders",
    "cm_time",
    "curvlinops",
    "datamol",
    "decord",
    "deprecate",
    "diffq",
    "ditk",
    "dv",
    "easydict",
    "enum_tools",
    "etils",
    "fairseq",
    "faster_coco_eval",
    "fastopic",
    "fastparquet",
    "fastrand",
    "fastremap",
    "fbgemm_gpu",
    "fill_voids",
    "flashy",
    "flask",
    "grave",
    "grpc",
    "gsplat",
    "gvp",
    "hanlp_downloader",
    "hbutils",
    "hickle",
    "hydra_slayer",
    "ignite",
    "libdf",
    "lifelines",
    "lightning_graphcore",
    "literate_dataclasses",
    "lm_eval",
    "longling",
    "memmap_replay_buffer",
    "mir_eval",
    "mmcv._ext",
    "moviepy",
    "mpire",
    "munch",
    "nerfacc",
    "newrawpy",
    "nnsight",
    "num_to_words",
    "onnxruntime",
    "parse",
    "penman",
    "pettingzoo",
    "phrasetree",
    "powerlaw",
    "prettytable",
    "prodict",
    "pybedtools",
    "pydub",
    "pygame",
    "pynng",
    "pynvml",
    "pyquaternion",
    "pyre_extensions",
    "pytz",
    "qwen_vl_utils",
    "robust_downloader",
    "serial",
    "simple_parsing",
    "sksurv",
    "svgwrite",
    "tenacity",
    "tonic",
    "toponetx",
    "toposort",
    "torch_cluster",
    "torch_fidelity",
    "torchtnt",
    "torchtuples",
    "tree",
    "treetensor",
    "triton",
    "tyro",
    "urlobject",
    "utils",
    "viser",
    "webdataset",
    "xformers",
    "xgboost",
)
"""What the packages import and these models do not use, beside the fifth set's."""

REQUIREMENTS = [
    "better-abc",
    "draccus",
    "hanlp-common",
    "hydra-core",
    "labml",
    "labml-helpers",
    "mergedeep",
    "toml",
]
"""What the packages import themselves, beside the first five sets'."""

PACKAGES = [
    "ablang",
    "agilerl",
    "audio-separator",
    "audiocraft",
    "auton-survival",
    "basicsr",
    "beat-this",
    "bitnet",
    "braincog",
    "catalyst",
    "catenets",
    "cdt",
    "cebra",
    "cellpose",
    "cogdl",
    "complex-valued-transformer",
    "contextualized-topic-models",
    "continuiti",
    "cornac",
    "d3rlpy",
    "dagma",
    "dasheng",
    "deel-torchlip",
    "deepfilternet",
    "deepquantum",
    "deepsi",
    "DI-engine",
    "dicee",
    "dictionary-learning",
    "dive-into-graphs",
    "dnc",
    "dreamer4",
    "e2cnn",
    "echoai",
    "EduCDM",
    "EduKTM",
    "equiadapt",
    "fairchem-core",
    "fastnlp",
    "fft-conv-pytorch",
    "fkan",
    "flood-forecast",
    "fuxictr",
    "GaborNet",
    "gcastle",
    "genrl",
    "gfpgan",
    "graphium",
    "h-net-dynamic-chunking",
    "hanlp",
    "hiera-transformer",
    "iunets",
    "labml-nn",
    "lampe",
    "lerobot",
    "lightning-uq-box",
    "LongNet",
    "lycoris-lora",
    "make-a-video-pytorch",
    "matgl",
    "mbrl",
    "memcnn",
    "memformer",
    "metnet",
    "mixture-of-attention",
    "mmsegmentation",
    "moshi",
    "multivae",
    "naturalspeech2-pytorch",
    "nerfstudio",
    "neuralcompression",
    "neuralhydrology",
    "neuralpredictors",
    "nodegam",
    "nuwa-pytorch",
    "omninet-pytorch",
    "openocr-python",
    "openretina",
    "orb-models",
    "orthogonium",
    "overcomplete",
    "pixyz",
    "pykt-toolkit",
    "pytorch-adapt",
    "pytorch-ood",
    "pyvene",
    "pywick",
    "q-transformer",
    "qkan",
    "rectools",
    "remixer-pytorch",
    "rfdetr",
    "rkan",
    "rl4co",
    "rtdl",
    "sae-lens",
    "salesforce-lavis",
    "scglue",
    "segment-anything-hq",
    "self-attention-cv",
    "sequence-models",
    "sheeprl",
    "so-vits-svc-fork",
    "speechtokenizer",
    "stanza",
    "styletts2",
    "super-image",
    "surya-ocr",
    "swarms-torch",
    "synthcity",
    "tape-proteins",
    "tednet",
    "the-well",
    "topmost",
    "topomodelx",
    "torch-explain",
    "torch-spatiotemporal",
    "TorchCRF",
    "torchfcpe",
    "torchflows",
    "torchlayers",
    "torchphysics",
    "torchrec",
    "unimol-tools",
    "vformer",
    "vietocr",
    "vision-mamba",
    "vn-transformer",
    "wavenet-vocoder",
]
"""The packages that are tried."""


FRAGILE = (
    "sequence_models.esm",
    "gfpgan.archs.stylegan2_clean_arch",
    "mmseg.models.backbones.vit",
    "overcomplete.sae.jump_sae",
    "audiocraft.modules.transformer",
    "stanza.models.constituency.partitioned_transformer",
    "d3rlpy.models.torch.transformers",
    "lerobot.policies.sac.modeling_sac",
    "synthcity.plugins.core.models.bnaf",
    "cebra.models.criterions",
    "lavis.models.vit",
    "fairchem.core.models.uma.nn.mole",
    "graphium.nn.base_layers",
)
"""Modules of packages that cannot be imported whole here: at the second try what could be imported is there."""


def graphs() -> Iterator[Made]:
    """Graphs, molecules, proteins, causes."""
    yield (
        "MultiheadAttention of ablang",
        built("ablang.fairseq_mha.MultiheadAttention", embed_dim=16, num_heads=2, xformers_blocksparse_blocksize=2),
        (floats(2, 12, 16), floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "NTNDecoder of castle",
        built(
            "castle.algorithms.gradient.rl.torch.models.decoder.decoder.NTNDecoder",
            batch_size=16,
            max_length=12,
            hidden_dim=16,
            decoder_hidden_dim=16,
            decoder_activation="relu",
            use_bias=True,
            bias_initial_value=True,
            use_bias_constant=True,
            is_train=True,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "LocallyConnected of castle",
        built(
            "castle.algorithms.gradient.notears.torch.utils.locally_connected.LocallyConnected",
            num_linear=16,
            input_features=16,
            output_features=16,
        ),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "BilinearDecoder of castle",
        built(
            "castle.algorithms.gradient.rl.torch.models.decoder.decoder.BilinearDecoder",
            batch_size=16,
            max_length=12,
            hidden_dim=16,
            use_bias=True,
            bias_initial_value=True,
            use_bias_constant=True,
            is_train=True,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "TransformerDecoder of castle",
        built(
            "castle.algorithms.gradient.rl.torch.models.decoder.decoder.TransformerDecoder",
            batch_size=16,
            max_length=12,
            hidden_dim=16,
            num_heads=2,
            num_stacks=16,
            is_train=True,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "AutoEncoder of castle",
        built("castle.algorithms.gradient.gae.torch.models.model.AutoEncoder", d=16, input_dim=16, hidden_layers=2),
        (floats(2, 1, 16),),
    )
    yield (
        "AttnHead of castle",
        built("castle.algorithms.gradient.rl.torch.models.encoder.encoder.AttnHead", hidden_dim=16, out_sz=16),
        (floats(2, 12, 16),),
    )
    yield (
        "TransformerEncoder of castle",
        built(
            "castle.algorithms.gradient.rl.torch.models.encoder.encoder.TransformerEncoder",
            batch_size=16,
            max_length=12,
            input_dimension=16,
            hidden_dim=16,
            num_heads=2,
            num_stacks=16,
            is_train=True,
            device="cpu",
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "GolemModel of castle",
        built(
            "castle.algorithms.gradient.notears.torch.golem_utils.golem_model.GolemModel",
            n=16,
            d=16,
            lambda_1=16,
            lambda_2=16,
            equal_variances=16,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "EpisodicCritic of castle",
        built("castle.algorithms.gradient.corl.torch.frame._critic.EpisodicCritic", input_dim=16),
        (),
    )
    yield (
        "DenseCritic of castle",
        built("castle.algorithms.gradient.corl.torch.frame._critic.DenseCritic", input_dim=16, output_dim=16),
        (),
    )
    yield (
        "TransformerEncoder of castle, 2",
        built(
            "castle.algorithms.gradient.corl.torch.models.encoders.TransformerEncoder",
            input_dim=16,
            embed_dim=16,
            hidden_dim=16,
            heads=2,
            blocks=2,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "GATEncoder of castle",
        built(
            "castle.algorithms.gradient.rl.torch.models.encoder.encoder.GATEncoder",
            batch_size=16,
            max_length=12,
            input_dimension=16,
            hidden_dim=16,
            num_heads=2,
            num_stacks=16,
            residual=True,
            is_train=True,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "SAM_discriminator of cdt",
        built("cdt.causality.graph.SAM.SAM_discriminator", nfeatures=16, dnh=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ChannelBatchNorm1d of cdt",
        built("cdt.utils.torch.ChannelBatchNorm1d", num_channels=16, num_features=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "Linear3D of cdt",
        built("cdt.utils.torch.Linear3D", channels=16, in_features=16, out_features=16),
        (floats(6, 16),),
    )
    yield "SAM_block of cdt", built("cdt.causality.graph.SAMv1.SAM_block", sizes=[16, 16]), (floats(2, 12, 16),)
    yield (
        "CNormalized_Linear of cdt",
        built("cdt.causality.graph.SAMv1.CNormalized_Linear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield "MatrixSampler of cdt", built("cdt.utils.torch.MatrixSampler", graph_size=16), (floats(2, 16, 16, 16),)
    yield "SimpleMatrixConnection of cdt", built("cdt.utils.torch.SimpleMatrixConnection", graph_size=16), ()
    yield "GraphSampler of cdt", built("cdt.utils.torch.GraphSampler", n_noises=16, gnh=16, graph_size=16), ()
    yield "NCC_model of cdt", built("cdt.causality.pairwise.NCC.NCC_model"), (floats(12, 2, 16),)
    yield (
        "Dense of cogdl",
        built("cogdl.models.nn.dropedge_gcn.Dense", in_features=16, out_features=16),
        (torch.eye(6), floats(6, 16)),
    )
    yield (
        "BasesRelEmbLayer of cogdl",
        built("cogdl.models.nn.compgcn.BasesRelEmbLayer", num_bases=16, num_rels=16, in_feats=16),
        (),
    )
    yield (
        "NodeAdaptiveEncoder of cogdl",
        built("cogdl.models.nn.srgcn.NodeAdaptiveEncoder", num_features=16),
        (floats(6, 16),),
    )
    yield (
        "LinearActivation of cogdl",
        built("cogdl.oag.bert_model.LinearActivation", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield "BertLayerNorm of cogdl", built("cogdl.oag.bert_model.BertLayerNorm", hidden_size=16), (floats(2, 12, 16),)
    yield (
        "PPRGoLayer of cogdl",
        built(
            "cogdl.layers.pprgo_layer.PPRGoLayer", in_feats=16, hidden_size=16, out_feats=16, num_layers=2, dropout=0.0
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "GCN of cogdl",
        built("cogdl.models.nn.dgi.GCN", in_ft=16, out_ft=16, act="relu"),
        (torch.eye(6), floats(6, 16)),
    )
    yield (
        "HeatKernel of cogdl",
        built("cogdl.utils.srgcn_utils.HeatKernel", in_feat=16),
        (floats(6, 16), EDGES, torch.rand(8)),
    )
    yield (
        "LinkPredictCompGCN of cogdl",
        built("cogdl.models.nn.compgcn.LinkPredictCompGCN", num_entities=40, num_rels=16, hidden_size=16),
        (),
    )
    yield (
        "GATNEModel of cogdl",
        built(
            "cogdl.models.emb.gatne.GATNEModel",
            num_nodes=40,
            embedding_size=16,
            embedding_u_size=16,
            edge_type_count=16,
            dim_a=16,
        ),
        (),
    )
    yield (
        "DAEGC of cogdl",
        built(
            "cogdl.models.nn.daegc.DAEGC",
            num_features=16,
            hidden_size=16,
            embedding_size=16,
            num_heads=2,
            dropout=0.0,
            num_clusters=16,
        ),
        (),
    )
    yield (
        "KGEModel of cogdl",
        built(
            "cogdl.models.emb.knowledge_base.KGEModel",
            nentity=16,
            nrelation=16,
            hidden_dim=16,
            gamma=1.0,
            double_entity_embedding=16,
            double_relation_embedding=16,
        ),
        (),
    )
    yield (
        "GraphBaseBlock of cogdl",
        built("cogdl.models.nn.dropedge_gcn.GraphBaseBlock", in_features=16, out_features=16, nbaselayer=16),
        (),
    )
    yield (
        "LinkPredictRGCN of cogdl",
        built("cogdl.models.nn.rgcn.LinkPredictRGCN", num_entities=40, num_rels=16, hidden_size=16, num_layers=2),
        (),
    )
    yield "FF of cogdl", built("cogdl.models.nn.infograph.FF", in_feats=16, out_feats=16), (floats(2, 12, 16),)
    yield (
        "LocallyConnected of dagma",
        built("dagma.locally_connected.LocallyConnected", num_linear=16, input_features=16, output_features=16),
        (floats(2, 16, 16, 16),),
    )
    yield "LayerNorm of dicee", built("dicee.models.transformers.LayerNorm", ndim=16, bias=True), (floats(2, 12, 16),)
    yield (
        "RowWiseShardedEmbedding of dicee",
        built(
            "dicee.models.fsdp_models.RowWiseShardedEmbedding",
            num_embeddings=40,
            embedding_dim=16,
            rank=2,
            world_size=16,
            device="cpu",
        ),
        (ids(4, 2, 12),),
    )
    yield (
        "TransformerBlock of dicee",
        built("dicee.models.clifford.TransformerBlock", n_embd=16, n_head=2),
        (floats(2, 12, 16),),
    )
    yield "SoftExponential of matgl", built("matgl.layers._activations.SoftExponential"), (floats(2, 12, 16),)
    yield "GaussianExpansion of matgl", built("matgl.layers._basis.GaussianExpansion"), (ids(4, 6),)
    yield "ExpNormalSmearing of orb_models", built("orb_models.forcefield.rbf.ExpNormalSmearing"), (floats(2, 12, 16),)
    yield (
        "ChargeSpinEmbedding of orb_models",
        built("orb_models.forcefield.nn_util.ChargeSpinEmbedding", num_channels=16),
        (ids(4, 6),),
    )
    yield (
        "Encoder of orb_models",
        built(
            "orb_models.forcefield.gns.Encoder",
            num_node_in_features=16,
            num_edge_in_features=16,
            latent_dim=16,
            num_mlp_layers=2,
            mlp_hidden_dim=16,
        ),
        (floats(2, 12, 16), floats(8, 16)),
    )
    yield (
        "IndZINDataDecoder of scglue",
        built("scglue.models.sc.IndZINDataDecoder", in_features=4, out_features=16, n_batches=2),
        (floats(6, 4), torch.zeros(6).long(), torch.ones(6, 1)),
    )
    yield (
        "IndZILNDataDecoder of scglue",
        built("scglue.models.sc.IndZILNDataDecoder", in_features=4, out_features=16, n_batches=2),
        (floats(6, 4), torch.zeros(6).long(), torch.ones(6, 1)),
    )
    yield (
        "IndZINBDataDecoder of scglue",
        built("scglue.models.sc.IndZINBDataDecoder", in_features=4, out_features=16, n_batches=2),
        (floats(6, 4), torch.zeros(6).long(), torch.ones(6, 1)),
    )
    yield (
        "NBMixtureDataDecoder of scglue",
        built("scglue.models.sc.NBMixtureDataDecoder", out_features=16, n_batches=2),
        (floats(6, 4), floats(16, 4), torch.zeros(6).long(), torch.ones(6, 1)),
    )
    yield (
        "IndNBDataDecoder of scglue",
        built("scglue.models.sc.IndNBDataDecoder", in_features=4, out_features=16, n_batches=2),
        (floats(6, 4), torch.zeros(6).long(), torch.ones(6, 1)),
    )
    yield (
        "IndNormalDataDecoder of scglue",
        built("scglue.models.sc.IndNormalDataDecoder", in_features=4, out_features=16, n_batches=2),
        (floats(6, 4), torch.zeros(6).long(), torch.ones(6, 1)),
    )
    yield (
        "ZINDataDecoder of scglue",
        built("scglue.models.sc.ZINDataDecoder", out_features=16, n_batches=2),
        (floats(6, 4), floats(16, 4), torch.zeros(6).long(), torch.ones(6, 1)),
    )
    yield (
        "ZILNDataDecoder of scglue",
        built("scglue.models.sc.ZILNDataDecoder", out_features=16, n_batches=2),
        (floats(6, 4), floats(16, 4), torch.zeros(6).long(), torch.ones(6, 1)),
    )
    yield (
        "ZINBDataDecoder of scglue",
        built("scglue.models.sc.ZINBDataDecoder", out_features=16, n_batches=2),
        (floats(6, 4), floats(16, 4), torch.zeros(6).long(), torch.ones(6, 1)),
    )
    yield (
        "NBDataDecoder of scglue",
        built("scglue.models.sc.NBDataDecoder", out_features=16, n_batches=2),
        (floats(6, 4), floats(16, 4), torch.zeros(6).long(), torch.ones(6, 1)),
    )
    yield (
        "NormalDataDecoder of scglue",
        built("scglue.models.sc.NormalDataDecoder", out_features=16, n_batches=2),
        (floats(6, 4), floats(16, 4), torch.zeros(6).long(), torch.ones(6, 1)),
    )
    yield (
        "BetaDataDecoder of scglue",
        built("scglue.models.sc.BetaDataDecoder", out_features=16, n_batches=2),
        (floats(6, 4), floats(16, 4), torch.zeros(6).long(), None),
    )
    yield (
        "Classifier of scglue",
        built("scglue.models.sc.Classifier", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "Classifier of scglue, 2",
        built("scglue.models.scclue.Classifier", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "NBCompositeDataEncoder of scglue",
        built(
            "scglue.models.scclue.NBCompositeDataEncoder",
            in_features=16,
            in_raw_features=16,
            out_features=16,
            n_modalities=16,
            h_dim=16,
        ),
        (floats(2, 12, 16), floats(6, 16)),
    )
    yield (
        "DataEncoder of scglue",
        built("scglue.models.sc.DataEncoder", in_features=16, out_features=16, h_dim=16),
        (floats(2, 12, 16), floats(6, 16)),
    )
    yield (
        "FactorizedLinear of sequence_models",
        built("sequence_models.layers.FactorizedLinear", d_in=16, d_out=16, rank=2),
        (floats(2, 12, 16),),
    )
    yield (
        "ByteNetLM of sequence_models",
        built(
            "sequence_models.convolutional.ByteNetLM",
            n_tokens=40,
            d_embedding=16,
            d_model=16,
            n_layers=2,
            kernel_size=3,
            r=16,
        ),
        (ids(4, 2, 12),),
    )
    yield (
        "ByteNetBlock2d of sequence_models",
        built("sequence_models.convolutional.ByteNetBlock2d", d_in=16, d_h=16, d_out=16, kernel_size=3),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "MaskedInstanceNorm2d of sequence_models",
        built("sequence_models.layers.MaskedInstanceNorm2d", n_dims=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "RobertaLMHead of sequence_models",
        built("sequence_models.esm.RobertaLMHead", embed_dim=16, output_dim=16, weight=16),
        (),
    )
    yield (
        "ByteNet of sequence_models",
        built(
            "sequence_models.convolutional.ByteNet",
            n_tokens=40,
            d_embedding=16,
            d_model=16,
            n_layers=2,
            kernel_size=3,
            r=16,
        ),
        (ids(4, 2, 12),),
    )
    yield (
        "FCDecoder of sequence_models",
        built("sequence_models.vae.FCDecoder", L=16, d_in=16, d_h=[16, 16], d_z=16),
        (floats(6, 16),),
    )
    yield "MLMHead of tape", built("tape.models.modeling_utils.MLMHead", hidden_size=16, vocab_size=40), ()
    yield (
        "MaskedConv1d of tape",
        built("tape.models.modeling_resnet.MaskedConv1d", in_channels=16, out_channels=16, kernel_size=3),
        (floats(2, 16, 12),),
    )
    yield (
        "SimpleConv of tape",
        built("tape.models.modeling_utils.SimpleConv", in_dim=16, hid_dim=16, out_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "DilatedResidualBlock of tape",
        built(
            "tape.models.modeling_trrosetta.DilatedResidualBlock",
            num_features=16,
            kernel_size=3,
            dilation=1,
            dropout=0.0,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "HyperGAT of topomodelx",
        built("topomodelx.nn.hypergraph.hypergat.HyperGAT", in_channels=16, hidden_channels=16),
        (floats(6, 16), torch.eye(6).to_sparse()),
    )
    yield (
        "CAN of topomodelx",
        built("topomodelx.nn.cell.can.CAN", in_channels_0=16, in_channels_1=16, out_channels=16),
        (floats(6, 16), floats(6, 16), torch.eye(6).to_sparse(), torch.eye(6).to_sparse(), torch.eye(6).to_sparse()),
    )
    yield (
        "SAN of topomodelx",
        built("topomodelx.nn.simplicial.san.SAN", in_channels=16, hidden_channels=16),
        (floats(6, 16), torch.eye(6).to_sparse(), torch.eye(6).to_sparse()),
    )
    yield (
        "SCoNe of topomodelx",
        built("topomodelx.nn.simplicial.scone.SCoNe", in_channels=16, hidden_channels=16, n_layers=2),
        (floats(6, 16), torch.eye(6), torch.eye(6)),
    )
    yield (
        "HBNS of topomodelx",
        built(
            "topomodelx.nn.combinatorial.hmc_layer.HBNS",
            source_in_channels=16,
            source_out_channels=16,
            target_in_channels=16,
            target_out_channels=16,
        ),
        (floats(6, 16), floats(6, 16), torch.eye(6).to_sparse()),
    )
    yield (
        "MultiHeadAttention of topomodelx",
        built(
            "topomodelx.nn.hypergraph.allset_transformer_layer.MultiHeadAttention",
            in_channels=16,
            hidden_channels=16,
            heads=2,
        ),
        (floats(2, 12, 16), torch.eye(6).to_sparse()),
    )
    yield (
        "HNHNLayer of topomodelx",
        built(
            "topomodelx.nn.hypergraph.hnhn_layer.HNHNLayer",
            in_channels=16,
            hidden_channels=16,
            incidence_1=torch.ones(6, 4).to_sparse(),
        ),
        (floats(6, 16), torch.ones(6, 4).to_sparse()),
    )
    yield (
        "HBS of topomodelx",
        built("topomodelx.nn.combinatorial.hmc_layer.HBS", source_in_channels=16, source_out_channels=16),
        (floats(6, 16), torch.eye(6).to_sparse()),
    )
    yield (
        "MultiHeadCellAttention_v2 of topomodelx",
        built(
            "topomodelx.nn.cell.can_layer.MultiHeadCellAttention_v2",
            in_channels=16,
            out_channels=16,
            dropout=0.0,
            heads=2,
            concat=False,
            att_activation=nn.ReLU(),
        ),
        (floats(2, 12, 16), torch.eye(6).to_sparse()),
    )
    yield (
        "HyperSAGE of topomodelx",
        built("topomodelx.nn.hypergraph.hypersage.HyperSAGE", in_channels=16, hidden_channels=16),
        (floats(6, 16), torch.eye(6).to_sparse()),
    )
    yield (
        "SCNN of topomodelx",
        built(
            "topomodelx.nn.simplicial.scnn.SCNN",
            in_channels=16,
            hidden_channels=16,
            conv_order_down=16,
            conv_order_up=16,
        ),
        (floats(6, 16), torch.eye(6), torch.eye(6)),
    )
    yield (
        "PoolLayer of topomodelx",
        built("topomodelx.nn.cell.can_layer.PoolLayer", k_pool=0.5, in_channels_0=16, signal_pool_activation=nn.ReLU()),
        (floats(6, 16), torch.eye(6), torch.eye(6)),
    )
    yield (
        "HMPNN of topomodelx",
        built("topomodelx.nn.hypergraph.hmpnn.HMPNN", in_channels=16, hidden_channels=16),
        (floats(6, 16), floats(6, 16), torch.eye(6).to_sparse()),
    )
    yield (
        "CWN of topomodelx",
        built(
            "topomodelx.nn.cell.cwn.CWN",
            in_channels_0=16,
            in_channels_1=16,
            in_channels_2=16,
            hid_channels=16,
            n_layers=2,
        ),
        (
            floats(6, 16),
            floats(6, 16),
            floats(6, 16),
            torch.eye(6).to_sparse(),
            torch.eye(6).to_sparse(),
            torch.eye(6).to_sparse(),
        ),
    )


def series() -> Iterator[Made]:
    """Series, forecasts, water and weather."""
    yield (
        "Crossformer of flood_forecast",
        built(
            "flood_forecast.transformer_xl.cross_former.Crossformer",
            n_time_series=3,
            forecast_history=24,
            forecast_length=12,
            seg_len=6,
            d_model=16,
            d_ff=16,
            n_heads=2,
            e_layers=2,
        ),
        (floats(2, 24, 3),),
    )
    yield (
        "Attention of flood_forecast",
        built(
            "flood_forecast.transformer_xl.transformer_bottleneck.Attention",
            n_head=2,
            n_embd=16,
            win_len=16,
            scale=1.0,
            q_len=16,
            sub_len=16,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "LayerNorm of flood_forecast",
        built("flood_forecast.transformer_xl.transformer_bottleneck.LayerNorm", n_embd=16),
        (floats(2, 12, 16),),
    )
    yield (
        "TransformerXL of flood_forecast",
        built(
            "flood_forecast.transformer_xl.transformer_xl.TransformerXL",
            num_embeddings=40,
            n_layers=2,
            n_heads=2,
            d_model=16,
            d_head_inner=8,
            d_ff_inner=16,
        ),
        (),
    )
    yield (
        "TwoStageAttentionLayer of flood_forecast",
        built(
            "flood_forecast.transformer_xl.cross_former.TwoStageAttentionLayer",
            seg_num=16,
            factor=16,
            d_model=16,
            n_heads=2,
        ),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "CustomTransformerDecoder of flood_forecast",
        built(
            "flood_forecast.transformer_xl.transformer_basic.CustomTransformerDecoder",
            seq_length=12,
            output_seq_length=12,
            n_time_series=16,
            d_model=16,
            n_layers_encoder=2,
            forward_dim=16,
            n_heads=2,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "MetNetMaxVit of metnet",
        built("metnet.layers.MaxViT.MetNetMaxVit", in_channels=16, num_blocks=2),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "TopographicalEmbedding of metnet",
        built("metnet.layers.TopographicalEmbedding.TopographicalEmbedding", grid_height=16, grid_width=16),
        (floats(2, 16, 8, 8),),
    )
    yield "MetNet of metnet", built("metnet.models.metnet.MetNet", input_size=16, hidden_dim=16, num_att_heads=2), ()
    yield "MBConv of metnet", built("metnet.layers.MBConv.MBConv", in_channels=16), (floats(2, 16, 8, 8),)
    yield (
        "DownSampler of metnet",
        built("metnet.layers.DownSampler.DownSampler", in_channels=16, output_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "_LSTMCell of neuralhydrology",
        built("neuralhydrology.modelzoo.customlstm._LSTMCell", input_size=16, hidden_size=16),
        (floats(2, 16), floats(2, 16), floats(2, 16)),
    )
    yield (
        "Stage of the_well",
        built("the_well.benchmark.models.unet_convnext.Stage", dim_in=16, dim_out=16, n_spatial_dims=2),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "NestedLinear of the_well",
        built("the_well.benchmark.models.common.NestedLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "AFNO of the_well",
        built(
            "the_well.benchmark.models.afno.AFNO",
            dim_in=16,
            dim_out=16,
            n_spatial_dims=2,
            spatial_resolution=[16, 16],
            hidden_dim=16,
            n_blocks=2,
            cmlp_diagonal_blocks=2,
        ),
        (floats(2, 16, 16, 16),),
    )
    yield "ComplexLN of the_well", built("the_well.benchmark.models.refno.ComplexLN", channels=16), (floats(2, 12, 16),)
    yield (
        "ComplexLinearDDP of the_well",
        built("the_well.benchmark.models.refno.ComplexLinearDDP", in_features=16, out_features=16),
        (torch.randn(2, 12, 16, dtype=torch.cfloat),),
    )
    yield (
        "AxialAttentionBlock of the_well",
        built("the_well.benchmark.models.avit.AxialAttentionBlock", hidden_dim=16, num_heads=2),
        (floats(2, 16, 16, 16),),
    )
    yield "ModReLU of the_well", built("the_well.benchmark.models.refno.ModReLU", channels=16), (floats(2, 12, 16),)
    yield "ReFNOBlock of the_well", built("the_well.benchmark.models.refno.ReFNOBlock", dim=16, resolution=(32, 32)), ()
    yield (
        "DilatedBlock of the_well",
        built(
            "the_well.benchmark.models.dilated_resnet.DilatedBlock",
            in_channels=16,
            out_channels=16,
            n_spatial_dims=2,
            kernel_size=3,
            num_levels=16,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "Block of the_well",
        built("the_well.benchmark.models.unet_convnext.Block", dim=16, n_spatial_dims=2),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "HierarchicalSpatiotemporalCrossAttention of tsl",
        built(
            "tsl.nn.layers.graph_convs.spatiotemporal_cross_attention.HierarchicalSpatiotemporalCrossAttention",
            h_size=16,
            z_size=16,
        ),
        (floats(2, 12, 16), floats(2, 12, 16), EDGES),
    )
    yield (
        "GRUCell of tsl",
        built("tsl.nn.layers.recurrent.base.GRUCell", input_size=16, hidden_size=16),
        (floats(6, 16),),
    )
    yield (
        "LSTMCell of tsl",
        built("tsl.nn.layers.recurrent.base.LSTMCell", input_size=16, hidden_size=16),
        (floats(6, 16),),
    )
    yield (
        "GATLayer of tsl",
        built("tsl.nn.layers.graph_convs.graph_attention.GATLayer", d_model=16, n_heads=2),
        (floats(2, 16, 16, 16), EDGES),
    )
    yield (
        "Transformer of tsl",
        built("tsl.nn.blocks.encoders.transformer.Transformer", input_size=16, hidden_size=16),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "MultiConv1d of tsl",
        built("tsl.nn.layers.multi.conv.MultiConv1d", in_channels=16, out_channels=16, n_instances=16, kernel_size=3),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "MultiLinear of tsl",
        built("tsl.nn.layers.multi.linear.MultiLinear", in_channels=16, out_channels=16, n_instances=16),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "InstanceNorm of tsl",
        built("tsl.nn.layers.norm.instance_norm.InstanceNorm", in_channels=16),
        (floats(2, 12, 16),),
    )
    yield (
        "_EvolveGCNCell of tsl",
        built("tsl.nn.layers.recurrent.evolvegcn._EvolveGCNCell", in_size=16, out_size=16, norm=None),
        (),
    )
    yield (
        "MultiMLP of tsl",
        built("tsl.nn.blocks.encoders.multi.mlp.MultiMLP", input_size=16, hidden_size=16, n_instances=16),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "GatedGraphNetworkModel of tsl",
        built(
            "tsl.nn.models.stgn.gated_gn_model.GatedGraphNetworkModel",
            input_size=16,
            input_window_size=4,
            horizon=12,
            n_nodes=16,
            hidden_size=16,
        ),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "GRUGCNModel of tsl",
        built(
            "tsl.nn.models.stgn.gru_gcn_model.GRUGCNModel",
            input_size=16,
            hidden_size=16,
            output_size=16,
            horizon=12,
            exog_size=16,
            enc_layers=2,
            gcn_layers=2,
        ),
        (floats(2, 3, 32, 32), EDGES),
    )
    yield "_TopK of tsl", built("tsl.nn.layers.recurrent.evolvegcn._TopK", input_size=16, k=2), (floats(2, 12, 16),)
    yield (
        "GATConv of tsl",
        built("tsl.nn.layers.graph_convs.gat_conv.GATConv", in_channels=[16, 16], out_channels=16),
        (),
    )
    yield (
        "SpatiotemporalCrossAttention of tsl",
        built(
            "tsl.nn.layers.graph_convs.spatiotemporal_cross_attention.SpatiotemporalCrossAttention",
            input_size=(16, 16),
            output_size=16,
        ),
        (floats(2, 12, 16), EDGES),
    )
    yield (
        "TCNModel of tsl",
        built("tsl.nn.models.temporal.tcn_model.TCNModel", input_size=16, output_size=16, horizon=12, n_layers=2),
        (floats(2, 16, 16, 16),),
    )


def pictures() -> Iterator[Made]:
    """Pictures, points, kernels."""
    yield (
        "GaborConv2d of GaborNet",
        built("GaborNet.GaborLayer.GaborConv2d", in_channels=16, out_channels=16, kernel_size=3),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ToRGB of basicsr",
        built("basicsr.archs.stylegan2_arch.ToRGB", in_channels=16, num_style_feat=16),
        (floats(2, 16, 8, 8), floats(2, 16)),
    )
    yield (
        "RIDNet of basicsr",
        built("basicsr.archs.ridnet_arch.RIDNet", in_channels=3, mid_channels=16, out_channels=3, num_block=2),
        (floats(2, 3, 16, 16),),
    )
    yield (
        "EqualConv2d of basicsr",
        built("basicsr.archs.stylegan2_arch.EqualConv2d", in_channels=16, out_channels=16, kernel_size=3),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "StyleGAN2Generator of basicsr",
        built(
            "basicsr.archs.stylegan2_arch.StyleGAN2Generator",
            out_size=8,
            num_style_feat=16,
            num_mlp=2,
            channel_multiplier=1,
        ),
        (),
    )
    yield "EDVR of basicsr", built("basicsr.archs.edvr_arch.EDVR", num_feat=16), ()
    yield (
        "ResidualGroup of basicsr",
        built("basicsr.archs.rcan_arch.ResidualGroup", num_feat=16, num_block=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "DenseBlocks of basicsr",
        built("basicsr.archs.duf_arch.DenseBlocks", num_block=16, num_feat=16),
        (floats(2, 16, 8, 8, 8),),
    )
    yield (
        "FactorizedLinear of catalyst",
        built("catalyst.contrib.layers.factorized.FactorizedLinear", nn_linear=nn.Linear(16, 16)),
        (floats(2, 12, 16),),
    )
    yield (
        "SoftMax of catalyst",
        built("catalyst.contrib.layers.softmax.SoftMax", in_features=16, num_classes=5),
        (floats(2, 12, 16),),
    )
    yield (
        "AMSoftmax of catalyst",
        built("catalyst.contrib.layers.amsoftmax.AMSoftmax", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ArcFace of catalyst",
        built("catalyst.contrib.layers.arcface.ArcFace", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "SubCenterArcFace of catalyst",
        built("catalyst.contrib.layers.arcface.SubCenterArcFace", in_features=16, out_features=16),
        (floats(6, 16),),
    )
    yield (
        "ArcMarginProduct of catalyst",
        built("catalyst.contrib.layers.arcmargin.ArcMarginProduct", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "CosFace of catalyst",
        built("catalyst.contrib.layers.cosface.CosFace", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "AdaCos of catalyst",
        built("catalyst.contrib.layers.cosface.AdaCos", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "CurricularFace of catalyst",
        built("catalyst.contrib.layers.curricularface.CurricularFace", in_features=16, out_features=16),
        (floats(6, 16),),
    )
    yield "RMSNorm of catalyst", built("catalyst.contrib.layers.rms_norm.RMSNorm", dimension=16), (floats(2, 12, 16),)
    yield (
        "MnistBatchNormNet of catalyst",
        built("catalyst.contrib.models.mnist.MnistBatchNormNet", out_features=16),
        (floats(2, 1, 28, 28),),
    )
    yield "CPDINO of cellpose", built("cellpose.vit.CPDINO", bsize=16), ()
    yield (
        "FrobeniusConv2d of deel",
        built("deel.torchlip.modules.conv.FrobeniusConv2d", in_channels=16, out_channels=16, kernel_size=3),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "FrobeniusLinear of deel",
        built("deel.torchlip.modules.linear.FrobeniusLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "SpectralConv1d of deel",
        built("deel.torchlip.modules.conv.SpectralConv1d", in_channels=16, out_channels=16, kernel_size=3),
        (floats(2, 16, 12),),
    )
    yield (
        "SpectralConv2d of deel",
        built("deel.torchlip.modules.conv.SpectralConv2d", in_channels=16, out_channels=16, kernel_size=3),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "SpectralConvTranspose2d of deel",
        built("deel.torchlip.modules.conv.SpectralConvTranspose2d", in_channels=16, out_channels=16, kernel_size=3),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "SpectralLinear of deel",
        built("deel.torchlip.modules.linear.SpectralLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield "LPReLU of deel", built("deel.torchlip.modules.activation.LPReLU"), (floats(2, 12, 16),)
    yield "HouseHolder of deel", built("deel.torchlip.modules.activation.HouseHolder", channels=16), (floats(6, 16),)
    yield "LayerCentering of deel", built("deel.torchlip.modules.normalization.LayerCentering"), (floats(2, 12, 16),)
    yield "ScaleBiasLayer of deel", built("deel.torchlip.modules.normalization.ScaleBiasLayer"), (floats(2, 12, 16),)
    yield "BatchLipNorm of deel", built("deel.torchlip.modules.normalization.BatchLipNorm"), (floats(2, 1, 4000),)
    yield "BatchCentering of deel", built("deel.torchlip.modules.normalization.BatchCentering"), (floats(2, 1, 4000),)
    yield (
        "LipResidual of deel",
        built("deel.torchlip.modules.residual.LipResidual"),
        (floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "StyleGAN2GeneratorClean of gfpgan",
        built(
            "gfpgan.archs.stylegan2_clean_arch.StyleGAN2GeneratorClean",
            out_size=8,
            num_style_feat=16,
            num_mlp=2,
            channel_multiplier=1,
            narrow=0.0625,
        ),
        ([floats(2, 16)],),
    )
    yield (
        "ToRGB of gfpgan",
        built("gfpgan.archs.stylegan2_bilinear_arch.ToRGB", in_channels=16, num_style_feat=16),
        (floats(2, 16, 8, 8), floats(2, 16)),
    )
    yield (
        "EqualConv2d of gfpgan",
        built("gfpgan.archs.stylegan2_bilinear_arch.EqualConv2d", in_channels=16, out_channels=16, kernel_size=3),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "StyleGAN2GeneratorBilinear of gfpgan",
        built("gfpgan.archs.stylegan2_bilinear_arch.StyleGAN2GeneratorBilinear", out_size=2, num_style_feat=16),
        (),
    )
    yield (
        "IRBlock of gfpgan",
        built("gfpgan.archs.arcface_arch.IRBlock", inplanes=16, planes=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "iUNet of iunets",
        built("iunets.networks.iUNet", in_channels=16, architecture=[16, 16], dim=2),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "InvertibleDownsampling1D of iunets",
        built("iunets.layers.InvertibleDownsampling1D", in_channels=16),
        (floats(2, 16, 12),),
    )
    yield (
        "InvertibleDownsampling3D of iunets",
        built("iunets.layers.InvertibleDownsampling3D", in_channels=16),
        (floats(2, 16, 8, 8, 8),),
    )
    yield (
        "InvertibleUpsampling3D of iunets",
        built("iunets.layers.InvertibleUpsampling3D", in_channels=16),
        (floats(2, 16, 8, 8, 8),),
    )
    yield (
        "InvertibleChannelMixing1D of iunets",
        built("iunets.layers.InvertibleChannelMixing1D", in_channels=16),
        (floats(2, 16, 12),),
    )
    yield (
        "InvertibleChannelMixing3D of iunets",
        built("iunets.layers.InvertibleChannelMixing3D", in_channels=16),
        (floats(2, 16, 8, 8, 8),),
    )
    yield "InvertibleUpsampling1D of iunets", built("iunets.layers.InvertibleUpsampling1D", in_channels=16), ()
    yield "OrthogonalChannelMixing of iunets", built("iunets.layers.OrthogonalChannelMixing", in_channels=16), ()
    yield (
        "RevBasicBlock of memcnn",
        built("memcnn.models.resnet.RevBasicBlock", inplanes=16, planes=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "VisionTransformer of mmseg",
        built("mmseg.models.backbones.vit.VisionTransformer", embed_dims=16, num_layers=2, num_heads=2),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "Encoding of mmseg",
        built("mmseg.models.utils.encoding.Encoding", channels=16, num_codes=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "LayerNorm2d of mmseg",
        built("mmseg.models.utils.san_layers.LayerNorm2d", normalized_shape=(16,)),
        (floats(6, 16),),
    )
    yield (
        "PAM of mmseg",
        built("mmseg.models.decode_heads.da_head.PAM", in_channels=16, channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield "CGNet of mmseg", built("mmseg.models.backbones.cgnet.CGNet"), (floats(2, 3, 32, 32),)
    yield "ERFNet of mmseg", built("mmseg.models.backbones.erfnet.ERFNet"), (floats(2, 3, 32, 32),)
    yield (
        "DeterministicGaussian2d of neuralpredictors",
        built(
            "neuralpredictors.layers.readouts.gaussian.DeterministicGaussian2d",
            in_shape=(16, 8, 8),
            outdims=16,
            bias=True,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "Gaussian2d of neuralpredictors",
        built("neuralpredictors.layers.readouts.gaussian.Gaussian2d", in_shape=(16, 8, 8), outdims=16, bias=True),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "FullGaussian2d of neuralpredictors",
        built("neuralpredictors.layers.readouts.gaussian.FullGaussian2d", in_shape=(16, 8, 8), outdims=16, bias=True),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "Gaussian3d of neuralpredictors",
        built("neuralpredictors.layers.readouts.gaussian.Gaussian3d", in_shape=(16, 8, 8), outdims=16, bias=True),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "PiecewiseLinearExpNonlinearity of neuralpredictors",
        built("neuralpredictors.layers.activations.PiecewiseLinearExpNonlinearity", number_of_neurons=16),
        (floats(6, 16),),
    )
    yield (
        "FullFactorized2d of neuralpredictors",
        built(
            "neuralpredictors.layers.readouts.factorized.FullFactorized2d", in_shape=(16, 8, 8), outdims=16, bias=True
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "SpatialXFeatureLinear of neuralpredictors",
        built(
            "neuralpredictors.layers.readouts.factorized.SpatialXFeatureLinear",
            in_shape=(16, 8, 8),
            outdims=16,
            bias=True,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "FullSXF of neuralpredictors",
        built("neuralpredictors.layers.readouts.factorized.FullSXF", in_shape=(16, 8, 8), outdims=16, bias=True),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "Bias2DLayer of neuralpredictors",
        built("neuralpredictors.layers.affine.Bias2DLayer", channels=16),
        (floats(6, 16),),
    )
    yield (
        "Scale2DLayer of neuralpredictors",
        built("neuralpredictors.layers.affine.Scale2DLayer", channels=16),
        (floats(6, 16),),
    )
    yield (
        "RotationEquivariantBias2DLayer of neuralpredictors",
        built("neuralpredictors.layers.hermite.RotationEquivariantBias2DLayer", channels=4, num_rotations=4),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "RotationEquivariantScale2DLayer of neuralpredictors",
        built("neuralpredictors.layers.hermite.RotationEquivariantScale2DLayer", channels=4, num_rotations=4),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "AttentionConv of neuralpredictors",
        built("neuralpredictors.layers.attention.AttentionConv", in_channels=16, out_channels=16, kernel_size=3),
        (),
    )
    yield (
        "AttentionReadout of neuralpredictors",
        built(
            "neuralpredictors.layers.readouts.attention.AttentionReadout", in_shape=(16, 8, 8), outdims=16, bias=False
        ),
        (),
    )
    yield (
        "SimpleCoreWrapper of openretina",
        built(
            "openretina.modules.core.base_core.SimpleCoreWrapper",
            channels=[16, 16],
            temporal_kernel_sizes=[3],
            spatial_kernel_sizes=[3],
            gamma_input=1.0,
            gamma_temporal=1.0,
            gamma_in_sparse=2,
            gamma_hidden=2,
        ),
        (floats(2, 16, 8, 8, 8),),
    )
    yield (
        "ParametrizedSoftplus of openretina",
        built("openretina.modules.nonlinearities.ParametrizedSoftplus"),
        (floats(2, 12, 16),),
    )
    yield (
        "Autoencoder of openretina",
        built("openretina.models.sparse_autoencoder.Autoencoder", input_dim=16, hidden_dim=16, loss=16),
        (floats(2, 12, 16),),
    )
    yield (
        "Scale2DLayer of openretina",
        built("openretina.modules.layers.scaling.Scale2DLayer", num_channels=16),
        (floats(6, 16),),
    )
    yield (
        "Scale3DLayer of openretina",
        built("openretina.modules.layers.scaling.Scale3DLayer", num_channels=16),
        (floats(2, 12, 16),),
    )
    yield (
        "WeightedChannelSumLayer of openretina",
        built("openretina.modules.layers.reducers.WeightedChannelSumLayer", init_channel_weights=[0.5, 0.25]),
        (floats(2, 2, 5, 8, 8),),
    )
    yield (
        "RKOConv2d of orthogonium",
        built("orthogonium.layers.conv.AOC.rko_conv.RKOConv2d", in_channels=16, out_channels=16, kernel_size=3),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "FastBlockConv2d of orthogonium",
        built(
            "orthogonium.layers.conv.AOC.fast_block_ortho_conv.FastBlockConv2d",
            in_channels=16,
            out_channels=16,
            kernel_size=3,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "AOLReparametrizer of orthogonium",
        built("orthogonium.layers.conv.AOL.aol.AOLReparametrizer", nb_features=16, groups=1),
        (),
    )
    yield (
        "JumpSAE of overcomplete",
        built("overcomplete.sae.jump_sae.JumpSAE", input_shape=16, nb_concepts=16),
        (floats(6, 16),),
    )
    yield "QSAE of overcomplete", built("overcomplete.sae.qsae.QSAE", input_shape=16, nb_concepts=16), (floats(6, 16),)
    yield (
        "TieableEncoder of overcomplete",
        built("overcomplete.sae.modules.TieableEncoder", in_dimensions=16, nb_concepts=16),
        (floats(2, 12, 16),),
    )
    yield (
        "AttentionEncoder of overcomplete",
        built("overcomplete.sae.modules.AttentionEncoder", input_shape=(12, 16), n_components=16, attention_heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "_PositionAttentionModule of pywick",
        built("pywick.models.segmentation.danet._PositionAttentionModule", in_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "_ChannelAttentionModule of pywick",
        built("pywick.models.segmentation.danet._ChannelAttentionModule"),
        (floats(2, 16, 8, 8),),
    )
    yield "BatchReNorm1d of pywick", built("pywick.functions.batchrenorm.BatchReNorm1d", num_features=16), ()
    yield (
        "DenseNet of pywick",
        built("pywick.models.segmentation.da_basenets.densenet.DenseNet", num_init_features=16),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "CellStem0 of pywick",
        built(
            "pywick.models.classification.pnasnet.CellStem0",
            in_channels_left=16,
            out_channels_left=16,
            in_channels_right=16,
            out_channels_right=16,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ConditionalQueryInitializer of rfdetr",
        built("rfdetr.models.heads.keypoints.ConditionalQueryInitializer", dim=16, num_queries=16),
        (floats(2, 12, 16),),
    )
    yield "LayerNorm of rfdetr", built("rfdetr.models.backbone.projector.LayerNorm", normalized_shape=(16,)), ()
    yield (
        "SegmentationHead of rfdetr",
        built("rfdetr.models.heads.segmentation.SegmentationHead", in_dim=16, num_blocks=2),
        (),
    )
    yield "C2f of rfdetr", built("rfdetr.models.backbone.projector.C2f", c1=16, c2=16), (floats(2, 16, 8, 8),)
    yield (
        "ViT of self_attention_cv",
        built("self_attention_cv.vit.vit.ViT", img_dim=32, dim=16, blocks=2, heads=2, dim_linear_block=16),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "BottleneckModule of self_attention_cv",
        built(
            "self_attention_cv.bottleneck_transformer.bot_block.BottleneckModule",
            in_channels=16,
            fmap_size=[16, 16],
            out_channels=16,
            heads=2,
            num_layers=2,
        ),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "AxialAttentionBlock of self_attention_cv",
        built(
            "self_attention_cv.axial_attention_deeplab.axial_attention_residual_block.AxialAttentionBlock",
            in_channels=16,
            dim=16,
            heads=2,
        ),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "LinformerEncoder of self_attention_cv",
        built(
            "self_attention_cv.linformer.LinformerBlock.LinformerEncoder",
            dim=16,
            tokens=2,
            blocks=2,
            heads=2,
            dim_linear_block=16,
        ),
        (floats(12, 2, 16),),
    )
    yield (
        "AbsPosEmb1D of self_attention_cv",
        built("self_attention_cv.pos_embeddings.abs_pos_emb1D.AbsPosEmb1D", tokens=16, dim_head=16),
        (floats(2, 2, 12, 16),),
    )
    yield (
        "AbsPositionalEncoding1D of self_attention_cv",
        built("self_attention_cv.pos_embeddings.abs_pos_encoding_1d.AbsPositionalEncoding1D", tokens=16, dim=16),
        (floats(16),),
    )
    yield (
        "Transformer3dSeg of self_attention_cv",
        built(
            "self_attention_cv.Transformer3Dsegmentation.tranf3Dseg.Transformer3dSeg",
            dim=16,
            blocks=2,
            heads=2,
            dim_linear_block=16,
        ),
        (),
    )
    yield (
        "MSATransformerEncoder of self_attention_cv",
        built(
            "self_attention_cv.MSA_transformer.MSA_transformer_block.MSATransformerEncoder",
            dim=16,
            rows=16,
            blocks=2,
            heads=2,
            dim_linear_block=16,
        ),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "TransformerEncoder of self_attention_cv",
        built(
            "self_attention_cv.transformer_vanilla.transformer_block.TransformerEncoder",
            dim=16,
            blocks=2,
            heads=2,
            dim_linear_block=16,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "MeanShift of super_image",
        built("super_image.modeling_utils.MeanShift", rgb_range=16),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "SMM of super_image",
        built("super_image.models.smsr.modeling_smsr.SMM", in_channels=16, out_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "CSAM_Module of super_image",
        built("super_image.models.han.modeling_han.CSAM_Module", in_dim=16),
        (floats(2, 16, 8, 8),),
    )
    yield "Scale of super_image", built("super_image.models.awsrn.modeling_awsrn.Scale"), (floats(2, 12, 16),)
    yield (
        "LAM_Module of super_image",
        built("super_image.models.han.modeling_han.LAM_Module", in_dim=16),
        (floats(2, 16, 8, 8, 8),),
    )
    yield (
        "Block of super_image",
        built("super_image.models.drln.modeling_drln.Block", in_channels=16, out_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "Encoder of super_image",
        built("super_image.models.masa.modeling_masa.Encoder", in_chl=16, nf=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "CPLeNet5 of tednet",
        built("tednet.tnn.cp.cp_lenet.CPLeNet5", num_classes=5, rs=[2, 2, 2, 2]),
        (floats(2, 1, 28, 28),),
    )
    yield (
        "BTTLeNet5 of tednet",
        built("tednet.tnn.bt_tucker.btt_lenet.BTTLeNet5", num_classes=5, rs=[2, 2, 2, 2]),
        (floats(2, 1, 28, 28),),
    )
    yield (
        "TRLeNet5 of tednet",
        built("tednet.tnn.tensor_ring.tr_lenet.TRLeNet5", num_classes=5, rs=[2, 2, 2, 2]),
        (floats(2, 1, 28, 28),),
    )
    yield (
        "TTLeNet5 of tednet",
        built("tednet.tnn.tensor_train.tt_lenet.TTLeNet5", num_classes=5, rs=[2, 2, 2, 2]),
        (floats(2, 1, 28, 28),),
    )
    yield (
        "TK2LeNet5 of tednet",
        built("tednet.tnn.tucker2.tk2_lenet.TK2LeNet5", num_classes=5, rs=[2, 2, 2, 2]),
        (floats(2, 1, 28, 28),),
    )
    yield "_TNLSTMCell of tednet", built("tednet.tnn.tn_rnn._TNLSTMCell", hidden_size=16, tn_block=16), ()
    yield (
        "BTTBlock of tednet",
        built("tednet.tnn.bt_tucker.btt_resnet.BTTBlock", in_shape=[4, 4], out_shape=[4, 4], r=2),
        (floats(2, 16, 8, 8),),
    )
    yield "CPBlock of tednet", built("tednet.tnn.cp.cp_resnet.CPBlock", c_in=16, c_out=16, r=2), (floats(2, 16, 8, 8),)


def sounds() -> Iterator[Made]:
    """Speech and music."""
    yield (
        "AbstractMDXNet of audio_separator",
        built(
            "audio_separator.separator.uvr_lib_v5.mdxnet.AbstractMDXNet",
            target_name=16,
            lr=16,
            optimizer=16,
            dim_c=16,
            dim_f=2,
            dim_t=16,
            n_fft=4,
            hop_length=12,
            overlap=16,
        ),
        (),
    )
    yield (
        "TFC_TDF of audio_separator",
        built("audio_separator.separator.uvr_lib_v5.modules.TFC_TDF", c=16, l=16, f=16, k=3, bn=16),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "ASPPModule of audio_separator",
        built("audio_separator.separator.uvr_lib_v5.vr_network.layers.ASPPModule", nn_architecture=16, nin=16, nout=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "LayerScale of audiocraft",
        built("audiocraft.modules.transformer.LayerScale", channels=16),
        (floats(2, 12, 16),),
    )
    yield (
        "StreamingTransformer of audiocraft",
        built(
            "audiocraft.modules.transformer.StreamingTransformer",
            d_model=16,
            num_heads=2,
            num_layers=2,
            dim_feedforward=16,
        ),
        (floats(2, 12, 16),),
    )
    yield "BLSTM of audiocraft", built("audiocraft.models.unet.BLSTM", dim=16), (floats(2, 16, 12),)
    yield (
        "Transformer of beat_this",
        built("beat_this.model.roformer.Transformer", dim=16, depth=2, heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "AudioTransformerMAE_Decoder of dasheng",
        built(
            "dasheng.train.models.AudioTransformerMAE_Decoder",
            input_dim=16,
            outputdim=16,
            embed_dim=16,
            depth=2,
            num_heads=2,
        ),
        (floats(2, 12, 16), ids(4, 2, 12)),
    )
    yield "LayerScale of dasheng", built("dasheng.train.models.LayerScale", dim=16), (floats(2, 12, 16),)
    yield "Block of dasheng", built("dasheng.train.models.Block", dim=16, num_heads=2), (floats(2, 12, 16),)
    yield "SqueezedGRU of df", built("df.modules.SqueezedGRU", input_size=16, hidden_size=16), (floats(2, 12, 16),)
    yield "GroupedGRU of df", built("df.modules.GroupedGRU", input_size=16, hidden_size=16), (floats(2, 12, 16),)
    yield (
        "LayerNormF32 of moshi",
        built("moshi.modules.transformer.LayerNormF32", normalized_shape=(16,)),
        (floats(2, 12, 16),),
    )
    yield "LayerScale of moshi", built("moshi.modules.transformer.LayerScale", channels=16), (floats(2, 12, 16),)
    yield (
        "ScaledEmbedding of moshi",
        built("moshi.models.lm_utils.ScaledEmbedding", num_embeddings=40, embedding_dim=16),
        (ids(4, 2, 12),),
    )
    yield "RMSNorm of moshi", built("moshi.modules.transformer.RMSNorm", dim=16), ()
    yield (
        "StreamingTransformer of moshi",
        built(
            "moshi.modules.transformer.StreamingTransformer", d_model=16, num_heads=2, num_layers=2, dim_feedforward=16
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "Encoder of so_vits_svc_fork",
        built(
            "so_vits_svc_fork.modules.attentions.Encoder", hidden_channels=16, filter_channels=16, n_heads=2, n_layers=2
        ),
        (floats(2, 16, 12), torch.ones(2, 1, 12)),
    )
    yield (
        "ElementwiseAffine of so_vits_svc_fork",
        built("so_vits_svc_fork.modules.modules.ElementwiseAffine", channels=16),
        (floats(2, 16, 12), torch.ones(2, 1, 12)),
    )
    yield (
        "ResBlock1 of so_vits_svc_fork",
        built("so_vits_svc_fork.modules.modules.ResBlock1", channels=16),
        (floats(2, 16, 12),),
    )
    yield (
        "Encoder of so_vits_svc_fork, 2",
        built(
            "so_vits_svc_fork.modules.encoders.Encoder",
            in_channels=16,
            out_channels=16,
            hidden_channels=16,
            kernel_size=3,
            dilation_rate=16,
            n_layers=2,
        ),
        (floats(2, 16, 12), torch.tensor([12, 12])),
    )
    yield "Snake1d of speechtokenizer", built("speechtokenizer.modules.seanet.Snake1d", channels=16), (floats(6, 16),)
    yield "SLSTM of speechtokenizer", built("speechtokenizer.modules.lstm.SLSTM", dimension=16), (floats(2, 16, 12),)
    yield (
        "AdaINResBlock1 of styletts2",
        built("styletts2.Modules.hifigan.AdaINResBlock1", channels=16, style_dim=16),
        (floats(2, 16, 12), floats(2, 16)),
    )
    yield (
        "AdaINResBlock1 of styletts2, 2",
        built("styletts2.Modules.istftnet.AdaINResBlock1", channels=16, style_dim=16),
        (floats(2, 16, 12), floats(2, 16)),
    )
    yield "LayerNorm of styletts2", built("styletts2.models.LayerNorm", channels=16), (floats(6, 16),)
    yield (
        "LearnedPositionalEmbedding of styletts2",
        built("styletts2.Modules.diffusion.modules.LearnedPositionalEmbedding", dim=16),
        (ids(4, 6),),
    )
    yield (
        "CausualBlock of styletts2",
        built("styletts2.Utils.ASR.layers.CausualBlock", hidden_dim=16),
        (floats(2, 16, 12),),
    )
    yield (
        "StyleTransformerBlock of styletts2",
        built(
            "styletts2.Modules.diffusion.modules.StyleTransformerBlock",
            features=16,
            num_heads=2,
            head_features=16,
            style_dim=16,
            multiplier=16,
            use_rel_pos=False,
        ),
        (floats(2, 12, 16), floats(2, 16)),
    )
    yield (
        "ConvNeXt of torchfcpe",
        built("torchfcpe.model_convnext.ConvNeXt", dim=16, num_layers=2),
        (floats(2, 16, 12),),
    )
    yield (
        "CFNaiveMelPE of torchfcpe",
        built("torchfcpe.models.CFNaiveMelPE", input_channels=16, out_dims=16, hidden_dims=16, n_layers=2, n_heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "ConformerNaiveEncoder of torchfcpe",
        built("torchfcpe.model_conformer_naive.ConformerNaiveEncoder", num_layers=2, num_heads=2, dim_model=16),
        (floats(2, 12, 16),),
    )
    yield (
        "WaveNet of wavenet_vocoder",
        built(
            "wavenet_vocoder.wavenet.WaveNet",
            out_channels=16,
            layers=2,
            residual_channels=16,
            gate_channels=16,
            skip_out_channels=16,
        ),
        (floats(2, 16, 12),),
    )
    yield (
        "ResidualConv1dGLU of wavenet_vocoder",
        built("wavenet_vocoder.modules.ResidualConv1dGLU", residual_channels=16, gate_channels=16, kernel_size=3),
        (floats(2, 16, 12),),
    )


def texts() -> Iterator[Made]:
    """Words, tags, adapters."""
    yield (
        "CRF of TorchCRF",
        built("TorchCRF.CRF", num_labels=16),
        (floats(2, 12, 16), ids(4, 2, 12), torch.ones(2, 12).bool()),
    )
    yield (
        "CombinedInferenceNetwork of contextualized_topic_models",
        built(
            "contextualized_topic_models.networks.inference_network.CombinedInferenceNetwork",
            input_size=16,
            bert_size=16,
            output_size=16,
            hidden_sizes=(16, 16),
        ),
        (floats(6, 16), floats(6, 16)),
    )
    yield (
        "JumpReluAutoEncoder of dictionary_learning",
        built("dictionary_learning.dictionary.JumpReluAutoEncoder", activation_dim=16, dict_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "GatedAutoEncoder of dictionary_learning",
        built("dictionary_learning.dictionary.GatedAutoEncoder", activation_dim=16, dict_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "MatryoshkaBatchTopKSAE of dictionary_learning",
        built(
            "dictionary_learning.trainers.matryoshka_batch_top_k.MatryoshkaBatchTopKSAE",
            activation_dim=16,
            dict_size=16,
            k=2,
            group_sizes=[16],
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "AutoEncoder of dictionary_learning",
        built("dictionary_learning.dictionary.AutoEncoder", activation_dim=16, dict_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "BatchTopKSAE of dictionary_learning",
        built("dictionary_learning.trainers.batch_top_k.BatchTopKSAE", activation_dim=16, dict_size=16, k=2),
        (floats(2, 12, 16),),
    )
    yield (
        "AutoEncoderTopK of dictionary_learning",
        built("dictionary_learning.trainers.top_k.AutoEncoderTopK", activation_dim=16, dict_size=16, k=2),
        (floats(2, 12, 16),),
    )
    yield "DNC of dnc", built("dnc.dnc.DNC", input_size=16, hidden_size=16), (floats(2, 12, 16),)
    yield (
        "ArcBiaffine of fastNLP",
        built("fastNLP.models.biaffine_parser.ArcBiaffine", hidden_size=16),
        (floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "ConditionalRandomField of fastNLP",
        built("fastNLP.modules.decoder.crf.ConditionalRandomField", num_tags=16),
        (floats(2, 12, 16), ids(4, 2, 12), torch.ones(2, 12).bool()),
    )
    yield (
        "BertLayerNorm of fastNLP",
        built("fastNLP.modules.encoder.bert.BertLayerNorm", hidden_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "StarTransformer of fastNLP",
        built(
            "fastNLP.modules.encoder.star_transformer.StarTransformer",
            hidden_size=16,
            num_layers=2,
            num_head=2,
            head_dim=16,
        ),
        (floats(2, 12, 16), torch.ones(2, 12).bool()),
    )
    yield (
        "BiRNN of fastNLP",
        built("fastNLP.models.snli.BiRNN", input_size=16, hidden_size=16),
        (floats(2, 12, 16), torch.ones(2, 12).bool()),
    )
    yield (
        "VariationalLSTM of hanlp",
        built("hanlp.components.srl.span_rank.layer.VariationalLSTM", input_size=16, hidden_size=16),
        (floats(2, 12, 16), torch.ones(2, 12, 1)),
    )
    yield (
        "LayerNorm of hanlp",
        built("hanlp.components.srl.span_rank.layer.LayerNorm", features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "BartLearnedPositionalEmbedding of hanlp",
        built(
            "hanlp.components.amr.amrbart.model_interface.modeling_bart.BartLearnedPositionalEmbedding",
            num_embeddings=40,
            embedding_dim=16,
        ),
        (ids(4, 2),),
    )
    yield (
        "BartAttention of hanlp",
        built("hanlp.components.amr.amrbart.model_interface.modeling_bart.BartAttention", embed_dim=16, num_heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "Generator of labml_nn",
        built("labml_nn.gan.stylegan.Generator", log_resolution=4, d_latent=16, n_features=8, max_features=16),
        (
            floats(3, 2, 16),
            [
                (None, floats(2, 1, 4, 4)),
                (floats(2, 1, 8, 8), floats(2, 1, 8, 8)),
                (floats(2, 1, 16, 16), floats(2, 1, 16, 16)),
            ],
        ),
    )
    yield "FFN of labml_nn", built("labml_nn.lora.gpt2.FFN", d_model=16, d_ff=16, r=16), (floats(2, 12, 16),)
    yield (
        "BatchChannelNorm of labml_nn",
        built("labml_nn.normalization.batch_channel_norm.BatchChannelNorm", channels=16, groups=1),
        (floats(6, 16),),
    )
    yield (
        "Embedding of labml_nn",
        built("labml_nn.lora.Embedding", num_embeddings=40, embedding_dim=16, r=16),
        (ids(4, 2, 12),),
    )
    yield (
        "HyperLSTM of labml_nn",
        built(
            "labml_nn.hypernetworks.hyper_lstm.HyperLSTM",
            input_size=16,
            hidden_size=16,
            hyper_size=16,
            n_z=4,
            n_layers=2,
        ),
        (floats(12, 2, 16),),
    )
    yield "SmallModel of labml_nn", built("labml_nn.distillation.small.SmallModel"), (floats(2, 3, 32, 32),)
    yield (
        "SpacialGatingUnit of labml_nn",
        built("labml_nn.transformers.gmlp.SpacialGatingUnit", d_z=16, seq_len=12),
        (floats(12, 2, 16),),
    )
    yield (
        "GroupNorm of labml_nn",
        built("labml_nn.normalization.group_norm.GroupNorm", groups=1, channels=16),
        (floats(6, 16),),
    )
    yield (
        "InstanceNorm of labml_nn",
        built("labml_nn.normalization.instance_norm.InstanceNorm", channels=16),
        (floats(6, 16),),
    )
    yield (
        "LayerNorm of labml_nn",
        built("labml_nn.normalization.layer_norm.LayerNorm", normalized_shape=16),
        (floats(2, 12, 16),),
    )
    yield "LayerNorm of labml_nn, 2", built("labml_nn.rwkv.LayerNorm", ndim=16, bias=True), (floats(2, 12, 16),)
    yield (
        "GroupNorm32 of labml_nn",
        built("labml_nn.diffusion.stable_diffusion.model.unet.GroupNorm32", num_groups=16, num_channels=16),
        (floats(6, 16),),
    )
    yield (
        "SelfAttention of labml_nn",
        built("labml_nn.transformers.retro.model.SelfAttention", d_model=16, n_heads=2, d_k=16, is_causal=False),
        (floats(2, 12, 16),),
    )
    yield (
        "DiscriminatorBlock of labml_nn",
        built("labml_nn.gan.stylegan.DiscriminatorBlock", in_features=16, out_features=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ResNetBase of labml_nn",
        built("labml_nn.resnet.ResNetBase", n_blocks=[16, 16], n_channels=[16, 16]),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "HyperLSTMCell of labml_nn",
        built("labml_nn.hypernetworks.hyper_lstm.HyperLSTMCell", input_size=16, hidden_size=16, hyper_size=16, n_z=4),
        (floats(2, 16), floats(2, 16), floats(2, 16), floats(2, 16), floats(2, 16)),
    )
    yield (
        "LohaModule of lycoris",
        built("lycoris.modules.loha.LohaModule", lora_name=16, org_module=nn.Linear(16, 16)),
        (floats(2, 12, 16),),
    )
    yield (
        "DyLoraModule of lycoris",
        built("lycoris.modules.dylora.DyLoraModule", lora_name=16, org_module=nn.Linear(16, 16)),
        (floats(2, 12, 16),),
    )
    yield (
        "FullModule of lycoris",
        built("lycoris.modules.full.FullModule", lora_name=16, org_module=nn.Linear(16, 16)),
        (floats(2, 12, 16),),
    )
    yield (
        "LokrModule of lycoris",
        built("lycoris.modules.lokr.LokrModule", lora_name=16, org_module=nn.Linear(16, 16)),
        (floats(2, 12, 16),),
    )
    yield (
        "TLoraModule of lycoris",
        built("lycoris.modules.tlora.TLoraModule", lora_name="relu", org_module=nn.Linear(16, 16)),
        (floats(2, 12, 16),),
    )
    yield (
        "ButterflyOFTModule of lycoris",
        built("lycoris.modules.boft.ButterflyOFTModule", lora_name=16, org_module=nn.Linear(16, 16)),
        (floats(2, 12, 16),),
    )
    yield (
        "DiagOFTModule of lycoris",
        built("lycoris.modules.diag_oft.DiagOFTModule", lora_name=16, org_module=nn.Linear(16, 16)),
        (floats(2, 12, 16),),
    )
    yield (
        "IA3Module of lycoris",
        built("lycoris.modules.ia3.IA3Module", lora_name=16, org_module=nn.Linear(16, 16)),
        (floats(2, 12, 16),),
    )
    yield (
        "FeatureDictionary of sae_lens",
        built("sae_lens.synthetic.feature_dictionary.FeatureDictionary", num_features=16, hidden_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "PartitionedTransformerEncoder of stanza",
        built(
            "stanza.models.constituency.partitioned_transformer.PartitionedTransformerEncoder",
            n_layers=2,
            d_model=16,
            n_head=2,
            d_qkv=16,
            d_ff=16,
            ff_dropout=0.0,
            residual_dropout=0.0,
            attention_dropout=0.0,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "DeepBiaffineScorer of stanza",
        built(
            "stanza.models.common.biaffine.DeepBiaffineScorer",
            input1_size=16,
            input2_size=16,
            hidden_size=16,
            output_size=16,
        ),
        (floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "LayerNormalization of stanza",
        built("stanza.models.constituency.label_attention.LayerNormalization", d_hid=16),
        (floats(2, 12, 16),),
    )
    yield (
        "RelativeAttention of stanza",
        built("stanza.models.common.relative_attn.RelativeAttention", d_model=16, num_heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "CRFLoss of stanza",
        built("stanza.models.common.crf.CRFLoss", num_tag=16),
        (floats(2, 12, 16), torch.ones(2, 12).bool(), ids(4, 2, 12)),
    )
    yield (
        "ConcatPositionalEncoding of stanza",
        built("stanza.models.constituency.partitioned_transformer.ConcatPositionalEncoding", d_model=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LabelAttentionModule of stanza",
        built(
            "stanza.models.constituency.label_attention.LabelAttentionModule",
            d_model=16,
            d_input_proj=16,
            d_k=16,
            d_v=16,
            d_l=16,
            d_proj=16,
            combine_as_self=16,
            d_ff=16,
        ),
        (),
    )
    yield (
        "MultiHeadAttention of stanza",
        built("stanza.models.constituency.label_attention.MultiHeadAttention", n_head=2, d_model=16, d_k=16, d_v=16),
        (),
    )
    yield (
        "LSTMTreeStack of stanza",
        built(
            "stanza.models.constituency.lstm_tree_stack.LSTMTreeStack",
            input_size=16,
            hidden_size=16,
            num_lstm_layers=2,
            dropout=0.0,
            uses_boundary_vector=True,
            input_dropout=0.0,
            forget_bias=16,
        ),
        (),
    )
    yield (
        "TransformerTreeStack of stanza",
        built(
            "stanza.models.constituency.transformer_tree_stack.TransformerTreeStack",
            input_size=16,
            output_size=16,
            input_dropout=0.0,
        ),
        (),
    )
    yield (
        "PartitionedTransformerEncoderLayer of stanza",
        built(
            "stanza.models.constituency.partitioned_transformer.PartitionedTransformerEncoderLayer",
            d_model=16,
            n_head=2,
            d_qkv=16,
            d_ff=16,
            ff_dropout=0.0,
            residual_dropout=0.0,
            attention_dropout=0.0,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "HighwayLSTM of stanza",
        built("stanza.models.common.hlstm.HighwayLSTM", input_size=16, hidden_size=16),
        (floats(12, 2, 16), torch.tensor([12, 12])),
    )
    yield (
        "NMTM of topmost",
        built(
            "topmost.models.crosslingual.NMTM.NMTM",
            Map_en2cn=torch.rand(40, 40),
            Map_cn2en=torch.rand(40, 40),
            vocab_size_en=40,
            vocab_size_cn=40,
            num_topics=8,
            en_units=16,
        ),
        (torch.rand(4, 40), torch.rand(4, 40)),
    )
    yield (
        "ECRTM of topmost",
        built("topmost.models.basic.ECRTM.ECRTM.ECRTM", vocab_size=16, en_units=16, embed_size=16),
        (floats(6, 16),),
    )
    yield (
        "DecTM of topmost",
        built("topmost.models.basic.DecTM.DecTM", vocab_size=40, num_topics=8, en_units=16),
        (torch.rand(4, 40),),
    )
    yield (
        "HyperMiner of topmost",
        built(
            "topmost.models.hierarchical.HyperMiner.HyperMiner.HyperMiner",
            vocab_size=16,
            num_topics_list=[16, 16],
            hidden_size=16,
        ),
        (floats(6, 16),),
    )
    yield (
        "SawETM of topmost",
        built(
            "topmost.models.hierarchical.SawETM.SawETM.SawETM",
            vocab_size=16,
            num_topics_list=[16, 16],
            embed_size=16,
            hidden_size=16,
        ),
        (floats(6, 16),),
    )
    yield (
        "CombinedTM of topmost",
        built(
            "topmost.models.basic.CombinedTM.CombinedTM",
            vocab_size=40,
            contextual_embed_size=16,
            num_topics=8,
            en_units=16,
        ),
        (torch.rand(4, 56),),
    )
    yield (
        "ProdLDA of topmost",
        built("topmost.models.basic.ProdLDA.ProdLDA", vocab_size=16, en_units=16),
        (floats(6, 16),),
    )
    yield (
        "ETM of topmost",
        built("topmost.models.basic.ETM.ETM", vocab_size=16, embed_size=16, en_units=16),
        (floats(6, 16),),
    )
    yield (
        "NSTM of topmost",
        built("topmost.models.basic.NSTM.NSTM.NSTM", vocab_size=16, en_units=16, embed_size=16),
        (floats(6, 16),),
    )
    yield (
        "CDDecoder of topmost",
        built(
            "topmost.models.hierarchical.TraCo.CDDecoder.CDDecoder",
            num_layers=2,
            vocab_size=16,
            bias_p=True,
            bias_topk=2,
        ),
        (floats(2, 16, 16, 16), floats(2, 16, 16, 16), floats(2, 16, 16, 16)),
    )
    yield (
        "CFDTM of topmost",
        built(
            "topmost.models.dynamic.CFDTM.CFDTM.CFDTM",
            vocab_size=40,
            train_time_wordfreq=True,
            num_times=16,
            en_units=16,
            embed_size=16,
        ),
        (),
    )
    yield (
        "DETM of topmost",
        built(
            "topmost.models.dynamic.DETM.DETM",
            vocab_size=40,
            num_times=16,
            train_size=True,
            train_time_wordfreq=True,
            en_units=16,
            eta_hidden_size=16,
            rho_size=16,
            eta_nlayers=2,
        ),
        (),
    )
    yield (
        "TraCo of topmost",
        built("topmost.models.hierarchical.TraCo.TraCo.TraCo", vocab_size=40, en_units=16, embed_size=16),
        (),
    )
    yield (
        "MLPEncoder of topmost",
        built("topmost.models.Encoder.MLPEncoder", vocab_size=16, num_topic=16, hidden_dim=16, dropout=0.0),
        (floats(6, 16),),
    )
    yield (
        "TSCTM of topmost",
        built("topmost.models.basic.TSCTM.TSCTM.TSCTM", vocab_size=16, en_units=16),
        (floats(6, 16),),
    )


def choices() -> Iterator[Made]:
    """Reinforcement learning, recommendations, tables, learners."""
    yield (
        "Net of EduCDM",
        built("EduCDM.KaNCD.KaNCD.Net", exer_n=40, student_n=40, knowledge_n=16, mf_type="gmf", dim=16),
        (ids(40, 6), ids(40, 6), torch.ones(6, 16)),
    )
    yield (
        "NCDMNet of EduCDM",
        built("EduCDM.ICD.sym.net.ncd.NCDMNet", trait_dim=16, know_dim=16),
        (floats(2, 12, 16), floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "Net of EduCDM, 2",
        built("EduCDM.NCDM.NCDM.Net", knowledge_n=16, exer_n=40, student_n=40),
        (ids(4, 2, 12), ids(4, 2, 12), floats(2, 12, 16)),
    )
    yield (
        "Net of EduKTM",
        built(
            "EduKTM.DKVMN.DKVMN.Net",
            n_question=40,
            batch_size=2,
            key_embedding_dim=16,
            value_embedding_dim=16,
            memory_size=8,
            key_memory_state_dim=16,
            value_memory_state_dim=16,
            final_fc_dim=16,
        ),
        (ids(40, 2, 12), ids(40, 2, 12), torch.ones(24, 1)),
    )
    yield (
        "Architecture of EduKTM",
        built(
            "EduKTM.AKT.AKTNet.Architecture",
            n_blocks=2,
            d_model=16,
            d_feature=16,
            d_ff=16,
            n_heads=2,
            dropout=0.0,
            kq_same=16,
        ),
        (),
    )
    yield (
        "NoisyLinear of agilerl",
        built("agilerl.modules.custom_components.NoisyLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "Block of agilerl",
        built("agilerl.modules.gpt.Block", n_embd=16, n_head=2, bias=False, dropout=0.0, block_size=12, hidden_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "EvolvableBERT of agilerl",
        built(
            "agilerl.modules.bert.EvolvableBERT",
            encoder_layers=[1, 1, 1, 1],
            decoder_layers=[1, 1, 1, 1],
            src_vocab_size=40,
            tgt_vocab_size=40,
            d_model=16,
            n_head=2,
            max_encoder_layers=2,
            max_decoder_layers=2,
        ),
        (ids(4, 2, 12), ids(4, 2, 12)),
    )
    yield (
        "EvolvableSimBa of agilerl",
        built(
            "agilerl.modules.simba.EvolvableSimBa",
            num_inputs=16,
            num_outputs=16,
            hidden_size=16,
            num_blocks=2,
            max_blocks=2,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "BasicNet of catenets",
        built("catenets.models.torch.base.BasicNet", name="relu", n_unit_in=16, n_units_out=16, batch_size=16),
        (floats(6, 16),),
    )
    yield (
        "GlobalPositionEncoding of d3rlpy",
        built(
            "d3rlpy.models.torch.transformers.GlobalPositionEncoding", embed_dim=16, max_timestep=16, context_size=16
        ),
        (),
    )
    yield (
        "SimBaEncoder of d3rlpy",
        built(
            "d3rlpy.models.torch.encoders.SimBaEncoder",
            observation_shape=(16,),
            hidden_size=16,
            output_size=16,
            n_blocks=2,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "CausalSelfAttention of d3rlpy",
        built(
            "d3rlpy.models.torch.transformers.CausalSelfAttention",
            embed_size=16,
            num_heads=2,
            context_size=16,
            attn_dropout=0.0,
            resid_dropout=0.0,
        ),
        (floats(2, 12, 16), torch.ones(2, 12).bool()),
    )
    yield (
        "RainbowHead of ding",
        built("ding.model.common.head.RainbowHead", hidden_size=16, output_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "BilinearGeneral of ding",
        built("ding.torch_utils.network.merge.BilinearGeneral", in1_features=16, in2_features=16, out_features=16),
        (floats(6, 16), floats(6, 16)),
    )
    yield (
        "GTrXL of ding",
        built("ding.torch_utils.network.gtrxl.GTrXL", input_dim=16, head_dim=16, embedding_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "PopArtVHead of ding",
        built("ding.model.common.head.PopArtVHead", hidden_size=16, output_size=16),
        (floats(6, 16),),
    )
    yield (
        "PreNorm of ding",
        built("ding.torch_utils.network.diffusion.PreNorm", dim=16, fn=nn.Linear(16, 16)),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "TorchBilinearCustomized of ding",
        built(
            "ding.torch_utils.network.merge.TorchBilinearCustomized", in1_features=16, in2_features=16, out_features=16
        ),
        (floats(6, 16), floats(6, 16)),
    )
    yield "PolicyStem of ding", built("ding.model.template.hpt.PolicyStem"), (floats(2, 16, 8, 8),)
    yield (
        "GaussianFourierProjectionTimeEncoder of ding",
        built("ding.model.common.encoder.GaussianFourierProjectionTimeEncoder", embed_dim=16),
        (floats(2, 12, 16),),
    )
    yield "NonegativeParameter of ding", built("ding.torch_utils.parameter.NonegativeParameter"), ()
    yield "TanhParameter of ding", built("ding.torch_utils.parameter.TanhParameter"), ()
    yield "GRU of ding", built("ding.torch_utils.network.rnn.GRU", input_size=16, hidden_size=16, num_layers=2), ()
    yield (
        "COMAActorNetwork of ding",
        built("ding.model.template.coma.COMAActorNetwork", obs_shape=(16,), action_shape=(16,)),
        (),
    )
    yield (
        "TemporalValue of ding",
        built("ding.torch_utils.network.diffusion.TemporalValue", horizon=12, transition_dim=16),
        (floats(2, 12, 16), floats(2, 12, 16), torch.rand(2)),
    )
    yield (
        "AutoregressiveEBM of ding",
        built(
            "ding.model.template.ebm.AutoregressiveEBM",
            obs_shape=16,
            action_shape=16,
            hidden_size=16,
            hidden_layer_num=2,
        ),
        (floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "NoisyLinear of genrl",
        built("genrl.core.noise.NoisyLinear", in_features=16, out_features=16),
        (floats(2, 16),),
    )
    yield (
        "BayesianLinear of genrl",
        built("genrl.bandit.agents.cb_agents.common.bayesian.BayesianLinear", in_features=16, out_features=16),
        (),
    )
    yield (
        "Qwen2_5_VLPatchMerger of lerobot",
        built("lerobot.policies.wall_x.qwen_model.qwen2_5_vl_moe.Qwen2_5_VLPatchMerger", dim=16, context_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "SpatialLearnedEmbeddings of lerobot",
        built("lerobot.policies.sac.modeling_sac.SpatialLearnedEmbeddings", height=16, width=16, channel=16),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "Florence2LearnedPositionalEmbedding of lerobot",
        built(
            "lerobot.policies.xvla.modeling_florence2.Florence2LearnedPositionalEmbedding",
            num_embeddings=40,
            embedding_dim=16,
        ),
        (ids(4, 2, 12),),
    )
    yield (
        "Florence2ScaledWordEmbedding of lerobot",
        built(
            "lerobot.policies.xvla.modeling_florence2.Florence2ScaledWordEmbedding",
            num_embeddings=40,
            embedding_dim=16,
            padding_idx=16,
        ),
        (ids(4, 2, 12),),
    )
    yield (
        "StageTransformer of lerobot",
        built(
            "lerobot.policies.sarm.modeling_sarm.StageTransformer",
            d_model=16,
            vis_emb_dim=16,
            text_emb_dim=16,
            n_layers=2,
            n_heads=2,
        ),
        (),
    )
    yield (
        "SubtaskTransformer of lerobot",
        built(
            "lerobot.policies.sarm.modeling_sarm.SubtaskTransformer",
            d_model=16,
            vis_emb_dim=16,
            text_emb_dim=16,
            n_layers=2,
            n_heads=2,
        ),
        (),
    )
    yield (
        "SoftPromptedTransformer of lerobot",
        built(
            "lerobot.policies.xvla.soft_transformer.SoftPromptedTransformer",
            hidden_size=16,
            multi_modal_input_size=16,
            depth=2,
            num_heads=2,
        ),
        (),
    )
    yield (
        "SpatialLearnedEmbeddings of lerobot, 2",
        built(
            "lerobot.policies.sac.reward_model.modeling_classifier.SpatialLearnedEmbeddings",
            height=16,
            width=16,
            channel=16,
        ),
        (),
    )
    yield (
        "TransformerBlock of lerobot",
        built("lerobot.policies.xvla.soft_transformer.TransformerBlock", hidden_size=16, num_heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "DiffusionConditionalResidualBlock1d of lerobot",
        built(
            "lerobot.policies.diffusion.modeling_diffusion.DiffusionConditionalResidualBlock1d",
            in_channels=16,
            out_channels=16,
            cond_dim=16,
        ),
        (floats(2, 16, 12), floats(2, 16)),
    )
    yield (
        "GaussianMLP of mbrl",
        built("mbrl.models.gaussian_mlp.GaussianMLP", in_size=16, out_size=16, device="cpu", num_layers=2, hid_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "DoubleQCritic of mbrl",
        built(
            "mbrl.third_party.pytorch_sac.agent.critic.DoubleQCritic",
            obs_dim=16,
            action_dim=16,
            hidden_dim=16,
            hidden_depth=2,
        ),
        (floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "QNetwork of mbrl",
        built("mbrl.third_party.pytorch_sac_pranz24.model.QNetwork", num_inputs=16, num_actions=16, hidden_dim=16),
        (floats(2, 16), floats(2, 16)),
    )
    yield (
        "GAMAttBlock of nodegam",
        built("nodegam.arch.GAMAttBlock", in_features=16, num_trees=16, num_layers=2),
        (floats(6, 16),),
    )
    yield (
        "ODSTBlock of nodegam",
        built("nodegam.arch.ODSTBlock", in_features=16, num_trees=16, num_layers=2),
        (floats(6, 16),),
    )
    yield (
        "GAMBlock of nodegam",
        built("nodegam.arch.GAMBlock", in_features=16, num_trees=16, num_layers=2),
        (floats(6, 16),),
    )
    yield (
        "SKVMN of pykt",
        built("pykt.models.skvmn.SKVMN", num_c=40, dim_s=16, size_m=8),
        (ids(40, 2, 12), torch.ones(2, 12).long()),
    )
    yield (
        "GKT of pykt",
        built("pykt.models.gkt.GKT", num_c=40, hidden_dim=16, emb_size=16, graph=torch.rand(40, 40)),
        (ids(40, 2, 12), torch.ones(2, 12).long()),
    )
    yield (
        "DeepIRT of pykt",
        built("pykt.models.deep_irt.DeepIRT", num_c=40, dim_s=16, size_m=8),
        (ids(40, 2, 12), torch.ones(2, 12).long()),
    )
    yield (
        "DKVMN of pykt",
        built("pykt.models.dkvmn.DKVMN", num_c=40, dim_s=16, size_m=8),
        (ids(40, 2, 12), torch.ones(2, 12).long()),
    )
    yield (
        "AKT of pykt",
        built(
            "pykt.models.akt.AKT",
            n_question=40,
            n_pid=40,
            d_model=16,
            n_blocks=2,
            dropout=0.0,
            d_ff=16,
            final_fc_dim=16,
            num_attn_heads=2,
        ),
        (ids(40, 2, 12), torch.ones(2, 12).long(), ids(40, 2, 12)),
    )
    yield (
        "LearnablePositionalEmbedding of pykt",
        built("pykt.models.akt.LearnablePositionalEmbedding", d_model=16),
        (floats(2, 12, 16),),
    )
    yield (
        "CosinePositionalEmbedding of pykt",
        built("pykt.models.akt.CosinePositionalEmbedding", d_model=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LearnablePositionalEmbedding of pykt, 2",
        built("pykt.models.akt_que.LearnablePositionalEmbedding", d_model=16),
        (floats(2, 12, 16),),
    )
    yield (
        "CosinePositionalEmbedding of pykt, 2",
        built("pykt.models.akt_que.CosinePositionalEmbedding", d_model=16),
        (floats(2, 12, 16),),
    )
    yield (
        "IEKTNet of pykt",
        built("pykt.models.iekt.IEKTNet", num_q=40, num_c=40, emb_size=16, max_concepts=16, pretrain_dim=16),
        (),
    )
    yield (
        "IEKTNet of pykt, 2",
        built("pykt.models.iekt_ce.IEKTNet", num_q=40, num_c=40, emb_size=16, max_concepts=16, pretrain_dim=16),
        (),
    )
    yield (
        "TransformerLayer of pykt",
        built(
            "pykt.models.akt_que.TransformerLayer",
            d_model=16,
            d_feature=16,
            d_ff=16,
            n_heads=2,
            dropout=0.0,
            kq_same=16,
        ),
        (),
    )
    yield (
        "mygru of pykt",
        built("pykt.models.iekt_utils.mygru", n_layer=2, input_dim=16, hidden_dim=16),
        (floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "SAKT of pykt",
        built("pykt.models.sakt.SAKT", num_c=40, seq_len=12, emb_size=16, num_attn_heads=2, dropout=0.0, num_en=2),
        (ids(40, 2, 12), torch.ones(2, 12).long(), ids(40, 2, 12)),
    )
    yield (
        "UniSRecNet of rectools",
        built(
            "rectools.fast_transformers.unisrec.net.UniSRecNet",
            n_items=40,
            pretrained_embeddings=floats(16, 16),
            projection_hidden=16,
        ),
        (ids(4, 2, 12),),
    )
    yield (
        "SASRecBlock of rectools",
        built("rectools.fast_transformers.net.SASRecBlock", n_factors=16, n_heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "HeterogenousMHA of rl4co",
        built("rl4co.models.zoo.ham.attention.HeterogenousMHA", num_heads=2, input_dim=16, embed_dim=16),
        (floats(2, 13, 16),),
    )
    yield (
        "DACTEncoderLayer of rl4co",
        built("rl4co.models.zoo.dact.encoder.DACTEncoderLayer", n_heads=2, embed_dim=16, feed_forward_hidden=16),
        (floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "MDAMGraphAttentionEncoder of rl4co",
        built(
            "rl4co.models.zoo.mdam.encoder.MDAMGraphAttentionEncoder",
            num_heads=2,
            embed_dim=16,
            num_layers=2,
            feedforward_hidden=16,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "Synth_Attention of rl4co",
        built("rl4co.models.zoo.n2s.encoder.Synth_Attention", n_heads=2, input_dim=16),
        (floats(2, 12, 16), floats(2, 2, 12, 12)),
    )
    yield (
        "EASLayerNet of rl4co",
        built("rl4co.models.zoo.eas.nn.EASLayerNet", num_instances=4, emb_dim=16),
        (floats(4, 12, 16),),
    )
    yield (
        "MixedScoresSDPA of rl4co",
        built("rl4co.models.zoo.matnet.encoder.MixedScoresSDPA", num_heads=2, num_scores=1),
        (floats(2, 2, 12, 8), floats(2, 2, 12, 8), floats(2, 2, 12, 8), None, floats(2, 12, 12)),
    )
    yield (
        "CriticNetworkLSTM of rl4co",
        built(
            "rl4co.models.zoo.ptrnet.critic.CriticNetworkLSTM",
            embed_dim=16,
            hidden_dim=16,
            n_process_block_iters=16,
            tanh_exploration=16,
            use_tanh=True,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "DACTDecoder of rl4co",
        built("rl4co.models.zoo.dact.decoder.DACTDecoder", embed_dim=16, num_heads=2),
        (floats(2, 12, 16), floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield "MoE of rl4co", built("rl4co.models.nn.moe.MoE", input_size=16, output_size=16), (floats(2, 12, 16),)
    yield "L2DPolicy4PPO of rl4co", built("rl4co.models.zoo.l2d.policy.L2DPolicy4PPO", embed_dim=16), ()
    yield (
        "NeuOptPolicy of rl4co",
        built(
            "rl4co.models.zoo.neuopt.policy.NeuOptPolicy",
            embed_dim=16,
            num_encoder_layers=2,
            num_heads=2,
            feedforward_hidden=16,
        ),
        (),
    )
    yield (
        "N2SPolicy of rl4co",
        built(
            "rl4co.models.zoo.n2s.policy.N2SPolicy",
            embed_dim=16,
            num_encoder_layers=2,
            num_heads=2,
            feedforward_hidden=16,
        ),
        (),
    )
    yield (
        "PolyNetPolicy of rl4co",
        built(
            "rl4co.models.zoo.polynet.policy.PolyNetPolicy",
            k=2,
            embed_dim=16,
            num_encoder_layers=2,
            num_heads=2,
            feedforward_hidden=16,
        ),
        (),
    )
    yield (
        "PointerNetworkPolicy of rl4co",
        built("rl4co.models.zoo.ptrnet.policy.PointerNetworkPolicy", embed_dim=16, hidden_dim=16),
        (),
    )
    yield (
        "GraphAttentionNetwork of rl4co",
        built(
            "rl4co.models.nn.graph.attnnet.GraphAttentionNetwork",
            num_heads=2,
            embed_dim=16,
            num_layers=2,
            feedforward_hidden=16,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "GNNLayer of rl4co",
        built("rl4co.models.nn.graph.gnn.GNNLayer", units=16),
        (floats(6, 16), EDGES, floats(8, 16)),
    )
    yield (
        "FeatureTokenizer of rtdl",
        built("rtdl.modules.FeatureTokenizer", n_num_features=4, cat_cardinalities=[5, 5], d_token=16),
        (floats(2, 4), ids(4, 2, 2)),
    )
    yield (
        "MLP of rtdl",
        built("rtdl.modules.MLP", d_in=16, d_layers=[1, 1, 1, 1], dropouts=0.0, activation=nn.ReLU, d_out=16),
        (floats(2, 12, 16),),
    )
    yield (
        "CNNDecoder of sheeprl",
        built(
            "sheeprl.algos.dreamer_v3_5.agent.CNNDecoder",
            keys="relu",
            output_channels=[16, 16],
            channels_multiplier=16,
            stochastic_size=16,
            recurrent_state_size=16,
            image_size=(32, 32),
            dense_units=16,
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "RecurrentModel of sheeprl",
        built("sheeprl.algos.dreamer_v3.agent.RecurrentModel", input_size=16, recurrent_state_size=16, dense_units=16),
        (floats(6, 16), floats(6, 16)),
    )
    yield (
        "CNNDecoder of sheeprl, 2",
        built(
            "sheeprl.algos.dreamer_v3.agent.CNNDecoder",
            keys="relu",
            output_channels=[16, 16],
            channels_multiplier=16,
            latent_state_size=16,
            cnn_encoder_output_dim=16,
            image_size=(32, 32),
        ),
        (),
    )
    yield (
        "MLPDecoder of sheeprl",
        built(
            "sheeprl.algos.dreamer_v3_5.agent.MLPDecoder",
            keys="relu",
            output_dims=[16, 16],
            latent_state_size=16,
            mlp_layers=2,
            dense_units=16,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "DROQCritic of sheeprl",
        built("sheeprl.algos.droq.agent.DROQCritic", observation_dim=16, hidden_size=16),
        (floats(2, 16, 8, 8), floats(2, 16, 8, 8)),
    )
    yield (
        "MaskedWeight of synthcity",
        built("synthcity.plugins.core.models.bnaf.MaskedWeight", in_features=16, out_features=16, dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LocallyConnected of synthcity",
        built(
            "synthcity.plugins.core.models.dag.utils.LocallyConnected",
            num_linear=16,
            input_features=16,
            output_features=16,
        ),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "RGCNConv of synthcity",
        built(
            "synthcity.plugins.core.models.RGCNConv.RGCNConv", in_channels=[16, 16], out_channels=16, num_relations=40
        ),
        (),
    )
    yield (
        "TabNet of synthcity",
        built("synthcity.plugins.core.models.tabnet.TabNet", input_dim=16, output_dim=16, virtual_batch_size=16),
        (floats(6, 16),),
    )
    yield (
        "TransformerModel of synthcity",
        built("synthcity.plugins.core.models.transformer.TransformerModel", n_units_in=16, n_units_hidden=16, d_ffn=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LowRankMixtureCrossNet of torchrec",
        built("torchrec.modules.crossnet.LowRankMixtureCrossNet", in_features=16, num_layers=2),
        (floats(6, 16),),
    )
    yield (
        "LowRankCrossNet of torchrec",
        built("torchrec.modules.crossnet.LowRankCrossNet", in_features=16, num_layers=2),
        (floats(2, 12, 16),),
    )
    yield (
        "CrossNet of torchrec",
        built("torchrec.modules.crossnet.CrossNet", in_features=16, num_layers=2),
        (floats(6, 16),),
    )
    yield (
        "VectorCrossNet of torchrec",
        built("torchrec.modules.crossnet.VectorCrossNet", in_features=16, num_layers=2),
        (floats(6, 16),),
    )
    yield (
        "LocalShardPool of torchrec",
        built("torchrec.distributed.tensor_pool.LocalShardPool", shard=floats(16)),
        (ids(4, 2, 12),),
    )
    yield (
        "TPUEmbeddingUnfused of torchrec",
        built(
            "torchrec.experimental.torch_tpu.modules.embedding_modules.TPUEmbeddingUnfused",
            num_embeddings=40,
            embedding_dim=16,
            device="cpu",
            dtype=torch.float32,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "TPUEmbeddingBagUnfused of torchrec",
        built(
            "torchrec.experimental.torch_tpu.modules.embedding_modules.TPUEmbeddingBagUnfused",
            num_embeddings=40,
            embedding_dim=16,
            device="cpu",
            dtype=torch.float32,
        ),
        (),
    )
    yield (
        "PositionWeightedModule of torchrec",
        built("torchrec.modules.feature_processor_.PositionWeightedModule", max_feature_length=12),
        (),
    )
    yield (
        "InteractionTransformerArch of torchrec",
        built(
            "torchrec.models.experimental.transformerdlrm.InteractionTransformerArch",
            num_sparse_features=16,
            embedding_dim=16,
            nhead=2,
            ntransformer_layers=2,
        ),
        (floats(2, 16), floats(2, 12, 16)),
    )


def science() -> Iterator[Made]:
    """Spikes, flows, equations, quanta, splines, survival."""
    yield (
        "VNTransformer of VN_transformer",
        built("VN_transformer.VN_transformer.VNTransformer", dim=16, depth=2, dim_head=16, heads=2),
        (floats(2, 12, 3),),
    )
    yield (
        "VNWeightedPool of VN_transformer",
        built("VN_transformer.VN_transformer.VNWeightedPool", dim=16),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "DeepSurvivalMachinesTorch of auton_survival",
        built("auton_survival.models.dsm.dsm_torch.DeepSurvivalMachinesTorch", inputdim=16, k=2),
        (floats(6, 16),),
    )
    yield "BitMoE of bitnet", built("bitnet.bit_moe.BitMoE", dim=16, num_experts=4), (floats(2, 12, 16),)
    yield "RMSNorm of bitnet", built("bitnet.bit_llama.RMSNorm", dim=16), (floats(2, 12, 16),)
    yield "RMSNorm of bitnet, 2", built("bitnet.bit_transformer.RMSNorm", dim=16), (floats(2, 12, 16),)
    yield (
        "BitMGQA of bitnet",
        built("bitnet.bit_attention.BitMGQA", embed_dim=16, query_heads=2, kv_heads=2),
        (floats(2, 12, 16), floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield "NoisePLIFNode of braincog", built("braincog.base.node.node.NoisePLIFNode"), (floats(2, 12, 16),)
    yield (
        "BasicBlock of braincog",
        built("braincog.model_zoo.resnet19_snn.BasicBlock", inplanes=16, planes=16, base_width=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "BaseConvModule of braincog",
        built("braincog.model_zoo.base_module.BaseConvModule", in_channels=16, out_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield "BiasPLIFNode of braincog", built("braincog.base.node.node.BiasPLIFNode"), (floats(2, 12, 16),)
    yield "IFNode of braincog", built("braincog.base.node.node.IFNode"), (floats(2, 12, 16),)
    yield "IzhNode of braincog", built("braincog.base.node.node.IzhNode"), (floats(2, 12, 16),)
    yield (
        "CustomLinear of braincog",
        built("braincog.base.connection.CustomLinear.CustomLinear", weight=floats(16, 16)),
        (floats(6, 16),),
    )
    yield "LayerNorm of braincog", built("braincog.base.connection.layer.LayerNorm", normalized_shape=(16,)), ()
    yield "TEBN of braincog", built("braincog.base.connection.layer.TEBN", num_features=16, step=16), ()
    yield (
        "BasicBlock of braincog, 2",
        built("braincog.model_zoo.resnet.BasicBlock", inplanes=16, planes=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "LearnableEuclideanInfoNCE of cebra",
        built("cebra.models.criterions.LearnableEuclideanInfoNCE"),
        (floats(6, 16), floats(6, 16), floats(6, 16)),
    )
    yield "LearnableInfoNCE of cebra", built("cebra.models.criterions.LearnableInfoNCE"), ()
    yield "LearnableCosineInfoNCE of cebra", built("cebra.models.criterions.LearnableCosineInfoNCE"), ()
    yield (
        "Offset15Model of cebra",
        built("cebra.models.model.Offset15Model", num_neurons=2, num_units=16, num_output=16),
        (floats(2, 16),),
    )
    yield (
        "ComplexRMSNorm of complex_valued_transformer",
        built("complex_valued_transformer.complex_valued_transformer.ComplexRMSNorm", dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ModReLU of complex_valued_transformer",
        built("complex_valued_transformer.complex_valued_transformer.ModReLU"),
        (floats(2, 12, 16),),
    )
    yield (
        "QuantileScaler of continuiti",
        built("continuiti.transforms.quantile_scaler.QuantileScaler", src=floats(16)),
        (floats(2, 12, 16),),
    )
    yield (
        "Normalize of continuiti",
        built("continuiti.transforms.scaling.Normalize", mean=floats(16), std=floats(16)),
        (floats(2, 12, 16),),
    )
    yield (
        "DeepResidualNetwork of continuiti",
        built(
            "continuiti.networks.deep_residual_network.DeepResidualNetwork",
            input_size=16,
            output_size=16,
            width=16,
            depth=2,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "VAE of cornac",
        built("cornac.models.recvae.recvae.VAE", hidden_dim=16, latent_dim=16, input_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "GRUEmbedding of cornac",
        built("cornac.models.gru4rec.gru4rec.GRUEmbedding", dim_in=16, dim_out=16),
        (ids(4, 6), floats(6, 16)),
    )
    yield (
        "LETTERSeq2Seq of cornac",
        built(
            "cornac.models.letter.letter.LETTERSeq2Seq",
            level_sizes=[16, 16],
            d_model=16,
            d_ff=16,
            num_heads=2,
            num_enc_layers=2,
            num_dec_layers=2,
            base_vocab_size=40,
        ),
        (ids(4, 2, 12), torch.ones(2, 12).bool(), ids(4, 2, 1)),
    )
    yield "RQVAE of cornac", built("cornac.models.tiger.tiger.RQVAE", input_dim=16, codebook_size=16), (floats(6, 16),)
    yield (
        "DenseBiDecoder of cornac",
        built("cornac.models.gcmc.nn_modules.DenseBiDecoder", in_units=16, num_classes=5),
        (floats(6, 16), floats(6, 16)),
    )
    yield (
        "RPGBackbone of cornac",
        built(
            "cornac.models.rpg.rpg.RPGBackbone",
            n_codebook=16,
            codebook_size=16,
            max_len=12,
            d_model=16,
            n_head=2,
            n_inner=16,
        ),
        (),
    )
    yield (
        "DiffGRMBackbone of cornac",
        built(
            "cornac.models.diffgrm.diffgrm.DiffGRMBackbone",
            n_digit=16,
            codebook_size=16,
            max_len=12,
            d_model=16,
            decoder_n_layer=2,
            n_head=2,
            n_inner=16,
        ),
        (),
    )
    yield (
        "TIGERSeq2Seq of cornac",
        built(
            "cornac.models.tiger.tiger.TIGERSeq2Seq",
            level_sizes=[16, 16],
            d_model=16,
            d_ff=16,
            num_heads=2,
            num_enc_layers=2,
            num_dec_layers=2,
        ),
        (),
    )
    yield (
        "TemporalSetPrediction of cornac",
        built("cornac.models.dnntsp.dnntsp.TemporalSetPrediction", n_items=40, emb_dim=16, seed=16),
        (),
    )
    yield "BiDecoder of cornac", built("cornac.models.gcmc.nn_modules.BiDecoder", in_units=16, num_classes=5), ()
    yield "GCMCGraphConv of cornac", built("cornac.models.gcmc.nn_modules.GCMCGraphConv", in_feats=16, out_feats=16), ()
    yield (
        "SASRecModel of cornac",
        built("cornac.models.sasrec.sasrec.SASRecModel", item_num=40, embedding_dim=16),
        (ids(4, 2, 12), ids(4, 2, 12), ids(4, 2)),
    )
    yield (
        "CompositePrior of cornac",
        built("cornac.models.recvae.recvae.CompositePrior", hidden_dim=16, latent_dim=16, input_dim=16),
        (floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "Bilinear of deepSI",
        built("deepSI.networks.Bilinear", n_in=16, n_out=16, n_schedual=16),
        (floats(2, 12, 16),),
    )
    yield "Quadratic_net of deepSI", built("deepSI.networks.Quadratic_net", nx=16), (floats(6, 16),)
    yield "CNN_vec_to_image of deepSI", built("deepSI.networks.CNN_vec_to_image", nx=16, ny=[16, 16]), (floats(6, 16),)
    yield (
        "EdgeGraphConv of dig",
        built("dig.threedgraph.method.comenet.comenet.EdgeGraphConv", in_channels=[16, 16], out_channels=16),
        (floats(2, 12, 16), EDGES),
    )
    yield (
        "EdgeGraphConv of dig, 2",
        built("dig.threedgraph.method.pronet.pronet.EdgeGraphConv", in_channels=16, out_channels=16),
        (floats(2, 12, 16), EDGES, torch.rand(8, 16)),
    )
    yield (
        "Linear of dig",
        built("dig.threedgraph.method.comenet.comenet.Linear", in_channels=16, out_channels=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ST_Net_Softplus of dig",
        built("dig.ggraph.method.GraphDF.model.st_net.ST_Net_Softplus", input_dim=16, output_dim=16, hid_dim=16),
        (floats(6, 16),),
    )
    yield (
        "ST_Net_Sigmoid of dig",
        built("dig.ggraph.method.GraphAF.model.st_net.ST_Net_Sigmoid", input_dim=16, output_dim=16, hid_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ST_Net_Sigmoid of dig, 2",
        built("dig.ggraph.method.GraphDF.model.st_net.ST_Net_Sigmoid", input_dim=16, output_dim=16, hid_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ST_Net_Exp of dig",
        built("dig.ggraph3D.method.G_SphereNet.model.net_utils.ST_Net_Exp", input_dim=16, output_dim=16, hid_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "Rescale_channel of dig",
        built("dig.ggraph.method.GraphAF.model.st_net.Rescale_channel", num_channels=16),
        (floats(2, 12, 16),),
    )
    yield (
        "dist_emb of dig",
        built("dig.threedgraph.method.dimenetpp.features.dist_emb", num_radial=16),
        (floats(2, 12, 16),),
    )
    yield (
        "dist_emb of dig, 2",
        built("dig.threedgraph.method.spherenet.features.dist_emb", num_radial=16),
        (floats(2, 12, 16),),
    )
    yield (
        "RelationGraphConvolution of dig",
        built(
            "dig.ggraph.method.GraphAF.model.rgcn.RelationGraphConvolution", in_features=16, out_features=16, edge_dim=3
        ),
        (floats(2, 6, 16), torch.rand(2, 3, 6, 6)),
    )
    yield (
        "SimpleInteractionBlock of dig",
        built(
            "dig.threedgraph.method.comenet.comenet.SimpleInteractionBlock",
            hidden_channels=16,
            middle_channels=16,
            num_radial=16,
            num_spherical=16,
            num_layers=2,
            output_channels=16,
        ),
        (),
    )
    yield (
        "ResGCN of dig",
        built("dig.sslgraph.utils.encoders.ResGCN", feat_dim=16, hidden_dim=16, num_conv_layers=2),
        (),
    )
    yield "GCN of dig", built("dig.sslgraph.utils.encoders.GCN", feat_dim=16, hidden_dim=16, n_layers=2), ()
    yield (
        "EnergyFunc of dig",
        built("dig.ggraph.method.GraphEBM.energy_func.EnergyFunc", n_atom_type=16, hidden=16),
        (torch.eye(12), floats(2, 16, 12)),
    )
    yield (
        "HierarchicalTemporalTransformer of dreamer4",
        built("dreamer4.dreamer4.HierarchicalTemporalTransformer", dim=16, heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "LearnedQueriesAttentionPool of dreamer4",
        built("dreamer4.dreamer4.LearnedQueriesAttentionPool", num_queries=16, dim=16, heads=2, dim_head=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LatentAutoregressiveLoss of dreamer4",
        built("dreamer4.dreamer4.LatentAutoregressiveLoss", dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "TEM of dreamer4",
        built(
            "dreamer4.dreamer4.TEM",
            dim_action_embed=16,
            dim_raw_latent=16,
            num_raw_latent_tokens=16,
            heads=2,
            dim_head=16,
        ),
        (),
    )
    yield (
        "StateTokenizer of dreamer4",
        built("dreamer4.dreamer4.StateTokenizer", dim_state=16, dim=16, attn_heads=2, attn_dim_head=16),
        (floats(2, 16),),
    )
    yield "MaskModule of e2cnn", built("e2cnn.nn.modules.masking_module.MaskModule", in_type=16, S=16), ()
    yield "SReLU of echoAI", built("echoAI.Activation.Torch.srelu.SReLU", in_features=16), (floats(2, 12, 16),)
    yield "APL of echoAI", built("echoAI.Activation.Torch.apl.APL", in_features=16, S=16), (floats(2, 12, 16),)
    yield (
        "SoftExponential of echoAI",
        built("echoAI.Activation.Torch.soft_exponential.SoftExponential", in_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "CustomEquivariantNetwork of equiadapt",
        built(
            "equiadapt.images.canonicalization_networks.custom_equivariant_networks.CustomEquivariantNetwork",
            in_shape=(16,),
            out_channels=16,
            kernel_size=3,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ConvNetwork of equiadapt",
        built(
            "equiadapt.images.canonicalization_networks.custom_nonequivariant_networks.ConvNetwork",
            in_shape=(3, 32, 32),
            out_channels=16,
            kernel_size=3,
            out_vector_size=16,
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "SpectralAtomwise of fairchem",
        built(
            "fairchem.core.models.uma.escn_md_block.SpectralAtomwise",
            sphere_channels=16,
            hidden_channels=16,
            lmax=16,
            mmax=16,
            SO3_grid=16,
        ),
        (floats(2, 1, 16),),
    )
    yield (
        "EquivariantLayerNormArray of fairchem",
        built("fairchem.core.models.uma.nn.layer_norm.EquivariantLayerNormArray", lmax=2, num_channels=16),
        (floats(2, 12, 16),),
    )
    yield (
        "EquivariantRMSNormArraySphericalHarmonicsV2 of fairchem",
        built(
            "fairchem.core.models.uma.nn.layer_norm.EquivariantRMSNormArraySphericalHarmonicsV2",
            lmax=16,
            num_channels=16,
        ),
        (floats(2, 1, 16),),
    )
    yield (
        "EquivariantLayerNormArraySphericalHarmonics of fairchem",
        built(
            "fairchem.core.models.uma.nn.layer_norm.EquivariantLayerNormArraySphericalHarmonics",
            lmax=2,
            num_channels=16,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "EquivariantRMSNormArraySphericalHarmonics of fairchem",
        built(
            "fairchem.core.models.uma.nn.layer_norm.EquivariantRMSNormArraySphericalHarmonics", lmax=2, num_channels=16
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "EquivariantDegreeLayerScale of fairchem",
        built("fairchem.core.models.uma.nn.layer_norm.EquivariantDegreeLayerScale", lmax=16, num_channels=16),
        (floats(16),),
    )
    yield (
        "SINESmearing of fairchem",
        built("fairchem.core.models.utils.basis.SINESmearing", num_in_features=16),
        (floats(6, 16),),
    )
    yield (
        "GaussianSmearing of fairchem",
        built("fairchem.core.models.utils.basis.GaussianSmearing", num_in_features=16),
        (floats(6, 16),),
    )
    yield (
        "FourierSmearing of fairchem",
        built("fairchem.core.models.utils.basis.FourierSmearing", num_in_features=16),
        (floats(6, 16),),
    )
    yield (
        "ScaleFactor of fairchem",
        built("fairchem.core.modules.scaling.scale_factor.ScaleFactor"),
        (floats(2, 12, 16),),
    )
    yield (
        "MOLEDGL of fairchem",
        built(
            "fairchem.core.models.uma.nn.mole.MOLEDGL",
            num_experts=4,
            in_features=16,
            out_features=16,
            global_mole_tensors=16,
            bias=False,
        ),
        (),
    )
    yield (
        "MOLE of fairchem",
        built(
            "fairchem.core.models.uma.nn.mole.MOLE",
            num_experts=4,
            in_features=16,
            out_features=16,
            global_mole_tensors=16,
            bias=False,
        ),
        (),
    )
    yield (
        "SIREN of fairchem",
        built("fairchem.core.models.utils.basis.SIREN", layers=[1, 1, 1, 1], num_in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "_FFTConv of fft_conv_pytorch",
        built("fft_conv_pytorch.fft_conv._FFTConv", in_channels=16, out_channels=16, kernel_size=3),
        (floats(2, 16, 12),),
    )
    yield (
        "FractionalJacobiNeuralBlock of fkan",
        built("fkan.torch.FractionalJacobiNeuralBlock", degree=4),
        (floats(2, 12, 16),),
    )
    yield (
        "CrossNetMix of fuxictr",
        built("fuxictr.pytorch.layers.interactions.cross_net.CrossNetMix", in_features=16),
        (floats(6, 16),),
    )
    yield (
        "BilinearInteractionV2 of fuxictr",
        built(
            "fuxictr.pytorch.layers.interactions.bilinear_interaction.BilinearInteractionV2",
            num_fields=2,
            embedding_dim=16,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "CrossNet of fuxictr",
        built("fuxictr.pytorch.layers.interactions.cross_net.CrossNet", input_dim=16, num_layers=2),
        (floats(2, 12, 16),),
    )
    yield "Dice of fuxictr", built("fuxictr.pytorch.layers.activations.Dice", input_dim=16), (floats(6, 16),)
    yield (
        "BilinearInteraction of fuxictr",
        built(
            "fuxictr.pytorch.layers.interactions.bilinear_interaction.BilinearInteraction",
            num_fields=16,
            embedding_dim=16,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "HolographicInteraction of fuxictr",
        built("fuxictr.pytorch.layers.interactions.holographic_interaction.HolographicInteraction", num_fields=16),
        (floats(6, 16),),
    )
    yield "GPSLayerPyg of graphium", built("graphium.nn.pyg_layers.gps_pyg.GPSLayerPyg", in_dim=16, out_dim=16), ()
    yield (
        "SimpleTorchModel of graphium",
        built(
            "graphium.ipu.ipu_simple_lightning.SimpleTorchModel", in_dim=16, hidden_dim=16, kernel_size=3, num_classes=5
        ),
        (),
    )
    yield "GCNConvPyg of graphium", built("graphium.nn.pyg_layers.gcn_pyg.GCNConvPyg", in_dim=16, out_dim=16), ()
    yield (
        "InteractionBlock of graphium",
        built(
            "graphium.nn.pyg_layers.dimenet_pyg.InteractionBlock",
            hidden_dim=16,
            output_dim=16,
            num_bilinear=16,
            num_spherical=16,
            num_radial=16,
            num_before_skip=16,
            num_after_skip=16,
            activation="relu",
        ),
        (),
    )
    yield (
        "SimpleGIN of graphium",
        built("graphium.nn.encoders.signnet_pos_encoder.SimpleGIN", in_dim=16, hidden_dim=16, out_dim=16, num_layers=2),
        (floats(2, 12, 16), EDGES),
    )
    yield (
        "HNet of h_net_dynamic_chunking",
        built(
            "h_net_dynamic_chunking.h_net.HNet",
            encoder=nn.Linear(16, 16),
            network=nn.Linear(16, 16),
            decoder=nn.Linear(16, 16),
            dim=16,
        ),
        (floats(2, 12, 16),),
    )
    yield "SEM of h_net_dynamic_chunking", built("h_net_dynamic_chunking.sem.SEM", dim=16), (floats(2, 12, 16),)
    yield (
        "MultiHeadDynamicSequenceChunker of h_net_dynamic_chunking",
        built("h_net_dynamic_chunking.multi_head_h_net_dynamic_chunking.MultiHeadDynamicSequenceChunker", dim=16),
        (floats(2, 12, 16),),
    )
    yield "HieraBlock of hiera", built("hiera.hiera.HieraBlock", dim=16, dim_out=16, heads=2), (floats(2, 12, 16),)
    yield (
        "NPE of lampe",
        built("lampe.inference.npe.NPE", theta_dim=16, x_dim=16),
        (floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield "ResMLP of lampe", built("lampe.nn.ResMLP", in_features=16, out_features=16), (floats(2, 12, 16),)
    yield (
        "VisionTransformer of lavis",
        built("lavis.models.vit.VisionTransformer", embed_dim=16, depth=2, num_heads=2),
        (floats(1, 3, 224, 224),),
    )
    yield (
        "VisionTransformerEncoder of lavis",
        built("lavis.models.vit.VisionTransformerEncoder", embed_dim=16, depth=2, num_heads=2),
        (floats(1, 3, 224, 224),),
    )
    yield "Block of lavis", built("lavis.models.vit.Block", dim=16, num_heads=2), (floats(2, 12, 16),)
    yield (
        "DensityLinear of lightning_uq_box",
        built("lightning_uq_box.models.density_layers.DensityLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "LinearVariational of lightning_uq_box",
        built(
            "lightning_uq_box.models.bnn_layers.linear_variational.LinearVariational", in_features=16, out_features=16
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "SpectralBatchNorm1d of lightning_uq_box",
        built("lightning_uq_box.uq_methods.spectral_normalized_layers.SpectralBatchNorm1d", num_features=16, coeff=0.5),
        (floats(6, 16),),
    )
    yield (
        "SpectralBatchNorm2d of lightning_uq_box",
        built("lightning_uq_box.uq_methods.spectral_normalized_layers.SpectralBatchNorm2d", num_features=16, coeff=0.5),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "SpectralBatchNorm3d of lightning_uq_box",
        built("lightning_uq_box.uq_methods.spectral_normalized_layers.SpectralBatchNorm3d", num_features=16, coeff=0.5),
        (floats(2, 16, 8, 8, 8),),
    )
    yield (
        "MaskedLinear of lightning_uq_box",
        built(
            "lightning_uq_box.models.masked_ensemble.masked_layers.MaskedLinear",
            num_estimators=2,
            scale=1.0,
            in_features=16,
            out_features=16,
        ),
        (floats(6, 16),),
    )
    yield (
        "BNN_VI_Base of lightning_uq_box",
        built("lightning_uq_box.uq_methods.bnn_vi.BNN_VI_Base", model=nn.Linear(16, 16)),
        (floats(2, 12, 16),),
    )
    yield (
        "BNN_VI_Regression of lightning_uq_box",
        built("lightning_uq_box.uq_methods.bnn_vi.BNN_VI_Regression", model=nn.Linear(16, 16)),
        (floats(2, 12, 16),),
    )
    yield (
        "BNN_VI_BatchedRegression of lightning_uq_box",
        built("lightning_uq_box.uq_methods.bnn_vi.BNN_VI_BatchedRegression", model=nn.Linear(16, 16)),
        (floats(6, 16), 2),
    )
    yield (
        "LagrangeMultiplier of lightning_uq_box",
        built("lightning_uq_box.models.hierarchical_prob_unet.LagrangeMultiplier"),
        (floats(2, 12, 16),),
    )
    yield (
        "BaseConvLayer_ of lightning_uq_box",
        built(
            "lightning_uq_box.models.bnn_layers.base_variational.BaseConvLayer_",
            in_channels=16,
            out_channels=16,
            kernel_size=(3, 3),
        ),
        (),
    )
    yield (
        "BaseTransposeConvLayer_ of lightning_uq_box",
        built(
            "lightning_uq_box.models.bnn_layers.base_variational.BaseTransposeConvLayer_",
            in_channels=16,
            out_channels=16,
            kernel_size=(3, 3),
        ),
        (),
    )
    yield (
        "DensityConv2d of lightning_uq_box",
        built(
            "lightning_uq_box.models.density_layers.DensityConv2d",
            in_channels=16,
            out_channels=16,
            kernel_size=3,
            stride=1,
        ),
        (),
    )
    yield (
        "_SpectralBatchNorm of lightning_uq_box",
        built("lightning_uq_box.uq_methods.spectral_normalized_layers._SpectralBatchNorm", num_features=16, coeff=0.5),
        (),
    )
    yield (
        "AxisAlignedConvGaussian of lightning_uq_box",
        built(
            "lightning_uq_box.models.prob_unet.AxisAlignedConvGaussian",
            input_channels=16,
            num_filters=[16, 16],
            no_convs_per_block=16,
            latent_dim=16,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "MixtureDensityLayer of lightning_uq_box",
        built(
            "lightning_uq_box.models.mixture_density.MixtureDensityLayer",
            dim_in=16,
            dim_out=16,
            n_components=16,
            hidden_dims=[16, 16],
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "Transformer of long_net",
        built("long_net.model.Transformer", dim=16, depth=2, heads=2, dim_head=16, segment_size=16),
        (floats(2, 1, 16),),
    )
    yield "RMSNorm of long_net", built("long_net.model.RMSNorm", dim=16), (floats(2, 12, 16),)
    yield (
        "ParallelTransformerBlock of long_net",
        built("long_net.model.ParallelTransformerBlock", dim=16, dim_head=16, segment_size=16, heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "DilatedAttention of long_net",
        built("long_net.attention.DilatedAttention", dim=16, heads=2, dilation_rate=16, segment_size=16),
        (floats(2, 12, 16),),
    )
    yield (
        "SpatioTemporalAttention of make_a_video_pytorch",
        built("make_a_video_pytorch.make_a_video.SpatioTemporalAttention", dim=16, dim_head=16, heads=2),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ResnetBlock of make_a_video_pytorch",
        built("make_a_video_pytorch.make_a_video.ResnetBlock", dim=16, dim_out=16),
        (floats(2, 16, 8, 8),),
    )
    yield "Encoder of memformer", built("memformer.memformer.Encoder", dim=16, depth=2, heads=2), (floats(2, 12, 16),)
    yield (
        "MixtureOfAutoregressiveAttention of mixture_of_attention",
        built(
            "mixture_of_attention.mixture_of_attention.MixtureOfAutoregressiveAttention",
            dim=16,
            num_routed_queries=16,
            num_routed_key_values=16,
            local_attn_window_size=4,
            dim_head=16,
            heads=2,
        ),
        (floats(12, 2, 16),),
    )
    yield (
        "RMSNorm of mixture_of_attention",
        built("mixture_of_attention.transformer.RMSNorm", dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "FIDInceptionC of multivae",
        built("multivae.metrics.fids.inception_networks.FIDInceptionC", in_channels=16, channels_7x7=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "CUB_Resnet_Encoder of multivae",
        built("multivae.models.nn.cub.CUB_Resnet_Encoder", latent_dim=16, nfilter=16, nfilter_max=16),
        (floats(2, 3, 64, 64),),
    )
    yield (
        "Model of naturalspeech2_pytorch",
        built(
            "naturalspeech2_pytorch.naturalspeech2_pytorch.Model",
            dim=16,
            depth=2,
            dim_head=16,
            heads=2,
            wavenet_layers=2,
        ),
        (floats(2, 12, 16), torch.rand(2)),
    )
    yield (
        "PerceiverResampler of naturalspeech2_pytorch",
        built(
            "naturalspeech2_pytorch.naturalspeech2_pytorch.PerceiverResampler", dim=16, depth=2, dim_head=16, heads=2
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "Wavenet of naturalspeech2_pytorch",
        built("naturalspeech2_pytorch.naturalspeech2_pytorch.Wavenet", dim=16, stacks=16, layers=2),
        (floats(2, 16, 12),),
    )
    yield (
        "AlignerNet of naturalspeech2_pytorch",
        built("naturalspeech2_pytorch.aligner.AlignerNet", dim_in=16, dim_hidden=16, attn_channels=16),
        (floats(2, 16, 12), floats(2, 16, 12)),
    )
    yield (
        "BilateralGridCP4D of nerfstudio",
        built("nerfstudio.model_components.lib_bilagrid.BilateralGridCP4D"),
        (floats(6, 3), floats(6, 3)),
    )
    yield (
        "TensorVMEncoding of nerfstudio",
        built("nerfstudio.field_components.encodings.TensorVMEncoding"),
        (floats(2, 12, 16),),
    )
    yield (
        "KPlanesEncoding of nerfstudio",
        built("nerfstudio.field_components.encodings.KPlanesEncoding"),
        (floats(2, 12, 16),),
    )
    yield (
        "TensorCPEncoding of nerfstudio",
        built("nerfstudio.field_components.encodings.TensorCPEncoding"),
        (floats(2, 12, 16),),
    )
    yield (
        "TriplaneEncoding of nerfstudio",
        built("nerfstudio.field_components.encodings.TriplaneEncoding"),
        (floats(6, 3),),
    )
    yield (
        "LearnedVariance of nerfstudio",
        built("nerfstudio.fields.sdf_field.LearnedVariance", init_val=16),
        (floats(2, 12, 16),),
    )
    yield (
        "TensoRFField of nerfstudio",
        built("nerfstudio.fields.tensorf_field.TensoRFField", aabb=floats(16), head_mlp_layer_width=16),
        (),
    )
    yield "BilateralGrid of nerfstudio", built("nerfstudio.model_components.lib_bilagrid.BilateralGrid", num=16), ()
    yield (
        "DVC of neuralcompression",
        built("neuralcompression.models.deep_video_compression.DVC", coder_channels=16),
        (floats(2, 3, 32, 32), floats(2, 3, 32, 32)),
    )
    yield (
        "_AttnBlock of neuralcompression",
        built("neuralcompression.models._vqvae_xcit_autoencoder._AttnBlock", in_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "_ResidualBlock of neuralcompression",
        built("neuralcompression.models._hific_encoder_decoder._ResidualBlock", channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "QBottleneck of neuralcompression",
        built("neuralcompression.layers._q_bottleneck.QBottleneck", codebook_sizes=[16, 16], hidden_dims=[16, 16]),
        (),
    )
    yield (
        "DVCPyramidFlowEstimator of neuralcompression",
        built("neuralcompression.models.deep_video_compression.DVCPyramidFlowEstimator"),
        (floats(2, 3, 32, 32), floats(2, 3, 32, 32)),
    )
    yield (
        "_ResnetBlock of neuralcompression",
        built("neuralcompression.models._vqvae_xcit_autoencoder._ResnetBlock", in_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "VQGanAttention of nuwa_pytorch",
        built("nuwa_pytorch.vqgan_vae.VQGanAttention", dim=16, dim_head=16, heads=2),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "Transformer of nuwa_pytorch",
        built("nuwa_pytorch.nuwa_pytorch.Transformer", dim=16, depth=2, heads=2, dim_head=16),
        (floats(2, 12, 16),),
    )
    yield (
        "CrossModalityCrossAttention of nuwa_pytorch",
        built(
            "nuwa_pytorch.nuwa_pytorch.CrossModalityCrossAttention",
            dim=16,
            chunk_size=16,
            context_chunk_size=16,
            heads=2,
            dim_head=16,
        ),
        (floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "SparseCausal2DNA of nuwa_pytorch",
        built("nuwa_pytorch.nuwa_pytorch.SparseCausal2DNA", dim=16, heads=2, dim_head=16),
        (floats(2, 12, 16),),
    )
    yield (
        "SparseCross2DNA of nuwa_pytorch",
        built("nuwa_pytorch.nuwa_pytorch.SparseCross2DNA", dim=16, image_size=32, heads=2, dim_head=16),
        (),
    )
    yield (
        "ReversibleTransformer of nuwa_pytorch",
        built("nuwa_pytorch.nuwa_pytorch.ReversibleTransformer", dim=16, depth=2, heads=2, dim_head=16),
        (floats(2, 12, 16),),
    )
    yield (
        "Discriminator of nuwa_pytorch",
        built("nuwa_pytorch.vqgan_vae.Discriminator", dims=[16, 16]),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "OmninetCausal of omninet_pytorch",
        built("omninet_pytorch.omninet_pytorch.OmninetCausal", dim=16, depth=2, dim_head=16, heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "Omninet of omninet_pytorch",
        built(
            "omninet_pytorch.omninet_pytorch.Omninet", dim=16, depth=2, dim_head=16, heads=2, feature_redraw_interval=16
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "BUSDecoder of openocr",
        built(
            "openocr.openrec.modeling.decoders.bus_decoder.BUSDecoder",
            in_channels=16,
            out_channels=16,
            nhead=2,
            num_layers=2,
            dim_feedforward=16,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "Block of openocr",
        built("openocr.openrec.modeling.encoders.convnextv2.Block", dim=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "LocalAttentionModule of openocr",
        built(
            "openocr.openrec.modeling.decoders.lister_decoder.LocalAttentionModule",
            feat_dim=16,
            nhead=2,
            window_size=4,
            num_layers=2,
        ),
        (floats(2, 12, 16), torch.ones(2, 12).bool()),
    )
    yield (
        "LearnableRepLayer of openocr",
        built(
            "openocr.openrec.modeling.encoders.rec_lcnetv3.LearnableRepLayer",
            in_channels=16,
            out_channels=16,
            kernel_size=3,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "BilinearLayer of openocr",
        built("openocr.openrec.modeling.decoders.lister_decoder.BilinearLayer", in1=16, in2=16, out=16),
        (floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "MATRNDecoder of openocr",
        built(
            "openocr.openrec.modeling.decoders.matrn_decoder.MATRNDecoder",
            in_channels=16,
            out_channels=16,
            nhead=2,
            num_layers=2,
            dim_feedforward=16,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "MORN of openocr",
        built("openocr.openrec.modeling.transforms.moran.MORN", in_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield "CPA of openocr", built("openocr.openrec.modeling.decoders.ote_decoder.CPA", dim=16), (floats(2, 12, 16),)
    yield (
        "RMSNorm of openocr",
        built("openocr.openrec.modeling.cmer_modeling.modeling_cmer.RMSNorm", dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ADDPosEmbed of openocr",
        built("openocr.openrec.modeling.encoders.svtrv2_lnconv.ADDPosEmbed", embed_dim=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ADDPosEmbed of openocr, 2",
        built("openocr.openrec.modeling.encoders.svtrv2_lnconv_two33.ADDPosEmbed", embed_dim=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "FeatureMapEnhancer of openocr",
        built("openocr.openrec.modeling.decoders.lister_decoder.FeatureMapEnhancer", feat_dim=16),
        (),
    )
    yield "FuseModel of openocr", built("openocr.openrec.modeling.encoders.cam_encoder.FuseModel", dim=16), ()
    yield (
        "ViT of openocr",
        built("openocr.openrec.modeling.encoders.vit.ViT", out_channels=16, embed_dim=16, depth=2, num_heads=2),
        (),
    )
    yield (
        "FocalSVTR of openocr",
        built("openocr.openrec.modeling.encoders.focalsvtr.FocalSVTR", out_channels=16, embed_dim=16),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "LPVDecoder of openocr",
        built(
            "openocr.openrec.modeling.decoders.lpv_decoder.LPVDecoder",
            in_channels=16,
            out_channels=16,
            dim_feedforward=16,
            nhead=2,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield "PlanarFlow of pixyz", built("pixyz.flows.normalizing_flows.PlanarFlow", in_features=16), (floats(6, 16),)
    yield "BatchNorm1d of pixyz", built("pixyz.flows.normalizations.BatchNorm1d", in_features=16), (floats(2, 12, 16),)
    yield "BatchNorm2d of pixyz", built("pixyz.flows.normalizations.BatchNorm2d", in_features=16), (floats(6, 16),)
    yield "ActNorm2d of pixyz", built("pixyz.flows.normalizations.ActNorm2d", in_features=16), (floats(2, 16, 8, 8),)
    yield "ChannelConv of pixyz", built("pixyz.flows.conv.ChannelConv", in_channels=16), (floats(2, 16, 8, 8),)
    yield (
        "ResNet of pixyz",
        built(
            "pixyz.layers.resnet.ResNet",
            in_channels=16,
            mid_channels=16,
            out_channels=16,
            num_blocks=2,
            kernel_size=3,
            padding=1,
            double_after_norm=16,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "StochasticLinear of pytorch_adapt",
        built("pytorch_adapt.layers.stochastic_linear.StochasticLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "PopulationBatchNorm2d of pytorch_adapt",
        built("pytorch_adapt.layers.adaptive_batch_norm.PopulationBatchNorm2d", num_features=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "MCHADLoss of pytorch_ood",
        built("pytorch_ood.loss.mchad.MCHADLoss", n_classes=16, n_dim=16),
        (floats(2, 12, 16), ids(4, 2, 12)),
    )
    yield "WideResNet of pytorch_ood", built("pytorch_ood.model.wrn.WideResNet", num_classes=5), (floats(2, 3, 32, 32),)
    yield (
        "GRUClassifier of pytorch_ood",
        built("pytorch_ood.model.gru.GRUClassifier", num_classes=5, n_vocab=40),
        (ids(4, 2, 12),),
    )
    yield "RotateLayer of pyvene", built("pyvene.models.layers.RotateLayer", n=16), (floats(2, 12, 16),)
    yield (
        "LowRankRotateLayer of pyvene",
        built("pyvene.models.layers.LowRankRotateLayer", n=16, m=16),
        (floats(2, 12, 16),),
    )
    yield (
        "SubspaceLowRankRotateLayer of pyvene",
        built("pyvene.models.layers.SubspaceLowRankRotateLayer", n=16, m=16),
        (),
    )
    yield (
        "QHeadMultipleActions of q_transformer",
        built("q_transformer.q_robotic_transformer.QHeadMultipleActions", dim=16, attn_heads=2),
        (floats(2, 12, 16),),
    )
    yield (
        "ChanRMSNorm of q_transformer",
        built("q_transformer.q_robotic_transformer.ChanRMSNorm", dim=16),
        (floats(6, 16),),
    )
    yield (
        "Transformer of q_transformer",
        built("q_transformer.q_robotic_transformer.Transformer", dim=16, dim_head=16, heads=2, depth=2),
        (floats(2, 12, 16),),
    )
    yield "QKANLayer of qkan", built("qkan.qkan.QKANLayer", in_dim=16, out_dim=16), (floats(6, 16),)
    yield "KAN of qkan", built("qkan.kan.KAN", layers_hidden=[1, 1, 1, 1]), (floats(6, 1),)
    yield (
        "RemixerBlock of remixer_pytorch",
        built("remixer_pytorch.remixer_pytorch.RemixerBlock", dim=16, seq_len=12),
        (floats(2, 12, 16),),
    )
    yield "PadeRKAN of rkan", built("rkan.torch.PadeRKAN", degree_p=2, degree_q=2), (floats(2, 12, 16),)
    yield "JacobiRKAN of rkan", built("rkan.torch.JacobiRKAN", degree=4), (floats(2, 12, 16),)
    yield (
        "LayerNorm2d of segment_anything_hq",
        built("segment_anything_hq.modeling.common.LayerNorm2d", num_channels=16),
        (floats(6, 16),),
    )
    yield (
        "LayerNorm2d of segment_anything_hq, 2",
        built("segment_anything_hq.modeling.tiny_vit_sam.LayerNorm2d", num_channels=16),
        (floats(6, 16),),
    )
    yield (
        "ImageEncoderViT of segment_anything_hq",
        built(
            "segment_anything_hq.modeling.image_encoder.ImageEncoderViT",
            embed_dim=16,
            depth=2,
            num_heads=2,
            out_chans=16,
        ),
        (),
    )
    yield (
        "BasicLayer of segment_anything_hq",
        built(
            "segment_anything_hq.modeling.tiny_vit_sam.BasicLayer",
            dim=16,
            input_resolution=32,
            depth=2,
            num_heads=2,
            window_size=4,
        ),
        (),
    )
    yield (
        "TwoWayTransformer of segment_anything_hq",
        built(
            "segment_anything_hq.modeling.transformer.TwoWayTransformer",
            depth=2,
            embedding_dim=16,
            num_heads=2,
            mlp_dim=16,
        ),
        (floats(2, 16, 8, 8), floats(2, 16, 8, 8), floats(2, 12, 16)),
    )
    yield (
        "ConvLayer of segment_anything_hq",
        built(
            "segment_anything_hq.modeling.tiny_vit_sam.ConvLayer",
            dim=16,
            input_resolution=32,
            depth=2,
            activation=nn.ReLU,
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ReadingOrderAR of surya",
        built("surya.common.order.order_ar.ReadingOrderAR", layers=2, heads=2, feat_dim=16),
        (),
    )
    yield (
        "MBConv of surya",
        built("surya.detection.model.encoderdecoder.MBConv", in_channels=16, out_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "NNTransformer of swarms_torch",
        built(
            "swarms_torch.structs.neuronal_transformer.NNTransformer",
            neuron_count=16,
            num_states=16,
            input_dim=16,
            output_dim=16,
            nhead=2,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "SwarmalatorModel of swarms_torch",
        built(
            "swarms_torch.swarmalators.swarmalator_transformer.SwarmalatorModel",
            N=16,
            D=16,
            nhead=2,
            num_encoder_layers=2,
            num_decoder_layers=2,
        ),
        (None,),
    )
    yield (
        "CellularSwarm of swarms_torch",
        built("swarms_torch.structs.cellular_transformer.CellularSwarm", cell_count=2, input_dim=16, nhead=2),
        (floats(2, 12, 16),),
    )
    yield (
        "Particle of swarms_torch",
        built(
            "swarms_torch.pso.transformer_pso.Particle", input_dim=16, d_model=16, nhead=2, num_layers=2, output_dim=16
        ),
        (ids(4, 2, 12),),
    )
    yield (
        "EntropyLinear of torch_explain",
        built("torch_explain.nn.logic.EntropyLinear", in_features=16, out_features=16, n_classes=5),
        (floats(6, 16),),
    )
    yield (
        "ConceptEmbedding of torch_explain",
        built("torch_explain.nn.concepts.ConceptEmbedding", in_features=16, n_concepts=16, emb_size=16),
        (floats(6, 16),),
    )
    yield (
        "OTPotential of torchflows",
        built("torchflows.bijections.continuous.otflow.OTPotential", event_size=16),
        (torch.tensor(0.5), floats(6, 16)),
    )
    yield (
        "MADE of torchflows",
        built(
            "torchflows.bijections.finite.autoregressive.conditioning.transforms.MADE",
            input_event_shape=(16,),
            transformed_event_shape=(16,),
            parameter_shape_per_element=(16,),
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "AffineQuasiMADELayer of torchflows",
        built(
            "torchflows.bijections.finite.residual.quasi_autoregressive.AffineQuasiMADELayer",
            n_sets=16,
            n_set_inputs=2,
            n_set_outputs=16,
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "SpectralNeuralNetwork of torchflows",
        built("torchflows.bijections.finite.residual.iterative.SpectralNeuralNetwork", event_shape=(16,)),
        (floats(2, 12, 16),),
    )
    yield (
        "LowerTriangularInvertibleMatrix of torchflows",
        built("torchflows.bijections.finite.matrix.triangular.LowerTriangularInvertibleMatrix", event_shape=(16,)),
        (floats(2, 12, 16),),
    )
    yield (
        "PNNBlock of torchflows",
        built("torchflows.bijections.finite.residual.proximal.PNNBlock", event_size=16, hidden_size=16, act=nn.ReLU()),
        (floats(6, 16),),
    )
    yield (
        "ResNetConditioner of torchflows",
        built(
            "torchflows.bijections.finite.multiscale.conditioning.resnet.ResNetConditioner",
            input_event_shape=(16, 8, 8),
            parameter_shape=(16,),
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "Invertible1x1ConvolutionalCoupling of torchflows",
        built(
            "torchflows.bijections.finite.multiscale.base.Invertible1x1ConvolutionalCoupling", event_shape=(16, 8, 8)
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ResidualFeedForward of torchflows",
        built(
            "torchflows.bijections.finite.autoregressive.conditioning.transforms.ResidualFeedForward",
            input_event_shape=(16,),
            parameter_shape=(16,),
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "FeedForward of torchflows",
        built(
            "torchflows.bijections.finite.autoregressive.conditioning.transforms.FeedForward",
            input_event_shape=(16,),
            parameter_shape=(16,),
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "SpectralCNN of torchflows",
        built("torchflows.bijections.finite.residual.iterative.SpectralCNN", n_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "HouseholderProductMatrix of torchflows",
        built("torchflows.bijections.finite.matrix.orthogonal.HouseholderProductMatrix", event_shape=(16,)),
        (floats(2, 12, 16),),
    )
    yield "Planar of torchflows", built("torchflows.bijections.finite.residual.planar.Planar", event_shape=(16,)), ()
    yield "Radial of torchflows", built("torchflows.bijections.finite.residual.radial.Radial", event_shape=(16,)), ()
    yield (
        "InvertibleResNetBlock of torchflows",
        built("torchflows.bijections.finite.residual.iterative.InvertibleResNetBlock", event_shape=(16,)),
        (floats(2, 12, 16),),
    )
    yield (
        "ConvNetConditioner of torchflows",
        built(
            "torchflows.bijections.finite.multiscale.conditioning.classic.ConvNetConditioner",
            input_event_shape=(16, 8, 8),
            parameter_shape=(16,),
        ),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "InvertedResidualBottleneck of torchlayers",
        built("torchlayers.convolution.InvertedResidualBottleneck", in_channels=16),
        (floats(2, 16, 12),),
    )
    yield (
        "TrunkLinear of torchphysics",
        built("torchphysics.models.deeponet.layers.TrunkLinear", in_features=16, out_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "Quadratic of torchphysics",
        built("torchphysics.models.qres.Quadratic", in_features=16, out_features=16, xavier_gains=16),
        (floats(2, 12, 16),),
    )
    yield (
        "_FourierLayer of torchphysics",
        built("torchphysics.models.FNO._FourierLayer", channels=16, mode_num=16),
        (floats(2, 12, 16),),
    )
    yield (
        "AdaptiveActivationFunction of torchphysics",
        built("torchphysics.models.activation_fn.AdaptiveActivationFunction", activation_fn=nn.ReLU()),
        (floats(2, 12, 16),),
    )
    yield (
        "AdaptiveWeightLayer of torchphysics",
        built("torchphysics.models.model.AdaptiveWeightLayer", n=16),
        (floats(2, 12, 16),),
    )
    yield (
        "HPM_EquationLoss_at_DataPoints of torchphysics",
        built(
            "torchphysics.problem.conditions.condition.HPM_EquationLoss_at_DataPoints",
            module=nn.Linear(16, 16),
            dataloader=16,
            norm=None,
            residual_fn=True,
        ),
        (),
    )
    yield (
        "SE3InvariantKernel of unimol_tools",
        built("unimol_tools.models.transformersv2.SE3InvariantKernel", pair_dim=16, num_pair=16, num_kernel=16),
        (floats(2, 12, 16), ids(4, 6)),
    )
    yield (
        "MaskLMHead of unimol_tools",
        built("unimol_tools.pretrain.unimol.MaskLMHead", embed_dim=16, output_dim=16, activation_fn="relu"),
        (floats(2, 12, 16),),
    )
    yield (
        "TransformerEncoderLayer of unimol_tools",
        built(
            "unimol_tools.models.transformers.TransformerEncoderLayer",
            embed_dim=16,
            ffn_embed_dim=16,
            attention_heads=2,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "CrossViT of vformer",
        built(
            "vformer.models.classification.cross.CrossViT",
            img_size=32,
            patch_size_s=4,
            patch_size_l=4,
            n_classes=5,
            cross_dim_head_s=16,
            cross_dim_head_l=16,
            latent_dim_s=16,
            latent_dim_l=16,
            head_dim_s=16,
            head_dim_l=16,
            depth_s=2,
            depth_l=2,
            attn_heads_s=2,
            attn_heads_l=2,
            cross_head_s=2,
            cross_head_l=2,
            encoder_mlp_dim_s=16,
            encoder_mlp_dim_l=16,
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "VanillaViT of vformer",
        built(
            "vformer.models.classification.vanilla.VanillaViT",
            img_size=32,
            patch_size=4,
            n_classes=5,
            embedding_dim=16,
            head_dim=16,
            depth=2,
            num_heads=2,
            encoder_mlp_dim=16,
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "ConViTEncoder of vformer",
        built("vformer.encoder.convit.ConViTEncoder", embedding_dim=16, depth=2, num_heads=2, head_dim=16, mlp_dim=16),
        (floats(12, 2, 16),),
    )
    yield (
        "PVTPosEmbedding of vformer",
        built("vformer.encoder.embedding.pos_embedding.PVTPosEmbedding", pos_shape=(16, 8, 8), pos_dim=16),
        (floats(16), floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "ViViTModel2 of vformer",
        built(
            "vformer.models.classification.vivit.ViViTModel2",
            img_size=32,
            in_channels=16,
            patch_size=4,
            embedding_dim=16,
            num_frames=16,
            depth=2,
            num_heads=2,
            head_dim=16,
            n_classes=5,
        ),
        (),
    )
    yield (
        "SwinTransformer of vformer",
        built(
            "vformer.models.classification.swin.SwinTransformer",
            img_size=32,
            patch_size=4,
            in_channels=16,
            n_classes=5,
            embedding_dim=16,
        ),
        (),
    )
    yield (
        "PerceiverIO of vformer",
        built(
            "vformer.models.classification.perceiver_io.PerceiverIO",
            depth=2,
            latent_dim=16,
            num_latent_heads=2,
            cross_head_dim=16,
            latent_head_dim=16,
        ),
        (),
    )
    yield (
        "CrossEncoder of vformer",
        built(
            "vformer.encoder.cross.CrossEncoder",
            embedding_dim_s=16,
            embedding_dim_l=16,
            attn_heads_s=2,
            attn_heads_l=2,
            cross_head_s=2,
            cross_head_l=2,
            head_dim_s=16,
            head_dim_l=16,
            cross_dim_head_s=16,
            cross_dim_head_l=16,
            depth_s=2,
            depth_l=2,
            mlp_dim_s=16,
            mlp_dim_l=16,
        ),
        (floats(2, 12, 16), floats(2, 12, 16)),
    )
    yield (
        "ViViTEncoder of vformer",
        built("vformer.encoder.vivit.ViViTEncoder", dim=16, num_heads=2, head_dim=16, p_dropout=0.0, depth=2),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "LearnedPositionalEncoding of vietocr",
        built("vietocr.model.seqmodel.transformer.LearnedPositionalEncoding", d_model=16),
        (floats(2, 12, 16),),
    )
    yield (
        "Encoder of vietocr",
        built("vietocr.model.seqmodel.seq2seq.Encoder", emb_dim=16, enc_hid_dim=16, dec_hid_dim=16, dropout=0.0),
        (floats(2, 12, 16),),
    )
    yield (
        "Encoder of vietocr, 2",
        built(
            "vietocr.model.seqmodel.convseq2seq.Encoder",
            emb_dim=16,
            hid_dim=16,
            n_layers=2,
            kernel_size=3,
            dropout=0.0,
            device="cpu",
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "VisionEncoderMambaBlock of vision_mamba",
        built("vision_mamba.model.VisionEncoderMambaBlock", dim=16, dt_rank=2, dim_inner=16, d_state=16),
        (floats(2, 12, 16),),
    )


def read() -> Iterator[Made]:
    """What a person wrote down: models that are made of a configuration, and layers that take graphs of their own."""
    wide, nodes = floats(4, 16), floats(6, 16)
    for name, module, options in (
        ("StandardSAE", "standard_sae", {}),
        ("GatedSAE", "gated_sae", {}),
        ("JumpReLUSAE", "jumprelu_sae", {}),
        ("TopKSAE", "topk_sae", {"k": 4}),
        ("Transcoder", "transcoder", {"d_out": 16, "apply_b_dec_to_input": False}),
        ("SkipTranscoder", "transcoder", {"d_out": 16, "apply_b_dec_to_input": False}),
    ):
        yield f"{name} of sae_lens", _configured(f"sae_lens.saes.{module}", name, d_in=16, d_sae=32, **options), (wide,)
    for name, path, args, options in (
        ("GATLayer", "layers.gat_layer", (16, 8), {"nhead": 2}),
        ("GINLayer", "layers.gin_layer", (nn.Linear(16, 8),), {}),
        ("GINELayer", "layers.gine_layer", (nn.Linear(16, 8),), {}),
        (
            "GENConv",
            "layers.deepergcn_layer",
            (16, 16),
            {"use_msg_norm": True, "learn_msg_scale": True, "learn_beta": True},
        ),
        ("RGCNLayer", "layers.rgcn_layer", (16, 8, 3), {"regularizer": "basis", "num_bases": 2}),
        ("DisenGCNLayer", "layers.disengcn_layer", (16, 8, 2, 3), {}),
        ("SAINTLayer", "layers.saint_layer", (16, 8), {"bias": "norm"}),
    ):
        yield f"{name} of cogdl, on a graph", _graph(path, name, True, args, options), (nodes,)
    for name, path, args in (
        ("GAT", "models.nn.gat", (16, 8, 5, 2, 0.0, 0.0, 0.2, 2, False, 1)),
        ("DAEGC", "models.nn.daegc", (16, 8, 4, 2, 0.0, 3)),
    ):
        yield f"{name} of cogdl, on a graph", _graph(path, name, False, args, {}), (nodes,)
    triples = torch.randint(0, 4, (5, 3))
    for name, twice in (
        ("TransE", (False, False)),
        ("DistMult", (False, False)),
        ("RotatE", (True, False)),
        ("ComplEx", (True, True)),
    ):
        yield f"{name} of cogdl", built(f"cogdl.models.emb.{name.lower()}.{name}", 20, 4, 8, 1.0, *twice), (triples,)
    yield "QubitCircuit of deepquantum", _circuit, ()
    yield "NonlinearGaussANM of castle, with its weights", _gran, (floats(6, 5),)
    flows = "torchflows.bijections.finite.residual"
    for name, path in (
        ("Planar", "planar"),
        ("Radial", "radial"),
        ("IdentitySylvester", "sylvester"),
    ):
        back = package_more.calling(built(f"{flows}.{path}.{name}", (6,)), _back)
        yield f"{name} of torchflows, backwards", back, (floats(5, 6),)
    basis = "matgl.layers._basis"
    yield "FourierExpansion of matgl", built(f"{basis}.FourierExpansion", max_f=4, learnable=True), (torch.rand(6),)
    yield (
        "RadialBesselFunction of matgl",
        built(f"{basis}.RadialBesselFunction", max_n=4, cutoff=5.0, learnable=True),
        (torch.rand(6),),
    )
    yield "ExpNormalFunction of matgl", built(f"{basis}.ExpNormalFunction", num_rbf=8, learnable=True), (torch.rand(6),)


def _configured(module: str, name: str, **options: Any) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        package = import_module(module)
        model: nn.Module = getattr(package, name)(getattr(package, f"{name}Config")(**options))
        return model

    return make


def _graph(
    path: str, name: str, features: bool, args: tuple[Any, ...], options: dict[str, Any]
) -> Callable[[], nn.Module]:
    """A layer of cogdl that is called with a graph, and with its features."""

    def call(inner: Any, x: torch.Tensor) -> Any:
        graph = import_module("cogdl.data").Graph(x=x, edge_index=EDGES)
        if name == "RGCNLayer":
            graph.edge_attr = torch.tensor([0, 1, 2, 0, 1, 2, 0, 1])
        return inner(graph, x) if features else inner(graph)

    return package_more.calling(built(f"cogdl.{path}.{name}", *args, **options), call)


def _circuit() -> nn.Module:
    circuit: nn.Module = import_module("deepquantum").QubitCircuit(3)
    circuit.rxlayer()
    circuit.cnot_ring()
    circuit.rylayer()
    circuit.u3layer()
    circuit.observable(0)
    return circuit


def _gran() -> nn.Module:
    package = import_module("castle.algorithms.gradient.gran_dag.torch.base.base_model")
    return package_more.Calling(
        package.NonlinearGaussANM(5, 2, 4, 2),
        lambda inner, x: inner.forward_given_params(x, inner.weights, inner.biases),
    )


def _back(inner: Any, z: torch.Tensor) -> Any:
    return inner.inverse(z)


def models() -> dict[str, tuple[Callable[[], nn.Module], tuple[Any, ...]]]:
    """All models by name."""
    package_fifth.models()  # its stand-ins
    package_more.UNUSED = (*package_more.UNUSED, *(one for one in UNUSED if one not in package_more.UNUSED))
    script = torch.jit.script
    torch.jit.script = lambda function, *_, **__: function  # it does not know what stands in for torch_scatter
    try:
        with contextlib.suppress(ImportError), contextlib.redirect_stdout(sys.stderr):
            import_module("tsl.nn.models")
    finally:
        torch.jit.script = script
    for name in FRAGILE:
        for _ in range(2):
            with contextlib.suppress(Exception), contextlib.redirect_stdout(sys.stderr):
                import_module(name)
    kept = torch.get_default_dtype()
    with contextlib.suppress(ImportError), contextlib.redirect_stdout(sys.stderr):
        import_module("castle.algorithms.gradient.notears.torch")  # it makes float64 the default
    torch.set_default_dtype(kept)
    wings = (graphs, series, pictures, sounds, texts, choices, science, read)
    return {name: (make, given) for wing in wings for name, make, given in wing()}
