"""Emitted classes with one fault put into their text."""

from __future__ import annotations

from dataclasses import dataclass

from symbp import layer
from symbp.catalogue import layers, parse_layers
from symbp.notation import Layer, Network

__all__ = ["LAYERS", "Edit", "Mutant", "added", "changed", "mutated"]

FIT = """
[Fit]
layers = ["Affine", "Tanh", "y = Affine", "MeanSquaredError"]
init = { W = "normal(0.3)" }
"""

UNKNOWN = (  # to the catalogue
    layer("Clipped", "y[n, i] = minimum(maximum(x[n, i]*s[i], -1), 2)", parameters=["s"]),
    layer("Peak", "y[n] = max(x[n, i], i) - min(x[n, i], i)"),
    layer("Gate", "y[n, i] = where(x[n, i] > k, x[n, i]**2, k*x[n, i])", hyper={"k": 0.5}),
    layer("Radius", "y[n] = sqrt(sum(x[n, i]**2, i))"),
    layer("Small", "y[n, j] = sum(x[n, i]*W[i, j], i)*1e-5 + b[j]", parameters=["W", "b"]),
    layer("Pick", "y[n] = t[n]*x[n, t[n]]*g[t[n]]", parameters=["g"], constants=["t"]),
    layer("Pair", "u[n, i] = tanh(x[n, i])\nv[n, i] = u[n, i]*z[n, i]", outputs=["u", "v"]),
    layer("Kernel", "y[i, j] = exp(-g*sum((x[i, k] - z[j, k])**2, k))", parameters=["g"]),
    layer("Signs", "y[n] = sign(a)*x[n]*exp(c)", parameters=["a", "c"]),
    layer("Wave", "y = a*sin(b*x)", hyper={"a": 1.0, "b": 1.0}),
    *parse_layers(FIT, "fit.toml"),
)
LAYERS: dict[str, Layer | Network] = {item.name: item for item in (*layers(), *UNKNOWN)}


@dataclass(frozen=True)
class Edit:
    """A change of one method.

    Args:
        method: the method's name.
        old: what the changed line begins with, its indentation aside; the last such line is taken.
        new: what is put before that line, or takes the place of `old` in it.
        inside: whether `new` takes the place of `old`.
    """

    method: str
    old: str
    new: str
    inside: bool = False

    def __call__(self, text: str) -> str:
        lines = text.splitlines()
        first = next(
            n for n, line in enumerate(lines) if line.startswith(f"    def {self.method}(")
        )
        last = next(n for n in range(first + 1, len(lines)) if _begins(lines[n]))
        body = range(first, last)
        found = [n for n in body if (self.old in lines[n]) and self._fits(lines[n])]
        assert found, f"{self.method} has no line with {self.old}"
        line = lines[found[-1]]
        indent = line[: len(line) - len(line.lstrip())]
        put = [f"{indent}{new}" for new in self.new.splitlines()]
        lines[found[-1]] = line.replace(self.old, self.new) if self.inside else line
        lines[found[-1] : found[-1]] = [] if self.inside else put
        return "\n".join(lines) + "\n"

    def _fits(self, line: str) -> bool:
        return self.inside or line.lstrip().startswith(self.old)


def _begins(line: str) -> bool:
    return line.startswith(("    def ", "    @", "def ")) and not line.startswith("     ")


@dataclass(frozen=True)
class Mutant:
    """A layer, the judge that has to reject it, and what was put into its module's text."""

    layer: str
    judge: str
    edits: tuple[Edit, ...]


def added(method: str, before: str, code: str) -> Edit:
    """Code put before the last line of a method that begins like this."""
    return Edit(method, before, code)


def changed(method: str, old: str, new: str) -> Edit:
    """Text that is put in the place of other text, in the last line of a method that has it."""
    return Edit(method, old, new, inside=True)


def mutated(text: str, mutant: Mutant) -> str:
    """The module's text with the fault; it is asserted that it is another one."""
    for edit in mutant.edits:
        before, text = text, edit(text)
        assert text != before
    return text
