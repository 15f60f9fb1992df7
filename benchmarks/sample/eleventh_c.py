"""The eleventh set's third part.

A model is a line, as in `package_models`. Where no batch fitted, the call is empty and the pass tells nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from torch import nn

from package_models import Made, built, floats, ids
from sample.common import BUILD, ELEVENTH, begin, put, stub

REQUIREMENTS = [
    "accelerate",
    "adam-atan2-pytorch",
    "dill",
    "gputil",
    "jstyleson",
    "mpmath",
    "path",
    "pie-core",
    "pie-documents",
    "sympy",
    "torch-optim-sparse",
    "x-mlps-pytorch",
]
"""What the packages import themselves, beside the sets before."""

PACKAGES = [
    "actionformer",
    "akita-torch",
    "condi-llm",
    "dasnet",
    "deep-macrofin",
    "deeptech",
    "diffusion-pytorch-lib",
    "event-pienet",
    "fourier-image-transformer",
    "fukui-net",
    "graph-transformer",
    "hippoformer",
    "llm-bhasa",
    "monet-pytorch",
    "pali-torch",
    "pytorch-ie",
    "pytorch-lightning-cifar",
    "squeezeformer",
    "syko-llm",
    "tnet-segmentation",
    "torch-adf",
    "torch-factorization-models",
    "torch-fidelity",
    "torch-mice",
    "torch-np-classifier",
    "torch-sparse-autoencoder",
    "torchblocks-chen",
    "torchbricks",
    "torchde",
    "torchnaut",
    "torchvae",
    "transformerlab-inference",
    "x-transformers-rl",
]


def _begin() -> None:
    begin()
    sys.path += [str(BUILD / f"packages-{name}") for name in ("pytorch-fast-transformers", "actionformer")]


def _put(*names: str) -> None:
    """Packages without their own start, which asks for what is not here."""
    for name in names:
        if name not in sys.modules:
            put(name, ELEVENTH / name.replace(".", "/"))


def _hf() -> None:
    """What old packages ask of transformers."""
    import transformers.modeling_utils as mu
    import transformers.pytorch_utils as pu

    mu.prune_linear_layer = pu.prune_linear_layer
    import transformers.models.bert.modeling_bert as mb

    if not hasattr(mb, "load_tf_weights_in_bert"):
        mb.load_tf_weights_in_bert = None
    if not hasattr(mu.PreTrainedModel, "all_tied_weights_keys"):
        mu.PreTrainedModel.all_tied_weights_keys = {}
    for n in ("BERT_START_DOCSTRING", "BERT_INPUTS_DOCSTRING"):
        if not hasattr(mb, n):
            setattr(mb, n, "")
    if not hasattr(mu, "find_pruneable_heads_and_indices"):
        mu.find_pruneable_heads_and_indices = getattr(pu, "find_pruneable_heads_and_indices", None)


class _MLP(nn.Module):
    """Two layers, to be compressed."""

    def __init__(self) -> None:
        super().__init__()
        self.up, self.down = nn.Linear(256, 512), nn.Linear(512, 256)

    def forward(self, x: Any) -> Any:
        return self.down(torch.relu(self.up(x)))


def _compressed() -> Any:
    """transformerlab-inference (fastchat) brings one layer: a Linear of 8 bits."""
    from fastchat.model.compression import compress_module

    m = _MLP()
    compress_module(m, "cpu")
    return m


def _dt_simple() -> Any:
    stub("torch.utils.tensorboard", "cv2")
    from deeptech.examples.mnist_custom_model import ImageClassifierSimple

    m = ImageClassifierSimple(None)
    m.layers(torch.rand(2, 28, 28, 1))  # the layers are made at the first call
    return m


def _dt_resnet() -> Any:
    stub("torch.utils.tensorboard")
    _put("deeptech.model.models")
    from deeptech.model.models.imagenet import ImagenetModel

    m = ImagenetModel("mobilenet_v2", only_encoder=True, pretrained=False)
    m(torch.rand(1, 64, 64, 3) * 255)
    return m


def _dt_head() -> Any:
    stub("torch.utils.tensorboard")
    from deeptech.model.layers.detection import DetectionHead

    m = DetectionHead(5)
    m(torch.randn(1, 8, 4, 4), torch.rand(1, 4, 3, 4, 4))
    return m


def _torchblocks() -> None:
    """The package left its own folder of layers out."""
    sys.modules.setdefault("torchblocks.models.layers", ModuleType("torchblocks.models.layers"))
    _put("torchblocks.models", "torchblocks.models.nn", "torchblocks.models.transformer")


class _MultiSampleDropout(nn.Module):
    """The one of those layers that a model here asks for."""

    def __init__(self, hidden_size: Any, num_labels: Any, K: Any, p: Any) -> None:  # noqa: N803
        super().__init__()
        self.K, self.dropout, self.classifier = K, nn.Dropout(p), nn.Linear(hidden_size, num_labels)

    def forward(self, x: Any) -> Any:
        return sum(self.classifier(self.dropout(x)) for _ in range(self.K)) / self.K


def _bert(name: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        _hf()
        from transformers import BertConfig

        m, c = name.rsplit(".", 1)
        _torchblocks()
        if c == "BertWithMDP":
            put("torchblocks.models.layers.dropouts").MultiSampleDropout = _MultiSampleDropout
        cfg = BertConfig(
            vocab_size=100,
            hidden_size=32,
            num_hidden_layers=4,
            num_attention_heads=4,
            intermediate_size=64,
            num_labels=3,
            max_position_embeddings=64,
        )
        for a, b in k.items():
            setattr(cfg, a, b)
        return getattr(import_module(m), c)(cfg)

    return make


def _fit(kind: Any) -> Any:
    x, y = torch.meshgrid(torch.arange(6.0), torch.arange(6.0), indexing="ij")
    c, order = (x.reshape(-1), y.reshape(-1)), torch.arange(36)
    stub(
        *[
            "fast_transformers." + n
            for n in (
                "causal_product.causal_product_cpu",
                "aggregate.aggregate_cpu",
                "hashing.hash_cpu",
                "clustering.hamming.cluster_cpu",
                "local_product.local_product_cpu",
                "sparse_product.clustered_sparse_product_cpu",
                "sparse_product.sparse_product_cpu",
            )
        ]
    )
    if kind == "train":
        from fit.transformers.SResTransformer import SResTransformerTrain

        return SResTransformerTrain(32, c, order, attention_type="full", n_heads=4, d_query=8)
    if kind == "predict":
        from fit.transformers.SResTransformer import SResTransformerPredict

        return SResTransformerPredict(32, c, order, n_heads=4, d_query=8)
    stub(
        "odl",
        "dival",
        "dival.datasets",
        "dival.datasets.standard",
        "dival.reference_reconstructors",
        "dival.measure",
        "dival.datasets.cached_dataset",
    )
    from fit.transformers.TRecTransformer import TRecTransformer

    return TRecTransformer(32, c, order, c, order, n_heads=4, d_query=8)


def _cifar(name: Any, *a: Any) -> Callable[[], Any]:
    def make() -> Any:
        m, c = name.split(".")
        return getattr(import_module("pytorch_lightning_cifar.models." + m), c)(*a)

    return make


def _akita() -> Any:
    from akita_torch import Akita, AkitaConfig

    return Akita(AkitaConfig())


def _albert() -> Any:
    _hf()
    _torchblocks()
    from torchblocks.models.transformer.configuration_albert import AlbertConfig
    from torchblocks.models.transformer.modeling_albert import AlbertForMaskedLM

    cfg = AlbertConfig(
        100, embedding_size=16, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64
    )
    cfg.is_decoder = cfg.add_cross_attention = False
    cfg._attn_implementation = "eager"
    if AlbertForMaskedLM.tie_weights.__name__ == "tie_weights":  # newer versions hand it more
        old = AlbertForMaskedLM.tie_weights
        AlbertForMaskedLM.tie_weights = lambda self, *a, **k: old(self)
    if not hasattr(AlbertForMaskedLM, "_tie_or_clone_weights"):
        AlbertForMaskedLM._tie_or_clone_weights = lambda self, a, b: setattr(a, "weight", b.weight)
    return AlbertForMaskedLM(cfg)


def _nezha() -> Any:
    _hf()
    _torchblocks()
    from torchblocks.models.transformer.configuration_nezha import NeZhaConfig
    from torchblocks.models.transformer.modeling_nezha import NeZhaModel

    cfg = NeZhaConfig(vocab_size=100, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64)
    cfg.is_decoder = cfg.add_cross_attention = False
    if not hasattr(NeZhaModel, "get_extended_attention_mask"):  # what transformers had
        NeZhaModel.get_extended_attention_mask = lambda self, m, *a: (1 - m[:, None, None, :].float()) * -1e4
    if not hasattr(NeZhaModel, "get_head_mask"):
        NeZhaModel.get_head_mask = lambda self, h, n, *a: [None] * n
    return NeZhaModel(cfg)


def _dasnet() -> Any:
    stub("h5py")
    from dasnet.model.dasnet import build_model

    return build_model(num_classes=6, pretrained=False, pretrained_backbone=False)


def _plc_resnet() -> Any:
    from pytorch_lightning_cifar.models import resnet as r

    return r.ResNet(r.BasicBlock, [2, 2, 2, 2])


def _bricks() -> Any:
    from torchbricks.bag_of_bricks.backbones import create_backbone
    from torchbricks.bag_of_bricks.image_classification import ImageClassifier
    from torchbricks.bag_of_bricks.preprocessors import Preprocessor
    from torchbricks.brick_collection import BrickCollection
    from torchbricks.bricks import BrickNotTrainable, BrickTrainable

    b = create_backbone("resnet18", pretrained=False)
    return BrickCollection(
        {
            "pre": BrickNotTrainable(Preprocessor(), input_names=["raw"], output_names=["processed"]),
            "backbone": BrickTrainable(b, input_names=["processed"], output_names=["features"]),
            "head": BrickTrainable(
                ImageClassifier(5, 512), input_names=["features"], output_names=["logits", "probabilities", "class"]
            ),
        }
    )


def _xrl(**k: Any) -> Any:
    from accelerate import Accelerator
    from x_transformers_rl import Agent

    pool = {"dim": 16, "num_genes_per_island": 3, "num_selected": 2, "tournament_size": 2}
    a = {
        "state_dim": 8,
        "num_actions": 4,
        "reward_range": (-1.0, 1.0),
        "epochs": 2,
        "max_timesteps": 50,
        "batch_size": 2,
        "lr": 1e-3,
        "betas": (0.9, 0.99),
        "lam": 0.95,
        "gamma": 0.99,
        "entropy_weight": 0.01,
        "regen_reg_rate": 1e-4,
        "cautious_factor": 0.1,
        "eps_clip": 0.2,
        "value_clip": 0.4,
        "ema_decay": 0.9,
        "latent_gene_pool": pool,
        "accelerator": Accelerator(cpu=True),
    }
    return Agent(**{**a, **k})


def _macro(kind: Any, **k: Any) -> Any:
    from deep_macrofin.models import Agent
    from deep_macrofin.models.model_utils import LayerType

    return Agent("xi", ["a", "b", "c"], {"device": "cpu", "layer_type": getattr(LayerType, kind), **k})


def _wavelet() -> Any:
    from deep_macrofin.models import ActivationType

    return _macro("MLP", activation_type=ActivationType.Wavelet)


def _condi() -> Any:
    from condi_llm.model import LLMConfig, LLMModel

    return LLMModel(
        LLMConfig(vocab_size=200, n_layers=4, n_heads=4, n_kv_heads=2, d_model=64, d_ff=128, max_seq_len=128)
    )


def _naut() -> Any:
    from torchnaut.epistemic import BayesianLinear, CRPSEnsemble

    return CRPSEnsemble([nn.Sequential(BayesianLinear(6, 16), nn.ReLU(), BayesianLinear(16, 1)) for _ in range(3)])


def _tiny() -> Any:
    """A BERT of random numbers, as a folder."""
    import tempfile

    from transformers import BertConfig, BertModel

    d = tempfile.mkdtemp()
    BertModel(
        BertConfig(
            vocab_size=100,
            hidden_size=32,
            num_hidden_layers=3,
            num_attention_heads=4,
            intermediate_size=64,
            max_position_embeddings=64,
        )
    ).save_pretrained(d)
    return d


def _pie(name: Any, **k: Any) -> Callable[[], Any]:
    def make() -> Any:
        import pytorch_ie.models as m

        return getattr(m, name)(model_name_or_path=_tiny(), **k)

    return make


def _pie_pointer() -> Any:
    import transformers.models.bart.modeling_bart as mb

    def dropped(name: str) -> Any:
        """What newer versions dropped: functions and docstrings."""
        if name.startswith("__"):
            raise AttributeError(name)
        return (lambda *a, **k: None) if name[0].islower() else ""

    mb.__getattr__ = dropped
    from pytorch_ie.models.base_models.bart_as_pointer_network import BartAsPointerNetwork, BartAsPointerNetworkConfig

    BartAsPointerNetwork._tied_weights_keys = {}  # newer versions take no list
    cfg = BartAsPointerNetworkConfig(
        target_token_ids=[0, 2, 90, 91, 92],
        decoder_position_id_mode=None,
        vocab_size=100,
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=64,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )
    return BartAsPointerNetwork(cfg)


def _pienet() -> Any:
    from pie_net.model import CONFIG_PIENET, SingleEncoderEffUNet_v3

    return SingleEncoderEffUNet_v3(params=CONFIG_PIENET)


def _adf(transposed: Any = False) -> Any:
    from torchadf import nn as a

    if transposed:  # whose forward is not implemented
        return nn.ModuleList(
            [a.ConvTranspose1d(6, 4, 4), a.ConvTranspose2d(6, 4, 4), a.ConvTranspose3d(6, 4, 4), a.Conv3d(3, 6, 3)]
        )
    return a.Sequential(
        a.Conv2d(3, 8, 3, padding=1),
        a.ReLU(),
        a.AvgPool2d(2),
        a.Conv2d(8, 8, 3, padding=1),
        a.ReLU(),
        a.Flatten(),
        a.Linear(512, 32),
        a.ReLU(),
        a.Linear(32, 5),
    )


def _tnet() -> Any:
    stub("torchinfo")
    from TNet_Segmentation.net import TNet

    return TNet()


def _hippo(which: Any) -> Any:
    import copy

    from hippoformer import hippoformer as h

    enc = copy.deepcopy(h.grid_sensory_enc_dec)
    if which == "tem":
        return h.TEMTransformer(enc, 4, 32, 32, 3)
    return getattr(h, which)(
        dim=64,
        sensory_encoder_decoder=enc,
        dim_sensory=9,
        dim_action=4,
        dim_encoded_sensory=32,
        dim_structure=48,
        **({"transformer_depth": 3} if which == "Hippoformer" else {}),
    )


def _npc() -> Any:
    _put("torch_np_classifier", "torch_np_classifier.models")  # they ask for rdkit
    from torch_np_classifier.models.np_classifier import NPClassifierDNN

    return NPClassifierDNN().eval()


def _implicit() -> Any:
    if "pytorch_lightning.core.decorators" not in sys.modules:  # an old version's
        put("pytorch_lightning.core.decorators").auto_move_data = lambda f: f
    from torch_factorization_models.implicit_mf import ImplicitMatrixFactorization

    ImplicitMatrixFactorization.hparams = None  # newer versions of lightning do not let it be set
    return ImplicitMatrixFactorization(
        SimpleNamespace(
            loss="bpr",
            num_items=50,
            num_users=40,
            margin=1.0,
            learning_rate=0.1,
            weight_decay=0.0,
            use_biases=True,
            optimizer="sgd",
            embedding_dim=16,
        )
    )


def _pali_vit() -> Any:
    from pali import VitModel

    return VitModel().vit


def _pali_ul2() -> Any:
    from pali import Pali

    return Pali().ul2


def _pali_flags(n: Any) -> Any:
    from pali.transformer import Decoder, TransformerWrapper

    k = [
        {
            "alibi_pos_bias": True,
            "alibi_learned": True,
            "use_scalenorm": True,
            "gate_residual": True,
            "scale_residual": True,
            "attn_head_scale": True,
            "attn_num_mem_kv": 3,
            "attn_talking_heads": True,
        },
        {
            "use_rmsnorm": True,
            "scale_residual": True,
            "attn_qk_norm": True,
            "attn_qk_norm_dim_scale": True,
            "rel_pos_bias": True,
            "ff_glu": True,
        },
    ][n]
    w = [{"num_memory_tokens": 4}, {"scaled_sinu_pos_emb": True, "num_memory_tokens": None}][n]
    if n:
        k["rel_pos_bias"] = False
    return TransformerWrapper(num_tokens=100, max_seq_len=64, attn_layers=Decoder(dim=64, depth=3, heads=4, **k), **w)


def _bhasa() -> Any:
    from llm_bhasa.harmony.model import LLMModel

    return LLMModel(
        {
            "vocab_size": 200,
            "context_length": 64,
            "emb_dim": 48,
            "n_heads": 4,
            "n_layers": 4,
            "drop_rate": 0.1,
            "qkv_bias": True,
        }
    )


def _made(**k: Any) -> Any:
    from torchde.models import MADE

    return MADE(12, 1, [32, 32, 32], **k)


def _fidelity(name: Any, *a: Any, **k: Any) -> Callable[[], Any]:
    """Nothing comes from the net: the weights stay as they were made."""

    def make() -> Any:
        m, c = name.split(".")
        mod = import_module("torch_fidelity." + m)
        if hasattr(mod, "load_state_dict_from_url"):
            mod.load_state_dict_from_url = lambda *a, **k: {}
        old = nn.Module.load_state_dict
        nn.Module.load_state_dict = lambda self, s, *a, **k: None if s == {} else old(self, s, *a, **k)
        if hasattr(mod, "torchvision_load_pretrained_vgg16"):
            import torchvision

            mod.torchvision_load_pretrained_vgg16 = lambda **k: torchvision.models.vgg16()
        try:
            return getattr(mod, c)(*a, **k)
        finally:
            nn.Module.load_state_dict = old

    return make


def _monet() -> Any:
    import hydra.utils
    from omegaconf import OmegaConf

    import_module("monet_pytorch")  # with what its configuration computes
    cfg = OmegaConf.load(ELEVENTH / "monet_pytorch/config/model/monet.yaml")
    cfg.merge_with(OmegaConf.create({"dataset": {"width": 64, "height": 64, "max_num_objects": 4}}))
    return hydra.utils.instantiate(cfg.model)


def _kan() -> Any:
    _fukui()
    from fukui_net.utils.efficient_kan import KAN

    return KAN([6, 12, 8, 1])


def _fukui() -> Any:
    stub("rdkit", "rdkit.Chem", "chemprop", "chemprop.featurizers", "huggingface_hub.file_download_")
    _put("fukui_net", "fukui_net.utils")  # they ask for the tools of chemists
    from fukui_net.utils.train import Model, MoleculeModel

    b = Model(
        133,
        14,
        [128] * 9,
        [128, 128],
        [10, 16],
        ["sym", "sym"],
        [0.0] * 11,
        [nn.PReLU] * 11,
        [True] * 11,
        [128, 128],
        1,
    )
    return MoleculeModel(b, torch.optim.Adam, 1e-3, 1e-5, 50, 0.5, 32)


def _action(name: Any = "LocPointTransformer", win: Any = -1, **k: Any) -> Any:
    import copy

    stub("h5py")
    from actionformer import load_default_config, make_meta_arch
    from actionformer.core.config import _update_config

    c = copy.deepcopy(load_default_config())
    c["model"].update(embd_dim=64, fpn_dim=64, head_dim=64, n_mha_win_size=win)
    c["model"].update(k)
    c["dataset"].update(input_dim=48, num_classes=7, max_seq_len=2304)
    c = _update_config(c)
    return make_meta_arch(name, **c["model"]).eval()


def _syko() -> Any:
    from syko.configuration_syko import SykoConfig
    from syko.modeling_syko import SykoCausalLM

    return SykoCausalLM(
        SykoConfig(
            vocab_size=200,
            hidden_size=48,
            num_hidden_layers=4,
            num_attention_heads=4,
            num_key_value_heads=2,
            intermediate_size=96,
        )
    )


def models() -> Iterator[Made]:
    """All models."""
    _begin()
    # transformerlab-inference (its top level is `fastchat`)
    yield "compressed MLP of fastchat", _compressed, (floats(2, 256),)
    # deeptech
    yield "ImageClassifierSimple of deeptech", _dt_simple, (torch.rand(2, 28, 28, 1),)
    yield "ImagenetModel of deeptech", _dt_resnet, (torch.rand(1, 64, 64, 3) * 255,)
    yield "DetectionHead of deeptech", _dt_head, (floats(1, 8, 4, 4), torch.rand(1, 4, 3, 4, 4))
    # squeezeformer
    yield (
        "Squeezeformer of squeezeformer",
        built("squeezeformer.model.Squeezeformer", 10),
        (floats(2, 200, 80), torch.tensor([200, 150])),
    )
    # akita-torch
    yield "Akita of akita_torch", _akita, (torch.eye(4)[ids(4, 1, 2048 * 100)],)
    yield (
        "AkitaDialatedResidualBlock1D of akita_torch",
        built("akita_torch.nn.block.AkitaDialatedResidualBlock1D", 8, 4, repeat=3, round=True),
        (floats(2, 8, 50),),
    )
    # torchblocks-chen
    yield "BertWithMDP of torchblocks", _bert("torchblocks.models.nn.bert_with_mdp.BertWithMDP"), (ids(100, 2, 12),)
    yield (
        "BertForSiameseModel of torchblocks",
        _bert("torchblocks.models.nn.bert_for_siamese.BertForSiameseModel"),
        (ids(100, 2, 12), ids(100, 2, 12)),
    )
    yield (
        "REBERT of torchblocks",
        _bert("torchblocks.models.nn.bert_for_relation.REBERT"),
        (ids(100, 2, 12), torch.ones(2, 12), torch.zeros(2, 12).long(), None, torch.ones(2, 12), torch.ones(2, 12)),
    )
    yield "AlbertForMaskedLM of torchblocks", _albert, (ids(100, 2, 12),)
    yield "NeZhaModel of torchblocks", _nezha, (ids(100, 2, 12),)
    # fourier-image-transformer (fit)
    yield "SResTransformerTrain of fit", lambda: _fit("train"), (floats(2, 36, 2),)
    yield "SResTransformerPredict of fit", lambda: _fit("predict"), (floats(2, 1, 2),)
    yield (
        "TRecTransformer of fit",
        lambda: _fit("trec"),
        (
            floats(2, 36, 2),
            floats(2, 36, 2),
            torch.tensor(0.0),
            torch.tensor(1.0),
            torch.arange(40),
            8,
            torch.ones(8, 5),
        ),
    )
    # dasnet
    yield "MaskRCNN of dasnet", _dasnet, ()  # torchvision's operators are not there
    # pytorch-lightning-cifar
    yield "ResNet of pytorch_lightning_cifar", _plc_resnet, (floats(2, 3, 32, 32),)
    yield "SimpleDLA of pytorch_lightning_cifar", _cifar("dla_simple.SimpleDLA"), (floats(2, 3, 32, 32),)
    yield "GoogLeNet of pytorch_lightning_cifar", _cifar("googlenet.GoogLeNet"), (floats(2, 3, 32, 32),)
    yield "ShuffleNetV2 of pytorch_lightning_cifar", _cifar("shufflenetv2.ShuffleNetV2", 0.5), (floats(2, 3, 32, 32),)
    yield "MobileNetV2 of pytorch_lightning_cifar", _cifar("mobilenetv2.MobileNetV2"), (floats(2, 3, 32, 32),)
    # torchbricks
    yield "BrickCollection of torchbricks", _bricks, ({"named_inputs": {"raw": torch.rand(2, 3, 64, 64)}},)
    # x-transformers-rl
    yield (
        "WorldModelActorCritic of x_transformers_rl",
        lambda: _xrl().model,
        (
            floats(2, 6, 8),
            {
                "rewards": floats(2, 6),
                "actions": ids(4, 2, 6),
                "next_actions": ids(4, 2, 6),
                "world_model_embed_mult": 1.0,
                "prev_action_dropout": False,
                "reward_dropout": False,
            },
        ),
    )
    yield "Agent, evolutionary, of x_transformers_rl", lambda: _xrl(evolutionary=True), ()
    yield (
        "Agent, continuous, with a GRU, of x_transformers_rl",
        lambda: _xrl(
            continuous_actions=True,
            world_model_attn_hybrid_gru=True,
            actor_critic_world_model={"actor_use_norm_ff": True, "critic_use_norm_ff": True},
        ),
        (),
    )
    # deep-macrofin
    yield "Agent, MLP of wavelets, of deep_macrofin", _wavelet, (floats(7, 3),)
    yield "Agent, KAN, of deep_macrofin", lambda: _macro("KAN", hidden_units=[3, 5, 4, 1]), (floats(7, 3),)
    yield "Agent, MultKAN, of deep_macrofin", lambda: _macro("MultKAN", hidden_units=[3, [4, 2], 4, 1]), (floats(7, 3),)
    yield "Agent, DGM, of deep_macrofin", lambda: _macro("DGM"), (floats(7, 3),)
    yield "Agent, DeepSet, of deep_macrofin", lambda: _macro("DeepSet", output_size=4), (floats(7, 3),)
    yield "Agent, ResNet, of deep_macrofin", lambda: _macro("ResNet"), (floats(7, 3),)
    # diffusion-pytorch-lib
    # the forward of UNet fails: two arguments to a Sequential
    yield "UNet of diffusion_pytorch_lib", built("diffusion_pytorch_lib.module.UNet", 32, (1, 2, 4, 8)), ()
    yield (
        "LinearAttention of diffusion_pytorch_lib",
        built("diffusion_pytorch_lib.module.LinearAttention", 32),
        (floats(2, 32, 8, 8),),
    )
    yield (
        "Attention of diffusion_pytorch_lib",
        built("diffusion_pytorch_lib.module.Attention", 32),
        (floats(2, 32, 8, 8),),
    )
    # graph-transformer
    yield (
        "GraphTransformerModel of graph_transformer",
        built("graph_transformer.graph_transformer_model.GraphTransformerModel", 16, 6, 3, 4, model_dim=32),
        (floats(2, 5, 16), floats(2, 5, 5, 6), (torch.rand(2, 5, 5) > 0.4).float()),
    )
    # condi-llm
    yield "LLMModel of condi_llm", _condi, (ids(200, 2, 12),)
    # torchnaut
    yield "CRPSEnsemble of BayesianLinear of torchnaut", _naut, (floats(5, 6),)
    # pytorch-ie
    yield (
        "SequenceClassificationModelWithPooler of pytorch_ie",
        _pie(
            "SequenceClassificationModelWithPooler", num_classes=4, pooler={"type": "mention_pooling", "num_indices": 2}
        ),
        (
            {
                "input_ids": ids(100, 2, 12),
                "attention_mask": torch.ones(2, 12),
                "pooler_start_indices": torch.tensor([[1, 5], [2, 6]]),
                "pooler_end_indices": torch.tensor([[3, 7], [4, 8]]),
            },
            {},
        ),
    )
    yield (
        "AtIndexPooler of pytorch_ie",
        built("pytorch_ie.models.components.pooler.AtIndexPooler", 16, 2),
        (floats(2, 8, 16), torch.tensor([[1, -1], [2, 3]])),
    )
    yield (
        "SpanMeanPooler of pytorch_ie",
        built("pytorch_ie.models.components.pooler.SpanMeanPooler", 16, 2),
        (floats(2, 8, 16), torch.tensor([[1, -1], [2, 3]]), torch.tensor([[3, -1], [4, 5]])),
    )
    yield (
        "TransformerSpanClassificationModel of pytorch_ie",
        _pie("TransformerSpanClassificationModel", num_classes=4),
        ({"input_ids": ids(100, 2, 12), "attention_mask": torch.ones(2, 12).long()}, {}),
    )
    yield (
        "TokenClassificationModelWithSeq2SeqEncoderAndCrf of pytorch_ie",
        _pie(
            "TokenClassificationModelWithSeq2SeqEncoderAndCrf",
            num_classes=4,
            seq2seq_encoder={"type": "lstm", "hidden_size": 16, "num_layers": 2, "bidirectional": True},
        ),
        ({"input_ids": ids(100, 2, 12), "attention_mask": torch.ones(2, 12)}, {}),
    )
    yield "BartAsPointerNetwork of pytorch_ie", _pie_pointer, ()
    # torch-adf
    yield "Sequential of torchadf", _adf, (floats(2, 3, 16, 16), torch.rand(2, 3, 16, 16))
    yield "transposed convolutions of torchadf", lambda: _adf(True), ()
    yield "Conv1d of torchadf", built("torchadf.nn.Conv1d", 3, 6, 3), (floats(2, 3, 8), torch.rand(2, 3, 8))
    # torch-sparse-autoencoder
    yield (
        "SparseAutoencoder of torch_sparse_autoencoder",
        built("torch_sparse_autoencoder.sae.SparseAutoencoder", 32, 128),
        (floats(4, 32),),
    )
    # tnet-segmentation
    yield "TNet of TNet_Segmentation", _tnet, (floats(1, 3, 128, 128),)
    # hippoformer
    yield "mmTEM of hippoformer", lambda: _hippo("mmTEM"), (floats(2, 8, 9), floats(2, 8, 4))
    yield "TEMTransformer of hippoformer", lambda: _hippo("tem"), (floats(2, 8, 9), floats(2, 8, 4))
    yield "Hippoformer of hippoformer", lambda: _hippo("Hippoformer"), (floats(2, 8, 9), floats(2, 8, 4))
    # torchvae
    yield "VAE of torchvae", built("torchvae.models.VAE", 20, [16, 12, 4]), (floats(3, 20),)
    yield "VAE of one layer of torchvae", built("torchvae.models.VAE", 20, 4), (floats(3, 20),)
    # event-pienet (pie_net)
    yield "SingleEncoderEffUNet_v3 of pie_net", _pienet, (floats(1, 5, 40, 40), floats(1, 1, 40, 40))
    # torch-np-classifier
    yield "NPClassifierDNN of torch_np_classifier", _npc, (floats(1, 3, 6144),)
    # torch-factorization-models
    yield (
        "ImplicitMatrixFactorization of torch_factorization_models",
        _implicit,
        (floats(3, 16), floats(3, 16), floats(3, 1), floats(3, 1), floats(1)),
    )
    # pali-torch
    yield "ViTransformerWrapper of pali", _pali_vit, (floats(1, 3, 256, 256),)
    yield "UL2 of pali", _pali_ul2, (ids(256, 1, 20), ids(256, 1, 10))
    yield "TransformerWrapper, alibi and gates, of pali", lambda: _pali_flags(0), (ids(100, 2, 12),)
    yield "TransformerWrapper, norms, of pali", lambda: _pali_flags(1), (ids(100, 2, 12),)
    # llm-bhasa
    yield "LLMModel of llm_bhasa", _bhasa, (ids(200, 2, 12),)
    # torchde
    yield "MADE of torchde", _made, (floats(4, 12),)
    yield (
        "MADE of mixtures of torchde",
        lambda: _made(residual=True, num_mixtures=3, share_params_features=4),
        (floats(4, 12),),
    )
    yield "MLP of torchde", built("torchde.models.MLP", 12, 3, [32, 32, 32], residual=True), (floats(4, 12),)
    yield "DummyCNN of torchde", built("torchde.models.DummyCNN", (3, 32, 32), 16, 3), (floats(2, 3, 32, 32),)
    # torch-fidelity
    image = ids(255, 2, 3, 64, 64).to(torch.uint8)
    yield (
        "FeatureExtractorInceptionV3 of torch_fidelity",
        _fidelity("feature_extractor_inceptionv3.FeatureExtractorInceptionV3", "a", ["2048"]),
        (image,),
    )
    yield (
        "FeatureExtractorVGG16 of torch_fidelity",
        _fidelity("feature_extractor_vgg16.FeatureExtractorVGG16", "a", ["fc2_relu"]),
        (image,),
    )
    yield (
        "SampleSimilarityLPIPS of torch_fidelity",
        _fidelity("sample_similarity_lpips.SampleSimilarityLPIPS", "a"),
        (image, image),
    )
    yield (
        "VisionTransformer of torch_fidelity",
        _fidelity("feature_extractor_clip.VisionTransformer", 64, 16, 64, 3, 4, 32),
        (floats(2, 3, 64, 64),),
    )
    yield (
        "ModifiedResNet of torch_fidelity",
        _fidelity("feature_extractor_clip.ModifiedResNet", (2, 2, 2, 2), 32, 4, 64, 16),
        (floats(2, 3, 64, 64),),
    )
    # monet-pytorch
    yield "Monet of monet_pytorch", _monet, (torch.rand(1, 3, 64, 64),)
    # fukui-net
    edges = torch.tensor([[0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2]])
    yield "MoleculeModel of fukui_net", _fukui, (floats(4, 133), edges, floats(6, 14))
    yield "KAN of fukui_net", _kan, (floats(5, 6),)
    # actionformer
    clip = [
        {
            "video_id": "a",
            "feats": floats(48, 300),
            "fps": 30.0,
            "duration": 60.0,
            "feat_stride": 4,
            "feat_num_frames": 16,
        }
    ]
    yield "LocPointTransformer of actionformer", _action, (clip,)
    yield (
        "LocPointTransformer, local windows, fpn, of actionformer",
        lambda: _action(win=9, use_rel_pe=True, fpn_type="fpn", use_abs_pe=True),
        (clip,),
    )
    yield (
        "LocPointTransformer, second version, of actionformer",
        lambda: _action(backbone_type="convTransformerv2", use_rope=True, use_swiglu=True, use_rms_norm=True),
        (clip,),
    )
    yield "TBTFormer of actionformer", lambda: _action("TBTFormer"), (clip,)
    yield "SnapFormer of actionformer", lambda: _action("SnapFormer"), (clip,)
    yield "LocPointTransformer, convolutions, of actionformer", lambda: _action(backbone_type="conv"), (clip,)
    # torch-mice
    yield "VectorHull of torch_mice", built("torch_mice.VectorHull", 16, 4, 16, invert=False), (floats(2, 5, 16),)
    yield (
        "GeometricConvexEmbedding of torch_mice",
        built("torch_mice.GeometricConvexEmbedding", 50, 16),
        (ids(50, 2, 6),),
    )
    yield "ConvexSimilarityHash of torch_mice", built("torch_mice.ConvexSimilarityHash", 8, 12), (floats(2, 12, 8),)
    # syko-llm
    yield "SykoCausalLM of syko", _syko, (ids(200, 2, 12),)
