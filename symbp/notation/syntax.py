"""From text to the syntax tree, through Python's own parser and a closed table of its nodes.

Nothing is ever evaluated: `ast` only parses, and a node that the tables below do not name is
refused.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from sympy import Rational

from symbp.errors import NotationError
from symbp.notation.brackets import access, index, target
from symbp.notation.functions import CONSTANTS, FUNCTIONS, REDUCTIONS
from symbp.notation.lexis import check_text, split_at
from symbp.notation.source import Side, Source, parse_side
from symbp.notation.tree import (
    Call,
    Compare,
    Constant,
    Logic,
    Macro,
    Name,
    Node,
    Number,
    Plain,
    Reduce,
    SizeOf,
    Statement,
)
from symbp.notation.vocabulary import MACROS, instead_of

__all__ = ["parse_assumption", "parse_equation", "parse_formula"]

_BINARY = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "power",
}
_UNARY = {ast.USub: "negative", ast.UAdd: "positive"}
_RELATIONS = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_CONDITIONS_ONLY = "stands only inside of where(condition, a, b)"


def parse_equation(source: Source) -> Statement:
    """Read `left = right`.

    Raises:
        NotationError: the text is not an equation of the notation.
    """
    check_text(source)
    left, right, offset = split_at(source, "=")
    written = target(parse_side(source, left, 0))
    value = _Reader(parse_side(source, right, offset)).expression()
    return Statement(source, written, (value,))


def parse_assumption(source: Source) -> Statement:
    """Read `left == right`.

    Raises:
        NotationError: the text is not an assumption of the notation.
    """
    check_text(source)
    left, right, offset = split_at(source, "==")
    sides = (parse_side(source, left, 0), parse_side(source, right, offset))
    return Statement(source, None, tuple(_Reader(side).expression() for side in sides))


def parse_formula(source: Source) -> Node:
    """Read the formula of a function of the vocabulary."""
    return _Reader(parse_side(source, source.text, 0)).expression()


@dataclass(frozen=True)
class _Reader:
    """Reads one side of an equation, node by node.

    Args:
        side: what Python's parser made of the text.
    """

    side: Side

    def column(self, node: ast.expr) -> int:
        return self.side.column(node)

    def error(self, message: str, node: ast.expr) -> NotationError:
        return self.side.error(message, node)

    def expression(self) -> Node:
        """The right side."""
        return self._expression(self.side.root)

    def _expression(self, node: ast.expr) -> Node:
        reader = _EXPRESSIONS.get(type(node))
        if reader is None:
            hint = _NOT_MATHS.get(type(node), "this is not part of the notation")
            raise self.error(hint, node)
        return reader(self, node)

    def _name(self, node: ast.Name) -> Node:
        column = self.column(node)
        if node.id in CONSTANTS:
            return Constant(column, node.id)
        if node.id in FUNCTIONS or node.id in REDUCTIONS or node.id in ("size", "where"):
            raise self.error(f"`{node.id}` is a function: write {node.id}(...)", node)
        return Name(column, node.id)

    def _constant(self, node: ast.Constant) -> Node:
        if node.value is Ellipsis:
            raise self.error(
                "`...` stands only in brackets, in size(...), and last in a reduction", node
            )
        text = self.side.text[node.col_offset : node.end_col_offset]
        return Number(self.column(node), Rational(text.rstrip(".")))

    def _binary(self, node: ast.BinOp) -> Node:
        function = _BINARY.get(type(node.op))
        if function is None:
            raise self.error("of the operators, + - * / ** are known", node)
        arguments = (self._expression(node.left), self._expression(node.right))
        return Call(self.column(node), function, arguments)

    def _unary(self, node: ast.UnaryOp) -> Node:
        function = _UNARY.get(type(node.op))
        if function is None:
            raise self.error(f"`not` {_CONDITIONS_ONLY}", node)
        return Call(self.column(node), function, (self._expression(node.operand),))

    def _call(self, node: ast.Call) -> Node:
        if not isinstance(node.func, ast.Name):
            raise self.error("only a function's name can be called, like exp(x)", node)
        name = node.func.id
        if node.keywords:
            raise self.error(f"arguments of {name} have no names here", node)
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                raise self.error(f"a starred argument of {name}: stars stand in brackets", argument)
        if name in FUNCTIONS:
            return self._function(name, node)
        if name in REDUCTIONS:
            return self._reduction(name, node)
        if name == "size":
            return self._size(node)
        if name == "where":
            return self._where(node)
        if name in MACROS:
            return self._macro(name, node)
        raise self.error(instead_of(name) + self._bracket_hint(node), node)

    def _bracket_hint(self, node: ast.Call) -> str:
        """What to write for `x(n)`, if that is what it looks like."""
        assert isinstance(node.func, ast.Name)
        names = [argument.id for argument in node.args if isinstance(argument, ast.Name)]
        if len(node.func.id) > 1 or not node.args:
            return ""
        if len(names) < len(node.args):
            return f"; a product is written {node.func.id}*(...)"
        return f"; a tensor is indexed with brackets, like {node.func.id}[{', '.join(names)}]"

    def _function(self, name: str, node: ast.Call) -> Node:
        function = FUNCTIONS[name]
        count = len(node.args)
        if count < function.arity or (count > function.arity and not function.nests):
            least = " or more" if function.nests else ""
            plural = "" if function.arity == 1 else "s"
            raise self.error(
                f"{name} takes {function.arity}{least} argument{plural}, not {count}", node
            )
        column = self.column(node)
        result, *rest = (self._expression(argument) for argument in node.args)
        if not rest:
            return Call(column, name, (result,))
        for argument in rest:
            result = Call(column, name, (result, argument))
        return result

    def _macro(self, name: str, node: ast.Call) -> Node:
        macro, column = MACROS[name], self.column(node)
        if macro.over:
            body, bound = self._over(name, node)
            return Macro(column, name, (body,), bound)
        if len(node.args) != len(macro.arguments):
            plural = "" if len(macro.arguments) == 1 else "s"
            wanted = f"{name}({', '.join(macro.arguments)})"
            raise self.error(
                f"{name} takes {len(macro.arguments)} argument{plural}, {wanted}, "
                f"not {len(node.args)}",
                node,
            )
        return Macro(column, name, tuple(map(self._expression, node.args)))

    def _reduction(self, word: str, node: ast.Call) -> Node:
        body, bound = self._over(word, node)
        return Reduce(self.column(node), word, body, bound)

    def _over(self, word: str, node: ast.Call) -> tuple[Node, tuple[Plain, ...]]:
        """The expression that a function runs over, and the indices."""
        if len(node.args) < 2:
            dots = f", or {word}(x, ...) over all leading axes" if word in REDUCTIONS else ""
            raise self.error(
                f"{word} names the indices it runs over: {word}(x[n, i], i){dots}", node
            )
        body, *bound = node.args
        indices = []
        for argument in bound:
            slot = index(self.side, argument)
            if slot is None:
                instead = {"max": "maximum", "min": "minimum"}.get(word)
                hint = f"; the larger or smaller of two is {instead}(a, b)" if instead else ""
                raise self.error(
                    f"after the first argument, {word} takes names of indices or ...{hint}",
                    argument,
                )
            indices.append(slot)
        return self._expression(body), tuple(indices)

    def _size(self, node: ast.Call) -> Node:
        if len(node.args) == 2:
            raise self.error("size(x, 2) comes in a later version: write size(n)", node)
        written = index(self.side, node.args[0]) if len(node.args) == 1 else None
        if written is None:
            raise self.error("size takes one index: size(n) or size(...)", node)
        return SizeOf(self.column(node), written)

    def _where(self, node: ast.Call) -> Node:
        if len(node.args) != 3:
            raise self.error(f"where takes a condition and two values, not {len(node.args)}", node)
        condition, yes, no = node.args
        parts = (self._condition(condition), self._expression(yes), self._expression(no))
        return Call(self.column(node), "where", parts)

    def _condition(self, node: ast.expr) -> Node:
        column = self.column(node)
        if isinstance(node, ast.BoolOp):
            word = "and" if isinstance(node.op, ast.And) else "or"
            return Logic(column, word, tuple(self._condition(value) for value in node.values))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return Logic(column, "not", (self._condition(node.operand),))
        if not isinstance(node, ast.Compare):
            raise self.error("the condition of where is a comparison, like x > 0", node)
        operands = [self._expression(side) for side in (node.left, *node.comparators)]
        relations = []
        for operation, left, right in zip(node.ops, operands, operands[1:], strict=False):
            sign = _RELATIONS.get(type(operation))
            if sign is None:
                raise self.error("of the comparisons, < <= > >= == != are known", node)
            relations.append(Compare(column, sign, left, right))
        return relations[0] if len(relations) == 1 else Logic(column, "and", tuple(relations))

    def _subscript(self, node: ast.Subscript) -> Node:
        return access(self.side, node)


_EXPRESSIONS: dict[type[ast.expr], Callable[..., Node]] = {
    ast.Name: _Reader._name,
    ast.Constant: _Reader._constant,
    ast.BinOp: _Reader._binary,
    ast.UnaryOp: _Reader._unary,
    ast.Call: _Reader._call,
    ast.Subscript: _Reader._subscript,
}

_NOT_MATHS: dict[type[ast.expr], str] = {
    ast.Compare: f"a comparison {_CONDITIONS_ONLY}",
    ast.BoolOp: f"`and` or `or` {_CONDITIONS_ONLY}",
    ast.Tuple: "a tuple is not a number: write one equation for each tensor",
    ast.List: "a list is not a number: brackets follow a tensor's name, like x[n]",
    ast.Starred: "a star stands only in brackets, like x[n, *i]",
}
