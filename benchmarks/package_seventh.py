"""A seventh set of packages from PyPI that are in no list before it, each model with a batch that it takes.

A model is a line, as in `package_models`. Many were found by trying small numbers on every class of a package; where no
batch fitted, the call is empty and the pass tells nothing. paramwise was not run on it while it was written.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, patch

import torch
from torch import nn

import package_fifth
import package_more
import package_sixth
from package_models import EDGES, Made, built, floats, ids

UNUSED = (
    "biotite",
    "captum",
    "catboost",
    "data_gradients",
    "detectron2",
    "gdown",
    "h5py",
    "holidays",
    "interpret",
    "librosa",
    "mamba_ssm",
    "onnx",
    "onnxsim",
    "perth",
    "plyfile",
    "progressbar",
    "pyglet",
    "pytorch_lightning.utilities.apply_func",
    "pytorch_lightning.utilities.cli",
    "safety_gymnasium",
    "torch._six",
    "torchao.dtypes.nf4tensor",
    "torchnet",
    "torchviz",
    "wget",
)
"""What the packages import and these models do not use, beside the sixth set's."""

REQUIREMENTS = [
    "base58",
    "imagesize",
    "multipledispatch",
    "PyWavelets",
    "sacremoses",
    "signal-slot-mp",
    "stringcase",
    "terminaltables",
    "torch-ema",
    "torch-runstats",
    "torchao",
    "torcheval",
]
"""What the packages import themselves, beside the first six sets'."""

PACKAGES = [
    "allennlp",
    "alphagenome-pytorch",
    "antiberty",
    "audiolm-pytorch",
    "botorch",
    "carte-ai",
    "chatterbox-tts",
    "chemprop",
    "ctgan",
    "darts",
    "deeppurpose",
    "deeprobust",
    "denoiser",
    "dhg",
    "diffsptk",
    "dnamite",
    "dscript",
    "enflows",
    "evodiff",
    "face-alignment",
    "flowtorch",
    "grelu",
    "groundingdino-py",
    "hqq",
    "hyperfast",
    "igfold",
    "imagen-pytorch",
    "lightning-bolts",
    "lightzero",
    "lru-pytorch",
    "machin",
    "mambavision",
    "matcha-tts",
    "mattersim",
    "min-dalle",
    "mmdet",
    "neural-ssm",
    "neuralprophet",
    "neurodiffeq",
    "omnisafe",
    "openai-clip",
    "protein-bert-pytorch",
    "pytorch-pretrained-biggan",
    "pytorch-transformers",
    "pytorchts",
    "s3tokenizer",
    "sam2",
    "sample-factory",
    "slowfast",
    "super-gradients",
    "tabdpt",
    "torch-blue",
    "torch-mimicry",
    "torch-points3d",
    "torchmeta",
    "torchnmf",
    "torchtune",
    "TSB-AD",
    "xuance",
]
"""The packages that are tried."""

FRAGILE = ("torchmeta.modules",)
"""Modules of packages that cannot be imported whole here: at the second try what could be imported is there."""

GONE = (
    ("huggingface_hub", "HfFolder"),
    ("huggingface_hub", "Repository"),
)
"""What libraries had once, which old packages import and these models do not use."""


def texts() -> Iterator[Made]:
    """Texts, speech and what belongs to both."""
    yield (
        "CLIP of clip",
        built(
            "clip.model.CLIP",
            embed_dim=16,
            image_resolution=32,
            vision_layers=2,
            vision_width=64,
            vision_patch_size=8,
            context_length=12,
            vocab_size=40,
            transformer_width=32,
            transformer_heads=2,
            transformer_layers=2,
        ),
        (
            floats(2, 3, 32, 32),
            ids(40, 2, 12),
        ),
    )
    yield (
        "CLIP of clip, 2",
        built(
            "clip.model.CLIP",
            embed_dim=16,
            image_resolution=32,
            vision_layers=(1, 1, 1, 1),
            vision_width=8,
            vision_patch_size=None,
            context_length=12,
            vocab_size=40,
            transformer_width=32,
            transformer_heads=2,
            transformer_layers=2,
        ),
        (
            floats(2, 3, 32, 32),
            ids(40, 2, 12),
        ),
    )
    yield (
        "SemanticTransformer of audiolm_pytorch",
        _t5("audiolm_pytorch.SemanticTransformer", dim=16, depth=2, num_semantic_tokens=20, heads=2),
        ({"ids": ids(20, 2, 12)},),
    )
    yield (
        "CoarseTransformer of audiolm_pytorch",
        _t5(
            "audiolm_pytorch.CoarseTransformer",
            codebook_size=20,
            num_coarse_quantizers=3,
            dim=16,
            depth=2,
            num_semantic_tokens=20,
            heads=2,
        ),
        ({"semantic_token_ids": ids(20, 2, 12), "coarse_token_ids": ids(20, 2, 6)},),
    )
    yield (
        "FineTransformer of audiolm_pytorch",
        _t5(
            "audiolm_pytorch.FineTransformer",
            num_coarse_quantizers=3,
            num_fine_quantizers=5,
            codebook_size=20,
            dim=16,
            depth=2,
            heads=2,
        ),
        (
            ids(20, 2, 6),
            ids(20, 2, 5),
        ),
    )
    yield (
        "XLNetLMHeadModel of pytorch_transformers",
        _old(
            "XLNet",
            "XLNetLMHeadModel",
            vocab_size_or_config_json_file=40,
            d_model=16,
            n_layer=2,
            n_head=2,
            d_inner=16,
            max_position_embeddings=16,
        ),
        (ids(40, 2, 12),),
    )
    yield (
        "TransfoXLLMHeadModel of pytorch_transformers",
        _old(
            "TransfoXL",
            "TransfoXLLMHeadModel",
            vocab_size_or_config_json_file=40,
            cutoffs=[10, 20],
            d_model=16,
            d_embed=16,
            n_head=2,
            d_head=8,
            d_inner=16,
            n_layer=2,
            div_val=2,
            tgt_len=12,
            mem_len=12,
        ),
        (ids(40, 2, 12),),
    )
    yield (
        "TransfoXLModel of pytorch_transformers, learned",
        _old(
            "TransfoXL",
            "TransfoXLModel",
            attn_type=1,
            vocab_size_or_config_json_file=40,
            cutoffs=[],
            d_model=16,
            d_embed=16,
            n_head=2,
            d_head=8,
            d_inner=16,
            n_layer=2,
            div_val=1,
            tgt_len=12,
            mem_len=12,
            sample_softmax=-1,
        ),
        (),
    )
    yield (
        "TransfoXLModel of pytorch_transformers, plain",
        _old(
            "TransfoXL",
            "TransfoXLModel",
            attn_type=2,
            vocab_size_or_config_json_file=40,
            cutoffs=[],
            d_model=16,
            d_embed=16,
            n_head=2,
            d_head=8,
            d_inner=16,
            n_layer=2,
            div_val=1,
            tgt_len=12,
            mem_len=12,
            sample_softmax=-1,
        ),
        (ids(40, 2, 12),),
    )
    yield (
        "GPT2LMHeadModel of pytorch_transformers",
        _old(
            "GPT2",
            "GPT2LMHeadModel",
            vocab_size_or_config_json_file=40,
            n_positions=16,
            n_ctx=16,
            n_embd=16,
            n_layer=2,
            n_head=2,
        ),
        (ids(40, 2, 12),),
    )
    yield (
        "BertForPreTraining of pytorch_transformers",
        _old(
            "Bert",
            "BertForPreTraining",
            vocab_size_or_config_json_file=40,
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=16,
            max_position_embeddings=16,
        ),
        (ids(40, 2, 12),),
    )
    yield (
        "RobertaForMaskedLM of pytorch_transformers",
        _old(
            "Roberta",
            "RobertaForMaskedLM",
            vocab_size_or_config_json_file=40,
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=16,
            max_position_embeddings=20,
        ),
        (ids(40, 2, 12),),
    )
    yield (
        "XLMWithLMHeadModel of pytorch_transformers",
        _old(
            "XLM",
            "XLMWithLMHeadModel",
            vocab_size_or_config_json_file=40,
            emb_dim=16,
            n_layers=2,
            n_heads=2,
            max_position_embeddings=16,
        ),
        (ids(40, 2, 12),),
    )
    yield (
        "lora_llama3 of torchtune",
        built(
            "torchtune.models.llama3.lora_llama3",
            ["q_proj", "v_proj"],
            vocab_size=40,
            num_layers=2,
            num_heads=2,
            num_kv_heads=1,
            embed_dim=16,
            max_seq_len=16,
            lora_rank=4,
            lora_alpha=8,
            intermediate_dim=16,
        ),
        (ids(40, 2, 12),),
    )
    yield (
        "lora_llama3 of torchtune, 2",
        built(
            "torchtune.models.llama3.lora_llama3",
            ["q_proj", "v_proj"],
            vocab_size=40,
            num_layers=2,
            num_heads=2,
            num_kv_heads=1,
            embed_dim=16,
            max_seq_len=16,
            lora_rank=4,
            lora_alpha=8,
            intermediate_dim=16,
            use_dora=True,
        ),
        (ids(40, 2, 12),),
    )
    yield (
        "gemma of torchtune",
        built(
            "torchtune.models.gemma.gemma",
            vocab_size=40,
            num_layers=2,
            num_heads=2,
            head_dim=8,
            num_kv_heads=1,
            embed_dim=16,
            intermediate_dim=16,
            max_seq_len=16,
        ),
        (ids(40, 2, 12),),
    )
    yield (
        "clip_text_encoder of torchtune",
        built(
            "torchtune.models.clip.clip_text_encoder",
            embed_dim=16,
            num_heads=2,
            num_layers=2,
            vocab_size=40,
            max_seq_len=12,
        ),
        (ids(40, 2, 12),),
    )
    yield (
        "clip_vision_encoder of torchtune",
        built(
            "torchtune.models.clip.clip_vision_encoder",
            embed_dim=16,
            num_layers=2,
            num_heads=2,
            tile_size=16,
            patch_size=8,
            max_num_tiles=2,
            cls_output_dim=8,
            output_cls_projection=True,
        ),
        (
            floats(1, 1, 2, 3, 16, 16),
            torch.tensor([[[1, 2]]]),
        ),
    )
    yield (
        "llama3_2_vision_decoder of torchtune",
        built(
            "torchtune.models.llama3_2_vision.llama3_2_vision_decoder",
            vocab_size=40,
            num_layers=2,
            fusion_interval=2,
            num_special_tokens=2,
            num_heads=2,
            num_kv_heads=1,
            embed_dim=16,
            max_seq_len=16,
            encoder_max_seq_len=8,
            intermediate_dim=16,
        ),
        (
            ids(40, 2, 12),
            {"encoder_input": floats(2, 5, 16), "encoder_mask": torch.ones(2, 12, 5, dtype=torch.bool)},
        ),
    )
    yield (
        "VectorQuantizedEmbeddings of torchtune",
        built("torchtune.modules.vq_embeddings.VectorQuantizedEmbeddings", num_embeddings=20, embedding_dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "AdditiveAttention of allennlp",
        built("allennlp.modules.attention.AdditiveAttention", vector_dim=16, matrix_dim=8),
        (
            floats(2, 16),
            floats(2, 12, 8),
        ),
    )
    yield (
        "BilinearMatrixAttention of allennlp",
        built("allennlp.modules.matrix_attention.BilinearMatrixAttention", 16, 8, use_input_biases=True, label_dim=3),
        (
            floats(2, 12, 16),
            floats(2, 6, 8),
        ),
    )
    yield (
        "ConditionalRandomField of allennlp",
        built("allennlp.modules.conditional_random_field.ConditionalRandomField", 5),
        (
            floats(2, 12, 5),
            ids(5, 2, 12),
            torch.ones(2, 12, dtype=torch.bool),
        ),
    )
    yield (
        "BiMpmMatching of allennlp",
        built("allennlp.modules.bimpm_matching.BiMpmMatching", hidden_dim=16, num_perspectives=5, is_forward=True),
        (
            floats(2, 12, 16),
            torch.ones(2, 12, dtype=torch.bool),
            floats(2, 12, 16),
            torch.ones(2, 12, dtype=torch.bool),
        ),
    )
    yield (
        "EndpointSpanExtractor of allennlp",
        built("allennlp.modules.span_extractors.EndpointSpanExtractor", 16, use_exclusive_start_indices=True),
        (
            floats(2, 12, 16),
            torch.tensor([[[0, 2], [3, 5]], [[1, 4], [2, 2]]]),
        ),
    )
    yield (
        "ScalarMix of allennlp",
        built("allennlp.modules.scalar_mix.ScalarMix", 3),
        ([floats(2, 12, 16), floats(2, 12, 16), floats(2, 12, 16)],),
    )
    yield (
        "Embedding of allennlp",
        built("allennlp.modules.token_embedders.Embedding", embedding_dim=16, num_embeddings=40),
        (ids(40, 2, 12),),
    )
    yield (
        "SoftmaxLoss of allennlp",
        built("allennlp.modules.softmax_loss.SoftmaxLoss", num_words=40, embedding_dim=16),
        (
            floats(6, 16),
            ids(40, 6),
        ),
    )
    yield "HQQLinearLoRA", _hqq("LoRA"), (floats(2, 16),)
    yield "HQQLinearGroupedProj", _hqq("GroupedProj"), (floats(2, 16),)


def series() -> Iterator[Made]:
    """Time series and states."""
    yield (
        "LRU of LRU_pytorch",
        built("LRU_pytorch.LRU", in_features=6, out_features=5, state_features=16),
        (floats(2, 12, 6),),
    )
    yield ("DeepSSM of neural_ssm", built("neural_ssm.DeepSSM", 6, 5, d_model=16, d_state=16), (floats(2, 12, 6),))
    yield (
        "DeepSSM of neural_ssm, 2",
        built("neural_ssm.DeepSSM", 6, 5, d_model=16, d_state=16, param="l2n", ff="LGLU2", gamma=2.0),
        (floats(2, 12, 6),),
    )
    yield (
        "L2RU of neural_ssm",
        built("neural_ssm.ssm.cells.legacy.l2ru.L2RU", state_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "DefectL2SSM of neural_ssm",
        built("neural_ssm.ssm.cells.lti.defect.DefectL2SSM", d_state=16, d_input=6, d_output=5),
        (floats(2, 12, 6),),
    )
    yield (
        "RobustMambaDiagSSM of neural_ssm",
        built("neural_ssm.ssm.cells.selective.tv.RobustMambaDiagSSM", d_model=16),
        (floats(2, 12, 16),),
    )
    yield (
        "ExpertSelectiveTimeVaryingSSM of neural_ssm",
        built("neural_ssm.ssm.experimental.ExpertSelectiveTimeVaryingSSM", d_state=16, d_in=6, d_out=5),
        (floats(2, 12, 6),),
    )
    yield (
        "SandwichFc of neural_ssm",
        built("neural_ssm.static_layers.lipschitz_mlps.SandwichFc", in_features=16, out_features=8),
        (floats(2, 16),),
    )
    yield (
        "REN of neural_ssm",
        built("neural_ssm.rens.ren.REN", dim_in=6, dim_out=5, dim_internal=16, dim_nl=8),
        (floats(2, 12, 6),),
    )
    yield (
        "TranADModel of TSB_AD",
        built("TSB_AD.models.TranAD.TranADModel", batch_size=16, feats=16, win_size=16),
        (
            floats(2, 12, 16),
            floats(2, 12, 16),
        ),
    )
    yield (
        "OmniAnomalyModel of TSB_AD",
        built("TSB_AD.models.OmniAnomaly.OmniAnomalyModel", feats=16, device="cpu"),
        (floats(2, 12, 16),),
    )
    yield ("CNNModel of TSB_AD", built("TSB_AD.models.CNN.CNNModel", n_features=16), (floats(2, 12, 16),))
    yield (
        "LSTMModel of TSB_AD",
        built(
            "TSB_AD.models.LSTMAD.LSTMModel",
            window_size=12,
            feats=16,
            hidden_dim=16,
            pred_len=16,
            num_layers=2,
            batch_size=2,
            device="cpu",
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "FixedEmbedding of TSB_AD",
        built("TSB_AD.utils.torch_utility.FixedEmbedding", c_in=16, d_model=16),
        (ids(16, 2, 12),),
    )
    yield (
        "Inception_Block_V1 of TSB_AD",
        built("TSB_AD.models.TimesNet.Inception_Block_V1", in_channels=16, out_channels=16),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "MAF of pts",
        _prob("pts.modules.flows.MAF", n_blocks=2, input_size=6, hidden_size=16, n_hidden=1, cond_label_size=4),
        (
            floats(5, 6),
            floats(5, 4),
        ),
    )
    yield (
        "MADE of pts",
        built("pts.modules.flows.MADE", input_size=6, hidden_size=16, n_hidden=1, cond_label_size=4),
        (
            floats(2, 6),
            floats(2, 4),
        ),
    )
    yield (
        "RealNVP of pts",
        _prob("pts.modules.flows.RealNVP", n_blocks=2, input_size=6, hidden_size=16, n_hidden=1, cond_label_size=4),
        (
            floats(5, 6),
            floats(5, 4),
        ),
    )
    yield ("BatchNorm of pts", built("pts.modules.flows.BatchNorm", input_size=6), (floats(5, 6),))
    yield (
        "NBEATSGenericBlock of pts",
        built(
            "pts.model.n_beats.n_beats_network.NBEATSGenericBlock",
            units=16,
            thetas_dim=4,
            backcast_length=12,
            forecast_length=5,
        ),
        (floats(2, 12),),
    )
    yield (
        "EpsilonTheta of pts",
        built("pts.model.time_grad.epsilon_theta.EpsilonTheta", target_dim=8, cond_length=12),
        (
            floats(2, 1, 8),
            ids(9, 2),
            floats(2, 1, 12),
        ),
    )
    yield (
        "GatedResidualNetwork of pts",
        built("pts.model.tft.tft_modules.GatedResidualNetwork", d_hidden=16),
        (floats(2, 12, 16),),
    )
    yield (
        "_NBEATSModule of darts",
        _past(
            "darts.models.forecasting.nbeats._NBEATSModule",
            input_dim=1,
            output_dim=1,
            nr_params=1,
            generic_architecture=False,
            num_stacks=2,
            num_blocks=1,
            num_layers=2,
            layer_widths=[16, 16],
            expansion_coefficient_dim=4,
            trend_polynomial_degree=2,
            batch_norm=False,
            dropout=0.0,
            activation="ReLU",
            input_chunk_length=12,
            output_chunk_length=5,
        ),
        (floats(2, 12, 1),),
    )
    yield (
        "_DLinearModule of darts",
        _past(
            "darts.models.forecasting.dlinear._DLinearModule",
            input_dim=1,
            output_dim=1,
            future_cov_dim=0,
            static_cov_dim=0,
            nr_params=1,
            shared_weights=False,
            kernel_size=3,
            const_init=True,
            input_chunk_length=12,
            output_chunk_length=5,
        ),
        (floats(2, 12, 1),),
    )
    yield (
        "_GatedResidualNetwork of darts",
        built(
            "darts.models.components.tft_submodels._GatedResidualNetwork",
            input_size=16,
            hidden_size=16,
            output_size=8,
            context_size=4,
        ),
        (
            floats(2, 12, 16),
            floats(2, 12, 4),
        ),
    )
    yield (
        "_AddNorm of darts",
        built("darts.models.components.tft_submodels._AddNorm", input_size=16),
        (
            floats(2, 12, 16),
            floats(2, 12, 16),
        ),
    )
    yield (
        "_ResampleNorm of darts",
        built("darts.models.components.tft_submodels._ResampleNorm", input_size=16, output_size=8),
        (floats(2, 12, 16),),
    )
    yield (
        "RINorm of darts",
        built("darts.models.components.layer_norm_variants.RINorm", input_dim=4),
        (floats(2, 12, 4),),
    )
    yield (
        "RMSNorm of darts",
        built("darts.models.components.layer_norm_variants.RMSNorm", dim=16),
        (floats(2, 12, 16),),
    )
    yield (
        "_MultiHeadAttention of darts",
        built("darts.models.components.timesfm3_submodels._MultiHeadAttention", num_heads=2, in_features=16),
        (floats(2, 12, 16),),
    )
    yield (
        "DeepNet of neuralprophet",
        built("neuralprophet.time_net.DeepNet", d_inputs=16, d_outputs=8, lagged_reg_layers=[16]),
        (floats(2, 16),),
    )
    yield (
        "FlatNet of neuralprophet",
        built("neuralprophet.time_net.FlatNet", d_inputs=16, d_outputs=8),
        (floats(2, 16),),
    )


def graphs() -> Iterator[Made]:
    """Graphs and molecules."""
    yield (
        "GCN of deeprobust",
        built("deeprobust.graph.defense.gcn.GCN", nfeat=16, nhid=16, nclass=5, device="cpu"),
        (
            floats(6, 16),
            torch.eye(6),
        ),
    )
    yield (
        "MedianConv of deeprobust",
        built("deeprobust.graph.defense.median_gcn.MedianConv", in_channels=16, out_channels=16),
        (
            floats(6, 16),
            EDGES,
        ),
    )
    yield (
        "GGCL_F of deeprobust",
        built("deeprobust.graph.defense.r_gcn.GGCL_F", in_features=16, out_features=8),
        (
            floats(6, 16),
            torch.eye(6),
            torch.eye(6),
        ),
    )
    yield (
        "GGCL_D of deeprobust",
        built("deeprobust.graph.defense.r_gcn.GGCL_D", in_features=16, out_features=8, dropout=0.0),
        (
            floats(6, 16),
            torch.rand(6, 16),
            torch.eye(6),
            torch.eye(6),
        ),
    )
    yield (
        "SimPGCN of deeprobust",
        built("deeprobust.graph.defense.simpgcn.SimPGCN", nnodes=30, nfeat=16, nhid=8, nclass=5, device="cpu"),
        (),
    )
    yield (
        "GPRGNN of deeprobust",
        built("deeprobust.graph.defense_pyg.gpr.GPRGNN", nfeat=16, nhid=16, nclass=5),
        (
            floats(6, 16),
            EDGES,
        ),
    )
    yield (
        "GATConv of deeprobust",
        built("deeprobust.graph.defense_pyg.mygat_conv.GATConv", in_channels=16, out_channels=8, heads=2),
        (
            floats(6, 16),
            EDGES,
        ),
    )
    yield ("EstimateAdj of deeprobust", built("deeprobust.graph.defense.prognn.EstimateAdj", torch.eye(6)), ({},))
    yield (
        "GCN of dhg",
        _hyper("dhg.models.GCN", "graph", in_channels=16, hid_channels=8, num_classes=5),
        (floats(6, 16),),
    )
    yield (
        "GAT of dhg",
        _hyper("dhg.models.GAT", "graph", in_channels=16, hid_channels=8, num_classes=5, num_heads=2),
        (floats(6, 16),),
    )
    yield (
        "GIN of dhg",
        _hyper("dhg.models.GIN", "graph", in_channels=16, hid_channels=8, num_classes=5, num_layers=2, train_eps=True),
        (floats(6, 16),),
    )
    yield (
        "HGNNP of dhg",
        _hyper("dhg.models.HGNNP", "hyper", in_channels=16, hid_channels=8, num_classes=5),
        (floats(6, 16),),
    )
    yield (
        "UniGAT of dhg",
        _hyper("dhg.models.UniGAT", "hyper", in_channels=16, hid_channels=8, num_classes=5, num_heads=2),
        (floats(6, 16),),
    )
    yield (
        "UniGIN of dhg",
        _hyper("dhg.models.UniGIN", "hyper", in_channels=16, hid_channels=8, num_classes=5, train_eps=True),
        (floats(6, 16),),
    )
    yield (
        "HNHN of dhg",
        _hyper("dhg.models.HNHN", "hyper", in_channels=16, hid_channels=8, num_classes=5),
        (floats(6, 16),),
    )
    yield ("NGCF of dhg", _users("dhg.models.NGCF", num_users=5, num_items=6, emb_dim=8), (floats(1),))
    yield (
        "MulticlassClassificationFFN of chemprop",
        built("chemprop.nn.MulticlassClassificationFFN", n_classes=3, input_dim=16, hidden_dim=16),
        (floats(2, 16),),
    )
    yield (
        "EvidentialFFN of chemprop",
        built("chemprop.nn.EvidentialFFN", input_dim=16, hidden_dim=16),
        (floats(2, 16),),
    )
    yield (
        "AttentiveAggregation of chemprop",
        built("chemprop.nn.AttentiveAggregation", output_size=16),
        (
            floats(6, 16),
            torch.tensor([0, 0, 0, 1, 1, 1]),
        ),
    )
    yield (
        "BondMessagePassing of chemprop",
        _mpnn("chemprop.nn.BondMessagePassing", d_v=8, d_e=4, d_h=16),
        (
            floats(6, 8),
            floats(8, 4),
        ),
    )
    yield (
        "AtomMessagePassing of chemprop",
        _mpnn("chemprop.nn.AtomMessagePassing", d_v=8, d_e=4, d_h=16),
        (
            floats(6, 8),
            floats(8, 4),
        ),
    )
    yield (
        "M3Gnet of mattersim",
        built("mattersim.forcefield.m3gnet.m3gnet.M3Gnet", num_blocks=2, units=16, max_l=2, max_n=2, device="cpu"),
        (
            {
                "atom_pos": floats(6, 3),
                "cell": 9 * torch.eye(3)[None],
                "pbc_offsets": torch.zeros(8, 3),
                "atom_attr": ids(9, 6, 1),
                "edge_index": EDGES,
                "three_body_indices": torch.tensor([[1, 6], [2, 7], [6, 1], [7, 2]]),
                "num_three_body": torch.tensor([4]),
                "num_bonds": torch.tensor([8]),
                "num_triple_ij": torch.tensor([[0], [1], [1], [0], [0], [0], [1], [1]]),
                "num_atoms": torch.tensor([6]),
                "num_graphs": 1,
                "batch": torch.zeros(6, dtype=torch.long),
            },
            {},
        ),
    )
    yield (
        "AtomScaling of mattersim",
        built(
            "mattersim.forcefield.m3gnet.scaling.AtomScaling",
            init_scale=1.0,
            init_shift=0.0,
            trainable_scale=True,
            trainable_shift=True,
            device="cpu",
        ),
        (
            floats(6),
            ids(9, 6),
        ),
    )
    yield (
        "BesselBasis of mattersim",
        built("mattersim.forcefield.m3gnet.modules.edge_encoding.BesselBasis", r_max=5.0),
        (torch.rand(6),),
    )
    yield (
        "GatedMLP of mattersim",
        built("mattersim.forcefield.m3gnet.modules.layers.GatedMLP", in_dim=16, out_dims=[16, 8]),
        (floats(2, 16),),
    )
    yield (
        "KPConvLayer of torch_points3d",
        _points("KPConvLayer"),
        (floats(12, 3), floats(12, 3), ids(11, 12, 5), floats(12, 16)),
    )
    yield (
        "KPConvDeformableLayer of torch_points3d",
        _points("KPConvDeformableLayer"),
        (floats(12, 3), floats(12, 3), ids(11, 12, 5), floats(12, 16)),
    )
    yield (
        "UnaryConv of torch_points3d",
        built("torch_points3d.core.common_modules.base_modules.UnaryConv", (16, 8)),
        (floats(12, 16),),
    )
    yield (
        "MultiHeadClassifier of torch_points3d",
        built("torch_points3d.core.common_modules.base_modules.MultiHeadClassifier", 16, {0: [0, 1], 1: [2, 3, 4]}),
        (
            floats(12, 16),
            torch.zeros(12, dtype=torch.long),
        ),
    )
    yield (
        "PointNetSTN3D of torch_points3d",
        built("torch_points3d.modules.PointNet.modules.PointNetSTN3D"),
        (
            floats(24, 3),
            torch.zeros(24, dtype=torch.long),
        ),
    )


def biology() -> Iterator[Made]:
    """Genes, proteins, cells."""
    yield (
        "AlphaGenome of alphagenome_pytorch",
        built(
            "alphagenome_pytorch.AlphaGenome",
            dims=(16, 24, 32, 40, 48, 56, 64),
            transformer_kwargs={
                "depth": 2,
                "heads": 2,
                "dim_head_qk": 8,
                "dim_head_v": 8,
                "dim_pairwise": 16,
                "single_to_pairwise_heads": 2,
            },
        ),
        (
            ids(4, 1, 4096),
            0,
        ),
    )
    yield (
        "SpliceJunctionHead of alphagenome_pytorch",
        built("alphagenome_pytorch.alphagenome.SpliceJunctionHead", input_dim=16, hidden_dim=16, n_contexts=5),
        (
            floats(2, 12, 16),
            ids(12, 2, 4),
            ids(12, 2, 4),
        ),
    )
    yield (
        "SpliceSitesJunctionHead of alphagenome_pytorch",
        built(
            "alphagenome_pytorch.alphagenome.SpliceSitesJunctionHead", input_dim=16, hidden_dim=16, max_num_tissues=5
        ),
        (
            floats(2, 12, 16),
            ids(12, 2, 4, 3),
        ),
    )
    yield (
        "TracksScaledPrediction of alphagenome_pytorch",
        built("alphagenome_pytorch.alphagenome.TracksScaledPrediction", dim=16, num_tracks=5),
        (floats(2, 12, 16),),
    )
    yield (
        "ChannelFirstRMSNorm of alphagenome_pytorch",
        built("alphagenome_pytorch.alphagenome.ChannelFirstRMSNorm", dim=16),
        (floats(2, 16, 12),),
    )
    yield (
        "DSCRIPTModel of dscript",
        built(
            "dscript.models.interaction.DSCRIPTModel",
            emb_nin=16,
            emb_nout=16,
            emb_dropout=0.0,
            con_embed_dim=16,
            con_hidden_dim=16,
            con_width=7,
            use_cuda=False,
        ),
        (
            floats(1, 12, 16),
            floats(1, 12, 16),
        ),
    )
    yield (
        "SkipLSTM of dscript",
        built("dscript.models.embedding.SkipLSTM", nin=16, nout=16, hidden_dim=16, num_layers=2),
        (ids(16, 2, 12),),
    )
    yield (
        "IPABlock of igfold",
        built("igfold.model.components.IPABlock.IPABlock", dim=16, heads=2, require_pairwise_repr=False),
        (
            floats(2, 12, 16),
            {"rotations": torch.eye(3).expand(2, 12, 3, 3), "translations": floats(2, 12, 3)},
        ),
    )
    yield (
        "TriangleGraphTransformer of igfold",
        built("igfold.model.components.TriangleGraphTransformer", dim=16, edge_dim=16, depth=2),
        (
            floats(2, 12, 16),
            floats(2, 12, 12, 16),
        ),
    )
    yield (
        "IPATransformer of igfold",
        built("igfold.model.components.IPATransformer", dim=16, depth=2, heads=2, require_pairwise_repr=False),
        (floats(2, 12, 16),),
    )
    yield (
        "Embeddings of DeepPurpose",
        built(
            "DeepPurpose.model_helper.Embeddings", vocab_size=40, hidden_size=16, max_position_size=16, dropout_rate=0.0
        ),
        (ids(16, 2, 12),),
    )
    yield (
        "Encoder_MultipleLayers of DeepPurpose",
        built(
            "DeepPurpose.model_helper.Encoder_MultipleLayers",
            n_layer=2,
            hidden_size=16,
            intermediate_size=16,
            num_attention_heads=2,
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=0.0,
        ),
        (
            floats(2, 12, 16),
            torch.ones(2, 1, 1, 12),
        ),
    )
    yield ("MLP of DeepPurpose", built("DeepPurpose.encoders.MLP", 16, 8, [16, 16]), (floats(2, 16),))
    yield (
        "ByteNetLMTime of evodiff",
        built(
            "evodiff.model.ByteNetLMTime",
            n_tokens=20,
            d_embedding=16,
            d_model=16,
            n_layers=2,
            kernel_size=3,
            r=16,
            timesteps=10,
        ),
        (
            ids(20, 2, 12),
            ids(9, 2),
        ),
    )
    yield (
        "ByteNetLMTime of evodiff, 2",
        built(
            "evodiff.model.ByteNetLMTime",
            n_tokens=20,
            d_embedding=16,
            d_model=16,
            n_layers=2,
            kernel_size=3,
            r=16,
            rank=4,
            final_ln=True,
        ),
        (
            ids(20, 2, 12),
            ids(9, 2),
        ),
    )
    yield (
        "Attention of grelu",
        built("grelu.model.layers.Attention", in_len=16, key_len=8, value_len=8, n_heads=2, n_pos_features=8),
        (floats(2, 12, 16),),
    )
    yield (
        "ConvTransformerModel of grelu",
        built("grelu.model.models.ConvTransformerModel", n_tasks=5),
        (floats(2, 4, 32),),
    )
    yield ("ConvModel of grelu", built("grelu.model.models.ConvModel", n_tasks=5), (floats(2, 4, 64),))
    yield (
        "EnformerTransformerTower of grelu",
        built(
            "grelu.model.trunks.enformer.EnformerTransformerTower",
            in_channels=24,
            n_blocks=2,
            n_heads=2,
            key_len=16,
            attn_dropout=0.0,
            pos_dropout=0.0,
            ff_dropout=0.0,
        ),
        (floats(2, 24, 12),),
    )
    yield (
        "ProteinBERT of protein_bert_pytorch",
        built(
            "protein_bert_pytorch.ProteinBERT",
            num_tokens=21,
            num_annotation=20,
            dim=16,
            dim_global=16,
            depth=2,
            narrow_conv_kernel=3,
            wide_conv_kernel=3,
            wide_conv_dilation=1,
            attn_heads=2,
            attn_dim_head=8,
            local_self_attn=True,
        ),
        (
            ids(21, 2, 12),
            floats(2, 20),
        ),
    )
    yield "AntiBERTy", _antiberty, (ids(20, 2, 12),)


def choices() -> Iterator[Made]:
    """Tables and decisions."""
    yield (
        "Generator of ctgan",
        built("ctgan.synthesizers.ctgan.Generator", embedding_dim=16, generator_dim=[16, 16], data_dim=8),
        (floats(2, 16),),
    )
    yield (
        "Discriminator of ctgan",
        built("ctgan.synthesizers.ctgan.Discriminator", input_dim=16, discriminator_dim=[16, 16], pac=2),
        (floats(4, 16),),
    )
    yield (
        "Encoder of ctgan",
        built("ctgan.synthesizers.tvae.Encoder", data_dim=16, compress_dims=[16, 16], embedding_dim=8),
        (floats(2, 16),),
    )
    yield (
        "Decoder of ctgan",
        built("ctgan.synthesizers.tvae.Decoder", embedding_dim=16, decompress_dims=[16, 16], data_dim=8),
        (floats(2, 16),),
    )
    yield (
        "TabDPTModel of tabdpt",
        built(
            "tabdpt.model.TabDPTModel",
            dropout=0.0,
            enc_cell_dim=8,
            n_out=5,
            regression_bin_count=8,
            regression_bin_min=-3.0,
            regression_bin_max=3.0,
            nhead=2,
            nhid=16,
            ninp=16,
            nlayers=2,
            num_features=6,
            base_len=16,
            max_len=16,
            y_encoder_dim=16,
            n_thinking_rows=2,
            use_flash=False,
        ),
        (
            floats(2, 12, 6),
            floats(2, 8),
            True,
        ),
    )
    yield (
        "_BaseSingleSplitDNAMiteModel of dnamite",
        built(
            "dnamite.models.base_single_split._BaseSingleSplitDNAMiteModel",
            n_features=3,
            n_output=2,
            feature_sizes=[5, 6, 7],
            n_embed=8,
            n_hidden=8,
            n_layers=2,
            pairs_list=[[0, 1], [1, 2]],
            cat_feat_mask=torch.zeros(3, dtype=torch.bool),
        ),
        (
            ids(5, 4, 3),
            ids(5, 4, 2, 2),
        ),
    )
    yield (
        "_BaseSingleSplitDNAMiteModel of dnamite, 2",
        built(
            "dnamite.models.base_single_split._BaseSingleSplitDNAMiteModel",
            n_features=3,
            n_output=1,
            feature_sizes=[5, 6, 7],
            n_embed=8,
            n_hidden=8,
            n_layers=2,
            fit_pairs=False,
            monotone_constraints=[0, 1, 0],
            cat_feat_mask=torch.zeros(3, dtype=torch.bool),
        ),
        (ids(5, 4, 3),),
    )
    yield "MainNetworkTrainable of hyperfast", _hyperfast, (floats(4, 6), torch.tensor([0, 1, 2, 0]))
    yield (
        "ViT of xuance",
        built(
            "xuance.torch.representations.vit.ViT",
            input_shape=(16, 16, 4),
            image_patch_size=8,
            frame_patch_size=2,
            final_dim=8,
            embedding_dim=16,
            depth=2,
            heads=2,
            FFN_dim=16,
        ),
        (floats(2, 4, 16, 16),),
    )
    yield (
        "GaussianActorNet of xuance",
        built(
            "xuance.torch.policies.core.GaussianActorNet",
            state_dim=16,
            action_dim=3,
            hidden_sizes=[16],
            activation=nn.ReLU,
        ),
        (floats(2, 16),),
    )
    yield (
        "QMIX_mixer of xuance",
        built("xuance.torch.policies.core.QMIX_mixer", dim_state=8, dim_hidden=16, dim_hypernet_hidden=16, n_agents=3),
        (
            floats(2, 3),
            floats(2, 8),
        ),
    )
    yield (
        "DuelQhead of xuance",
        built("xuance.torch.policies.core.DuelQhead", state_dim=16, n_actions=3, hidden_sizes=[16], activation=nn.ReLU),
        (floats(2, 16),),
    )
    yield (
        "RecurrentModel of xuance",
        built(
            "xuance.torch.representations.world_model.RecurrentModel",
            input_size=16,
            recurrent_state_size=16,
            dense_units=16,
        ),
        (
            floats(1, 2, 16),
            floats(1, 2, 16),
        ),
    )
    yield (
        "EnsembleFC of omnisafe",
        built(
            "omnisafe.algorithms.model_based.base.ensemble.EnsembleFC", in_features=16, out_features=8, ensemble_size=3
        ),
        (floats(3, 5, 16),),
    )
    yield "GaussianLearningActor of omnisafe", _safe("gaussian_learning"), (floats(2, 6),)
    yield "PerturbationActor of omnisafe", _safe("perturbation"), (floats(2, 6),)
    yield (
        "MuZeroModelMLP of lzero",
        _first(
            "lzero.model.muzero_model_mlp.MuZeroModelMLP",
            observation_shape=6,
            action_space_size=3,
            latent_state_dim=16,
            reward_support_size=11,
            value_support_size=11,
            proj_hid=16,
            proj_out=16,
            pred_hid=16,
            pred_out=16,
            self_supervised_learning_loss=True,
        ),
        (floats(2, 6),),
    )
    yield (
        "DynamicsNetwork of lzero",
        built(
            "lzero.model.muzero_model.DynamicsNetwork",
            observation_shape=(3, 16, 16),
            action_encoding_dim=2,
            num_channels=18,
            reward_head_channels=4,
            reward_head_hidden_channels=[8],
            output_support_size=11,
            flatten_input_size_for_reward_head=1024,
        ),
        (floats(2, 18, 16, 16),),
    )
    yield ("LayerNorm of lzero", built("lzero.policy.utils.LayerNorm", 16, True), (floats(2, 16),))
    yield (
        "BottleneckWN of machin",
        built("machin.model.nets.resnet.BottleneckWN", in_planes=16, out_planes=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "BasicBlock of machin",
        built("machin.model.nets.resnet.BasicBlock", in_planes=16, out_planes=16),
        (floats(2, 16, 8, 8),),
    )
    yield "ActorContinuous of machin", _trpo, (floats(2, 6),)
    yield "ActionParameterizationContinuousNonAdaptiveStddev of sample_factory", _factory, (floats(2, 16),)
    yield (
        "GraphMultiHeadAttentionLayer of xuance",
        built("xuance.torch.communications.gnn_comm.GraphMultiHeadAttentionLayer", input_dim=16, output_dim=16),
        (
            floats(2, 12, 16),
            torch.eye(12),
        ),
    )
    yield ("Harmonizer of xuance", built("xuance.torch.utils.harmonizer.Harmonizer", device="cpu"), (floats(2, 12),))
    yield (
        "CARTE_Attention of carte_ai",
        built("carte_ai.src.carte_model.CARTE_Attention", input_dim=16, output_dim=16, num_heads=2),
        (
            floats(6, 16),
            EDGES,
            floats(8, 16),
        ),
    )
    yield (
        "CARTE_Block of carte_ai",
        built("carte_ai.src.carte_model.CARTE_Block", input_dim=16, ff_dim=16, num_heads=2),
        (
            floats(6, 16),
            EDGES,
            floats(8, 16),
        ),
    )
    yield (
        "CARTE_Base of carte_ai",
        built(
            "carte_ai.src.carte_model.CARTE_Base",
            input_dim_x=16,
            input_dim_e=16,
            hidden_dim=16,
            num_layers=2,
            num_heads=2,
            ff_dim=16,
        ),
        (
            floats(6, 16),
            EDGES,
            floats(8, 16),
        ),
    )


def science() -> Iterator[Made]:
    """Flows, kernels, splines and what learns to learn."""
    yield (
        "SumOfSigmoids of enflows",
        built("enflows.transforms.adaptive_sigmoids.SumOfSigmoids", features=16),
        (floats(2, 16),),
    )
    yield (
        "DeepSigmoid of enflows",
        built("enflows.transforms.adaptive_sigmoids.DeepSigmoid", features=16),
        (floats(2, 16),),
    )
    yield (
        "MaskedAffineAutoregressiveTransform of enflows",
        built("enflows.transforms.MaskedAffineAutoregressiveTransform", features=16, hidden_features=16),
        (floats(2, 16),),
    )
    yield (
        "OneByOneConvolution of enflows",
        built("enflows.transforms.conv.OneByOneConvolution", num_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield ("DenseNet of enflows", built("enflows.nn.nets.invertible_densenet.DenseNet", dimension=16), (floats(2, 16),))
    yield (
        "SVDLinear of enflows",
        built("enflows.transforms.SVDLinear", features=16, num_householder=4),
        (floats(2, 16),),
    )
    yield (
        "PlanarTransform of enflows",
        built("enflows.transforms.no_analytic_inv.planar.PlanarTransform", features=6),
        (floats(4, 6),),
    )
    yield (
        "RadialTransform of enflows",
        built("enflows.transforms.no_analytic_inv.planar.RadialTransform", features=6),
        (floats(4, 6),),
    )
    yield (
        "MetaConv2d of torchmeta",
        built("torchmeta.modules.MetaConv2d", in_channels=16, out_channels=8, kernel_size=3),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "MetaLinear of torchmeta",
        built("torchmeta.modules.MetaLinear", in_features=16, out_features=8),
        (floats(2, 16),),
    )
    yield (
        "MetaBilinear of torchmeta",
        built("torchmeta.modules.MetaBilinear", in1_features=16, in2_features=8, out_features=5),
        (
            floats(2, 16),
            floats(2, 8),
        ),
    )
    yield (
        "MetaBatchNorm2d of torchmeta",
        built("torchmeta.modules.MetaBatchNorm2d", num_features=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "MetaLayerNorm of torchmeta",
        built("torchmeta.modules.MetaLayerNorm", normalized_shape=(16,)),
        (floats(2, 12, 16),),
    )
    yield (
        "MetaEmbedding of torchmeta",
        built("torchmeta.modules.MetaEmbedding", num_embeddings=40, embedding_dim=16),
        (ids(16, 2, 12),),
    )
    yield (
        "MetaMultiheadAttention of torchmeta",
        built("torchmeta.modules.MetaMultiheadAttention", embed_dim=16, num_heads=2),
        (
            floats(2, 12, 16),
            floats(2, 12, 16),
            floats(2, 12, 16),
        ),
    )
    yield ("VILinear of torch_blue", built("torch_blue.vi.VILinear", in_features=16, out_features=8), (floats(2, 16),))
    yield (
        "VIConv2d of torch_blue",
        built("torch_blue.vi.VIConv2d", in_channels=16, out_channels=8, kernel_size=3),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "VITransformer of torch_blue",
        built("torch_blue.vi.VITransformer", d_model=16, nhead=2, dim_feedforward=16, batch_first=True),
        (
            floats(2, 12, 16),
            floats(2, 12, 16),
        ),
    )
    yield (
        "DownsamplingKernel of botorch",
        built("botorch.models.kernels.downsampling.DownsamplingKernel"),
        (
            torch.rand(6, 1),
            torch.rand(6, 1),
        ),
    )
    yield (
        "ExponentialDecayKernel of botorch",
        built("botorch.models.kernels.exponential_decay.ExponentialDecayKernel"),
        (
            torch.rand(6, 1),
            torch.rand(6, 1),
        ),
    )
    yield (
        "InfiniteWidthBNNKernel of botorch",
        built("botorch.models.kernels.infinite_width_bnn.InfiniteWidthBNNKernel"),
        (
            floats(6, 4),
            floats(6, 4),
        ),
    )
    yield (
        "OrthogonalAdditiveKernel of botorch",
        built("botorch.models.kernels.orthogonal_additive_kernel.OrthogonalAdditiveKernel", dim=4, second_order=True),
        (
            torch.rand(6, 4),
            torch.rand(6, 4),
        ),
    )
    yield (
        "PositiveIndexKernel of botorch",
        built("botorch.models.kernels.positive_index.PositiveIndexKernel", num_tasks=4),
        (
            ids(4, 6, 1),
            ids(4, 6, 1),
        ),
    )
    yield (
        "LinearTruncatedFidelityKernel of botorch",
        built(
            "botorch.models.kernels.linear_truncated_fidelity.LinearTruncatedFidelityKernel",
            fidelity_dims=[2],
            dimension=3,
        ),
        (
            torch.rand(6, 3),
            torch.rand(6, 3),
        ),
    )
    yield (
        "SingleTaskGP of botorch",
        built("botorch.models.SingleTaskGP", torch.rand(8, 3).double(), torch.rand(8, 1).double()),
        (torch.rand(4, 3).double(),),
    )
    yield (
        "HigherOrderGP of botorch",
        built("botorch.models.HigherOrderGP", torch.rand(8, 3).double(), torch.rand(8, 4, 3).double()),
        (torch.rand(4, 3).double(),),
    )
    yield ("NMF of torchnmf", built("torchnmf.nmf.NMF", (8, 6), rank=3), ({"H": None},))
    yield ("NMFD of torchnmf", built("torchnmf.nmf.NMFD", (2, 8, 12), rank=3, T=2), ({"H": None},))
    yield ("PLCA of torchnmf", built("torchnmf.plca.PLCA", (8, 6), rank=3), ({"H": None},))
    yield (
        "FCNN of neurodiffeq",
        built("neurodiffeq.networks.FCNN", n_input_units=2, hidden_units=(16, 16)),
        (floats(5, 2),),
    )
    yield (
        "Resnet of neurodiffeq",
        built("neurodiffeq.networks.Resnet", n_input_units=2, hidden_units=(16, 16)),
        (floats(5, 2),),
    )
    yield ("Swish of neurodiffeq", built("neurodiffeq.networks.Swish", trainable=True), (floats(2, 16),))
    yield "AffineAutoregressive of flowtorch", _lazy("AffineAutoregressive", "DenseAutoregressive"), (floats(5, 6),)
    yield "Affine of flowtorch", _lazy("Affine", "Tensor"), (floats(5, 6),)
    yield "SplineAutoregressive of flowtorch", _lazy("SplineAutoregressive", "DenseAutoregressive"), (torch.rand(5, 6),)


def pictures() -> Iterator[Made]:
    """Pictures."""
    yield (
        "SwinTransformer of mmdet",
        built(
            "mmdet.models.backbones.SwinTransformer",
            pretrain_img_size=32,
            embed_dims=16,
            depths=(2, 2),
            num_heads=(2, 2),
            strides=(4, 2),
            window_size=4,
            out_indices=(0, 1),
            use_abs_pos_embed=True,
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "PyramidVisionTransformer of mmdet",
        built(
            "mmdet.models.backbones.PyramidVisionTransformer",
            pretrain_img_size=32,
            embed_dims=8,
            num_layers=[1, 1, 1, 1],
            num_heads=[1, 1, 2, 2],
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "TridentConv of mmdet",
        built(
            "mmdet.models.backbones.trident_resnet.TridentConv",
            in_channels=16,
            out_channels=8,
            kernel_size=3,
            bias=True,
        ),
        ([floats(2, 16, 8, 8)],),
    )
    yield (
        "ContrastiveEmbed of mmdet",
        built(
            "mmdet.models.dense_heads.grounding_dino_head.ContrastiveEmbed", max_text_len=16, log_scale=0.0, bias=True
        ),
        (
            floats(2, 12, 16),
            floats(2, 8, 16),
            torch.ones(2, 8, dtype=torch.bool),
        ),
    )
    yield ("CenterPrior of mmdet", built("mmdet.models.dense_heads.autoassign_head.CenterPrior", num_classes=5), ())
    yield ("L2Norm of mmdet", built("mmdet.models.necks.ssd_neck.L2Norm", n_dims=16), (floats(2, 16, 8, 8),))
    yield (
        "FCOSHead of mmdet",
        built("mmdet.models.dense_heads.FCOSHead", num_classes=5, in_channels=32, feat_channels=32, stacked_convs=1),
        ([floats(2, 32, 8, 8), floats(2, 32, 4, 4), floats(2, 32, 2, 2), floats(2, 32, 2, 2), floats(2, 32, 2, 2)],),
    )
    yield (
        "RepPointsHead of mmdet",
        built(
            "mmdet.models.dense_heads.reppoints_head.RepPointsHead",
            num_classes=5,
            in_channels=32,
            feat_channels=32,
            point_feat_channels=32,
            stacked_convs=1,
        ),
        (),
    )
    yield (
        "SwinTransformer of groundingdino",
        _nested(
            "groundingdino.models.GroundingDINO.backbone.swin_transformer.SwinTransformer",
            pretrain_img_size=32,
            embed_dim=16,
            depths=[2, 2],
            num_heads=[2, 2],
            window_size=4,
            ape=True,
            out_indices=(0, 1),
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "BasicLayer of groundingdino",
        built(
            "groundingdino.models.GroundingDINO.backbone.swin_transformer.BasicLayer",
            dim=16,
            depth=2,
            num_heads=2,
            window_size=4,
        ),
        (
            floats(2, 64, 16),
            8,
            8,
        ),
    )
    yield (
        "BiAttentionBlock of groundingdino",
        built(
            "groundingdino.models.GroundingDINO.fuse_modules.BiAttentionBlock",
            v_dim=16,
            l_dim=8,
            embed_dim=16,
            num_heads=2,
        ),
        (
            floats(2, 12, 16),
            floats(2, 6, 8),
        ),
    )
    yield (
        "Transformer of groundingdino",
        built(
            "groundingdino.models.GroundingDINO.transformer.Transformer",
            d_model=256,
            nhead=4,
            num_queries=5,
            num_encoder_layers=2,
            num_decoder_layers=2,
            dim_feedforward=32,
            num_feature_levels=2,
            two_stage_type="no",
            learnable_tgt_init=True,
            use_text_enhancer=True,
            use_fusion_layer=True,
            use_text_cross_attention=True,
            return_intermediate_dec=True,
        ),
        (
            [floats(1, 256, 8, 8), floats(1, 256, 4, 4)],
            [torch.zeros(1, 8, 8, dtype=torch.bool), torch.zeros(1, 4, 4, dtype=torch.bool)],
            None,
            [floats(1, 256, 8, 8), floats(1, 256, 4, 4)],
            None,
            {
                "text_dict": {
                    "encoded_text": floats(1, 6, 256),
                    "text_token_mask": torch.ones(1, 6, dtype=torch.bool),
                    "position_ids": torch.arange(6)[None],
                    "text_self_attention_masks": torch.ones(1, 6, 6, dtype=torch.bool),
                }
            },
        ),
    )
    yield (
        "Hiera of sam2",
        built(
            "sam2.modeling.backbones.hieradet.Hiera",
            embed_dim=16,
            stages=(1, 1, 2, 1),
            global_att_blocks=(3,),
            window_pos_embed_bkg_spatial_size=(4, 4),
        ),
        (floats(1, 3, 64, 64),),
    )
    yield (
        "MaskDownSampler of sam2",
        built("sam2.modeling.memory_encoder.MaskDownSampler", embed_dim=16),
        (floats(2, 1, 32, 32),),
    )
    yield ("CXBlock of sam2", built("sam2.modeling.memory_encoder.CXBlock", dim=16), (floats(2, 16, 8, 8),))
    yield (
        "PromptEncoder of sam2",
        built(
            "sam2.modeling.sam.prompt_encoder.PromptEncoder",
            embed_dim=16,
            image_embedding_size=(4, 4),
            input_image_size=(64, 64),
            mask_in_chans=8,
        ),
        (
            {
                "points": (torch.rand(2, 3, 2) * 64, torch.ones(2, 3, dtype=torch.long)),
                "boxes": None,
                "masks": floats(2, 1, 16, 16),
            },
        ),
    )
    yield "SAM2Base", _sam2, (floats(1, 3, 64, 64),)
    yield ("s3fd of face_alignment", built("face_alignment.detection.sfd.net_s3fd.s3fd"), (floats(1, 3, 32, 32),))
    yield (
        "HourGlass of face_alignment",
        built("face_alignment.models.fan.HourGlass", num_modules=1, depth=2, num_features=16),
        (floats(2, 16, 16, 16),),
    )
    yield (
        "BlazeFace of face_alignment",
        built("face_alignment.detection.blazeface.net_blazeface.BlazeFace"),
        (floats(1, 3, 128, 128),),
    )
    yield (
        "SNGANDiscriminator32 of torch_mimicry",
        built("torch_mimicry.nets.sngan.sngan_32.SNGANDiscriminator32", ndf=16),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "SelfAttention of torch_mimicry",
        built("torch_mimicry.modules.layers.SelfAttention", num_feat=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "SNEmbedding of torch_mimicry",
        built("torch_mimicry.modules.spectral_norm.SNEmbedding", num_embeddings=40, embedding_dim=16),
        (ids(40, 2, 12),),
    )
    yield (
        "SNLinear of torch_mimicry",
        built("torch_mimicry.modules.spectral_norm.SNLinear", in_features=16, out_features=8),
        (floats(2, 16),),
    )
    yield (
        "SNGANGenerator32 of torch_mimicry",
        built("torch_mimicry.nets.sngan.sngan_32.SNGANGenerator32", ngf=16),
        (floats(2, 128),),
    )
    yield (
        "SelfAttn of pytorch_pretrained_biggan",
        built("pytorch_pretrained_biggan.model.SelfAttn", in_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield "BigGAN of pytorch_pretrained_biggan", _biggan, (floats(2, 16), floats(2, 10), 0.5)
    yield (
        "EncoderLayer of min_dalle",
        built("min_dalle.models.dalle_bart_encoder.EncoderLayer", embed_count=16, head_count=2, glu_embed_count=16),
        (
            floats(2, 12, 16),
            torch.ones(2, 1, 1, 12, dtype=torch.bool),
        ),
    )
    yield (
        "DalleBartEncoder of min_dalle",
        built(
            "min_dalle.models.dalle_bart_encoder.DalleBartEncoder",
            layer_count=2,
            embed_count=16,
            attention_head_count=2,
            text_vocab_count=40,
            text_token_count=12,
            glu_embed_count=16,
            device="cpu",
        ),
        (ids(40, 2, 12),),
    )
    yield (
        "ResnetBlock of min_dalle",
        built("min_dalle.models.vqgan_detokenizer.ResnetBlock", log2_count_in=6, log2_count_out=5),
        (floats(1, 64, 8, 8),),
    )
    yield (
        "Unet of imagen_pytorch",
        _t5(
            "imagen_pytorch.Unet",
            dim=16,
            text_embed_dim=16,
            cond_dim=16,
            dim_mults=(1, 2),
            num_resnet_blocks=1,
            layer_attns=(False, True),
            layer_cross_attns=(False, True),
            attn_heads=2,
            max_text_len=8,
        ),
        (
            floats(2, 3, 32, 32),
            torch.rand(2),
            {"text_embeds": floats(2, 8, 16), "cond_drop_prob": 0.0},
        ),
    )
    yield (
        "Unet3D of imagen_pytorch",
        _t5(
            "imagen_pytorch.Unet3D",
            dim=16,
            text_embed_dim=16,
            cond_dim=16,
            dim_mults=(1, 2),
            num_resnet_blocks=1,
            layer_attns=(False, True),
            layer_cross_attns=(False, True),
            attn_heads=2,
            max_text_len=8,
        ),
        (
            floats(1, 3, 4, 16, 16),
            torch.rand(1),
            {"text_embeds": floats(1, 8, 16), "cond_drop_prob": 0.0},
        ),
    )
    yield ("NullUnet of imagen_pytorch", _t5("imagen_pytorch.NullUnet"), (floats(2, 3, 8, 8),))
    yield (
        "Nonlocal of slowfast",
        built("slowfast.models.nonlocal_helper.Nonlocal", dim=16, dim_inner=16),
        (floats(2, 16, 4, 8, 8),),
    )
    yield (
        "BottleneckTransform of slowfast",
        built(
            "slowfast.models.resnet_helper.BottleneckTransform",
            dim_in=16,
            dim_out=16,
            temp_kernel_size=3,
            stride=1,
            dim_inner=16,
            num_groups=1,
        ),
        (floats(2, 16, 4, 8, 8),),
    )
    yield (
        "ResNetBasicStem of slowfast",
        built(
            "slowfast.models.stem_helper.ResNetBasicStem",
            dim_in=3,
            dim_out=16,
            kernel=[3, 3, 3],
            stride=[1, 1, 1],
            padding=[1, 1, 1],
        ),
        (floats(2, 3, 4, 8, 8),),
    )
    yield (
        "MambaVisionMixer of mambavision",
        _vision("mambavision.models.mamba_vision.MambaVisionMixer", d_model=16),
        (floats(2, 12, 16),),
    )
    yield (
        "MambaVision of mambavision",
        _vision(
            "mambavision.models.mamba_vision.MambaVision",
            dim=16,
            in_dim=16,
            depths=(1, 1, 2, 2),
            window_size=(4, 4, 4, 2),
            mlp_ratio=2.0,
            num_heads=(2, 2, 2, 2),
            resolution=64,
            layer_scale=1e-05,
            layer_scale_conv=1e-05,
        ),
        (floats(1, 3, 64, 64),),
    )
    yield (
        "RepVGGBlock of super_gradients",
        built("super_gradients.modules.repvgg_block.RepVGGBlock", in_channels=16, out_channels=16, use_alpha=True),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "QARepVGGBlock of super_gradients",
        built("super_gradients.modules.qarepvgg_block.QARepVGGBlock", in_channels=16, out_channels=16, use_alpha=True),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "NormalizationAdapter of super_gradients",
        built(
            "super_gradients.modules.utils.NormalizationAdapter",
            mean_original=[0.5, 0.5, 0.5],
            std_original=[0.2, 0.2, 0.2],
            mean_required=[0.4, 0.4, 0.4],
            std_required=[0.3, 0.3, 0.3],
        ),
        (floats(2, 3, 8, 8),),
    )
    yield (
        "ViT of super_gradients",
        built(
            "super_gradients.training.models.classification_models.vit.ViT",
            image_size=(32, 32),
            patch_size=(8, 8),
            num_classes=5,
            hidden_dim=16,
            depth=2,
            heads=2,
            mlp_dim=16,
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "Beit of super_gradients",
        built(
            "super_gradients.training.models.classification_models.beit.Beit",
            image_size=(32, 32),
            patch_size=(8, 8),
            num_classes=5,
            embed_dim=16,
            depth=2,
            num_heads=2,
            init_values=0.1,
            use_rel_pos_bias=True,
        ),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "Beit of super_gradients, 2",
        built(
            "super_gradients.training.models.classification_models.beit.Beit",
            image_size=(32, 32),
            patch_size=(8, 8),
            num_classes=5,
            embed_dim=16,
            depth=2,
            num_heads=2,
            use_shared_rel_pos_bias=True,
        ),
        (floats(2, 3, 32, 32),),
    )
    yield "YoloNASBottleneck of super_gradients", _yolo, (floats(2, 16, 8, 8),)
    yield (
        "GPT2 of pl_bolts",
        built(
            "pl_bolts.models.vision.image_gpt.gpt2.GPT2",
            embed_dim=16,
            heads=2,
            layers=2,
            num_positions=12,
            vocab_size=20,
            num_classes=5,
        ),
        (ids(20, 12, 2),),
    )
    yield (
        "ELANStage of pl_bolts",
        built("pl_bolts.models.detection.yolo.torch_networks.ELANStage", in_channels=16, out_channels=16),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "DCGANGenerator of pl_bolts",
        built("pl_bolts.models.gans.dcgan.components.DCGANGenerator", latent_dim=16, feature_maps=8, image_channels=3),
        (floats(2, 16, 1, 1),),
    )
    yield (
        "DecoderBlock of pl_bolts",
        built("pl_bolts.models.autoencoders.components.DecoderBlock", inplanes=16, planes=16),
        (floats(2, 16, 8, 8),),
    )


def sounds() -> Iterator[Made]:
    """Sounds."""
    yield (
        "ResBlock of chatterbox",
        built("chatterbox.models.s3gen.hifigan.ResBlock", channels=16),
        (floats(2, 16, 24),),
    )
    yield (
        "Encoder of chatterbox",
        built(
            "chatterbox.models.s3gen.matcha.text_encoder.Encoder",
            hidden_channels=16,
            filter_channels=16,
            n_heads=2,
            n_layers=2,
        ),
        (
            floats(2, 16, 12),
            torch.ones(2, 1, 12),
        ),
    )
    yield (
        "RelPositionMultiHeadedAttention of chatterbox",
        built(
            "chatterbox.models.s3gen.transformer.attention.RelPositionMultiHeadedAttention",
            n_head=2,
            n_feat=16,
            dropout_rate=0.0,
        ),
        (
            floats(2, 12, 16),
            floats(2, 12, 16),
            floats(2, 12, 16),
            torch.ones(2, 1, 12, dtype=torch.bool),
            floats(1, 12, 16),
        ),
    )
    yield (
        "LearnablePositionalEncoding of chatterbox",
        built(
            "chatterbox.models.s3gen.transformer.embedding.LearnablePositionalEncoding",
            d_model=16,
            dropout_rate=0.0,
            max_len=24,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "SnakeBeta of chatterbox",
        built("chatterbox.models.s3gen.matcha.transformer.SnakeBeta", in_features=16, out_features=8),
        (),
    )
    yield (
        "Perceiver of chatterbox",
        built(
            "chatterbox.models.t3.modules.perceiver.Perceiver",
            pre_attention_query_token=4,
            pre_attention_query_size=16,
            embedding_dim=16,
            num_attn_heads=2,
        ),
        (floats(2, 12, 16),),
    )
    yield (
        "VoiceEncoder of chatterbox",
        built("chatterbox.models.voice_encoder.VoiceEncoder"),
        (torch.rand(2, 160, 40),),
    )
    yield (
        "CAMDenseTDNNLayer of chatterbox",
        built(
            "chatterbox.models.s3gen.xvector.CAMDenseTDNNLayer",
            in_channels=16,
            out_channels=16,
            bn_channels=16,
            kernel_size=3,
        ),
        (floats(2, 16, 12),),
    )
    yield (
        "Encoder of matcha",
        built(
            "matcha.models.components.text_encoder.Encoder",
            hidden_channels=16,
            filter_channels=16,
            n_heads=2,
            n_layers=2,
        ),
        (
            floats(2, 16, 12),
            torch.ones(2, 1, 12),
        ),
    )
    yield (
        "DurationPredictor of matcha",
        built(
            "matcha.models.components.text_encoder.DurationPredictor",
            in_channels=16,
            filter_channels=16,
            kernel_size=3,
            p_dropout=0.0,
        ),
        (
            floats(2, 16, 12),
            torch.ones(2, 1, 12),
        ),
    )
    yield (
        "ResnetBlock1D of matcha",
        built("matcha.models.components.decoder.ResnetBlock1D", dim=16, dim_out=8, time_emb_dim=16),
        (
            floats(2, 16, 12),
            torch.ones(2, 1, 12),
            floats(2, 16),
        ),
    )
    yield ("DiscriminatorP of matcha", built("matcha.hifigan.models.DiscriminatorP", period=2), (floats(1, 1, 64),))
    yield ("ResBlock1 of matcha", built("matcha.hifigan.models.ResBlock1", h=None, channels=16), (floats(2, 16, 12),))
    yield ("Demucs of denoiser", built("denoiser.demucs.Demucs", hidden=8, depth=2, resample=2), (floats(2, 1, 256),))
    yield ("BLSTM of denoiser", built("denoiser.demucs.BLSTM", dim=16), (floats(12, 2, 16),))
    yield (
        "Demucs of denoiser, 2",
        built("denoiser.demucs.Demucs", hidden=8, depth=2, causal=False, glu=False),
        (floats(2, 1, 256),),
    )
    yield (
        "PseudoQuadratureMirrorFilterBankAnalysis of diffsptk",
        built("diffsptk.PseudoQuadratureMirrorFilterBankAnalysis", n_band=4, filter_order=10, learnable=True),
        (floats(2, 1, 64),),
    )
    yield (
        "PseudoQuadratureMirrorFilterBankSynthesis of diffsptk",
        built("diffsptk.PseudoQuadratureMirrorFilterBankSynthesis", n_band=4, filter_order=10, learnable=True),
        (floats(2, 4, 64),),
    )
    yield (
        "InfiniteImpulseResponseDigitalFilter of diffsptk",
        built("diffsptk.InfiniteImpulseResponseDigitalFilter", b=[1.0, 0.5], a=[1.0, 0.3], learnable=True),
        (floats(2, 64),),
    )
    yield (
        "PseudoMGLSADigitalFilter of diffsptk",
        built(
            "diffsptk.PseudoMGLSADigitalFilter",
            filter_order=4,
            frame_period=8,
            mode="multi-stage",
            cep_order=10,
            taylor_order=5,
            learnable=True,
        ),
        (
            floats(2, 64),
            floats(2, 8, 5),
        ),
    )
    yield (
        "ShortTimeFourierTransform of diffsptk",
        built("diffsptk.ShortTimeFourierTransform", frame_length=16, frame_period=8, fft_length=16, learnable=True),
        (floats(2, 64),),
    )
    yield (
        "AudioEncoderV2 of s3tokenizer",
        built(
            "s3tokenizer.model_v2.AudioEncoderV2", n_mels=16, n_state=128, n_head=2, n_layer=2, stride=2, use_sdpa=False
        ),
        (
            floats(2, 16, 32),
            torch.tensor([32, 32]),
        ),
    )
    yield (
        "AudioEncoder of s3tokenizer",
        built(
            "s3tokenizer.model.AudioEncoder",
            n_mels=16,
            n_ctx=16,
            n_state=16,
            n_head=2,
            n_layer=2,
            stride=2,
            use_sdpa=False,
        ),
        (
            floats(2, 16, 32),
            torch.tensor([32, 32]),
        ),
    )
    yield (
        "MultiHeadAttention of s3tokenizer",
        built("s3tokenizer.model.MultiHeadAttention", n_state=16, n_head=2),
        (floats(2, 12, 16),),
    )
    yield (
        "ComplexConv2d of audiolm_pytorch",
        built("audiolm_pytorch.soundstream.ComplexConv2d", dim=16, dim_out=8, kernel_size=3),
        (floats(2, 16, 8, 8),),
    )
    yield (
        "ModReLU of audiolm_pytorch",
        built("audiolm_pytorch.soundstream.ModReLU"),
        (torch.randn(2, 8, dtype=torch.complex64),),
    )
    yield (
        "Attention of audiolm_pytorch",
        built("audiolm_pytorch.audiolm_pytorch.Attention", dim=16, heads=2, num_null_kv=2),
        (floats(2, 12, 16),),
    )


def _hyper(path: str, over: str, **options: Any) -> Callable[[], nn.Module]:
    """A model of dhg that is called with features and a graph, or a hypergraph."""

    def call(inner: Any, x: torch.Tensor) -> Any:
        package = import_module("dhg")
        pairs = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)]
        made = package.Graph(6, pairs) if over == "graph" else package.Hypergraph(6, [*pairs, (0, 2, 4)])
        return inner(x, made)

    return package_more.calling(built(path, **options), call)


def _mpnn(path: str, **options: Any) -> Callable[[], nn.Module]:
    """Messages of chemprop, over the bonds of a molecule."""

    def call(inner: Any, v: torch.Tensor, e: torch.Tensor) -> Any:
        graph = MagicMock(V=v, E=e, edge_index=EDGES, rev_edge_index=torch.arange(8) ^ 1)
        return inner(graph)

    return package_more.calling(built(path, **options), call)


def _t5(path: str, **options: Any) -> Callable[[], nn.Module]:
    """A model that looks up the width of a T5 that is not here."""

    def make() -> nn.Module:
        with patch("transformers.T5Config.from_pretrained", return_value=MagicMock(d_model=16)):
            model: nn.Module = built(path, **options)()
        return model

    return make


def _users(path: str, **options: Any) -> Callable[[], nn.Module]:
    """A model of dhg that is called with a graph of users and items."""

    def call(inner: Any, _: torch.Tensor) -> Any:
        return inner(import_module("dhg").BiGraph(5, 6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 0)]))

    return package_more.calling(built(path, **options), call)


def _sam2() -> nn.Module:
    modeling = "sam2.modeling"

    def sine(width: int) -> Any:
        return built(f"{modeling}.position_encoding.PositionEmbeddingSine", num_pos_feats=width)()

    trunk = built(f"{modeling}.backbones.hieradet.Hiera", embed_dim=16, stages=(1, 1, 2, 1), global_att_blocks=(3,))()
    neck = built(
        f"{modeling}.backbones.image_encoder.FpnNeck",
        sine(32),
        32,
        [128, 64, 32, 16],
        fpn_top_down_levels=[2, 3],
        fpn_interp_model="nearest",
    )()
    rope = f"{modeling}.sam.transformer.RoPEAttention"
    attention = {"embedding_dim": 32, "num_heads": 1, "feat_sizes": (4, 4)}
    layer = built(
        f"{modeling}.memory_attention.MemoryAttentionLayer",
        "relu",
        built(rope, rope_k_repeat=True, kv_in_dim=8, **attention)(),
        32,
        32,
        0.0,
        False,
        True,
        False,
        built(rope, **attention)(),
    )()
    memory = f"{modeling}.memory_encoder"
    base = built(
        f"{modeling}.sam2_base.SAM2Base",
        built(f"{modeling}.backbones.image_encoder.ImageEncoder", trunk, neck, scalp=1)(),
        built(f"{modeling}.memory_attention.MemoryAttention", 32, True, layer, 1)(),
        built(
            f"{memory}.MemoryEncoder",
            8,
            built(f"{memory}.MaskDownSampler", embed_dim=32)(),
            built(f"{memory}.Fuser", built(f"{memory}.CXBlock", 32)(), 2)(),
            sine(8),
            in_dim=32,
        )(),
        image_size=64,
        directly_add_no_mem_embed=True,
        use_obj_ptrs_in_encoder=True,
        pred_obj_scores=True,
        fixed_no_obj_ptr=True,
        no_obj_embed_spatial=True,
    )()

    def call(inner: Any, x: torch.Tensor) -> Any:
        _, seen, places, sizes = inner._prepare_backbone_features(inner.forward_image(x))
        return inner.track_step(0, True, seen, places, sizes, None, None, {}, 1)

    return package_more.Calling(base, call)


def _biggan() -> nn.Module:
    package = import_module("pytorch_pretrained_biggan")
    layers = [(False, 16, 16), (True, 16, 8), (True, 8, 4), (False, 4, 2), (True, 2, 1)]
    config = package.BigGANConfig(16, 16, 16, 4, 10, layers, attention_layer_position=2)
    model: nn.Module = package.BigGAN(config)
    return model


def _old(name: str, model: str, **options: Any) -> Callable[[], nn.Module]:
    """A model of the first Transformers."""

    def make() -> nn.Module:
        package = import_module("pytorch_transformers")
        made: nn.Module = getattr(package, model)(getattr(package, f"{name}Config")(**options))
        return made

    return make


def _hyperfast() -> nn.Module:
    """The network that HyperFast makes, to be trained further."""
    config = SimpleNamespace(clip_data_value=27.6, nn_bias=True, device="cpu", torch_pca=True)
    pca = SimpleNamespace(mean_=torch.zeros(16), components_=torch.randn(8, 16))
    network = [(torch.randn(8, 8), torch.randn(8)), (torch.randn(8, 3), torch.randn(3))]
    rf = nn.Sequential(nn.Linear(6, 16), nn.ReLU())
    return built("hyperfast.utils.MainNetworkTrainable", config, 3, rf, pca, network, torch.ones(2))()


def _safe(kind: str) -> Callable[[], nn.Module]:
    """An actor of omnisafe."""

    def make() -> nn.Module:
        box = import_module("gymnasium").spaces.Box
        name = "".join(part.title() for part in kind.split("_"))
        path = f"omnisafe.models.actor.{kind}_actor.{name}Actor"
        actor: nn.Module = built(path, box(-1.0, 1.0, (6,)), box(-1.0, 1.0, (2,)), [16])()
        if kind == "perturbation":
            return package_more.Calling(actor, lambda inner, x: inner.predict(x))
        return actor

    return make


def _trpo() -> nn.Module:
    actor = import_module("machin.model.algorithms.trpo").ActorContinuous(2)
    return package_more.Calling(nn.Sequential(nn.Linear(6, 2), actor), lambda inner, x: inner[1].sample(inner[0](x)))


def _factory() -> nn.Module:
    """The actions of sample-factory."""
    config = SimpleNamespace(
        adaptive_stddev=False, initial_stddev=1.0, continuous_tanh_scale=0.0, policy_initialization="orthogonal"
    )
    box = import_module("gymnasium").spaces.Box(-1.0, 1.0, (2,))
    path = "sample_factory.model.action_parameterization.ActionParameterizationContinuousNonAdaptiveStddev"
    return built(path, config, 16, box)()


def _antiberty() -> nn.Module:
    options = {"vocab_size": 25, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = import_module("transformers").BertConfig(**options, intermediate_size=16, max_position_embeddings=16)
    model: nn.Module = import_module("antiberty").AntiBERTy(config)
    return model


def _first(path: str, **options: Any) -> Callable[[], nn.Module]:
    """A model of lzero, and the first step that it takes."""
    return package_more.calling(built(path, **options), lambda inner, x: inner.initial_inference(x))


def _prob(path: str, **options: Any) -> Callable[[], nn.Module]:
    """A flow, and how likely it finds its data."""
    return package_more.calling(built(path, **options), lambda inner, *given: inner.log_prob(*given))


def _lazy(name: str, made_by: str) -> Callable[[], nn.Module]:
    """A bijection of flowtorch."""

    def make() -> nn.Module:
        package = import_module("flowtorch.bijectors")
        options = {"hidden_dims": (16,)} if made_by == "DenseAutoregressive" else {}
        parameters = getattr(import_module("flowtorch.parameters"), made_by)(**options)
        bijector: nn.Module = getattr(package, name)(parameters)(shape=torch.Size([6]))
        return package_more.Calling(bijector, lambda inner, x: inner.forward(x))

    return make


def _hqq(name: str) -> Callable[[], nn.Module]:
    """A linear layer in few bits, and what is trained of it."""

    def make() -> nn.Module:
        package = import_module("hqq.core.quantize")
        few = package.BaseQuantizeConfig(nbits=4, group_size=8)
        layer = package.HQQLinear(nn.Linear(16, 8), few, compute_dtype=torch.float32, device="cpu")
        options = {"r": 4, "lora_alpha": 8, "train_bias": True, "proj_size": 8, "proj_num": 4, "zero_trainable": False}
        return built(f"hqq.core.peft.HQQLinear{name}", layer, options)()

    return make


def _past(path: str, **options: Any) -> Callable[[], nn.Module]:
    """A model of darts that is called with the past of a series."""

    def call(inner: Any, x: torch.Tensor) -> Any:
        return inner(import_module("darts.utils.data.torch_datasets.utils").PLModuleInput(x))

    return package_more.calling(built(path, **options), call)


def _scan(x: Any, dt: Any, a: Any, b: Any, c: Any, d: Any, delta_bias: Any, **_: Any) -> torch.Tensor:
    """What mamba_ssm's kernel does, step by step."""
    dt = torch.nn.functional.softplus(dt + delta_bias[:, None])
    state, seen = x.new_zeros(*x.shape[:2], a.shape[1]), []
    for step in range(x.shape[2]):
        kept = torch.exp(dt[:, :, step, None] * a)
        state = kept * state + (dt * x)[:, :, step, None] * b[:, None, :, step]
        seen.append((state * c[:, None, :, step]).sum(-1))
    return torch.stack(seen, -1) + d[:, None] * x


def _vision(path: str, **options: Any) -> Callable[[], nn.Module]:
    """A model of mambavision, without mamba_ssm."""

    def call(inner: Any, x: torch.Tensor) -> Any:
        with patch("mambavision.models.mamba_vision.selective_scan_fn", _scan):
            return inner(x)

    return package_more.calling(built(path, **options), call)


def _nested(path: str, **options: Any) -> Callable[[], nn.Module]:
    """A model that is called with pictures and what of them is padding."""

    def call(inner: Any, x: torch.Tensor) -> Any:
        mask = torch.zeros(len(x), *x.shape[-2:], dtype=torch.bool)
        return inner(import_module("groundingdino.util.misc").NestedTensor(x, mask))

    return package_more.calling(built(path, **options), call)


def _yolo() -> nn.Module:
    block = import_module("super_gradients.modules").QARepVGGBlock
    path = "super_gradients.training.models.detection_models.yolo_nas.yolo_stages.YoloNASBottleneck"
    return built(path, 16, 16, block, nn.ReLU, shortcut=True, use_alpha=True)()


def _points(name: str) -> Callable[[], nn.Module]:
    """A convolution of points."""
    return built(f"torch_points3d.modules.KPConv.kernels.{name}", 16, 8, point_influence=0.5)


def models() -> dict[str, tuple[Callable[[], nn.Module], tuple[Any, ...]]]:
    """All models by name."""
    package_fifth.models()  # its stand-ins
    with contextlib.suppress(ImportError):
        import_module("pytorch_transformers")  # it prefers apex, which has a stand-in after this
    sys.modules["tensorflow"] = MagicMock()
    with contextlib.suppress(ImportError):
        import_module("torch_mimicry.modules.layers")  # its metrics want what its networks do not
    del sys.modules["tensorflow"]  # einops would ask it
    given = (*package_sixth.UNUSED, *UNUSED)
    package_more.UNUSED = (*package_more.UNUSED, *(one for one in given if one not in package_more.UNUSED))
    for name in FRAGILE:
        for _ in range(2):
            with contextlib.suppress(Exception), contextlib.redirect_stdout(sys.stderr):
                import_module(name)
    for name, gone in GONE:
        with contextlib.suppress(ImportError):
            if not hasattr(import_module(name), gone):
                setattr(import_module(name), gone, MagicMock())
    kept = torch.get_default_dtype()
    with contextlib.suppress(ImportError):
        import_module("neurodiffeq.networks")  # it makes float64 the default
    torch.set_default_dtype(kept)
    with contextlib.suppress(ImportError):
        import_module("min_dalle")  # it turns gradients off
    torch.set_grad_enabled(True)
    wings = (texts, series, graphs, biology, choices, science, pictures, sounds)
    return {name: (make, given) for wing in wings for name, make, given in wing()}
