"""Lines of emitted modules and the equations that they compute."""

from __future__ import annotations

import ast

import pytest

from symbp.catalogue import layers
from symbp.notation import layer
from symbp.pipeline import emit
from symbp.reports import report

BY_NAME = {one.name: one for one in layers()}
NAMES = list(BY_NAME)
AROUND = ("_checked", "_private", "_upstream", "self._saved", "position = ")


def test_a_part_belongs_to_the_first_equation_that_uses_it():
    source = emit(layer("Made", "u = exp(x)*x\ny = u + 1\nz = u*x", outputs=["y", "z"]))
    lines = source.text.splitlines()
    found = [(s.target, lines[s.last - 1].split("#")[0].strip()) for s in source.spans]
    assert found[:3] == [("u", "e = np.exp(x)"), ("u", "u = e * x"), ("y", "y = 1 + u")]
    assert found[3] == ("z", "z = u * x")
    assert {target for target, _ in found[4:]} == {"dx"}


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
            if is_plain and not any(word in text for word in AROUND) and " = self." not in text:
                is_result = text.startswith("self.d")
                assert statement.lineno in covered or is_result, text
    forward = {part.target for part in module.computes if part.method == "forward"}
    assert forward == {item.target for item in found.derivation.vjp.function.primal}
