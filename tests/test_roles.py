"""Roles of torch's own layers one by one, of home-made ones, and of names alone."""

from copy import deepcopy
from itertools import product
from typing import get_args

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812
from torch.nn.utils import parametrizations, prune

import paramwise as pw
from paramwise.model.facts import Facts
from paramwise.model.roles import BY_CLASS, BY_HEADER, DECAYED, ROLES, Row, deciding_row, role_of_name
from paramwise.model.usage import Use


class HomeMadeRMSNorm(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * (1 + self.weight.float()).to(x.dtype)


class MyLinear(nn.Linear):
    pass


class Odd(nn.Module):
    """Bare parameters whose names say nothing: what the code does with them says what they are."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Parameter(torch.ones(4, 4))
        self.second = nn.Parameter(torch.ones(3, 4, 4))
        self.third = nn.Parameter(torch.ones(1, 4))
        self.fourth = nn.Parameter(torch.ones(1, 4))
        self.fifth = nn.Parameter(torch.ones(1, 1, 4))
        self.sixth = nn.Parameter(torch.ones(9, 4))
        self.A_log = nn.Parameter(torch.ones(4, 2))
        self.many_bias = nn.Parameter(torch.ones(3, 4))

    def forward(self, x: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
        turned = self.first.t()
        x = F.linear(x, turned)
        for expert in range(3):
            x = x @ self.second[expert]
        x = self._scaled(x, self.third) + self.fourth
        x = torch.cat((self.fifth.expand(2, -1, -1), x), dim=1)
        return x + self.sixth[ids]

    def _scaled(self, x: torch.Tensor, by: torch.Tensor) -> torch.Tensor:
        return x * by


class PutTogether(nn.Module):
    """Weights that are scaled, normalised, joined or iterated over before they multiply; none is a Linear by name."""

    def __init__(self) -> None:
        super().__init__()
        of = lambda *size: nn.Parameter(torch.ones(*size))  # noqa: E731
        self.stretched, self.normalised, self.shifted = of(4, 4), of(4, 4), of(4, 4)
        self.A, self.B = of(2, 4), of(4, 2)
        self.v, self.g = of(4, 4), of(4, 1)
        self.modulated = of(4, 4, 3, 3)
        self.r_weight, self.i_weight = of(2, 4), of(2, 4)
        self.prototypes = of(4, 4)
        self.gain = of(4)
        self.query = of(4)
        self.ws = nn.ParameterList([torch.ones(4, 4), torch.ones(4, 4)])
        self.gain_of_weight = 0.5

    def forward(self, x: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        w = self.stretched.to(x.dtype) * self.gain_of_weight
        x = torch.addmm(x, x, w.t())
        x = torch.mm(x, F.normalize(self.normalised))
        x = x @ (self.shifted - self.shifted.t())
        x = F.linear(F.linear(x, self.A), self.B)
        x = F.linear(x, self.g * self.v / self.v.norm(dim=1, keepdim=True))
        x = F.conv2d(x, self.modulated * style[:, None])
        x = torch.mm(x, torch.cat([self.r_weight, self.i_weight]))
        x = F.linear(F.normalize(x), F.normalize(self.prototypes))
        for one in self.ws:
            x = x @ one
        return (x * (self.gain + 0.5)).matmul(self.query)


class TypedNorm(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3, 4))

    def forward(self, x: torch.Tensor, kind: torch.Tensor) -> torch.Tensor:
        return x * self.weight[kind]


class Lists(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scales = nn.ParameterList([torch.ones(2, 2), torch.ones(2)])
        self.projections = nn.ParameterList([torch.ones(2, 2)])
        self.lm_head = nn.Linear(2, 2)
        self.router = nn.Linear(2, 2, bias=False)


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        (nn.Linear(2, 2), ["matrix", "bias"]),
        (MyLinear(2, 2), ["matrix", "bias"]),
        (nn.Bilinear(2, 2, 2), ["matrix", "bias"]),
        (nn.Conv1d(2, 2, 1), ["matrix", "bias"]),
        (nn.Conv2d(2, 2, 1, groups=2), ["matrix", "bias"]),
        (nn.ConvTranspose3d(2, 2, 1), ["matrix", "bias"]),
        (nn.LayerNorm(2), ["norm", "bias"]),
        (nn.RMSNorm(2), ["norm"]),
        (nn.BatchNorm1d(2), ["norm", "bias"]),
        (nn.InstanceNorm2d(2, affine=True), ["norm", "bias"]),
        (nn.GroupNorm(1, 2), ["norm", "bias"]),
        (nn.Embedding(2, 2), ["embedding"]),
        (nn.EmbeddingBag(2, 2), ["embedding"]),
        (nn.PReLU(2), ["scale"]),
        (nn.GRU(2, 2), ["matrix", "matrix", "bias", "bias"]),
        (nn.LSTM(2, 4, proj_size=2), ["matrix", "matrix", "bias", "bias", "matrix"]),
        (nn.MultiheadAttention(2, 1, add_bias_kv=True), ["matrix", "bias", "position", "position", "matrix", "bias"]),
        (parametrizations.weight_norm(nn.Linear(2, 2)), ["bias", "scale", "matrix"]),
        (parametrizations.spectral_norm(nn.Linear(2, 2)), ["bias", "matrix"]),
        (parametrizations.orthogonal(nn.Linear(2, 2)), ["bias", "matrix"]),
        (nn.Sequential(nn.Conv2d(2, 2, 1, bias=False), nn.BatchNorm2d(2)), ["matrix", "norm", "bias"]),
        (HomeMadeRMSNorm(), ["norm"]),
        (Odd(), ["matrix", "matrix", "scale", "bias", "position", "position", "state", "bias"]),
        (
            PutTogether(),
            [
                *["matrix"] * 5,  # stretched, normalised, shifted, A, B
                "matrix",  # v
                "scale",  # g
                *["matrix"] * 4,  # modulated, r_weight, i_weight, prototypes
                "scale",
                "position",
                *["matrix"] * 2,  # of the list
            ],
        ),
        (TypedNorm(), ["norm"]),
        (Lists(), ["scale", "scale", "matrix", "head", "bias", "router"]),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else "",
)
def test_role_by_structure(module: nn.Module, expected: list[str]) -> None:
    assert [parameter.role for parameter in pw.read(module)] == expected


class Kernel(nn.Module):
    """Its names tell nothing, its code does; ``w_g`` and ``w_v`` are what gates and values are made with."""

    def __init__(self) -> None:
        super().__init__()
        self.beta = nn.Parameter(torch.randn(4, 3, 3))
        self.w_g = nn.Parameter(torch.randn(4, 4))
        self.w_v = nn.Parameter(torch.randn(4, 4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.conv1d(x, self.beta).mT
        return (y @ self.w_g).sigmoid() * (y @ self.w_v)


class Sampled(nn.Module):
    """Places that are drawn around a mean: how far they are spread is a product by the code, and not by its name."""

    def __init__(self) -> None:
        super().__init__()
        self.sigma = nn.Parameter(torch.ones(4, 2, 2))

    def forward(self, mean: torch.Tensor) -> torch.Tensor:
        return torch.einsum("ncd,bnd->bnc", self.sigma, torch.zeros_like(mean).normal_()) + mean


def test_a_name_of_a_spread_against_a_product_is_a_doubt() -> None:
    assert [one.code for one in pw.plan(nn.Sequential(nn.Linear(2, 2), Sampled())).check()] == ["PW109"]


@pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")
@pytest.mark.parametrize(
    ("module", "weight"),
    [
        (nn.LSTM(2, 3), "weight_hh_l0"),
        (nn.MultiheadAttention(2, 1), "in_proj_weight"),
        (nn.Conv2d(2, 3, 1), "weight"),
        (nn.Embedding(2, 3), "weight"),
        (Kernel(), "beta"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else "",
)
def test_what_hooks_compute_a_weight_from(module: nn.Module, weight: str) -> None:
    """A weight keeps its role under torch's older hooks, whatever it is called; its length is a scale."""
    before = {one.name: one.role for one in pw.read(module)}
    role = before.pop(weight)

    def under(hooked: nn.Module) -> dict[str, str]:
        return {one.name: one.role for one in pw.read(hooked)}

    normed = under(nn.utils.weight_norm(deepcopy(module), weight))
    assert normed == {**before, f"{weight}_v": role, f"{weight}_g": "scale"}
    assert under(nn.utils.weight_norm(deepcopy(module), weight, dim=None)) == normed  # one number
    assert under(prune.random_unstructured(deepcopy(module), weight, 0.5)) == {**before, f"{weight}_orig": role}
    assert under(nn.utils.spectral_norm(deepcopy(module), weight)) == {**before, f"{weight}_orig": role}


# Every class of torch.nn that holds parameters: what to make it of, and its roles by name, `bias` where none is given
LAYERS: dict[str, tuple[tuple[object, ...], dict[str, str]]] = {
    **dict.fromkeys(("Linear", "Conv1d", "Conv2d", "Conv3d"), ((2, 2, 1), {"weight": "matrix"})),
    **dict.fromkeys(("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"), ((2, 2, 1), {"weight": "matrix"})),
    **dict.fromkeys(("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm"), ((2,), {"weight": "norm"})),
    **dict.fromkeys(("InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"), ((2, 1e-5, 0.1, True), {"weight": "norm"})),
    **dict.fromkeys(("LayerNorm", "RMSNorm"), ((2,), {"weight": "norm"})),
    **dict.fromkeys(("RNN", "GRU", "LSTM", "RNNCell", "GRUCell", "LSTMCell"), ((2, 2), {"weight": "matrix"})),
    **dict.fromkeys(("Embedding", "EmbeddingBag"), ((2, 2), {"weight": "embedding"})),
    **dict.fromkeys(("TransformerEncoderLayer", "TransformerDecoderLayer"), ((2, 1, 2), {})),
    "Bilinear": ((2, 2, 2), {"weight": "matrix"}),
    "GroupNorm": ((1, 2), {"weight": "norm"}),
    "PReLU": ((), {"weight": "scale"}),
    "MultiheadAttention": ((2, 1), {"in_proj_weight": "matrix", "in_proj_bias": "bias"}),
    "Transformer": ((2, 1, 1, 1, 2), {}),
    "AdaptiveLogSoftmaxWithLoss": ((4, 6, [2]), {"weight": "matrix"}),
}


@pytest.mark.filterwarnings("ignore::UserWarning")  # of torch, about arguments that are not of interest here
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_of_torch(name: str) -> None:
    arguments, roles = LAYERS[name]
    for parameter in pw.read(getattr(nn, name)(*arguments)):
        attribute = parameter.name.rpartition(".")[2].partition("_ih")[0].partition("_hh")[0]
        if "." not in parameter.name:
            assert parameter.role == roles.get(attribute, "bias"), parameter.name
        elif "bias" in attribute:
            assert parameter.role == "bias", parameter.name
        else:
            expected = "norm" if "norm" in parameter.name else "head" if parameter.name.startswith("head") else "matrix"
            assert parameter.role == expected, parameter.name


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")
def test_no_layer_of_torch_is_left_out() -> None:
    for name, cls in vars(nn).items():
        if not (isinstance(cls, type) and issubclass(cls, nn.Module)) or name in LAYERS or name.startswith("Lazy"):
            continue
        for arguments in ((), (2,), (2, 2), (2, 2, 2), (nn.Linear(2, 2), 1)):
            try:
                made = cls(*arguments)
            except (TypeError, ValueError, AttributeError, NotImplementedError, AssertionError):
                continue
            own = [
                one for module in made.modules() for one in module._parameters if type(module).__name__ not in LAYERS
            ]
            assert not own, f"{name} holds {own}"


@pytest.mark.parametrize(
    ("name", "shape", "role"),
    [
        ("model.layers.0.input_layernorm.weight", (8,), "norm"),
        ("fno_blocks.convs.0.weight.core", (4, 4, 2), "matrix"),
        ("fno_blocks.convs.0.weight.factors.factor_1", (4, 4), "matrix"),
        ("model.layers.0.mlp.experts.3.up_proj.weight_scale_inv", (4, 4), "scale"),
        ("model.layers.0.input_layernorm.mlp.fc1.weight", (8, 8), "matrix"),
        ("model.layers.0.self_attn.q_proj.weight", (8, 8), "matrix"),
        ("model.layers.0.self_attn.q_proj.bias", (8,), "bias"),
        ("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", (8, 8), "embedding"),
        ("continuous_position_bias_mlp.0.weight", (8, 2), "matrix"),
        ("bias_conv.weight", (8, 8, 3), "matrix"),
        ("patch_embed.1.weight", (8,), "norm"),
        ("model.embed_tokens.weight", (9, 8), "embedding"),
        ("lm_head.weight", (9, 8), "head"),
        ("model.layers.0.mlp.experts.gate_up_proj", (4, 8, 8), "matrix"),
        ("model.layers.0.mlp.experts.down_proj_bias", (4, 8), "bias"),
        ("model.layers.0.mlp.gate.weight", (4, 8), "router"),
        ("transformer.layer.0.rel_attn.r_w_bias", (4, 8), "bias"),
        ("backbone.layers.0.mixer.A_log", (8, 4), "state"),
        ("backbone.layers.0.mixer.D", (8, 2), "state"),
        ("backbone.layers.0.mixer.dt_bias", (8,), "state"),
        ("swin.encoder.layers.0.blocks.0.attention.self.relative_position_bias_table", (9, 2), "position"),
        ("vit.embeddings.cls_token", (1, 1, 8), "position"),
        ("logit_scale", (), "scale"),
        ("encoder.layer.0.lambda_1", (8,), "scale"),
        ("rwkv.blocks.0.attention.time_mix_key", (1, 1, 8), "scale"),
        ("decoder.block.0.snake1.alpha", (1, 64, 1), "scale"),
        ("conv.weight_g", (8, 1, 1), "scale"),
        ("conv.weight_v", (8, 8, 3), "matrix"),
        ("lstm.weight_ih_l0", (8, 8), "matrix"),
        ("lstm.bias_ih_l0", (8,), "bias"),
        ("attn.in_proj_weight", (24, 8), "matrix"),
        ("stage.0.grn.weight", (1, 1, 1, 8), "norm"),
    ],
)
def test_role_by_name(name: str, shape: tuple[int, ...], role: str) -> None:
    assert role_of_name(name, shape) == role


def test_models_mark_what_they_want_undecayed() -> None:
    model = nn.Linear(2, 2)
    model.weight._no_weight_decay = True
    assert [p.marked for p in pw.read(model)] == [True, False]
    assert pw.plan(model, "default").groups[0].settings == {"weight_decay": 0.0}

    class Asks(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(2, 2, bias=False)

        def no_weight_decay(self) -> set[str]:
            return {"inner.weight"}

    assert pw.read(Asks())["inner.weight"].marked
    assert pw.read(nn.DataParallel(Asks()))["inner.weight"].marked


def test_roles_are_few_and_decay_is_of_them() -> None:
    assert set(ROLES) >= DECAYED


COMPONENTS = ("", "lm_head", "input_layernorm", "embed_tokens", "weight", "bias_posterior")
ATTRIBUTES = (
    *("weight", "bias", "bias_k", "scale_base", "weight_g", "weight_v", "in_proj_bias", "A", "A_log", "logit_scale"),
    *("rel_pos_bias", "matrix", "static_weight", "token", "alpha", "down_proj", "weight_ih_l0", "in_proj_weight"),
    *("q_bias", "0", "unknown", "core", "weight_rho"),
)
CLASSES = (
    "torch.nn.modules.linear.Linear",
    "torch.nn.modules.normalization.LayerNorm",
    "torch.nn.modules.sparse.Embedding",
    "torch.nn.modules.activation.PReLU",
    "home.made.RMSNorm",
    "home.made.Conv2d",
    "home.made.Embeddings",
    "home.made.Mixer",
)


def row_numbers(facts: list[Facts], rows: list[Row]) -> set[int]:
    return {rows.index(deciding_row(fact, rows)) for fact in facts}


def test_no_row_is_hidden_by_those_before_it() -> None:
    uses = (None, *get_args(Use))
    of_models = [
        Facts(component, attribute, ndim, classes=[cls], uses=lambda a=attribute, use=use: {a: use} if use else {})
        for component, attribute, ndim, cls, use in product(COMPONENTS, ATTRIBUTES, (1, 2, 3), CLASSES, uses)
    ]
    assert row_numbers(of_models, BY_CLASS) == set(range(len(BY_CLASS)))
    of_headers = [
        Facts(component, attribute, ndim, single=single)
        for component, attribute, ndim, single in product(COMPONENTS, ATTRIBUTES, (1, 2, 3), (True, False))
    ]
    assert row_numbers(of_headers, BY_HEADER) == set(range(len(BY_HEADER)))


@pytest.mark.parametrize("rows", [BY_CLASS, BY_HEADER])
def test_rows_give_roles_that_exist_and_the_last_one_always_holds(rows: list[Row]) -> None:
    assert {row.role for row in rows if isinstance(row.role, str)} <= set(ROLES)
    assert all(row.why and row.witness for row in rows)
    assert rows[-1].holds(Facts("", "", 0))


class Contradicted(nn.Module):
    """Banks of kernels and of biases, mixed by activations, whose names say something else."""

    def __init__(self) -> None:
        super().__init__()
        self.memory, self.bias_pool, self.scales = (nn.Parameter(torch.randn(3, 8)) for _ in range(3))
        self.rel_pos = nn.Parameter(torch.randn(3, 8))
        self.to_queries = nn.Parameter(torch.randn(8, 3))
        self.mask_token = nn.Parameter(torch.randn(3, 8))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mix = torch.stack([part @ self.to_queries for part in x])
        table = mix @ self.rel_pos + torch.cat([self.mask_token, mix @ self.memory]).mean(0)
        return mix @ self.scales * table + torch.matmul(mix, self.bias_pool)


def test_a_name_that_the_code_speaks_against_is_noted() -> None:
    model = Contradicted()
    roles = {kind.name: kind.role for kind in pw.read(model)}
    noted = {name for finding in pw.plan(model, "default", lr=1e-3, weight_decay=0.1).check() for name in finding.names}
    assert noted & roles.keys() == {"memory", "bias_pool", "rel_pos"}
    assert roles["to_queries"] == roles["scales"] == "matrix"


class Attending(nn.MultiheadAttention):
    """A subclass holds what torch's class made."""


@pytest.mark.parametrize("cls", [nn.MultiheadAttention, Attending])
def test_layers_of_torch_are_never_in_doubt(cls: type[nn.MultiheadAttention]) -> None:
    for model in (cls(8, 2, add_bias_kv=True), cls(8, 2, kdim=4, vdim=4), nn.TransformerEncoderLayer(8, 2)):
        plan = pw.plan(model, "default", lr=1e-3, weight_decay=0.1)
        assert not {"PW108", "PW109"} & set(plan.check().codes)
        roles = {kind.name: kind.role for kind in plan.catalog}
        assert {role for name, role in roles.items() if name.endswith("proj_weight")} == {"matrix"}
        assert {role for name, role in roles.items() if name in ("bias_k", "bias_v")} <= {"position"}


class SummedLater(nn.Module):
    """A product for each pair, and the sum over inputs two statements later."""

    def __init__(self) -> None:
        super().__init__()
        self.base = nn.Parameter(torch.randn(4, 8))

    def forward(self, x: torch.Tensor, spline: torch.Tensor) -> torch.Tensor:
        y = spline + torch.einsum("bi,oi->bio", torch.relu(x), self.base)
        return y.sum(dim=1)


class CalledMatrix(nn.Module):
    """Called a matrix, and added."""

    def __init__(self) -> None:
        super().__init__()
        self.shift_matrix = nn.Parameter(torch.randn(4, 9))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.shift_matrix**2


def test_a_contraction_in_two_statements_is_a_product() -> None:
    plan = pw.plan(SummedLater(), lr=1e-3)
    assert plan.catalog["base"].role == "matrix"
    assert not plan.check()


def test_a_matrix_by_its_name_that_code_adds_is_in_doubt() -> None:
    (finding,) = pw.plan(CalledMatrix(), lr=1e-3).check()
    assert finding.code == "PW109"
    assert finding.names == ("shift_matrix",)


class SkippingConv(nn.Module):
    """A gain for each channel, in a class that is called a convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.skip_weight = nn.Parameter(torch.randn(4, 8))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.einsum("bhl,ch->bchl", x, self.skip_weight)


def test_a_gain_in_a_convolution_s_class_is_not_a_part_of_its_kernel() -> None:
    assert pw.plan(SkippingConv(), lr=1e-3).catalog["skip_weight"].role == "scale"


class ViewedTable(nn.Module):
    """A table of relative positions that is viewed in another form, as timm's SAM does to stretch it."""

    def __init__(self) -> None:
        super().__init__()
        self.rel_pos_h = nn.Parameter(torch.randn(7, 8))

    def forward(self, query: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        table = F.interpolate(self.rel_pos_h.reshape(1, self.rel_pos_h.shape[0], -1).mT, size=9)
        return torch.einsum("bhc,hkc->bhk", query, table.reshape(-1, 9).mT[places])


def test_a_table_that_is_viewed_in_another_form_is_not_a_flat_weight() -> None:
    assert pw.plan(ViewedTable(), lr=1e-3).catalog["rel_pos_h"].role == "position"
