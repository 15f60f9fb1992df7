"""The tenth set's second part.

A model is a line, as in `package_models`. Where no batch fitted, the call is empty and the pass tells nothing.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

import torch
import transformers

from package_models import EDGES, Made, built, floats, ids
from sample.common import BUILD, TENTH, away, bare, begin, continuous, every_option, of_pictures, stub, top

REQUIREMENTS = ["pythonbasictools", "tensor-type"]
"""What the packages import themselves, beside the sets before."""

PACKAGES = [
    "ac-segmentation",
    "alphafold3-pytorch",
    "bert-classifier",
    "bidirectional-cross-attention",
    "bio-embeddings",
    "cluster-moe",
    "deep-image-matching",
    "dvae",
    "eh-pytorch-tabnet",
    "embeddedtorch",
    "free-transformer",
    "gnn-vuln",
    "lightcnn-pytorch",
    "memoria-pytorch",
    "mievformer",
    "mobileone-pytorch",
    "monsterpianotransformer",
    "napistu-torch",
    "neural-logic-machine",
    "neuralsat",
    "neurotorch",
    "nn-trainer",
    "optifine-torch",
    "purediffusion",
    "pytorch-rdc-net",
    "spach-transformer",
    "srt-torch",
    "torchaid",
    "trajectorynet",
    "usl-embedding",
    "vsgan",
    "windpytorchutils",
    "zamba-torch",
]

SKIPPED = {
    "chorus-torch": "asks for Python 3.13",
    "deepgeodemo": "asks for Python 3.12",
}
"""Of the draw too, without models here."""

MISSING = (
    "napistu",
    "kornia",
    "torchist",
    "argschema",
    "cv2",
    "numba",
    "skimage",
    "sh",
    "Bio",
    "polars",
    "retrying",
    "cachetools",
    "gemmi",
    "pdbeccdutils",
    "rdkit",
    "frame_averaging_pytorch",
    "shortuuid",
    "timeout_decorator",
    "fsspec",
    "ema_pytorch",
    "gradio",
    "gradio_molecule3d",
    "mmcif",
    "wandb",
    "adam_atan2_pytorch",
)
"""What the packages import and these models do not use."""

START = (
    "deep_image_matching",
    "deep_image_matching.extractors",
    "deep_image_matching.utils",
    "deep_image_matching.thirdparty",
    "mievformer",
    "bert_classifier",
    "bio_embeddings",
    "bio_embeddings.extract",
    "bio_embeddings.extract.basic",
    "monsterpianotransformer",
    "purediffusion",
    "lightcnn_pytorch",
)
"""Packages whose own start is left out: programs, data sets."""


def _begin() -> None:
    begin()
    stub("napistu_torch.configs")  # its training programs
    away(*MISSING, mocks=True)
    bare(*START)
    try:
        import_module("importlib_metadata")
    except ImportError:  # it asks for another package
        sys.modules["importlib_metadata"] = importlib.metadata
    import datasets

    if not hasattr(datasets, "load_dataset"):  # another package's, where zeta asks for the real one
        datasets.load_dataset = None


def _apart(package: str, path: str, *a: Any, **k: Any) -> Callable[[], Any]:
    """From a package of a top-level name that others have too."""

    def make() -> Any:
        module, _, name = path.rpartition(".")
        return getattr(top(module, BUILD / f"packages-{package}", path.partition(".")[0]), name)(*a, **k)

    return make


def _untrained(make: Callable[[], Any]) -> Callable[[], Any]:
    """Without the weights that its constructor would fetch from the net."""

    def without() -> Any:
        with (
            patch("torch.hub.load_state_dict_from_url", lambda *a, **k: {}),
            patch("torch.load", lambda *a, **k: {}),
            patch.object(torch.nn.Module, "load_state_dict", lambda *a, **k: None),
        ):
            return make()

    return without


def _roma() -> Any:
    """Its DINOv2 with two blocks, for speed; the model does not hold its weights as parameters."""
    import deep_image_matching.thirdparty.RoMa.roma.models.transformer as t
    from deep_image_matching.thirdparty.RoMa.roma.models.model_zoo.roma_models import roma_model
    from deep_image_matching.thirdparty.RoMa.roma.models.transformer import dinov2

    t.vit_large = lambda **k: dinov2.DinoVisionTransformer(
        embed_dim=1024, depth=2, num_heads=16, mlp_ratio=4, img_size=112, patch_size=14
    )
    return roma_model(resolution=(112, 112), upsample_preds=False, device="cpu", weights={}, dinov2_weights={})


def _roma_options() -> Any:
    """The options of RoMa's decoder that make parameters."""
    from deep_image_matching.thirdparty.RoMa.roma.models.matcher import GP, CosKernel
    from deep_image_matching.thirdparty.RoMa.roma.models.transformer import Block, TransformerDecoder
    from deep_image_matching.thirdparty.RoMa.roma.models.transformer.layers.attention import Attention

    m = TransformerDecoder(
        torch.nn.Sequential(*[Block(64, 4, attn_class=Attention) for _ in range(2)]),
        64,
        5,
        learned_embeddings=True,
        embedding_dim=8,
    )
    m.gp = GP(CosKernel, T=0.2, learn_temperature=True, gp_dim=32, no_cov=True)
    return m


def _lightglue(name: Any, *a: Any, **k: Any) -> Any:
    return _untrained(built("deep_image_matching.thirdparty.LightGlue.lightglue." + name, *a, **k))


def _coarse(**k: Any) -> Any:
    """Its other kind of matching (the file superglue.py is not in the package)."""
    stub("deep_image_matching.thirdparty.se2loftr.src.loftr.utils.superglue")
    return built("deep_image_matching.thirdparty.se2loftr.src.loftr.utils.coarse_matching.CoarseMatching", k)()


def _keypoints(n: Any, d: Any) -> Any:
    return {
        "keypoints": torch.rand(1, n, 2) * 60,
        "descriptors": floats(1, n, d),
        "image_size": torch.tensor([[64, 64]]),
    }


def _superglue_data() -> Any:
    d = {}
    for i in "01":
        d.update(
            {
                "descriptors" + i: floats(1, 256, 12),
                "keypoints" + i: torch.rand(1, 12, 2) * 60,
                "scores" + i: torch.rand(1, 12),
                "image" + i: floats(1, 1, 64, 64),
            }
        )
    return d


def _bert() -> Any:
    return transformers.BertModel(
        transformers.BertConfig(
            vocab_size=1000,
            hidden_size=128,
            num_hidden_layers=4,
            num_attention_heads=4,
            intermediate_size=256,
            max_position_embeddings=64,
        )
    )


_X = "monsterpianotransformer.x_transformer_1_23_2"


def _piano(**k: Any) -> Any:
    x = import_module(_X)

    net = x.TransformerWrapper(
        num_tokens=386,
        max_seq_len=512,
        attn_layers=x.Decoder(dim=256, depth=4, heads=8, rotary_pos_emb=k.pop("rope", False), **k),
    )
    return x.AutoregressiveWrapper(net, ignore_index=385, pad_value=385)


def _free(name: Any, **k: Any) -> Any:
    from free_transformer.config import ModelConfig

    return getattr(import_module("free_transformer." + ("model" if name == "FreeTransformer" else "baseline")), name)(
        ModelConfig(
            vocab_size=1000,
            hidden_dim=128,
            num_layers=4,
            num_heads=4,
            num_kv_heads=2,
            ffn_hidden_dim=256,
            max_seq_len=64,
            latent_dim=8,
        )
    )


def _embedded() -> Any:
    """The model of its README."""
    sys.path.append(str(TENTH / "embeddedtorch"))  # it imports its own modules as if they stood alone
    from embeddedtorch.layers import EmbaeddableModel, LinearLayer

    m = EmbaeddableModel(torch.float32)
    for layer in (LinearLayer(10, 5), LinearLayer(5, 2)):
        m.add_layer(layer)
    return m


def _nlm(name: Any) -> Any:
    """Its lazy layers learn their sizes from a first batch."""
    import neural_logic_machine as n

    m = getattr(n, name)(hidden_features=[[8, 8, 8, 8], [8, 8, 8, 8]], out_features=[2, 1, 0, 0], batchnorm=False)
    with torch.no_grad():
        m(*_nlm_data(name))
    return m


def _nlm_data(name: Any) -> Any:
    if name == "NLM":
        return [torch.randn((2,) + (5,) * r + (1,)) for r in range(3)] + [None], [3, 5]
    return [[torch.randn((n,) * r + (1,)) for n in (3, 5)] for r in range(3)] + [
        [torch.randn((n,) * 3 + (1,)) for n in (3, 5)]
    ], [3, 5]


def _srt() -> Any:
    with patch("loguru.logger.add"):  # a file
        from srt_torch.main import ModelConfig, SurgicalRobotTransformer

    return SurgicalRobotTransformer(ModelConfig())


def _vapoursynth() -> None:
    if "vapoursynth" not in sys.modules:
        stub("vapoursynth")
        sys.modules["vapoursynth"].__api_version__ = SimpleNamespace(api_major=4, api_minor=0)


def _esrgan(blocks: Any = 4) -> Any:
    """It reads its sizes from the weights given."""
    _vapoursynth()
    from vsgan.archs.ESRGAN import ESRGAN

    f, g = 64, 32
    d = {"model.0.weight": torch.randn(f, 3, 3, 3), "model.0.bias": torch.randn(f)}
    for i in range(blocks):
        for r in "123":
            for c in range(5):
                d.update(
                    {
                        f"model.1.sub.{i}.RDB{r}.conv{c + 1}.0.weight": torch.randn(g if c < 4 else f, f + c * g, 3, 3),
                        f"model.1.sub.{i}.RDB{r}.conv{c + 1}.0.bias": torch.randn(g if c < 4 else f),
                    }
                )
    for n in (f"1.sub.{blocks}", "3", "6", "8"):
        d.update({f"model.{n}.weight": torch.randn(f, f, 3, 3), f"model.{n}.bias": torch.randn(f)})
    d.update({"model.10.weight": torch.randn(3, f, 3, 3), "model.10.bias": torch.randn(3)})
    return ESRGAN(d)


def _realesrgan(convs: Any = 8) -> Any:
    _vapoursynth()
    from vsgan.archs.ESRGAN import RealESRGANv2

    d = {"body.0.weight": torch.randn(64, 3, 3, 3), "body.0.bias": torch.randn(64), "body.1.weight": torch.randn(64)}
    for n in range(1, convs + 1):
        d.update(
            {
                f"body.{2 * n}.weight": torch.randn(64, 64, 3, 3),
                f"body.{2 * n}.bias": torch.randn(64),
                f"body.{2 * n + 1}.weight": torch.randn(64),
            }
        )
    d.update({f"body.{2 * convs + 2}.weight": torch.randn(48, 64, 3, 3), f"body.{2 * convs + 2}.bias": torch.randn(48)})
    return RealESRGANv2({"params": d})


def _egvsr() -> Any:
    _vapoursynth()
    return built("vsgan.archs.EGVSR.EGVSR", "none")()


def _spiking(name: Any, *sizes: Any, **k: Any) -> Any:
    """One of its layers, built (its parameters are made by `build`)."""
    import neurotorch.modules.layers as l

    return getattr(l, name)(*sizes, **k).build()


def _spiking_net() -> Any:
    import neurotorch as nt
    from neurotorch.modules.layers import SpyLIFLayer, SpyLILayer

    return nt.SequentialRNN(
        layers=[
            SpyLIFLayer(20, 32, use_recurrent_connection=True),
            SpyLIFLayer(32, 16, use_recurrent_connection=True),
            SpyLILayer(16, 4),
        ]
    ).build()


def _vuln(name: Any = "LMGATCodeBERTVulnDetector", **k: Any) -> Any:
    given = {
        "in_channels": 32,
        "hidden_dim": 64,
        "num_layers": 3,
        "num_classes": 11,
        "num_heads": 4,
        "edge_dim": 31,
        "live_lm": "none",
    }
    given.update(k)
    return getattr(import_module("gnn_vuln.models"), name)(**given)


def _graph() -> Any:
    return floats(6, 32), EDGES, torch.zeros(6, dtype=torch.long), {"edge_attr": torch.rand(EDGES.shape[1], 31)}


def _vuln_interp() -> Any:
    """Its language model (fetched from the net by its constructor) is left out."""
    import gnn_vuln.models.lmgat_interp as m

    def none(self, *a: Any, **k: Any) -> Any:
        self._lm_dim = 128
        self.codebert = _bert()

    with patch.object(m.LMGATInterpVulnDetector, "_build_lm_branch", none):
        return m.LMGATInterpVulnDetector(in_channels=32, hidden_dim=64, num_layers=3, num_heads=4, edge_dim=31)


def _trajectory(
    layer_type: Any = "concatsquash", nonlinearity: Any = "tanh", batch_norm: Any = False, learned: Any = False
) -> Any:
    """As its build_model_tabular does with the program's own defaults."""
    import TrajectoryNet.lib.layers as l

    def cnf() -> Any:
        net = l.ODEnet(
            hidden_dims=(64, 64, 64),
            input_shape=(5,),
            strides=None,
            conv=False,
            layer_type=layer_type,
            nonlinearity=nonlinearity,
        )
        return l.CNF(
            odefunc=l.ODEfunc(diffeq=net, divergence_fn="brute_force", residual=False, rademacher=False),
            T=0.5,
            train_T=learned,
            solver="dopri5",
        )

    chain = [cnf()]
    if batch_norm:
        chain = [l.MovingBatchNorm1d(5), *chain, l.MovingBatchNorm1d(5)]
    return l.SequentialFlow(chain)


def _fold(name: Any, **k: Any) -> Any:
    """Parts of the model; what reads molecules (rdkit, Bio) is left out."""
    stub(
        "alphafold3_pytorch.life",
        "alphafold3_pytorch.inputs",
        "alphafold3_pytorch.common",
        "alphafold3_pytorch.common.biomolecule",
        "alphafold3_pytorch.nlm",
        "alphafold3_pytorch.plm",
        "alphafold3_pytorch.utils.model_utils",
        "alphafold3_pytorch.utils.utils",
        "alphafold3_pytorch.utils",
    )
    if "environs" not in sys.modules:
        env = type("Env", (), {"read_env": lambda *a: None, "bool": lambda self, name, default=False: default})
        sys.modules["environs"] = ModuleType("environs")
        sys.modules["environs"].Env = env
    sh = import_module("sh")  # asked for a program that is not here
    sh.ErrorReturnCode_1 = sh.which.side_effect = RuntimeError
    bare("alphafold3_pytorch")
    return getattr(import_module("alphafold3_pytorch." + ("attention" if name == "Attention" else "alphafold3")), name)(
        **k
    )


def models() -> Iterator[Made]:
    """All models."""
    _begin()
    # bidirectional-cross-attention
    own = "bidirectional_cross_attention.bidirectional_cross_attention."
    yield (
        "BidirectionalCrossAttention of bidirectional-cross-attention",
        built(
            own + "BidirectionalCrossAttention",
            dim=512,
            heads=8,
            dim_head=64,
            context_dim=386,
            talking_heads=True,
            prenorm=True,
        ),
        (floats(1, 24, 512), floats(1, 10, 386)),
    )
    yield (
        "BidirectionalCrossAttentionTransformer of bidirectional-cross-attention",
        built(
            own + "BidirectionalCrossAttentionTransformer",
            dim=512,
            depth=4,
            context_dim=512,
            heads=8,
            dim_head=64,
            final_norms=True,
        ),
        (floats(1, 24, 512), floats(1, 10, 512)),
    )
    # spach-transformer
    yield (
        "SpachTransformer of spach-transformer",
        _apart("spach-transformer", "models.SpachTransformer.SpachTransformer"),
        (floats(1, 1, 48, 48, 48),),
    )
    yield (
        "Restormer of spach-transformer",
        _apart("spach-transformer", "models.Restormer.Restormer"),
        (floats(1, 1, 16, 16, 16),),
    )
    yield (
        "Restormer without bias of spach-transformer",
        _apart("spach-transformer", "models.Restormer.Restormer", layer_norm_type="BiasFree", heads=[1, 2, 2, 2]),
        (floats(1, 1, 16, 16, 16),),
    )
    yield (
        "SwinTransformer of spach-transformer",
        _apart(
            "spach-transformer",
            "models.SwinTransformer.SwinTransformer",
            pretrain_img_size=64,
            out_indices=(0, 1, 2, 3),
            in_chans=1,
            embed_dim=24,
            num_heads=[3, 6, 12, 24],
            window_size=(2, 2, 2),
            ape=True,
            pat_merg_rf=4,
        ),
        (floats(1, 1, 64, 64, 64),),
    )
    # napistu-torch
    own = "napistu_torch.models."
    for kind in ("sage", "gcn", "gat", "graph_conv"):
        yield (
            f"MessagePassingEncoder {kind} of napistu-torch",
            built(
                own + "message_passing_encoder.MessagePassingEncoder",
                32,
                64,
                3,
                encoder_type=kind,
                **({"gat_heads": 4} if kind == "gat" else {}),
            ),
            (floats(6, 32), EDGES),
        )
    for kind in (
        "attention",
        "conditional_rotate",
        "distmult",
        "mlp",
        "relation_attention",
        "relation_attention_mlp",
        "relation_gated_mlp",
        "transe",
    ):
        more = {"num_relations": 5} if kind not in ("attention", "mlp") else {}
        if kind == "conditional_rotate":
            more["symmetric_relation_indices"] = [1, 3]
        yield (
            f"Decoder {kind} of napistu-torch",
            built(own + "heads.Decoder", 128, head_type=kind, **more),
            (floats(6, 128), EDGES, *([ids(5, EDGES.shape[1])] if "num_relations" in more else [])),
        )
    yield "EdgeEncoder of napistu-torch", built(own + "edge_encoder.EdgeEncoder", 10), (floats(8, 10),)
    # mobileone-pytorch
    for n in range(5):
        yield (
            f"mobileone_s{n} of mobileone-pytorch",
            built(f"mobileone_pytorch.mobileone_s{n}"),
            (floats(1, 3, 64, 64),),
        )
    # nn-trainer
    own = "nn_trainer.models.networks."
    yield "AttU_Net_2D of nn-trainer", built(own + "networks_2d.AttU_Net_2D"), (floats(1, 3, 64, 64),)
    yield "R2AttU_Net_2D of nn-trainer", built(own + "networks_2d.R2AttU_Net_2D"), (floats(1, 3, 32, 32),)
    yield (
        "U_Net_2D_Mod_Critic of nn-trainer",
        built(own + "networks_2d.U_Net_2D_Mod_Critic", 64, 64, 2),
        (floats(1, 1, 64, 64), floats(1, 1, 64, 64)),
    )
    yield "U_Net of nn-trainer", built(own + "networks_1d.U_Net"), (floats(1, 3, 64),)
    yield "ResUNet50 of nn-trainer", built("nn_trainer.models.resnet.parts.ResUNet50"), (floats(2, 3, 64),)
    # dvae
    yield "VAE of dvae", built("dvae.vae.VAE", 30), (floats(4, 30),)
    # windpytorchutils
    yield (
        "AttentionPooler of windpytorchutils",
        built("windpytorchutils.nn.attention_pooler.AttentionPooler", 64),
        (floats(2, 64), floats(2, 10, 64)),
    )
    # bio-embeddings
    yield (
        "SUBCELL_FNN of bio-embeddings",
        built("bio_embeddings.extract.basic.annotation_inference_models.SUBCELL_FNN"),
        (floats(2, 1024),),
    )
    yield (
        "SECSTRUCT_CNN of bio-embeddings",
        built("bio_embeddings.extract.basic.annotation_inference_models.SECSTRUCT_CNN"),
        (floats(1, 1024, 20, 1),),
    )
    # deep-image-matching
    third = "deep_image_matching.thirdparty."
    yield (
        "LightGlue of deep-image-matching",
        _lightglue("lightglue.LightGlue", "superpoint"),
        ({"image0": _keypoints(12, 256), "image1": _keypoints(10, 256)}, {}),
    )
    yield (
        "ALIKED of deep-image-matching",
        _lightglue("aliked.ALIKED"),
        (),
    )  # deformable convolutions: torchvision has no operators here
    yield (
        "SuperGlue of deep-image-matching",
        _untrained(built(third + "SuperGluePretrainedNetwork.models.superglue.SuperGlue", {})),
        (_superglue_data(), {}),
    )
    yield "RegressionMatcher of deep-image-matching", _untrained(_roma), ()
    yield (
        "dedode_detector_B of deep-image-matching",
        built(third + "DeDoDe.DeDoDe.model_zoo.dedode_models.dedode_detector_B", device="cpu"),
        ({"image": floats(1, 3, 64, 64)}, {}),
    )
    yield (
        "DinoVisionTransformer of deep-image-matching",
        built(
            third + "RoMa.roma.models.transformer.dinov2.DinoVisionTransformer",
            img_size=28,
            patch_size=14,
            embed_dim=64,
            depth=3,
            num_heads=4,
            init_values=1.0,
        ),
        (floats(1, 3, 28, 28),),
    )
    yield (
        "TransformerDecoder of deep-image-matching",
        _roma_options,
        (floats(1, 32, 8, 8), floats(1, 32, 8, 8), None, 16),
    )
    yield (
        "NetVLADLayer of deep-image-matching",
        built("deep_image_matching.extractors.netvlad.NetVLADLayer"),
        (floats(2, 512, 20),),
    )
    yield (
        "CoarseMatching of deep-image-matching",
        lambda: _coarse(
            thr=0.2,
            border_rm=2,
            train_coarse_percent=0.3,
            train_pad_num_gt_min=200,
            match_type="sinkhorn",
            skh_init_bin_score=1.0,
            skh_iters=3,
            skh_prefilter=False,
        ),
        (),
    )
    yield (
        "DINO of DeDoDe of deep-image-matching",
        built(
            third + "DeDoDe.DeDoDe.transformer.dinov2.DinoVisionTransformer",
            img_size=28,
            patch_size=14,
            embed_dim=64,
            depth=3,
            num_heads=4,
            init_values=1.0,
        ),
        (floats(1, 3, 28, 28),),
    )
    # bert-classifier
    yield (
        "BertClass of bert-classifier",
        lambda: built("bert_classifier.bert.BertClass", 5, _bert())(),
        (ids(1000, 2, 12), torch.ones(2, 12, dtype=torch.long), torch.zeros(2, 12, dtype=torch.long)),
    )
    # mievformer
    own = "mievformer."
    yield (
        "NicheFormer of mievformer",
        built(own + "nicheformer.NicheFormer", 20, 20, None, None),
        (floats(4, 8, 20), floats(4, 8, 2)),
    )
    yield (
        "ScDistributor of mievformer",
        built(own + "nicheformer.ScDistributor", 50, 20, 20, None),
        (floats(6, 50), torch.ones(6, 50), floats(4, 20)),
    )
    yield (
        "scVAE of mievformer",
        built(own + "nicheformer.scVAE", 50, 3, 10, 64, 1, 1, None, None),
        (floats(6, 50), floats(6, 3)),
    )
    yield "ProbNMFAE of mievformer", built(own + "prob_nmfae.ProbNMFAE", 50, 10, None, None), (torch.rand(6, 50),)
    yield (
        "DiffusionModel of mievformer",
        built(own + "nicheformer.DiffusionModel", 20, 20),
        (floats(1, 4, 20), floats(1, 4, 20), torch.rand(1, 4, 1)),
    )
    # optifine-torch
    yield "FastAttention of optifine-torch", built("optifine.attention.FastAttention", 64, 4, 32), (floats(2, 12, 64),)
    # ac-segmentation
    yield (
        "RSUNet of ac-segmentation",
        _apart("tenth", "ac_segmentation.neurotorch.nets.RSUNet.RSUNet"),
        (floats(1, 1, 16, 32, 32),),
    )
    yield (
        "RSUNetAff of ac-segmentation",
        _apart("tenth", "ac_segmentation.neurotorch.nets.RSUNetAff.RSUNetAff"),
        (floats(1, 1, 16, 32, 32),),
    )
    # pytorch-rdc-net
    yield "RDCNet of pytorch-rdc-net", built("pytorch_rdc_net.generic_model.RDCNet", 2), (floats(1, 1, 60, 60),)
    yield (
        "RDCNet in three dimensions of pytorch-rdc-net",
        built(
            "pytorch_rdc_net.generic_model.RDCNet", 3, down_sampling_factor=(2, 4, 4), instance_size=(20.0, 20.0, 20.0)
        ),
        (floats(1, 1, 8, 16, 16),),
    )
    # monsterpianotransformer
    yield "AutoregressiveWrapper of monsterpianotransformer", _piano, (ids(385, 2, 24),)
    yield "AutoregressiveWrapper with rotary of monsterpianotransformer", lambda: _piano(rope=True), (ids(385, 2, 24),)
    yield "TransformerWrapper of monsterpianotransformer", lambda: every_option(_X, 386), (ids(385, 2, 24),)
    yield "ContinuousTransformerWrapper of monsterpianotransformer", lambda: continuous(_X), (floats(2, 12, 20),)
    yield "ViTransformerWrapper of monsterpianotransformer", lambda: of_pictures(_X), (floats(2, 3, 32, 32),)
    # purediffusion
    yield (
        "LinearDiffusion of purediffusion",
        built("purediffusion.model.LinearDiffusion", 1000),
        (floats(4, 10), ids(1000, 4)),
    )
    yield (
        "LinearDiffusion with guidance of purediffusion",
        built("purediffusion.model.LinearDiffusion", 1000, guidance=True),
        (floats(4, 10), ids(1000, 4), floats(4, 128), floats(4, 512)),
    )
    # free-transformer
    yield "FreeTransformer of free-transformer", lambda: _free("FreeTransformer"), (ids(1000, 2, 12),)
    yield "TransformerBaseline of free-transformer", lambda: _free("TransformerBaseline"), (ids(1000, 2, 12),)
    # embeddedtorch
    yield "EmbaeddableModel of embeddedtorch", _embedded, (floats(2, 10),)
    # lightcnn-pytorch
    yield (
        "LightCNN_V4 of lightcnn-pytorch",
        built("lightcnn_pytorch.architectures.LightCNN_V4"),
        (floats(1, 3, 128, 128),),
    )
    yield (
        "LightCNN_29Layers_v2 of lightcnn-pytorch",
        built("lightcnn_pytorch.architectures.LightCNN_29Layers_v2", num_classes=1000),
        (floats(1, 1, 128, 128),),
    )
    # srt-torch
    yield "SurgicalRobotTransformer of srt-torch", _srt, ()
    # neural-logic-machine
    yield "NLM of neural-logic-machine", lambda: _nlm("NLM"), _nlm_data("NLM")
    yield "UnpaddedNLM of neural-logic-machine", lambda: _nlm("UnpaddedNLM"), _nlm_data("UnpaddedNLM")
    # vsgan
    yield "ESRGAN of vsgan", _esrgan, (floats(1, 3, 16, 16),)
    yield "RealESRGANv2 of vsgan", _realesrgan, (floats(1, 3, 16, 16),)
    yield (
        "EGVSR of vsgan",
        _untrained(_egvsr),
        (floats(1, 3, 16, 16), floats(1, 3, 16, 16), floats(1, 3, 64, 64)),
    )
    # gnn-vuln
    yield "LMGATCodeBERTVulnDetector of gnn-vuln", _vuln, _graph()
    yield (
        "LMGATCodeBERTVulnDetector with experts of gnn-vuln",
        lambda: _vuln(
            gnn_block_style="gnn_plus",
            gnn_use_ffn=True,
            gnn_moe_ffn=True,
            gnn_edge_moe=True,
            cross_task_method="cross_attention",
            func_head_type="mtl",
            graph_pool="attention",
        ),
        (),
    )
    yield "LMGATInterpVulnDetector of gnn-vuln", _vuln_interp, ()
    yield "GraphViTVulnDetector of gnn-vuln", built("gnn_vuln.models.GraphViTVulnDetector", 32, 64, 11), ()
    encoders = "gnn_vuln.models.encoders."
    yield (
        "NodeMoEFFN of gnn-vuln",
        built(encoders + "NodeMoEFFN", 32, 2, 4, 2, 0.1, torch.nn.functional.relu),
        (floats(6, 32),),
    )
    yield (
        "GMoEConv of gnn-vuln",
        built(encoders + "GMoEConv", 32, 32, 4, 4, 2, 2, 0.1, 31, False, "mean"),
        (floats(6, 32), EDGES, torch.rand(EDGES.shape[1], 31), EDGES),
    )
    yield (
        "EdgeTypeMoEConv of gnn-vuln",
        built(encoders + "EdgeTypeMoEConv", 32, 32, 4, 2, 0.1, 31, False, "mean"),
        (floats(6, 32), EDGES, torch.rand(EDGES.shape[1], 31)),
    )
    yield (
        "GatedGCNEncoder of gnn-vuln",
        built(encoders + "build_gnn_encoder", "gatedgcn", 32, 64, 3, 0.1, edge_dim=31),
        (floats(6, 32), EDGES, torch.rand(EDGES.shape[1], 31)),
    )
    yield (
        "RGCNEncoder of gnn-vuln",
        built(encoders + "build_gnn_encoder", "rgcn", 32, 64, 3, 0.1, num_relations=7, num_bases=3),
        (),
    )
    yield "MMOECrossTask of gnn-vuln", built("gnn_vuln.models.cross_task.MMOECrossTask", 64, 64, 32, "gnn"), ()
    yield "CrossTaskAttn of gnn-vuln", built("gnn_vuln.models.cross_task.CrossTaskAttn", 64, 64, 32, "gnn"), ()
    yield "SelfAttnCrossTask of gnn-vuln", built("gnn_vuln.models.cross_task.SelfAttnCrossTask", 64, 64, 32, "gnn"), ()
    yield (
        "UncertaintyWeights of gnn-vuln",
        built("gnn_vuln.training.mtl_balance.UncertaintyWeights", ["one", "two"]),
        ({"one": torch.tensor(1.0), "two": torch.tensor(2.0)}, {}),
    )
    # cluster-moe
    yield (
        "ClusterOfExpertsModel of cluster-moe",
        lambda: built(
            "cluster_moe.ClusterOfExpertsModel",
            built("cluster_moe.CoEConfig", d_model=64, d_ff=128, num_clusters=2, experts_per_cluster=2)(),
            num_layers=3,
            vocab_size=1000,
        )(),
        (ids(1000, 2, 12),),
    )
    # neurotorch
    yield "SequentialRNN of neurotorch", _spiking_net, (floats(2, 6, 20),)
    given = (floats(2, 8),)
    for name in ("LIFLayer", "ALIFLayer", "SpyLIFLayer", "SpyALIFLayer", "SpyLIFLayerLPF", "SpyALIFLayerLPF"):
        yield f"{name} of neurotorch", (lambda name=name: _spiking(name, 8, 6, use_recurrent_connection=True)), given
    yield "LILayer of neurotorch", lambda: _spiking("LILayer", 8, 6, learn_kappa=True), given
    yield "SpyLILayer of neurotorch", lambda: _spiking("SpyLILayer", 8, 6, learn_alpha=True, learn_beta=True), given
    yield "Linear of neurotorch", lambda: _spiking("Linear", 8, 6), given
    yield "LinearRNN of neurotorch", lambda: _spiking("LinearRNN", 8, 6), given
    yield (
        "WilsonCowanLayer of neurotorch",
        lambda: _spiking(
            "WilsonCowanLayer",
            8,
            8,
            learn_mu=True,
            learn_r=True,
            learn_tau=True,
            use_recurrent_connection=True,
            force_dale_law=True,
        ),
        given,
    )
    yield "WilsonCowanCURBDLayer of neurotorch", lambda: _spiking("WilsonCowanCURBDLayer", 8, 8), given
    yield "MeanConv of neurotorch", built("neurotorch.transforms.spikes_decoders.MeanConv", 5), (floats(2, 10, 4),)
    yield "PSigmoid of neurotorch", built("neurotorch.modules.functions.PSigmoid"), (floats(2, 10),)
    # memoria-pytorch
    yield "Abstractor of memoria-pytorch", built("memoria.Abstractor", 10, 64, 128), (floats(2, 12, 64),)
    # usl-embedding
    yield (
        "ClusteringModel of usl-embedding",
        built("usl_embedding.models.ssl_t_models.clustering_model.ClusteringModel"),
        (floats(2, 1024),),
    )
    # trajectorynet
    own = "TrajectoryNet.lib.layers."
    yield "SequentialFlow of trajectorynet", lambda: _trajectory(), (floats(4, 5), torch.zeros(4, 1))
    yield (
        "SequentialFlow with options of trajectorynet",
        lambda: _trajectory(layer_type="blend", nonlinearity="swish", batch_norm=True, learned=True),
        (),
    )
    for kind in ("hyper", "squash", "concat"):
        yield (
            f"ODEnet {kind} of trajectorynet",
            built(own + "ODEnet", (64, 64, 64), (5,), None, False, kind, "tanh"),
            (torch.tensor(0.5), floats(4, 5)),
        )
    yield (
        "ODEnet of convolutions of trajectorynet",
        built(own + "ODEnet", (16, 16), (3, 16, 16), (1, 1, 1), True, "concatsquash"),
        (torch.tensor(0.5), floats(2, 3, 16, 16)),
    )
    yield "GrowthNet of trajectorynet", built("TrajectoryNet.lib.growth_net.GrowthNet"), (floats(4, 3),)
    yield "BruteForceLayer of trajectorynet", built(own + "glow.BruteForceLayer", 6), (floats(4, 6),)
    yield "PlanarFlow of trajectorynet", built(own + "norm_flows.PlanarFlow", 6), ()
    # torchaid
    modules = "torchaid.extras.modules.transformer."
    yield "Transformer of torchaid", built(modules + "Transformer", 64, 128, 4, 0.1), (floats(2, 12, 64),)
    yield (
        "TransformerWithRelativePosition of torchaid",
        built(modules + "TransformerWithRelativePosition", 64, 128, 4, 0.1, 32),
        (floats(2, 12, 64),),
    )
    yield (
        "MultiHeadSelfAttentionWithRelativePosition of torchaid",
        built(modules + "MultiHeadSelfAttentionWithRelativePosition", 64, 4, 0.1, 32),
        (floats(2, 12, 64),),
    )
    # zamba-torch
    yield (
        "Zamba of zamba-torch",
        built(
            "zamba_torch.main.Zamba",
            dim=64,
            heads=4,
            dim_head=16,
            d_state=16,
            dt_rank=8,
            d_conv=4,
            depth=3,
            vocab_size=500,
            max_seq_len=64,
        ),
        (ids(500, 1, 12),),
    )
    yield "OmniProj of zamba-torch", built("zamba_torch.omni_proj.OmniProj", 20, 50, dim=1), ()
    # eh-pytorch-tabnet
    own = "pytorch_tabnet.tab_network."
    yield (
        "TabNet of eh-pytorch-tabnet",
        built(
            own + "TabNet",
            10,
            3,
            cat_idxs=[0, 2],
            cat_dims=[5, 7],
            cat_emb_dim=[2, 3],
            group_attention_matrix=torch.eye(10),
        ),
        (torch.randint(0, 5, (8, 10)).float(),),
    )
    yield (
        "TabNet of many tasks of eh-pytorch-tabnet",
        built(own + "TabNet", 10, [3, 2], mask_type="entmax", n_steps=4, group_attention_matrix=torch.eye(10)),
        (floats(8, 10),),
    )
    yield (
        "TabNetPretraining of eh-pytorch-tabnet",
        built(own + "TabNetPretraining", 10, group_attention_matrix=torch.eye(10)),
        (floats(8, 10),),
    )
    # neuralsat (its vendored copies of timm's models are left out)
    yield "vit_3_32 of neuralsat", _apart("neuralsat", "src.train.models.vit.vit.vit_3_32"), (floats(2, 3, 32, 32),)
    yield (
        "TransformerEmbedder of neuralsat",
        _apart("neuralsat", "src.train.models.vit_old.vit_utils.TransformerEmbedder", 32, "learnable", 16),
        (floats(2, 16, 32),),
    )
    yield (
        "LayerNorm of neuralsat",
        _apart("neuralsat", "src.train.models.vit_old.vit_utils.LayerNorm", 32),
        (floats(2, 16, 32),),
    )
    yield (
        "LayerNormNoVar of neuralsat",
        _apart("neuralsat", "src.train.models.vit_old.vit_utils.LayerNormNoVar", 32),
        (floats(2, 16, 32),),
    )
    yield "MNISTLSTM of neuralsat", _apart("neuralsat", "src.train.models.rnn.mnist.MNISTLSTM", 2, 64), ()
    # alphafold3-pytorch
    yield (
        "MSAModule of alphafold3-pytorch",
        lambda: _fold(
            "MSAModule", dim_single=32, dim_pairwise=32, depth=2, dim_msa=32, dim_msa_input=20, layerscale_output=True
        ),
        (),
    )
    yield (
        "PairformerStack of alphafold3-pytorch",
        lambda: _fold("PairformerStack", dim_single=32, dim_pairwise=32, depth=3, num_register_tokens=4),
        (),
    )
    yield (
        "TemplateEmbedder of alphafold3-pytorch",
        lambda: _fold(
            "TemplateEmbedder",
            dim_template_feats=20,
            dim=32,
            dim_pairwise=32,
            pairformer_stack_depth=2,
            layerscale_output=True,
        ),
        (),
    )
    yield (
        "DiffusionTransformer of alphafold3-pytorch",
        lambda: _fold(
            "DiffusionTransformer", depth=3, heads=4, dim=32, dim_single_cond=32, dim_pairwise=16, num_register_tokens=4
        ),
        (),
    )
    yield (
        "Attention of alphafold3-pytorch",
        lambda: _fold("Attention", dim=32, dim_head=8, heads=4, num_memory_kv=4),
        (floats(2, 10, 32),),
    )
