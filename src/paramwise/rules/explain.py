"""Why a parameter gets its settings: all that would set each of them, and what won."""

from __future__ import annotations

from dataclasses import dataclass

from paramwise.model.catalog import Parameter
from paramwise.rules.decide import MODEL, Decided, Decision
from paramwise.rules.rule import Value


@dataclass(frozen=True, slots=True)
class Reasons:
    """One parameter of a plan, its decision, and the reasons for it."""

    plan: Decided
    parameter: Parameter
    decision: Decision

    def candidates(self, setting: str) -> list[tuple[str, Value]]:
        """All that would set the setting, the winner last: pairs of who (base, model or a rule) and the value."""
        found = [("base", self.plan.base[setting])] if setting in self.plan.base else []
        if setting == "freeze" and not self.parameter.trainable:
            found.append((MODEL, True))
        for index in self.decision.matched:
            rule = self.plan.rules[index]
            if setting in rule.settings:
                found.append((f"rule {index + 1} `{rule.name}`", rule.settings[setting]))
        return found

    @property
    def settings(self) -> list[str]:
        """The settings that the base, the model or a rule would set for the parameter."""
        of_rules = [key for index in self.decision.matched for key in self.plan.rules[index].settings]
        frozen = [] if self.parameter.trainable else ["freeze"]
        return list(dict.fromkeys([*self.plan.base, *frozen, *of_rules]))
