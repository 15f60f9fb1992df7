"""The ninth set's second part.

A model is a line, as in `package_models`. Where no batch fitted, the call is empty and the pass tells nothing.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Literal
from unittest.mock import MagicMock

import numpy as np
import torch

from package_models import Made, built, floats, ids
from sample.common import BUILD, absent, bare, begin, lent, need, stub

REQUIREMENTS = [
    "coola<0.0.26",
    "frame-averaging-pytorch",
    "hya<0.0.15",
    "lightning-utilities",
    "minevent<0.0.6",
    "objectory",
    "pytorch-fast-transformers",
    "pytorch-ignite",
    "pytorch-lightning",
    "torchmetrics",
]
"""What the packages import themselves, beside the sets before."""

PACKAGES = [
    "alphafold3-pytorch-lightning-hydra",
    "autopytorch",
    "bacon-net",
    "cars-edge-detection-plugin",
    "chromoformer",
    "cinet",
    "crossmodalnet",
    "deep-transit",
    "deepcfr-poker",
    "emergent-pytorch",
    "gravitorch",
    "gt4sd-molformer",
    "lungs-segmentation",
    "mm-neural-adjoint",
    "momentumnet",
    "neura-fall-detection",
    "open-analog-nn",
    "phantasm-llm",
    "powertorch",
    "pytorch-candle",
    "pytorch-light",
    "pytorch-nam",
    "pytorch-segmentation-models-trainer",
    "pytorch-swem",
    "pytorchforge",
    "scgpt",
    "soundstorm-pytorch",
    "tabgan",
    "torch-rs",
    "transformers-v9",
    "transformers4576",
    "utmos-pytorch",
    "vg-hubert",
    "xbnet",
]

SKIPPED = {
    "torch-jax-interop": "wants jax (compiled; not here)",
}
"""Of the draw too, without models here."""

COMPILED = (
    "aggregate.aggregate_cpu",
    "causal_product.causal_product_cpu",
    "clustering.hamming.cluster_cpu",
    "hashing.hash_cpu",
    "local_product.local_product_cpu",
    "sparse_product.clustered_sparse_product_cpu",
    "sparse_product.sparse_product_cpu",
)
"""The C++ of pytorch-fast-transformers; these models use its Python alone."""


def _molformer(where: str, **k: Any) -> Any:
    import pytorch_lightning as pl
    import pytorch_lightning.utilities as u

    if not hasattr(u, "seed") or not hasattr(u.seed, "seed_everything"):
        u.seed = SimpleNamespace(seed_everything=pl.seed_everything)
    need("rdkit", "rdkit.Chem", "debugpy")
    with lent(
        "datasets", "gt4sd_molformer.training.pubchem_encoder", "gt4sd_molformer.finetune.ft_tokenizer.ft_tokenizer"
    ):
        m = import_module("gt4sd_molformer." + where)
    given = {
        "debug": False,
        "max_len": 64,
        "n_layer": 4,
        "n_head": 4,
        "n_embd": 128,
        "num_feats": 16,
        "d_dropout": 0.1,
        "dropout": 0.1,
        "restart_path": "",
        "seed": 0,
        "dims": [64, 64, 1],
        "mode": "avg",
        "dataset_names": ["a"],
        "dataset_name": "a",
        "measure_name": "y",
        "num_classes": 2,
        "seed_path": "",
        "num_tasks": 3,
    }
    given.update(k)
    c = Namespace(**given)
    vocab = {i: i for i in range(200)}
    if where.startswith("training"):
        return m.LightningModule(c, vocab)
    tokenizer = SimpleNamespace(vocab=vocab)
    return (m.MultitaskModel if "multitask" in where else m.LightningModule)(c, tokenizer)


def _fairseq() -> None:
    """What vg-hubert takes of fairseq, from a package that copied it."""
    if "fairseq" in sys.modules:
        return
    import utmos_pytorch.wav2vec2 as w

    need("soundfile")
    names = ("", ".models", ".modules", ".modules.transformer_sentence_encoder")
    f, mods, mod, t = (ModuleType(f"fairseq{one}") for one in names)
    u = ModuleType("fairseq.utils")
    u.get_activation_fn = w.get_activation_fn
    u.buffered_arange = torch.arange
    u.get_available_activation_fns = lambda: ["relu", "gelu"]
    f.utils = u
    mods.BaseFairseqModel = torch.nn.Module
    for n in ("Fp32GroupNorm", "Fp32LayerNorm", "LayerNorm", "MultiheadAttention", "SamePad", "TransposeLast"):
        setattr(mod, n, getattr(w, n))
    mod.GradMultiply = SimpleNamespace(apply=lambda x, s: x)
    t.init_bert_params = lambda m: None
    sys.modules.update(
        {
            "fairseq": f,
            "fairseq.models": mods,
            "fairseq.modules": mod,
            "fairseq.modules.transformer_sentence_encoder": t,
            "fairseq.utils": u,
        }
    )


def _hubert(which: str) -> Any:
    _fairseq()
    import argparse

    import vg_hubert.model.audio_encoder as a
    import vg_hubert.model.dual_encoder as d

    p = argparse.ArgumentParser(conflict_handler="resolve")
    a.AudioEncoder.add_args(p)
    d.DualEncoder.add_args(p)
    args = p.parse_args([])
    args.use_audio_cls_token = args.cls_loss = args.feat_loss = True
    if which == "dual":
        return d.DualEncoder(args)
    args.encoder_layers = 6
    return a.AudioEncoder(args)


def _hubert_cls() -> Any:
    import transformers

    need("soundfile")
    from vg_hubert.segmenter import _HubertEncoderWithCLS

    m = transformers.HubertModel(
        transformers.HubertConfig(
            hidden_size=64,
            num_hidden_layers=3,
            num_attention_heads=4,
            intermediate_size=128,
            conv_dim=(32, 32, 32),
            conv_stride=(5, 2, 2),
            conv_kernel=(10, 3, 3),
            num_conv_pos_embeddings=16,
            num_conv_pos_embedding_groups=4,
        )
    )
    m.encoder._update_full_mask = lambda mask, x: mask  # an older transformers has it
    m.encoder = _HubertEncoderWithCLS(m.encoder, torch.randn(1, 1, 64))
    return m


def _storm(critic: Any, bias: Any, self_cond: Any) -> Any:
    _fairseq()
    need(
        "torchaudio",
        "torchaudio.functional",
        "torchaudio.transforms",
        "torchaudio.prototype",
        "torchaudio.prototype.functional",
        "wandb",
    )
    from soundstorm_pytorch import ConformerWrapper, SoundStorm

    net = ConformerWrapper(
        codebook_size=256,
        num_quantizers=4,
        conformer={"dim": 128, "depth": 2, "heads": 4, "attn_flash": not bias, "t5_rel_pos_bias": bias},
    )
    return SoundStorm(net, steps=4, self_cond=self_cond, self_token_critic=critic)


def _lungs(name: str, *a: Any) -> Any:
    import lungs_segmentation.unet as u

    u.EncoderDecoder.initialize_encoder = lambda *a, **k: None  # weights from the net
    import lungs_segmentation.densenet as d

    u.encoder_params["densenet121"]["init_op"] = lambda pretrained: d.densenet121(pretrained=False)
    return getattr(u, name)(*a)


def _moge2() -> Any:
    need("utils3d", "cv2")
    from moge.model.v2 import MoGeModel

    def stack(out: Any) -> Any:
        return {
            "dim_in": [64, 32, 32],
            "dim_res_blocks": [64, 32, 32],
            "dim_out": [None, None, out],
            "resamplers": ["conv_transpose", "conv_transpose"],
            "num_res_blocks": 1,
        }

    return MoGeModel(
        encoder={"backbone": "dinov2_vits14", "intermediate_layers": 4, "dim_out": 64},
        neck={
            "dim_in": [66, 2, 2],
            "dim_res_blocks": [64, 32, 32],
            "dim_out": [64, 32, 32],
            "resamplers": ["conv_transpose", "bilinear"],
            "num_res_blocks": 1,
        },
        points_head=stack(3),
        mask_head=stack(1),
        normal_head=stack(3),
        scale_head={"dims": [384, 32, 1]},
    )


def _moge1() -> Any:
    need("utils3d", "cv2")
    from moge.model.v1 import MoGeModel

    return MoGeModel(encoder="dinov2_vits14", dim_proj=64, dim_upsample=[64, 32, 32])


def _dino(**k: Any) -> Any:
    from moge.model.dinov2.hub import backbones

    return backbones.dinov2_vits14_reg(pretrained=False, **k)


def models() -> Iterator[Made]:
    """All models."""
    begin()
    sys.path.insert(0, str(BUILD / "packages-pytorch-fast-transformers"))
    stub(*(f"fast_transformers.{one}" for one in COMPILED))
    # open-analog-nn
    layers = "analog_layers."
    yield (
        "AnalogLLM of open-analog-nn",
        built(layers + "analog_llm.AnalogLLM", 500, 64, num_layers=4, num_heads=4, max_seq_len=64),
        (ids(500, 2, 12),),
    )
    yield (
        "AnalogLLM (rms) of open-analog-nn",
        built(
            layers + "analog_llm.AnalogLLM",
            500,
            64,
            num_layers=2,
            num_heads=4,
            max_seq_len=64,
            norm_type="rms",
            enable_mismatch=True,
            enable_noise=True,
        ),
        (ids(500, 2, 12),),
    )
    yield (
        "AnalogTransformerEncoder of open-analog-nn",
        built(layers + "analog_transformer.AnalogTransformerEncoder", 64, 3, 4),
        (floats(2, 12, 64),),
    )
    yield (
        "DigitalMLP of open-analog-nn",
        built("experiments.models.DigitalMLP", 16, [32, 32], 4, analog_config={"noise_sigma": 0.01}),
        (floats(4, 16),),
    )
    yield (
        "PhysicsInformedCalibrator of open-analog-nn",
        built("calibration.physics_informed.PhysicsInformedCalibrator", 10),
        (floats(4, 10), {"mismatch_sigma": 0.1, "offset_voltage": 0.1, "quant_bits": 8.0, "drift_tau": 1.0}, {}),
    )
    yield (
        "AnalogGatedResidual of open-analog-nn",
        built(layers + "analog_residual.AnalogGatedResidual", 32),
        (floats(2, 5, 32), floats(2, 5, 32)),
    )
    # gt4sd-molformer
    yield "LightningModule of gt4sd-molformer", lambda: _molformer("training.train_pubchem_light"), ()
    yield "LightningModule (regression) of gt4sd-molformer", lambda: _molformer("finetune.finetune_pubchem_light"), ()
    yield (
        "MultitaskModel of gt4sd-molformer",
        lambda: _molformer("finetune.finetune_pubchem_light_classification_multitask"),
        (),
    )
    # torch-rs
    bare("torchrs")
    torchrs = "torchrs.models."
    yield "RAMS of torch-rs", built(torchrs + "RAMS"), (floats(1, 9, 1, 32, 32),)
    for name in ("EarlyFusion", "Siam"):
        yield f"{name} of torch-rs", built(torchrs + name), (floats(2, 2, 3, 15, 15),)
    for name in ("FCEF", "FCSiamConc", "FCSiamDiff"):
        yield f"{name} of torch-rs", built(torchrs + name), (floats(1, 2, 3, 32, 32),)
    # vg-hubert
    yield (
        "DualEncoder of vg-hubert",
        lambda: _hubert("dual"),
        (floats(1, 8000), floats(1, 3, 224, 224), torch.zeros(1, 8000, dtype=torch.bool)),
    )
    yield "AudioEncoder of vg-hubert", lambda: _hubert("audio"), (floats(1, 8000), {"mask": False})
    yield (
        "HubertModel with _HubertEncoderWithCLS of vg-hubert",
        _hubert_cls,
        (),
    )  # it wants an older transformers to run
    # soundstorm-pytorch
    yield "SoundStorm of soundstorm-pytorch", lambda: _storm(False, False, False), (ids(256, 1, 16, 4),)
    yield (
        "SoundStorm (self_cond, critic) of soundstorm-pytorch",
        lambda: _storm(True, False, True),
        (ids(256, 1, 16, 4),),
    )
    yield (
        "SoundStorm (t5_rel_pos_bias) of soundstorm-pytorch",
        lambda: _storm(False, True, False),
        (ids(256, 1, 16, 4),),
    )
    # utmos-pytorch
    yield (
        "UTMOSModel of utmos-pytorch",
        built("utmos_pytorch.utmos_torch.UTMOSModel"),
        (floats(1, 1, 8000), torch.zeros(1, dtype=torch.int), torch.ones(1, dtype=torch.int)),
    )
    yield (
        "MultiheadAttention (add_bias_kv) of utmos-pytorch",
        built("utmos_pytorch.wav2vec2.MultiheadAttention", 32, 4, add_bias_kv=True),
        (floats(6, 2, 32), floats(6, 2, 32), floats(6, 2, 32)),
    )
    # lungs-segmentation
    yield "Resnet of lungs-segmentation", lambda: _lungs("Resnet", 2, "resnet34"), (floats(1, 3, 64, 64),)
    yield (
        "DensenetUnet of lungs-segmentation",
        lambda: _lungs("DensenetUnet", 2, "densenet121"),
        (floats(1, 3, 64, 64),),
    )
    yield (
        "ConvTransposeResnetUnet of lungs-segmentation",
        lambda: _lungs("ConvTransposeResnetUnet", 2, "resnet18"),
        (floats(1, 3, 64, 64),),
    )
    yield "SCSEUnet of lungs-segmentation", lambda: _lungs("SCSEUnet", 2, "seresnext50"), (floats(1, 3, 64, 64),)
    yield (
        "UNetWithResnet50Encoder of lungs-segmentation",
        built("lungs_segmentation.resunets.UNetWithResnet50Encoder"),
        (floats(1, 3, 64, 64),),
    )
    # cars-edge-detection-plugin (with it comes MoGe)
    yield "MoGeModel of cars-edge-detection-plugin", _moge2, (floats(1, 3, 56, 56), 16)
    yield "MoGeModel (v1) of cars-edge-detection-plugin", _moge1, (floats(1, 3, 56, 56), 16)
    yield "DinoVisionTransformer of cars-edge-detection-plugin", _dino, (floats(1, 3, 56, 56),)
    # deepcfr-poker
    yield "PokerNetwork of deepcfr-poker", lambda: _poker("core.model.PokerNetwork"), (floats(2, 500),)
    yield (
        "EnhancedPokerNetwork of deepcfr-poker",
        lambda: _poker("opponent_modeling.deep_cfr_with_opponent_modeling.EnhancedPokerNetwork"),
        (floats(2, 500), floats(2, 20)),
    )
    yield (
        "ActionHistoryEncoder of deepcfr-poker",
        lambda: _poker("opponent_modeling.opponent_model.ActionHistoryEncoder"),
        (floats(2, 5, 4), floats(2, 5, 20)),
    )
    # transformers-v9
    yield "V9PalaceForCausalLM of transformers-v9", _v9, (ids(500, 2, 12),)
    # pytorch-nam
    yield "NAM of pytorch-nam", built("nam.model.NAM", 8, 32), (floats(4, 8),)
    # neura-fall-detection
    yield (
        "NFDTemporalNet of neura-fall-detection",
        built("neura_fall_detection.temporal_model.NFDTemporalNet"),
        (floats(2, 16, _features()),),
    )
    # phantasm-llm
    yield (
        "ConfabulationMiningNetwork of phantasm-llm",
        lambda: _phantasm("cmn.ConfabulationMiningNetwork", 5000),
        (ids(5000, 2, 12), ids(5000, 2, 12)),
    )
    yield "TemperatureScaler of phantasm-llm", lambda: _phantasm("uc.TemperatureScaler"), (floats(2, 10),)
    # pytorch-candle
    yield (
        "BasicCNNClassifier of pytorch-candle",
        lambda: _candle("basic_cnn.BasicCNNClassifier", (3, 32, 32), 10),
        (floats(2, 3, 32, 32),),
    )
    yield (
        "ResNet18 of pytorch-candle",
        lambda: _candle("resnet18.ResNet18", None, [2, 2, 2, 2]),
        (floats(2, 3, 32, 32),),
    )
    # emergent-pytorch
    yield (
        "Mixer of emergent-pytorch",
        built("emergent_pytorch.Mixer", (4, 6), 5, 16),
        (floats(2, 4, 16), floats(2, 6, 16)),
    )
    # transformers4576
    for name, config, given in (
        (
            "BertForPreTraining",
            {
                "vocab_size": 500,
                "hidden_size": 64,
                "num_hidden_layers": 3,
                "num_attention_heads": 4,
                "intermediate_size": 128,
            },
            (ids(500, 2, 12),),
        ),
        ("GPT2LMHeadModel", {"vocab_size": 500, "n_embd": 64, "n_layer": 3, "n_head": 4}, (ids(500, 2, 12),)),
        (
            "T5ForConditionalGeneration",
            {"vocab_size": 500, "d_model": 64, "d_kv": 16, "d_ff": 128, "num_layers": 2, "num_heads": 4},
            ({"input_ids": ids(500, 2, 12), "decoder_input_ids": ids(500, 2, 8)},),
        ),
        (
            "ViTForImageClassification",
            {
                "image_size": 32,
                "patch_size": 8,
                "hidden_size": 64,
                "num_hidden_layers": 3,
                "num_attention_heads": 4,
                "intermediate_size": 128,
            },
            (floats(2, 3, 32, 32),),
        ),
        ("MambaForCausalLM", {"vocab_size": 500, "hidden_size": 64, "num_hidden_layers": 3}, (ids(500, 2, 12),)),
    ):
        yield f"{name} of transformers4576", (lambda n=name, c=config: _t4576(n, c)), given
    for name, config, given in (
        (
            "BeitModel",
            {
                "image_size": 32,
                "patch_size": 8,
                "hidden_size": 64,
                "num_hidden_layers": 3,
                "num_attention_heads": 4,
                "intermediate_size": 128,
                "use_mask_token": True,
                "use_absolute_position_embeddings": True,
                "use_relative_position_bias": True,
            },
            (floats(2, 3, 32, 32),),
        ),
        (
            "RwkvForCausalLM",
            {"vocab_size": 500, "hidden_size": 64, "num_hidden_layers": 3, "context_length": 64},
            (ids(500, 2, 12),),
        ),
        (
            "GptOssForCausalLM",
            {
                "vocab_size": 500,
                "hidden_size": 64,
                "num_hidden_layers": 2,
                "num_attention_heads": 4,
                "num_key_value_heads": 2,
                "head_dim": 16,
                "intermediate_size": 64,
                "num_local_experts": 4,
                "num_experts_per_tok": 2,
            },
            (ids(500, 2, 12),),
        ),
        (
            "Wav2Vec2ForPreTraining",
            {
                "hidden_size": 64,
                "num_hidden_layers": 2,
                "num_attention_heads": 4,
                "intermediate_size": 128,
                "conv_dim": (32, 32, 32),
                "conv_stride": (5, 2, 2),
                "conv_kernel": (10, 3, 3),
                "num_conv_pos_embeddings": 16,
                "num_conv_pos_embedding_groups": 4,
                "codevector_dim": 32,
                "proj_codevector_dim": 32,
                "num_codevectors_per_group": 20,
            },
            (floats(1, 4000),),
        ),
    ):
        yield f"{name} of transformers4576", (lambda n=name, c=config: _t4576(n, c)), given
    yield (
        "XIELUActivation of transformers4576",
        built("transformers4576.activations.XIELUActivation"),
        (floats(2, 8),),
    )
    # powertorch
    yield "LeNet5 of powertorch", built("powertorch.models.LeNet5"), (floats(2, 1, 32, 32),)
    yield "Perceptron of powertorch", built("powertorch.models.Perceptron"), (floats(2, 1, 32, 32),)
    # chromoformer
    yield "ChromoformerBase of chromoformer", lambda: _chromo("ChromoformerBase"), _chromo_batch()
    yield (
        "Chromoformer of chromoformer",
        lambda: _chromo("Chromoformer"),
        (*tuple(b[k] for k in (2000, 500, 100) for b in _chromo_batch()[:5]), floats(2, 4, 4)),
    )
    # cinet
    for linear in (False, True):
        yield (
            f"DeepCINET{' (linear)' if linear else ''} of cinet",
            (lambda one=linear: _cinet(one)),
            (floats(4, 50), floats(4, 50)),
        )
    # bacon-net
    for name, given in (
        ("left", {"aggregator": "bool.min_max", "tree_layout": "left"}),
        ("transformations", {"aggregator": "lsp.full_weight", "tree_layout": "left", "use_transformation_layer": True}),
        ("full", {"aggregator": "math.operator_set.arith", "tree_layout": "full"}),
        (
            "alternating",
            {
                "aggregator": "math.operator_set.arith",
                "tree_layout": "alternating",
                "alternating_learn_exponents": True,
            },
        ),
    ):
        yield f"baconNet ({name}) of bacon-net", (lambda g=given: _bacon(**g)), (torch.rand(4, 6),)
    yield "HierarchicalBaconNet of bacon-net", _bacon_tree, (torch.rand(4, 6),)
    yield "PerNodeLspSoftmaxAggregator of bacon-net", _bacon_nodes, ()
    # crossmodalnet
    yield "CrossmodalNet of crossmodalnet", _cross, (floats(4, 100), torch.eye(3)[[0, 1, 2, 0]])
    # pytorch-light
    yield (
        "LSTM of pytorch-light",
        lambda: _light("rnn.LSTM", 16, 32, 2, batch_first=True),
        (floats(2, 5, 16), torch.tensor([5, 3])),
    )
    yield (
        "FeedForwardAttention of pytorch-light",
        lambda: _light("attention.FeedForwardAttention", 16, 32),
        (floats(2, 5, 16), floats(2, 5, 16), floats(2, 5, 16)),
    )
    # gravitorch
    networks = "gravitorch.models.networks."
    yield "LeNet5 of gravitorch", lambda: _grav(networks + "lenet.LeNet5", 10), (floats(2, 1, 32, 32),)
    yield "PyTorchMnistNet of gravitorch", lambda: _grav(networks + "mnist.PyTorchMnistNet"), (floats(2, 1, 28, 28),)
    yield "AlphaMLP of gravitorch", lambda: _grav(networks + "mlp.AlphaMLP", 8, (32, 32, 4)), (floats(4, 8),)
    yield (
        "AlphaMLP (Gaussian) of gravitorch",
        lambda: _grav(networks + "mlp.AlphaMLP", 8, (32, 32, 4), activation={"_target_": "gravitorch.nn.Gaussian"}),
        (floats(4, 8),),
    )
    yield "ExU of gravitorch", built("gravitorch.nn.ExU", 8, 16), (floats(4, 8),)
    yield (
        "SequenceGaussianRFF of gravitorch",
        built("gravitorch.nn.fourier_feature.SequenceGaussianRFF", 3, 16),
        (torch.rand(5, 2, 3),),
    )
    yield (
        "ScalarEncoderFFN (CosSin) of gravitorch",
        lambda: _gravi("CosSinScalarEncoder", [1.0, 2.0, 4.0, 8.0], [0.0, 0.5, 1.0, 0.2], learnable=True, size=4),
        (floats(4, 1),),
    )
    yield (
        "ScalarEncoderFFN (Asinh) of gravitorch",
        lambda: _gravi("AsinhScalarEncoder", [1.0, 2.0, 4.0], learnable=True, size=3),
        (floats(4, 1),),
    )
    # pytorch-swem
    yield "Swem of pytorch-swem", _swem, (ids(200, 2, 12),)
    # mm-neural-adjoint
    yield "ConvModel of mm-neural-adjoint", lambda: _mm("conv_model.ConvModel", 8, 300), (floats(4, 8),)
    yield "LinModel of mm-neural-adjoint", lambda: _mm("lin_model.LinModel", 8, 300), (floats(4, 8),)
    # pytorchforge
    yield "ForgeModel of pytorchforge", _forge, (floats(4, 10),)
    # scgpt
    for name in ("TransformerModel", "TransformerGenerator", "MultiOmicTransformerModel"):
        yield (
            f"{name} of scgpt",
            (lambda n=name: _scgpt(n)),
            (ids(60, 2, 12), floats(2, 12))
            + ((ids(3, 2, 12),) if "Gen" in name else ())
            + (torch.zeros(2, 12, dtype=torch.bool), {"mod_types": ids(4, 2, 12)} if "Omic" in name else {}),
        )
    # tabgan
    yield "Discriminator of tabgan", lambda: _tabgan("Discriminator", 20, (64, 64)), (floats(20, 20),)
    yield "Generator of tabgan", lambda: _tabgan("Generator", 16, (64, 64), 20), (floats(20, 16),)
    # deep-transit
    yield "YOLOv3 of deep-transit", _transit, (floats(1, 1, 160, 160),)
    # momentumnet
    yield (
        "MomentumNet of momentumnet",
        lambda: built(
            "momentumnet.MomentumNet",
            [torch.nn.Sequential(torch.nn.Linear(50, 8), torch.nn.Tanh(), torch.nn.Linear(8, 50)) for _ in range(10)],
            gamma=0.99,
        )(),
        (floats(10, 50),),
    )
    yield "ResNet18 of momentumnet", built("momentumnet.models.ResNet18", 10), (floats(2, 3, 64, 64),)
    yield "mResNet18 of momentumnet", built("momentumnet.models.mResNet18", 10), (floats(2, 3, 64, 64),)
    yield "mResNet101 of momentumnet", built("momentumnet.models.mResNet101", 10), (floats(2, 3, 64, 64),)
    # xbnet
    yield "XBNETClassifier of xbnet", lambda: _xbnet("Classifier"), (floats(4, 8), {"train": False})
    yield "XBNETRegressor of xbnet", lambda: _xbnet("Regressor"), (floats(4, 8), {"train": False})
    # autopytorch
    yield "tabular network (ShapedMLPBackbone) of autopytorch", lambda: _auto("mlp"), (floats(4, 13),)
    yield "tabular network (ResNetBackbone) of autopytorch", lambda: _auto("resnet"), (floats(4, 13),)
    yield "image network (ConvNetImageBackbone) of autopytorch", lambda: _auto("conv"), (floats(2, 3, 32, 32),)
    yield "image network (DenseNetBackbone) of autopytorch", lambda: _auto("dense"), (floats(2, 3, 32, 32),)
    yield "_TemporalConvNet of autopytorch", lambda: _auto("tcn"), (floats(2, 20, 5),)
    yield "_InceptionTime of autopytorch", lambda: _auto("inception"), (floats(2, 20, 5),)
    # pytorch-segmentation-models-trainer
    yield "HRNetOCR of pytorch-segmentation-models-trainer", lambda: _trainer("hrnet"), (floats(1, 3, 64, 64),)
    yield "UNetBackbone of pytorch-segmentation-models-trainer", lambda: _trainer("unet"), (floats(1, 3, 64, 64),)
    yield (
        "UNetResNetBackbone of pytorch-segmentation-models-trainer",
        lambda: _trainer("unet_resnet"),
        (floats(1, 3, 64, 64),),
    )
    yield "PolygonRNN of pytorch-segmentation-models-trainer", lambda: _trainer("polygon"), ()
    yield "CrossfieldAlignLoss of pytorch-segmentation-models-trainer", lambda: _trainer("loss"), ()
    # alphafold3-pytorch-lightning-hydra
    yield (
        "Alphafold3 of alphafold3-pytorch-lightning-hydra",
        lambda: _alpha(
            "Alphafold3",
            constraints=["pocket", "contact"],
            num_atom_embeds=10,
            num_atompair_embeds=5,
            diffusion_num_augmentations=2,
            num_rollout_steps=2,
            dim_atom_inputs=77,
            dim_template_feats=108,
            dim_atom=32,
            dim_input_embedder_token=64,
            dim_single=64,
            dim_pairwise=32,
            dim_token=64,
            dim_template_model=32,
            confidence_head_kwargs={"pairformer_depth": 1},
            msa_module_kwargs={"depth": 2, "dim_msa": 32},
            pairformer_stack={
                "depth": 3,
                "pair_bias_attn_dim_head": 16,
                "pair_bias_attn_heads": 4,
                "num_register_tokens": 2,
            },
            template_embedder_kwargs={"pairformer_stack_depth": 1},
            diffusion_module_kwargs={
                "atom_encoder_depth": 1,
                "atom_encoder_heads": 4,
                "token_transformer_depth": 2,
                "token_transformer_heads": 4,
                "atom_decoder_depth": 1,
                "atom_decoder_heads": 4,
            },
        ),
        _alpha_batch(),
    )
    yield (
        "DiffusionTransformer (registers) of alphafold3-pytorch-lightning-hydra",
        lambda: _alpha(
            "DiffusionTransformer",
            depth=2,
            heads=4,
            dim=64,
            dim_single_cond=32,
            dim_pairwise=16,
            num_register_tokens=4,
            attn_num_memory_kv=2,
        ),
        (floats(2, 12, 64), {"single_repr": floats(2, 12, 32), "pairwise_repr": floats(2, 12, 12, 16)}),
    )


def _poker(path: str) -> Any:
    with lent(
        "pokers",
        "src",
        "src.core",
        "src.core.model",
        "src.core.deep_cfr",
        "src.utils",
        "src.utils.settings",
        "src.utils.logging",
        "src.opponent_modeling",
        "src.opponent_modeling.opponent_model",
        "src.opponent_modeling.deep_cfr_with_opponent_modeling",
    ):
        return built(path)()


def _v9() -> Any:
    from transformers_v9.config import V9PalaceConfig
    from transformers_v9.model import V9PalaceForCausalLM

    return V9PalaceForCausalLM(
        V9PalaceConfig(
            hidden_size=128,
            num_hidden_layers=3,
            num_attention_heads=4,
            num_palaces=6,
            vocab_size=500,
            max_position_embeddings=64,
        )
    )


def _phantasm(path: str, *a: Any) -> Any:
    bare("phantasm", "phantasm.core")
    return built("phantasm.core." + path, *a)()


def _candle(path: str, *a: Any) -> Any:
    bare("candle", "candle.models", "candle.models.vision")
    if "resnet" in path:
        from candle.models.vision.resnet18 import BasicBlock

        a = (BasicBlock, *a[1:])
    return built("candle.models.vision." + path, *a)()


def _t4576(name: str, config: Any) -> Any:
    import transformers4576 as t

    kind = getattr(t, name)
    return kind(kind.config_class(**config))


def _cinet(linear: Any) -> Any:
    import_module("pytorch_lightning.utilities")
    stub("pytorch_lightning.utilities.cloud_io")
    bare("cinet")
    with absent("lifelines", "ConfigSpace", "ray", "sklearn", present=True):
        from cinet.models import DeepCINET
    DeepCINET.log_model_parameters = lambda self: None
    return DeepCINET(
        None,
        {
            "nnHiddenLayers": [32, 16] if not linear else [0],
            "dat_size": 50,
            "ratio": 0.5,
            "reg_contr": 0.1,
            "dropout": 0.1,
            "lr": 0.01,
            "batchnorm": True,
        },
        linear=linear,
    )


def _bacon(**k: Any) -> Any:
    from bacon.baconNet import baconNet

    if k.get("use_transformation_layer"):
        k["transformations"] = [
            getattr(import_module("bacon.transformationLayer"), f"{n}Transformation")(6)
            for n in ("Identity", "Negation", "Peak", "Valley", "StepUp", "StepDown")
        ]
    return baconNet(6, **k)


def _bacon_tree() -> Any:
    from bacon.hierarchicalBaconNet import HierarchicalBaconNet

    return HierarchicalBaconNet({"a": [0, 1, 2], "b": [3, 4, 5]}, 6)


def _bacon_nodes() -> Any:
    from bacon.aggregators.lsp.softmax_lsp import PerNodeLspSoftmaxAggregator

    m = PerNodeLspSoftmaxAggregator()
    m.attach_to_tree(3)
    return m


def _cross() -> Any:
    need("scanpy", "anndata")
    bare("crossmodalnet")
    return built("crossmodalnet.model.CrossmodalNet", 100, 20, [2, 3, 4])()


def _light(path: str, *a: Any, **k: Any) -> Any:
    bare("torchlight")
    return built("torchlight." + path, *a, **k)()


def _grav(path: str, *a: Any, **k: Any) -> Any:
    import_module("gravitorch.nn")
    bare("gravitorch.models", "gravitorch.models.networks")
    with absent("tornado", "hydra", present=True):
        return built(path, *a, **k)()


def _gravi(name: str, *a: Any, size: Any, **k: Any) -> Any:
    import gravitorch.nn as g

    return g.ScalarEncoderFFN(
        getattr(g, name)(*a, **k), torch.nn.Sequential(torch.nn.Linear(size, 16), torch.nn.ReLU())
    )


def _swem() -> Any:
    from swem.models import Swem

    return Swem.from_config(
        {
            "embedding": {"type": "WordDropEmbedding", "num_embeddings": 200, "embedding_dim": 32, "p": 0.1},
            "pooling": {"type": "AttentionPooling", "input_dim": 48},
            "pre_pooling_dims": (64, 48),
            "post_pooling_dims": (32, 5),
        }
    )


def _mm(path: str, *a: Any) -> Any:
    bare("mm_neural_adjoint", "mm_neural_adjoint.models")
    return built("mm_neural_adjoint.models." + path, *a)()


def _forge() -> Any:
    need("fastapi", "uvicorn", "prometheus_client", "typer")
    from torchforge import ForgeConfig, ForgeModel

    return ForgeModel(
        torch.nn.Sequential(torch.nn.Linear(10, 32), torch.nn.ReLU(), torch.nn.Linear(32, 2)),
        config=ForgeConfig(model_name="classifier", version="1.0.0"),
    )


def _scgpt(name: str) -> Any:
    bare("scgpt", "scgpt.model")
    if name == "TransformerGenerator":
        sys.modules["scgpt"].logger = MagicMock()
        with lent("scgpt.utils"):
            import_module("scgpt.model.generation_model")
        return built(
            "scgpt.model.generation_model.TransformerGenerator",
            60,
            64,
            4,
            128,
            3,
            3,
            5,
            {"<pad>": 0},
            decoder_adaptive_bias=True,
            do_mvc=True,
        )()
    module = "multiomic_model" if "Omic" in name else "model"
    more = {"use_mod": True, "ntokens_mod": 4, "vocab_mod": {"<pad>": 0}} if "Omic" in name else {}
    return built(
        f"scgpt.model.{module}.{name}",
        60,
        64,
        4,
        128,
        3,
        n_cls=5,
        vocab={"<pad>": 0},
        do_mvc=True,
        do_dab=True,
        use_batch_labels=False,
        num_batch_labels=3,
        **more,
    )()


def _tabgan(name: str, *a: Any) -> Any:
    bare("_ctgan")
    return built("_ctgan.models." + name, *a)()


def _transit() -> Any:
    bare("deep_transit")
    return built("deep_transit.model.YOLOv3")()


def _xbnet(kind: str) -> Any:
    class Tree:
        """A stand-in for xgboost's, whose importances of features become the first weights."""

        def __init__(self, **k: Any) -> None:
            pass

        def fit(self, x: Any, y: Any, **k: Any) -> Any:
            self.feature_importances_ = np.full(x.shape[1], 1 / x.shape[1], dtype=np.float32)
            return self

    try:
        import_module("xgboost")
    except Exception:
        m = sys.modules["xgboost"] = ModuleType("xgboost")
        m.__spec__ = ModuleSpec("xgboost", None)
        m.XGBClassifier = m.XGBRegressor = Tree
    import XBNet.models as x

    x.XGBClassifier = x.XGBRegressor = Tree
    data = np.random.rand(20, 8).astype("float32"), np.random.randint(0, 3, 20)
    if kind == "Classifier":
        m = x.XBNETClassifier(*data, 3, input_through_cmd=True, inputs_for_gui=[8, 16, 16, 16, 16, 3])
    else:
        answers = iter(["8", "16", "True", "16", "16", "True", "16", "1", "True"] + ["3"] * 5)
        x.input = lambda *a: next(answers)  # it asks for the sizes
        m = x.XBNETRegressor(*data, 3)
    m.get(torch.zeros(4))
    return m


def _auto(which: str) -> Any:
    """What its network component builds: embedding, backbone and head, one after the other."""
    parts = "autoPyTorch.pipeline.components"
    need("ConfigSpace", "ConfigSpace.configuration_space", "ConfigSpace.hyperparameters", "ConfigSpace.conditions")
    setup = f"{parts}.setup"
    encoder = f"{setup}.network_backbone.forecasting_backbone.forecasting_encoder"
    bare("autoPyTorch", "autoPyTorch.pipeline", "autoPyTorch.datasets", parts, setup)
    bare(f"{setup}.network_backbone", f"{setup}.network_embedding", f"{setup}.network_head")
    bare(encoder.rpartition(".")[0], encoder, f"{encoder}.seq_encoder")
    with lent("autoPyTorch.datasets.base_dataset"):
        if which == "tcn":
            with lent(f"{encoder}.base_forecasting_encoder"):
                m = import_module(f"{encoder}.seq_encoder.TCNEncoder")
            return m._TemporalConvNet(5, [16, 16, 32], [3, 3, 3])
        if which == "inception":
            with lent(f"{encoder}.base_forecasting_encoder"):
                m = import_module(f"{encoder}.seq_encoder.InceptionTimeEncoder")
            return m._InceptionTime(
                in_features=5, config={"num_blocks": 4, "num_filters": 8, "bottleneck_size": 8, "kernel_size": 8}
            )

        def backbone(n: Any) -> Any:
            module = import_module(f"{parts}.setup.network_backbone.{n}")
            return getattr(module, "DenseNetBackbone" if n == "DenseNetImageBackbone" else n)

        e = import_module(parts + ".setup.network_embedding.LearnedEntityEmbedding")
        h = import_module(parts + ".setup.network_head.fully_connected").FullyConnectedHead

    def head(size: Any) -> Any:
        return h(num_layers=2, units_layer_1=64, activation="relu").build_head(size, (3,))

    if which in ("mlp", "resnet"):
        emb = e._LearnedEntityEmbedding(
            {"min_unique_values_for_embedding": 3, "dimension_reduction_0": 0.5, "dimension_reduction_1": 0.5},
            np.array([0, 0, 5, 6]),
            2,
        )
        if which == "mlp":
            b, out = (
                backbone("ShapedMLPBackbone")(
                    output_dim=32,
                    mlp_shape="funnel",
                    max_units=64,
                    num_groups=4,
                    use_dropout=False,
                    max_dropout=0.1,
                    activation="relu",
                ),
                (32,),
            )
        else:
            b, out = (
                backbone("ResNetBackbone")(
                    num_groups=3,
                    use_dropout=False,
                    use_shake_shake=False,
                    use_shake_drop=False,
                    use_batch_norm=True,
                    use_skip_connection=True,
                    multi_branch_choice="None",
                    activation="relu",
                    **{f"num_units_{i}": 32 for i in range(4)},
                    **{f"blocks_per_group_{i}": 2 for i in range(1, 4)},
                ),
                (32,),
            )
        return torch.nn.Sequential(emb, b.build_backbone((emb.num_out_feats,)), head(out))
    if which == "conv":
        b, out = (
            backbone("ConvNetImageBackbone")(
                conv_init_filters=16,
                conv_kernel_size=3,
                conv_kernel_stride=1,
                conv_kernel_padding=1,
                pool_size=2,
                num_layers=3,
                activation="relu",
            ),
            (64, 4, 4),
        )
    else:
        b, out = (
            backbone("DenseNetImageBackbone")(
                growth_rate=8,
                num_blocks=3,
                layer_in_block_1=3,
                layer_in_block_2=3,
                layer_in_block_3=3,
                dropout=0.0,
                use_dropout=False,
                activation="relu",
            ),
            None,
        )
    net = b.build_backbone((3, 32, 32))
    if out is None:
        with torch.no_grad():
            out = tuple(net(torch.zeros(1, 3, 32, 32)).shape[1:])
    return torch.nn.Sequential(net, head(out))


def _trainer(which: str) -> Any:
    own = "pytorch_segmentation_models_trainer"
    bare(
        own,
        own + ".custom_models",
        own + ".custom_models.hrnet_models",
        own + ".custom_models.rnn",
        own + ".custom_losses",
        own + ".utils",
        own + ".custom_metrics",
        own + ".model_loader",
    )
    if which == "hrnet":
        from omegaconf import OmegaConf

        if not hasattr(np, "int"):
            np.int = int  # of an older numpy
        import pytorch_segmentation_models_trainer.custom_models.hrnet_models.seg_hrnet_ocr as m

        c = OmegaConf.load(Path(m.__file__).parent / "conf" / "hrnet_ocr_w48.yml")
        return m.HRNetOCR(**{k: c[k] for k in c if k != "_target_"})
    if which == "unet":
        return built(own + ".custom_models.unet.UNetBackbone", 3, 16)()
    if which == "unet_resnet":
        return built(own + ".custom_models.unet_resnet.UNetResNetBackbone", 34)()
    if which == "polygon":
        with lent(
            "wget",
            "segmentation_models_pytorch",
            own + ".model_loader.model",
            own + ".utils.polygonrnn_utils",
            own + ".utils.tensor_utils",
            own + ".custom_metrics.metrics",
        ):
            from pytorch_segmentation_models_trainer.custom_models.rnn.polygon_rnn import PolygonRNN
        return PolygonRNN(load_vgg=False, grid_size=8)
    with (
        absent("skimage", present=True),
        lent(
            own + ".tools",
            own + ".tools.visualization",
            own + ".tools.visualization.crossfield_plot",
            own + ".utils.frame_field_utils",
            own + ".utils.tensor_utils",
            own + ".custom_losses.loss",
        ),
    ):
        from pytorch_segmentation_models_trainer.custom_losses.base_loss import CrossfieldAlignLoss
    return CrossfieldAlignLoss("align")


def _alpha(name: str, **k: Any) -> Any:
    own = "alphafold3_pytorch"
    components = own + ".models.components"
    if components + ".alphafold3" not in sys.modules:
        bare(own, own + ".models", components, own + ".utils", own + ".common", own + ".data")
        sys.modules[own + ".utils"].RankedLogger = MagicMock()
        if "environs" not in sys.modules:
            e = sys.modules["environs"] = ModuleType("environs")
            e.Env = type(
                "Env", (), {"read_env": lambda *a, **k: None, "bool": lambda self, name, default=None: default}
            )
        i = ModuleType(components + ".inputs")  # its constants (the rest reads structures)
        i.__dict__.update(
            IS_MOLECULE_TYPES=5,
            IS_PROTEIN_INDEX=0,
            IS_RNA_INDEX=1,
            IS_DNA_INDEX=2,
            IS_LIGAND_INDEX=-2,
            IS_METAL_ION_INDEX=-1,
            IS_BIOMOLECULE_INDICES=slice(0, 3),
            IS_NON_PROTEIN_INDICES=slice(1, 5),
            IS_NON_NA_INDICES=[0, 3, 4],
            IS_PROTEIN=0,
            IS_RNA=1,
            IS_DNA=2,
            IS_LIGAND=3,
            IS_METAL_ION=4,
            NUM_MOLECULE_IDS=33,
            NUM_HUMAN_AMINO_ACIDS=20,
            NUM_MSA_ONE_HOT=32,
            MISSING_RNA_NUCLEOTIDE_ID=25,
            MIN_RNA_NUCLEOTIDE_ID=21,
            MAX_DNA_NUCLEOTIDE_ID=30,
            DEFAULT_NUM_MOLECULE_MODS=4,
            ADDITIONAL_MOLECULE_FEATS=5,
            CONSTRAINTS=Literal["pocket", "contact", "docking"],
            CONSTRAINT_DIMS={"pocket": 1, "contact": 1, "docking": 4},
            CONSTRAINTS_MASK_VALUE=-1.0,
            Alphafold3Input=object,
            BatchedAtomInput=object,
            hard_validate_atom_indices_ascending=lambda *a, **k: None,
        )
        sys.modules[components + ".inputs"] = i
        stub(components + ".nlm", components + ".plm", own + ".data.pdb_datamodule", own + ".common.biomolecule")
        sys.modules[components + ".nlm"].NLMEmbedding = Literal["rinalmo"]
        sys.modules[components + ".plm"].PLMEmbedding = Literal["prostT5"]
        with absent(
            "rootutils",
            "sh",
            "Bio",
            "gemmi",
            "lightning",
            "omegaconf",
            "hydra",
            "rdkit",
            "rich",
            "retrying",
            present=True,
        ):
            __import__(components + ".alphafold3")
    return built(f"{components}.alphafold3.{name}", **k)()


class _Here(torch.Tensor):
    """A tensor whose .cuda() stays (the package has no other choice of a device)."""

    def cuda(self) -> Any:
        return self.as_subclass(torch.Tensor)


def _chromo(name: str) -> Any:
    import chromoformer.net as c

    for k in (c.EmbeddingTransformer, c.PairwiseInteractionTransformer):
        if not hasattr(k, "_cpu"):
            k._cpu = k._pos_enc
            k._pos_enc = lambda self, *a, **q: self._cpu(*a, **q).as_subclass(_Here)
    return getattr(c, name)()


def _chromo_batch() -> Any:
    n, i, sizes = 2, 3, {2000: 4, 500: 8, 100: 16}

    def no(*s: Any) -> Any:
        return torch.zeros(*s, dtype=torch.bool)

    return (
        {k: floats(n, 1, b, 7) for k, b in sizes.items()},
        {k: no(n, 1, 1, b, b) for k, b in sizes.items()},
        {k: floats(n, i, b, 7) for k, b in sizes.items()},
        {k: no(n, i, 1, b, b) for k, b in sizes.items()},
        {k: no(n, 1, i + 1, i + 1) for k in sizes},
        floats(n, i + 1, i + 1),
    )


def _alpha_batch() -> Any:
    """The batch of its README."""
    n = 16
    lens = torch.full((2, n), 2)
    offsets = torch.nn.functional.pad(lens, (1, -1)).cumsum(-1)
    return (
        {
            "num_recycling_steps": 1,
            "atom_inputs": floats(2, 32, 77),
            "atompair_inputs": floats(2, 32, 32, 5),
            "molecule_ids": torch.randint(0, 32, (2, n)),
            "molecule_atom_lens": lens,
            "additional_molecule_feats": torch.randint(0, 2, (2, n, 5)),
            "additional_msa_feats": floats(2, 7, n, 2),
            "additional_token_feats": floats(2, n, 33),
            "is_molecule_types": torch.randint(0, 2, (2, n, 5)).bool(),
            "is_molecule_mod": torch.randint(0, 2, (2, n, 4)).bool(),
            "msa": floats(2, 7, n, 32),
            "msa_mask": torch.ones((2, 7)).bool(),
            "templates": floats(2, 2, n, n, 108),
            "template_mask": torch.ones((2, 2)).bool(),
            "atom_pos": floats(2, 32, 3),
            "distogram_atom_indices": lens - 1 + offsets,
            "molecule_atom_indices": torch.randint(0, 2, (2, n)) + offsets,
            "distance_labels": torch.randint(0, 37, (2, n, n)),
            "resolved_labels": torch.randint(0, 2, (2, 32)),
            "atom_ids": torch.randint(0, 10, (2, 32)),
            "atompair_ids": torch.randint(0, 5, (2, 32, 32)),
            "token_constraints": floats(2, n, n, 2),
        },
    )


def _features() -> Any:
    bare("neura_fall_detection")
    from neura_fall_detection.constants import FEATURE_COUNT

    return FEATURE_COUNT
