"""Breaking a long statement over lines where `ruff format` would break it.

Only what emitted mathematics is made of: assignments and calls whose right sides are sums,
products and calls. Anything else is left as it is.
"""

from __future__ import annotations

import ast
import re

__all__ = ["broken"]

_LOOSEST = ((ast.Add, ast.Sub), (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.MatMult))
_SIGNS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.MatMult: "@",
}


def broken(code: str, width: int) -> list[str]:
    """A statement on lines of at most `width` columns, where that is possible.

    Args:
        code: one statement on one line.
        width: the columns that are left for it.
    """
    if len(code) <= width or "\n" in code:
        return code.split("\n")
    statement = ast.parse(code).body[0]
    if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr) or not code.isascii():
        return [code]
    value = statement.value
    head = code[: value.col_offset - _bracketed(value, code)]
    operands = _operands(value, code)
    if len(operands) == 1:
        return _lines(head, value, "", code, width)
    if len(operands) == 2:
        (_, first), (sign, last) = operands
        end = _rightmost(last, code)
        if _opens(end, code):
            before = code[value.col_offset : end.col_offset - _bracketed(end, code)]
            if len(head) + len(before) < width:
                return _lines(head + before, end, "", code, width)
        elif _bracketed(first, code):
            return _lines(head, first, f" {sign} {_text(last, code)}", code, width)
    return [f"{head}(", *_indented(_lines("", value, "", code, width - 4, True)), ")"]


def _lines(
    before: str, value: ast.expr, after: str, code: str, width: int, bare: bool = False
) -> list[str]:
    """An expression between `before` and `after`, free to break; `bare`: without its brackets."""
    bracketed = _bracketed(value, code) and not bare
    text = _text(value, code) if not bare else code[value.col_offset : value.end_col_offset]
    if len(before) + len(text) + len(after) <= width:
        return [before + text + after]
    if bracketed:
        inner = _lines("", value, "", code, width - 4, True)
        return [f"{before}(", *_indented(inner), f"){after}"]
    if isinstance(value, ast.Call) and (value.args or value.keywords):
        opening = f"{before}{_text(value.func, code)}("
        return [opening, *_indented(_arguments(value, code, width - 4)), f"){after}"]
    operands = _operands(value, code)
    if len(operands) == 1:
        return [before + text + after]
    lines = _lines(before, operands[0][1], "", code, width)
    for sign, operand in operands[1:-1]:
        lines += _lines(f"{sign} ", operand, "", code, width)
    sign, operand = operands[-1]
    return [*lines, *_lines(f"{sign} ", operand, after, code, width)]


def _arguments(call: ast.Call, code: str, width: int) -> list[str]:
    """The arguments of a call, on one line or one a line."""
    named = [("", argument) for argument in call.args]
    named += [(f"{keyword.arg}=", keyword.value) for keyword in call.keywords]
    texts = [name + code[v.col_offset : v.end_col_offset] for name, v in named]
    if len(", ".join(texts)) <= width:
        return [", ".join(texts)]
    if len(named) == 1:
        return _lines(named[0][0], named[0][1], "", code, width, True)
    return [line for name, value in named for line in _lines(name, value, ",", code, width, True)]


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _rightmost(value: ast.expr, code: str) -> ast.expr:
    """The last operand of the last operand, and so on."""
    while isinstance(value, ast.BinOp) and not _bracketed(value, code):
        value = value.right
    return value


def _opens(value: ast.expr, code: str) -> bool:
    """Whether an expression has brackets to break at."""
    return _bracketed(value, code) or isinstance(value, ast.Call | ast.Subscript)


def _operands(value: ast.expr, code: str) -> list[tuple[str, ast.expr]]:
    """The operands of the loosest operators with the sign before each."""
    for kinds in _LOOSEST:
        if isinstance(value, ast.BinOp) and isinstance(value.op, kinds):
            return [*_chain(value.left, kinds, code), (_SIGNS[type(value.op)], value.right)]
    return [("", value)]


def _chain(
    value: ast.expr, kinds: tuple[type[ast.operator], ...], code: str
) -> list[tuple[str, ast.expr]]:
    bare = not _bracketed(value, code)
    if isinstance(value, ast.BinOp) and isinstance(value.op, kinds) and bare:
        return [*_chain(value.left, kinds, code), (_SIGNS[type(value.op)], value.right)]
    return [("", value)]


def _bracketed(value: ast.expr, code: str) -> bool:
    """Whether brackets of its own stand around an expression, not those of a call."""
    before, after = code[: value.col_offset], code[value.end_col_offset :]
    if not (before.endswith("(") and after.startswith(")")):
        return False
    return not re.search(r"[\w)\]]\($", before)


def _text(value: ast.expr, code: str) -> str:
    """The source of an expression, with the brackets around it."""
    around = 1 if _bracketed(value, code) else 0
    assert value.end_col_offset is not None
    return code[value.col_offset - around : value.end_col_offset + around]
