"""What becomes of a value that is given to a function, or whose method is called."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Self

from paramwise.model.callees import Callees
from paramwise.model.calls import (
    ARRANGING,
    BENT,
    BLENDING,
    CALLS,
    CONSTRAINING,
    CONTRACTING,
    DISTRIBUTIONS,
    FED,
    FURTHER,
    JOINING,
    MULTIPLIES,
    NORMED_WEIGHT,
    PICKING,
    PRODUCTS,
    QUIET,
    REDUCING,
    SILENT,
    SIZES,
    SPREADING,
    UNTOLD,
    Use,
    use_by_name,
)
from paramwise.model.code import einsum_letters, prepares
from paramwise.model.plain import written_method


class Passing(Callees):
    """Follows values through the calls in one function; who derives from it follows them elsewhere."""

    @abstractmethod
    def follow(self, node: ast.AST, depth: int) -> Iterator[Use]:
        """How the value of an expression is used."""

    @abstractmethod
    def variable(self, name: str, source: ast.AST, depth: int) -> Iterator[Use]:
        """How a variable is used after an expression or a statement."""

    @abstractmethod
    def contracted(self, node: ast.AST, result: ast.AST, others: list[ast.expr], depth: int, *, query: bool) -> Use:
        """The use of a value in a product."""

    @abstractmethod
    def operated(self, call: ast.Call, other: ast.expr, depth: int, use: Use) -> Iterator[Use]:
        """The use of a value that a method, or a function, combines with another value as an operator does."""

    @abstractmethod
    def gathered(self, record: ast.expr, call: ast.Call, depth: int) -> Iterator[Use]:
        """The use of a value that is put into a list."""

    @abstractmethod
    def is_fed(self, target: ast.FunctionDef, others: list[ast.expr]) -> bool:
        """Whether a method that maps activations takes a weight alone as its first argument."""

    @abstractmethod
    def within(
        self,
        function: ast.FunctionDef,
        module: str,
        call: ast.Call,
        weights: frozenset[str],
        *,
        on_self: bool,
        nested: bool,
        made: type | None = None,
    ) -> Self:
        """A reader of a function that is called."""

    def on(self, name: str, call: ast.Call, depth: int) -> Iterator[Use]:
        """How the value is used if a method of it is called: ``self.weight.expand(...)``."""
        if name in SPREADING or name == "expand_as":
            yield from self._else(self.follow(call, depth), "table")
        elif name in JOINING and call.args:
            yield from self.operated(call, call.args[0], depth, CALLS[name])
        elif name in CONTRACTING and call.args and isinstance(call.func, ast.Attribute):
            yield self.contracted(call.func.value, call, call.args, depth, query=self.is_query(call, call.args[0]))
        elif name in PICKING:
            yield from self._picked(call, call.args, depth)
        elif CALLS.get(name) == "table" and all(map(self.is_weight, call.args)):  # weight.masked_fill(mask, 0)
            yield from self.follow(call, depth)
        elif name in CALLS:
            yield CALLS[name]
        elif name in ("view", "reshape", "unflatten"):
            sizes = call.args[0].elts if call.args and isinstance(call.args[0], (ast.Tuple, ast.List)) else call.args
            found = list(self.follow(call, depth))
            yield from found
            long = [size for size in sizes if not (isinstance(size, ast.Constant) and size.value == 1)]
            of_shape = [isinstance(size, (ast.Name, ast.Attribute, ast.Starred)) for size in sizes] == [True]
            if (len(long) >= 2 or of_shape) and {"kernel", *PRODUCTS} & set(found):
                yield "flat"
        elif name in BENT:
            yield from self._bent(self.follow(call, depth))
        elif name in REDUCING:
            dropped = {"divisor", "curve"} if name in SIZES else {"divisor"}
            yield from (use for use in self.follow(call, depth) if use not in dropped)
        else:  # .to(...), .t(), .items()
            yield from self.follow(call, depth)

    def argument(
        self, node: ast.AST, keyword: str | None, call: ast.Call, depth: int, *, further: int = 0
    ) -> Iterator[Use]:
        """How the value is used if it is an argument of a call; of a starred one, the item that is so much further."""
        name, args, on_self, target, *_ = self.called(call)
        name = name if name in CALLS or on_self or name.rstrip("_") not in CALLS else name.rstrip("_")  # in place
        position = args.index(node) + further if node in args else None
        others = [one for one in args if one is not node and not isinstance(one, ast.Constant)]
        if isinstance(call.func, ast.Attribute):
            others.append(call.func.value)  # x.matmul(weight); a module such as torch is not an activation
        if name in QUIET or name.endswith("_like"):  # randn_like takes a shape
            return
        if prepares(name) and isinstance(self.parents.get(call), ast.Expr):  # init_params(weights)
            return
        if name in ("einsum", "contract") and position is not None:
            letters, kept, beside = einsum_letters(call, position)
            keeps = bool(kept) and all(letter in kept for letter in letters)
            last = self.softmaxed_along(call) in (-1, len(kept) - 1)
            query = last and len(kept) > 1 and kept[-1] not in letters and kept[-2] in letters  # queries times places
            if keeps and set(letters) < set(kept) and all(map(self.is_weight, others)) and kept in beside:
                yield "gain"  # of rows, or columns, of another weight
            elif keeps:
                other = next((one for one in others if not self.is_weight(one)), others[-1])
                yield from self.operated(call, other, depth, "gain")
            else:
                yield self.contracted(node, call, others, depth, query=query)
            return
        if name in ("append", "extend", "insert") and isinstance(call.func, ast.Attribute):
            yield from self.gathered(call.func.value, call, depth - 1)
        elif (name in ARRANGING or name == "copy_") and position == 0:
            yield from self.follow(call, depth)
        elif on_self and target is not None and position == 0 and self.is_fed(target, others):
            yield "table"
        elif target is not None:
            if (inside := self.inside(node, keyword, call)) is not None:
                reader, variable = inside
                found = list(reader.variable(variable, target, depth - FURTHER))
                yield from _told(found) or list(use_by_name(name)) or found
        elif name in CALLS and CALLS[name] == "table" and all(map(self.is_weight, args)):
            found = list(self.follow(call, depth - 1))  # joined with other weights
            if MULTIPLIES & set(found):
                yield "factor"
                yield from (use for use in found if use == "slot")
            else:
                yield from found
        elif name in BLENDING and not all(map(self.is_weight, others)):
            place = 2 if position is None else position + 3 - len(args)  # methods take their first one elsewhere
            yield BLENDING[name][max(place, 0)]
        elif name in JOINING and position is not None and others:  # x.add(value), torch.add(x, value)
            other = next((one for one in others if not self.is_weight(one)), others[0])
            yield from self.operated(call, other, depth, CALLS[name])
        elif name in CALLS:
            if name in CONTRACTING and position is not None:
                query = position == 0 and self.is_query(call, others[0])
                yield self.contracted(node, call, others, depth, query=query)
                return
            if name in PICKING and position == 0:
                yield from self._picked(call, args[1:], depth)
                return
            if name == "multi_head_attention_forward":
                yield _of_attention(position, keyword)
                return
            if name.startswith("embedding") and (position == 1 or keyword == "weight"):
                yield "embedded" if self.looked_up(*others) == "rows" else "lookup"
                return
            is_weight_slot = name.startswith(("linear", "conv"))
            bias = (
                keyword == "bias"
                or (is_weight_slot and position == 2)
                or (CALLS[name] == "gain" and name.endswith("norm") and keyword is None and position == 3)
            )
            added_first = name in ("addmm", "baddbmm") and position == 0
            if added_first and all(map(self.is_weight, others)):  # addmm of weights is a weight
                yield from self._else(self.follow(call, depth - 1), "sum")
                return
            if (
                name.startswith("conv")
                and (position == 0 or keyword == "input")
                and not all(map(self._is_lone, (node, *others)))
            ):
                yield "table"  # what is convolved
                return
            kernel = is_weight_slot and (position == 1 or keyword == "weight")
            yield "sum" if bias or added_first else "kernel" if kernel else CALLS[name]
            if kernel:
                yield "slot"
        elif on_self:  # fed to a submodule, as activations are, or beside them
            fed = position == 0 or (keyword is not None and keyword.lower() in FED)
            made, constrains = set(self.follow(call, depth - 1)), CONSTRAINING.search(name)
            if made <= UNTOLD:
                yield from made
            weight = made & {"kernel", "flat", "slot"}
            if fed and constrains and len(args) == 1 and weight:
                yield "kernel"
                yield "slot"
            elif fed and not constrains and not weight:
                yield "table"
            else:
                yield from _told(self._in_child(node, keyword, call, depth)) or ["second"]
        elif "normalize" in name:  # its rows are normalised: still a weight
            becomes = set(self.follow(call, depth - 1))
            if "second" in becomes:
                yield "second"
            else:
                yield "kernel" if "kernel" in becomes else "factor" if becomes & MULTIPLIES else "gain"
                yield from (use for use in becomes if use == "slot")
        elif NORMED_WEIGHT.search(name):  # its direction is still a weight
            if position == 0:
                yield from self.follow(call, depth - 1)
            else:
                yield "gain"
        elif name in DISTRIBUTIONS and keyword != "validate_args":  # what is drawn from it lies about its mean
            drawn = self.follow(call, depth - 1)
            yield from drawn if position == 0 or keyword == "loc" else self._bent(drawn)
        elif name in ("zip", "enumerate", "reversed", "map"):
            yield from self.follow(call, depth)
        elif name == "sum" and isinstance(call.func, ast.Name):  # of kernels that activations mix, or of activations
            yield from (use for use in self.follow(call, depth) if use in ("kernel", "slot"))
        elif by_name := list(use_by_name(name)):
            if keyword == "bias":
                yield "sum"
            else:
                yield from by_name
        elif name in BENT and position == 0:
            yield from self._bent(self.follow(call, depth - 1))
        elif _root(call.func) == "self":  # self.model.kernel(value)
            yield "table" if position == 0 else "second"
        elif isinstance(call.func, ast.Attribute) and name == "apply" and not all(map(self.is_weight, others)):
            yield "second"  # a function of autograd that cannot be read
        elif isinstance(call.func, ast.Attribute) and position is not None and all(map(self.is_weight, others)):
            # torch.abs(value): the use of the result decides
            yield from (use for use in self.follow(call, depth - 1) if use != "divisor" or name not in REDUCING)

    def _in_child(self, node: ast.AST, keyword: str | None, call: ast.Call, depth: int) -> Iterator[Use]:
        """How the forward pass of another module uses a value that it is handed beside activations."""
        if (made := self.child(call)) is None or (found := written_method(made, "forward")) is None:
            return
        target, module = found
        names = [argument.arg for argument in target.args.args[1:]]
        if (variable := _variable(names, node, keyword, call.args)) is not None:
            weights = frozenset(self._weights_among(names, call.args, call))
            reader = self.within(target, module, call, weights, on_self=False, nested=False, made=made)
            yield from reader.variable(variable, target, depth - FURTHER)

    def inside(self, node: ast.AST, keyword: str | None, call: ast.Call) -> tuple[Self, str] | None:
        """A reader of the function that a call runs, and the variable in it that an argument becomes."""
        _, args, on_self, target, module, nested = self.called(call)
        if target is None:
            return None
        names = [argument.arg for argument in (*target.args.posonlyargs, *target.args.args)]
        names = names[1:] if (on_self and names[:1] == ["self"]) or names[:1] == ["ctx"] else names
        variable = _variable(names, node, keyword, args)
        if variable is None:
            return None
        weights = frozenset((*self._weights_among(names, args, call), *_left_out(names, target, args, call)))
        return self.within(target, module, call, weights, on_self=on_self, nested=nested), variable

    def _picked(self, result: ast.AST, indices: list[ast.expr], depth: int) -> Iterator[Use]:
        """How a value is used whose rows are picked by numbers: as the rows are, if these are weights."""
        found = list(self.follow(result, depth))
        yield from found
        if not (MULTIPLIES | {"gain"}) & set(found):
            yield self.looked_up(*indices)

    def _weights_among(self, names: list[str], args: list[ast.expr], call: ast.Call) -> Iterator[str]:
        """The arguments of a function that are given weights."""
        for name, value in zip(names, args, strict=False):
            if not isinstance(value, (ast.Constant, ast.Starred)) and self._is_lone(value):
                yield name
        for keyword in call.keywords:
            if keyword.arg and not isinstance(keyword.value, ast.Constant) and self._is_lone(keyword.value):
                yield keyword.arg

    def is_fixed(self, expression: ast.expr) -> bool:
        """Whether an expression is made of numbers, and of masks of the module that are not trained."""
        asked = {node.value for node in ast.walk(expression) if isinstance(node, ast.Attribute) and node.attr in SILENT}
        for node in ast.walk(expression):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                if node not in asked and (self.form is None or node.attr not in self.form.fixed):
                    return False
            elif isinstance(node, ast.Name) and (node.id in self.values or node.id in self.arguments):
                return False
        return True

    def _is_lone(self, expression: ast.AST) -> bool:
        """Whether an expression is a weight, and not spread over the batch."""
        return self.is_weight(expression) and not self.is_spread(expression)

    @staticmethod
    def _bent(found: Iterator[Use]) -> Iterator[Use]:
        """The uses of a value after a map that does not keep 0 at 0."""
        for use in found:
            yield "curve" if use == "gain" or use in MULTIPLIES else use

    @staticmethod
    def _else(found: Iterator[Use], default: Use) -> Iterator[Use]:
        yield from _told(found) or [default]


def _of_attention(position: int | None, keyword: str | None) -> Use:
    """The use of an argument of torch's function of attention: extra keys and values are tokens."""
    if position in (7, 8) or keyword in ("bias_k", "bias_v"):
        return "table"
    return "sum" if position in (6, 12) or (keyword or "").endswith("bias") else "product"


def _variable(names: list[str], node: ast.AST, keyword: str | None, args: list[ast.expr]) -> str | None:
    """The variable of a function that an argument becomes."""
    position = args.index(node) if node in args else len(names)
    return keyword or (names[position] if position < len(names) else None)


def _left_out(names: list[str], target: ast.FunctionDef, args: list[ast.expr], call: ast.Call) -> list[str]:
    """The arguments of a function that a call leaves at their defaults."""
    with_default = names[len(names) - len(target.args.defaults) :] if target.args.defaults else []
    given = {*names[: len(args)], *(keyword.arg for keyword in call.keywords)}
    return [name for name in with_default if name not in given]


def _told(found: Iterable[Use]) -> list[Use]:
    return [use for use in found if use != "unread"]


def _root(expression: ast.expr) -> str:
    """The name that an expression such as ``self.model.kernel`` starts with."""
    while isinstance(expression, ast.Attribute):
        expression = expression.value
    return expression.id if isinstance(expression, ast.Name) else ""
