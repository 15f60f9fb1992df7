"""Tiny models, named for what is odd about them."""

import torch
from torch import nn


class Plain(nn.Module):
    """An embedding, two blocks of linear and norm, a head: nothing odd."""

    def __init__(self, width: int = 4) -> None:
        super().__init__()
        self.embedding = nn.Embedding(7, width)
        self.blocks = nn.ModuleList(
            nn.ModuleDict({"dense": nn.Linear(width, width), "LayerNorm": nn.LayerNorm(width)}) for _ in range(2)
        )
        self.head = nn.Linear(width, 3)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.embedding(ids)
        for block in self.blocks:
            x = block["LayerNorm"](x + block["dense"](x))
        return self.head(x)


class TiedEmbedding(nn.Module):
    """The head is the embedding's own tensor, as in GPT-2."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(7, 4)
        self.norm = nn.LayerNorm(4)
        self.head = nn.Linear(4, 7, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.head(self.norm(self.embedding(ids)))


class SharedBlock(nn.Module):
    """One module registered under two names."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(2, 2)
        self.second = self.first


class FusedBlock(nn.Module):
    """Query, key and value in one weight, which only the code of the forward pass tells."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.norm, self.qkv, self.out = nn.LayerNorm(width), nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        query, key, value = self.qkv(self.norm(states)).chunk(3, -1)
        return states + self.out(nn.functional.scaled_dot_product_attention(query, key, value))


class FusedBlocks(nn.Module):
    """Blocks with fused weights, and an output whose name does not tell that it is a head."""

    def __init__(self, width: int = 8, blocks: int = 2) -> None:
        super().__init__()
        self.table, self.last = nn.Embedding(20, width), nn.Linear(width, width)
        self.blocks = nn.ModuleList(FusedBlock(width) for _ in range(blocks))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        states = self.table(ids)
        for block in self.blocks:
            states = block(states)
        return self.last(states)


class FrozenTrunk(nn.Module):
    """Comes with most of it frozen."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Linear(4, 4).requires_grad_(False)
        self.head = nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.trunk(x))


class NamedModule(nn.Module):
    """A user's own attributes carry the names that wrappers use."""

    def __init__(self) -> None:
        super().__init__()
        self.module = nn.Linear(2, 2)
        self._orig_mod = nn.Linear(2, 2)
        self.base_layer = nn.Linear(2, 2)


class Cyclic(nn.Module):
    """A child that knows its parent."""

    def __init__(self) -> None:
        super().__init__()
        self.child = nn.Linear(2, 2)
        self.child.parent = self


def bert_base() -> nn.Module:
    from transformers import BertConfig, BertForSequenceClassification

    return BertForSequenceClassification(BertConfig(num_labels=2))


def tiny_bert(layers: int = 2) -> nn.Module:
    from transformers import BertConfig, BertForSequenceClassification

    config = BertConfig(
        hidden_size=8,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=16,
        vocab_size=50,
        max_position_embeddings=16,
    )
    return BertForSequenceClassification(config)


def tiny_gpt2() -> nn.Module:
    from transformers import GPT2Config, GPT2LMHeadModel

    return GPT2LMHeadModel(
        GPT2Config(n_embd=8, n_layer=2, n_head=2, vocab_size=50, n_positions=16, bos_token_id=0, eos_token_id=0)
    )


def plain() -> nn.Module:
    return Plain()


def batch() -> dict[str, torch.Tensor]:
    return {"ids": torch.tensor([[1, 2, 3]])}


def wrong_batch() -> tuple[torch.Tensor]:
    return (torch.ones(2, 3),)


def not_a_model() -> str:
    return "no model"


def broken() -> nn.Module:
    raise ValueError("this function is broken")


def tiny(name: str) -> nn.Module:
    """A tiny model of one of transformers' types, with its head."""
    import transformers as t

    size = {"hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16}
    text = {**size, "vocab_size": 50, "max_position_embeddings": 16, "bos_token_id": 0, "eos_token_id": 1}
    image = {**size, "image_size": 8, "patch_size": 4}
    makers = {
        "bert": tiny_bert,
        "gpt2": tiny_gpt2,
        "t5": lambda: t.T5ForConditionalGeneration(
            t.T5Config(vocab_size=50, d_model=8, d_kv=4, d_ff=16, num_layers=2, num_heads=2, decoder_start_token_id=0)
        ),
        "llama": lambda: t.LlamaForCausalLM(t.LlamaConfig(**text, num_key_value_heads=2, pad_token_id=0)),
        "vit": lambda: t.ViTForImageClassification(t.ViTConfig(**image)),
        "resnet": lambda: t.ResNetForImageClassification(
            t.ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[2, 2], layer_type="basic")
        ),
        "mamba": lambda: t.MambaForCausalLM(
            t.MambaConfig(vocab_size=50, hidden_size=8, state_size=4, num_hidden_layers=2, pad_token_id=0)
        ),
        "clip": lambda: t.CLIPModel(
            t.CLIPConfig(text_config={**text, "pad_token_id": 0}, vision_config=image, projection_dim=8)
        ),
    }
    model = makers[name]()
    assert isinstance(model, nn.Module)
    return model
