"""Lines of emitted modules and the equations that they compute."""

from __future__ import annotations

import ast

import pytest

from symbp.catalogue import layers
from symbp.reports import report
from symbp.targets.code import LayerCode, Line, SourceFile
from symbp.targets.spans import spans

NAMES = [layer.name for layer in layers()]
BY_NAME = {layer.name: layer for layer in layers()}
DOOR = ("_checked", "_private", "_upstream", "self._saved", "position = ")

TEXT = """class Made:
    def forward(self, x):
        x = self._checked(x)
        # a part
        part = x * x
        y = part + 1  # y = x**2 + 1
        other = y + x
        self._saved = part
        return y

    def backward(self, dy):
        dx = part * 2
        dx *= dy  # dx = 2*dy*x**2
        dx = _sum_to(dx, x_shape)
        return dx
"""


def test_a_part_belongs_to_the_first_equation_that_uses_it():
    code = LayerCode(
        forward=(Line("part = x * x", "x * x"), Line("y = part + 1", "y = x**2 + 1")),
        backward=(Line("dx = part * 2"), Line("dx *= dy", "dx = 2*dy*x**2")),
    )
    found = spans(SourceFile("made.py", TEXT), code, {"y": "1 + x**2"}, {"dx": "2*dy*x**2"})
    assert [(s.first, s.last, s.target, s.backward) for s in found] == [
        (4, 5, "y", False),
        (6, 6, "y", False),
        (12, 12, "dx", True),
        (13, 13, "dx", True),
        (14, 14, "dx", True),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_of_mathematics_is_covered(name):
    found = report(BY_NAME[name], judged=False)
    module = found.module
    assert module is not None
    covered = {n for part in module.computes for n in range(part.first, part.last + 1)}
    for node in ast.walk(ast.parse(module.text)):
        if not isinstance(node, ast.FunctionDef) or node.name not in ("forward", "backward"):
            continue
        for statement in node.body:
            text = ast.unparse(statement)
            is_plain = isinstance(statement, ast.Assign | ast.AugAssign)
            if is_plain and not any(word in text for word in DOOR) and " = self." not in text:
                is_result = text.startswith("self.d")
                assert statement.lineno in covered or is_result, text
    forward = {part.target for part in module.computes if not part.backward}
    assert forward == {item.target for item in found.forward}
