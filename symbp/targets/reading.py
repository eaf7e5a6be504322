"""Reads Python's text into the tree of emitted code."""

from __future__ import annotations

import ast
import re
from textwrap import dedent

from symbp.errors import InternalError
from symbp.targets.blocks import Code, For, If, Raise, Return, Shared
from symbp.targets.tree import (
    HELPERS,
    Assign,
    Attribute,
    Augment,
    Binary,
    Call,
    Chain,
    Choice,
    Display,
    Do,
    Expression,
    Literal,
    Message,
    Name,
    Slice,
    Star,
    Subscript,
    Tuple,
    Unary,
    call,
)

__all__ = ["expression", "parsed", "refusal"]

SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.MatMult: "@", ast.Pow: "**", ast.BitAnd: "&", ast.BitOr: "|", ast.Lt: "<", ast.LtE: "<=",
    ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.Is: "is", ast.IsNot: "is not",
    ast.In: "in", ast.NotIn: "not in", ast.And: "and", ast.Or: "or", ast.USub: "-",
    ast.Invert: "~", ast.Not: "not",
}  # fmt: skip


def parsed(text: str) -> tuple[Code, ...]:
    """Some statements; a function that is called `_like_this` is the module's own."""
    return tuple(map(_statement, ast.parse(dedent(text)).body))


def expression(text: str) -> Expression:
    """One expression."""
    return _expression(ast.parse(text, mode="eval").body)


def refusal(test: str, error: str, sentence: str) -> If:
    """`if test:` and a raise of an error that says a sentence, with expressions in braces."""
    holes = tuple(map(expression, re.findall(r"\{([^{}]*)\}", sentence)))
    return If(expression(test), (Raise(call(error, Message(sentence, holes))),))


def _statement(node: ast.stmt) -> Code:
    match node:
        case ast.Assign(targets=[target], value=value):
            return Assign(_bare(target), _bare(value))
        case ast.Assign(targets=targets, value=value):
            return Shared(tuple(map(_bare, targets)), _bare(value))
        case ast.AugAssign(target=target, op=op, value=value):
            return Augment(_expression(target), SIGNS[type(op)], _expression(value))
        case ast.Expr(value=value):
            return Do(_expression(value))
        case ast.Return(value=ast.expr() as value):
            return Return(_bare(value))
        case ast.For(target=target, iter=values, body=body):
            return For(_bare(target), _expression(values), tuple(map(_statement, body)))
    raise InternalError(f"no tree for {ast.unparse(node)}")


def _bare(node: ast.expr) -> Expression:
    """A side of an assignment, or what is returned: a tuple stands there without brackets."""
    read = _expression(node)
    return Tuple(read.items, bare=True) if isinstance(read, Tuple) and len(read.items) > 1 else read


def _expression(node: ast.expr) -> Expression:
    match node:
        case ast.Name(id=name):
            return Name(name, HELPERS if name == "FLOATS" else "")
        case ast.Constant(value=str(text)):
            return Literal(f'"{text}"')
        case ast.Constant(value=value):
            return Literal("..." if value is ... else repr(value))
        case ast.UnaryOp(op=op, operand=operand):
            return Unary(SIGNS[type(op)], _expression(operand))
        case ast.BinOp(left=left, op=op, right=right):
            return Binary(_expression(left), SIGNS[type(op)], _expression(right))
        case ast.BoolOp(op=op, values=values):
            return Chain(SIGNS[type(op)], _all(values))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return Binary(_expression(left), SIGNS[type(op)], _expression(right))
        case ast.Compare(left=left, ops=[op, *others], comparators=rights):
            assert all(type(other) is type(op) for other in others)
            return Chain(SIGNS[type(op)], _all([left, *rights]))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return Choice(_expression(body), _expression(test), _expression(orelse))
        case ast.Call(func=function, args=arguments, keywords=keywords):
            named = tuple((str(k.arg), _expression(k.value)) for k in keywords)
            return Call(_function(function), _all(arguments), named)
        case ast.Attribute(value=ast.Name(id="math"), attr=name):
            return Name(f"math.{name}", "math")
        case ast.Attribute(value=value, attr=name):
            return Attribute(_expression(value), name)
        case ast.Subscript(value=value, slice=ast.Tuple(elts=slots)):
            return Subscript(_expression(value), _all(slots))
        case ast.Subscript(value=value, slice=slot):
            return Subscript(_expression(value), (_expression(slot),))
        case ast.Slice(lower=None, upper=None):
            return Literal(":")
        case ast.Slice(lower=lower, upper=upper):
            first, last = (_expression(end) if end else None for end in (lower, upper))
            return Slice(first, last)
        case ast.Starred(value=value):
            return Star(_expression(value))
        case ast.Tuple(elts=items):
            return Tuple(_all(items))
        case ast.List(elts=items):
            return Display(_all(items))
        case ast.Dict(keys=[]):
            return Literal("{}")
        case ast.Dict(keys=keys, values=values):
            texts = (str(key.value) for key in keys if isinstance(key, ast.Constant))
            return Display(_all(values), tuple(texts))
    raise InternalError(f"no tree for {ast.unparse(node)}")


def _function(node: ast.expr) -> Expression:
    """A function that is called."""
    if isinstance(node, ast.Name) and node.id.startswith("_"):
        return Name(node.id, HELPERS)
    return _expression(node)


def _all(nodes: list[ast.expr]) -> tuple[Expression, ...]:
    return tuple(map(_expression, nodes))
