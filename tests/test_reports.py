"""Reports of whole layers: every section of every layer, from the derivation alone."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symbp
from symbp.catalogue import layers
from symbp.errors import SymbpError, UnknownNameError
from symbp.reports import report

NAMES = [layer.name for layer in layers()]
BY_NAME = {layer.name: layer for layer in layers()}


def text_of(name: str, **options: object) -> str:
    return report(BY_NAME[name], judged=False, **options).to_text(width=10_000)


def test_the_sigmoids_story():
    text = report(BY_NAME["Sigmoid"]).to_text(width=10_000)
    wanted = [
        "y = 1/(1 + exp(−x))",
        "× (−1) ──(−x)─→ exp   ←─ −dy·exp(−x)·y²",
        "∂u2/∂u1 = u2",
        "dx = −du1 = dy·exp(−x)·y²",
        "dy·⟦u2⟧·y²",
        "dx = dy·y·(1 − y)",
        "Forward keeps y.",
        "1 + exp(−x) = exp(m)·(exp(−m) + exp(−m − x))",
        "dx *= y  # dx = dy*y*(1 - y)",
        "proved over the reals",
    ]
    places = [text.find(line) for line in wanted]
    assert -1 not in places
    assert places == sorted(places)


def test_the_loss_ends_in_y_minus_t():
    text = text_of("SoftmaxWithLoss")
    assert "dx[…, c] = dloss·(y[…, c] − t[…, c])/N" in text
    assert "A mean divides by N." in text
    assert "No gradient is computed for t." in text


def test_the_transposes_are_explained_twice():
    text = text_of("Affine")
    assert "dx = dy·W^T" in text
    assert "dW = x^T·dy" in text
    assert "W is indexed i, j, the other way round, so it stands transposed." in text
    assert "(n × j) · (j × i) = (n × i)" in text
    assert "the same b serves every n" in text


def test_one_sample_is_an_outer_product():
    one = symbp.layer("One", "y[j] = sum(x[i]*W[i, j], i) + b[j]", parameters=["W", "b"])
    text = report(one, judged=False).to_text(width=10_000)
    assert "dW = x^T·dy" in text
    assert "(i × 1) · (1 × j) = (i × j)" in text


def test_a_value_used_twice_adds():
    text = report(symbp.layer("Twice", "y = x*tanh(x)"), judged=False).to_text(width=10_000)
    assert "x is used 2 times" in text


def test_an_output_that_is_used_further_has_a_total():
    made = symbp.layer("Made", "h = tanh(x)\ny = h*h\nz = y + h", outputs=["h", "y", "z"])
    found = report(made, at={"x": 0.5}, judged=False)
    text = found.to_text(width=10_000)
    assert "dy^total = dy + dz" in text
    assert "dx = dh^total·(1 − h²) = (1 − h²)·(2·h·(dy + dz) + dh + dz)" in text
    assert "tanh ──(0.46212)─→ h   ←─ 1\n" in text


def test_an_edge_of_several_says_what_comes_back_along_it():
    made = symbp.layer("Made", "y[n] = x[n] * sum(where(m == n, 0, x[m]), m)")
    graph = report(made, judged=False).to_text(width=10_000).split("\n2  ")[1].split("\n3  ")[0]
    assert "←─ dx" not in graph


def test_a_mean_over_several_axes_divides_by_all_lengths():
    text = report(symbp.layer("Made", "m = mean(x[n, c, h], n, c, h)"), judged=False).to_text()
    assert "A mean divides by N[c]·N[h]·N[n]." in text.replace("\n    ", " ")


def test_no_bound_index_is_a_free_one_or_a_tensor():
    text = report(symbp.layer("Made", "g[i, j] = mean(x[n, i]*x[n, j], n)"), judged=False)
    assert "dx[n, i] += Σ[j] du1[n, j, i]·x[n, j]" in text.to_text(width=10_000)
    sums = symbp.layer("Sums", "m[c] = sum(x[n, c], n)\ny[n, c] = x[n, c] * m[c]")
    assert "Σ[m]" not in report(sums, judged=False).to_text()


def test_a_loss_called_l_is_not_the_loss():
    text = report(symbp.layer("Made", "L = sum(x[n]**2, n)"), judged=False).to_text(width=10_000)
    assert "ℒ, the loss," in text
    assert "rate at which L " not in text


def test_arrays_are_numbers_too():
    found = report(symbp.layer("Made", "y = 2*x"), at={"x": np.array([1.0, 2.0])}, judged=False)
    assert "x ──((1, 2))─→" in found.to_text()


def test_the_graph_with_numbers():
    found = report(BY_NAME["Mul"], at={"x": 100, "y": 2}, judged=False)
    assert found.numbers is not None
    assert found.numbers.gradients["x"] == 2
    text = found.to_text()
    assert "x ──(100)─→ ×   ←─ 2" in text
    assert "y ──(2)─→ ×   ←─ 100" in text


def test_numbers_that_do_not_fit_are_refused():
    with pytest.raises(SymbpError, match="q"):
        report(BY_NAME["Mul"], at={"q": 1, "y": 2})


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_has_every_section(name):
    found = report(BY_NAME[name], judged=False)
    document = found.document()
    wanted = ["definition", "graph", "nodes", "chain", "join", "saving", "stability", "code"]
    sections = [section.id for section in document.sections]
    assert [section for section in sections if section != "layers"] == wanted
    assert ("layers" in sections) == (name == "TwoLayerNet")
    for written in (found.to_html(), found.to_markdown(), found.to_latex(), found.to_text()):
        assert name in written
    before_the_listing = found.to_text().partition("def forward")[0].replace("..., None", "")
    assert not re.search(r"\bNone\b|Entry\(|SumOver", before_the_listing)


@pytest.mark.parametrize("name", ["Affine", "SoftmaxWithLoss", "TwoLayerNet"])
def test_products_have_sections_lines_and_verdicts_of_their_own(name):
    found = report(BY_NAME[name], products=("jvp", "hvp"))
    sections = {section.id for section in found.document().sections}
    assert {"product-jvp", "product-hvp"} <= sections
    assert [item.judge for item in found.judged][-2:] == ["jvp", "hvp"]
    assert {item.verdict for item in found.judged[-2:]} == {"passed"}
    assert found.module is not None
    for method in ("jvp", "hvp"):
        computed = {part.target for part in found.module.computes if part.method == method}
        assert {*found.products[method].function.outputs} <= computed
    for language in ("en", "zh"):
        page = found.to_html(language)
        ids = re.findall(r' id="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        assert '<mover accent="true">' in page
        assert r"\dot{" in found.to_latex(language)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_mathematics_leads_to_an_equation(name):
    found = report(BY_NAME[name], judged=False)
    module = found.module
    assert module is not None
    backward = {part.target for part in module.computes if part.method == "backward"}
    assert backward == {item.target for item in found.derivation.vjp.function.equations}
    for part in module.computes:
        equations = (
            found.derivation.vjp.function.equations
            if part.method == "backward"
            else found.derivation.vjp.function.primal
        )
        assert part.target in {item.target for item in equations}
    ends = [part.last for part in module.computes]
    assert ends == sorted(set(ends))


def test_a_networks_report_leads_to_its_layers():
    html = report(BY_NAME["TwoLayerNet"], judged=False).to_html()
    for name in ("Affine", "Relu", "SoftmaxWithLoss"):
        assert f'href="{name}.html"' in html


def test_a_notebook_shows_it():
    found = symbp.derive(BY_NAME["Sigmoid"], judged=False)
    assert "<math" in found._repr_html_()
    assert "<svg" in found._repr_html_()
    assert found._repr_latex_().startswith("$")
    assert found.derivation.layer.name == "Sigmoid"
    assert found.derivation.nodes
    assert found.derivation.vjp.steps


def test_it_is_short_in_a_shell():
    found = symbp.derive(BY_NAME["Sigmoid"], judged=False)
    assert repr(found) == "Report(Sigmoid: dx = dy*y*(1 - y))"
    graph = symbp.graph("a = x * y", x=2, y=3)
    assert repr(graph) == str(graph)


def test_an_unknown_language_is_refused():
    with pytest.raises(UnknownNameError, match="`xx`"):
        report(BY_NAME["Sigmoid"], judged=False).to_text("xx")


def test_only_functions_of_one_variable_have_a_curve():
    with_curve = {n for n in NAMES if report(BY_NAME[n], judged=False).curve is not None}
    assert {"Sigmoid", "Relu", "Gelu", "Tanh", "Elu"} <= with_curve
    assert not {"Add", "Affine", "Softmax", "SoftmaxWithLoss", "Dropout"} & with_curve


def test_numbers_that_contradict_an_assumption_are_refused():
    with pytest.raises(SymbpError, match=r"assumes sum\(t"):
        report(BY_NAME["SoftmaxWithLoss"], at={"x": [1, 2], "t": [0.3, 0.3]})


@pytest.mark.parametrize("what", ["Sigmoid", "y = 1 / (1 + exp(-x))"])
def test_a_name_or_an_equation_is_a_layer_too(what):
    assert "dx = dy*y*(1 - y)" in repr(symbp.derive(what, judged=False))


@pytest.mark.parametrize("what", ["Sigmoidd", None, 3])
def test_what_is_no_layer_is_refused(what):
    with pytest.raises(SymbpError):
        symbp.derive(what)


def test_labels_of_an_edge_use_the_indices_of_what_goes_along_it():
    text = text_of("SoftmaxWithLoss")
    assert "x ──(x[…, k])─→ exp   ←─ du1[…, k]·u1[…, k]" in text
    assert "Σ k ──(Σ[k] exp(x[…, k]))─→ 1/" in text
