"""Models of engineers and researchers with their layers, heads and Muon's weights, by one who saw no code of ours.

BLOCKS, BEFORE, AFTER and UNSURE hold prefixes of names, and together each parameter once: a list for each block from
input to output, by tower if there are several; what lies before the blocks and after them; what experts would
disagree on. HEADS, ADAMW, MUON and UNSURE_MUON say the same of weights of two dimensions or more: an output, another
weight that Muon leaves to AdamW, a hidden matrix.
"""

import itertools
import math
from collections import OrderedDict
from typing import ClassVar

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812
from torch.nn.utils.parametrizations import weight_norm


def lst(pre, n):
    """[["pre.0."], ["pre.1."], ...]"""
    return [[f"{pre}.{i}."] for i in (range(n) if isinstance(n, int) else n)]


def par_lst(pres, n):
    """parallel lists: [["a.0.", "b.0."], ["a.1.", "b.1."], ...]"""
    return [[f"{p}.{i}." for p in pres] for i in range(n)]


def each(pre, n, *suffixes):
    """["pre.0.suffix", ...]"""
    return [f"{pre}.{i}.{s}" for i in (range(n) if isinstance(n, int) else n) for s in suffixes]


def ids(*shape, high=16):
    return torch.randint(0, high, shape)


class CausalAttn(nn.Module):
    def __init__(self, d, h=2):
        super().__init__()
        self.h = h
        self.c_attn = nn.Linear(d, 3 * d)
        self.c_proj = nn.Linear(d, d)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.c_attn(x).split(d, dim=2)
        q, k, v = (y.view(b, t, self.h, d // self.h).transpose(1, 2) for y in (q, k, v))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.c_proj(y.transpose(1, 2).reshape(b, t, d))


class PreNormBlock(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.ln_1 = nn.LayerNorm(d)
        self.attn = CausalAttn(d)
        self.ln_2 = nn.LayerNorm(d)
        self.fc1 = nn.Linear(d, 4 * d)
        self.fc2 = nn.Linear(4 * d, d)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.fc2(F.gelu(self.fc1(self.ln_2(x))))


PRE_M = ("attn.c_attn.weight", "attn.c_proj.weight", "fc1.weight", "fc2.weight")


class ReadoutFirstLM(nn.Module):
    """pre-norm language model; the head is made first and is called `readout`"""

    BATCH: ClassVar = (ids(2, 6),)
    BLOCKS: ClassVar = lst("h", 3)
    BEFORE: ClassVar = ["wte.", "wpe."]
    AFTER: ClassVar = ["readout.", "ln_f."]
    HEADS: ClassVar = ["readout.weight"]
    ADAMW: ClassVar = ["wte.weight", "wpe.weight"]
    MUON: ClassVar = each("h", 3, *PRE_M)
    UNSURE: ClassVar = []

    def __init__(self, d=16, vocab=16):
        super().__init__()
        self.readout = nn.Linear(d, vocab, bias=False)
        self.ln_f = nn.LayerNorm(d)
        self.h = nn.ModuleList([PreNormBlock(d) for _ in range(3)])
        self.wte = nn.Embedding(vocab, d)
        self.wpe = nn.Embedding(32, d)

    def forward(self, idx):
        x = self.wte(idx) + self.wpe(torch.arange(idx.shape[1], device=idx.device))
        for block in self.h:
            x = block(x)
        return self.readout(self.ln_f(x))


class PostNormEncoderLayer(nn.Module):
    def __init__(self, d, ff):
        super().__init__()
        self.query, self.key, self.value = nn.Linear(d, d), nn.Linear(d, d), nn.Linear(d, d)
        self.dense = nn.Linear(d, d)
        self.norm1 = nn.LayerNorm(d)
        self.intermediate = nn.Linear(d, ff)
        self.output = nn.Linear(ff, d)
        self.norm2 = nn.LayerNorm(d)

    def forward(self, x):
        w = (self.query(x) @ self.key(x).transpose(-1, -2) / x.shape[-1] ** 0.5).softmax(-1)
        x = self.norm1(x + self.dense(w @ self.value(x)))
        return self.norm2(x + self.output(F.relu(self.intermediate(x))))


_POST_NORM = tuple(f"{part}.weight" for part in ("query", "key", "value", "dense", "intermediate", "output"))


class PostNormClassifier(nn.Module):
    """post-norm, blocks in nn.Sequential, a class token, input features (not ids), head `fc`, no final norm"""

    BATCH: ClassVar = (torch.randn(2, 5, 7),)
    BLOCKS: ClassVar = lst("encoder", 3)
    BEFORE: ClassVar = ["inp.", "cls_token"]
    AFTER: ClassVar = ["fc."]
    HEADS: ClassVar = ["fc.weight"]
    ADAMW: ClassVar = ["cls_token"]
    MUON: ClassVar = [
        "inp.weight",
        *each(
            "encoder",
            3,
            *_POST_NORM,
        ),
    ]
    UNSURE: ClassVar = []

    def __init__(self, feats=7, d=12, classes=4):
        super().__init__()
        self.inp = nn.Linear(feats, d)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, d))
        self.encoder = nn.Sequential(*(PostNormEncoderLayer(d, 24) for _ in range(3)))
        self.fc = nn.Linear(d, classes)

    def forward(self, x):
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), self.inp(x)], dim=1)
        return self.fc(self.encoder(x)[:, 0])


class S2SAttention(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.linears = nn.ModuleList([nn.Linear(d, d) for _ in range(4)])

    def forward(self, q, k, v, mask=None):
        q, k, v = [lin(x) for lin, x in zip(self.linears, (q, k, v), strict=False)]
        s = q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))
        if mask is not None:
            s = s.masked_fill(mask == 0, -1e9)
        return self.linears[-1](s.softmax(-1) @ v)


class S2SEncLayer(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.self_attn = S2SAttention(d)
        self.feed_forward = nn.Sequential(nn.Linear(d, 2 * d), nn.ReLU(), nn.Linear(2 * d, d))
        self.sublayer = nn.ModuleList([nn.LayerNorm(d), nn.LayerNorm(d)])

    def forward(self, x):
        y = self.sublayer[0](x)
        x = x + self.self_attn(y, y, y)
        return x + self.feed_forward(self.sublayer[1](x))


class S2SDecLayer(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.self_attn = S2SAttention(d)
        self.src_attn = S2SAttention(d)
        self.feed_forward = nn.Sequential(nn.Linear(d, 2 * d), nn.ReLU(), nn.Linear(2 * d, d))
        self.sublayer = nn.ModuleList([nn.LayerNorm(d) for _ in range(3)])

    def forward(self, x, mem):
        y = self.sublayer[0](x)
        mask = torch.ones(x.shape[1], x.shape[1]).tril()
        x = x + self.self_attn(y, y, y, mask)
        x = x + self.src_attn(self.sublayer[1](x), mem, mem)
        return x + self.feed_forward(self.sublayer[2](x))


_LIN4 = [f"linears.{i}.weight" for i in range(4)]


class Seq2Seq(nn.Module):
    """encoder-decoder with two embeddings and a `generator`"""

    BATCH: ClassVar = (ids(2, 5), ids(2, 4))
    BLOCKS: ClassVar = {"encoder": lst("enc_layers", 3), "decoder": lst("dec_layers", 3)}
    BEFORE: ClassVar = ["src_embed.", "tgt_embed."]
    AFTER: ClassVar = ["dec_norm.", "generator."]
    HEADS: ClassVar = ["generator.weight"]
    ADAMW: ClassVar = ["src_embed.weight", "tgt_embed.weight"]
    MUON: ClassVar = each(
        "enc_layers", 3, *[f"self_attn.{x}" for x in _LIN4], "feed_forward.0.weight", "feed_forward.2.weight"
    ) + each(
        "dec_layers",
        3,
        *[f"self_attn.{x}" for x in _LIN4],
        *[f"src_attn.{x}" for x in _LIN4],
        "feed_forward.0.weight",
        "feed_forward.2.weight",
    )
    UNSURE: ClassVar = ["enc_norm."]  # after the encoder's blocks, before the decoder's

    def __init__(self, d=12, src=16, tgt=16):
        super().__init__()
        self.generator = nn.Linear(d, tgt)
        self.enc_layers = nn.ModuleList(S2SEncLayer(d) for _ in range(3))
        self.enc_norm = nn.LayerNorm(d)
        self.dec_layers = nn.ModuleList(S2SDecLayer(d) for _ in range(3))
        self.dec_norm = nn.LayerNorm(d)
        self.src_embed = nn.Embedding(src, d)
        self.tgt_embed = nn.Embedding(tgt, d)

    def encode(self, src):
        x = self.src_embed(src)
        for layer in self.enc_layers:
            x = layer(x)
        return self.enc_norm(x)

    def decode(self, tgt, memory):
        x = self.tgt_embed(tgt)
        for layer in self.dec_layers:
            x = layer(x, memory)
        return self.dec_norm(x)

    def forward(self, src, tgt):
        return F.log_softmax(self.generator(self.decode(tgt, self.encode(src))), dim=-1)


class DoubleConv(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.conv1 = nn.Conv2d(i, o, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(o)
        self.conv2 = nn.Conv2d(o, o, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(o)

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


class UNet(nn.Module):
    """down and up lists, transposed convolutions in a list parallel to the up blocks, `final`"""

    BATCH: ClassVar = (torch.randn(2, 3, 16, 16),)
    BLOCKS: ClassVar = {"downs": lst("downs", 3), "ups": par_lst(["upsamples", "ups"], 3)}
    BEFORE: ClassVar = ["stem."]
    AFTER: ClassVar = ["final."]
    HEADS: ClassVar = ["final.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = [
        "stem.conv1.weight",
        "stem.conv2.weight",
        *each("downs", 3, "conv1.weight", "conv2.weight"),
        *each("ups", 3, "conv1.weight", "conv2.weight"),
        *each("upsamples", 3, "weight"),
    ]
    UNSURE: ClassVar = []

    def __init__(self, w=4):
        super().__init__()
        self.stem = DoubleConv(3, w)
        self.downs, self.ups, self.upsamples = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for i in range(3):
            self.downs.append(DoubleConv(w * 2**i, w * 2 ** (i + 1)))
        for i in reversed(range(3)):
            self.upsamples.append(nn.ConvTranspose2d(w * 2 ** (i + 1), w * 2**i, 2, 2))
            self.ups.append(DoubleConv(w * 2 ** (i + 1), w * 2**i))
        self.final = nn.Conv2d(w, 2, 1)

    def forward(self, x):
        skips = [self.stem(x)]
        for down in self.downs:
            skips.append(down(F.max_pool2d(skips[-1], 2)))
        x = skips.pop()
        for up, block in zip(self.upsamples, self.ups, strict=False):
            x = block(torch.cat([skips.pop(), up(x)], dim=1))
        return self.final(x)


def conv3x3(i, o, stride=1):
    return nn.Conv2d(i, o, 3, stride, 1, bias=False)


class BasicBlock(nn.Module):
    def __init__(self, i, o, stride=1):
        super().__init__()
        self.conv1, self.bn1 = conv3x3(i, o, stride), nn.BatchNorm2d(o)
        self.conv2, self.bn2 = conv3x3(o, o), nn.BatchNorm2d(o)
        self.shortcut = nn.Sequential()
        if stride != 1 or i != o:
            self.shortcut = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return F.relu(out + self.shortcut(x))


class CifarResNet(nn.Module):
    """stages layer1..layer3, head `linear` made before the stages"""

    BATCH: ClassVar = (torch.randn(2, 3, 16, 16),)
    BLOCKS: ClassVar = [[f"layer{s}.{i}."] for s in (1, 2, 3) for i in range(2)]
    BEFORE: ClassVar = ["conv1.", "bn1."]
    AFTER: ClassVar = ["linear."]
    HEADS: ClassVar = ["linear.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = (
        ["conv1.weight"]
        + [f"layer{s}.{i}.conv{j}.weight" for s in (1, 2, 3) for i in range(2) for j in (1, 2)]
        + ["layer2.0.shortcut.0.weight", "layer3.0.shortcut.0.weight"]
    )
    UNSURE: ClassVar = []

    def __init__(self, num_classes=10):
        super().__init__()
        self.in_planes = 8
        self.conv1 = conv3x3(3, 8)
        self.bn1 = nn.BatchNorm2d(8)
        self.linear = nn.Linear(16, num_classes)
        self.layer1 = self._make_layer(8, 2, 1)
        self.layer2 = self._make_layer(12, 2, 2)
        self.layer3 = self._make_layer(16, 2, 2)

    def _make_layer(self, planes, n, stride):
        layers = []
        for s in [stride] + [1] * (n - 1):
            layers.append(BasicBlock(self.in_planes, planes, s))
            self.in_planes = planes
        return nn.Sequential(*layers)

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        for stage in (self.layer1, self.layer2, self.layer3):
            out = stage(out)
        return self.linear(F.adaptive_avg_pool2d(out, 1).flatten(1))


class CnxBlock(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.dwconv = nn.Conv2d(d, d, 7, padding=3, groups=d)
        self.norm = nn.LayerNorm(d)
        self.pwconv1 = nn.Linear(d, 4 * d)
        self.pwconv2 = nn.Linear(4 * d, d)
        self.gamma = nn.Parameter(1e-6 * torch.ones(d))

    def forward(self, x):
        y = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        return x + (self.gamma * self.pwconv2(F.gelu(self.pwconv1(y)))).permute(0, 3, 1, 2)


class ConvNeXtish(nn.Module):
    """downsampling layers in a list of their own (the first is the stem), stages in another"""

    BATCH: ClassVar = (torch.randn(2, 3, 32, 32),)
    BLOCKS: ClassVar = [[f"stages.{s}.{i}."] for s, n in enumerate((1, 2, 1)) for i in range(n)]
    BEFORE: ClassVar = ["downsample_layers.0."]
    AFTER: ClassVar = ["norm.", "head."]
    HEADS: ClassVar = ["head.weight"]
    ADAMW: ClassVar = [f"stages.{s}.{i}.dwconv.weight" for s, n in enumerate((1, 2, 1)) for i in range(n)]
    MUON: ClassVar = [
        "downsample_layers.0.0.weight",
        "downsample_layers.1.1.weight",
        "downsample_layers.2.1.weight",
    ] + [f"stages.{s}.{i}.pwconv{j}.weight" for s, n in enumerate((1, 2, 1)) for i in range(n) for j in (1, 2)]
    UNSURE: ClassVar = ["downsample_layers.1.", "downsample_layers.2."]  # with the stage before or after?

    def __init__(self, depths=(1, 2, 1), dims=(8, 12, 16), num_classes=5):
        super().__init__()
        self.downsample_layers = nn.ModuleList()
        self.downsample_layers.append(nn.Sequential(nn.Conv2d(3, dims[0], 4, 4), nn.GroupNorm(1, dims[0])))
        for i in range(2):
            self.downsample_layers.append(
                nn.Sequential(nn.GroupNorm(1, dims[i]), nn.Conv2d(dims[i], dims[i + 1], 2, 2))
            )
        self.stages = nn.ModuleList()
        for i, n in enumerate(depths):
            self.stages.append(nn.Sequential(*[CnxBlock(dims[i]) for _ in range(n)]))
        self.norm = nn.LayerNorm(dims[-1])
        self.head = nn.Linear(dims[-1], num_classes)

    def forward_features(self, x):
        for i in range(len(self.stages)):
            x = self.downsample_layers[i](x)
            x = self.stages[i](x)
        return self.norm(x.mean([-2, -1]))

    def forward(self, x):
        return self.head(self.forward_features(x))


class LstmTagger(nn.Module):
    """bidirectional nn.LSTM of 3 layers, `hidden2tag`"""

    BATCH: ClassVar = (ids(2, 7),)
    BLOCKS: ClassVar = [
        [f"lstm.weight_ih_l{i}", f"lstm.weight_hh_l{i}", f"lstm.bias_ih_l{i}", f"lstm.bias_hh_l{i}"] for i in range(3)
    ]
    BEFORE: ClassVar = ["word_embeddings."]
    AFTER: ClassVar = ["hidden2tag."]
    HEADS: ClassVar = ["hidden2tag.weight"]
    ADAMW: ClassVar = ["word_embeddings.weight"]
    MUON: ClassVar = [f"lstm.weight_{k}_l{i}" for i in range(3) for k in ("ih", "hh")]
    UNSURE: ClassVar = []

    def __init__(self):
        super().__init__()
        self.hidden2tag = nn.Linear(16, 5)
        self.word_embeddings = nn.Embedding(16, 12)
        self.lstm = nn.LSTM(12, 8, num_layers=3, batch_first=True, bidirectional=True, dropout=0.1)

    def forward(self, sentence):
        out, _ = self.lstm(self.word_embeddings(sentence))
        return self.hidden2tag(out)


class GruStack(nn.Module):
    """speech: conv stem, separate GRUs with batch norms in a parallel list (the first has none), `fc`"""

    BATCH: ClassVar = (torch.randn(2, 10, 12),)
    BLOCKS: ClassVar = [["rnns.0."], ["rnns.1.", "bns.0."], ["rnns.2.", "bns.1."], ["rnns.3.", "bns.2."]]
    BEFORE: ClassVar = ["subsample."]
    AFTER: ClassVar = ["fc."]
    HEADS: ClassVar = ["fc.1.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = ["subsample.weight", *each("rnns", 4, "weight_ih_l0", "weight_hh_l0")]
    UNSURE: ClassVar = []

    def __init__(self, feats=12, d=8, chars=6):
        super().__init__()
        self.subsample = nn.Conv1d(feats, d, 3, 2, 1)
        self.rnns = nn.ModuleList([nn.GRU(d, d, batch_first=True) for _ in range(4)])
        self.bns = nn.ModuleList([nn.BatchNorm1d(d) for _ in range(3)])
        self.fc = nn.Sequential(nn.LayerNorm(d), nn.Linear(d, chars, bias=False))

    def forward(self, x):
        x = F.hardtanh(self.subsample(x.transpose(1, 2)).transpose(1, 2), 0, 20)
        for i, rnn in enumerate(self.rnns):
            if i > 0:
                x = self.bns[i - 1](x.transpose(1, 2)).transpose(1, 2)
            x, _ = rnn(x)
        return self.fc(x)


class FeedForward(nn.Sequential):
    def __init__(self, d, hidden):
        super().__init__(nn.Linear(d, hidden), nn.GELU(), nn.Linear(hidden, d))


class MixerLayer(nn.Module):
    def __init__(self, n, d):
        super().__init__()
        self.norm_t, self.norm_c = nn.LayerNorm(d), nn.LayerNorm(d)
        self.token, self.channel = FeedForward(n, 10), FeedForward(d, 24)

    def forward(self, x):
        x = x + self.token(self.norm_t(x).mT).mT
        return x + self.channel(self.norm_c(x))


class Mixer(nn.Module):
    """blocks, norm, and head in one nn.Sequential made of an OrderedDict"""

    BATCH: ClassVar = (torch.randn(2, 3, 8, 8),)
    BLOCKS: ClassVar = [[f"net.mixer{i}."] for i in range(3)]
    BEFORE: ClassVar = ["patchify."]
    AFTER: ClassVar = ["net.norm.", "net.out."]
    HEADS: ClassVar = ["net.out.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = ["patchify.weight"] + [
        f"net.mixer{i}.{k}.{j}.weight" for i in range(3) for k in ("token", "channel") for j in (0, 2)
    ]
    UNSURE: ClassVar = []

    def __init__(self, d=12):
        super().__init__()
        self.patchify = nn.Conv2d(3, d, 2, 2)
        mods = OrderedDict((f"mixer{i}", MixerLayer(16, d)) for i in range(3))
        mods["norm"] = nn.LayerNorm(d)
        mods["out"] = nn.Linear(d, 4)
        self.net = nn.Sequential(mods)

    def forward(self, img):
        return self.net(self.patchify(img).flatten(2).mT).mean(1)


class DenseGCN(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(i, o))
        self.bias = nn.Parameter(torch.zeros(o))
        nn.init.xavier_uniform_(self.weight)

    def forward(self, x, adj):
        return adj @ (x @ self.weight) + self.bias


class GraphNet(nn.Module):
    """convs and norms in parallel lists, the first conv takes the atoms' features; lin1, lin2 at the end"""

    BATCH: ClassVar = (torch.randn(2, 6, 5), torch.rand(2, 6, 6))
    BLOCKS: ClassVar = [
        ["convs.0.", "norms.0."],
        ["convs.1.", "norms.1."],
        ["convs.2.", "norms.2."],
        ["convs.3.", "norms.3."],
    ]
    BEFORE: ClassVar = []
    AFTER: ClassVar = ["lin1.", "lin2."]
    HEADS: ClassVar = ["lin2.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = [*each("convs", 4, "weight"), "lin1.weight"]
    UNSURE: ClassVar = []

    def __init__(self, feats=5, d=12, out=3):
        super().__init__()
        self.lin1 = nn.Linear(d, d)
        self.lin2 = nn.Linear(d, out)
        self.convs = nn.ModuleList([DenseGCN(feats, d)])
        self.norms = nn.ModuleList([nn.LayerNorm(d)])
        for _ in range(3):
            self.convs.append(DenseGCN(d, d))
            self.norms.append(nn.LayerNorm(d))

    def forward(self, x, adj):
        for conv, norm in zip(self.convs, self.norms, strict=False):
            x = F.relu(norm(conv(x, adj)))
        return self.lin2(F.relu(self.lin1(x.mean(dim=1))))


class SelectiveSSM(nn.Module):
    def __init__(self, d, n=4, rank=3):
        super().__init__()
        self.d_state, self.dt_rank, self.d_inner = n, rank, 2 * d
        self.in_proj = nn.Linear(d, 4 * d, bias=False)
        self.conv1d = nn.Conv1d(2 * d, 2 * d, 4, padding=3, groups=2 * d)
        self.x_proj = nn.Linear(2 * d, rank + 2 * n, bias=False)
        self.dt_proj = nn.Linear(rank, 2 * d)
        self.A_log = nn.Parameter(torch.log(torch.arange(1.0, n + 1).repeat(2 * d, 1)))
        self.D = nn.Parameter(torch.ones(2 * d))
        self.out_proj = nn.Linear(2 * d, d, bias=False)

    def forward(self, u):
        l = u.shape[1]  # noqa: E741
        x, z = self.in_proj(u).chunk(2, dim=-1)
        x = F.silu(self.conv1d(x.transpose(1, 2))[..., :l].transpose(1, 2))
        dt, B, C = torch.split(self.x_proj(x), [self.dt_rank, self.d_state, self.d_state], dim=-1)  # noqa: N806
        dt = F.softplus(self.dt_proj(dt))
        A = -torch.exp(self.A_log.float())  # noqa: N806
        h, ys = x.new_zeros(x.shape[0], self.d_inner, self.d_state), []
        for t in range(l):
            h = h * torch.exp(dt[:, t, :, None] * A) + dt[:, t, :, None] * B[:, t, None, :] * x[:, t, :, None]
            ys.append((h * C[:, t, None, :]).sum(-1))
        y = torch.stack(ys, 1) + x * self.D
        return self.out_proj(y * F.silu(z))


class RMSNorm(nn.Module):
    def __init__(self, d, eps=1e-5):
        super().__init__()
        self.eps, self.weight = eps, nn.Parameter(torch.ones(d))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class SSMResidual(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.mixer, self.norm = SelectiveSSM(d), RMSNorm(d)

    def forward(self, x):
        return self.mixer(self.norm(x)) + x


class SSMBackbone(nn.Module):
    def __init__(self, d, vocab):
        super().__init__()
        self.embedding = nn.Embedding(vocab, d)
        self.layers = nn.ModuleList([SSMResidual(d) for _ in range(3)])
        self.norm_f = RMSNorm(d)

    def forward(self, ids):
        x = self.embedding(ids)
        for layer in self.layers:
            x = layer(x)
        return self.norm_f(x)


class SSMLM(nn.Module):
    """state-space language model with a tied head: one weight is embedding and head"""

    BATCH: ClassVar = (ids(2, 6),)
    BLOCKS: ClassVar = lst("backbone.layers", 3)
    BEFORE: ClassVar = []
    AFTER: ClassVar = ["backbone.norm_f."]
    HEADS: ClassVar = []
    ADAMW: ClassVar = ["backbone.embedding.weight", *each("backbone.layers", 3, "mixer.conv1d.weight", "mixer.A_log")]
    MUON: ClassVar = each(
        "backbone.layers",
        3,
        "mixer.in_proj.weight",
        "mixer.x_proj.weight",
        "mixer.dt_proj.weight",
        "mixer.out_proj.weight",
    )
    UNSURE: ClassVar = ["backbone.embedding."]  # tied: deepest as embedding, or 0 as head

    def __init__(self, d=8, vocab=16):
        super().__init__()
        self.backbone = SSMBackbone(d, vocab)
        self.lm_head = nn.Linear(d, vocab, bias=False)
        self.tie_weights()

    def tie_weights(self):
        self.lm_head.weight = self.backbone.embedding.weight

    def forward(self, ids):
        return self.lm_head(self.backbone(ids))


class Expert(nn.Module):
    def __init__(self, d, f):
        super().__init__()
        self.w1, self.w2, self.w3 = nn.Linear(d, f, False), nn.Linear(f, d, False), nn.Linear(d, f, False)

    def forward(self, x):
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


class SparseMoE(nn.Module):
    def __init__(self, d, n=4, k=2):
        super().__init__()
        self.k = k
        self.gate = nn.Linear(d, n, bias=False)
        self.experts = nn.ModuleList([Expert(d, 2 * d) for _ in range(n)])

    def forward(self, x):
        probs = self.gate(x).softmax(-1)
        w, idx = torch.topk(probs, self.k, dim=-1)
        mask = torch.zeros_like(probs).scatter(-1, idx, w / w.sum(-1, keepdim=True))
        out = 0
        for e, expert in enumerate(self.experts):
            out = out + mask[..., e : e + 1] * expert(x)
        return out


class MoEBlock(nn.Module):
    def __init__(self, d, moe):
        super().__init__()
        self.attention_norm, self.ffn_norm = RMSNorm(d), RMSNorm(d)
        self.wq, self.wk, self.wv, self.wo = (nn.Linear(d, d, bias=False) for _ in range(4))
        self.feed_forward = SparseMoE(d) if moe else Expert(d, 3 * d)

    def forward(self, x):
        h = self.attention_norm(x)
        a = F.scaled_dot_product_attention(self.wq(h), self.wk(h), self.wv(h), is_causal=True)
        x = x + self.wo(a)
        return x + self.feed_forward(self.ffn_norm(x))


class MoETransformer(nn.Module):
    """every second block has a router and experts; the head is called `output`"""

    BATCH: ClassVar = (ids(2, 6),)
    BLOCKS: ClassVar = lst("layers", 4)
    BEFORE: ClassVar = ["tok_embeddings."]
    AFTER: ClassVar = ["norm.", "output."]
    HEADS: ClassVar = ["output.weight"]
    ADAMW: ClassVar = [
        "tok_embeddings.weight",
        "layers.1.feed_forward.gate.weight",
        "layers.3.feed_forward.gate.weight",
    ]
    MUON: ClassVar = (
        each("layers", 4, "wq.", "wk.", "wv.", "wo.")
        + each("layers", (0, 2), "feed_forward.w")
        + each("layers", (1, 3), "feed_forward.experts.")
    )
    UNSURE: ClassVar = []

    def __init__(self, d=8, vocab=16):
        super().__init__()
        self.tok_embeddings = nn.Embedding(vocab, d)
        self.layers = nn.ModuleList()
        for i in range(4):
            self.layers.append(MoEBlock(d, moe=i % 2 == 1))
        self.norm = RMSNorm(d)
        self.output = nn.Linear(d, vocab, bias=False)

    def forward(self, tokens):
        h = self.tok_embeddings(tokens)
        for layer in self.layers:
            h = layer(h)
        return self.output(self.norm(h)).float()


class PreNormFn(nn.Module):
    def __init__(self, d, fn, context=None):
        super().__init__()
        self.fn, self.norm = fn, nn.LayerNorm(d)
        self.norm_context = nn.LayerNorm(context) if context else None

    def forward(self, x, **kw):
        if self.norm_context is not None:
            kw["context"] = self.norm_context(kw["context"])
        return self.fn(self.norm(x), **kw)


class KVAttention(nn.Module):
    def __init__(self, d, context=None, inner=8):
        super().__init__()
        self.to_q = nn.Linear(d, inner, bias=False)
        self.to_kv = nn.Linear(context or d, 2 * inner, bias=False)
        self.to_out = nn.Linear(inner, d)

    def forward(self, x, context=None):
        context = x if context is None else context
        k, v = self.to_kv(context).chunk(2, dim=-1)
        return self.to_out((self.to_q(x) @ k.mT).softmax(-1) @ v)


class PerceiverIO(nn.Module):
    """latents; layers of (cross attention, feed-forward, inner list of self-attentions); queries for the output"""

    BATCH: ClassVar = (torch.randn(2, 9, 5),)
    BLOCKS: ClassVar = lst("layers", 3)
    BEFORE: ClassVar = ["latents"]
    AFTER: ClassVar = ["decoder_cross.", "to_logits.", "queries"]
    HEADS: ClassVar = ["to_logits.weight"]
    ADAMW: ClassVar = ["latents", "queries"]
    MUON: ClassVar = [
        f"layers.{i}.{j}.{k}"
        for i in range(3)
        for j, k in (
            ("0", "fn.to_q."),
            ("0", "fn.to_kv."),
            ("0", "fn.to_out."),
            ("1", "fn."),
            ("2.0.0", "fn."),
            ("2.0.1", "fn."),
            ("2.1.0", "fn."),
            ("2.1.1", "fn."),
        )
    ] + ["decoder_cross.fn."]
    UNSURE: ClassVar = []

    def __init__(self, dim=5, d=12, n=4, outs=6):
        super().__init__()
        self.latents = nn.Parameter(torch.randn(n, d))
        self.queries = nn.Parameter(torch.randn(3, d))
        self.layers = nn.ModuleList([])
        for _ in range(3):
            self_attns = nn.ModuleList(
                [nn.ModuleList([PreNormFn(d, KVAttention(d)), PreNormFn(d, FeedForward(d, 24))]) for _ in range(2)]
            )
            self.layers.append(
                nn.ModuleList([PreNormFn(d, KVAttention(d, dim), dim), PreNormFn(d, FeedForward(d, 24)), self_attns])
            )
        self.decoder_cross = PreNormFn(d, KVAttention(d, d), context=d)
        self.to_logits = nn.Linear(d, outs)

    def forward(self, data):
        x = self.latents.unsqueeze(0).repeat(data.shape[0], 1, 1)
        for cross_attn, cross_ff, self_attns in self.layers:
            x = cross_attn(x, context=data) + x
            x = cross_ff(x) + x
            for attn, ff in self_attns:
                x = attn(x) + x
                x = ff(x) + x
        q = self.queries.unsqueeze(0).expand(len(data), -1, -1)
        return self.to_logits(self.decoder_cross(q, context=x))


class ResidualAttentionBlock(nn.Module):
    def __init__(self, d, mask=False):
        super().__init__()
        self.attn = nn.MultiheadAttention(d, 2, batch_first=True)
        self.ln_1, self.ln_2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.mlp = nn.Sequential(OrderedDict(c_fc=nn.Linear(d, 2 * d), gelu=nn.GELU(), c_proj=nn.Linear(2 * d, d)))

    def forward(self, x):
        y = self.ln_1(x)
        x = x + self.attn(y, y, y, need_weights=False)[0]
        return x + self.mlp(self.ln_2(x))


class VisionTower(nn.Module):
    def __init__(self, d, out):
        super().__init__()
        self.conv1 = nn.Conv2d(3, d, 4, 4, bias=False)
        self.class_embedding = nn.Parameter(torch.randn(d))
        self.positional_embedding = nn.Parameter(torch.randn(17, d))
        self.ln_pre = nn.LayerNorm(d)
        self.resblocks = nn.Sequential(*[ResidualAttentionBlock(d) for _ in range(3)])
        self.ln_post = nn.LayerNorm(d)
        self.proj = nn.Parameter(d**-0.5 * torch.randn(d, out))

    def forward(self, x):
        x = self.conv1(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_embedding.expand(len(x), 1, -1), x], 1) + self.positional_embedding
        x = self.ln_post(self.resblocks(self.ln_pre(x))[:, 0])
        if self.proj is not None:
            x = x @ self.proj
        return x


_RAB = ("attn.in_proj_weight", "attn.out_proj.weight", "mlp.c_fc.weight", "mlp.c_proj.weight")


class TwoTower(nn.Module):
    """contrastive image and text towers; the projections are bare parameters `proj` and `text_projection`"""

    BATCH: ClassVar = (torch.randn(2, 3, 16, 16), ids(2, 6))
    BLOCKS: ClassVar = {"visual": lst("visual.resblocks", 3), "text": lst("transformer", 4)}
    BEFORE: ClassVar = [
        "visual.conv1.",
        "visual.class_embedding",
        "visual.positional_embedding",
        "visual.ln_pre.",
        "token_embedding.",
        "positional_embedding",
    ]
    AFTER: ClassVar = ["visual.ln_post.", "visual.proj", "ln_final.", "text_projection", "logit_scale"]
    HEADS: ClassVar = ["visual.proj", "text_projection"]
    ADAMW: ClassVar = ["visual.positional_embedding", "token_embedding.weight", "positional_embedding"]
    MUON: ClassVar = ["visual.conv1.weight", *each("visual.resblocks", 3, *_RAB), *each("transformer", 4, *_RAB)]
    UNSURE: ClassVar = []

    def __init__(self, d=12, t=8, out=6, vocab=16):
        super().__init__()
        self.visual = VisionTower(d, out)
        self.transformer = nn.ModuleList([ResidualAttentionBlock(t) for _ in range(4)])
        self.token_embedding = nn.Embedding(vocab, t)
        self.positional_embedding = nn.Parameter(torch.empty(6, t).normal_(std=0.01))
        self.ln_final = nn.LayerNorm(t)
        self.text_projection = nn.Parameter(torch.empty(t, out).normal_())
        self.logit_scale = nn.Parameter(torch.ones([]) * math.log(1 / 0.07))

    def encode_text(self, text):
        x = self.token_embedding(text) + self.positional_embedding
        for blk in self.transformer:
            x = blk(x)
        x = self.ln_final(x)
        return x[torch.arange(x.shape[0]), text.argmax(dim=-1)] @ self.text_projection

    def forward(self, image, text):
        i, t = F.normalize(self.visual(image), dim=-1), F.normalize(self.encode_text(text), dim=-1)
        logits = self.logit_scale.exp() * i @ t.t()
        return logits, logits.t()


class ResMLP(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.norm, self.up, self.down = nn.BatchNorm1d(d), nn.Linear(d, 2 * d), nn.Linear(2 * d, d)

    def forward(self, x):
        return x + self.down(F.dropout(F.relu(self.up(self.norm(x))), 0.1, self.training))


class MultiTask(nn.Module):
    """tabular trunk; heads in an nn.ModuleDict (one of them an MLP); one embedding for each category"""

    BATCH: ClassVar = (torch.randn(4, 6), ids(4, 2, high=5))
    BLOCKS: ClassVar = lst("trunk", 3)
    BEFORE: ClassVar = ["first_layer.", "cat_embeddings."]
    AFTER: ClassVar = ["last_normalization.", "heads."]
    HEADS: ClassVar = ["heads.price.weight", "heads.churn.weight", "heads.segment.2.weight"]
    ADAMW: ClassVar = ["cat_embeddings."]
    MUON: ClassVar = ["first_layer.weight", "heads.segment.0.weight", *each("trunk", 3, "up.weight", "down.weight")]
    UNSURE: ClassVar = []
    UNSURE_MUON: ClassVar = []

    def __init__(self, n=6, cards=(5, 7), d=16):
        super().__init__()
        self.heads = nn.ModuleDict(
            {
                "price": nn.Linear(d, 3),
                "churn": nn.Linear(d, 2),
                "segment": nn.Sequential(nn.Linear(d, 12), nn.ReLU(), nn.Linear(12, 5)),
            }
        )
        self.cat_embeddings = nn.ModuleList([nn.Embedding(c, 4) for c in cards])
        self.first_layer = nn.Linear(n + 8, d)
        self.trunk = nn.ModuleList([ResMLP(d) for _ in range(3)])
        self.last_normalization = nn.BatchNorm1d(d)

    def forward(self, x_num, x_cat):
        x = [x_num]
        for i, emb in enumerate(self.cat_embeddings):
            x.append(emb(x_cat[:, i]))
        x = self.first_layer(torch.cat(x, dim=1))
        for block in self.trunk:
            x = block(x)
        x = F.relu(self.last_normalization(x))
        return {name: head(x) for name, head in self.heads.items()}


class Adapter(nn.Module):
    def __init__(self, d, r=4):
        super().__init__()
        self.down_proj, self.up_proj = nn.Linear(d, r), nn.Linear(r, d)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.scale * self.up_proj(F.relu(self.down_proj(x)))


class AdaptedViT(nn.Module):
    """adapters in a list of their own, applied after each block; the backbone is a child module"""

    BATCH: ClassVar = (torch.randn(2, 3, 16, 16),)
    BLOCKS: ClassVar = [[f"vit.blocks.{i}.", f"adapters.{i}."] for i in range(3)]
    BEFORE: ClassVar = ["vit.patch_embed.", "vit.pos_embed"]
    AFTER: ClassVar = ["vit.norm.", "classifier."]
    HEADS: ClassVar = ["classifier.weight"]
    ADAMW: ClassVar = ["vit.pos_embed"]
    MUON: ClassVar = [
        "vit.patch_embed.weight",
        *each("vit.blocks", 3, *_RAB),
        *each("adapters", 3, "down_proj.weight", "up_proj.weight"),
    ]
    UNSURE: ClassVar = []

    class Backbone(nn.Module):
        def __init__(self, d):
            super().__init__()
            self.patch_embed = nn.Conv2d(3, d, 4, 4)
            self.pos_embed = nn.Parameter(torch.randn(1, 16, d) * 0.02)
            self.blocks = nn.ModuleList([ResidualAttentionBlock(d) for _ in range(3)])
            self.norm = nn.LayerNorm(d)

        def embed(self, x):
            return self.patch_embed(x).flatten(2).transpose(1, 2) + self.pos_embed

    def __init__(self, d=12, classes=4):
        super().__init__()
        self.adapters = nn.ModuleList([Adapter(d) for _ in range(3)])
        self.classifier = nn.Linear(d, classes)
        self.vit = self.Backbone(d)

    def forward(self, x):
        x = self.vit.embed(x)
        for block, adapter in zip(self.vit.blocks, self.adapters, strict=False):
            x = block(x)
            x = x + adapter(x)
        return self.classifier(self.vit.norm(x).mean(1))


class LlavaLike(nn.Module):
    """vision tower, projector (an MLP), language model: the projector lies between the towers"""

    BATCH: ClassVar = (torch.randn(2, 3, 16, 16), ids(2, 5))
    BLOCKS: ClassVar = {"vision": lst("vision_tower.resblocks", 3), "language": lst("language_model.layers", 4)}
    BEFORE: ClassVar = [
        "vision_tower.conv1.",
        "vision_tower.class_embedding",
        "vision_tower.positional_embedding",
        "vision_tower.ln_pre.",
        "language_model.embed_tokens.",
    ]
    AFTER: ClassVar = ["language_model.norm.", "lm_head."]
    HEADS: ClassVar = ["lm_head.weight"]
    ADAMW: ClassVar = ["vision_tower.positional_embedding", "language_model.embed_tokens.weight"]
    MUON: ClassVar = [
        "vision_tower.conv1.weight",
        "mm_projector.0.weight",
        "mm_projector.2.weight",
        *each("vision_tower.resblocks", 3, *_RAB),
        *each("language_model.layers", 4, *PRE_M),
    ]
    UNSURE: ClassVar = ["mm_projector.", "image_newline", "vision_tower.ln_post."]

    class LM(nn.Module):
        def __init__(self, d, vocab):
            super().__init__()
            self.embed_tokens = nn.Embedding(vocab, d)
            self.layers = nn.ModuleList([PreNormBlock(d) for _ in range(4)])
            self.norm = nn.LayerNorm(d)

        def forward(self, inputs_embeds):
            hidden = inputs_embeds
            for layer in self.layers:
                hidden = layer(hidden)
            return self.norm(hidden)

    def __init__(self, v=12, d=16, vocab=16):
        super().__init__()
        self.vision_tower = VisionTower(v, 4)
        self.vision_tower.proj = None
        self.mm_projector = nn.Sequential(nn.Linear(v, d), nn.GELU(), nn.Linear(d, d))
        self.image_newline = nn.Parameter(torch.randn(d))
        self.language_model = self.LM(d, vocab)
        self.lm_head = nn.Linear(d, vocab, bias=False)

    def forward(self, images, input_ids):
        feats = self.mm_projector(self.vision_tower(images)).unsqueeze(1)
        newline = self.image_newline[None, None].expand(len(feats), -1, -1)
        text = self.language_model.embed_tokens(input_ids)
        return self.lm_head(self.language_model(torch.cat([feats, newline, text], dim=1)))


def fc_block(i, o, act=nn.ReLU, norm=True):
    return [nn.Linear(i, o)] + ([nn.BatchNorm1d(o)] if norm else []) + [act()]


class FlatMLP(nn.Module):
    """blocks built by a function and flattened into one nn.Sequential with the head: net.0, net.1, net.3, ..."""

    BATCH: ClassVar = (torch.randn(4, 7),)
    BLOCKS: ClassVar = [[f"net.{i}.", f"net.{i + 1}."] for i in (0, 3, 6, 9)]
    BEFORE: ClassVar = []
    AFTER: ClassVar = ["net.12."]
    HEADS: ClassVar = ["net.12.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = [f"net.{i}.weight" for i in (0, 3, 6, 9)]
    UNSURE: ClassVar = []

    def __init__(self, n=7, d=12, classes=3):
        super().__init__()
        layers = []
        dims = [n, d, d, d, d]
        for i, o in itertools.pairwise(dims):
            layers += fc_block(i, o)
        layers.append(nn.Linear(d, classes))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x)


class FlatVGG(nn.Module):
    """a flattened CNN without norms, pools between, a classifier of three dense layers"""

    BATCH: ClassVar = (torch.randn(2, 3, 16, 16),)
    BLOCKS: ClassVar = [[f"features.{i}."] for i in (0, 2, 5, 7, 10, 12)]
    BEFORE: ClassVar = []
    AFTER: ClassVar = ["classifier."]
    HEADS: ClassVar = ["classifier.6.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = [f"features.{i}.weight" for i in (0, 2, 5, 7, 10, 12)] + [
        "classifier.0.weight",
        "classifier.3.weight",
    ]
    UNSURE: ClassVar = []

    def __init__(self, classes=5):
        super().__init__()
        self.features = self._make(cfg=[6, 6, "M", 8, 8, "M", 12, 12, "M"])
        self.classifier = nn.Sequential(
            nn.Linear(12 * 4, 20),
            nn.ReLU(True),
            nn.Dropout(),
            nn.Linear(20, 20),
            nn.ReLU(True),
            nn.Dropout(),
            nn.Linear(20, classes),
        )

    @staticmethod
    def _make(cfg):
        layers, c = [], 3
        for v in cfg:
            if v == "M":
                layers += [nn.MaxPool2d(2, 2)]
            else:
                layers += [nn.Conv2d(c, v, 3, padding=1), nn.ReLU(inplace=True)]
                c = v
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.features(x)
        return self.classifier(torch.flatten(x, 1))


class DictBlock(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.norm = nn.LayerNorm(d)
        self.qkv = nn.Linear(d, 3 * d)
        self.out = nn.Linear(d, d)
        self.ff = nn.Sequential(nn.LayerNorm(d), nn.Linear(d, 2 * d), nn.GELU(), nn.Linear(2 * d, d))

    def forward(self, x):
        q, k, v = self.qkv(self.norm(x)).chunk(3, -1)
        x = x + self.out(F.scaled_dot_product_attention(q, k, v))
        return x + self.ff(x)


class DictTransformer(nn.Module):
    """everything in one nn.ModuleDict `transformer`, blocks under the keys block0.., `_last` as the head"""

    BATCH: ClassVar = (torch.randn(2, 6, 4),)
    BLOCKS: ClassVar = [[f"transformer.block{i}."] for i in range(4)]
    BEFORE: ClassVar = ["transformer.in.", "pos"]
    AFTER: ClassVar = ["transformer.ln.", "_last."]
    HEADS: ClassVar = ["_last.weight"]
    ADAMW: ClassVar = ["pos"]
    MUON: ClassVar = ["transformer.in.weight"] + [
        f"transformer.block{i}.{k}.weight" for i in range(4) for k in ("qkv", "out", "ff.1", "ff.3")
    ]
    UNSURE: ClassVar = []

    def __init__(self, feats=4, d=8, out=5):
        super().__init__()
        self._last = nn.Linear(d, out)
        self.depth = 4
        self.transformer = nn.ModuleDict({"in": nn.Linear(feats, d), "ln": nn.LayerNorm(d)})
        for i in range(self.depth):
            self.transformer[f"block{i}"] = DictBlock(d)
        self.pos = nn.Parameter(torch.zeros(6, d))

    def forward(self, x):
        x = self.transformer["in"](x) + self.pos
        for i in range(self.depth):
            x = self.transformer[f"block{i}"](x)
        return self._last(self.transformer["ln"](x))


class WinBlock(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.relative_position_bias_table = nn.Parameter(torch.zeros(2 * n - 1, 2))
        self.register_buffer("index", torch.arange(n)[:, None] - torch.arange(n)[None] + n - 1)
        self.qkv, self.proj = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.mlp = nn.Sequential(nn.Linear(d, 2 * d), nn.GELU(), nn.Linear(2 * d, d))

    def forward(self, x):
        b, n, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(b, n, 3, 2, d // 2).permute(2, 0, 3, 1, 4).unbind(0)
        bias = self.relative_position_bias_table[self.index].permute(2, 0, 1)
        a = (q @ k.transpose(-2, -1) + bias).softmax(-1)
        x = x + self.proj((a @ v).transpose(1, 2).reshape(b, n, d))
        return x + self.mlp(self.norm2(x))


class Merge(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.norm, self.reduction = nn.LayerNorm(2 * d), nn.Linear(2 * d, 2 * d, bias=False)

    def forward(self, x):
        return self.reduction(self.norm(torch.cat([x[:, ::2], x[:, 1::2]], -1)))


class NestedStages(nn.Module):
    """stages as nested lists; the downsampling stands last in each inner list; `head` is norm, pool, dense"""

    BATCH: ClassVar = (torch.randn(2, 16, 5),)
    BLOCKS: ClassVar = [
        ["stages.0.0."],
        ["stages.0.1."],
        ["stages.1.0."],
        ["stages.1.1."],
        ["stages.1.2."],
        ["stages.2.0."],
    ]
    BEFORE: ClassVar = ["to_tokens."]
    AFTER: ClassVar = ["head."]
    HEADS: ClassVar = ["head.1.weight"]
    ADAMW: ClassVar = [
        f"stages.{s}.{i}.relative_position_bias_table" for s, n in enumerate((2, 3, 1)) for i in range(n)
    ]
    MUON: ClassVar = ["to_tokens.weight", "stages.0.2.reduction.weight", "stages.1.3.reduction.weight"] + [
        f"stages.{s}.{i}.{k}.weight"
        for s, n in enumerate((2, 3, 1))
        for i in range(n)
        for k in ("qkv", "proj", "mlp.0", "mlp.2")
    ]
    UNSURE: ClassVar = ["stages.0.2.", "stages.1.3."]  # Merge: a layer of its own, or part of a neighbour?

    def __init__(self, depths=(2, 3, 1), d=8):
        super().__init__()
        self.head = nn.Sequential(nn.LayerNorm(d * 4), nn.Linear(d * 4, 6))
        self.stages = nn.ModuleList()
        n = 16
        for s, depth in enumerate(depths):
            stage = nn.ModuleList([WinBlock(d, n) for _ in range(depth)])
            if s < len(depths) - 1:
                stage.append(Merge(d))
                d, n = 2 * d, n // 2
            self.stages.append(stage)
        self.to_tokens = nn.Linear(5, 8)

    def forward(self, x):
        x = self.to_tokens(x)
        for stage in self.stages:
            for layer in stage:
                x = layer(x)
        return self.head(x.mean(1))


class AttrLayers(nn.Module):
    """blocks as attributes layer1..layer4 set in a loop; `proj` is an MLP head made before them"""

    BATCH: ClassVar = (ids(2, 6), ids(2, 6, high=2))
    BLOCKS: ClassVar = [[f"layer{i}."] for i in range(1, 5)]
    BEFORE: ClassVar = ["tok.", "seg.", "ln_in."]
    AFTER: ClassVar = ["proj."]
    HEADS: ClassVar = ["proj.3.weight"]
    ADAMW: ClassVar = ["tok.weight", "seg.weight"]
    MUON: ClassVar = ["proj.1.weight"] + [
        f"layer{i}.{k}"
        for i in range(1, 5)
        for k in ("self_attn.in_proj_weight", "self_attn.out_proj.weight", "linear1.weight", "linear2.weight")
    ]
    UNSURE: ClassVar = []

    def __init__(self, d=8, vocab=16):
        super().__init__()
        self.proj = nn.Sequential(nn.LayerNorm(d), nn.Linear(d, d), nn.Tanh(), nn.Linear(d, 3))
        for i in range(1, 5):
            setattr(self, f"layer{i}", nn.TransformerEncoderLayer(d, 2, 16, batch_first=True))
        self.tok, self.seg = nn.Embedding(vocab, d), nn.Embedding(2, d)
        self.ln_in = nn.LayerNorm(d)

    def forward(self, ids, seg):
        x = self.ln_in(self.tok(ids) + self.seg(seg))
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        return self.proj(x[:, 0])


class MultiTokenLM(nn.Module):
    """several heads in an nn.ModuleList, one for each future token, made first"""

    BATCH: ClassVar = (ids(2, 6),)
    BLOCKS: ClassVar = lst("trunk", 3)
    BEFORE: ClassVar = ["embed."]
    AFTER: ClassVar = ["heads.", "norm."]
    HEADS: ClassVar = [f"heads.{i}.weight" for i in range(4)]
    ADAMW: ClassVar = ["embed.weight"]
    MUON: ClassVar = each("trunk", 3, *PRE_M)
    UNSURE: ClassVar = []

    def __init__(self, d=8, vocab=16, n_future=4):
        super().__init__()
        self.heads = nn.ModuleList([nn.Linear(d, vocab, bias=False) for _ in range(n_future)])
        self.norm = nn.LayerNorm(d)
        self.trunk = nn.ModuleList([PreNormBlock(d) for _ in range(3)])
        self.embed = nn.Embedding(vocab, d)

    def forward(self, idx):
        h = self.embed(idx)
        for b in self.trunk:
            h = b(h)
        h = self.norm(h)
        return torch.stack([head(h) for head in self.heads], dim=2)


class LagForecaster(nn.Module):
    """the input projections come last and are called `output_encoder` (past outputs) and `covariates`; two heads"""

    BATCH: ClassVar = (torch.randn(2, 8, 3), torch.randn(2, 8, 4))
    BLOCKS: ClassVar = lst("blocks", 3)
    BEFORE: ClassVar = ["output_encoder.", "covariates.", "out_norm."]
    AFTER: ClassVar = ["loc.", "scale."]
    HEADS: ClassVar = ["loc.weight", "scale.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = [
        "output_encoder.weight",
        "covariates.weight",
        *each("blocks", 3, "qkv.", "out.", "ff.1.", "ff.3."),
    ]
    UNSURE: ClassVar = []

    def __init__(self, targets=3, covs=4, d=8):
        super().__init__()
        self.loc, self.scale = nn.Linear(d, targets), nn.Linear(d, targets)
        self.blocks = nn.ModuleList(DictBlock(d) for _ in range(3))
        self.out_norm = nn.LayerNorm(targets)
        self.output_encoder = nn.Linear(targets, d)
        self.covariates = nn.Linear(covs, d)

    def forward(self, past_outputs, cov):
        h = self.output_encoder(self.out_norm(past_outputs)) + self.covariates(cov)
        for block in self.blocks:
            h = block(h)
        return self.loc(h), F.softplus(self.scale(h))


class UpConv(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.up, self.conv = nn.ConvTranspose2d(i, o, 2, 2), nn.Conv2d(o, o, 3, padding=1)

    def forward(self, x):
        return F.leaky_relu(self.conv(F.leaky_relu(self.up(x))))


class DepthNet(nn.Module):
    """transformer encoder with norms, convolutional decoder without any; `to_pixels`"""

    BATCH: ClassVar = (torch.randn(2, 3, 32, 32),)
    BLOCKS: ClassVar = {"encoder": lst("encoder.layers", 3), "decoder": lst("decoder", 3)}
    BEFORE: ClassVar = ["patch.", "pos"]
    AFTER: ClassVar = ["to_pixels."]
    HEADS: ClassVar = ["to_pixels.weight"]
    ADAMW: ClassVar = ["pos"]
    MUON: ClassVar = [
        "patch.weight",
        *each(
            "encoder.layers",
            3,
            "self_attn.in_proj_weight",
            "self_attn.out_proj.weight",
            "linear1.weight",
            "linear2.weight",
        ),
        *each("decoder", 3, "up.weight", "conv.weight"),
    ]
    UNSURE: ClassVar = ["encoder.norm."]

    def __init__(self, d=12):
        super().__init__()
        self.patch = nn.Conv2d(3, d, 8, 8)
        self.pos = nn.Parameter(torch.randn(1, 16, d) * 0.02)
        layer = nn.TransformerEncoderLayer(d, 2, 24, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 3, norm=nn.LayerNorm(d), enable_nested_tensor=False)
        self.decoder = nn.ModuleList([UpConv(12, 10), UpConv(10, 8), UpConv(8, 6)])
        self.to_pixels = nn.Conv2d(6, 2, 3, padding=1)

    def forward(self, img):
        x = self.encoder(self.patch(img).flatten(2).mT + self.pos)
        x = x.mT.unflatten(2, (4, 4))
        for up in self.decoder:
            x = up(x)
        return self.to_pixels(x)


class PlainViT(nn.Module):
    def __init__(self, d, depth):
        super().__init__()
        self.patch_embed = nn.Linear(12, d)
        self.pos_embed = nn.Parameter(torch.randn(1, 9, d) * 0.02)
        self.blocks = nn.ModuleList([DictBlock(d) for _ in range(depth)])
        self.norm = nn.LayerNorm(d)

    def forward(self, x, keep=None):
        x = self.patch_embed(x) + self.pos_embed
        if keep is not None:
            x = x[:, keep]
        for blk in self.blocks:
            x = blk(x)
        return self.norm(x)


_DB = ("qkv.weight", "out.weight", "ff.1.weight", "ff.3.weight")


class JepaWithEma(nn.Module):
    """context encoder, a frozen EMA copy of it, and a predictor with blocks of its own"""

    BATCH: ClassVar = (torch.randn(2, 9, 12),)
    BLOCKS: ClassVar = {
        "encoder": lst("encoder.blocks", 4),
        "target": lst("target_encoder.blocks", 4),
        "predictor": lst("predictor_blocks", 2),
    }
    BEFORE: ClassVar = [
        "encoder.patch_embed.",
        "encoder.pos_embed",
        "target_encoder.patch_embed.",
        "target_encoder.pos_embed",
    ]
    AFTER: ClassVar = ["predictor_norm.", "predictor_proj.", "target_encoder.norm."]
    HEADS: ClassVar = ["predictor_proj.weight"]
    ADAMW: ClassVar = ["encoder.pos_embed", "mask_token", "predictor_pos"]
    MUON: ClassVar = [
        "encoder.patch_embed.weight",
        "predictor_embed.weight",
        *each("encoder.blocks", 4, *_DB),
        *each("predictor_blocks", 2, *_DB),
    ]
    UNSURE: ClassVar = ["encoder.norm.", "predictor_embed.", "mask_token", "predictor_pos"]
    UNSURE_MUON: ClassVar = ["target_encoder."]  # frozen: no optimizer gets them
    NO_GRAD: ClassVar = ["target_encoder."]

    def __init__(self, d=12, p=8):
        super().__init__()
        self.encoder = PlainViT(d, 4)
        self.target_encoder = PlainViT(d, 4)
        self.target_encoder.load_state_dict(self.encoder.state_dict())
        for q in self.target_encoder.parameters():
            q.requires_grad = False
        self.predictor_embed = nn.Linear(d, p)
        self.mask_token = nn.Parameter(torch.zeros(1, 1, p))
        self.predictor_pos = nn.Parameter(torch.randn(1, 9, p))
        self.predictor_blocks = nn.ModuleList([DictBlock(p) for _ in range(2)])
        self.predictor_norm = nn.LayerNorm(p)
        self.predictor_proj = nn.Linear(p, d)

    @torch.no_grad()
    def update_target(self, m=0.996):
        for q, k in zip(self.encoder.parameters(), self.target_encoder.parameters(), strict=False):
            k.mul_(m).add_(q, alpha=1 - m)

    def forward(self, x):
        with torch.no_grad():
            target = self.target_encoder(x)
        keep = torch.tensor([0, 2, 4, 6, 8])
        ctx = self.predictor_embed(self.encoder(x, keep)) + self.predictor_pos[:, keep]
        masked = self.mask_token + self.predictor_pos[:, [1, 3, 5, 7]]
        z = torch.cat([ctx, masked.expand(len(x), -1, -1)], dim=1)
        for blk in self.predictor_blocks:
            z = blk(z)
        pred = self.predictor_proj(self.predictor_norm(z))[:, 5:]
        return pred, target[:, [1, 3, 5, 7]]


class DecisionTransformer(nn.Module):
    """inputs are embedded by `embed_*` (returns from one number); three `predict_*` heads"""

    BATCH: ClassVar = (torch.randn(2, 4, 5), torch.randn(2, 4, 3), torch.randn(2, 4, 1), ids(2, 4, high=10))
    BLOCKS: ClassVar = lst("transformer.h", 3)
    BEFORE: ClassVar = ["embed_timestep.", "embed_return.", "embed_state.", "embed_action.", "embed_ln."]
    AFTER: ClassVar = ["transformer.ln_f.", "predict_state.", "predict_action.", "predict_return."]
    HEADS: ClassVar = ["predict_state.weight", "predict_action.0.weight", "predict_return.weight"]
    ADAMW: ClassVar = ["embed_timestep.weight", "embed_return.weight"]
    MUON: ClassVar = ["embed_state.weight", "embed_action.weight", *each("transformer.h", 3, *PRE_M)]
    UNSURE: ClassVar = []

    class GPT(nn.Module):
        def __init__(self, d):
            super().__init__()
            self.h = nn.ModuleList([PreNormBlock(d) for _ in range(3)])
            self.ln_f = nn.LayerNorm(d)

        def forward(self, x):
            for h in self.h:
                x = h(x)
            return self.ln_f(x)

    def __init__(self, s=5, a=3, d=8):
        super().__init__()
        self.d = d
        self.predict_state = nn.Linear(d, s)
        self.predict_action = nn.Sequential(nn.Linear(d, a), nn.Tanh())
        self.predict_return = nn.Linear(d, 1)
        self.transformer = self.GPT(d)
        self.embed_timestep = nn.Embedding(10, d)
        self.embed_return = nn.Linear(1, d)
        self.embed_state = nn.Linear(s, d)
        self.embed_action = nn.Linear(a, d)
        self.embed_ln = nn.LayerNorm(d)

    def forward(self, states, actions, rtg, timesteps):
        b, t, _ = states.shape
        time = self.embed_timestep(timesteps)
        s, a, r = self.embed_state(states) + time, self.embed_action(actions) + time, self.embed_return(rtg) + time
        x = torch.stack((r, s, a), dim=1).permute(0, 2, 1, 3).reshape(b, 3 * t, self.d)
        x = self.transformer(self.embed_ln(x)).reshape(b, t, 3, self.d).permute(0, 2, 1, 3)
        return self.predict_state(x[:, 2]), self.predict_action(x[:, 1]), self.predict_return(x[:, 2])


class ConvFeatureLayer(nn.Module):
    def __init__(self, i, o, k, s, norm):
        super().__init__()
        self.conv = nn.Conv1d(i, o, k, s, bias=False)
        self.layer_norm = nn.GroupNorm(o, o) if norm else None

    def forward(self, x):
        x = self.conv(x)
        if self.layer_norm is not None:
            x = self.layer_norm(x)
        return F.gelu(x)


class SpeechEncoder(nn.Module):
    """raw audio: a list of convolutions as the stem, then a transformer; positions by a grouped convolution; CTC `lm_head`"""  # noqa: E501

    BATCH: ClassVar = (torch.randn(2, 200),)
    BLOCKS: ClassVar = {"encoder": lst("encoder.layers", 3)}
    BEFORE: ClassVar = ["feature_projection.", "pos_conv."]
    AFTER: ClassVar = ["encoder.layer_norm.", "lm_head."]
    HEADS: ClassVar = ["lm_head.weight"]
    ADAMW: ClassVar = ["feature_extractor.0.conv.weight"]  # one input channel
    MUON: ClassVar = [
        "feature_projection.1.weight",
        "feature_extractor.1.conv.weight",
        "feature_extractor.2.conv.weight",
        "pos_conv.weight",
        *each("encoder.layers", 3, *_DB),
    ]
    UNSURE: ClassVar = ["feature_extractor."]  # all one stem, or a tower of its own?

    class Encoder(nn.Module):
        def __init__(self, d):
            super().__init__()
            self.layer_norm = nn.LayerNorm(d)
            self.layers = nn.ModuleList([DictBlock(d) for _ in range(3)])

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return self.layer_norm(x)

    def __init__(self, c=6, d=8, vocab=7):
        super().__init__()
        self.lm_head = nn.Linear(d, vocab)
        self.feature_extractor = nn.ModuleList(
            [
                ConvFeatureLayer(1 if i == 0 else c, c, k, s, i == 0)
                for i, (k, s) in enumerate([(10, 5), (3, 2), (2, 2)])
            ]
        )
        self.feature_projection = nn.Sequential(nn.LayerNorm(c), nn.Linear(c, d))
        self.pos_conv = nn.Conv1d(d, d, 3, padding=1, groups=2)
        self.encoder = self.Encoder(d)

    def forward(self, wav):
        x = wav[:, None]
        for conv in self.feature_extractor:
            x = conv(x)
        x = self.feature_projection(x.transpose(1, 2))
        x = x + F.gelu(self.pos_conv(x.transpose(1, 2))).transpose(1, 2)
        return self.lm_head(self.encoder(x)).log_softmax(-1)


def modulate(x, shift, scale):
    return x * (1 + scale.unsqueeze(1)) + shift.unsqueeze(1)


class DiTBlock(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.norm1 = nn.LayerNorm(d, elementwise_affine=False)
        self.qkv, self.proj = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.norm2 = nn.LayerNorm(d, elementwise_affine=False)
        self.fc1, self.fc2 = nn.Linear(d, 2 * d), nn.Linear(2 * d, d)
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(d, 6 * d))

    def forward(self, x, c):
        s1, b1, g1, s2, b2, g2 = self.adaLN_modulation(c).chunk(6, dim=1)
        q, k, v = self.qkv(modulate(self.norm1(x), s1, b1)).chunk(3, dim=-1)
        x = x + g1.unsqueeze(1) * self.proj(F.scaled_dot_product_attention(q, k, v))
        return x + g2.unsqueeze(1) * self.fc2(F.gelu(self.fc1(modulate(self.norm2(x), s2, b2))))


class DiTFinal(nn.Module):
    def __init__(self, d, out):
        super().__init__()
        self.norm_final = nn.LayerNorm(d, elementwise_affine=False)
        self.linear = nn.Linear(d, out)
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(d, 2 * d))

    def forward(self, x, c):
        shift, scale = self.adaLN_modulation(c).chunk(2, dim=1)
        return self.linear(modulate(self.norm_final(x), shift, scale))


class DiT(nn.Module):
    """class-conditional diffusion transformer"""

    BATCH: ClassVar = (torch.randn(2, 3, 8, 8), torch.rand(2), ids(2, high=5))
    BLOCKS: ClassVar = lst("blocks", 3)
    BEFORE: ClassVar = ["x_embedder.", "t_embedder.", "y_embedder.", "pos_embed"]
    AFTER: ClassVar = ["final_layer."]
    HEADS: ClassVar = ["final_layer.linear.weight"]
    ADAMW: ClassVar = ["y_embedder.weight", "pos_embed"]
    MUON: ClassVar = [
        "x_embedder.weight",
        "t_embedder.0.weight",
        "t_embedder.2.weight",
        "final_layer.adaLN_modulation.1.weight",
        *each("blocks", 3, "qkv.weight", "proj.weight", "fc1.weight", "fc2.weight", "adaLN_modulation.1.weight"),
    ]
    UNSURE: ClassVar = []

    def __init__(self, d=8, classes=5):
        super().__init__()
        self.final_layer = DiTFinal(d, 2 * 2 * 3)
        self.x_embedder = nn.Conv2d(3, d, 2, 2)
        self.t_embedder = nn.Sequential(nn.Linear(6, d), nn.SiLU(), nn.Linear(d, d))
        self.y_embedder = nn.Embedding(classes + 1, d)
        self.pos_embed = nn.Parameter(torch.zeros(1, 16, d))
        self.blocks = nn.ModuleList([DiTBlock(d) for _ in range(3)])

    def forward(self, x, t, y):
        freqs = torch.exp(-math.log(10000) * torch.arange(3) / 3)
        args = t[:, None] * freqs[None]
        c = self.t_embedder(torch.cat([args.cos(), args.sin()], -1)) + self.y_embedder(y)
        x = self.x_embedder(x).flatten(2).transpose(1, 2) + self.pos_embed
        for block in self.blocks:
            x = block(x, c)
        x = self.final_layer(x, c).reshape(len(x), 4, 4, 2, 2, 3)
        return torch.einsum("nhwpqc->nchpwq", x).reshape(len(x), 3, 8, 8)


class SpectralConv2d(nn.Module):
    def __init__(self, i, o, modes):
        super().__init__()
        self.modes = modes
        self.weights1 = nn.Parameter(torch.rand(i, o, modes, modes, dtype=torch.cfloat) / (i * o))
        self.weights2 = nn.Parameter(torch.rand(i, o, modes, modes, 2) / (i * o))

    def forward(self, x):
        m = self.modes
        x_ft = torch.fft.rfft2(x)
        out = torch.zeros_like(x_ft)
        out[:, :, :m, :m] = torch.einsum("bixy,ioxy->boxy", x_ft[:, :, :m, :m], self.weights1)
        out[:, :, -m:, :m] = torch.einsum("bixy,ioxy->boxy", x_ft[:, :, -m:, :m], torch.view_as_complex(self.weights2))
        return torch.fft.irfft2(out, s=x.shape[-2:])


class FNO2d(nn.Module):
    """neural operator: complex spectral weights (one as pairs of reals); lifting `p` last; `q` is projection"""

    BATCH: ClassVar = (torch.randn(2, 8, 8, 3),)
    BLOCKS: ClassVar = par_lst(["convs", "ws", "norms"], 4)
    BEFORE: ClassVar = ["p."]
    AFTER: ClassVar = ["q."]
    HEADS: ClassVar = ["q.2.weight"]
    ADAMW: ClassVar = each("convs", 4, "weights1", "weights2")
    MUON: ClassVar = ["p.weight", "q.0.weight", *each("ws", 4, "weight")]
    UNSURE: ClassVar = []

    def __init__(self, width=8, modes=3):
        super().__init__()
        self.convs = nn.ModuleList([SpectralConv2d(width, width, modes) for _ in range(4)])
        self.ws = nn.ModuleList([nn.Conv2d(width, width, 1) for _ in range(4)])
        self.norms = nn.ModuleList([nn.InstanceNorm2d(width, affine=True) for _ in range(4)])
        self.q = nn.Sequential(nn.Conv2d(width, 16, 1), nn.GELU(), nn.Conv2d(16, 2, 1))
        self.p = nn.Linear(3, width)

    def forward(self, x):
        x = self.p(x).permute(0, 3, 1, 2)
        for i, (conv, w, norm) in enumerate(zip(self.convs, self.ws, self.norms, strict=False)):
            y = norm(conv(x)) + w(x)
            x = F.gelu(y) if i < 3 else y
        return self.q(x).permute(0, 2, 3, 1)


def mlp(*dims, act=nn.Tanh):
    layers = []
    for i, o in zip(dims[:-2], dims[1:-1], strict=False):  # noqa: RUF007
        layers += [nn.Linear(i, o), act()]
    return nn.Sequential(*layers, nn.Linear(dims[-2], dims[-1]))


class AffineCoupling(nn.Module):
    def __init__(self, d, hidden, flip):
        super().__init__()
        self.flip = flip
        self.s, self.t = mlp(d // 2, hidden, hidden, d // 2), mlp(d // 2, hidden, hidden, d // 2)
        self.log_scale = nn.Parameter(torch.zeros(1, d))
        self.loc = nn.Parameter(torch.zeros(1, d))

    def forward(self, x):
        x = x * self.log_scale.exp() + self.loc
        a, b = x.chunk(2, dim=1)
        if self.flip:
            a, b = b, a
        s = torch.tanh(self.s(a))
        b = b * s.exp() + self.t(a)
        if self.flip:
            a, b = b, a
        return torch.cat([a, b], 1), s.sum(1) + self.log_scale.sum()


class RealNVP(nn.Module):
    """a flow: coupling layers with act-norms [1, d] in each; no head"""

    BATCH: ClassVar = (torch.randn(4, 6),)
    BLOCKS: ClassVar = lst("flows", 4)
    BEFORE: ClassVar = []
    AFTER: ClassVar = ["prior_loc", "prior_log_scale"]
    HEADS: ClassVar = []
    ADAMW: ClassVar = each("flows", 4, "log_scale", "loc")
    MUON: ClassVar = each("flows", 4, "s.", "t.")
    UNSURE: ClassVar = []

    def __init__(self, d=6):
        super().__init__()
        self.prior_loc = nn.Parameter(torch.zeros(d))
        self.prior_log_scale = nn.Parameter(torch.zeros(d))
        self.flows = nn.ModuleList([AffineCoupling(d, 8, flip=bool(i % 2)) for i in range(4)])

    def forward(self, x):
        logdet = 0
        for flow in self.flows:
            x, ld = flow(x)
            logdet = logdet + ld
        z = (x - self.prior_loc) * torch.exp(-self.prior_log_scale)
        return z, logdet - 0.5 * (z**2).sum(1) - self.prior_log_scale.sum()


class ConvVAE(nn.Module):
    """encoder and decoder as Sequentials of conv-norm-act Sequentials; fc_mu, fc_var; `final_layer`"""

    BATCH: ClassVar = (torch.randn(2, 3, 16, 16),)
    BLOCKS: ClassVar = {"encoder": lst("encoder", 3), "decoder": lst("decoder", 2)}
    BEFORE: ClassVar = []
    AFTER: ClassVar = ["final_layer."]
    HEADS: ClassVar = ["final_layer.3.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = [
        "decoder_input.weight",
        "final_layer.0.weight",
        *each("encoder", 3, "0.weight"),
        *each("decoder", 2, "0.weight"),
    ]
    UNSURE: ClassVar = ["fc_mu.", "fc_var.", "decoder_input."]
    UNSURE_MUON: ClassVar = []

    def __init__(self, latent=5, dims=(6, 8, 12)):
        super().__init__()
        mods, c = [], 3
        for h in dims:
            mods.append(nn.Sequential(nn.Conv2d(c, h, 3, 2, 1), nn.BatchNorm2d(h), nn.LeakyReLU()))
            c = h
        self.encoder = nn.Sequential(*mods)
        self.fc_mu = nn.Linear(dims[-1] * 4, latent)
        self.fc_var = nn.Linear(dims[-1] * 4, latent)
        self.decoder_input = nn.Linear(latent, dims[-1] * 4)
        mods, rev = [], dims[::-1]
        for i in range(len(rev) - 1):
            mods.append(
                nn.Sequential(
                    nn.ConvTranspose2d(rev[i], rev[i + 1], 3, 2, 1, output_padding=1),
                    nn.BatchNorm2d(rev[i + 1]),
                    nn.LeakyReLU(),
                )
            )
        self.decoder = nn.Sequential(*mods)
        self.final_layer = nn.Sequential(
            nn.ConvTranspose2d(rev[-1], rev[-1], 3, 2, 1, output_padding=1),
            nn.BatchNorm2d(rev[-1]),
            nn.LeakyReLU(),
            nn.Conv2d(rev[-1], 3, 3, padding=1),
            nn.Tanh(),
        )

    def encode(self, x):
        h = torch.flatten(self.encoder(x), start_dim=1)
        return [self.fc_mu(h), self.fc_var(h)]

    def decode(self, z):
        return self.final_layer(self.decoder(self.decoder_input(z).view(-1, 12, 2, 2)))

    def forward(self, x):
        mu, log_var = self.encode(x)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * log_var)
        return [self.decode(z), x, mu, log_var]


class DCGenerator(nn.Module):
    """GAN generator flattened into `main`; conditional on a class by an embedding"""

    BATCH: ClassVar = (torch.randn(2, 8), ids(2, high=4))
    BLOCKS: ClassVar = [["main.0.", "main.1."], ["main.3.", "main.4."], ["main.6.", "main.7."]]
    BEFORE: ClassVar = ["label_emb."]
    AFTER: ClassVar = ["main.9."]
    HEADS: ClassVar = ["main.9.weight"]
    ADAMW: ClassVar = ["label_emb.weight"]
    MUON: ClassVar = ["main.0.weight", "main.3.weight", "main.6.weight"]
    UNSURE: ClassVar = []

    def __init__(self, nz=8, f=4, nc=3):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(2 * nz, f * 4, 4, 1, 0, bias=False),
            nn.BatchNorm2d(f * 4),
            nn.ReLU(True),
            nn.ConvTranspose2d(f * 4, f * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(f * 2),
            nn.ReLU(True),
            nn.ConvTranspose2d(f * 2, f, 4, 2, 1, bias=False),
            nn.BatchNorm2d(f),
            nn.ReLU(True),
            nn.ConvTranspose2d(f, nc, 4, 2, 1, bias=False),
            nn.Tanh(),
        )
        self.label_emb = nn.Embedding(4, nz)

    def forward(self, z, y):
        z = torch.cat([z, self.label_emb(y)], 1)
        return self.main(z[:, :, None, None])


class ModulatedConv(nn.Module):
    def __init__(self, i, o, k, style):
        super().__init__()
        self.scale, self.pad = 1 / math.sqrt(i * k * k), k // 2
        self.weight = nn.Parameter(torch.randn(1, o, i, k, k))
        self.modulation = nn.Linear(style, i)

    def forward(self, x, w):
        b, c, h, wd = x.shape
        s = self.modulation(w).view(b, 1, c, 1, 1)
        weight = self.scale * self.weight * s
        weight = weight * torch.rsqrt(weight.pow(2).sum([2, 3, 4], keepdim=True) + 1e-8)
        weight = weight.view(-1, c, *weight.shape[3:])
        return F.conv2d(x.reshape(1, b * c, h, wd), weight, padding=self.pad, groups=b).view(b, -1, h, wd)


class SynthesisBlock(nn.Module):
    def __init__(self, i, o, style):
        super().__init__()
        self.conv = ModulatedConv(i, o, 3, style)
        self.noise = nn.Parameter(torch.zeros(1))
        self.bias = nn.Parameter(torch.zeros(1, o, 1, 1))
        self.to_rgb = nn.Conv2d(o, 3, 1)

    def forward(self, x, w, rgb):
        x = F.interpolate(x, scale_factor=2)
        x = self.conv(x, w)
        x = F.leaky_relu(x + self.noise * torch.randn_like(x[:, :1]) + self.bias, 0.2)
        skip = self.to_rgb(x)
        return x, skip if rgb is None else skip + F.interpolate(rgb, scale_factor=2)


class StyleGenerator(nn.Module):
    """mapping network (flattened), learned constant, synthesis blocks each with its own `to_rgb` summed up"""

    BATCH: ClassVar = (torch.randn(2, 8),)
    BLOCKS: ClassVar = {"mapping": [[f"mapping.{i}."] for i in (0, 2, 4, 6)], "synthesis": lst("synthesis", 3)}
    BEFORE: ClassVar = ["const"]
    AFTER: ClassVar = []
    HEADS: ClassVar = []
    ADAMW: ClassVar = ["const", *each("synthesis", 3, "conv.weight", "bias")]
    MUON: ClassVar = ["mapping.", *each("synthesis", 3, "conv.modulation.weight")]
    UNSURE: ClassVar = []
    UNSURE_MUON: ClassVar = each("synthesis", 3, "to_rgb.weight")  # heads inside blocks

    def __init__(self, z=8, chans=(12, 8, 6, 4)):
        super().__init__()
        layers = []
        for _ in range(4):
            layers.extend([nn.Linear(z, z), nn.LeakyReLU(0.2)])
        self.mapping = nn.Sequential(*layers)
        self.const = nn.Parameter(torch.randn(1, chans[0], 4, 4))
        self.synthesis = nn.ModuleList([SynthesisBlock(i, o, z) for i, o in itertools.pairwise(chans)])

    def forward(self, z):
        w = self.mapping(F.normalize(z, dim=1))
        x, rgb = self.const.repeat(len(z), 1, 1, 1), None
        for block in self.synthesis:
            x, rgb = block(x, w, rgb)
        return rgb


class DEQCell(nn.Module):
    def __init__(self, c, inner):
        super().__init__()
        self.conv1 = nn.Conv2d(c, inner, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(inner, c, 3, padding=1, bias=False)
        self.norm1, self.norm2, self.norm3 = nn.GroupNorm(2, inner), nn.GroupNorm(2, c), nn.GroupNorm(2, c)

    def forward(self, z, x):
        y = self.norm1(F.relu(self.conv1(z)))
        return self.norm3(F.relu(z + self.norm2(x + self.conv2(y))))


class DEQNet(nn.Module):
    """deep equilibrium: one cell applied to a fixed point, between a stem and a dense head"""

    BATCH: ClassVar = (torch.randn(2, 3, 8, 8),)
    BLOCKS: ClassVar = [["f."]]
    BEFORE: ClassVar = ["stem."]
    AFTER: ClassVar = ["bn.", "out."]
    HEADS: ClassVar = ["out.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = ["stem.0.weight", "f.conv1.weight", "f.conv2.weight"]
    UNSURE: ClassVar = []

    def __init__(self, c=6, classes=4):
        super().__init__()
        self.out = nn.Linear(c * 4, classes)
        self.stem = nn.Sequential(nn.Conv2d(3, c, 3, padding=1), nn.BatchNorm2d(c))
        self.f = DEQCell(c, 8)
        self.bn = nn.BatchNorm2d(c)

    def forward(self, x):
        x = self.stem(x)
        with torch.no_grad():
            z = torch.zeros_like(x)
            for _ in range(10):
                z = self.f(z, x)
        z = self.f(z, x)
        return self.out(F.avg_pool2d(self.bn(z), 4).flatten(1))


class SharedAlbert(nn.Module):
    """one block applied n times; factorised embedding; masked-language head: dense, norm, decoder"""

    BATCH: ClassVar = (ids(2, 6),)
    BLOCKS: ClassVar = [["shared_layer."]]
    BEFORE: ClassVar = ["word_embeddings.", "position_embeddings.", "embed_norm.", "embedding_hidden_mapping_in."]
    AFTER: ClassVar = ["predictions."]
    HEADS: ClassVar = ["predictions.decoder.weight"]
    ADAMW: ClassVar = ["word_embeddings.weight", "position_embeddings.weight"]
    MUON: ClassVar = [
        "embedding_hidden_mapping_in.weight",
        "predictions.dense.weight",
        "shared_layer.query.weight",
        "shared_layer.key.weight",
        "shared_layer.value.weight",
        "shared_layer.dense.weight",
        "shared_layer.intermediate.weight",
        "shared_layer.output.weight",
    ]
    UNSURE: ClassVar = []

    class Predictions(nn.Module):
        def __init__(self, d, e, vocab):
            super().__init__()
            self.LayerNorm = nn.LayerNorm(e)
            self.bias = nn.Parameter(torch.zeros(vocab))
            self.dense = nn.Linear(d, e)
            self.decoder = nn.Linear(e, vocab, bias=False)

        def forward(self, h):
            return self.decoder(self.LayerNorm(F.gelu(self.dense(h)))) + self.bias

    def __init__(self, vocab=16, e=6, d=12, n=4):
        super().__init__()
        self.n = n
        self.word_embeddings, self.position_embeddings = nn.Embedding(vocab, e), nn.Embedding(16, e)
        self.embed_norm = nn.LayerNorm(e)
        self.embedding_hidden_mapping_in = nn.Linear(e, d)
        self.shared_layer = PostNormEncoderLayer(d, 24)
        self.predictions = self.Predictions(d, e, vocab)

    def forward(self, input_ids):
        pos = torch.arange(input_ids.size(1))
        h = self.embed_norm(self.word_embeddings(input_ids) + self.position_embeddings(pos))
        h = self.embedding_hidden_mapping_in(h)
        for _ in range(self.n):
            h = self.shared_layer(h)
        return self.predictions(h)


class HyperNet(nn.Module):
    """a network on a task embedding makes the weights of the main network's layers"""

    BATCH: ClassVar = (torch.randn(3, 5), ids(3, high=4))
    BLOCKS: ClassVar = lst("main_norms", 3)
    BEFORE: ClassVar = ["inp."]
    AFTER: ClassVar = ["readout."]
    HEADS: ClassVar = ["readout.weight"]
    ADAMW: ClassVar = ["task_emb.weight"]
    MUON: ClassVar = ["inp.weight", "hyper.0.weight", "hyper.2.weight"]
    UNSURE: ClassVar = ["task_emb.", "hyper.", "weight_gen."]
    UNSURE_MUON: ClassVar = ["weight_gen."]  # what they put out are weights, an output of the hyper-network

    def __init__(self, n=5, d=6, tasks=4, out=3):
        super().__init__()
        self.d = d
        self.task_emb = nn.Embedding(tasks, 4)
        self.hyper = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 10), nn.ReLU())
        self.weight_gen = nn.ModuleList([nn.Linear(10, d * d) for _ in range(3)])
        self.inp = nn.Linear(n, d)
        self.main_norms = nn.ModuleList([nn.LayerNorm(d) for _ in range(3)])
        self.readout = nn.Linear(d, out)

    def forward(self, x, task):
        e = self.hyper(self.task_emb(task))
        h = self.inp(x)
        for gen, norm in zip(self.weight_gen, self.main_norms, strict=False):
            w = gen(e).view(-1, self.d, self.d)
            h = h + torch.relu(torch.bmm(w, norm(h).unsqueeze(2)).squeeze(2))
        return self.readout(h)


class SineLayer(nn.Module):
    def __init__(self, i, o, w0=30.0):
        super().__init__()
        self.w0, self.linear = w0, nn.Linear(i, o)

    def forward(self, x):
        return torch.sin(self.w0 * self.linear(x))


class Siren(nn.Module):
    """coordinates in, all layers in one list, the last element is the plain dense head"""

    BATCH: ClassVar = (torch.rand(7, 2),)
    BLOCKS: ClassVar = lst("net", 4)
    BEFORE: ClassVar = []
    AFTER: ClassVar = ["net.4."]
    HEADS: ClassVar = ["net.4.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = each("net", 4, "linear.weight")
    UNSURE: ClassVar = []

    def __init__(self, d=10):
        super().__init__()
        self.net = nn.ModuleList([SineLayer(2, d)])
        for _ in range(3):
            self.net.append(SineLayer(d, d))
        self.net.append(nn.Linear(d, 3))

    def forward(self, coords):
        x = coords
        for layer in self.net:
            x = layer(x)
        return x


class GruBetweenNorms(nn.Module):
    """one list that alternates norm and GRU cell; recurrent over time; value and policy heads"""

    BATCH: ClassVar = (torch.randn(4, 2, 6),)
    BLOCKS: ClassVar = [["core.0.", "core.1."], ["core.2.", "core.3."], ["core.4.", "core.5."]]
    BEFORE: ClassVar = ["obs_enc."]
    AFTER: ClassVar = ["norm_out.", "pi.", "v."]
    HEADS: ClassVar = ["pi.weight", "v.2.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = ["obs_enc.0.weight", "v.0.weight"] + [
        f"core.{i}.weight_{k}" for i in (1, 3, 5) for k in ("ih", "hh")
    ]
    UNSURE: ClassVar = []

    def __init__(self, obs=6, d=8, acts=4):
        super().__init__()
        self.d = d
        self.pi = nn.Linear(d, acts)
        self.v = nn.Sequential(nn.Linear(d, d), nn.ELU(), nn.Linear(d, 1))
        self.obs_enc = nn.Sequential(nn.Linear(obs, d), nn.ELU())
        self.core = nn.ModuleList()
        for _ in range(3):
            self.core.append(nn.LayerNorm(d))
            self.core.append(nn.GRUCell(d, d))
        self.norm_out = nn.LayerNorm(d)

    def forward(self, obs):
        hs = [obs.new_zeros(obs.shape[1], self.d) for _ in range(3)]
        outs = []
        for x in self.obs_enc(obs):
            for k in range(3):
                norm, cell = self.core[2 * k], self.core[2 * k + 1]
                hs[k] = cell(norm(x), hs[k])
                x = x + hs[k]
            outs.append(self.norm_out(x))
        h = torch.stack(outs)
        return self.pi(h), self.v(h).squeeze(-1)


class WaveNet(nn.Module):
    """parallel lists of filter, gate, residual and skip convolutions; end_conv_1, end_conv_2; no norms"""

    BATCH: ClassVar = (torch.randn(2, 8, 20),)
    BLOCKS: ClassVar = par_lst(["filter_convs", "gate_convs", "residual_convs", "skip_convs"], 4)
    BEFORE: ClassVar = ["start_conv."]
    AFTER: ClassVar = ["end_conv_1.", "end_conv_2."]
    HEADS: ClassVar = ["end_conv_2.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = [
        "start_conv.weight",
        "end_conv_1.weight",
        *each("filter_convs", 4, "weight"),
        *each("gate_convs", 4, "weight"),
        *each("skip_convs", 4, "weight"),
        *each("residual_convs", 3, "weight"),
    ]
    UNSURE: ClassVar = []
    UNSURE_MUON: ClassVar = ["residual_convs.3."]
    NO_GRAD: ClassVar = ["residual_convs.3."]  # its output goes nowhere, as in the original

    def __init__(self, classes=8, r=6, s=10):
        super().__init__()
        self.filter_convs, self.gate_convs = nn.ModuleList(), nn.ModuleList()
        self.residual_convs, self.skip_convs = nn.ModuleList(), nn.ModuleList()
        self.start_conv = nn.Conv1d(classes, r, 1)
        for i in range(4):
            self.filter_convs.append(nn.Conv1d(r, r, 2, dilation=2 ** (i % 2)))
            self.gate_convs.append(nn.Conv1d(r, r, 2, dilation=2 ** (i % 2)))
            self.residual_convs.append(nn.Conv1d(r, r, 1))
            self.skip_convs.append(nn.Conv1d(r, s, 1))
        self.end_conv_1 = nn.Conv1d(s, 9, 1)
        self.end_conv_2 = nn.Conv1d(9, classes, 1)

    def forward(self, x):
        x, skip = self.start_conv(x), 0
        for i in range(4):
            residual = x
            x = torch.tanh(self.filter_convs[i](x)) * torch.sigmoid(self.gate_convs[i](x))
            s = self.skip_convs[i](x)
            skip = s + (skip[..., -s.shape[-1] :] if i > 0 else 0)
            x = self.residual_convs[i](x) + residual[..., -x.shape[-1] :]
        return self.end_conv_2(F.relu(self.end_conv_1(F.relu(skip))))


class TemporalBlock(nn.Module):
    def __init__(self, i, o, dilation):
        super().__init__()
        self.pad = 2 * dilation
        self.conv1 = weight_norm(nn.Conv1d(i, o, 3, padding=self.pad, dilation=dilation))
        self.conv2 = weight_norm(nn.Conv1d(o, o, 3, padding=self.pad, dilation=dilation))
        self.downsample = nn.Conv1d(i, o, 1) if i != o else None

    def forward(self, x):
        y = F.relu(self.conv1(x)[..., : -self.pad])
        y = F.relu(self.conv2(y)[..., : -self.pad])
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class TCN(nn.Module):
    """weight-normed temporal blocks; the first takes the input itself; `linear`"""

    BATCH: ClassVar = (torch.randn(2, 3, 12),)
    BLOCKS: ClassVar = lst("tcn.network", 4)
    BEFORE: ClassVar = []
    AFTER: ClassVar = ["linear."]
    HEADS: ClassVar = ["linear.weight"]
    ADAMW: ClassVar = [
        f"tcn.network.{i}.conv{j}.parametrizations.weight.original0" for i in range(4) for j in (1, 2)
    ]  # gains
    MUON: ClassVar = ["tcn.network.0.downsample.weight"] + [
        f"tcn.network.{i}.conv{j}.parametrizations.weight.original1" for i in range(4) for j in (1, 2)
    ]
    UNSURE: ClassVar = []

    class Net(nn.Module):
        def __init__(self, chans):
            super().__init__()
            self.network = nn.Sequential(
                *[TemporalBlock(i, o, 2**k) for k, (i, o) in enumerate(itertools.pairwise(chans))]
            )

        def forward(self, x):
            return self.network(x)

    def __init__(self, inputs=3, d=6, classes=5):
        super().__init__()
        self.tcn = self.Net([inputs, d, d, d, d])
        self.linear = nn.Linear(d, classes)

    def forward(self, x):
        return F.log_softmax(self.linear(self.tcn(x)[:, :, -1]), dim=1)


class DenseLayer(nn.Sequential):
    def __init__(self, c, growth):
        super().__init__(
            OrderedDict(
                [
                    ("norm1", nn.BatchNorm2d(c)),
                    ("relu1", nn.ReLU()),
                    ("conv1", nn.Conv2d(c, 2 * growth, 1, bias=False)),
                    ("norm2", nn.BatchNorm2d(2 * growth)),
                    ("relu2", nn.ReLU()),
                    ("conv2", nn.Conv2d(2 * growth, growth, 3, padding=1, bias=False)),
                ]
            )
        )

    def forward(self, x):
        return torch.cat([x, super().forward(x)], 1)


class DenseNetSmall(nn.Module):
    """one Sequential `features` with conv0, denseblock1, transition1, ..., norm5"""

    BATCH: ClassVar = (torch.randn(2, 3, 16, 16),)
    BLOCKS: ClassVar = [[f"features.denseblock{b}.denselayer{i}."] for b in (1, 2) for i in (1, 2)]
    BEFORE: ClassVar = ["features.conv0.", "features.norm0."]
    AFTER: ClassVar = ["features.norm5.", "classifier."]
    HEADS: ClassVar = ["classifier.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = ["features.conv0.weight", "features.transition1.conv.weight"] + [
        f"features.denseblock{b}.denselayer{i}.conv{j}.weight" for b in (1, 2) for i in (1, 2) for j in (1, 2)
    ]
    UNSURE: ClassVar = ["features.transition1."]

    def __init__(self, growth=4, classes=5):
        super().__init__()
        c = 8
        self.features = nn.Sequential(
            OrderedDict(
                [("conv0", nn.Conv2d(3, c, 3, 2, 1, bias=False)), ("norm0", nn.BatchNorm2d(c)), ("relu0", nn.ReLU())]
            )
        )
        for b in (1, 2):
            block = nn.Sequential()
            for i in (1, 2):
                block.add_module(f"denselayer{i}", DenseLayer(c, growth))
                c += growth
            self.features.add_module(f"denseblock{b}", block)
            if b == 1:
                self.features.add_module(
                    "transition1",
                    nn.Sequential(
                        OrderedDict(
                            [
                                ("norm", nn.BatchNorm2d(c)),
                                ("relu", nn.ReLU()),
                                ("conv", nn.Conv2d(c, c // 2, 1, bias=False)),
                                ("pool", nn.AvgPool2d(2)),
                            ]
                        )
                    ),
                )
                c //= 2
        self.features.add_module("norm5", nn.BatchNorm2d(c))
        self.classifier = nn.Linear(c, classes)

    def forward(self, x):
        return self.classifier(F.relu(self.features(x)).mean((2, 3)))


class BoxMLP(nn.Module):
    def __init__(self, i, h, o, n):
        super().__init__()
        self.num_layers = n
        dims = [h] * (n - 1)
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip([i, *dims], [*dims, o], strict=False))

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = F.relu(layer(x)) if i < self.num_layers - 1 else layer(x)
        return x


class Detr(nn.Module):
    """backbone of residual blocks, encoder-decoder, queries, class head and box MLP (a list of layers) used on each level"""  # noqa: E501

    BATCH: ClassVar = (torch.randn(2, 3, 16, 16),)
    BLOCKS: ClassVar = {
        "backbone": lst("backbone.body", 3),
        "encoder": lst("transformer.encoder.layers", 3),
        "decoder": lst("transformer.decoder.layers", 3),
    }
    BEFORE: ClassVar = ["backbone.stem."]
    AFTER: ClassVar = ["transformer.decoder.norm.", "class_embed.", "bbox_embed."]
    HEADS: ClassVar = ["class_embed.weight", "bbox_embed.layers.2.weight"]
    ADAMW: ClassVar = ["query_embed.weight", "row_embed", "col_embed"]
    MUON: ClassVar = [
        "backbone.stem.0.weight",
        "input_proj.weight",
        "bbox_embed.layers.0.weight",
        "bbox_embed.layers.1.weight",
        "backbone.body.1.shortcut.0.weight",
        *each("backbone.body", 3, "conv1.weight", "conv2.weight"),
        *each(
            "transformer.encoder.layers",
            3,
            "self_attn.in_proj_weight",
            "self_attn.out_proj.weight",
            "linear1.weight",
            "linear2.weight",
        ),
        *each(
            "transformer.decoder.layers",
            3,
            "self_attn.in_proj_weight",
            "self_attn.out_proj.weight",
            "multihead_attn.in_proj_weight",
            "multihead_attn.out_proj.weight",
            "linear1.weight",
            "linear2.weight",
        ),
    ]
    UNSURE: ClassVar = ["input_proj.", "row_embed", "col_embed", "query_embed."]

    class Backbone(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 6, 3, 2, 1), nn.BatchNorm2d(6), nn.ReLU())
            self.body = nn.Sequential(BasicBlock(6, 6), BasicBlock(6, 10, 2), BasicBlock(10, 10))

        def forward(self, x):
            return self.body(self.stem(x))

    def __init__(self, d=8, classes=3, queries=5):
        super().__init__()
        self.class_embed = nn.Linear(d, classes + 1)
        self.bbox_embed = BoxMLP(d, 12, 4, 3)
        self.query_embed = nn.Embedding(queries, d)
        self.row_embed = nn.Parameter(torch.rand(4, d // 2))
        self.col_embed = nn.Parameter(torch.rand(4, d // 2))
        self.input_proj = nn.Conv2d(10, d, 1)
        self.backbone = self.Backbone()
        self.transformer = nn.Module()
        self.transformer.encoder = nn.Module()
        self.transformer.encoder.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(d, 2, 16, batch_first=True) for _ in range(3)
        )
        self.transformer.decoder = nn.Module()
        self.transformer.decoder.layers = nn.ModuleList(
            nn.TransformerDecoderLayer(d, 2, 16, batch_first=True) for _ in range(3)
        )
        self.transformer.decoder.norm = nn.LayerNorm(d)

    def forward(self, images):
        h = self.input_proj(self.backbone(images))
        b, _d, H, W = h.shape  # noqa: N806
        pos = torch.cat(
            [self.col_embed[:W].unsqueeze(0).repeat(H, 1, 1), self.row_embed[:H].unsqueeze(1).repeat(1, W, 1)], dim=-1
        ).flatten(0, 1)
        src = h.flatten(2).transpose(1, 2) + pos
        for layer in self.transformer.encoder.layers:
            src = layer(src)
        tgt = self.query_embed.weight.unsqueeze(0).repeat(b, 1, 1)
        hs = []
        for layer in self.transformer.decoder.layers:
            tgt = layer(tgt, src)
            hs.append(self.transformer.decoder.norm(tgt))
        hs = torch.stack(hs)
        logits, boxes = self.class_embed(hs), self.bbox_embed(hs).sigmoid()
        return {
            "pred_logits": logits[-1],
            "pred_boxes": boxes[-1],
            "aux": [{"pred_logits": a, "pred_boxes": c} for a, c in zip(logits[:-1], boxes[:-1], strict=False)],
        }


class RelAttention(nn.Module):
    def __init__(self, d, h=2):
        super().__init__()
        self.h, self.dk = h, d // h
        self.linear_q, self.linear_k, self.linear_v = (nn.Linear(d, d) for _ in range(3))
        self.linear_pos = nn.Linear(d, d, bias=False)
        self.linear_out = nn.Linear(d, d)
        self.pos_bias_u = nn.Parameter(torch.zeros(h, self.dk))
        self.pos_bias_v = nn.Parameter(torch.zeros(h, self.dk))

    def heads(self, x):
        return x.view(x.shape[0], -1, self.h, self.dk)

    def forward(self, x, pos):
        q, k, v = (
            self.heads(self.linear_q(x)),
            self.heads(self.linear_k(x)).transpose(1, 2),
            self.heads(self.linear_v(x)),
        )
        p = self.heads(self.linear_pos(pos)).transpose(1, 2)
        ac = (q + self.pos_bias_u).transpose(1, 2) @ k.transpose(-2, -1)
        bd = (q + self.pos_bias_v).transpose(1, 2) @ p.transpose(-2, -1)
        a = ((ac + bd) / math.sqrt(self.dk)).softmax(-1)
        return self.linear_out((a @ v.transpose(1, 2)).transpose(1, 2).reshape(x.shape))


class ConformerLayer(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.feed_forward_macaron, self.feed_forward = FeedForward(d, 2 * d), FeedForward(d, 2 * d)
        self.self_attn = RelAttention(d)
        self.pointwise_conv1 = nn.Conv1d(d, 2 * d, 1)
        self.depthwise_conv = nn.Conv1d(d, d, 3, padding=1, groups=d)
        self.norm_conv_in = nn.BatchNorm1d(d)
        self.pointwise_conv2 = nn.Conv1d(d, d, 1)
        self.norm_ff, self.norm_mha, self.norm_ff_macaron, self.norm_conv, self.norm_final = (
            nn.LayerNorm(d) for _ in range(5)
        )

    def forward(self, x, pos):
        x = x + 0.5 * self.feed_forward_macaron(self.norm_ff_macaron(x))
        x = x + self.self_attn(self.norm_mha(x), pos)
        y = F.glu(self.pointwise_conv1(self.norm_conv(x).transpose(1, 2)), dim=1)
        y = self.pointwise_conv2(F.silu(self.norm_conv_in(self.depthwise_conv(y)))).transpose(1, 2)
        x = x + y
        return self.norm_final(x + 0.5 * self.feed_forward(self.norm_ff(x)))


class JointCtcAttention(nn.Module):
    """conformer encoder with a conv stem of one input channel, a CTC head on it, an attention decoder with its own head"""  # noqa: E501

    BATCH: ClassVar = (torch.randn(2, 16, 8), ids(2, 4, high=7))
    BLOCKS: ClassVar = {"encoder": lst("encoder.encoders", 3), "decoder": lst("decoder.decoders", 2)}
    BEFORE: ClassVar = ["encoder.embed.", "decoder.embed."]
    AFTER: ClassVar = ["decoder.after_norm.", "decoder.output_layer.", "ctc.ctc_lo."]
    HEADS: ClassVar = ["decoder.output_layer.weight", "ctc.ctc_lo.weight"]
    ADAMW: ClassVar = [
        "encoder.embed.conv.0.weight",
        "decoder.embed.weight",
        *each("encoder.encoders", 3, "depthwise_conv.weight", "self_attn.pos_bias_u", "self_attn.pos_bias_v"),
    ]
    MUON: ClassVar = [
        "encoder.embed.conv.2.weight",
        "encoder.embed.out.weight",
        *each(
            "encoder.encoders",
            3,
            "feed_forward_macaron.",
            "feed_forward.",
            "self_attn.linear_",
            "pointwise_conv1.",
            "pointwise_conv2.",
        ),
        *each("decoder.decoders", 2, "self_attn.", "src_attn.", "feed_forward."),
    ]
    UNSURE: ClassVar = ["encoder.after_norm."]

    def __init__(self, d=8, vocab=7):
        super().__init__()
        self.ctc = nn.Module()
        self.ctc.ctc_lo = nn.Linear(d, vocab)
        self.encoder = nn.Module()
        self.encoder.embed = nn.Module()
        self.encoder.embed.conv = nn.Sequential(
            nn.Conv2d(1, d, 3, 2, 1), nn.ReLU(), nn.Conv2d(d, d, 3, 2, 1), nn.ReLU()
        )
        self.encoder.embed.out = nn.Linear(d * 2, d)
        self.encoder.encoders = nn.ModuleList([ConformerLayer(d) for _ in range(3)])
        self.encoder.after_norm = nn.LayerNorm(d)
        self.decoder = nn.Module()
        self.decoder.embed = nn.Embedding(vocab, d)
        self.decoder.after_norm = nn.LayerNorm(d)
        self.decoder.output_layer = nn.Linear(d, vocab)
        self.decoder.decoders = nn.ModuleList([S2SDecLayer(d) for _ in range(2)])

    def encode(self, feats):
        x = self.encoder.embed.conv(feats.unsqueeze(1))
        x = self.encoder.embed.out(x.transpose(1, 2).flatten(2))
        pos = torch.sin(torch.arange(x.shape[1])[:, None] / torch.arange(1, x.shape[2] + 1)[None]).unsqueeze(0)
        for layer in self.encoder.encoders:
            x = layer(x, pos)
        return self.encoder.after_norm(x)

    def forward(self, feats, tokens):
        mem = self.encode(feats)
        y = self.decoder.embed(tokens)
        for layer in self.decoder.decoders:
            y = layer(y, mem)
        return self.ctc.ctc_lo(mem).log_softmax(-1), self.decoder.output_layer(self.decoder.after_norm(y))


class ResBlockEDSR(nn.Module):
    def __init__(self, c, res_scale=0.1):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(c, c, 3, padding=1), nn.ReLU(True), nn.Conv2d(c, c, 3, padding=1))
        self.res_scale = res_scale

    def forward(self, x):
        return x + self.body(x).mul(self.res_scale)


class EDSR(nn.Module):
    """super-resolution: `head` is the stem, `body` ends with a convolution after the blocks, `tail` upsamples"""

    BATCH: ClassVar = (torch.randn(2, 3, 8, 8),)
    BLOCKS: ClassVar = lst("body", 4)
    BEFORE: ClassVar = ["head."]
    AFTER: ClassVar = ["body.4.", "tail."]
    HEADS: ClassVar = ["tail.1.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = [
        "head.0.weight",
        "body.4.weight",
        "tail.0.0.weight",
        *each("body", 4, "body.0.weight", "body.2.weight"),
    ]
    UNSURE: ClassVar = []

    def __init__(self, c=6):
        super().__init__()
        m_head = [nn.Conv2d(3, c, 3, padding=1)]
        m_body = [ResBlockEDSR(c) for _ in range(4)]
        m_body.append(nn.Conv2d(c, c, 3, padding=1))
        m_tail = [nn.Sequential(nn.Conv2d(c, 4 * c, 3, padding=1), nn.PixelShuffle(2)), nn.Conv2d(c, 3, 3, padding=1)]
        self.head = nn.Sequential(*m_head)
        self.body = nn.Sequential(*m_body)
        self.tail = nn.Sequential(*m_tail)

    def forward(self, x):
        x = self.head(x)
        res = self.body(x)
        res += x
        return self.tail(res)


class SkipBlock(nn.Module):
    def __init__(self, d, skip=False):
        super().__init__()
        self.skip_linear = nn.Linear(2 * d, d) if skip else None
        self.core = DictBlock(d)

    def forward(self, x, skip=None):
        if self.skip_linear is not None:
            x = self.skip_linear(torch.cat([x, skip], dim=-1))
        return self.core(x)


_CORE = tuple("core." + k for k in _DB)


class UViT(nn.Module):
    """transformer with long skips: in_blocks, mid_block, out_blocks; `decoder_pred`, then a convolution on the image"""

    BATCH: ClassVar = (torch.randn(2, 3, 8, 8), torch.rand(2))
    BLOCKS: ClassVar = {"in": lst("in_blocks", 2), "out": lst("out_blocks", 2)}
    BEFORE: ClassVar = ["patch_embed.", "pos_embed", "time_embed."]
    AFTER: ClassVar = ["norm.", "decoder_pred.", "final_layer."]
    HEADS: ClassVar = ["final_layer.weight"]
    ADAMW: ClassVar = ["pos_embed"]
    MUON: ClassVar = (
        ["patch_embed.weight", "time_embed.0.weight", "time_embed.2.weight"]
        + each("in_blocks", 2, *_CORE)
        + each("out_blocks", 2, "skip_linear.weight", *_CORE)
        + ["mid_block." + k for k in _CORE]
    )
    UNSURE: ClassVar = ["mid_block."]
    UNSURE_MUON: ClassVar = ["decoder_pred."]

    def __init__(self, d=8):
        super().__init__()
        self.patch_embed = nn.Conv2d(3, d, 2, 2)
        self.time_embed = nn.Sequential(nn.Linear(4, d), nn.SiLU(), nn.Linear(d, d))
        self.pos_embed = nn.Parameter(torch.zeros(1, 17, d))
        self.in_blocks = nn.ModuleList([SkipBlock(d) for _ in range(2)])
        self.mid_block = SkipBlock(d)
        self.out_blocks = nn.ModuleList([SkipBlock(d, skip=True) for _ in range(2)])
        self.norm = nn.LayerNorm(d)
        self.decoder_pred = nn.Linear(d, 12)
        self.final_layer = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x, t):
        b = x.shape[0]
        x = self.patch_embed(x).flatten(2).transpose(1, 2)
        t = self.time_embed(torch.stack([t, t**2, t.sin(), t.cos()], -1)).unsqueeze(1)
        x = torch.cat((t, x), dim=1) + self.pos_embed
        skips = []
        for blk in self.in_blocks:
            x = blk(x)
            skips.append(x)
        x = self.mid_block(x)
        for blk in self.out_blocks:
            x = blk(x, skips.pop())
        x = self.decoder_pred(self.norm(x))[:, 1:]
        x = x.reshape(b, 4, 4, 2, 2, 3).permute(0, 5, 1, 3, 2, 4).reshape(b, 3, 8, 8)
        return self.final_layer(x)


class NBeatsBlock(nn.Module):
    def __init__(self, back, fore, d):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(back, d), nn.Linear(d, d), nn.Linear(d, d)
        self.theta_b, self.theta_f = nn.Linear(d, 4, bias=False), nn.Linear(d, 4, bias=False)
        self.backcast_fc, self.forecast_fc = nn.Linear(4, back), nn.Linear(4, fore)

    def forward(self, x):
        x = F.relu(self.fc3(F.relu(self.fc2(F.relu(self.fc1(x))))))
        return self.backcast_fc(F.relu(self.theta_b(x))), self.forecast_fc(F.relu(self.theta_f(x)))


class NBeats(nn.Module):
    """stacks of blocks as nested lists; each block subtracts from the input and adds to the forecast; nothing outside"""  # noqa: E501

    BATCH: ClassVar = (torch.randn(2, 10),)
    BLOCKS: ClassVar = [[f"stacks.{s}.{i}."] for s in range(2) for i in range(2)]
    BEFORE: ClassVar = []
    AFTER: ClassVar = []
    HEADS: ClassVar = []
    ADAMW: ClassVar = []
    MUON: ClassVar = [
        f"stacks.{s}.{i}.{k}." for s in range(2) for i in range(2) for k in ("fc1", "fc2", "fc3", "theta_f")
    ] + [f"stacks.{s}.{i}.{k}." for s, i in ((0, 0), (0, 1), (1, 0)) for k in ("theta_b", "backcast_fc")]
    UNSURE: ClassVar = []
    UNSURE_MUON: ClassVar = [f"stacks.{s}.{i}.forecast_fc." for s in range(2) for i in range(2)] + [
        "stacks.1.1.theta_b.",
        "stacks.1.1.backcast_fc.",
    ]  # heads inside blocks; the last backcast is only returned

    def __init__(self, back=10, fore=4, d=8):
        super().__init__()
        self.fore = fore
        self.stacks = nn.ModuleList()
        for _ in range(2):
            self.stacks.append(nn.ModuleList([NBeatsBlock(back, fore, d) for _ in range(2)]))

    def forward(self, backcast):
        forecast = backcast.new_zeros(len(backcast), self.fore)
        for stack in self.stacks:
            for block in stack:
                b, f = block(backcast)
                backcast = backcast - b
                forecast = forecast + f
        return backcast, forecast


class TimeMix(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.time_decay = nn.Parameter(torch.randn(d))
        self.time_first = nn.Parameter(torch.randn(2, d // 2))
        self.time_mix_k, self.time_mix_v, self.time_mix_r = (nn.Parameter(torch.rand(1, 1, d)) for _ in range(3))
        self.key, self.value, self.receptance, self.output = (nn.Linear(d, d, bias=False) for _ in range(4))

    def forward(self, x):
        xx = F.pad(x, (0, 0, 1, -1))
        k = self.key(x * self.time_mix_k + xx * (1 - self.time_mix_k))
        v = self.value(x * self.time_mix_v + xx * (1 - self.time_mix_v))
        r = torch.sigmoid(self.receptance(x * self.time_mix_r + xx * (1 - self.time_mix_r)))
        num = den = torch.zeros_like(k[:, 0])
        w, out = torch.exp(-torch.exp(self.time_decay)), []
        for t in range(x.shape[1]):
            e = torch.exp(k[:, t] + self.time_first.flatten())
            out.append((num + e * v[:, t]) / (den + e))
            num, den = w * num + k[:, t].exp() * v[:, t], w * den + k[:, t].exp()
        return self.output(r * torch.stack(out, 1))


class ChannelMix(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.time_mix_k = nn.Parameter(torch.rand(1, 1, d))
        self.key, self.receptance, self.value = (
            nn.Linear(d, 3 * d, False),
            nn.Linear(d, d, False),
            nn.Linear(3 * d, d, False),
        )

    def forward(self, x):
        xx = F.pad(x, (0, 0, 1, -1))
        k = torch.square(torch.relu(self.key(x * self.time_mix_k + xx * (1 - self.time_mix_k))))
        return torch.sigmoid(self.receptance(x)) * self.value(k)


class RwkvBlock(nn.Module):
    def __init__(self, d, i):
        super().__init__()
        if i == 0:
            self.ln0 = nn.LayerNorm(d)
        self.i = i
        self.ln1, self.ln2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.att, self.ffn = TimeMix(d), ChannelMix(d)

    def forward(self, x):
        if self.i == 0:
            x = self.ln0(x)
        x = x + self.att(self.ln1(x))
        return x + self.ffn(self.ln2(x))


class Rwkv(nn.Module):
    """recurrent language model: gains [1, 1, d], `emb`, `ln_out`, `head`; the first block has one more norm"""

    BATCH: ClassVar = (ids(2, 6),)
    BLOCKS: ClassVar = [
        ["blocks.0.ln1.", "blocks.0.ln2.", "blocks.0.att.", "blocks.0.ffn."],
        ["blocks.1."],
        ["blocks.2."],
    ]
    BEFORE: ClassVar = ["emb."]
    AFTER: ClassVar = ["ln_out.", "head."]
    HEADS: ClassVar = ["head.weight"]
    ADAMW: ClassVar = ["emb.weight", *each("blocks", 3, "att.time_", "ffn.time_")]
    MUON: ClassVar = each(
        "blocks",
        3,
        "att.key.",
        "att.value.",
        "att.receptance.",
        "att.output.",
        "ffn.key.",
        "ffn.receptance.",
        "ffn.value.",
    )
    UNSURE: ClassVar = ["blocks.0.ln0."]

    def __init__(self, d=8, vocab=16):
        super().__init__()
        self.emb = nn.Embedding(vocab, d)
        self.blocks = nn.ModuleList([RwkvBlock(d, i) for i in range(3)])
        self.ln_out = nn.LayerNorm(d)
        self.head = nn.Linear(d, vocab, bias=False)

    def forward(self, idx):
        x = self.emb(idx)
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln_out(x))


class FeatureTokenizer(nn.Module):
    def __init__(self, n, cards, d):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n + 1, d))
        self.bias = nn.Parameter(torch.randn(n + sum(1 for _ in cards), d))
        self.register_buffer("offsets", torch.tensor([0, *list(cards[:-1])]).cumsum(0))
        self.category_embeddings = nn.Embedding(sum(cards), d)

    def forward(self, x_num, x_cat):
        x_num = torch.cat([torch.ones(len(x_num), 1), x_num], dim=1)
        x = self.weight[None] * x_num[:, :, None]
        x = torch.cat([x, self.category_embeddings(x_cat + self.offsets[None])], dim=1)
        bias = torch.cat([torch.zeros(1, self.bias.shape[1]), self.bias])
        return x + bias[None]


class FTTransformer(nn.Module):
    """tabular: each block is an nn.ModuleDict; the first has no norm; `_tok`, `_last_norm`, `_last`"""

    BATCH: ClassVar = (torch.randn(3, 4), ids(3, 2, high=3))
    BLOCKS: ClassVar = lst("layers", 3)
    BEFORE: ClassVar = ["_tok."]
    AFTER: ClassVar = ["_last_norm.", "_last."]
    HEADS: ClassVar = ["_last.weight"]
    ADAMW: ClassVar = ["_tok.weight", "_tok.bias", "_tok.category_embeddings.weight"]
    MUON: ClassVar = each("layers", 3, "W_q.", "W_k.", "W_v.", "W_out.", "linear0.", "linear1.")
    UNSURE: ClassVar = []

    def __init__(self, n=4, cards=(3, 5), d=8, out=2):
        super().__init__()
        self._last = nn.Linear(d, out)
        self._last_norm = nn.LayerNorm(d)
        self._tok = FeatureTokenizer(n, cards, d)
        self.layers = nn.ModuleList([])
        for i in range(3):
            layer = nn.ModuleDict({k: nn.Linear(d, d) for k in ("W_q", "W_k", "W_v", "W_out")})
            layer.update({"linear0": nn.Linear(d, 4 * d), "linear1": nn.Linear(2 * d, d), "norm1": nn.LayerNorm(d)})
            if i:
                layer["norm0"] = nn.LayerNorm(d)
            self.layers.append(layer)

    def forward(self, x_num, x_cat):
        x = self._tok(x_num, x_cat)
        for i, layer in enumerate(self.layers):
            y = layer["norm0"](x) if i else x
            a = (layer["W_q"](y) @ layer["W_k"](y).transpose(1, 2) / y.shape[-1] ** 0.5).softmax(-1)
            x = x + layer["W_out"](a @ layer["W_v"](y))
            y, gate = layer["linear0"](layer["norm1"](x)).chunk(2, dim=-1)
            x = x + layer["linear1"](y * F.relu(gate))
        return self._last(F.relu(self._last_norm(x[:, 0])))


class DeepCross(nn.Module):
    """recommender: cross layers as parameters in lists beside a deep tower; both meet in `lin2`; embeddings in a ModuleDict"""  # noqa: E501

    BATCH: ClassVar = (torch.randn(4, 3), ids(4, 2, high=5))
    BLOCKS: ClassVar = {
        "cross": [[f"cross_kernels.{i}", f"cross_biases.{i}"] for i in range(3)],
        "deep": lst("deep", 3),
    }
    BEFORE: ClassVar = ["emb.", "bn."]
    AFTER: ClassVar = ["lin2."]
    HEADS: ClassVar = ["lin2.weight"]
    ADAMW: ClassVar = ["emb."]
    MUON: ClassVar = [f"cross_kernels.{i}" for i in range(3)] + each("deep", 3, "0.weight")
    UNSURE: ClassVar = []

    def __init__(self, n=3, cards=(("user", 5), ("item", 7))):
        super().__init__()
        self.emb = nn.ModuleDict({k: nn.Embedding(c, 4) for k, c in cards})
        d = n + 4 * len(cards)
        self.bn = nn.BatchNorm1d(n)
        self.lin2 = nn.Linear(d + 6, 2)
        self.cross_kernels = nn.ParameterList([nn.Parameter(torch.empty(d, d)) for _ in range(3)])
        self.cross_biases = nn.ParameterList([nn.Parameter(torch.zeros(d)) for _ in range(3)])
        for k in self.cross_kernels:
            nn.init.xavier_normal_(k)
        dims = [d, 16, 8, 6]
        self.deep = nn.ModuleList(
            [nn.Sequential(nn.Linear(i, o), nn.ReLU(), nn.Dropout(0.1)) for i, o in itertools.pairwise(dims)]
        )

    def forward(self, dense, cats):
        x0 = torch.cat([self.bn(dense)] + [e(cats[:, i]) for i, e in enumerate(self.emb.values())], dim=1)
        x = x0
        for w, b in zip(self.cross_kernels, self.cross_biases, strict=False):
            x = x0 * (x @ w + b) + x
        y = x0
        for layer in self.deep:
            y = layer(y)
        return self.lin2(torch.cat([x, y], dim=1))


class GinConv(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(d, 2 * d), nn.BatchNorm1d(2 * d), nn.ReLU(), nn.Linear(2 * d, d))
        self.eps = nn.Parameter(torch.zeros(1))
        self.bond_encoder = nn.ModuleList([nn.Embedding(3, d), nn.Embedding(2, d)])

    def forward(self, x, edge_index, edge_attr):
        e = sum(emb(edge_attr[:, i]) for i, emb in enumerate(self.bond_encoder))
        msg = F.relu(x[edge_index[0]] + e)
        agg = torch.zeros_like(x).index_add(0, edge_index[1], msg)
        return self.mlp((1 + self.eps) * x + agg)


class MoleculeGIN(nn.Module):
    """edge embeddings inside each block, norms in a parallel list, a virtual node with one network less than blocks"""

    BATCH: ClassVar = (
        ids(6, 2, high=4),
        torch.tensor([[0, 1, 2, 3, 4, 5], [1, 2, 0, 4, 5, 3]]),
        ids(6, 2, high=2),
        torch.tensor([0, 0, 0, 1, 1, 1]),
    )
    BLOCKS: ClassVar = [
        ["gnn_node.convs.0.", "gnn_node.batch_norms.0.", "gnn_node.mlp_virtualnode_list.0."],
        ["gnn_node.convs.1.", "gnn_node.batch_norms.1.", "gnn_node.mlp_virtualnode_list.1."],
        ["gnn_node.convs.2.", "gnn_node.batch_norms.2."],
    ]
    BEFORE: ClassVar = ["gnn_node.atom_encoder.", "gnn_node.virtualnode_embedding."]
    AFTER: ClassVar = ["gate_nn.", "graph_pred_linear."]
    HEADS: ClassVar = ["graph_pred_linear.weight"]
    ADAMW: ClassVar = ["gnn_node.atom_encoder.", "gnn_node.virtualnode_embedding.weight", "gate_nn.2.weight"] + each(  # noqa: RUF005
        "gnn_node.convs", 3, "bond_encoder."
    )  # gate_nn.2: a single row
    MUON: ClassVar = (
        each("gnn_node.convs", 3, "mlp.0.weight", "mlp.3.weight")
        + each("gnn_node.mlp_virtualnode_list", 2, "0.weight")
        + ["gate_nn.0.weight"]
    )
    UNSURE: ClassVar = []

    class Node(nn.Module):
        def __init__(self, d, n):
            super().__init__()
            self.n = n
            self.atom_encoder = nn.ModuleList([nn.Embedding(4, d), nn.Embedding(4, d)])
            self.virtualnode_embedding = nn.Embedding(1, d)
            nn.init.constant_(self.virtualnode_embedding.weight.data, 0)
            self.convs, self.batch_norms, self.mlp_virtualnode_list = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
            for _ in range(n):
                self.convs.append(GinConv(d))
                self.batch_norms.append(nn.BatchNorm1d(d))
            for _ in range(n - 1):
                self.mlp_virtualnode_list.append(nn.Sequential(nn.Linear(d, d), nn.LayerNorm(d), nn.ReLU()))

        def forward(self, x, edge_index, edge_attr, batch):
            g = int(batch.max()) + 1
            vn = self.virtualnode_embedding(torch.zeros(g, dtype=torch.long))
            h_list = [sum(emb(x[:, i]) for i, emb in enumerate(self.atom_encoder))]
            for layer in range(self.n):
                h_list[layer] = h_list[layer] + vn[batch]
                h = self.batch_norms[layer](self.convs[layer](h_list[layer], edge_index, edge_attr))
                if layer < self.n - 1:
                    h = F.relu(h)
                    pooled = torch.zeros_like(vn).index_add(0, batch, h_list[layer]) + vn
                    vn = vn + self.mlp_virtualnode_list[layer](pooled)
                h_list.append(h)
            return h_list[-1]

    def __init__(self, d=8, tasks=3):
        super().__init__()
        self.graph_pred_linear = nn.Linear(d, tasks)
        self.gate_nn = nn.Sequential(nn.Linear(d, 2 * d), nn.ReLU(), nn.Linear(2 * d, 1))
        self.gnn_node = self.Node(d, 3)

    def forward(self, x, edge_index, edge_attr, batch):
        h = self.gnn_node(x, edge_index, edge_attr, batch)
        gate = torch.sigmoid(self.gate_nn(h))
        hg = torch.zeros(int(batch.max()) + 1, h.shape[1]).index_add(0, batch, gate * h)
        return self.graph_pred_linear(hg)


class Transducer(nn.Module):
    """RNN-T: encoder nn.LSTM, prediction network that embeds earlier outputs (`output_embedding`), joiner with `fc_out`"""  # noqa: E501

    BATCH: ClassVar = (torch.randn(2, 9, 5), ids(2, 4, high=6))
    BLOCKS: ClassVar = {
        "encoder": [
            [
                f"encoder.lstm.weight_ih_l{i}",
                f"encoder.lstm.weight_hh_l{i}",
                f"encoder.lstm.bias_ih_l{i}",
                f"encoder.lstm.bias_hh_l{i}",
            ]
            for i in range(3)
        ]
    }
    BEFORE: ClassVar = ["encoder.inp."]
    AFTER: ClassVar = ["joiner.fc_out."]
    HEADS: ClassVar = ["joiner.fc_out.weight"]
    ADAMW: ClassVar = ["predictor.output_embedding.weight"]
    MUON: ClassVar = [
        "encoder.inp.weight",
        "joiner.fc_pred.weight",
        "joiner.fc_enc.weight",
        "predictor.lstm.weight_ih_l0",
        "predictor.lstm.weight_hh_l0",
    ] + [f"encoder.lstm.weight_{k}_l{i}" for i in range(3) for k in ("ih", "hh")]
    UNSURE: ClassVar = ["predictor.", "joiner.fc_enc.", "joiner.fc_pred."]

    def __init__(self, feats=5, d=8, vocab=6):
        super().__init__()
        self.joiner = nn.Module()
        self.joiner.fc_out = nn.Linear(10, vocab)
        self.joiner.fc_enc, self.joiner.fc_pred = nn.Linear(d, 10), nn.Linear(d, 10)
        self.predictor = nn.Module()
        self.predictor.output_embedding = nn.Embedding(vocab, d)
        self.predictor.lstm = nn.LSTM(d, d, batch_first=True)
        self.encoder = nn.Module()
        self.encoder.inp = nn.Linear(feats, d)
        self.encoder.lstm = nn.LSTM(d, d, 3, batch_first=True)

    def join(self, enc, pred):
        return self.joiner.fc_out(torch.tanh(self.joiner.fc_enc(enc)[:, :, None] + self.joiner.fc_pred(pred)[:, None]))

    def forward(self, x, y):
        enc, _ = self.encoder.lstm(self.encoder.inp(x))
        pred, _ = self.predictor.lstm(self.predictor.output_embedding(F.pad(y, (1, 0))))
        return self.join(enc, pred)


class FpnDetector(nn.Module):
    """ResNet-like backbone, pyramid of lateral and output convolutions, towers of convolutions and three predictors"""

    BATCH: ClassVar = (torch.randn(2, 3, 16, 16),)
    BLOCKS: ClassVar = {
        "backbone": [["backbone.layer1.0."], ["backbone.layer1.1."], ["backbone.layer2.0."], ["backbone.layer3.0."]]
    }
    BEFORE: ClassVar = ["backbone.conv1.", "backbone.bn1."]
    AFTER: ClassVar = ["head.cls_score.", "head.bbox_pred.", "head.ctrness."]
    HEADS: ClassVar = ["head.cls_score.weight", "head.bbox_pred.weight", "head.ctrness.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = (
        [
            "backbone.conv1.weight",
            "head.cls_subnet.0.weight",
            "head.cls_subnet.2.weight",
            "head.bbox_subnet.0.weight",
            "head.bbox_subnet.2.weight",
            "backbone.layer2.0.shortcut.0.weight",
            "backbone.layer3.0.shortcut.0.weight",
        ]
        + [f"backbone.{b}.conv{j}.weight" for b in ("layer1.0", "layer1.1", "layer2.0", "layer3.0") for j in (1, 2)]
        + each("fpn.lateral_convs", 3, "weight")
        + each("fpn.output_convs", 3, "weight")
    )
    UNSURE: ClassVar = ["fpn.", "head.cls_subnet.", "head.bbox_subnet.", "head.scales"]

    class Backbone(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.bn1 = conv3x3(3, 4), nn.BatchNorm2d(4)
            self.layer1 = nn.Sequential(BasicBlock(4, 4), BasicBlock(4, 4))
            self.layer2 = nn.Sequential(BasicBlock(4, 6, 2))
            self.layer3 = nn.Sequential(BasicBlock(6, 8, 2))

        def forward(self, x):
            x = F.relu(self.bn1(self.conv1(x)))
            c1 = self.layer1(x)
            c2 = self.layer2(c1)
            return [c1, c2, self.layer3(c2)]

    class Fpn(nn.Module):
        def __init__(self, chans, d):
            super().__init__()
            self.lateral_convs = nn.ModuleList([nn.Conv2d(c, d, 1) for c in chans])
            self.output_convs = nn.ModuleList([nn.Conv2d(d, d, 3, padding=1) for _ in chans])

        def forward(self, feats):
            prev, outs = None, []
            for i in reversed(range(len(feats))):
                lat = self.lateral_convs[i](feats[i])
                prev = lat if prev is None else lat + F.interpolate(prev, scale_factor=2.0)
                outs.insert(0, self.output_convs[i](prev))
            return outs

    class Head(nn.Module):
        def __init__(self, d, classes):
            super().__init__()
            self.cls_score = nn.Conv2d(d, classes, 3, padding=1)
            self.bbox_pred = nn.Conv2d(d, 4, 3, padding=1)
            self.ctrness = nn.Conv2d(d, 1, 3, padding=1)
            self.cls_subnet = nn.Sequential(
                nn.Conv2d(d, d, 3, padding=1), nn.ReLU(), nn.Conv2d(d, d, 3, padding=1), nn.ReLU()
            )
            self.bbox_subnet = nn.Sequential(
                nn.Conv2d(d, d, 3, padding=1), nn.ReLU(), nn.Conv2d(d, d, 3, padding=1), nn.ReLU()
            )
            self.scales = nn.ParameterList([nn.Parameter(torch.ones(1)) for _ in range(3)])

        def forward(self, feats):
            logits, boxes, ctr = [], [], []
            for scale, f in zip(self.scales, feats, strict=False):
                logits.append(self.cls_score(self.cls_subnet(f)))
                box = self.bbox_subnet(f)
                boxes.append(F.relu(scale * self.bbox_pred(box)))
                ctr.append(self.ctrness(box))
            return logits, boxes, ctr

    def __init__(self, d=6, classes=3):
        super().__init__()
        self.head = self.Head(d, classes)
        self.fpn = self.Fpn((4, 6, 8), d)
        self.backbone = self.Backbone()

    def forward(self, x):
        return self.head(self.fpn(self.backbone(x)))


class SlotAutoencoder(nn.Module):
    """flattened conv encoder, slot attention with a GRU cell applied n times, flattened decoder that ends with the image"""  # noqa: E501

    BATCH: ClassVar = (torch.randn(2, 3, 8, 8),)
    BLOCKS: ClassVar = {
        "encoder": [["encoder_cnn.0."], ["encoder_cnn.2."], ["encoder_cnn.4."]],
        "decoder": [["decoder_cnn.0."], ["decoder_cnn.2."]],
    }
    BEFORE: ClassVar = []
    AFTER: ClassVar = ["decoder_cnn.4."]
    HEADS: ClassVar = ["decoder_cnn.4.weight"]
    ADAMW: ClassVar = ["slots_mu", "slots_log_sigma"]
    MUON: ClassVar = [
        "encoder_cnn.0.weight",
        "encoder_cnn.2.weight",
        "encoder_cnn.4.weight",
        "decoder_cnn.0.weight",
        "decoder_cnn.2.weight",
        "enc_pos.weight",
        "dec_pos.weight",
        "project_q.weight",
        "project_k.weight",
        "project_v.weight",
        "gru.weight_ih",
        "gru.weight_hh",
        "mlp.0.weight",
        "mlp.2.weight",
    ]
    UNSURE: ClassVar = ["enc_pos.", "dec_pos.", "project_", "gru.", "mlp.", "norm_", "slots_"]

    def __init__(self, d=8, slots=3, iters=3):
        super().__init__()
        self.slots, self.iters, self.d = slots, iters, d
        self.encoder_cnn = nn.Sequential(
            nn.Conv2d(3, d, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(d, d, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(d, d, 3, padding=1),
            nn.ReLU(),
        )
        self.enc_pos, self.dec_pos = nn.Linear(4, d), nn.Linear(4, d)
        self.norm_inputs, self.norm_slots, self.norm_mlp = nn.LayerNorm(d), nn.LayerNorm(d), nn.LayerNorm(d)
        self.slots_mu, self.slots_log_sigma = nn.Parameter(torch.randn(1, 1, d)), nn.Parameter(torch.randn(1, 1, d))
        self.project_q, self.project_k, self.project_v = (nn.Linear(d, d, bias=False) for _ in range(3))
        self.gru = nn.GRUCell(d, d)
        self.mlp = nn.Sequential(nn.Linear(d, 12), nn.ReLU(), nn.Linear(12, d))
        self.decoder_cnn = nn.Sequential(
            nn.ConvTranspose2d(d, d, 4, 2, 1),
            nn.ReLU(),
            nn.Conv2d(d, d, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(d, 4, 3, padding=1),
        )

    @staticmethod
    def grid(n):
        g = torch.stack(torch.meshgrid(torch.linspace(0, 1, n), torch.linspace(0, 1, n), indexing="ij"), -1)
        return torch.cat([g, 1 - g], -1)

    def forward(self, img):
        b = len(img)
        x = self.encoder_cnn(img).permute(0, 2, 3, 1) + self.enc_pos(self.grid(8))
        x = self.norm_inputs(x.flatten(1, 2))
        k, v = self.project_k(x), self.project_v(x)
        slots = self.slots_mu + self.slots_log_sigma.exp() * torch.randn(b, self.slots, self.d)
        for _ in range(self.iters):
            prev = slots
            q = self.project_q(self.norm_slots(slots))
            attn = (torch.einsum("bid,bjd->bij", q, k) * self.d**-0.5).softmax(dim=1) + 1e-8
            upd = torch.einsum("bjd,bij->bid", v, attn / attn.sum(-1, keepdim=True))
            slots = self.gru(upd.reshape(-1, self.d), prev.reshape(-1, self.d)).view(b, -1, self.d)
            slots = slots + self.mlp(self.norm_mlp(slots))
        y = slots.reshape(-1, 1, 1, self.d).expand(-1, 4, 4, -1) + self.dec_pos(self.grid(4))
        rgb, mask = self.decoder_cnn(y.permute(0, 3, 1, 2)).view(b, self.slots, 4, 8, 8).split([3, 1], dim=2)
        return (rgb * mask.softmax(1)).sum(1)


class DeepPromptViT(nn.Module):
    """visual prompt tuning: a list of prompts, one for each block, over a frozen-style backbone; two heads (class, distillation)"""  # noqa: E501

    BATCH: ClassVar = (torch.randn(2, 9, 12),)
    BLOCKS: ClassVar = [[f"blocks.{i}.", f"deep_prompts.{i}"] for i in range(3)]
    BEFORE: ClassVar = ["embed.", "cls", "dist", "pos"]
    AFTER: ClassVar = ["norm.", "head.", "head_dist."]
    HEADS: ClassVar = ["head.weight", "head_dist.weight"]
    ADAMW: ClassVar = ["cls", "dist", "pos"] + [f"deep_prompts.{i}" for i in range(3)]
    MUON: ClassVar = ["embed.weight", *each("blocks", 3, *_DB)]
    UNSURE: ClassVar = []

    def __init__(self, d=8, classes=4):
        super().__init__()
        self.head, self.head_dist = nn.Linear(d, classes), nn.Linear(d, classes)
        self.deep_prompts = nn.ParameterList([nn.Parameter(torch.randn(1, 2, d) * 0.02) for _ in range(3)])
        self.blocks = nn.ModuleList([DictBlock(d) for _ in range(3)])
        self.norm = nn.LayerNorm(d)
        self.embed = nn.Linear(12, d)
        self.cls, self.dist = nn.Parameter(torch.zeros(1, 1, d)), nn.Parameter(torch.zeros(1, 1, d))
        self.pos = nn.Parameter(torch.zeros(1, 11, d))

    def forward(self, patches):
        b = len(patches)
        x = torch.cat([self.cls.expand(b, -1, -1), self.dist.expand(b, -1, -1), self.embed(patches)], 1) + self.pos
        for prompt, block in zip(self.deep_prompts, self.blocks, strict=False):
            x = block(torch.cat([x, prompt.expand(b, -1, -1)], 1))[:, : x.shape[1]]
        x = self.norm(x)
        a, c = self.head(x[:, 0]), self.head_dist(x[:, 1])
        return (a, c) if self.training else (a + c) / 2


class SiameseEncoder(nn.Module):
    """one tower applied to two sentences; the classifier sees (u, v, |u - v|)"""

    BATCH: ClassVar = (ids(2, 5), ids(2, 7))
    BLOCKS: ClassVar = lst("bert.layer", 3)
    BEFORE: ClassVar = ["bert.embeddings."]
    AFTER: ClassVar = ["pooler.", "softmax_classifier."]
    HEADS: ClassVar = ["softmax_classifier.weight"]
    ADAMW: ClassVar = ["bert.embeddings.word.weight"]
    MUON: ClassVar = [
        "pooler.weight",
        *each(
            "bert.layer",
            3,
            *_POST_NORM,
        ),
    ]
    UNSURE: ClassVar = []

    def __init__(self, d=8, vocab=16):
        super().__init__()
        self.softmax_classifier = nn.Linear(3 * d, 3)
        self.pooler = nn.Linear(d, d)
        self.bert = nn.ModuleDict(
            {
                "embeddings": nn.ModuleDict({"word": nn.Embedding(vocab, d), "LayerNorm": nn.LayerNorm(d)}),
                "layer": nn.ModuleList([PostNormEncoderLayer(d, 16) for _ in range(3)]),
            }
        )

    def embed(self, ids):
        x = self.bert["embeddings"]["LayerNorm"](self.bert["embeddings"]["word"](ids))
        for layer in self.bert["layer"]:
            x = layer(x)
        return torch.tanh(self.pooler(x.mean(1)))

    def forward(self, a, b):
        u, v = self.embed(a), self.embed(b)
        return self.softmax_classifier(torch.cat([u, v, (u - v).abs()], -1))


class StackedExperts(nn.Module):
    def __init__(self, d, f, n):
        super().__init__()
        self.router = nn.Parameter(torch.randn(d, n) * 0.1)
        self.w_in = nn.Parameter(torch.randn(n, d, f) * 0.1)
        self.w_out = nn.Parameter(torch.randn(n, f, d) * 0.1)

    def forward(self, x):
        p = (x @ self.router).softmax(-1)
        h = F.gelu(torch.einsum("btd,edf->btef", x, self.w_in))
        return torch.einsum("btef,efd,bte->btd", h, self.w_out, p)


class PipelineMoE(nn.Module):
    """pipeline style: embedding, blocks, norm, and head are all elements of one list `layers`; soft experts as stacks"""  # noqa: E501

    BATCH: ClassVar = (ids(2, 6),)
    BLOCKS: ClassVar = [[f"layers.{i}."] for i in (1, 2, 3)]
    BEFORE: ClassVar = ["layers.0."]
    AFTER: ClassVar = ["layers.4.", "layers.5."]
    HEADS: ClassVar = ["layers.5.weight"]
    ADAMW: ClassVar = ["layers.0.weight", *each("layers", (1, 2, 3), "moe.router")]
    MUON: ClassVar = each("layers", (1, 2, 3), "attn.c_attn.weight", "attn.c_proj.weight")
    UNSURE: ClassVar = []
    UNSURE_MUON: ClassVar = each("layers", (1, 2, 3), "moe.w_")  # stacks [experts, in, out] that einsum tells

    class Block(nn.Module):
        def __init__(self, d):
            super().__init__()
            self.n1, self.n2 = nn.LayerNorm(d), nn.LayerNorm(d)
            self.attn, self.moe = CausalAttn(d), StackedExperts(d, 2 * d, 4)

        def forward(self, x):
            x = x + self.attn(self.n1(x))
            return x + self.moe(self.n2(x))

    def __init__(self, d=8, vocab=16):
        super().__init__()
        self.layers = nn.ModuleList(
            [
                nn.Embedding(vocab, d),
                *(self.Block(d) for _ in range(3)),
                nn.LayerNorm(d),
                nn.Linear(d, vocab, bias=False),
            ]
        )

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class VqBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.block = nn.Sequential(nn.ReLU(), nn.Conv2d(c, c, 3, padding=1), nn.ReLU(), nn.Conv2d(c, c, 1))

    def forward(self, x):
        return x + self.block(x)


class VQVAE(nn.Module):
    """residual blocks without norms before and after a codebook"""

    BATCH: ClassVar = (torch.randn(2, 3, 8, 8),)
    BLOCKS: ClassVar = {"enc": lst("enc.res", 3), "dec": lst("dec.res", 3)}
    BEFORE: ClassVar = ["enc.stem."]
    AFTER: ClassVar = ["dec.up.", "dec.out."]
    HEADS: ClassVar = ["dec.out.weight"]
    ADAMW: ClassVar = ["codebook.weight"]
    MUON: ClassVar = [
        "enc.stem.0.weight",
        "pre_vq.weight",
        "dec.inp.weight",
        "dec.up.weight",
        *each("enc.res", 3, "block.1.weight", "block.3.weight"),
        *each("dec.res", 3, "block.1.weight", "block.3.weight"),
    ]
    UNSURE: ClassVar = ["pre_vq.", "codebook.", "dec.inp."]

    def __init__(self, c=8, d=4, k=10):
        super().__init__()
        self.dec = nn.ModuleDict(
            {
                "out": nn.Conv2d(c, 3, 1),
                "up": nn.ConvTranspose2d(c, c, 4, 2, 1),
                "inp": nn.Conv2d(d, c, 3, padding=1),
                "res": nn.ModuleList([VqBlock(c) for _ in range(3)]),
            }
        )
        self.enc = nn.ModuleDict(
            {
                "res": nn.ModuleList([VqBlock(c) for _ in range(3)]),
                "stem": nn.Sequential(nn.Conv2d(3, c, 4, 2, 1), nn.ReLU()),
            }
        )
        self.pre_vq = nn.Conv2d(c, d, 1)
        self.codebook = nn.Embedding(k, d)

    def forward(self, img):
        h = self.enc["stem"](img)
        for r in self.enc["res"]:
            h = r(h)
        z = self.pre_vq(h).permute(0, 2, 3, 1)
        idx = torch.cdist(z.flatten(0, 2), self.codebook.weight).argmin(-1)
        q = self.codebook(idx).view_as(z)
        loss = F.mse_loss(q, z.detach()) + 0.25 * F.mse_loss(z, q.detach())
        y = self.dec["inp"]((z + (q - z).detach()).permute(0, 3, 1, 2))
        for r in self.dec["res"]:
            y = r(y)
        return self.dec["out"](F.relu(self.dec["up"](y))), loss


class ReversibleNet(nn.Module):
    """two streams with parallel lists fs and gs indexed by hand; `to_out` on the concatenated streams; `to_in` made last"""  # noqa: E501

    BATCH: ClassVar = (torch.randn(2, 5, 6),)
    BLOCKS: ClassVar = par_lst(["fs", "gs"], 4)
    BEFORE: ClassVar = ["to_in."]
    AFTER: ClassVar = ["to_out."]
    HEADS: ClassVar = ["to_out.weight"]
    ADAMW: ClassVar = []
    MUON: ClassVar = ["to_in.weight", *each("fs", 4, "1.weight", "3.weight"), *each("gs", 4, "1.weight", "3.weight")]
    UNSURE: ClassVar = []

    def __init__(self, n=6, d=8, out=3):
        super().__init__()

        def make():
            return nn.Sequential(nn.LayerNorm(d), nn.Linear(d, 2 * d), nn.GELU(), nn.Linear(2 * d, d))

        self.fs = nn.ModuleList([make() for _ in range(4)])
        self.gs = nn.ModuleList([make() for _ in range(4)])
        self.to_out = nn.Linear(2 * d, out)
        self.to_in = nn.Linear(n, d)

    def forward(self, x):
        x1 = x2 = self.to_in(x)
        for i in range(len(self.fs)):
            x1 = x1 + self.fs[i](x2)
            x2 = x2 + self.gs[i](x1)
        return self.to_out(torch.cat([x1, x2], dim=-1))


class StackedHourglass(nn.Module):
    """pose: each stack ends with a prediction that is fed back; lists `hgs`, `features`, `outs`, `merge_*`"""

    BATCH: ClassVar = (torch.randn(2, 3, 16, 16),)
    BLOCKS: ClassVar = [
        ["hgs.0.", "features.0.", "outs.0.", "merge_features.0.", "merge_preds.0."],
        ["hgs.1.", "features.1.", "outs.1.", "merge_features.1.", "merge_preds.1."],
        ["hgs.2.", "features.2."],
    ]
    BEFORE: ClassVar = ["pre."]
    AFTER: ClassVar = []
    HEADS: ClassVar = []
    ADAMW: ClassVar = []
    MUON: ClassVar = [
        "pre.0.weight",
        *each("hgs", 3, "conv1.weight", "conv2.weight"),
        *each("features", 3, "0.weight"),
        *each("merge_features", 2, "weight"),
        *each("merge_preds", 2, "weight"),
    ]
    UNSURE: ClassVar = ["outs.2."]  # in the last block by its list, after it by forward
    UNSURE_MUON: ClassVar = ["outs."]

    def __init__(self, c=6, joints=4, n=3):
        super().__init__()
        self.n = n
        self.pre = nn.Sequential(nn.Conv2d(3, c, 3, 2, 1, bias=False), nn.BatchNorm2d(c), nn.ReLU())
        self.hgs = nn.ModuleList([DoubleConv(c, c) for _ in range(n)])
        self.features = nn.ModuleList(
            [nn.Sequential(nn.Conv2d(c, c, 1), nn.BatchNorm2d(c), nn.ReLU()) for _ in range(n)]
        )
        self.outs = nn.ModuleList([nn.Conv2d(c, joints, 1) for _ in range(n)])
        self.merge_features = nn.ModuleList([nn.Conv2d(c, c, 1) for _ in range(n - 1)])
        self.merge_preds = nn.ModuleList([nn.Conv2d(joints, c, 1) for _ in range(n - 1)])

    def forward(self, x):
        x = self.pre(x)
        heatmaps = []
        for i in range(self.n):
            feature = self.features[i](self.hgs[i](x))
            preds = self.outs[i](feature)
            heatmaps.append(preds)
            if i < self.n - 1:
                x = x + self.merge_preds[i](preds) + self.merge_features[i](feature)
        return torch.stack(heatmaps, 1)


class TimeRes(nn.Module):
    def __init__(self, i, o, emb):
        super().__init__()
        self.in_layers = nn.Sequential(nn.GroupNorm(2, i), nn.SiLU(), nn.Conv2d(i, o, 3, padding=1))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(emb, o))
        self.out_layers = nn.Sequential(nn.GroupNorm(2, o), nn.SiLU(), nn.Conv2d(o, o, 3, padding=1))
        self.skip = nn.Conv2d(i, o, 1) if i != o else nn.Identity()

    def forward(self, x, emb):
        h = self.in_layers(x) + self.emb_layers(emb)[:, :, None, None]
        return self.skip(x) + self.out_layers(h)


_TR = ("in_layers.2.weight", "emb_layers.1.weight", "out_layers.2.weight")


class DiffusionUNet(nn.Module):
    """the input list starts with the stem and has a downsampling in it; middle; output list; `out` is norm, act, conv"""  # noqa: E501

    BATCH: ClassVar = (torch.randn(2, 3, 8, 8), torch.rand(2), ids(2, high=4))
    BLOCKS: ClassVar = {"input": [["input_blocks.1."], ["input_blocks.3."]], "output": lst("output_blocks", 4)}
    BEFORE: ClassVar = ["input_blocks.0.", "time_embed.", "label_emb."]
    AFTER: ClassVar = ["out."]
    HEADS: ClassVar = ["out.2.weight"]
    ADAMW: ClassVar = ["label_emb.weight"]
    MUON: ClassVar = (
        [
            "input_blocks.0.weight",
            "input_blocks.2.weight",
            "time_embed.0.weight",
            "time_embed.2.weight",
            "input_blocks.3.skip.weight",
        ]
        + each("input_blocks", (1, 3), *_TR)
        + ["middle_block." + k for k in _TR]
        + each("output_blocks", 4, "0.in_layers.2.", "0.emb_layers.1.", "0.out_layers.2.", "0.skip.")
        + ["output_blocks.1.1.weight"]
    )
    UNSURE: ClassVar = ["input_blocks.2.", "middle_block."]

    def __init__(self, c=4, classes=4):
        super().__init__()
        self.time_embed = nn.Sequential(nn.Linear(4, 8), nn.SiLU(), nn.Linear(8, 8))
        self.label_emb = nn.Embedding(classes, 8)
        self.input_blocks = nn.ModuleList(
            [nn.Conv2d(3, c, 3, padding=1), TimeRes(c, c, 8), nn.Conv2d(c, c, 3, 2, 1), TimeRes(c, 2 * c, 8)]
        )
        self.middle_block = TimeRes(2 * c, 2 * c, 8)
        skips = [c, c, c, 2 * c]
        self.output_blocks, ch = nn.ModuleList(), 2 * c
        for i, o in enumerate([2 * c, 2 * c, c, c]):
            layers = [TimeRes(ch + skips.pop(), o, 8)]
            if i == 1:
                layers.append(nn.Conv2d(o, o, 3, padding=1))
            ch = o
            self.output_blocks.append(nn.ModuleList(layers))
        self.out = nn.Sequential(nn.GroupNorm(2, c), nn.SiLU(), nn.Conv2d(c, 3, 3, padding=1))

    def forward(self, x, t, y):
        emb = self.time_embed(torch.stack([t, t**2, t.sin(), t.cos()], -1)) + self.label_emb(y)
        hs, h = [], x
        for module in self.input_blocks:
            h = module(h, emb) if isinstance(module, TimeRes) else module(h)
            hs.append(h)
        h = self.middle_block(h, emb)
        for block in self.output_blocks:
            h = block[0](torch.cat([h, hs.pop()], dim=1), emb)
            if len(block) > 1:
                h = block[1](F.interpolate(h, scale_factor=2))
        return self.out(h)


class RelBiasLM(nn.Module):
    """the first block holds the table of relative positions for all; blocks are lists of sublayers"""

    BATCH: ClassVar = (ids(2, 6),)
    BLOCKS: ClassVar = lst("block", 3)
    BEFORE: ClassVar = ["shared."]
    AFTER: ClassVar = ["final_layer_norm.", "lm."]
    HEADS: ClassVar = ["lm.weight"]
    ADAMW: ClassVar = ["shared.weight", "block.0.layer.0.relative_attention_bias.weight"]
    MUON: ClassVar = each(
        "block",
        3,
        "layer.0.q.",
        "layer.0.k.",
        "layer.0.v.",
        "layer.0.o.",
        "layer.1.wi_0.",
        "layer.1.wi_1.",
        "layer.1.wo.",
    )
    UNSURE: ClassVar = []

    class SelfAttn(nn.Module):
        def __init__(self, d, bias):
            super().__init__()
            self.q, self.k, self.v, self.o = (nn.Linear(d, d, bias=False) for _ in range(4))
            self.layer_norm = RMSNorm(d)
            if bias:
                self.relative_attention_bias = nn.Embedding(8, 2)
            self.bias = bias

        def forward(self, x, position_bias=None):
            b, n, d = x.shape
            y = self.layer_norm(x)
            q, k, v = (f(y).view(b, n, 2, -1).transpose(1, 2) for f in (self.q, self.k, self.v))
            if position_bias is None:
                rel = (torch.arange(n)[:, None] - torch.arange(n)[None]).clamp(0, 7)
                position_bias = self.relative_attention_bias(rel).permute(2, 0, 1).unsqueeze(0)
            a = (q @ k.transpose(-1, -2) + position_bias).softmax(-1) @ v
            return x + self.o(a.transpose(1, 2).reshape(b, n, d)), position_bias

    class GatedFF(nn.Module):
        def __init__(self, d):
            super().__init__()
            self.wi_0, self.wi_1, self.wo = (
                nn.Linear(d, 2 * d, False),
                nn.Linear(d, 2 * d, False),
                nn.Linear(2 * d, d, False),
            )
            self.layer_norm = RMSNorm(d)

        def forward(self, x):
            y = self.layer_norm(x)
            return x + self.wo(F.gelu(self.wi_0(y)) * self.wi_1(y))

    class Block(nn.Module):
        def __init__(self, d, first):
            super().__init__()
            self.layer = nn.ModuleList([RelBiasLM.SelfAttn(d, first), RelBiasLM.GatedFF(d)])

        def forward(self, x, bias):
            x, bias = self.layer[0](x, bias)
            return self.layer[-1](x), bias

    def __init__(self, d=8, vocab=16):
        super().__init__()
        self.lm = nn.Linear(d, vocab, bias=False)
        self.final_layer_norm = RMSNorm(d)
        self.block = nn.ModuleList([self.Block(d, first=i == 0) for i in range(3)])
        self.shared = nn.Embedding(vocab, d)

    def forward(self, idx):
        x, bias = self.shared(idx), None
        for layer_module in self.block:
            x, bias = layer_module(x, bias)
        return self.lm(self.final_layer_norm(x) * self.lm.in_features**-0.5)


CLASSES = [
    ReadoutFirstLM,
    PostNormClassifier,
    Seq2Seq,
    UNet,
    CifarResNet,
    ConvNeXtish,
    LstmTagger,
    GruStack,
    Mixer,
    GraphNet,
    SSMLM,
    MoETransformer,
    PerceiverIO,
    TwoTower,
    MultiTask,
    AdaptedViT,
    LlavaLike,
    FlatMLP,
    FlatVGG,
    DictTransformer,
    NestedStages,
    AttrLayers,
    MultiTokenLM,
    LagForecaster,
    DepthNet,
    JepaWithEma,
    DecisionTransformer,
    SpeechEncoder,
    DiT,
    FNO2d,
    RealNVP,
    ConvVAE,
    DCGenerator,
    StyleGenerator,
    DEQNet,
    SharedAlbert,
    HyperNet,
    Siren,
    GruBetweenNorms,
    WaveNet,
    TCN,
    DenseNetSmall,
    Detr,
    JointCtcAttention,
    EDSR,
    UViT,
    NBeats,
    Rwkv,
    FTTransformer,
    DeepCross,
    MoleculeGIN,
    Transducer,
    FpnDetector,
    SlotAutoencoder,
    DeepPromptViT,
    SiameseEncoder,
    PipelineMoE,
    VQVAE,
    ReversibleNet,
    StackedHourglass,
    DiffusionUNet,
    RelBiasLM,
]
