"""Reads Python text into the tree of emitted code."""

from __future__ import annotations

import ast

from symbp.targets.tree import (
    Assign,
    Attribute,
    Augment,
    Binary,
    Call,
    Choice,
    Do,
    Expression,
    Literal,
    Name,
    Slice,
    Star,
    Statement,
    Subscript,
    Tuple,
    Unary,
)

SIGNS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.MatMult: "@", ast.Pow: "**", ast.BitAnd: "&", ast.BitOr: "|", ast.Lt: "<", ast.LtE: "<=",
    ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.USub: "-", ast.Invert: "~",
    ast.Not: "not",
}  # fmt: skip


def statement(text: str, equation: str = "", origin: str = "") -> Statement:
    """One statement; with the equation that it computes."""
    (node,) = ast.parse(text).body
    match node:
        case ast.Assign(targets=[target], value=value):
            return Assign(expression(target), expression(value), equation, origin)
        case ast.AugAssign(target=target, op=op, value=value):
            return Augment(expression(target), SIGNS[type(op)], expression(value), equation, origin)
        case ast.Expr(value=value):
            return Do(expression(value), equation, origin)
    raise NotImplementedError(text)


def parsed(text: str) -> Expression:
    """One expression."""
    return expression(ast.parse(text, mode="eval").body)


def expression(node: ast.expr) -> Expression:
    match node:
        case ast.Name(id=name):
            return Name(name)
        case ast.Constant(value=str(text)):
            return Literal(f'"{text}"')
        case ast.Constant(value=value):
            return Literal("..." if value is ... else repr(value))
        case ast.UnaryOp(op=op, operand=operand):
            return Unary(SIGNS[type(op)], expression(operand))
        case ast.BinOp(left=left, op=op, right=right):
            return Binary(expression(left), SIGNS[type(op)], expression(right))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return Binary(expression(left), SIGNS[type(op)], expression(right))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return Choice(expression(body), expression(test), expression(orelse))
        case ast.Call(func=function, args=arguments, keywords=keywords):
            named = tuple((str(k.arg), expression(k.value)) for k in keywords)
            return Call(expression(function), tuple(map(expression, arguments)), named)
        case ast.Attribute(value=value, attr=name):
            return Attribute(expression(value), name)
        case ast.Subscript(value=value, slice=ast.Tuple(elts=slots)):
            return Subscript(expression(value), tuple(map(expression, slots)))
        case ast.Subscript(value=value, slice=slot):
            return Subscript(expression(value), (expression(slot),))
        case ast.Slice(lower=None, upper=None):
            return Literal(":")
        case ast.Slice(lower=lower, upper=upper):
            first, last = (end and expression(end) for end in (lower, upper))
            return Slice(first, last)
        case ast.Starred(value=value):
            return Star(expression(value))
        case ast.Tuple(elts=items):
            return Tuple(tuple(map(expression, items)))
    raise NotImplementedError(ast.dump(node))
