"""From a layer to its derivation: the stages in order."""

from __future__ import annotations

from symbp.calculus.assemble import assemble, growing, growth, opened_gradients, spelled_out
from symbp.calculus.decompose import decompose
from symbp.calculus.derivation import Derivation, Log
from symbp.calculus.join import join
from symbp.calculus.normal import Normalizer
from symbp.calculus.output_form import in_output_form
from symbp.calculus.sweep import reverse_sweep
from symbp.notation.layer import Layer

__all__ = ["derive"]


def derive(layer: Layer) -> Derivation:
    """Derives a layer's backward pass."""
    log = Log()
    nodes = decompose(layer)
    axes = {node.target: node.axes for node in nodes}
    axes |= {name: tensor.axes for name, tensor in layer.tensors.items()}
    sweep = reverse_sweep(nodes, axes, layer.outputs, layer.constants, layer.gradient)
    joined = join(layer, nodes, sweep)
    definitions = {node.target: node for node in nodes}
    normal = Normalizer(definitions, layer.assumptions)
    known = frozenset(layer.tensors) - growing(layer, definitions)
    unnamed = {name: node for name, node in definitions.items() if name not in layer.tensors}
    exact = tuple(log.follow(eq, normal.path(eq.value)) for eq in joined.equations)
    exact = in_output_form(exact, nodes, known, normal, log)
    stable = Log()
    assembled = assemble(layer, nodes, known, sweep.selectors, exact, stable)
    tried = {exact}
    for closed in (True, False):
        still = {eq.target for eq in assembled.backward if growth([eq])}
        if not still:
            break
        opened = opened_gradients(joined.equations, definitions, closed)
        opened = tuple(
            other if other.target in still else eq for eq, other in zip(exact, opened, strict=True)
        )
        if opened in tried:
            continue
        tried.add(opened)
        trial = Log()
        other = assemble(layer, nodes, known, sweep.selectors, opened, trial)
        if growth(other.backward) < growth(assembled.backward):
            for before, after in zip(exact, opened, strict=True):
                log.note("definition", before, after.value)
            exact, assembled, stable = opened, other, trial
    return Derivation(
        layer,
        nodes,
        sweep,
        spelled_out(joined.equations, unnamed),
        exact,
        assembled.written,
        assembled.values,
        assembled.forward,
        assembled.backward,
        log.steps,
        stable.steps,
    )
