"""The tenth set's first part.

A model is a line, as in `package_models`. Where no batch fitted, the call is empty and the pass tells nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace, UnionType
from typing import Any, Union
from unittest.mock import MagicMock

import torch

from package_models import Made, built, floats, ids
from sample.common import BUILD, TENTH, absent, away, bare, begin, put, stub, top, with_gpu

REQUIREMENTS = ["bio-attention"]
"""What the packages import themselves, beside the sets before."""

PACKAGES = [
    "cnn-framework",
    "ctunet",
    "dalle-pytorch-dev",
    "deep-b-spline-approximation",
    "deepdelineator",
    "deepmtp",
    "deeptrade-mbrl",
    "diffusion-policy-accelerated",
    "ebsdtorch",
    "fusion-embedding",
    "maldi-nn",
    "mamba-ssm",
    "microgpt",
    "micronet",
    "mpsenet",
    "nas-torch",
    "neuralpde",
    "niverel-mamba",
    "parallel-llm",
    "pyg-hyper-nn",
    "pytorch-image-translation-models",
    "regdiffusion",
    "sima-torch",
    "text-embeddings",
    "torch-pconv",
    "torch-resnet",
    "torchsurv",
    "transganformer",
    "xpi-nn-train",
]

SKIPPED = {
    "deepexperimentmanager": "no model of its own",
    "deepof": "its models are TensorFlow's",
    "langtorch": "its only parameters are texts, and its modules call language models over the net",
    "transformers-usf": "brings a transformers of its own",
    "transformers-v4-55-0-glm-4-5v-preview": "brings a transformers of its own",
    "xmersawitransformers": "brings a transformers of its own",
}
"""Of the draw too, without models here."""

MISSING = (
    "torch_sparse",
    "prettytable",
    "SimpleITK",
    "raster_geometry",
    "nibabel",
    "wandb",
    "h5py",
    "streamlit",
    "tensorboard",
    "gym",
    "gymnasium",
    "colorlog",
    "scanpy",
    "cv2",
)
"""What the packages import and these models do not use."""

KERNELS = (
    "triton",
    "tilelang",
    "cutlass",
    "quack",
    "cuda",
    "selective_scan_cuda",
    "causal_conv1d",
    "causal_conv1d_cuda",
    "tvm",
)
"""What the kernels of mamba-ssm are written in."""


def _transgan(path: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        import kornia

        if not hasattr(kornia, "filter2D"):
            kornia.filter2D = None
        with with_gpu():
            return built("transganformer.transganformer." + path, **k)()

    return make


def _mamba(path: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        for name in ("einops", "huggingface_hub", "torch.utils._triton"):  # before the stand-ins
            import_module(name)
        if "mamba_ssm.utils.generation" not in sys.modules:  # it asks for what newer transformers dropped
            sys.modules["mamba_ssm.utils.generation"] = m = ModuleType("mamba_ssm.utils.generation")
            m.GenerationMixin = object
        names = (
            "ssd_combined",
            "ssd_chunk_state",
            "mamba3",
            "mamba3.mamba3_siso_combined",
            "mamba3.mamba3_mimo_rotary_step",
        )
        stub(*(f"mamba_ssm.ops.triton.{name}" for name in names))
        with absent(*KERNELS):
            triton = import_module("triton")
            triton.__version__, triton.Config = "3.2.0", lambda *a, **k: SimpleNamespace(num_warps=1)
            import mamba_ssm.modules.mamba3 as m3

            m3.mamba3_mimo_combined = m3.mamba3_mimo_combined or MagicMock()
            return built("mamba_ssm." + path, *a, **k)()

    return make


def _reg(path: Any, *a: Any) -> Callable[[], Any]:
    def make() -> Any:
        bare("regdiffusion")  # its start asks for what plots and reads data
        return built(path, *a)()

    return make


def _translation(path: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    """From a package whose top-level names are `src` and `examples`."""

    def make() -> Any:
        module, _, name = path.rpartition(".")
        folder = BUILD / "packages-pytorch-image-translation-models"
        if "alignflow" not in path:
            return getattr(top(module, folder, "src", "examples"), name)(*a, **k)
        top("examples.community", folder, "src", "examples")
        own = "examples.community.alignflow"
        bare(own, own + ".models", own + ".models.real_nvp")  # its start goes in a circle
        return getattr(import_module(module), name)(*a, **k)

    return make


def _spline(make: Callable[[], Any]) -> Callable[[], Any]:
    """Its parameters are doubles; what comes after it is not to be."""

    def made() -> Any:
        try:
            return make()
        finally:
            torch.set_default_dtype(torch.float32)

    return made


def _bspline(path: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    return _spline(built("deep_b_spline_approximation." + path, *a, **k))


def _scatter() -> None:
    import_module("torch_geometric.nn")  # before the stand-in, which it would take for the real one
    if "torch_scatter" not in sys.modules:
        from torch_geometric.utils import scatter

        m = ModuleType("torch_scatter")
        m.scatter = scatter
        m.scatter_add = lambda src, index, dim=0, dim_size=None: scatter(src, index, dim, dim_size, "sum")
        m.scatter_mean = lambda src, index, dim=0, dim_size=None: scatter(src, index, dim, dim_size, "mean")
        m.__spec__ = ModuleSpec("torch_scatter", None)
        sys.modules["torch_scatter"] = m


def _hyper(name: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        _scatter()
        stub("torch_sparse")
        import torch_geometric.inspector as t

        if not hasattr(t, "_before"):  # it knows Union[A, B] and not A | B
            t._before = t.type_repr
            t.type_repr = lambda obj, *a: t._before(
                Union.__getitem__(obj.__args__) if isinstance(obj, UnionType) else obj, *a
            )
        return built("pyg_hyper_nn." + name, *a, **k)()

    return make


HYPER = torch.tensor([[0, 1, 2, 2, 3, 4, 4, 5, 0], [0, 0, 0, 1, 1, 1, 2, 2, 2]])


def _dpa() -> Any:
    import diffusion_policy_accelerated.config as c

    c.DEVICE = torch.device("cpu")
    return import_module("diffusion_policy_accelerated.diffusion_policy.model")


def _dpa_unet() -> Any:
    m = _dpa()

    m.generate_diffusion_constants = lambda: None  # on CUDA
    return m.ConditionalUnet1D(input_dim=2, global_cond_dim=1028)


def _dpa_resnet() -> Any:
    m = _dpa()
    return m.replace_bn_with_gn(m.get_resnet("resnet18"))


def _parallel(**k: Any) -> Callable[[], Any]:
    def make() -> Any:
        from parallel_llm import DiffusionTransformer, ModelConfig

        return DiffusionTransformer(
            ModelConfig(
                vocab_size=200,
                hidden_size=64,
                num_hidden_layers=4,
                num_attention_heads=4,
                intermediate_size=128,
                use_flash_attention=False,
                **k,
            )
        )

    return make


def _microgpt(bias: Any) -> Callable[[], Any]:
    def make() -> Any:
        from microgpt import MicroGPT, MicroGPTConfig

        return MicroGPT(MicroGPTConfig(n_layer=4, n_head=4, n_embd=128, block_size=64, bias=bias))

    return make


def _micronet(kind: Any, net: Any = "nin_gc", **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        m = import_module("micronet.models." + net)
        model = m.resnet18() if net == "resnet" else m.Net()
        if not kind:
            return model
        return import_module(f"micronet.compression.quantization.{kind}.quantize").prepare(model, **k)

    return make


def _unweighted(name: str) -> Callable[..., Any]:
    """One of torchvision's, whatever weights are asked for."""
    import torchvision.models as t

    return lambda weights=None: getattr(t, name)()


def _cnnf(path: Any, *a: Any) -> Callable[[], Any]:
    def make() -> Any:
        module, name = path.rsplit(".", 1)
        m = import_module("cnn_framework." + module)
        for n in ("resnet18", "resnet34", "resnet50"):
            if hasattr(m, n):
                setattr(m, n, _unweighted(n))
        return getattr(m, name)(*a)

    return make


def _cnnf_unet() -> Any:
    import segmentation_models_pytorch as smp
    from cnn_framework.dummy_segmentation.model import UNet  # its encoder's weights would be downloaded

    before = smp.Unet.__init__
    smp.Unet.__init__ = lambda self, **k: before(self, **{**k, "encoder_weights": None})
    try:
        return UNet(2, 3)
    finally:
        smp.Unet.__init__ = before


def _ebsd() -> Any:
    from ebsdtorch.ebsd.geometry import EBSDGeometry

    return EBSDGeometry((60, 60), opt_rots=(True, True, True), opt_shifts=(True, True, True))


def _nas(name: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        sys.modules["layer_classes"] = _nas_pkg()
        before, sys.modules["model"] = sys.modules.get("model"), import_module("nas-torch.model")
        import_module("nas-torch.optimizer")
        sys.modules.pop("model") if before is None else sys.modules.update(model=before)
        return getattr(import_module("nas-torch." + name.split(".")[0]), name.split(".")[1])(*a, **k)

    return make


def _nas_pkg() -> Any:
    """Its modules import each other by their bare names, its start does not."""
    put("nas-torch", TENTH / "nas-torch")
    return import_module("nas-torch.layer_classes")


def _nas_net() -> Any:
    _nas_pkg()
    sys.modules["layer_classes"] = c = sys.modules["nas-torch.layer_classes"]
    cfg = [
        c.Conv2dCfg(3, 16, 3, 1, 1),
        c.BatchNorm2dCfg(16),
        c.ResBlockCfg([c.Conv2dCfg(16, 32, 3, 1, 1), c.Conv2dCfg(32, 32, 3, 1, 1)], True),
        c.MaxPool2dCfg(2, 2),
        c.FlattenCfg(),
        c.LinearCfg(0, 64, torch.nn.ReLU),
        c.LinearCfg(0, 10, torch.nn.ReLU),
    ]
    return import_module("nas-torch.model").DynamicNet(cfg, (3, 16, 16))


def _maldi(path: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        stub("rdkit", "rdkit.Chem", "rdkit.Chem.Draw", "deepsmiles", "selfies", "h5torch", "xgboost")
        return built("maldi_nn." + path, *a, **k)()

    return make


SPECTRUM = {"intensity": torch.rand(2, 30), "mz": torch.rand(2, 30) * 1000}


def _mamba_lm(**k: Any) -> Callable[[], Any]:
    def make() -> Any:
        c = _mamba("models.config_mamba.MambaConfig", d_model=64, n_layer=4, vocab_size=200, **k)()
        return _mamba("models.mixer_seq_simple.MambaLMHeadModel", c)()

    return make


def _mpsenet() -> Any:
    from MPSENet import MPSENet

    return MPSENet(
        {
            "dense_channel": 64,
            "n_fft": 400,
            "beta": 2,
            "sampling_rate": 16000,
            "win_size": 400,
            "hop_size": 100,
            "compress_factor": 0.3,
        }
    )


def _mtp(fusion: Any) -> Callable[[], Any]:
    def make() -> Any:
        import DeepMTP.models.branches as b
        import DeepMTP.models.factory as f

        f._TaskOutputSettings.from_config = classmethod(lambda cls, c: cls(output_dimension=1))
        f._CombinedMLPSettings.from_config = classmethod(
            lambda cls, c: SimpleNamespace(nodes_per_layer=[64, 32], num_layers=None, dropout_rate=0.1, batch_norm=True)
        )
        branches = (b.MLP({}, size, 16, [64, 32], None, 0.1, True) for size in (10, 6))
        return f.FUSION_REGISTRY.resolve(fusion)({}, *branches)

    return make


def _mtp_composite() -> Any:
    import DeepMTP.models.branches as b

    return b.CompositeEncoder(
        {
            "dense": b.MLP({}, 10, 16, [64, 32], None, 0.1, True),
            "sequence": b.SequenceGRUEncoder(vocabulary_size=30, embedding_dim=16, output_dim=16),
        },
        fusion="attention",
        attention_dim=32,
        attention_num_heads=4,
        optional_components=["dense", "sequence"],
    )


def _mtp_tabular() -> Any:
    import DeepMTP.models.branches as b

    schema = b.TabularSchema.__new__(b.TabularSchema)
    for k, v in {
        "numeric_columns": ("a", "b"),
        "categorical_columns": (SimpleNamespace(vocabulary_size=5, embedding_dim=4),),
        "feature_gating": True,
    }.items():
        object.__setattr__(schema, k, v)
    if not hasattr(type(schema), "encoded_width"):
        object.__setattr__(schema, "encoded_width", 6)
    return b.TabularEncoder({}, schema, 16, [32, 32], None, 0.1, True)


def _torchsurv() -> Any:
    from torchsurv.loss import cox
    from torchsurv.loss.momentum import Momentum

    return Momentum(
        torch.nn.Sequential(torch.nn.Linear(16, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1)),
        cox.neg_partial_log_likelihood,
    )


def _ctunet(path: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        stub("torch.utils.tensorboard")
        return built(path, **k)()

    return make


def _fusion() -> Any:
    from fusion_embedding import FusionConfig, FusionEmbeddingModel
    from fusion_embedding._tiny import build_tiny_components

    c = FusionConfig.tiny(adapter_rank=4)
    return FusionEmbeddingModel(c, *build_tiny_components(c))


def _fusion_resampler() -> Any:
    from fusion_embedding import FusionConfig, FusionResampler

    return FusionResampler(FusionConfig())


def _seq2seq_cnn() -> Any:
    import deep_b_spline_approximation.ppn as p

    return p.Seq2SeqCNN(p.EncoderCNN(2, 32, 64, 4, 3, 0.1, "cpu"), p.DecoderCNN(2, 1, 32, 64, 4, 3, 0.1, 0, "cpu"))


def _textx() -> Any:
    from text_embeddings.pruning.ltp import LTPMultiHeadAttention
    from text_embeddings.x import X

    return X(
        num_classes=3,
        latent_dim=8,
        num_layers=3,
        embed_dim=32,
        num_cross_attention_heads=4,
        num_latent_attention_heads=4,
        num_latent_layers=2,
        ff_dim=64,
        dropout=0.1,
        batch_first=True,
        max_length=64,
        latent_attention=partial(LTPMultiHeadAttention, 1.0),
    )


def _textx_plain() -> Any:
    from text_embeddings.x import X

    return X(
        num_classes=3,
        latent_dim=8,
        num_layers=3,
        embed_dim=32,
        num_cross_attention_heads=4,
        num_latent_attention_heads=4,
        num_latent_layers=2,
        ff_dim=64,
        dropout=0.1,
        batch_first=True,
        max_length=64,
        latent_attention=torch.nn.MultiheadAttention,
    )


def _niverel(**k: Any) -> Callable[[], Any]:
    def make() -> Any:
        from niverel_mamba.config import Mamba2Config
        from niverel_mamba.torch_ops.mamba2 import Mamba2

        return Mamba2(Mamba2Config(d_model=64, d_state=16, headdim=16, chunk_size=8, **k))

    return make


def _dalle() -> Any:
    from dalle_pytorch_dev import DALLE, DiscreteVAE

    return DALLE(
        dim=128,
        vae=DiscreteVAE(image_size=64, num_tokens=64, codebook_dim=128, num_layers=3),
        num_text_tokens=200,
        text_seq_len=16,
        depth=4,
    )


def models() -> Iterator[Made]:
    """All models."""
    begin()
    away(*MISSING)
    sys.path += [str(BUILD / f"packages-{name}") for name in ("diffusion-policy-accelerated", "mamba-ssm")]
    stub("diffusion_policy_accelerated.conv1d_gnm", "diffusion_policy_accelerated.denoise")
    # torch-resnet
    for name in ("ResNet50", "PreActResNet18", "ResNet110", "PreActWideResNet16", "PreActResNet164"):
        yield name + " of torch_resnet", built("torch_resnet." + name), (floats(1, 3, 64, 64),)
    # xpi-nn-train
    yield "ESPCN of xpi_nn_train", built("xpi_nn_train.models.espcn.ESPCN"), (floats(1, 3, 16, 16),)
    yield "LeNet5 of xpi_nn_train", built("xpi_nn_train.models.lenet.LeNet5"), (floats(2, 1, 32, 32),)
    yield "MLP of xpi_nn_train", built("xpi_nn_train.models.mlp.MLP", hid_dims=[128, 64, 32]), (floats(2, 784),)
    # neuralpde
    yield (
        "CNNSolver of neuralpde",
        built("neuralpde.model.solver.CNNSolver", 3, cnn_hidden_layers=3, use_adjoint=False),
        (floats(1, 3, 12, 12),),
    )
    # transganformer
    yield "Generator of transganformer", _transgan("Generator", image_size=32), (floats(2, 256),)
    yield "Discriminator of transganformer", _transgan("Discriminator", image_size=32), (floats(1, 3, 32, 32),)
    # pyg-hyper-nn
    for name, a, k in (
        ("HGNN", (8, 32, 3, 3), {}),
        ("HCHA", (8, 32, 3, 3), {"use_attention": True}),
        ("HJRL", (8, 32, 3, 3), {}),
        ("AllSet", (8, 32, 3), {"heads": 2}),
        ("SheafHyperGNN", (8, 32, 3), {"prediction_type": "cp_decomp", "left_proj": True}),
        ("HyperGCN", (8, 32, 3, 3), {}),
        ("UniGNN", (8, 32, 3, 3), {"heads": 2}),
        ("HNHN", (8, 32, 3, 3), {}),
        ("HyperGT", (8, 32, 3, 3), {}),
        ("LEGCN", (8, 32, 3, 3), {}),
        ("CEGAT", (8, 32, 3, 3), {}),
        ("UniGCNII", (8, 32, 3, 4), {}),
    ):
        yield (
            name + " of pyg_hyper_nn",
            _hyper("models." + name, *a, **k),
            () if name in ("SheafHyperGNN", "HyperGCN", "LEGCN") else (floats(6, 8), HYPER),
        )
    yield "SparseLinear of pyg_hyper_nn", _hyper("layers.SparseLinear", 8, 4), (torch.eye(8).to_sparse(),)
    # diffusion-policy-accelerated
    yield (
        "ConditionalUnet1D of diffusion_policy_accelerated",
        _dpa_unet,
        (floats(1, 16, 2), torch.tensor([3]), floats(1, 1028)),
    )
    yield "ResNet18 GN of diffusion_policy_accelerated", _dpa_resnet, (floats(1, 3, 96, 96),)
    # parallel-llm
    yield "DiffusionTransformer of parallel_llm", _parallel(), (ids(200, 2, 12), torch.tensor([1, 2]))
    # microgpt
    yield "MicroGPT of microgpt", _microgpt(True), (ids(65, 2, 12),)
    yield "MicroGPT without biases of microgpt", _microgpt(False), (ids(65, 2, 12),)
    # micronet
    yield "NIN of micronet", _micronet("", "nin"), (floats(1, 3, 32, 32),)
    yield "ResNet18 of micronet", _micronet("", "resnet"), (floats(1, 3, 32, 32),)
    yield "NIN gc wbwtab of micronet", _micronet("wbwtab"), (floats(1, 3, 32, 32),)
    yield "NIN gc dorefa of micronet", _micronet("wqaq.dorefa"), (floats(1, 3, 32, 32),)
    yield "ResNet18 iao of micronet", _micronet("wqaq.iao", "resnet"), (floats(1, 3, 32, 32),)
    yield "NIN gc iao fused of micronet", _micronet("wqaq.iao", "nin_gc", bn_fuse=True), (floats(1, 3, 32, 32),)
    yield (
        "QuantConvTranspose2d wbwtab of micronet",
        built("micronet.compression.quantization.wbwtab.quantize.QuantConvTranspose2d", 4, 8, 3),
        (),
    )
    yield (
        "QuantConvTranspose2d iao of micronet",
        built("micronet.compression.quantization.wqaq.iao.quantize.QuantConvTranspose2d", 4, 8, 3),
        (floats(1, 4, 6, 6),),
    )
    # cnn-framework
    yield "DummyCnn of cnn_framework", _cnnf("dummy_cnn.model.DummyCnn", 10, 4), (floats(2, 4, 32, 32),)
    yield "ResNetSimCLR of cnn_framework", _cnnf("dummy_sim_clr.model.ResNetSimCLR", 4), (floats(2, 4, 32, 32),)
    yield (
        "ResnetClassifier of cnn_framework",
        _cnnf("utils.models.resnet_classifier.ResnetClassifier", 10, 3, "resnet34"),
        (floats(2, 3, 32, 32),),
    )
    yield "UNet of cnn_framework", _cnnf_unet, (floats(1, 3, 64, 64),)
    # ebsdtorch
    yield "EBSDGeometry of ebsdtorch", _ebsd, ()
    # torch-pconv
    yield (
        "PConv2d of torch_pconv",
        built("torch_pconv.PConv2d", 3, 16, 7),
        (floats(1, 3, 20, 20), torch.ones(1, 20, 20)),
    )
    # nas-torch
    yield "DynamicNet of nas-torch", _nas_net, (floats(2, 3, 16, 16),)
    yield "ControllerRNN of nas-torch", _nas("optimizer.ControllerRNN", 15), (ids(15, 2), floats(2, 64), floats(2, 64))
    yield "ControllerTransformer of nas-torch", _nas("optimizer.ControllerTransformer", 15), (ids(15, 6, 2),)
    # maldi-nn
    yield (
        "AMRModel of maldi_nn",
        _maldi("models.AMRModel", "mlp", "onehot", {"n_outputs": 64}, {"num_drugs": 20, "dim": 64}),
        ({"batch": {"drug": ids(20, 2), "intensity": floats(2, 6000)}},),
    )
    yield (
        "AMRModel transformers of maldi_nn",
        _maldi(
            "models.AMRModel",
            "trf",
            "trf",
            {"depth": 4, "dim": 64, "reduce": "cls"},
            {"vocab_size": 20, "dim": 64, "depth": 4},
        ),
        (),
    )
    yield (
        "AMRModel cnn of maldi_nn",
        _maldi("models.AMRModel", "mlp", "cnn", {"n_outputs": 64}, {"vocab_size": 20}),
        (),
    )
    yield "MaldiTransformer of maldi_nn", _maldi("models.MaldiTransformer", 4, 64), ({"batch": SPECTRUM},)
    yield "MaldiTransformerMaskMSE of maldi_nn", _maldi("reproduce.modules.MaldiTransformerMaskMSE", 4, 64), ()
    # mamba-ssm
    for kind, cfg in (
        ("Mamba1", {"ssm_cfg": {"layer": "Mamba1"}}),
        ("Mamba2", {"ssm_cfg": {"layer": "Mamba2", "headdim": 16}, "d_intermediate": 96}),
        ("attention", {"ssm_cfg": {"layer": "Mamba1"}, "attn_layer_idx": [1, 3], "attn_cfg": {"num_heads": 4}}),
    ):
        yield f"MambaLMHeadModel {kind} of mamba_ssm", _mamba_lm(**cfg), ()
    yield (
        "Mamba3 of mamba_ssm",
        _mamba("modules.mamba3.Mamba3", 64, d_state=16, headdim=16, is_mimo=True, is_outproj_norm=True),
        (),
    )
    yield (
        "Mamba2Simple of mamba_ssm",
        _mamba("modules.mamba2_simple.Mamba2Simple", 64, d_state=16, headdim=16, learnable_init_states=True),
        (),
    )
    yield "LayerNorm of mamba_ssm", _mamba("ops.triton.layernorm_gated.LayerNorm", 64), ()
    yield (
        "ParallelEmbeddings of mamba_ssm",
        _mamba("distributed.tensor_parallel.ParallelEmbeddings", 64, 200, 32, None),
        (),
    )
    # ctunet
    yield "UNet of ctunet", _ctunet("ctunet.pytorch.models.UNet", use_checkpoint=False), (floats(1, 1, 32, 32, 32),)
    yield "UNet residual of ctunet", _ctunet("ctunet.pytorch.models.UNet", use_checkpoint=False, residual=True), ()
    yield (
        "recAE_v2_fixed of ctunet",
        _ctunet("ctunet.pytorch.models.recAE_v2_fixed", use_checkpoint=False),
        (floats(1, 1, 32, 32, 32),),
    )
    # mpsenet
    yield "MPSENet of mpsenet", _mpsenet, ()
    # sima-torch
    yield (
        "SimaTransformer of sima_torch",
        built("sima_torch.transformer.SimaTransformer"),
        (ids(20000, 1, 16), floats(1, 3, 256, 256)),
    )
    # deepmtp
    yield "TwoBranchDotProductModel of DeepMTP", _mtp("dot_product"), (floats(4, 10), floats(4, 6))
    yield "TwoBranchMLPModel of DeepMTP", _mtp("mlp"), (floats(4, 10), floats(4, 6))
    yield "TwoBranchKroneckerModel of DeepMTP", _mtp("kronecker"), (floats(4, 10), floats(4, 6))
    yield "CompositeEncoder of DeepMTP", _mtp_composite, ()
    yield (
        "SequenceTransformerEncoder of DeepMTP",
        built(
            "DeepMTP.models.branches.SequenceTransformerEncoder",
            vocabulary_size=30,
            embedding_dim=32,
            output_dim=16,
            num_layers=2,
        ),
        (),
    )
    yield "TabularEncoder of DeepMTP", _mtp_tabular, ()
    # torchsurv
    yield (
        "Momentum of torchsurv",
        _torchsurv,
        (floats(4, 16), torch.tensor([True, False, True, True]), torch.tensor([1.0, 2, 3, 4])),
    )
    # fusion-embedding
    yield "FusionEmbeddingModel of fusion_embedding", _fusion, ()
    yield "FusionResampler of fusion_embedding", _fusion_resampler, (floats(2, 20, 1280),)
    # regdiffusion
    yield (
        "RegDiffusion of regdiffusion",
        _reg("regdiffusion.models.regdiffusion.RegDiffusion", 50, 64, 3),
        (floats(4, 50), torch.rand(4), ids(3, 4)),
    )
    yield (
        "RegDiffusionME of regdiffusion",
        _reg("regdiffusion.models.regdiffusion_me.RegDiffusionME", 50, 64),
        (floats(4, 50), torch.rand(4), None),
    )
    # deep-b-spline-approximation
    yield (
        "PointParametrizationNetwork of deep_b_spline_approximation",
        _bspline("ppn.PointParametrizationNetwork", 200, 300, 2, device="cpu"),
        (),
    )
    yield "KnotPlacementNetwork of deep_b_spline_approximation", _bspline("kpn.KnotPlacementNetwork", device="cpu"), ()
    yield (
        "PointParametrizationNetworkCNN2 of deep_b_spline_approximation",
        _bspline("ppn.PointParametrizationNetworkCNN2", device="cpu"),
        (),
    )
    yield (
        "PointParametrizationNetworkLSTM of deep_b_spline_approximation",
        _bspline("ppn.PointParametrizationNetworkLSTM", device="cpu"),
        (),
    )
    yield "Seq2SeqCNN of deep_b_spline_approximation", _spline(_seq2seq_cnn), ()
    # text-embeddings
    yield "GBST of text_embeddings", built("text_embeddings.byte.charformer.GBST", 64, 4, 2), (ids(256, 2, 32),)
    yield "X with LTP of text_embeddings", _textx, ()
    yield "X of text_embeddings", _textx_plain, ()
    yield (
        "RegularizationLoss of text_embeddings",
        built("text_embeddings.x.RegularizationLoss", 0.2, 4),
        (torch.rand(4, 3),),
    )
    # niverel-mamba
    yield "Mamba2 of niverel_mamba", _niverel(), (floats(2, 12, 64),)
    yield "Mamba2 with narrow SSM of niverel_mamba", _niverel(d_ssm=64, D_has_hdim=True), (floats(2, 12, 64),)
    # deeptrade-mbrl
    yield (
        "GaussianMLP of deeptrade",
        built("deeptrade.models.gaussian_mlp.GaussianMLP", 10, 4, "cpu", ensemble_size=5, learn_logvar_bounds=True),
        (),
    )
    yield (
        "GaussianMLP deterministic of deeptrade",
        built("deeptrade.models.gaussian_mlp.GaussianMLP", 10, 4, "cpu", deterministic=True),
        (),
    )
    # dalle-pytorch-dev
    yield (
        "DiscreteVAE of dalle_pytorch_dev",
        built("dalle_pytorch_dev.DiscreteVAE", image_size=64),
        (floats(1, 3, 64, 64),),
    )
    yield (
        "CLIP of dalle_pytorch_dev",
        built(
            "dalle_pytorch_dev.CLIP",
            text_enc_depth=3,
            visual_enc_depth=3,
            dim_text=128,
            dim_image=128,
            dim_latent=128,
            num_text_tokens=300,
        ),
        (ids(300, 2, 20), floats(2, 3, 256, 256)),
    )
    yield "DALLE of dalle_pytorch_dev", _dalle, (ids(200, 1, 16), floats(1, 3, 64, 64))
    # deepdelineator
    yield "UNet of deepdelineator", built("deepdelineator.model.UNet", 1, 4, 16), (floats(2, 1, 64),)
    yield (
        "TemporalConvNet of deepdelineator",
        built("deepdelineator.model.TemporalConvNet", 1, [16, 32, 32]),
        (floats(2, 1, 64),),
    )
    # pytorch-image-translation-models
    yield (
        "FCDM of pytorch_image_translation_models",
        _translation("src.models.fcdm.fcdm_models.FCDM", hidden_size=32, num_classes=10),
        (),
    )
    yield (
        "LocalDiffusionUNet of pytorch_image_translation_models",
        _translation("src.models.local_diffusion.local_diffusion_model.LocalDiffusionUNet"),
        (),
    )
    yield (
        "AutoRegressiveTransformer of pytorch_image_translation_models",
        _translation("src.models.lddbm.transformer.AutoRegressiveTransformer", 16, 8, 1, 64, 4, 3),
        (floats(1, 16, 8, 8), torch.rand(1), floats(1, 16, 8, 8)),
    )
    yield (
        "ECSI UNetModel of pytorch_image_translation_models",
        _translation("src.models.ecsi._utils.unet.UNetModel", 32, 3, 32, 3, 2, (2, 4), channel_mult=(1, 2, 2)),
        (),
    )
    yield (
        "AttentionPool2d of pytorch_image_translation_models",
        _translation("src.models.ecsi._utils.unet.AttentionPool2d", 4, 64, 16),
        (),
    )
    yield (
        "DISTS of pytorch_image_translation_models",
        _translation("src.metrics.paired.dists_impl.DISTS", False, None, False),
        (floats(1, 3, 64, 64), floats(1, 3, 64, 64)),
    )
    yield (
        "CouplingLayer alignflow of pytorch_image_translation_models",
        _translation("examples.community.alignflow.models.real_nvp.coupling_layer.CouplingLayer", 4, 16, 2, 0, False),
        (),
    )
    yield (
        "NIN syndiff of pytorch_image_translation_models",
        _translation("examples.community.syndiff.model.NIN", 16, 8),
        (floats(1, 16, 5, 5),),
    )
    yield (
        "GaussianFourierProjection syndiff of pytorch_image_translation_models",
        _translation("examples.community.syndiff.model.GaussianFourierProjection", 16),
        (torch.rand(3),),
    )
    yield (
        "Conv2dUpsampleDownsample syndiff of pytorch_image_translation_models",
        _translation("examples.community.syndiff.model._Conv2dUpsampleDownsample", 4, 8, 3, up=True),
        (),
    )
