"""Recipes: named, parametrised lists of rules."""

from paramwise.recipes.decay import bert, default, no_decay_1d
from paramwise.recipes.freezing import freeze_below
from paramwise.recipes.muon import muon
from paramwise.recipes.rates import discriminative, layerwise, lora_plus, mup

__all__ = ["bert", "default", "discriminative", "freeze_below", "layerwise", "lora_plus", "muon", "mup", "no_decay_1d"]
