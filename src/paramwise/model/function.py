"""One function as it is written: where variables are read, what activations take part in, what is summed."""

from __future__ import annotations

import ast
import sys

from paramwise.model.calls import DEPTH, SILENT
from paramwise.model.code import last_name


class Function:
    """The source of a function, and what stands around each expression in it."""

    def __init__(self, function: ast.FunctionDef, weights: frozenset[str] = frozenset()) -> None:
        """Read a function; some of its arguments may be known to hold weights."""
        self.function, self.weights = function, weights
        self.parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
        self.activations = {
            argument.arg
            for node in ast.walk(function)
            if node is function or isinstance(node, ast.Lambda)
            for argument in (*node.args.posonlyargs, *node.args.args)
        } - {"self", *weights}

    def target_of(self, values: ast.Tuple, node: ast.AST) -> str | None:
        """The name that one of several values is given, where a statement gives each a name."""
        match self.parents.get(values):
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=given) as value) if (
                value is values and len(targets) == len(given)
            ):
                target = targets[next(at for at, value in enumerate(given) if value is node)]
                return target.id if isinstance(target, ast.Name) else None
        return None

    def softmaxed_along(self, result: ast.AST) -> int | None:
        """The dimension over which a softmax is taken of a value, perhaps after it was scaled or shifted."""
        match above := self.parents.get(result):
            case ast.Attribute(attr="softmax"):
                call = self.parents.get(above)
                return _dimension(call, 0) if isinstance(call, ast.Call) else None
            case ast.Call() if last_name(above.func) == "softmax" and result in above.args[:1]:
                return _dimension(above, 1)
            case ast.BinOp(op=ast.Mult() | ast.Div() | ast.Add()):
                return self.softmaxed_along(above)
            case ast.Assign(targets=[ast.Name(id=name)]):
                found = map(self.softmaxed_along, self.loads(name, above))
                return next((dim for dim in found if dim is not None), None)
        return None

    def is_query(self, product: ast.AST, other: ast.expr) -> bool:
        """Whether a softmax is taken of a product over the places of its second factor: the first is a query then.

        Of a batch of matrices the places are the last of three dimensions, or of two where the factor is turned by
        ``.T``; over another dimension it is the weight of a layer whose results compete.
        """
        dim = self.softmaxed_along(product)
        turned = other.func if isinstance(other, ast.Call) else other
        flat = isinstance(turned, ast.Attribute) and turned.attr in ("T", "t")
        return dim is not None and (dim == -1 or dim > 1 or (dim == 1 and flat))

    def loads(self, name: str, after: ast.AST) -> list[ast.AST]:
        """Where a variable is read after an expression or a statement, until it stands for another value."""
        stores = (
            (statement.lineno, statement.end_lineno or 0)
            for statement in self.function.body
            if isinstance(statement, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)
        )
        start = (0, 0) if after is self.function else (after.end_lineno, after.end_col_offset)  # type: ignore[attr-defined]
        last = min((end for begin, end in stores if begin > start[0]), default=sys.maxsize)
        return [
            node
            for node in ast.walk(self.function)
            if isinstance(node, ast.Name)
            and node.id == name
            and isinstance(node.ctx, ast.Load)
            and (node.lineno, node.col_offset) > start
            and node.lineno <= last
        ]

    def is_counted(self, index: ast.expr) -> bool:
        """Whether an index is computed from numbers that a loop counts."""
        names = {node.id for node in ast.walk(index) if isinstance(node, ast.Name)}
        counted = {
            target.id
            for loop in ast.walk(self.function)
            if isinstance(loop, (ast.For, ast.comprehension))
            and isinstance(loop.iter, ast.Call)
            and last_name(loop.iter.func) in ("range", "enumerate")
            for target in ast.walk(loop.target)
            if isinstance(target, ast.Name)
        }
        return bool(names) and names <= counted

    def is_added_up(self, value: ast.AST) -> bool:
        """Whether a loop, or a sum over what it gives, adds up the products of a value."""
        product = self.parents.get(value)
        above = self.parents.get(product) if isinstance(product, ast.BinOp) else None
        if isinstance(above, ast.AugAssign):
            return isinstance(above.op, ast.Add)
        if isinstance(above, (ast.GeneratorExp, ast.ListComp)):
            call = self.parents.get(above)
            return isinstance(call, ast.Call) and last_name(call.func) == "sum"
        return False

    def is_summed(self, result: ast.AST, other: ast.expr) -> bool:
        """Whether a value is multiplied with activations, and the product is summed over some dimensions at once."""
        return not self.is_weight(other) and self.sums(result)

    def sums(self, result: ast.AST) -> bool:
        """Whether what is done with an expression, or with the variable that holds it, is a sum over dimensions.

        So is a product over dimensions, of factors such as ``1 + weight * x``.
        """
        match above := self.parents.get(result):
            case ast.Attribute(attr="sum" | "prod"):
                call = self.parents.get(above)
                return isinstance(call, ast.Call) and bool(call.args or call.keywords)
            case ast.Call(func=ast.Attribute(attr="sum" | "prod"), args=[_, *more], keywords=keywords):
                return bool(more or keywords)
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self.sums(above)
            case ast.BinOp(op=ast.Mult(), left=left, right=right):
                return self.is_weight(right if left is result else left) and self.sums(above)
            case ast.Assign(targets=[ast.Name(id=name)]):
                loads = [node for node in self.loads(name, above) if not self.is_copied(node)]
                return bool(loads) and all(map(self.sums, loads))
        return False

    def is_compared(self, value: ast.AST) -> bool:
        """Whether the squares of a value's rows are summed and added to activations, as in a squared distance."""
        match square := self.parents.get(value):
            case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=2)):
                pass
            case ast.Attribute(attr="pow" | "square"):
                square = self.parents.get(square)
            case _:
                return False
        match attribute := self.parents.get(square) if square else None:
            case ast.Attribute(attr="sum"):
                result = self.parents.get(attribute)
                if not (isinstance(result, ast.Call) and (result.args or result.keywords)):  # a penalty
                    return False
            case ast.Call(func=ast.Attribute(attr="sum"), args=[_, *more], keywords=keywords) if more or keywords:
                result = attribute
            case _:
                return False
        while isinstance(above := self.parents.get(result), (ast.Attribute, ast.Call, ast.Subscript)):  # .t(), [None]
            result = above
        match above:
            case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=right):
                return not self.is_weight(right if left is result else left)
        return False

    def is_copied(self, node: ast.AST) -> bool:
        """Whether a copy of a value is put aside."""
        above = self.parents.get(node)
        return isinstance(above, ast.Attribute) and above.attr in ("clone", "detach")

    def is_weight(self, expression: ast.expr, depth: int = DEPTH, known: frozenset[str] = frozenset()) -> bool:
        """Whether an expression contains no activation, that is, no argument of the function or of a lambda in it."""
        for node in ast.walk(expression):
            if not isinstance(node, ast.Name) or node.id == "self" or node.id in known:
                continue
            above = self.parents.get(node)
            if isinstance(above, ast.Attribute) and above.attr in SILENT:  # x.dtype
                continue
            if node.id in self.activations or depth == 0:
                return False
            for assigned in ast.walk(self.function):
                match assigned:
                    case ast.Assign(targets=targets, value=value) if value is not expression:
                        names = {
                            part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)
                        }
                        if node.id in names and not self.is_weight(value, depth - 1, known | {node.id}):
                            return False
                    case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name == node.id:
                        if value is not expression and not self.is_weight(value, depth - 1, known | {node.id}):
                            return False
        return True


def _dimension(softmax: ast.Call, place: int) -> int:
    """The dimension that a softmax is taken over; the last one where it is not written."""
    given = [keyword.value for keyword in softmax.keywords if keyword.arg == "dim"]
    match next(iter(given or softmax.args[place : place + 1]), None):
        case ast.Constant(value=int(dim)):
            return dim
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(dim))):
            return -dim
    return -1
