"""What a function makes of the results around a value: sums over dimensions, distances, softmaxes, or nothing."""

from __future__ import annotations

import ast

from paramwise.model.calls import ACTIVATIONS, QUIET, SILENT
from paramwise.model.code import last_name
from paramwise.model.function import Function

_NONLINEAR = ACTIVATIONS | {"sin", "cos"}


class Sums(Function):
    """Tells what becomes of the results that a value takes part in, as the code around them shows."""

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
        ``.T``; over another dimension it is the weight of a layer whose results compete. What an activation function
        made is not a key but a hidden layer, as in additive attention: its weight scores each place.
        """
        dim = self.softmaxed_along(product)
        turned = other.func if isinstance(other, ast.Call) else other
        flat = isinstance(turned, ast.Attribute) and turned.attr in ("T", "t")
        return dim is not None and (dim == -1 or dim > 1 or (dim == 1 and flat)) and not self._is_hidden(other)

    def _is_hidden(self, value: ast.expr) -> bool:
        """Whether an activation function gives a value, or a variable that it comes of."""
        todo, seen = [value], set[str]()
        while todo:
            match one := todo.pop():
                case ast.Attribute(value=inner, attr="T" | "mT"):
                    todo.append(inner)
                case ast.Call(func=ast.Attribute(value=inner, attr="transpose" | "permute" | "t")):
                    todo.append(inner)
                case ast.Name(id=name) if name not in seen:
                    seen.add(name)
                    todo += [given for given in self.values.get(name, ()) if isinstance(given, ast.Call)]
                case ast.Call() if last_name(one.func) in ACTIVATIONS:
                    return True
        return False

    def is_input(self, product: ast.AST, other: ast.expr) -> bool:
        """Whether an activation takes the product of two weights: the first is what a network makes a weight of."""
        return self.is_weight(product) and self.is_weight(other) and self._is_activated(product)

    def _is_activated(self, value: ast.AST) -> bool:
        match above := self.parents.get(value):
            case ast.BinOp(op=ast.Mult() | ast.Add() | ast.Sub()):
                return self._is_activated(above)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if value in above.args[:1]:
                return name in _NONLINEAR
            case ast.Attribute(attr=name):
                return name in _NONLINEAR
            case ast.Assign(targets=[ast.Name(id=name)]):
                return any(map(self._is_activated, self.loads(name, above)))
        return False

    def is_added_up(self, value: ast.AST) -> bool:
        """Whether a loop, or a sum over what it gives, adds up the products of a value with parts of the data.

        Products with functions of the data, such as ``a[k] * torch.sin(k * x)``, are scaled one by one.
        """
        while isinstance(product := self.parents.get(value), (ast.Attribute, ast.Call, ast.Subscript)):  # .view(1, -1)
            value = product
        if not isinstance(product, ast.BinOp) or _is_nonlinear(
            product.right if product.left is value else product.left
        ):
            return False
        match above := self.parents.get(product):
            case ast.AugAssign():
                return isinstance(above.op, ast.Add)
            case ast.GeneratorExp() | ast.ListComp():
                call = self.parents.get(above)
                return isinstance(call, ast.Call) and last_name(call.func) == "sum"
            case ast.BinOp(op=ast.Add(), left=left, right=right):  # total = total + x[k:] * weight[k]
                match self.parents.get(above):
                    case ast.Assign(targets=[ast.Name(id=total)]):
                        return any(isinstance(one, ast.Name) and one.id == total for one in (left, right))
        return False

    def is_weight_beside(self, other: ast.expr, result: ast.AST) -> bool:
        """Whether what is combined with a value is a weight, and not rows that the data picked of one."""
        return all(self.is_weight(one) for one in ast.iter_child_nodes(result) if one is not other)

    def is_summed(self, result: ast.AST, other: ast.expr) -> bool:
        """Whether a value is multiplied with activations, and the product is summed over some dimensions at once."""
        return not self.is_weight(other) and self.sums(result)

    def sums(self, result: ast.AST) -> bool:
        """Whether what is done with an expression, or with the variable that holds it, is a sum over dimensions.

        So is a product over dimensions, of factors such as ``1 + weight * x``.
        """
        if (call := self._folded(result, "sum", "prod")) is not None:
            return _names_dimensions(call, result)
        match above := self.parents.get(result):
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self.sums(above)
            case ast.BinOp(op=ast.Mult(), left=left, right=right):
                return self.is_weight(right if left is result else left) and self.sums(above)
            case ast.Assign(targets=[ast.Name(id=name)]):
                loads = [
                    node for node in self.loads(name, above) if not self.is_copied(node) and not self.is_type(node)
                ]
                return bool(loads) and all(map(self.sums, loads))
        return False

    def is_totalled(self, result: ast.AST) -> bool:
        """Whether all elements of an expression are summed to one number."""
        call = self._folded(result, "sum")
        return call is not None and not _names_dimensions(call, result)

    def _folded(self, value: ast.AST, *names: str) -> ast.Call | None:
        """The call of a method, or of a function of a module, that makes one number of many in a value."""
        match above := self.parents.get(value):
            case ast.Attribute(attr=name) if name in names:
                call = self.parents.get(above)
                return call if isinstance(call, ast.Call) else None
            case ast.Call(func=ast.Attribute(attr=name), args=[first, *_]) if name in names and first is value:
                return above
        return None

    def is_compared(self, value: ast.AST) -> bool:
        """Whether squared distances are taken between a value's rows and activations.

        These may be written out, with the squares of the rows alone in a sum.
        """
        match difference := self.parents.get(value):
            case ast.BinOp(op=ast.Sub(), left=left, right=right):
                other = right if left is value else left
                return not self.is_weight(other) and self._squares(difference) is not None
        match result := self._squares(value):
            case None:
                return False
        while isinstance(above := self.parents.get(result), (ast.Attribute, ast.Call, ast.Subscript)):  # .t(), [None]
            result = above
        match above:
            case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=right):
                return not self.is_weight(right if left is result else left)
        return False

    def _squares(self, value: ast.AST) -> ast.AST | None:
        """The sum of a value's squares over some dimensions, where one is taken."""
        match square := self.parents.get(value):
            case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=2)):
                pass
            case ast.Attribute(attr="pow" | "square"):
                square = self.parents.get(square)
            case _:
                return None
        call = self._folded(square, "sum") if square else None
        return call if call is not None and square and _names_dimensions(call, square) else None  # else a penalty

    def is_quiet(self, node: ast.AST) -> bool:
        """Whether what stands around an expression makes no use of its values: asks for a shape, compares, prints."""
        parent = self.parents.get(node)
        while (
            (isinstance(parent, ast.Attribute) and parent.attr not in SILENT)
            or (isinstance(parent, ast.Call) and parent.func is node)
            or isinstance(parent, (ast.Subscript, ast.keyword))
        ):
            node, parent = parent, self.parents.get(parent)
        if isinstance(parent, ast.Call):
            name = last_name(parent.func)
            return name in QUIET or name.endswith("_like") or isinstance(self.parents.get(parent), ast.Expr)
        return isinstance(
            parent, (ast.Attribute, ast.Compare, ast.Expr, ast.If, ast.BoolOp, ast.FormattedValue, ast.Assert)
        )


def _is_nonlinear(value: ast.expr) -> bool:
    """Whether a function that is not linear gives a value."""
    return isinstance(value, ast.Call) and last_name(value.func) in _NONLINEAR


def _names_dimensions(call: ast.Call, value: ast.AST) -> bool:
    """Whether a sum over a value says over which dimensions, rather than over all."""
    return bool(call.keywords or [one for one in call.args if one is not value])


def is_stretched(value: ast.expr) -> bool:
    """Whether a value gets a further dimension, not the first, along which what it is joined with varies alone."""
    for node in ast.walk(value):
        match node:
            case ast.Subscript(slice=ast.Tuple(elts=[_, *others])):
                if any(isinstance(one, ast.Constant) and one.value is None for one in others):
                    return True
            case ast.Call(func=ast.Attribute(attr="unsqueeze"), args=[dim]) if (
                not isinstance(dim, ast.Constant) or dim.value
            ):
                return True
    return False


def _dimension(softmax: ast.Call, place: int) -> int:
    """The dimension that a softmax is taken over; the last one where it is not written."""
    given = [keyword.value for keyword in softmax.keywords if keyword.arg == "dim"]
    match next(iter(given or softmax.args[place : place + 1]), None):
        case ast.Constant(value=int(dim)):
            return dim
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(dim))):
            return -dim
    return -1
