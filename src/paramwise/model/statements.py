"""A function of a model's code, statement by statement: what becomes of the values in it, and what it returns."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from paramwise.model.expressions import MANY, Expressions, Follower, items_of
from paramwise.model.values import Function, Value, union


class Run(Expressions):
    """One call of a function."""

    def __init__(self, flow: Follower, function: Function, within: dict[str, Value]) -> None:
        super().__init__(flow, function, within)
        self.returned: list[Value] = []

    def statements(self, body: Iterable[ast.stmt]) -> None:
        """Follow some statements."""
        for statement in body:
            self._statement(statement)

    def _statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Return(value=value) if value is not None:
                self.returned.append(self.value(value))
            case ast.Assign(targets=targets, value=value):
                found = self.value(value)
                for target in targets:
                    self.assign(target, found)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self.assign(target, self.value(value))
            case ast.AugAssign(target=target, op=op, value=value):
                self.assign(target, self.operation(op, self.value(target), self.value(value)))
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse):
                for item in self._turns(self.value(iterated)):
                    self.assign(target, item)
                    self.statements(body)
                self.statements(orelse)
            case ast.While(body=body, orelse=orelse):
                self.statements([*body, *body, *orelse])
            case ast.If(test=test, body=body, orelse=orelse):
                self.value(test)
                before = dict(self.within)
                self.statements(body)
                one, self.within = self.within, before
                self.statements(orelse)
                other = self.within
                self.within = {
                    name: union([of[name] for of in (one, other) if name in of])
                    for name in dict.fromkeys([*one, *other])
                }
            case ast.With(items=items, body=body):
                for entered in items:
                    found = self.value(entered.context_expr)
                    if entered.optional_vars is not None:
                        self.assign(entered.optional_vars, found)
                self.statements(body)
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=last):
                self.statements(body)
                for handler in handlers:
                    self.statements(handler.body)
                self.statements([*orelse, *last])
            case ast.Match(subject=subject, cases=cases):
                self.value(subject)
                for case in cases:
                    self.statements(case.body)
            case ast.FunctionDef(name=name):
                self.within[name] = Value(functions=(Function(statement, self.frame, self.within),))
            case ast.Expr(value=ast.Yield(value=value)) if value is not None:
                self.returned.append(self.value(value))
            case ast.Expr(value=value):
                self.value(value)

    def _turns(self, iterated: Value) -> list[Value]:
        """What a loop takes in turn; data of unknown length twice."""
        items = items_of(iterated)
        if iterated.parts is None and not iterated.modules:
            return items * 2
        return [*items[:MANY], *items[-1:]] if len(items) > MANY else items
