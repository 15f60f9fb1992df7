"""The eleventh set's first part.

A model is a line, as in `package_models`. Where no batch fitted, the call is empty and the pass tells nothing.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, patch

import torch

from package_models import Made, built, floats, ids
from sample.common import BUILD, away, begin, lent, stub, top

REQUIREMENTS = [
    "appdirs",
    "astunparse",
    "autograd",
    "autoray",
    "cachetools",
    "diastatic-malt",
    "gast",
    "rustworkx",
    "termcolor",
    "tomlkit",
]
"""What the packages import themselves, beside the sets before (all of them pennylane's)."""

PACKAGES = [
    "ast-torch",
    "bigvgan",
    "bnn-pytorch",
    "bonenet",
    "cnn-panagiota",
    "deepadvancer",
    "deepymod",
    "dense-grownet",
    "edl-pytorch",
    "ez-torch",
    "gan-face-generate",
    "icm-llm",
    "lutech-quantum-cnn",
    "medcat-embedding-linker",
    "memctrl-llm",
    "nd-vq-vae",
    "nnunet-customized",
    "notmiwae-pytorch",
    "onto-vae",
    "open-clip-torch-any-py3",
    "pi-vae-pytorch",
    "picogpt",
    "pinn-rk",
    "pyneuralfx",
    "pytorch-stream",
    "rela-transformer",
    "scicomp-llm-mcp",
    "smiles-rnn",
    "spharagusnet",
    "taming-transformers-rom1504",
    "tkit-memory-performer-xl",
    "torch-mentor",
    "turbodiffusion",
    "v-diffusion-pytorch",
]

MISSING = (
    "medcat",
    "tiktoken",
    "tensorboard",
    "wandb",
    "promptsmiles",
    "rdkit",
    "molscore",
    "batchgenerators",
    "pysindy",
    "rpy2",
    "mcp",
    "mcp_common",
    "librosa",
    "nnAudio",
    "pyloudnorm",
    "SimpleITK",
    "nibabel",
    "medpy",
)
"""What the packages import and these models do not use."""

KERNELS = (
    "triton",
    "triton.language",
    "turbo_diffusion_ops",
    "spas_sage_attn",
    "spas_sage_attn._qattn",
    "spas_sage_attn._fused",
    "spas_sage_attn.utils",
)
"""What turbodiffusion's kernels are written in, or built as."""


def _mxl(**k: Any) -> Callable[[], Any]:
    def make() -> Any:
        from tkit_memory_performer_xl.memory_transformer_xl import MemoryTransformerXL

        return MemoryTransformerXL(num_tokens=500, dim=128, seq_len=32, depth=4, **k)

    return make


def _medcat(**k: Any) -> Callable[[], Any]:
    def make() -> Any:
        import transformers
        from medcat_embedding_linker import transformer_context_model as t

        c = transformers.BertConfig(
            vocab_size=300, hidden_size=64, num_hidden_layers=3, num_attention_heads=4, intermediate_size=128
        )
        t.AutoModel = SimpleNamespace(from_pretrained=lambda name: transformers.BertModel(c))  # nothing is downloaded
        return t.ModelForEmbeddingLinking("bert", SimpleNamespace(), **k)

    return make


def _bnn_uniform() -> Any:
    from bnn.distributions.posteriors import Uniform

    return Uniform(torch.zeros(4, 6), torch.ones(4, 6))


def _bnn_beta() -> Any:
    from bnn.distributions.posteriors import Beta

    return Beta(torch.ones(4, 6), torch.ones(4, 6))


def _bnn_bernoulli() -> Any:
    from bnn.distributions.posteriors import Bernoulli

    return Bernoulli(torch.full((4, 6), 0.5))


def _bnn_mixed() -> Any:
    import bnn
    from bnn.utils import BayesNetWrapper

    return BayesNetWrapper(
        torch.nn.Sequential(
            bnn.BConv1d(2, 8, kernel_size=3, padding=1),
            torch.nn.ReLU(),
            bnn.BConvTranspose1d(8, 8, kernel_size=4, stride=2),
            torch.nn.ReLU(),
            torch.nn.Flatten(),
            bnn.BLinear(8 * 34, 5),
        )
    )


def _grow() -> Any:
    import numpy as np
    from dense_grownet.dense_grow_net import DenseGrowNet
    from sklearn.preprocessing import StandardScaler

    m = DenseGrowNet(6, 2, np.random.randn(20, 6), StandardScaler)
    m.grow_net()
    m.grow_net()
    return m


def _ez_conv() -> Any:
    from ez_torch.models import Reshape, conv_block, deconv_block, dense

    return torch.nn.Sequential(
        conv_block(3, 16, 3, 2, 1),
        conv_block(16, 32, 3, 2, 1),
        Reshape(-1, 32 * 8 * 8),
        dense(2048, 64),
        dense(64, 512),
        Reshape(-1, 8, 8, 8),
        deconv_block(8, 16, 4, 2, 1),
        deconv_block(16, 3, 4, 2, 1, bn=False, a=None),
    )


def _onto() -> Any:
    import numpy as np
    from onto_vae.vae_model import OntoVAE

    g = np.random.default_rng(0)
    dims = [4, 6, 8, 30]  # terms of three levels, then genes
    masks = [(g.random((dims[i + 1], sum(dims[: i + 1]))) > 0.3).astype("float32") for i in range(3)]
    return OntoVAE(
        SimpleNamespace(
            description="",
            genes={"1000_30": [f"g{i}" for i in range(30)]},
            masks={"1000_30": masks},
            data={"1000_30": {"a": None}},
        ),
        "a",
    )


def _onto_encoder() -> Any:
    from onto_vae.modules import OntoEncoder

    dims = [30, 8, 6, 4]
    return OntoEncoder(30, dims, [torch.ones(dims[i + 1], sum(dims[: i + 1])) for i in range(3)])


def _no_board() -> None:
    """Its protobuf is not here."""
    stub("torch.utils.tensorboard", "torch.utils.tensorboard.summary")


def _smiles(path: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        _no_board()
        return built("smilesrnn." + path, *a, **k)()

    return make


def _critic() -> Any:
    _smiles("rnn.RNN", 40)()
    from smilesrnn.rnn import RNN, RNNCritic

    return RNNCritic(RNN(40))


def _taming(path: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        m = "pytorch_lightning.utilities.distributed"  # it has moved since
        if m not in sys.modules:
            try:
                import pytorch_lightning.utilities.rank_zero as r
            except ImportError:
                r = MagicMock()
            sys.modules[m] = r
        import transformers as t

        t.top_k_top_p_filtering = None  # newer ones dropped it
        return built("taming." + path, *a, **k)()

    return make


UNET: dict[str, Any] = {
    "resolution": 32,
    "in_channels": 3,
    "out_ch": 3,
    "ch": 32,
    "ch_mult": (1, 2, 2),
    "num_res_blocks": 2,
    "attn_resolutions": [8],
}
DD = {**UNET, "double_z": False, "z_channels": 32, "dropout": 0.0}
DUMMY = {"target": "taming.modules.losses.vqperceptual.DummyLoss"}
VQ = {
    "target": "taming.models.vqgan.VQModel",
    "params": {"ddconfig": DD, "lossconfig": DUMMY, "n_embed": 128, "embed_dim": 32},
}


def _vq_loss() -> Any:
    import taming.modules.losses.lpips as lpips
    import taming.modules.losses.vqperceptual as m
    from torchvision.models import vgg16

    lpips.LPIPS.load_from_pretrained = lambda self, name="": None  # nothing is downloaded
    with patch("torchvision.models.vgg16", lambda pretrained=True: vgg16()):
        return m.VQLPIPSWithDiscriminator(0, use_actnorm=True)


def _deepmod(net: Any, constraint: Any) -> Callable[[], Any]:
    def make() -> Any:
        import deepymod.model.constraint as c
        import deepymod.model.func_approx as f
        import deepymod.model.library as l
        import deepymod.model.sparse_estimators as s
        from deepymod import DeepMoD

        return DeepMoD(
            getattr(f, net)(2, [30, 30, 30, 30], 1),
            l.Library1D(poly_order=2, diff_order=3),
            s.Threshold(0.1),
            getattr(c, constraint)(*([12, 1] if constraint == "GradParams" else [])),
        )

    return make


def _bonenet() -> Any:
    import bonenet
    from bonenet._skeleton import Skeleton

    names = ["beak", "head", "neck", "tail", "foot"]
    config = {
        "model": {
            "input_size": 256,
            "backbone": {"size": "small", "pretrained": False},
            "head": {"num_deconv_layers": 3, "num_deconv_filters": [64, 64, 64], "heatmap_size": 64},
            "graph_transformer": {"num_layers": 4, "num_heads": 8, "dropout": 0.1},
        }
    }
    return bonenet.AnimalPoseModel(
        config, Skeleton({"keypoints": names, "edges": list(itertools.pairwise(names)), "symmetric_pairs": []})
    )


def _nn_generic() -> Any:
    from nnunet.network_architecture.generic_UNet import Generic_UNet

    nn = torch.nn
    return Generic_UNet(
        1,
        16,
        3,
        4,
        2,
        2,
        nn.Conv3d,
        nn.InstanceNorm3d,
        {"eps": 1e-5, "affine": True},
        nn.Dropout3d,
        {"p": 0, "inplace": True},
        nn.LeakyReLU,
        {"negative_slope": 1e-2, "inplace": True},
        True,
        False,
        lambda x: x,
        convolutional_pooling=True,
        convolutional_upsampling=True,
        pool_op_kernel_sizes=[[2, 2, 2]] * 4,
        conv_kernel_sizes=[[3, 3, 3]] * 5,
    )


def _nn_modular(name: Any, frn: Any = False) -> Callable[[], Any]:
    def make() -> Any:
        m = import_module(
            "nnunet.network_architecture."
            + ("generic_modular_UNet" if "Plain" in name else "generic_modular_residual_UNet")
        )
        nn = torch.nn
        from nnunet.network_architecture.custom_modules.feature_response_normalization import FRN3D

        props = {
            "conv_op": nn.Conv3d,
            "conv_op_kwargs": {"stride": 1, "dilation": 1, "bias": True},
            "dropout_op": nn.Dropout3d,
            "dropout_op_kwargs": {"p": 0, "inplace": True},
            "norm_op": FRN3D if frn else nn.InstanceNorm3d,
            "norm_op_kwargs": {"eps": 1e-5, "affine": True},
            "nonlin": nn.LeakyReLU,
            "nonlin_kwargs": {"negative_slope": 1e-2, "inplace": True},
        }
        pools = [[1, 1, 1], [2, 2, 2], [2, 2, 2], [2, 2, 2]]
        return getattr(m, name)(
            1, 16, [2] * 4, 2, pools, [[3, 3, 3]] * 4, props, 3, [2] * 3, True, False, max_features=64
        )

    return make


def _turbo(path: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    """Its CUDA operators are not built here."""

    def make() -> Any:
        module, _, name = path.rpartition(".")
        with lent(*KERNELS):
            return getattr(top(module, BUILD / "packages-turbodiffusion", "turbodiffusion"), name)(*a, **k)

    return make


def _no_horovod() -> None:
    """Older Lightning said whether it is there."""
    import pytorch_lightning.utilities as u

    u._HOROVOD_AVAILABLE = False


def _continual(kind: Any) -> Callable[[], Any]:
    def make() -> Any:
        _no_horovod()
        import continual as co

        nn = torch.nn
        if kind == "conv3d":
            return co.Sequential(
                co.Conv3d(3, 16, (3, 3, 3)),
                nn.BatchNorm3d(16),
                nn.ReLU(),
                co.Residual(co.Conv3d(16, 16, (3, 3, 3), padding=1)),
                co.AdaptiveAvgPool3d((1, 1, 1), kernel_size=4),
            )
        if kind == "conv2d":
            return co.Sequential(co.Conv2d(3, 16, (3, 3)), nn.ReLU(), co.Conv2d(16, 32, (3, 3), groups=2))
        if kind == "conv1d":
            return co.Sequential(
                co.Conv1d(10, 16, 3),
                nn.ReLU(),
                co.Conv1d(16, 16, 3, groups=16),
                nn.ReLU(),
                co.Linear(16, 5, channel_dim=1),
            )
        if kind == "encoder":
            return co.Sequential(
                co.RecyclingPositionalEncoding(32, 20),
                co.TransformerEncoder(
                    co.TransformerEncoderLayerFactory(d_model=32, nhead=4, dim_feedforward=64, sequence_len=10),
                    num_layers=3,
                ),
            )
        return getattr(co, kind)(10, 16, num_layers=2)

    return make


def _mha(name: Any) -> Callable[[], Any]:
    def make() -> Any:
        _no_horovod()
        import continual as co

        return getattr(co, name)(32, 4, add_bias_kv=True, kdim=24, vdim=20, sequence_len=10)

    return make


def _ast(**k: Any) -> Callable[[], Any]:
    def make() -> Any:
        sys.modules.setdefault("zeta.training", MagicMock())  # it asks for what is not here
        return built("ast_torch.ASTransformer", **k)()

    return make


def _llm_mcp(kind: Any) -> Callable[[], Any]:
    def make() -> Any:
        m = import_module("llm_mcp.models." + kind)
        if kind == "gpt":
            return m.GPT(m.GPTConfig(vocab_size=300, n_layers=4, n_heads=4, d_model=64, max_seq_len=64))
        return m.Mamba(m.MambaConfig(vocab_size=300, n_layers=4, d_model=64))

    return make


def _hyper(tiled: Any = False, hybrid: Any = False, **fusion: Any) -> Callable[[], Any]:
    def make() -> Any:
        from hyper_ssm.model import HyperSSM, HyperSSMConfig

        c = HyperSSMConfig(vocab_size=300, hidden_size=64, num_layers=4)
        c.__dict__.update(fusion)
        return HyperSSM(c, use_hybrid=hybrid, use_tiled_compressor=tiled)

    return make


def _bigvgan(path: Any = None, **more: Any) -> Callable[[], Any]:
    def make() -> Any:
        import bigvgan.env

        h = bigvgan.env.AttrDict(
            {
                "resblock": "1",
                "num_mels": 80,
                "upsample_rates": [4, 4, 2, 2],
                "upsample_kernel_sizes": [8, 8, 4, 4],
                "upsample_initial_channel": 128,
                "resblock_kernel_sizes": [3, 7, 11],
                "resblock_dilation_sizes": [[1, 3, 5]] * 3,
                "use_tanh_at_final": False,
                "use_bias_at_final": False,
                "activation": "snakebeta",
                "snake_logscale": True,
                "mpd_reshapes": [2, 3, 5],
                "resolutions": [[1024, 120, 600], [2048, 240, 1200], [512, 50, 240]],
                "use_spectral_norm": False,
                "discriminator_channel_mult": 1,
                "cqtd_filters": 8,
                "cqtd_max_filters": 32,
                "cqtd_filters_scale": 1,
                "cqtd_dilations": [1, 2, 4],
                "cqtd_in_channels": 1,
                "cqtd_out_channels": 1,
                "sampling_rate": 24000,
            }
        )
        h.update(more)
        module, name = (path or "bigvgan.BigVGAN").rsplit(".", 1)
        with lent("torchaudio", "torchaudio.transforms"):
            return getattr(import_module("bigvgan." + module), name)(h)

    return make


def _pennylane() -> None:
    import pennylane.operation as o

    if not hasattr(o, "AnyWires"):  # newer ones write None
        o.AnyWires = None


def _classic_net() -> Any:
    _pennylane()
    return built("lutech_quantum_cnn.net.ClassicNet", 2, 16, 144, 3)()


def _hybrid_net() -> Any:
    _pennylane()
    import pennylane as qml
    from lutech_quantum_cnn.net import HybridNet

    return HybridNet(qml.device("default.qubit", wires=4), None, None, "z", "real_amplitudes", 1, 2, 2, 16 * 9, 3)


def _memctrl() -> Any:
    import transformers
    from memctrl.ml import task_classifier as t

    c = transformers.DistilBertConfig(vocab_size=300, dim=64, n_layers=3, n_heads=4, hidden_dim=128)
    t.AutoModel = SimpleNamespace(from_pretrained=lambda name: transformers.DistilBertModel(c))  # nothing is downloaded
    return t.TaskClassifier()


def _miwae(name: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        _no_board()
        return built("notmiwae_pytorch." + name, *a, **k)()

    return make


def _mentee() -> Any:
    _no_board()
    import torchvision
    from mentor import wrap_as_mentee

    return wrap_as_mentee(torchvision.models.resnet18(num_classes=10), {"num_classes": 10})


def _open_clip(vision: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        import timm.layers.attention_pool2d as a

        sys.modules.setdefault("timm.models.layers.attention_pool2d", a)  # where it was
        from open_clip.model import CLIP

        return CLIP(64, vision, {"context_length": 16, "vocab_size": 300, "width": 64, "heads": 4, "layers": 3}, **k)

    return make


def _nfx_rnn(name: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        m = import_module("pyneuralfx.models.rnn." + ("gru" if "GRU" in name else "lstm" if "LSTM" in name else "rnn"))
        return getattr(m, name)(inp_channel=1, out_channel=1, rnn_size=16, sample_rate=44100, **k)

    return make


def _nfx_cnn(name: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    return built(
        "pyneuralfx.models.cnn." + ("gcn." if "GCN" in name else "tcn.") + name, 1, 1, *a, sample_rate=44100, **k
    )


def models() -> Iterator[Made]:
    """All models."""
    begin()
    away(*MISSING)
    # tkit-memory-performer-xl
    yield (
        "MemoryTransformerXL of tkit_memory_performer_xl",
        _mxl(num_mem_kv=4, mem_len=32, lmem_len=32),
        (ids(500, 1, 32),),
    )
    yield (
        "MemoryTransformerXL mogrified of tkit_memory_performer_xl",
        _mxl(mogrify_gru=True, ff_glu=True, one_kv_head=True, emb_dim=64, mem_len=32, lmem_len=32),
        (ids(500, 1, 32),),
    )
    # picogpt
    yield "TinyGPT of picogpt", built("picogpt.model.TinyGPT", 1000, 96, 3, 2, 64, 0.1, 10000.0), (ids(1000, 2, 16),)
    # medcat-embedding-linker
    yield (
        "ModelForEmbeddingLinking of medcat_embedding_linker",
        _medcat(use_projection_layer=True, top_n_layers_to_unfreeze=-1),
        ({"input_ids": ids(300, 2, 8), "attention_mask": torch.ones(2, 8)},),
    )
    # bnn-pytorch
    yield (
        "FullyBayesianNeuralNetwork of bnn",
        built("bnn.examples.fully_bayesian.FullyBayesianNeuralNetwork"),
        (floats(2, 1, 16, 16),),
    )
    yield "BayesNetWrapper of bnn", _bnn_mixed, (floats(2, 2, 16),)
    yield "Uniform of bnn", _bnn_uniform, ()
    yield "Bernoulli of bnn", _bnn_bernoulli, ()
    yield "Beta of bnn", _bnn_beta, ()
    # dense-grownet
    yield "DenseGrowNet of dense_grownet", _grow, ()
    yield (
        "DenseGrowNetBase of dense_grownet",
        built("dense_grownet.DenseGrowNetBase", 6, 2, False),
        (floats(4, 6), floats(4, 2)),
    )
    # ez-torch
    yield "blocks of ez_torch", _ez_conv, (floats(2, 3, 32, 32),)
    yield (
        "SpatialLinearTransformer of ez_torch",
        built("ez_torch.models.SpatialLinearTransformer", 10, 3),
        ((floats(2, 10), floats(2, 3, 8, 8)),),
    )
    yield "SpatialUVTransformer of ez_torch", built("ez_torch.models.SpatialUVTransformer", 10, (8, 8)), ()
    yield "SpatialUVOffsetTransformer of ez_torch", built("ez_torch.models.SpatialUVOffsetTransformer", 10, (8, 8)), ()
    # pinn-rk
    yield "MLP of pinn_rk", built("pinn_rk.MLP", 3), (torch.rand(5, 2), torch.rand(5, 1))
    # rela-transformer
    yield (
        "ReLATransformer of rela_transformer",
        built("rela_transformer.ReLATransformer", num_tokens=1000, max_seq_len=64, dim=128, depth=4, num_memory_kv=8),
        (ids(1000, 1, 32),),
    )
    # onto-vae
    yield "OntoVAE of onto_vae", _onto, (floats(4, 30),)
    yield "OntoEncoder of onto_vae", _onto_encoder, (floats(4, 30),)
    yield "Decoder of onto_vae", built("onto_vae.modules.Decoder", 30, 8, [64, 32]), (floats(4, 8),)
    # gan-face-generate
    yield (
        "Generator of gan_face_generate",
        built("gan_face_generate.models.Generator", 0, 3, 100, 64),
        (floats(2, 100, 1, 1),),
    )
    yield (
        "Discriminator of gan_face_generate",
        built("gan_face_generate.models.Discriminator", 0, 3, 64),
        (floats(2, 3, 64, 64),),
    )
    # v-diffusion-pytorch
    yield (
        "WikiArt128Model of v_diffusion_pytorch",
        built("diffusion.models.wikiart_128.WikiArt128Model"),
        (floats(1, 3, 64, 64), torch.tensor([0.5])),
    )
    yield (
        "ImageNet128Model of v_diffusion_pytorch",
        built("diffusion.models.imagenet_128.ImageNet128Model"),
        (floats(1, 3, 64, 64), torch.tensor([0.5])),
    )
    yield (
        "CC12M1Model of v_diffusion_pytorch",
        built("diffusion.models.cc12m_1.CC12M1Model"),
        (floats(1, 3, 64, 64), torch.tensor([0.5]), floats(1, 512)),
    )
    yield (
        "YFCC1Model of v_diffusion_pytorch",
        built("diffusion.models.yfcc_1.YFCC1Model"),
        (floats(1, 3, 128, 128), torch.tensor([0.5])),
    )
    # edl-pytorch
    yield "NormalInvGamma of edl_pytorch", built("edl_pytorch.NormalInvGamma", 16, 2), (floats(4, 16),)
    yield "Dirichlet of edl_pytorch", built("edl_pytorch.Dirichlet", 16, 5), (floats(4, 16),)
    # smiles-rnn
    yield "RNN of smilesrnn", _smiles("rnn.RNN", 40), (ids(40, 2, 12),)
    yield (
        "RNN with GRU of smilesrnn",
        _smiles("rnn.RNN", 40, cell_type="gru", layer_normalization=True),
        (ids(40, 2, 12),),
    )
    yield "RNNCritic of smilesrnn", _critic, (ids(40, 2, 12),)
    yield "TransformerEncoder of smilesrnn", _smiles("transformer.TransformerEncoder", 40), (ids(40, 2, 12),)
    yield (
        "StableTransformerEncoder of smilesrnn",
        _smiles("gated_transformer.StableTransformerEncoder", 40),
        (ids(40, 2, 12),),
    )
    # deepymod
    yield "DeepMoD of deepymod", _deepmod("NN", "LeastSquares"), (floats(50, 2),)
    yield "DeepMoD with Siren of deepymod", _deepmod("Siren", "GradParams"), (floats(50, 2),)
    # taming-transformers-rom1504
    yield "VQModel of taming", _taming("models.vqgan.VQModel", DD, DUMMY, 128, 32), (floats(1, 3, 32, 32),)
    yield (
        "GumbelVQ of taming",
        _taming(
            "models.vqgan.GumbelVQ",
            {**DD, "z_channels": 32},
            DUMMY,
            128,
            32,
            {
                "target": "taming.lr_scheduler.LambdaWarmUpCosineScheduler",
                "params": {"warm_up_steps": 10, "lr_min": 0.1, "lr_max": 1, "lr_start": 0.5, "max_decay_steps": 100},
            },
        ),
        (floats(1, 3, 32, 32),),
    )
    yield (
        "Net2NetTransformer of taming",
        _taming(
            "models.cond_transformer.Net2NetTransformer",
            {
                "target": "taming.modules.transformer.mingpt.GPT",
                "params": {"vocab_size": 128, "block_size": 128, "n_layer": 4, "n_head": 4, "n_embd": 64},
            },
            VQ,
            "__is_unconditional__",
        ),
        (floats(1, 3, 32, 32), floats(1, 3, 32, 32)),
    )
    yield "VQLPIPSWithDiscriminator of taming", _vq_loss, ()
    yield (
        "Model of taming",
        _taming("modules.diffusionmodules.model.Model", **UNET),
        (floats(1, 3, 32, 32), ids(100, 1)),
    )
    yield (
        "VUNet of taming",
        _taming("modules.diffusionmodules.model.VUNet", c_channels=3, z_channels=8, **UNET),
        (),
    )
    yield (
        "CodeGPT of taming",
        _taming("modules.transformer.mingpt.CodeGPT", 128, 64, 16, n_layer=3, n_head=4, n_embd=64),
        (),
    )
    yield (
        "VectorQuantizer of taming",
        _taming("modules.vqvae.quantize.VectorQuantizer", 64, 16, 0.25),
        (floats(1, 16, 8, 8),),
    )
    # bonenet
    yield "AnimalPoseModel of bonenet", _bonenet, (floats(1, 3, 256, 256),)
    # nnunet-customized
    yield "Generic_UNet of nnunet", _nn_generic, (floats(1, 1, 32, 32, 32),)
    yield "PlainConvUNet of nnunet", _nn_modular("PlainConvUNet"), (floats(1, 1, 32, 32, 32),)
    yield "FabiansUNet of nnunet", _nn_modular("FabiansUNet"), (floats(1, 1, 32, 32, 32),)
    yield "ResidualUNet with FRN3D of nnunet", _nn_modular("ResidualUNet", True), (floats(1, 1, 32, 32, 32),)
    # turbodiffusion
    yield "SparseLinearAttention of turbodiffusion", _turbo("turbodiffusion.SLA.SparseLinearAttention", 64, 0.1), ()
    yield (
        "SageSparseLinearAttention of turbodiffusion",
        _turbo("turbodiffusion.SLA.SageSparseLinearAttention", 64, 0.1, feature_map="elu"),
        (),
    )
    # deepadvancer
    yield (
        "AutoEncoder of deepadvancer",
        built("deepadvancer.deepadvancer.AutoEncoder", 100, 12, 3, 4),
        (floats(4, 100), None, ids(4, 4), torch.rand(12, 4, 100), True),
    )
    # pytorch-stream
    yield "Sequential of Conv3d of continual", _continual("conv3d"), (floats(1, 3, 10, 8, 8),)
    yield "Sequential of Conv2d of continual", _continual("conv2d"), (floats(1, 3, 10, 8),)
    yield "Sequential of Conv1d of continual", _continual("conv1d"), (floats(2, 10, 12),)
    yield "TransformerEncoder of continual", _continual("encoder"), (floats(1, 32, 10),)
    yield "LSTM of continual", _continual("LSTM"), (floats(2, 10, 6),)
    yield "GRU of continual", _continual("GRU"), (floats(2, 10, 6),)
    yield "RNN of continual", _continual("RNN"), (floats(2, 10, 6),)
    yield "SingleOutputMultiheadAttention of continual", _mha("SingleOutputMultiheadAttention"), ()
    yield "RetroactiveMultiheadAttention of continual", _mha("RetroactiveMultiheadAttention"), ()
    # ast-torch
    yield (
        "ASTransformer of ast_torch",
        _ast(dim=64, seqlen=64, dim_head=16, heads=4, depth=4, num_null_kv=2, patch_size=64),
        (floats(2, 512),),
    )
    # scicomp-llm-mcp
    yield "GPT of llm_mcp", _llm_mcp("gpt"), (ids(300, 2, 12),)
    yield "Mamba of llm_mcp", _llm_mcp("mamba"), ()
    # icm-llm
    yield "HyperSSM of hyper_ssm", _hyper(), (ids(300, 1, 8),)
    yield "HyperSSM hybrid of hyper_ssm", _hyper(hybrid=True, use_geometry_fusion=True), (ids(300, 1, 8),)
    yield (
        "HyperSSM tiled of hyper_ssm",
        _hyper(tiled=True, use_geometry_fusion=True, gate_type="scalar"),
        (ids(300, 1, 8),),
    )
    yield (
        "HierarchicalHyperbolicMemory of hyper_ssm",
        built("hyper_ssm.hierarchical_memory.HierarchicalHyperbolicMemory", 64),
        (floats(2, 8, 64),),
    )
    yield "GeometricMemoryCell of hyper_ssm", built("hyper_ssm.hierarchical_memory.GeometricMemoryCell", 24, 64), ()
    yield (
        "GeometryAwareParallelFusion of hyper_ssm",
        built("hyper_ssm.geometry_fusion.GeometryAwareParallelFusion", 64, fusion_mode="lorentz_native"),
        (),
    )
    yield (
        "HyperAudioEmbedder of hyper_ssm",
        built("hyper_ssm.audio_topology.HyperAudioEmbedder"),
        (floats(1, 1, 80, 64),),
    )
    yield (
        "HyperVisionEmbedder of hyper_ssm",
        built("hyper_ssm.vision_topology.HyperVisionEmbedder"),
        (floats(1, 3, 224, 224),),
    )
    # nd-vq-vae
    yield (
        "NDimVQVAE of nd_vq_vae",
        built("nd_vq_vae.NDimVQVAE", 32, 64, 3, [2, 2, 2], 48, 4, 0.1, [16, 16, 16]),
        (floats(1, 3, 16, 16, 16),),
    )
    yield (
        "NDimVQVAE 2D of nd_vq_vae",
        built("nd_vq_vae.NDimVQVAE", 32, 64, 2, [4, 4], 48, 2, 0.1, [16, 16]),
        (floats(1, 3, 16, 16),),
    )
    yield (
        "NDimMultiHeadAttention of nd_vq_vae",
        built(
            "nd_vq_vae.attention_ndim.NDimMultiHeadAttention",
            (4, 4),
            32,
            32,
            4,
            2,
            False,
            "full",
            {"attn_dropout": 0.0},
        ),
        (),
    )
    # spharagusnet
    yield (
        "DocumentTextExtractor of spharagusnet",
        built("spharagusnet.model.DocumentTextExtractor", 1000, 128),
        (ids(1000, 2, 12),),
    )
    # bigvgan
    yield "BigVGAN of bigvgan", _bigvgan(), (floats(1, 80, 8),)
    yield (
        "BigVGAN with AMPBlock2 and Snake of bigvgan",
        _bigvgan(resblock="2", activation="snake", resblock_dilation_sizes=[[1, 3]] * 3),
        (floats(1, 80, 8),),
    )
    yield (
        "MultiPeriodDiscriminator of bigvgan",
        _bigvgan("discriminators.MultiPeriodDiscriminator"),
        (floats(1, 1, 2048), floats(1, 1, 2048)),
    )
    yield (
        "MultiResolutionDiscriminator of bigvgan",
        _bigvgan("discriminators.MultiResolutionDiscriminator"),
        (floats(1, 1, 4096), floats(1, 1, 4096)),
    )
    yield "MultiBandDiscriminator of bigvgan", _bigvgan("discriminators.MultiBandDiscriminator"), ()
    # lutech-quantum-cnn
    yield "ClassicNet of lutech_quantum_cnn", _classic_net, (floats(2, 1, 4, 4),)
    yield "HybridNet of lutech_quantum_cnn", _hybrid_net, (floats(1, 1, 4, 4),)
    # notmiwae-pytorch
    yield "NotMIWAE of notmiwae_pytorch", _miwae("NotMIWAE", 10), (floats(4, 10), torch.ones(4, 10))
    yield (
        "NotMIWAE with known signs and Student t of notmiwae_pytorch",
        _miwae("NotMIWAE", 10, out_dist="student_t", missing_process="selfmasking_known_signs"),
        (floats(4, 10), torch.ones(4, 10)),
    )
    yield (
        "NotMIWAE of images of notmiwae_pytorch",
        _miwae("NotMIWAE", 1024, architecture="CNN", missing_process="linear"),
        (),
    )
    yield (
        "MIWAE of notmiwae_pytorch",
        _miwae("MIWAE", 10, out_dist="bern"),
        (torch.rand(4, 10).round(), torch.ones(4, 10)),
    )
    yield (
        "SupNotMIWAE of notmiwae_pytorch",
        _miwae("SupNotMIWAE", 10, missing_process="nonlinear"),
        (floats(4, 10), torch.ones(4, 10), floats(4, 1)),
    )
    yield "SupMIWAE of notmiwae_pytorch", _miwae("SupMIWAE", 10), (floats(4, 10), torch.ones(4, 10), floats(4, 1))
    # torch-mentor
    yield "ResNet wrapped of mentor", _mentee, (floats(2, 3, 64, 64),)
    # memctrl-llm
    yield "PolicyNetwork of memctrl", built("memctrl.ml.policy_network.PolicyNetwork", "code"), (floats(4, 128),)
    yield "TaskClassifier of memctrl", _memctrl, (ids(300, 2, 8), torch.ones(2, 8))
    # open-clip-torch-any-py3
    yield (
        "CLIP of open_clip",
        _open_clip({"layers": 4, "width": 64, "head_width": 16, "patch_size": 8, "image_size": 32}),
        (floats(2, 3, 32, 32), ids(300, 2, 16)),
    )
    yield (
        "CLIP with ModifiedResNet of open_clip",
        _open_clip(
            {"layers": [2, 2, 2, 2], "width": 16, "head_width": 16, "patch_size": None, "image_size": 64},
            quick_gelu=True,
        ),
        (floats(2, 3, 64, 64), ids(300, 2, 16)),
    )
    yield (
        "CLIP with TimmModel of open_clip",
        _open_clip({"timm_model_name": "resnet18", "image_size": 224, "timm_pool": "abs_attn", "timm_proj": ""}),
        (floats(1, 3, 224, 224), ids(300, 1, 16)),
    )
    # cnn-panagiota
    yield "CNN_Model of cnn_panagiota", built("cnn_panagiota.final_cnn.CNN_Model"), (floats(2, 1, 28, 28),)
    # pyneuralfx
    yield "SnapShotGCN of pyneuralfx", _nfx_cnn("SnapShotGCN"), (floats(1, 1, 3000), None)
    yield "SnapShotAnalogGCN of pyneuralfx", _nfx_cnn("SnapShotAnalogGCN", 0, n_blocks=4), (floats(1, 1, 3000), None)
    yield "SnapShotAnalogTCN of pyneuralfx", _nfx_cnn("SnapShotAnalogTCN", 0, n_blocks=4), (floats(1, 1, 3000), None)
    yield "FiLMTCN of pyneuralfx", _nfx_cnn("FiLMTCN", 2), (floats(2, 1, 3000), floats(2, 2))
    yield "HyperGCN of pyneuralfx", _nfx_cnn("HyperGCN", 2), (floats(2, 1, 3000), floats(2, 2))
    yield (
        "SnapShotLSTM of pyneuralfx",
        _nfx_rnn("SnapShotLSTM"),
        (floats(2, 1, 20), None, (floats(1, 2, 16), floats(1, 2, 16))),
    )
    yield (
        "ConcatGRU with norms of pyneuralfx",
        _nfx_rnn("ConcatGRU", num_conds=2, layer_norm=True),
        (floats(2, 1, 20), floats(2, 2), floats(1, 2, 16)),
    )
    yield (
        "FiLMVanillaRNN of pyneuralfx",
        _nfx_rnn("FiLMVanillaRNN", num_conds=2),
        (floats(2, 1, 20), floats(2, 2), floats(1, 2, 16)),
    )
    yield (
        "StaticHyperLSTM of pyneuralfx",
        _nfx_rnn("StaticHyperLSTM", num_conds=2),
        (floats(2, 1, 20), floats(2, 2), (floats(1, 2, 16), floats(1, 2, 16))),
    )
    yield (
        "DynamicHyperGRU of pyneuralfx",
        _nfx_rnn("DynamicHyperGRU", num_conds=1),
        (floats(2, 1, 20), floats(2, 1), floats(1, 2, 16), floats(1, 2, 8)),
    )
    yield "DynamicHyperLSTM of pyneuralfx", _nfx_rnn("DynamicHyperLSTM", num_conds=1, layer_norm=True), ()
    yield (
        "STFTLoss of pyneuralfx",
        built("pyneuralfx.loss_func.loss_func.STFTLoss"),
        (floats(1, 1, 8000), floats(1, 1, 8000)),
    )
    yield (
        "MRSTFTCLoss of pyneuralfx",
        built("pyneuralfx.loss_func.loss_func.MRSTFTCLoss"),
        (floats(1, 1, 12000), floats(1, 1, 12000)),
    )
    yield (
        "MRSTFTLoss of pyneuralfx",
        built("pyneuralfx.loss_func.loss_func.MRSTFTLoss"),
        (floats(1, 1, 12000), floats(1, 1, 12000)),
    )
    # pi-vae-pytorch
    yield "PiVAE of pi_vae_pytorch", built("pi_vae_pytorch.PiVAE", 100, 3, 2), (floats(4, 100), ids(3, 4))
    yield (
        "PiVAE of continuous labels of pi_vae_pytorch",
        built("pi_vae_pytorch.PiVAE", 100, 3, 2, discrete_labels=False, decoder_observation_model="gaussian"),
        (floats(4, 100), floats(4, 3)),
    )
