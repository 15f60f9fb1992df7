"""The eleventh set's second part.

A model is a line, as in `package_models`. Where no batch fitted, the call is empty and the pass tells nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import torch
import transformers

from package_models import Made, built, floats, ids
from sample.common import BUILD, away, bare, begin, put, stub, top

REQUIREMENTS = ["pope-pytorch", "torch-einops-utils"]
"""What the packages import themselves, beside the sets before."""

PACKAGES = [
    "babybert",
    "chunkformer",
    "deepcolor",
    "deepsomaticcopy",
    "distributed-llm",
    "dlu-torch",
    "enforce-nn",
    "entangled-state-attention",
    "esntorch",
    "hsl-embedding",
    "indoxgen-torch",
    "infini-torch",
    "jetnet",
    "llm-ripper",
    "mmdit-pytorch",
    "motornet",
    "nanocodec-torch",
    "neural-lifetimes",
    "neuralgc",
    "nytorch",
    "opensr-mamba",
    "ppt-json-embedding-model",
    "prosper-nn",
    "pytorch-mighty",
    "rim-pytorch",
    "river-torch",
    "rnakinet",
    "scdiffusionx",
    "tikt-performer-pytorch",
    "torch-points3d-modern",
    "torchleet",
    "warpconvnet",
]

SKIPPED = {
    "kron-torch": "an optimizer, no model",
    "pytorch-lightning-template": "its only class, a LightningModule to inherit from, has no parameters",
}
"""Of the draw too, without models here."""

MISSING = (
    "jiwer",
    "colorama",
    "pydub",
    "tensorboardX",
    "textgrid",
    "langid",
    "torchaudio",
    "scanpy",
    "h5py",
    "dotenv",
    "anndata",
    "blobfile",
    "mpi4py",
    "tiktoken",
    "wandb",
    "loguru",
    "laspy",
    "lazrs",
    "plyfile",
    "absl",
    "dython",
    "seaborn",
    "energyflow",
    "gym",
    "msgpack",
    "jaxtyping",
    "numba",
    "cupy",
    "gymnasium",
    "torchinfo",
    "visdom",
    "ordered_set",
    "ont_fast5_api",
    "btyd",
    "git",
    "plotly",
    "clickhouse_driver",
    "boto3",
    "botocore",
    "sqlalchemy",
    "vaex",
    "pyarrow",
    "cloudpickle",
)
"""What the packages import and these models do not use."""

BASES = ("river", "deepecho", "ctgan", "rdt", "sdv")
"""Of these the packages inherit classes, which these models do not use either."""


def _begin() -> None:
    begin()
    away(*MISSING, mocks=True)
    away(*BASES)
    bare("deepcolor", "jetnet", "jetnet.evaluation", "neural_lifetimes")  # without their programs and data sets


def _scan(
    u: Any,
    delta: Any,
    decay: Any,
    into: Any,
    out: Any,
    skip: Any = None,
    z: Any = None,
    delta_bias: Any = None,
    delta_softplus: Any = False,
    return_last_state: Any = False,
) -> Any:
    """The reference of mamba_ssm's selective scan (the package itself needs CUDA)."""
    if delta_bias is not None:
        delta = delta + delta_bias[..., None]
    if delta_softplus:
        delta = torch.nn.functional.softplus(delta)
    b, d, length = u.shape
    n = decay.shape[1]
    if into.dim() == 4:
        r = d // into.shape[1]
        into = into.repeat_interleave(r, 1)
        out = out.repeat_interleave(r, 1)
    else:
        into = into[:, None].expand(b, d, n, length)
        out = out[:, None].expand(b, d, n, length)
    x = u.new_zeros(b, d, n)
    ys = []
    for i in range(length):
        x = torch.exp(delta[:, :, i, None] * decay) * x + delta[:, :, i, None] * into[..., i] * u[:, :, i, None]
        ys.append((x * out[..., i]).sum(-1))
    y = torch.stack(ys, 2)
    if skip is not None:
        y = y + u * skip[:, None]
    if z is not None:
        y = y * torch.nn.functional.silu(z)
    return y


def _mamba_ssm() -> None:
    put("mamba_ssm")
    put("mamba_ssm.ops")
    put("mamba_ssm.ops.selective_scan_interface").selective_scan_fn = _scan


def _opensr(**k: Any) -> Any:
    _mamba_ssm()
    from opensr_mamba.mamba.main import MambaSR

    return MambaSR(**k)


def _chunkformer(**k: Any) -> Any:
    from chunkformer.utils.init_model import init_speech_model

    enc = {"output_size": 256, "num_blocks": 4}
    enc.update(k.pop("encoder", {}))
    c = {"input_dim": 80, "output_dim": 100, "encoder_conf": enc, "decoder_conf": {"num_blocks": 2}, "model_conf": {}}
    c.update(k)
    return init_speech_model(None, c)[0]


def _chunkformer_hf() -> Any:
    from chunkformer import ChunkFormerModel

    return ChunkFormerModel(
        {
            "model": "asr_model",
            "input_dim": 80,
            "output_dim": 100,
            "encoder_conf": {"num_blocks": 3},
            "decoder_conf": {"num_blocks": 2},
            "model_conf": {},
            "ctc_conf": {"ctc_blank_id": 0},
        }
    )


def _speech(**k: Any) -> Any:
    d = {
        "feats": floats(2, 100, 80),
        "feats_lengths": torch.tensor([100, 90]),
        "target": torch.randint(1, 90, (2, 4)),
        "target_lengths": torch.tensor([4, 3]),
    }
    d.update(k)
    return (d, torch.device("cpu"))


def _datasets() -> None:
    """An old package of that name lies on the path."""
    import datasets

    for n in ("Dataset", "load_dataset", "DatasetDict"):
        if not hasattr(datasets, n):
            setattr(datasets, n, None)


def _bridge() -> Any:
    _datasets()
    from llm_ripper.core.transplant import BridgeNetwork

    return BridgeNetwork(64, 96)


def _ripper() -> Any:
    """A GPT-2 into which a donor's layer was put (README)."""
    _datasets()
    from llm_ripper.core.transplant import BridgeNetwork, KnowledgeTransplanter, TransplantedModule
    from llm_ripper.utils.config import ConfigManager

    m = transformers.GPT2LMHeadModel(
        transformers.GPT2Config(n_layer=3, n_embd=64, n_head=4, vocab_size=100, n_positions=32)
    )
    t = TransplantedModule(torch.nn.Linear(96, 96), BridgeNetwork(64, 96), BridgeNetwork(96, 64))
    KnowledgeTransplanter(ConfigManager())._inject_module(m, t, 1)
    return m


def _enforce(option: Any = 7) -> Any:
    from enforce.core.config import ENFORCEConfig
    from enforce.core.model import ENFORCE

    return ENFORCE(
        (torch.zeros(2), torch.ones(2)),
        (torch.zeros(3), torch.ones(3)),
        lambda x, y: y.sum(1) - x[:, 0],
        ENFORCEConfig(input_neurons=2, output_neurons=3, hidden_layers=3),
        weighting_option=option,
    )


def _dist(name: Any, num: Any = 0) -> Any:
    if name == "MTPHead":
        from distllm.core.mtp_head import MTPConfig, MTPHead

        return MTPHead(MTPConfig(hidden_size=64, vocab_size=100, num_attention_heads=4, device="cpu"))
    from distllm.core.agentic_router import LoRALinear

    return LoRALinear(torch.nn.Linear(16, 12))


def _indox(name: Any, *a: Any) -> Any:
    import indoxGen_torch.GAN.config as c

    cfg = c.TabularGANConfig()
    cfg.output_dim = 12
    m, _, n = name.rpartition(".")
    return getattr(import_module("indoxGen_torch.GAN." + m), n)(cfg, *a)


def _scdx(**k: Any) -> Any:
    from scdiffusionX.DiffusionBackbone.multimodal_unet import MultimodalUNet

    return MultimodalUNet([1, 100], [1, 100], 64, 1, 1, 1, [2], [1, 4, 8], False, **k)


class _NegativeBinomial:
    """scvi's distribution, as far as the model asks for it."""

    def __init__(self, mu: Any, theta: Any) -> None:
        self.mu, self.theta = mu, theta

    def log_prob(self, x: Any) -> Any:
        m, t = self.mu, self.theta
        return (
            t * (torch.log(t) - torch.log(t + m))
            + x * (torch.log(m) - torch.log(t + m))
            + torch.lgamma(x + t)
            - torch.lgamma(t)
            - torch.lgamma(x + 1)
        )


def _scdx_ae(categories: Any) -> Any:
    if "scvi" not in sys.modules:  # wants docrep
        put("scvi")
        put("scvi.distributions").NegativeBinomial = _NegativeBinomial
    from scdiffusionX.Autoencoder.models.base.encoder_model import EncoderModel

    return EncoderModel(
        50,
        {"dims": [64, 32, 16], "norm": True, "dropout": False, "dropout_p": 0.0},
        1e-3,
        1e-5,
        categories,
        "learnt_autoencoder",
        "c",
        n_cat=5,
    )


def _tp3d(task: Any, family: Any, name: Any, data: Any, **k: Any) -> Any:
    """A model of its catalogue that holds a batch already (its forward takes none)."""
    import torch_points3d
    from torch_points3d.zoo import create_model

    conf = Path(torch_points3d.__file__).parent.parent / "share/torch-points3d-modern/conf"
    m = create_model(task, name, family=family, input_channels=4, num_classes=4, config_directory=conf, **k)
    if data is not None:
        m.set_input(data, torch.device("cpu"))
    return m


def _flat(n: Any = 256, **k: Any) -> Any:
    from torch_geometric.data import Data

    return Data(
        pos=torch.rand(n, 3),
        x=torch.randn(n, 4),
        batch=torch.zeros(n, dtype=torch.long),
        y=torch.randint(0, 4, (n,)),
        **k,
    )


def _voxels(n: Any = 256) -> Any:
    from torch_geometric.data import Data

    c = torch.unique(torch.randint(0, 12, (n, 3)), dim=0)
    m = len(c)
    return Data(
        pos=c.float() * 0.05,
        coords=c.int(),
        x=torch.randn(m, 4),
        batch=torch.zeros(m, dtype=torch.long),
        y=torch.randint(0, 4, (m,)),
    )


def _dlu_lora() -> Any:
    import dlu

    m = dlu.DenseNetwork(10, 4, [32, 32])
    dlu.lora.inject_lora(m, dlu.lora.LoRAConfig(rank=4, alpha=8, targets=["layers.*"]))
    return m


def _sparse_gc(name: Any, *a: Any) -> Any:
    s = torch.eye(5, dtype=torch.bool)
    s[:, 0] = True
    return getattr(import_module("neuralgc.models." + name[:-6].lower()), name)(5, s, *a)


def _warp(path: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    """Without its compiled part (CUDA), which only forward needs."""

    def make() -> Any:
        stub("warpconvnet._C")
        attention = import_module("warpconvnet.nn.modules.attention")
        if attention.flash_attn is None:
            attention.flash_attn = MagicMock()
        module, _, name = path.rpartition(".")
        return getattr(import_module("warpconvnet." + module), name)(*a, **k)

    return make


def _warp_seg() -> Any:
    back = _warp(
        "models.spaceformer.space_former.SpaCeFormer",
        6,
        (1, 1),
        (32, 64),
        (2, 4),
        (64, 64),
        dec_depths=(1,),
        dec_channels=(64,),
        dec_num_head=(4,),
        dec_patch_size=(64,),
        use_rope=True,
        out_channels=32,
        enc_rope_bases=(250, 250),
        dec_rope_bases=(250,),
    )()
    return _warp(
        "models.spaceformer.space_former_seg.SpaCeFormerInstSeg", back, 64, 128, 32, 10, 4, 2, rope_learnable_theta=True
    )()


def _particlenet() -> Any:
    if "torch_cluster" not in sys.modules:
        t = ModuleType("torch_cluster")

        def knn_graph(
            x: Any, k: Any, batch: Any = None, loop: Any = False, flow: Any = "source_to_target", **kw: Any
        ) -> Any:
            d = torch.cdist(x, x) + torch.eye(len(x)) * 1e9
            if batch is not None:
                d = d + (batch[:, None] != batch[None]) * 1e9
            j = d.topk(k, largest=False).indices
            return torch.stack([j.flatten(), torch.arange(len(x)).repeat_interleave(k)])

        t.knn_graph = knn_graph

        sys.modules["torch_cluster"] = t
    from jetnet.evaluation.particlenet import _ParticleNet

    return _ParticleNet(30, 3)


def _mmdit(**k: Any) -> Any:
    """Another package has its name, too."""
    return top("mmdit", BUILD / "packages-mmdit-pytorch", "mmdit").MMDiTBlock(**k)


P = "prosper_nn.models."


def _fuzzy() -> Any:
    """Its fuzzy network (the class FRNN cannot be built: it hands on a wrong name)."""
    from prosper_nn.models.fuzzy import defuzzification, fuzzification, fuzzy_inference
    from prosper_nn.models.fuzzy import membership_functions as f

    m = {"low": f.NormlogMembership(negative=True), "mid": f.GaussianMembership(), "high": f.NormlogMembership()}
    return torch.nn.Sequential(
        fuzzification.Fuzzification(4, m),
        fuzzy_inference.FuzzyInference(4, 3, 5, 3, learn_conditions=True),
        defuzzification.Defuzzification(3, 1),
    ).double()


def _ensemble() -> Any:
    from prosper_nn.models.ensemble.ensemble import Ensemble
    from prosper_nn.models.feedforward.feedforward import FFNN

    return Ensemble(FFNN(6, 16, 2), 3)


def _ecnn_ae() -> Any:
    from prosper_nn.models.autoencoder import autoencoder, autoencoder_ecnn_model
    from prosper_nn.models.ecnn.ecnn import ECNN

    return autoencoder_ecnn_model.EcnnAutoencoder(autoencoder.Autoencoder(10, 4), ECNN(4, 8, 6, 2, n_features_Y=2))


def _hcnn(*a: Any, **k: Any) -> Any:
    from prosper_nn.models.hcnn.hcnn import HCNN

    m = HCNN(*a, **k)
    m.enable_calculate_forecast()
    return m


def _nyto() -> Any:
    """The model of its README."""
    import nytorch

    class NytoLinear(nytorch.NytoModule):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.Tensor([2.0]))
            self.bias = torch.nn.Parameter(torch.Tensor([1.0]))

        def forward(self, x: torch.Tensor) -> Any:
            return self.weight * x + self.bias

    return NytoLinear()


def _performer(name: Any, dim: Any, **k: Any) -> Any:
    """The package forgot to define a `config`, which its language model asks for."""
    import performer_pytorch
    import performer_pytorch.performer_pytorch as p

    p.config = SimpleNamespace(hidden_size=dim)
    return getattr(performer_pytorch, name)(dim=dim, **k)


def _infini() -> Any:
    _datasets()
    from infini_torch.attention import InfiniAttention

    return InfiniAttention(128)


def _lifetimes() -> Any:
    import neural_lifetimes.models.modules.classic_model as c
    from torchmetrics import Accuracy

    c.Accuracy = lambda: Accuracy(task="multiclass", num_classes=4)  # as old versions had it
    return c.ClassicModel(
        {
            "continuous_features": ["dt", "amount"],
            "discrete_features": {"kind": np.array(["a", "b", "c"])},
            "pre_encoded": False,
            "start_token_discrete": "StartToken",
        },
        16,
        32,
        0.1,
        8,
        1e-3,
        ["next_dt", "next_kind"],
    )


def _depthless(**k: Any) -> Callable[[], Any]:
    path = "RIM_pytorch.depth_less_transformer.DepthlessTransformer"
    return built(path, 64, num_blocks=4, num_message_exchanges=3, heads=4, dim_head=16, num_tokens=100, **k)


def _babybert(name: Any) -> Any:
    import babybert.model as b

    m = b.BabyBERT(b.BabyBERTConfig.from_preset("small", vocab_size=200, block_size=16))
    return m if name == "BabyBERT" else getattr(b, name)(m)


def _esn() -> Any:
    from esntorch.core.esn import EchoStateNetwork
    from esntorch.core.learning_algo import DeepNN

    return EchoStateNetwork(
        learning_algo=DeepNN([20, 50, 3]),
        pooling_strategy="mean",
        mode="linear_layer",
        embedding=None,
        input_dim=10,
        dim=20,
        input_scaling=0.5,
        bias_scaling=0.1,
    )


def models() -> Iterator[Made]:
    """All models."""
    _begin()
    # nanocodec-torch
    yield (
        "AudioCodecModel of nanocodec_torch",
        built("nanocodec_torch.models.audio_codec.AudioCodecModel"),
        (floats(1, 1, 3528), torch.tensor([3528])),
    )
    yield (
        "SnakeActivation of nanocodec_torch",
        built("nanocodec_torch.layers.activations.SnakeActivation", 8),
        (floats(2, 8, 10),),
    )
    # chunkformer
    yield "ASRModel of chunkformer", _chunkformer, _speech()
    yield (
        "ASRModel of chunkformer with RMS norms",
        lambda: _chunkformer(
            decoder="bitransformer",
            encoder={"layer_norm_type": "rms_norm", "dynamic_conv": True},
            decoder_conf={
                "num_blocks": 2,
                "r_num_blocks": 1,
                "layer_norm_type": "rms_norm",
                "tie_word_embedding": True,
            },
        ),
        _speech(),
    )
    yield (
        "Transducer of chunkformer",
        lambda: _chunkformer(
            model="transducer",
            predictor="rnn",
            predictor_conf={
                "embed_size": 64,
                "output_size": 64,
                "embed_dropout": 0.1,
                "hidden_size": 64,
                "num_layers": 2,
            },
            joint_conf={"enc_output_size": 256, "pred_output_size": 64, "join_dim": 64},
        ),
        (),
    )
    yield (
        "Transducer of chunkformer with EmbeddingPredictor",
        lambda: _chunkformer(
            model="transducer",
            predictor="embedding",
            predictor_conf={"embed_size": 64, "output_size": 64, "embed_dropout": 0.1, "n_head": 4},
            joint_conf={"enc_output_size": 256, "pred_output_size": 64, "join_dim": 64},
        ),
        (),
    )
    yield (
        "EmbeddingPredictor of chunkformer",
        built("chunkformer.transducer.predictor.EmbeddingPredictor", 100, 64, 64, 0.1, 4),
        (ids(100, 2, 6),),
    )
    yield (
        "ConvPredictor of chunkformer",
        built("chunkformer.transducer.predictor.ConvPredictor", 100, 64, 64, 0.1),
        (ids(100, 2, 6),),
    )
    yield (
        "SpeechClassificationModel of chunkformer",
        lambda: _chunkformer(model="classification", model_conf={"tasks": {"gender": 2, "emotion": 7}}),
        _speech(gender_label=torch.tensor([0, 1]), emotion_label=torch.tensor([0, 3])),
    )
    yield "ChunkFormerModel of chunkformer", _chunkformer_hf, ()
    # torchleet (a grader; the models of its checks)
    yield "_UniformPolicy of torchleet", built("torchleet.problems.ppo_rlhf._UniformPolicy"), (ids(12, 2, 5),)
    yield "_TokenPolicy of torchleet", built("torchleet.problems.ppo_rlhf._TokenPolicy"), (ids(12, 2, 5),)
    yield "_ZeroValue of torchleet", built("torchleet.problems.ppo_rlhf._ZeroValue"), (ids(12, 2, 5),)
    yield "_UniformLM of torchleet", built("torchleet.problems.dpo._UniformLM"), (ids(12, 2, 5),)
    yield "_Backbone of torchleet", built("torchleet.problems._3dcnn._Backbone"), ()
    yield "_Probe of torchleet", built("torchleet.problems.cnn_param_init._Probe"), ()
    # opensr-mamba
    sr = {
        "img_size": 16,
        "in_chans": 3,
        "embed_dim": 60,
        "depths": [2, 2, 2, 2],
        "d_state": 16,
        "mlp_ratio": 1.5,
        "upscale": 4,
        "attention_type": "sigmoid_02",
        "upsampler": "pixelshuffledirect",
        "resi_connection": "1conv",
        "operation_attention": "sum",
    }
    yield "MambaSR of opensr_mamba", lambda: _opensr(**sr), (floats(1, 3, 16, 16), True)
    yield (
        "MambaSR of opensr_mamba for fusion",
        lambda: _opensr(**{**sr, "in_chans": 10, "out_chans": 6, "upscale": 1, "operation_attention": "prod"}),
        (floats(1, 10, 16, 16), True),
    )
    yield (
        "MambaSR of opensr_mamba with channel attention",
        lambda: _opensr(img_size=16, depths=(2, 2), upsampler="pixelshuffle"),
        (floats(1, 3, 16, 16), True),
    )
    yield (
        "MambaSR of opensr_mamba with parameters in its attention",
        lambda: _opensr(**{**sr, "attention_type": "sigmoid_02_param"}),
        (floats(1, 3, 16, 16), True),
    )
    # llm-ripper
    yield "GPT2 with a transplant of llm_ripper", _ripper, (ids(100, 2, 8),)
    yield "BridgeNetwork of llm_ripper", _bridge, (floats(2, 5, 64),)
    # enforce-nn
    yield "ENFORCE of enforce", lambda: _enforce(5), (floats(4, 2),)
    yield "ENFORCE of enforce with a trained weighting", _enforce, (floats(4, 2),)
    # deepcolor
    yield (
        "VaeSm of deepcolor",
        built("deepcolor.modules.VaeSm", 30, 40, 8, 8, 32, 32, 32, 2, 2),
        ((floats(6, 40), floats(6, 1)),),
    )
    yield (
        "VaeSm of deepcolor with batches",
        built("deepcolor.modules.VaeSm", 30, 40, 8, 8, 32, 32, 32, 2, 2, batch_num=3),
        ((floats(6, 40), floats(6, 1), torch.eye(3)[[0, 1, 2, 0, 1, 2]]),),
    )
    # distributed-llm
    yield "MTPHead of distllm", lambda: _dist("MTPHead", num=1), (floats(2, 1, 64),)
    yield (
        "LightweightVerifier of distllm",
        built("distllm.core.compressed_speculative.LightweightVerifier", 64, 4, 16, 128),
        (floats(2, 5, 64), floats(2, 5, 100)),
    )
    yield "LoRALinear of distllm", lambda: _dist("LoRALinear"), (floats(2, 5, 16),)
    yield "TPLinear of distllm", built("distllm.dist.tp_inprocess.TPLinear", 16, 12, 2, 0, "row"), (floats(3, 8),)
    yield (
        "_TorchGNN of distllm",
        built("distllm.core.pulse_performance_model._TorchGNN", 8, 4),
        (floats(5, 8), torch.randint(0, 5, (2, 9)), floats(1, 4)),
    )
    # indoxgen-torch
    yield "TabularGAN of indoxGen_torch", lambda: _indox("tabular_gan.TabularGAN"), ()
    yield "Generator of indoxGen_torch", lambda: _indox("generator.Generator"), (floats(4, 100),)
    yield "Discriminator of indoxGen_torch", lambda: _indox("discriminator.Discriminator"), (floats(4, 12),)
    yield "Classifier of indoxGen_torch", lambda: _indox("classifier.Classifier", 3), (floats(4, 12),)
    # scdiffusionx
    yield (
        "MultimodalUNet of scdiffusionX",
        lambda: _scdx(),
        (floats(2, 1, 100), floats(2, 1, 100), torch.tensor([1, 2])),
    )
    yield (
        "MultimodalUNet of scdiffusionX with classes",
        lambda: _scdx(num_classes=5, use_scale_shift_norm=True),
        (floats(2, 1, 100), floats(2, 1, 100), torch.tensor([1, 2]), torch.tensor([1, 2])),
    )
    yield (
        "ImageUnet of scdiffusionX",
        built("scdiffusionX.DiffusionBackbone.image_unet.ImageUnet", 32, 3, 64, 3, 1, (2, 4), channel_mult=(1, 2, 2)),
        (floats(1, 3, 32, 32), torch.tensor([3])),
    )
    for pool in ("attention", "spatial"):
        yield (
            "EncoderUNetModel of scdiffusionX, pool " + pool,
            built(
                "scdiffusionX.DiffusionBackbone.image_unet.EncoderUNetModel",
                32,
                3,
                64,
                10,
                1,
                (2, 4),
                channel_mult=(1, 2, 2),
                pool=pool,
                num_head_channels=32,
            ),
            (floats(1, 3, 32, 32), torch.tensor([3])),
        )
    for n in (False, True):
        yield (
            "EncoderModel of scdiffusionX" + (" with theta of a category" if n else ""),
            (lambda n=n: _scdx_ae(n)),
            (
                {
                    "batch": {
                        "X": torch.randint(0, 9, (4, 50)).float(),
                        "X_norm": floats(4, 50),
                        "y": {"c": torch.tensor([0, 1, 2, 0])},
                    }
                },
            ),
        )
    # torch-points3d-modern
    yield "PointNet of torch_points3d", lambda: _tp3d("segmentation", "pointnet", "PointNet", _flat()), ({},)
    yield (
        "KPConvPaper of torch_points3d, a head a category",
        lambda: _tp3d(
            "segmentation",
            "kpconv",
            "KPConvPaper",
            _flat(category=torch.zeros(256, dtype=torch.long)),
            use_category=True,
        ),
        ({},),
    )
    yield (
        "KPDeformableConvPaper of torch_points3d",
        lambda: _tp3d("segmentation", "kpconv", "KPDeformableConvPaper", _flat()),
        ({},),
    )
    yield "ResUNet32 of torch_points3d", lambda: _tp3d("segmentation", "sparseconv3d", "ResUNet32", _voxels()), ({},)
    yield (
        "MinkUNet14A of torch_points3d",
        lambda: _tp3d("segmentation", "minkowski_baseline", "MinkUNet14A", _voxels()),
        ({},),
    )
    yield "VoteNetPN2 of torch_points3d", lambda: _tp3d("object_detection", "votenet2", "VoteNetPN2", None), ()
    yield "Randlanet_Res of torch_points3d", lambda: _tp3d("segmentation", "randlanet", "Randlanet_Res", _flat()), ({},)
    yield "PPNet of torch_points3d", lambda: _tp3d("segmentation", "ppnet", "PPNet", _flat()), ({},)
    # entangled-state-attention
    yield (
        "ESAModel of esa",
        built("esa.ESAModel", vocab_size=100, block=64, device="cpu", precision="fp32"),
        (ids(100, 2, 32),),
    )
    yield (
        "ESAModel of esa with pulse",
        built(
            "esa.ESAModel",
            vocab_size=100,
            block=64,
            embd=96,
            head=4,
            n_layer=3,
            backend="pulse",
            tie_embeddings=False,
            device="cpu",
            precision="fp32",
        ),
        (ids(100, 2, 32),),
    )
    yield "ESA of esa", built("esa.ESA", embd=64, head=4, precision="fp32", device="cpu"), (floats(2, 32, 64),)
    # jetnet
    yield "_ParticleNet of jetnet", _particlenet, (floats(2, 30, 3),)
    # dlu-torch
    yield "Transformer of dlu", built("dlu.Transformer", 64, 3, 4, qk_norm=True), (floats(2, 10, 64),)
    yield "RadialBasisFunctions of dlu", built("dlu.RadialBasisFunctions", 16), (floats(4, 10),)
    yield "DenseNetwork of dlu", built("dlu.DenseNetwork", 10, 4, [32, 32]), (floats(4, 10),)
    yield "DenseNetwork of dlu with LoRA", lambda: _dlu_lora(), (floats(4, 10),)
    # ppt-json-embedding-model
    yield (
        "CharCNNEncoder of embedding_model",
        built("embedding_model.model.charcnn.CharCNNEncoder", 100, 64, 256, [3, 5, 7], 256),
        (ids(100, 2, 64),),
    )
    # neuralgc
    for n, a in [("cMLP", (5, 3, [16, 16])), ("cLSTM", (5, 16)), ("cRNN", (5, 16))]:
        yield n + " of neuralgc", built("neuralgc.models." + n.lower() + "." + n, *a), (floats(2, 12, 5),)
    yield "cMLPSparse of neuralgc", lambda: _sparse_gc("cMLPSparse", 3, [16, 16]), (floats(2, 12, 5),)
    yield "cLSTMSparse of neuralgc", lambda: _sparse_gc("cLSTMSparse", 16), (floats(2, 12, 5),)
    yield "cRNNSparse of neuralgc", lambda: _sparse_gc("cRNNSparse", 16), (floats(2, 12, 5),)
    # warpconvnet (its kernels are CUDA's)
    yield "MinkUNet18 of warpconvnet", _warp("models.mink_unet.MinkUNet18", 4, 10), ()
    yield (
        "PointTransformerV3 of warpconvnet",
        _warp(
            "models.point_transformer_v3.PointTransformerV3",
            6,
            enc_depths=(2, 2, 2),
            enc_channels=(32, 64, 128),
            enc_num_head=(2, 4, 8),
            enc_patch_size=(64,) * 3,
            dec_depths=(1, 1),
            dec_channels=(64, 64),
            dec_num_head=(4, 4),
            dec_patch_size=(64,) * 2,
        ),
        (),
    )
    yield (
        "Volt of warpconvnet",
        _warp(
            "models.volt.volt.Volt",
            6,
            128,
            4,
            4,
            init_values=1e-5,
            qk_norm=True,
            tokenizer_type="convblock",
            conv_before_attn=True,
        ),
        (),
    )
    yield "SpaCeFormerInstSeg of warpconvnet", _warp_seg, ()
    yield (
        "SparseStructureFlowModel of warpconvnet",
        _warp(
            "models.trellis2.sparse_structure_flow.SparseStructureFlowModel",
            4,
            8,
            128,
            64,
            8,
            3,
            share_mod=True,
            qk_rms_norm=True,
            qk_rms_norm_cross=True,
        ),
        (floats(1, 8, 4, 4, 4), torch.tensor([0.5]), floats(1, 7, 64)),
    )
    yield (
        "SLatFlowModel of warpconvnet",
        _warp("models.trellis2.slat_flow.SLatFlowModel", 16, 8, 128, 64, 8, 3, share_mod=True, qk_rms_norm=True),
        (),
    )
    yield (
        "ModulatedTransformerBlock of warpconvnet",
        _warp("nn.modules.dit.ModulatedTransformerBlock", 64, 4, share_mod=True),
        (floats(2, 6, 64), floats(2, 384)),
    )
    yield (
        "ModulatedSparseTransformerBlock of warpconvnet",
        _warp("nn.modules.sparse_dit.ModulatedSparseTransformerBlock", 64, 4, share_mod=True),
        (),
    )
    yield (
        "MaskTransformer of warpconvnet",
        _warp("models.maskformer.MaskTransformer", 64, 10, 4, 3, 128),
        (),
    )  # its nn.Embedding: learned queries, added
    yield (
        "SparseStructureEncoder of warpconvnet",
        _warp("models.trellis2.sparse_structure_vae.SparseStructureEncoder", 1, 8, 1, [32, 64], 1, norm_type="group"),
        (floats(1, 1, 8, 8, 8),),
    )
    yield "GridConv of warpconvnet", _warp("nn.modules.grid_conv.GridConv", 4, 8, 3), ()
    yield "SparseConv2d of warpconvnet", _warp("nn.modules.sparse_conv.SparseConv2d", 4, 8, 3), ()
    yield "SparseConv3d of warpconvnet, groups", _warp("nn.modules.sparse_conv.SparseConv3d", 64, 128, 3, groups=4), ()
    yield "SparseDepthwiseConv3d of warpconvnet", _warp("nn.modules.sparse_conv_depth.SparseDepthwiseConv3d", 8, 3), ()
    yield "SparseDepthwiseConv2d of warpconvnet", _warp("nn.modules.sparse_conv_depth.SparseDepthwiseConv2d", 8, 3), ()
    yield "BatchedLinear of warpconvnet", _warp("nn.modules.mlp.BatchedLinear", 8, 16), (floats(5, 8),)
    yield "SegmentedLayerNorm of warpconvnet", _warp("nn.modules.normalizations.SegmentedLayerNorm", 8), ()
    yield (
        "ChannelLayerNorm32 of warpconvnet",
        _warp("nn.modules.normalizations.ChannelLayerNorm32", 8),
        (floats(2, 8, 3, 3, 3),),
    )
    # pytorch-lightning-template has no parameters of its own
    # deepsomaticcopy
    yield (
        "CancerModel of DeepSomaticCopy",
        built("DeepSomaticCopy.RLCNA.CancerModel", 50, 16, 10, True),
        (floats(2, 3),),
    )
    yield (
        "EmbedModel of DeepSomaticCopy",
        built("DeepSomaticCopy.RLCNA.EmbedModel", 50, 16, 10, True),
        (floats(2, 50, 20),),
    )
    # prosper-nn
    yield "HCNN of prosper_nn", lambda: _hcnn(10, 3, 6, 2), (floats(6, 4, 3),)
    yield (
        "HCNN of prosper_nn with GRU cells, sparse",
        lambda: _hcnn(10, 3, 6, 2, sparsity=0.5, cell_type="hcnn_gru_3_variant"),
        (floats(6, 4, 3),),
    )
    yield (
        "HCNN_KNOWN_U of prosper_nn",
        built(P + "hcnn_known_u.hcnn_known_u.HCNN_KNOWN_U", 10, 2, 3, 6, 2),
        (floats(8, 4, 2), floats(6, 4, 3)),
    )
    yield "DHCNN of prosper_nn", built(P + "dhcnn.dhcnn.DHCNN", 10, 3, 6, 2, 3), (floats(6, 4, 3),)
    yield (
        "CRCNN of prosper_nn",
        built(P + "crcnn.crcnn.CRCNN", 10, 3, 6, 2, 3, batchsize=4, mirroring=True),
        (floats(6, 4, 3),),
    )
    yield (
        "HCNN_compressed of prosper_nn",
        built(P + "hcnn_compressed.hcnn_compressed.HCNN_compressed", 10, 2, 5, 3, 6, 2),
        (floats(6, 4, 2), floats(6, 4, 5)),
    )
    yield (
        "ECNN of prosper_nn",
        built(P + "ecnn.ecnn.ECNN", 4, 8, 6, 2, n_features_Y=2),
        (floats(6, 4, 4), floats(6, 4, 2)),
    )
    yield (
        "ECNN of prosper_nn with GRU cells",
        built(P + "ecnn.ecnn.ECNN", 4, 8, 6, 2, cell_type="gru_3_variant", n_features_Y=2),
        (floats(6, 4, 4), floats(6, 4, 2)),
    )
    yield "EcnnAutoencoder of prosper_nn", _ecnn_ae, ()
    yield "Fuzzy network of prosper_nn", _fuzzy, (floats(5, 4).double(),)
    yield "Ensemble of prosper_nn", _ensemble, (floats(5, 6),)
    yield (
        "DeepFeedForward of prosper_nn",
        built(P + "deep_feed_forward.deep_feed_forward.DeepFeedForward", 6, 16, 2, 4),
        (floats(5, 6),),
    )
    # motornet
    yield (
        "PolicyGRU of motornet",
        built("motornet.policy.PolicyGRU", 10, 32, 6, "cpu"),
        (floats(2, 10), torch.zeros(1, 2, 32)),
    )
    # mmdit-pytorch (it wants Python 3.12, and works with 3.11)
    yield (
        "MMDiTBlock of mmdit",
        lambda: _mmdit(dim_txt=64, dim_img=96, dim_timestep=32, qk_rmsnorm=True),
        (floats(2, 5, 64), floats(2, 7, 96), floats(2, 32)),
    )
    # nytorch
    yield "NytoLinear of nytorch", _nyto, (floats(3, 8),)
    # babybert
    yield "BabyBERT of babybert", lambda: _babybert("BabyBERT"), (ids(200, 2, 16),)
    yield "BabyBERTForMLM of babybert", lambda: _babybert("BabyBERTForMLM"), (ids(200, 2, 16),)
    yield (
        "BabyBERTForSentimentClassification of babybert",
        lambda: _babybert("BabyBERTForSentimentClassification"),
        (ids(200, 2, 16),),
    )
    # tikt-performer-pytorch
    yield (
        "PerformerLM of performer_pytorch",
        lambda: _performer("PerformerLM", 64, num_tokens=100, max_seq_len=32, depth=3, heads=4),
        (),
    )
    yield (
        "PerformerLM of performer_pytorch, options",
        lambda: _performer(
            "PerformerLM",
            64,
            num_tokens=100,
            max_seq_len=32,
            depth=3,
            heads=4,
            use_rezero=True,
            axial_position_emb=True,
            axial_position_shape=(4, 8),
            ff_glu=True,
            tie_embed=True,
        ),
        (),
    )
    yield (
        "Performer of performer_pytorch with scale norms",
        lambda: _performer("Performer", 64, depth=3, heads=4, use_scalenorm=True, cross_attend=True),
        (floats(2, 16, 64), {"context": floats(2, 8, 64)}),
    )
    yield (
        "PerformerEncDec of performer_pytorch",
        lambda: _performer(
            "PerformerEncDec",
            64,
            enc_num_tokens=100,
            enc_depth=2,
            enc_heads=4,
            enc_max_seq_len=32,
            dec_num_tokens=100,
            dec_depth=2,
            dec_heads=4,
            dec_max_seq_len=32,
        ),
        (),
    )
    # pytorch-mighty
    yield "MLP of mighty", built("mighty.models.MLP", 20, 32, 16, 4), (floats(3, 20),)
    yield "AutoencoderLinear of mighty", built("mighty.models.AutoencoderLinear", 20, 32, 8), (floats(3, 20),)
    yield (
        "MINE_Net of mighty",
        built("mighty.monitor.mutual_info.neural_estimation.MINE_Net", 5, 6, (32, 16)),
        (floats(3, 5), floats(3, 6)),
    )
    # river-torch (the networks of its examples; the user brings the network)
    yield (
        "_TestLSTMAutoencoder of river_torch",
        built("river_torch.anomaly.rolling_ae._TestLSTMAutoencoder", 10),
        (floats(4, 1, 10),),
    )
    yield "_TestAutoencoder of river_torch", built("river_torch.anomaly.ae._TestAutoencoder", 5), (floats(4, 5),)
    yield (
        "_TestLSTM of river_torch",
        built("river_torch.classification.rolling_classifier._TestLSTM", 5),
        (floats(4, 1, 5),),
    )
    # esntorch
    yield (
        "LogisticRegression of esntorch",
        built("esntorch.core.learning_algo.LogisticRegression", 20, 3),
        (floats(4, 20),),
    )
    yield "DeepNN of esntorch", built("esntorch.core.learning_algo.DeepNN", [20, 50, 50, 3]), (floats(4, 20),)
    yield "EchoStateNetwork of esntorch", lambda: _esn(), ()
    # rnakinet
    yield "RNAkinet of rnakinet", built("rnakinet.models.model.RNAkinet"), (floats(2, 1, 2000),)
    # infini-torch
    yield "InfiniAttention of infini_torch", _infini, (floats(1, 16, 128),)
    # hsl-embedding
    yield (
        "ControlEmbedding of hsl_embedding",
        built("hsl_embedding.ablation.ControlEmbedding", "learned"),
        (ids(256, 2, 12),),
    )
    # neural-lifetimes
    x = {"dt": torch.rand(7), "amount": torch.rand(7), "kind": ids(3, 7), "offsets": torch.tensor([0, 4, 7])}
    yield "ClassicModel of neural_lifetimes", _lifetimes, (x, {})
    yield (
        "Decoder of neural_lifetimes",
        built("neural_lifetimes.models.nets.custom_tvae.Decoder", 8, (32, 32), 10),
        (floats(3, 8),),
    )
    yield (
        "Encoder of neural_lifetimes",
        built("neural_lifetimes.models.nets.custom_tvae.Encoder", 10, (32, 32), 8),
        (floats(3, 10),),
    )
    yield (
        "PARNet of neural_lifetimes",
        built("neural_lifetimes.models.nets.custom_par.PARNet", 6, 3),
        (floats(5, 2, 6), floats(2, 3)),
    )
    # rim-pytorch
    yield (
        "DepthlessTransformer of RIM_pytorch",
        _depthless(),
        (ids(100, 2, 10),),
    )
    yield (
        "DepthlessTransformer of RIM_pytorch with PoPE",
        _depthless(use_pope=True),
        (),
    )
