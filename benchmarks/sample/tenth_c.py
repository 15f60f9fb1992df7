"""The tenth set's third part.

A model is a line, as in `package_models`. Where no batch fitted, the call is empty and the pass tells nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
import transformers

from package_models import Made, built, floats, ids
from sample.common import TENTH, absent, bare, begin, put, with_gpu

REQUIREMENTS = ["ml-collections", "munch", "pytorch-crf"]
"""What the packages import themselves, beside the sets before."""

PACKAGES = [
    "adn-torch",
    "aion-torch",
    "awgan",
    "deepfusenmf",
    "deepthulac",
    "deeptrees",
    "diffusion-image-gen",
    "fastformers",
    "gated-slot-attention",
    "genie2-pytorch",
    "gpt-from-scratch",
    "language-modeling-transformers",
    "methylgpt",
    "multivelovae",
    "neural-homomorphic-vocoder",
    "neuralg",
    "nnunet-extend",
    "pause-transformer",
    "pydrobert-pytorch",
    "resriv-net",
    "simple-mamba",
    "singtech-lightweight-gan-v1",
    "swarmtorch",
    "tensorless-pytorch",
    "toolformer-pytorch",
    "torch-stream",
    "torch-vggish-yamnet",
    "torchlayers-nightly",
    "torchspace",
    "torchsr",
    "tweetynet",
    "vistabnet",
]

SKIPPED = {
    "combnet": "its source distribution does not build here",
    "mhc-pytorch": "asks for Python 3.12",
    "moe-policylang": "no model of its own (it places the experts of others' models)",
}
"""Of the draw too, without models here."""


def _with(stubs: tuple[str, ...], path: str, *a: Any, **k: Any) -> Callable[[], Any]:
    """As `built`, with stand-ins while the class is imported."""
    return _bare((), path, *a, stubs=stubs, **k)


def _bare(tops: tuple[str, ...], path: str, *a: Any, stubs: tuple[str, ...] = (), **k: Any) -> Callable[[], Any]:
    """As `_with`, without the start of the packages `tops`."""

    def make() -> Any:
        bare(*tops)
        module, _, name = path.rpartition(".")
        with absent(*stubs):
            m = import_module(module)
        return getattr(m, name)(*a, **k)

    return make


DEEPTREES = (
    "rasterio",
    "rioxarray",
    "fiona",
    "geojson",
    "xarray",
    "hyperopt",
    "shapely",
    "shapely.geometry",
    "skimage",
    "skimage.morphology",
    "skimage.measure",
    "skimage.segmentation",
    "skimage.feature",
    "shapely.ops",
    "mlflow",
    "psutil",
    "geopandas",
    "torchmetrics.functional.segmentation",
    "rasterio.features",
    "rasterio.transform",
    "osgeo",
    "osgeo.gdal",
    "numba",
    "skimage.transform",
)


def _vistab() -> Any:

    class Weights:  # nothing comes from the net
        class DEFAULT:
            get_state_dict = staticmethod(lambda progress=True: None)

    with absent("focal_loss", "focal_loss.focal_loss"):
        from vistabnet import vistabnet as m
    old, load = m.ViT_B_16_Weights, torch.nn.Module.load_state_dict
    m.ViT_B_16_Weights = Weights
    torch.nn.Module.load_state_dict = lambda self, s, *a, **k: None if s is None else load(self, s, *a, **k)
    try:
        return m.TabularVisionTransformer(
            10, 3, 16, 2, image_size=224, patch_size=16, num_layers=4, num_heads=4, hidden_dim=96, mlp_dim=192
        )
    finally:
        m.ViT_B_16_Weights, torch.nn.Module.load_state_dict = old, load


VELO = (
    "anndata",
    "scanpy",
    "scvelo",
    "seaborn",
    "loess",
    "loess.loess_1d",
    "plotly",
    "plotly.express",
    "umap",
    "umap.umap_",
    "pynndescent",
    "adjustText",
    "h5py",
    "numba",
    "tqdm.notebook",
    "igraph",
    "statsmodels",
    "statsmodels.api",
    "statsmodels.stats",
    "statsmodels.stats.multitest",
)


def _velo(cond: Any) -> Any:
    import pandas as pd
    import scipy.sparse

    bare("multivelovae", "multivelovae.model", "multivelovae.analysis")
    with absent("multivelovae.plotting_chrom", "multivelovae.plotting", *VELO):
        m = import_module("multivelovae.model.vae_chrom")
    r = np.random.RandomState(0)
    n, g = 200, 12
    t = np.sort(r.rand(n))[:, None]
    c = np.clip(1 - np.exp(-3 * t * (1 + r.rand(g))) + 0.02 * r.rand(n, g), 0.01, None)
    u = np.clip(t * np.exp(-t) * (1 + r.rand(g)) + 0.02 * r.rand(n, g), 0.01, None)
    s = np.clip(t**2 * (1 + r.rand(g)) + 0.02 * r.rand(n, g), 0.01, None)
    var = pd.DataFrame({"quantile_genes": [True] * g})
    obs = pd.DataFrame({"tprior": t[:, 0]})
    rna = SimpleNamespace(
        n_vars=g,
        n_obs=n,
        shape=(n, g),
        X=s,
        obs_names=[str(i) for i in range(n)],
        var=var,
        obs=obs,
        layers={"Mu": u, "Ms": s},
        obsp={"connectivities": scipy.sparse.csr_matrix(np.abs(np.subtract.outer(np.arange(n), np.arange(n))) < 5)},
        var_names=[f"g{i}" for i in range(g)],
    )
    atac = SimpleNamespace(n_vars=g, n_obs=n, shape=(n, g), X=s, obs_names=[str(i) for i in range(n)], layers={"Mc": c})
    batch = np.arange(n) % 2
    m.assign_gene_mode = lambda adata, w, *a, **k: (
        np.clip(w, 0.1, 0.9),
        1.0,
    )  # a guess of where to start, from clusters of genes
    d = m.Decoder(
        rna, atac, np.arange(n), 5, dim_cond=cond, batch_idx=batch if cond else None, ref_batch=0 if cond else None
    )
    return d.float()


def _continual() -> Any:
    import pytorch_lightning as pl

    if not hasattr(pl.utilities, "_HOROVOD_AVAILABLE"):  # asked for by an old package
        pl.utilities._HOROVOD_AVAILABLE = False
    import continual

    return continual


def _co() -> Any:
    co = _continual()

    return co.Sequential(
        co.Conv3d(3, 8, (3, 3, 3), padding=(1, 1, 1)),
        torch.nn.BatchNorm3d(8),
        torch.nn.ReLU(),
        co.Residual(co.Conv3d(8, 8, (3, 3, 3), padding=(1, 1, 1))),
        co.AdaptiveAvgPool3d((1, 1, 1), kernel_size=6),
        co.Lambda(lambda x: x.flatten(2).squeeze(-1)),
        co.Linear(8, 5, channel_dim=1),
    )


def _cotransformer() -> Any:
    co = _continual()

    layer = co.TransformerEncoderLayerFactory(d_model=16, nhead=2, dim_feedforward=32, sequence_len=10)
    return co.Sequential(
        co.Conv1d(6, 16, 3, padding=1),
        co.RecyclingPositionalEncoding(16, 19),
        co.TransformerEncoder(layer, num_layers=2),
    )


def _gan(path: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        with with_gpu():
            return built("lightweight_gan." + path, *a, **k)()

    return make


def _pydro() -> Any:
    from pydrobert.torch.layers import ConcatSoftAttention, MultiHeadedAttention

    return MultiHeadedAttention(20, 24, 28, 4, ConcatSoftAttention(8, 6, hidden_size=32))


def _cont(name: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        return getattr(_continual(), name)(*a, **k)

    return make


def _nhv() -> Any:

    import joblib

    old, joblib.load = joblib.load, lambda f: {"mlfb": SimpleNamespace(mean_=np.zeros(80), var_=np.ones(80))}
    try:
        return _with(
            ("librosa",),
            "nhv.NeuralHomomorphicVocoder",
            scaler_file="here",
            conv_type="ddsconv",
            postfilter_type="ddsconv",
            ltv_postfilter_type="conv",
            use_weight_norm=True,
        )()
    finally:
        joblib.load = old


def _gpt() -> Any:
    from gpt_from_scratch.models.utils import GPTConfig

    return _with(
        (),
        "gpt_from_scratch.models.gpt.GPT",
        GPTConfig(vocab_size=1000, emb_dim=128, context_length=64, n_layers=4, n_heads=4, qkv_bias=True),
    )()


def _fast(path: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:

        gone = ("transformers.generation_utils", "overrides", "allennlp")
        with absent(*gone):
            import_module("transformers.generation_utils").GenerationMixin = type("GenerationMixin", (), {})
            module, name = path.split(".")
            m = import_module("fastformers.models." + module)
        return getattr(m, name)(*a, **k)

    return make


def _methyl() -> Any:
    have = {n: sys.modules.pop(n) for n in list(sys.modules) if n.split(".")[0] == "scgpt"}
    path = list(sys.path)
    own = TENTH / "methylgpt" / "modules" / "scGPT" / "scgpt"  # its copy
    put("scgpt", own)
    put("scgpt.model", own / "model")

    class Vocab(dict):
        pad_token = "<pad>"

    try:
        vocab = Vocab({f"cg{i}": i for i in range(50)}, **{"<pad>": 50})
        return _bare(
            ("methylgpt", "methylgpt.model"),
            "methylgpt.model.methyl_model.MethylGPTModel",
            {"layer_size": 32, "nhead": 4, "nlayers": 3, "dropout": 0.1, "fast_transformer": False, "pre_norm": False},
            vocab,
            stubs=("scgpt.tokenizer", "torchtext", "torchtext.vocab"),
        )()
    finally:
        sys.path[:] = path
        for n in [n for n in sys.modules if n.split(".")[0] == "scgpt"]:
            del sys.modules[n]
        sys.modules.update(have)


def _gsa() -> Any:
    return _with(("datasets",), "gated_slot_attention.model.GSATransformer", 32, 4, 8, depth=3, vocab_size=100)()


def _aion() -> Any:
    from aion_torch import AionBlock

    nn = torch.nn
    return nn.Sequential(
        *[AionBlock(nn.Sequential(nn.Linear(32, 64), nn.GELU(), nn.Linear(64, 32)), 32) for _ in range(3)]
    )


def _nmf(which: Any) -> Any:
    import torchvision

    m = _bare(
        ("DeepFuseNMF", "DeepFuseNMF.model"),
        f"DeepFuseNMF.model.{which}.DeepFuseNMFUnet",
        rank=8,
        num_genes=30,
        section_names=["a", "b"],
        reference=["a", "b"],
    )
    old = torchvision.models.segmentation.fcn_resnet50
    torchvision.models.segmentation.fcn_resnet50 = lambda **k: old(weights=None, weights_backbone=None)
    try:
        m = m()
    finally:
        torchvision.models.segmentation.fcn_resnet50 = old
    m.training_mode = True
    return m


def _adn() -> Any:
    from adn import ADN

    m = ADN(1, 32, 64, 4, 0.1, 2, 7, 5, "group")
    m.set_partitions(3)
    return m


LMT = ("tiktoken", "sentencepiece")


def _lac() -> Any:
    from munch import Munch

    bert = transformers.BertConfig(
        vocab_size=100, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    old = transformers.AutoModel.from_pretrained, transformers.AutoTokenizer.from_pretrained
    transformers.AutoModel.from_pretrained = lambda *a, **k: transformers.BertModel(bert)
    transformers.AutoTokenizer.from_pretrained = lambda *a, **k: None
    try:
        m = _bare(
            ("deepthulac", "deepthulac.seg"),
            "deepthulac.seg.model.LacModel",
            Munch(
                seg_labels=list("BMES"),
                pos_labels=list("abcdef"),
                use_crf=True,
                heads=["seg", "pos"],
                pretrained_bert_model="x",
            ),
            SimpleNamespace(device="cpu"),
            "x",
            stubs=("onnxruntime", "onnx", "bitsandbytes", "deepthulac.eval.cases"),
        )()
    finally:
        transformers.AutoModel.from_pretrained, transformers.AutoTokenizer.from_pretrained = old
    return m


def _tiny(name: Any) -> Any:
    return _bare(
        ("tensorless", "tensorless.models"),
        f"tensorless.models.transformer.{name}",
        vocab_size=100,
        d_model=64,
        layers=3,
        heads=4,
        ff_mult=2,
        dropout=0.1,
        max_seq_len=32,
    )


def _tl_build(m: Any, x: Any) -> Any:
    """tl.build, which was written for a torch.load that trusts what it reads."""
    import torchlayers as tl

    old, torch.load = torch.load, lambda f, *a, **k: old(f, *a, **{**k, "weights_only": False})
    try:
        return tl.build(m, x)
    finally:
        torch.load = old


class _Classifier(torch.nn.Module):
    """The README's; at the top of the file, for tl.build pickles it."""

    def __init__(self) -> None:
        import torchlayers as tl

        super().__init__()
        self.conv1 = tl.Conv2d(64, kernel_size=6)
        self.conv2 = tl.Conv2d(128, kernel_size=3)
        self.conv3 = tl.Conv2d(256, kernel_size=3, padding=1)
        self.pooling = tl.GlobalMaxPool()
        self.dense = tl.Linear(10)

    def forward(self, x: Any) -> Any:
        x = torch.relu(self.conv1(x))
        x = torch.relu(self.conv2(x))
        x = torch.relu(self.conv3(x))
        return self.dense(self.pooling(x))


def _tl_classifier() -> Any:
    return _tl_build(_Classifier(), floats(1, 3, 32, 32))


def _tl_text() -> Any:
    import torchlayers as tl

    m = torch.nn.Sequential(
        tl.Conv(64),
        torch.nn.ReLU(),
        tl.BatchNorm(),
        tl.Conv(128),
        tl.ReLU(),
        tl.Conv(256, kernel_size=11),
        tl.GlobalMaxPool(),
        tl.Linear(10),
    )
    return _tl_build(m, floats(2, 300, 12))


def _tl_auto() -> Any:
    import torchlayers as tl

    encoder = tl.Sequential(
        tl.StandardNormalNoise(),
        tl.Conv(64, kernel_size=7),
        tl.activations.Swish(),
        tl.InvertedResidualBottleneck(squeeze_excitation=False),
        tl.AvgPool(),
        tl.HardSwish(),
        tl.SeparableConv(128),
        tl.InvertedResidualBottleneck(),
        torch.nn.ReLU(),
        tl.AvgPool(),
        tl.DepthwiseConv(256),
        tl.Poly(tl.InvertedResidualBottleneck(), order=3),
        tl.ReLU(),
        tl.MaxPool(),
        tl.Fire(out_channels=512),
        tl.SqueezeExcitation(hidden=64),
        tl.AvgPool(),
    )
    decoder = tl.Sequential(
        tl.Poly(tl.InvertedResidualBottleneck(), order=2),
        tl.ConvPixelShuffle(out_channels=64, upscale_factor=2),
        tl.Conv(16),
        tl.Dropout(),
        tl.Swish(),
        tl.InstanceNorm(),
        tl.Conv(3),
    )
    return _tl_build(torch.nn.Sequential(encoder, decoder), floats(1, 3, 64, 64))


def _lmt() -> Any:
    with absent(*LMT):
        from lmt.models.config import ModelConfig
        from lmt.models.gpt.gpt import GPT

    return GPT(ModelConfig(vocab_size=100, embed_dim=64, num_heads=4, num_layers=3, context_length=32))


NNU = (
    "mamba_ssm",
    "nnunetv2",
    "nnunetv2.utilities",
    "nnunetv2.utilities.plans_handling",
    "nnunetv2.utilities.plans_handling.plans_handler",
    "nnunetv2.utilities.network_initialization",
    "batchgenerators",
    "batchgenerators.augmentations",
    "batchgenerators.augmentations.utils",
    "fvcore",
    "fvcore.nn",
    "ml_collections",
)


def _nnu(path: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    p = "nnunet_extend.network_architecture"

    def make() -> Any:
        import timm.models

        if not hasattr(timm.models, "registry"):
            import timm.models.registry
        parts = path.split(".")[:-2]
        return _bare(
            ("nnunet_extend", p, *(".".join((p, *parts[: i + 1])) for i in range(len(parts)))),
            f"{p}.{path}",
            *a,
            stubs=NNU,
            **k,
        )()

    return make


def _transunet() -> Any:
    c = SimpleNamespace(
        hidden_size=48,
        patches={"size": (16, 16)},
        transformer={
            "mlp_dim": 96,
            "num_heads": 4,
            "num_layers": 3,
            "attention_dropout_rate": 0.0,
            "dropout_rate": 0.1,
        },
        classifier="seg",
        decoder_channels=(32, 16, 8, 8),
        n_classes=2,
        n_skip=0,
        skip_channels=[0, 0, 0, 0],
    )

    class Config(dict):
        __getattr__ = dict.get

    return _nnu("TransUNet.vit_seg_modeling.VisionTransformer", Config(vars(c)), img_size=64)()


def models() -> Iterator[Made]:
    """All models."""
    begin()
    # torchspace
    yield "PathologicalMLP of torchspace", _bare(("torchspace",), "torchspace.demos.PathologicalMLP"), (floats(2, 64),)
    yield "TinyResNet of torchspace", _bare(("torchspace",), "torchspace.demos.TinyResNet"), (floats(2, 3, 32, 32),)
    # deeptrees
    yield (
        "TreeCrownDelineationModel of deeptrees",
        _with(DEEPTREES, "deeptrees.model.deeptrees_model.TreeCrownDelineationModel", 4),
        (floats(1, 4, 64, 64),),
    )
    yield (
        "DeepTreesModel, Segformer, of deeptrees",
        _with(DEEPTREES, "deeptrees.model.deeptrees_model.DeepTreesModel", 4, "Segformer", "mit_b0"),
        (floats(1, 4, 64, 64),),
    )
    yield (
        "DeepTreesModel, PAN, of deeptrees",
        _with(DEEPTREES, "deeptrees.model.segmentation_model.SegmentationModel", 4, "PAN"),
        (floats(2, 4, 128, 128),),
    )
    # vistabnet
    yield "TabularVisionTransformer of vistabnet", _vistab, (floats(2, 10),)
    # pydrobert-pytorch
    yield "MultiHeadedAttention of pydrobert", _pydro, (floats(3, 20), floats(5, 3, 24), floats(5, 3, 28))
    yield (
        "GeneralizedDotProductSoftAttention of pydrobert",
        built("pydrobert.torch.layers.GeneralizedDotProductSoftAttention", 20, 24, bias=True),
        (floats(3, 20), floats(5, 3, 24), floats(5, 3, 28)),
    )
    yield (
        "REBARControlVariate of pydrobert",
        built("pydrobert.torch.estimators.REBARControlVariate", lambda b: b**2, "bern"),
        (floats(3, 4),),
    )
    # multivelovae
    yield "Decoder of multivelovae", lambda: _velo(0), (torch.rand(4, 5), floats(4, 5))
    yield (
        "Decoder of two samples of multivelovae",
        lambda: _velo(2),
        (torch.rand(4, 5), floats(4, 5), {"condition": torch.eye(2)[[0, 1, 0, 1]]}),
    )
    # torch-stream (its top-level is `continual`)
    yield "3D net of continual", _co, (floats(1, 3, 6, 8, 8),)
    yield "TransformerEncoder of continual", _cotransformer, (floats(2, 6, 10),)
    yield "GRU of continual", _cont("GRU", 6, 8, 2), (floats(2, 6, 10),)
    yield "LSTM of continual", _cont("LSTM", 6, 8, 2), (floats(2, 6, 10),)
    yield (
        "RetroactiveTransformerEncoderLayer of continual",
        _cont("RetroactiveTransformerEncoderLayer", 16, 2, 32, sequence_len=10),
        (floats(2, 16, 10),),
    )
    # neural-homomorphic-vocoder (nhv)
    yield "NeuralHomomorphicVocoder of nhv", _with(("librosa",), "nhv.NeuralHomomorphicVocoder"), ()
    yield "NeuralHomomorphicVocoder, separable, of nhv", _nhv, ()

    # gpt-from-scratch
    yield "GPT of gpt_from_scratch", _gpt, (ids(1000, 2, 16),)
    yield "LayerNorm of gpt_from_scratch", built("gpt_from_scratch.models._modules.LayerNorm", 16), (floats(2, 5, 16),)
    # torch-vggish-yamnet
    yield (
        "VGGish of torch_vggish_yamnet",
        _bare(
            ("torch_vggish_yamnet",),
            "torch_vggish_yamnet.vggish.model.VGGish",
            stubs=("torchaudio", "torchaudio.transforms", "torchaudio.functional"),
        ),
        (floats(1, 1, 96, 64),),
    )
    yield (
        "YAMNet of torch_vggish_yamnet",
        _bare(
            ("torch_vggish_yamnet",),
            "torch_vggish_yamnet.yamnet.model.YAMNet",
            stubs=("torchaudio", "torchaudio.transforms", "torchaudio.functional"),
        ),
        (floats(1, 1, 96, 64),),
    )
    # fastformers
    mask = torch.ones(2, 10).bool()
    yield "BertModel of fastformers", _fast("bert.BertModel", 100, 32, 0, 40, 64, 4, 3), (ids(90, 2, 10) + 2, mask)
    yield (
        "ElectraForSequenceClassification of fastformers",
        _fast("electra.ElectraForSequenceClassification", 100, 2, 32, 0, 40, 64, 4, 3, 3, "softmax"),
        (ids(90, 2, 10) + 2, mask, torch.zeros(2, 10).long()),
    )
    yield (
        "BartForSequenceClassification of fastformers",
        _fast("bart.BartForSequenceClassification", 100, 1, 32, 40, 2, 4, 64, 2, 4, 64, 99, 3),
        (torch.cat([ids(90, 2, 9) + 2, torch.full((2, 1), 99)], 1), mask),
    )
    yield "Blender of fastformers", _fast("blender.Blender", 100, 32, 40, 4, 64, 2, 2, 3), ()
    yield (
        "T5ForConditionalGeneration of fastformers",
        lambda: _fast(
            "t5.T5ForConditionalGeneration",
            {
                "d_model": 32,
                "d_kv": 8,
                "d_ff": 64,
                "num_heads": 4,
                "num_layers": 2,
                "num_decoder_layers": 2,
                "vocab_size": 100,
                "layer_norm_epsilon": 1e-6,
                "relative_attention_num_buckets": 32,
                "decoder_start_token_id": 0,
                "is_decoder": False,
                "use_cache": False,
                "dropout_rate": 0.1,
            },
        )(),
        (),
    )
    # methylgpt
    yield "MethylGPTModel of methylgpt", _methyl, (ids(50, 2, 12), torch.rand(2, 12), torch.zeros(2, 12).bool())
    # genie2-pytorch
    yield (
        "Genie2 of genie2_pytorch",
        _with(
            ("imagen_pytorch",),
            "genie2_pytorch.Genie2",
            dim=64,
            depth=3,
            dim_latent=48,
            num_actions=16,
            heads=4,
            attn_dim_head=16,
            vq_codebook_size=64,
            latent_channel_first=True,
            is_video_enc_dec=True,
        ),
        (floats(2, 48, 3, 2, 2), {"actions": ids(16, 2, 3)}),
    )
    # awgan
    awgan = ("graphtools", "scanpy", "skmisc", "skmisc.loess", "numba")
    yield "generator of awgan", _bare(("awgan",), "awgan.model.generator", stubs=awgan), (floats(3, 2000),)
    yield "discriminator of awgan", _bare(("awgan",), "awgan.model.discriminator", stubs=awgan), (floats(3, 2000),)
    # diffusion-image-gen
    yield (
        "ScoreNet of diffusion_image_gen",
        _bare(("diffusion_image_gen",), "diffusion_image_gen.score_model.ScoreNet", lambda t: t + 1, num_classes=5),
        (floats(2, 3, 32, 32), torch.rand(2), torch.tensor([1, 2])),
    )
    # gated-slot-attention
    yield "GSATransformer of gated_slot_attention", _gsa, (ids(100, 2, 10),)
    # aion-torch
    yield "AionBlock of aion_torch", _aion, (floats(2, 5, 32),)
    # toolformer-pytorch
    yield (
        "PaLM of toolformer_pytorch",
        _bare(
            ("toolformer_pytorch",),
            "toolformer_pytorch.palm.PaLM",
            64,
            3,
            200,
            16,
            4,
            stubs=("x_clip", "x_clip.tokenizer"),
        ),
        (ids(200, 1, 12),),
    )
    # resriv-net
    yield (
        "ResidualNet of resriv_net",
        _bare(("resriv_net",), "resriv_net.model.ResidualNet", 12, 40),
        (floats(4, 12), ids(40, 4)),
    )
    yield "Head of resriv_net", _bare(("resriv_net",), "resriv_net.model.Head"), (floats(4, 16),)
    # neuralg
    yield (
        "EigNERF of neuralg",
        _bare(("neuralg", "neuralg.models"), "neuralg.models.nerf.EigNERF", 5, 25),
        (floats(4, 5, 5),),
    )
    yield (
        "CEigNERF of neuralg",
        _bare(("neuralg", "neuralg.models"), "neuralg.models.nerf.CEigNERF", 5, 25),
        (floats(4, 5, 5),),
    )
    # swarmtorch
    yield (
        "_TinyTransformer of swarmtorch",
        built("swarmtorch.experiments.hpo._TinyTransformer", 100, 32, 4, 3, 64, 5),
        (ids(100, 2, 10),),
    )
    yield "_ParamModule of swarmtorch", built("swarmtorch.experiments.synthetic._ParamModule", 10), ()
    yield "_DummyModel of swarmtorch", built("swarmtorch.base.generic_search._DummyModel", 10), ()
    # deepfusenmf
    yield (
        "DeepFuseNMFUnet of DeepFuseNMF",
        lambda: _nmf("models"),
        (floats(1, 3, 64, 64), "a", {0: (torch.tensor([1, 2]), torch.tensor([3, 4]))}, torch.rand(1)),
    )
    yield "DeepFuseNMFUnet of models3 of DeepFuseNMF", lambda: _nmf("models3"), ()
    yield (
        "GraphAutoEncoder of DeepFuseNMF",
        lambda: _bare(
            ("DeepFuseNMF", "DeepFuseNMF.model"),
            "DeepFuseNMF.model.models.GraphAutoEncoder",
            torch.eye(10).to_sparse(),
            6,
            8,
        )(),
        (torch.rand(6, 8),),
    )
    # adn-torch
    when = (ids(288, 2, 7, 5), ids(7, 2, 7, 5), torch.arange(7)[:, None].repeat(1, 5))
    yield (
        "ADN with groups of adn",
        _adn,
        (floats(2, 7, 5, 1), *when, floats(2, 7, 5, 1), *when, {"partitions": torch.chunk(torch.arange(7), 3)}),
    )
    for kind in ("full", "efficient", "linear"):  # the linear one's forward is broken
        yield (
            f"ADN, {kind}, of adn",
            built("adn.ADN", 1, 32, 64, 4, 0.1, 2, 7, 5, kind),
            () if kind == "linear" else (floats(2, 7, 5, 1), *when, floats(2, 7, 5, 1), *when),
        )

    # singtech-lightweight-gan-v1
    yield (
        "Generator of lightweight_gan",
        _gan("Generator", image_size=64, fmap_max=64, attn_res_layers=[32]),
        (floats(2, 256),),
    )
    yield (
        "Generator with frequency attention of lightweight_gan",
        _gan("Generator", image_size=64, fmap_max=64, freq_chan_attn=True),
        (floats(2, 256),),
    )
    yield (
        "Discriminator of lightweight_gan",
        _gan("Discriminator", image_size=64, fmap_max=64, attn_res_layers=[16]),
        (floats(2, 3, 64, 64),),
    )
    yield "Noise of lightweight_gan", _gan("lightweight_gan.Noise"), (floats(2, 3, 8, 8),)
    # pause-transformer
    yield (
        "PauseTransformer of pause_transformer",
        built("pause_transformer.PauseTransformer", num_tokens=256, dim=64, depth=3, dim_head=16, heads=4),
        (),
    )  # forward is broken: masked_fill_ with a mask of floats
    # simple-mamba (its top level cannot be imported: two.py imports SSM from itself)
    yield "SSM of simple_mamba", _bare(("simple_mamba",), "simple_mamba.ssm.SSM", 100, 32, 24, 3), (ids(100, 2, 10),)
    yield (
        "MambaBlock of simple_mamba",
        _bare(
            ("simple_mamba",), "simple_mamba.main.MambaBlock", 16, 8, 2, in_channels=3, out_channels=3, kernel_size=3
        ),
        (),
    )
    # deepthulac
    yield "LacModel of deepthulac", _lac, ()
    # tweetynet
    yield (
        "TweetyNet of tweetynet",
        _bare(("tweetynet",), "tweetynet.network.TweetyNet", 10, (1, 129, 44)),
        (floats(2, 1, 129, 44),),
    )
    # tensorless-pytorch
    yield "TinyTransformerV2 of tensorless", _tiny("TinyTransformerV2"), (ids(100, 2, 12),)
    yield "TinyTransformerV1 of tensorless", _tiny("TinyTransformerV1"), (ids(100, 2, 12),)
    # torchlayers-nightly
    yield "Classifier of torchlayers", _tl_classifier, (floats(2, 3, 32, 32),)
    yield "Sequential of texts of torchlayers", _tl_text, (floats(2, 300, 12),)
    yield "AutoEncoder of torchlayers", _tl_auto, (floats(2, 3, 64, 64),)
    # torchsr
    for name in ("edsr_baseline", "ninasr_b0", "rdn", "rcan", "carn"):
        yield f"{name} of torchsr", built(f"torchsr.models.{name}", scale=2, pretrained=False), (floats(1, 3, 24, 24),)
    # language-modeling-transformers (lmt)
    yield "GPT of lmt", _lmt, (ids(100, 2, 12),)
    yield "CausalAttention of lmt", _with(LMT, "lmt.layers.attention.CausalAttention", 32, 16), (floats(2, 8, 32),)

    # nnunet-extend
    yield (
        "nnFormer of nnunet_extend",
        _nnu("nnFormer.nnFormer_tumor.nnFormer", embedding_dim=24, num_heads=[2, 2, 4, 4], num_classes=3),
        (),
    )
    yield "UTNet of nnunet_extend", _nnu("UTNet.utnet.UTNet", 1, 8, 2), (floats(1, 1, 128, 128),)
    yield (
        "MedNeXt of nnunet_extend",
        _nnu("MedNeXt.MedNextV1.MedNeXt", 1, 8, 3, exp_r=2, kernel_size=3, do_res=True, do_res_up_down=True, grn=True),
        (floats(1, 1, 32, 32, 32),),
    )
    yield (
        "UXNET of nnunet_extend",
        _nnu("UXNet3D.network_backbone.UXNET", 1, 3, hidden_size=192, layer_scale_init_value=1e-6),
        (floats(1, 1, 32, 32, 32),),
    )
    yield (
        "ResTranUnet of nnunet_extend",
        _nnu(
            "CoTr.ResTranUnet.ResTranUnet",
            norm_cfg="IN",
            activation_cfg="LeakyReLU",
            img_size=[16, 48, 48],
            num_classes=3,
        ),
        (),
    )  # forward calls .cuda()
    yield "TransUNet of nnunet_extend", _transunet, (floats(1, 3, 64, 64),)
    yield (
        "DSCNet of nnunet_extend",
        _nnu("DSCNet.DSCNet_2D.S3_DSCNet.DSCNet", 1, 2, 3, 1, True, "cpu", 4),
        (floats(1, 1, 32, 32),),
    )
    yield (
        "D_Former3D of nnunet_extend",
        _nnu("DFormer.D_Former3D", 2, 1, embed_dim=24, depths=[2, 2, 2, 2], num_heads=[2, 2, 4, 4]),
        (),
    )
    yield (
        "LearnedPositionalEncoding of nnunet_extend",
        _nnu("TransBTS.PositionalEncoding.LearnedPositionalEncoding", 4096, 512, 4096),
        (floats(1, 4096, 512),),
    )
    yield (
        "DeiT of nnunet_extend",
        _nnu(
            "TransFuse.DeiT.DeiT",
            img_size=64,
            patch_size=16,
            embed_dim=48,
            depth=3,
            num_heads=4,
            mlp_ratio=2,
            qkv_bias=True,
        ),
        (floats(1, 3, 64, 64),),
    )
    yield (
        "RelativePositionBias of UTNet of nnunet_extend",
        _nnu("UTNet.conv_trans_utils.RelativePositionBias", 4, 8, 8),
        (16, 16),
    )
    yield (
        "Spectral_Layer of EMNet of nnunet_extend",
        _nnu("EMNet.em_net_model.Spectral_Layer", 8, 1, [32, 32, 32]),
        (floats(1, 8, 8, 8, 8),),
    )
    yield (
        "ux_block of UNeXt of nnunet_extend",
        _nnu("UNeXt.unext3d.ux_block", 8, layer_scale_init_value=1e-6),
        (floats(1, 8, 8, 8, 8),),
    )
