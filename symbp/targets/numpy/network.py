"""The class of a network: a layer that builds its own parameters, and what one does with it."""

from __future__ import annotations

from symbp.notation.layer import Tensor
from symbp.notation.network import Initialiser, Network
from symbp.targets.blocks import Code, Def, If, Verbatim
from symbp.targets.code import NetworkCode
from symbp.targets.numpy.arguments import ArgumentChecks, live_parameters
from symbp.targets.numpy.shell import NOTHING_HELD, Shell, checked
from symbp.targets.reading import expression, parsed, refusal
from symbp.targets.templates import environment

__all__ = ["NetworkShell"]


class NetworkShell(Shell):
    """The methods of a network."""

    def __init__(self, network: Network, code: NetworkCode) -> None:
        super().__init__(network.layer, code.whole)
        self.network = network
        self.network_code = code

    def methods(self) -> list[Code]:
        init, *others, checks = super().methods()
        files = environment().get_template("files.py.jinja").render(name=self.layer.name)
        part_checks = ArgumentChecks(*self.network_code.scores).argument_method("_checked_inputs")
        return [init, *self._uses(), *others, Verbatim(files), checks, part_checks]

    def init(self) -> Def:
        """`__init__(self, inputs, hidden, classes, *, seed=None, dtype="float64")`."""
        layer, parameters = self.layer, self.layer.parameters
        sizes = [name for name, _ in self.network.sizes]
        options = ["seed=None", 'dtype="float64"']
        options += ["validate=True"] if self.code.assumptions else []
        given = (f'{name} = _whole_number("{name}", {name})' for name in sizes)
        body = [*parsed("\n".join(given))]
        if parameters:
            fault = f"{layer.name}: dtype must be float32 or float64, but is {{dtype}}"
            body += parsed("dtype = np.dtype(dtype)")
            body.append(refusal("dtype not in FLOATS", "TypeError", fault))
            body += parsed("random = np.random.default_rng(seed)")
        for name in parameters:
            body += self._initial(layer.tensors[name])
        body += live_parameters(layer) if parameters else parsed(NOTHING_HELD)
        for name in parameters:
            body += parsed(f"self.{layer.gradient(name)} = None")
        arguments = ("self", *sizes, "*", *options)
        return Def("__init__", arguments, "", (*body, *self.ready()))

    def _initial(self, tensor: Tensor) -> tuple[Code, ...]:
        """The statements that make a parameter."""
        rule = self.network.initialisers[tensor.name]
        lengths = [axis.space for axis in tensor.axes]
        shape = f"({', '.join(lengths)}{',' if len(lengths) == 1 else ''})"
        if rule.kind == "constant":
            maker = {0.0: "zeros", 1.0: "ones"}[rule.scale]
            return parsed(f"self.{tensor.name} = np.{maker}({shape}, dtype)")
        scale, before = repr(rule.scale), ""
        if rule.kind != "normal":
            scale, before = "scale", f"scale = {_deviation(rule, lengths)}"
        value = f"({scale} * random.standard_normal({shape})).astype(dtype)"
        return (*parsed(before), *parsed(f"self.{tensor.name} = {value}"))

    def _uses(self) -> list[Def]:
        outputs, tensors = self.layer.outputs, self.layer.tensors
        scalar = len(outputs) == 1 and not tensors[outputs[0]].axes
        labels = self.network.labels
        return [
            self._predict(),
            *([self._loss()] if scalar else []),
            *([self._accuracy(labels)] if labels is not None else []),
            *([self._gradient(), self._numerical()] if scalar else []),
            self._trace(),
        ]

    def _predict(self) -> Def:
        layer, code = self.network_code.scores
        checks, (result, *_) = ArgumentChecks(layer, code), layer.outputs
        lifted = checks.lifts and layer.tensors[result].variadic
        value = f"{result}[0] if single else {result}" if lifted else result
        body = (*checked(checks, "_checked_inputs"), *code.forward, *parsed(f"return {value}"))
        return Def("predict", ("self", *layer.arguments), f"Return {result}.", body)

    def _trace(self) -> Def:
        layer, code = self.network_code.trace
        items = ", ".join(f'"{name}": {name}' for name in layer.outputs)
        body = (*self.taken(), *code.forward, *parsed(f"return {{{items}}}"))
        return self._use("trace", "Return every value of the forward pass by name, in order.", body)

    def _loss(self) -> Def:
        body = parsed(f"return float(self.forward({self._given}))")
        return self._use("loss", f"Return {self.layer.outputs[0]} as a number.", body)

    def _accuracy(self, labels: str) -> Def:
        inputs = self.network_code.scores[0].arguments
        name, shape = self.layer.name, "scores.shape[:-1]"
        fault = f"{name}: {labels} has shape {{{labels}.shape}}, but must have {{{shape}}}"
        rows = expression(f"{labels}.ndim == scores.ndim")
        body = (
            *parsed(f"scores, {labels} = self.predict({', '.join(inputs)}), np.asarray({labels})"),
            refusal(f"{labels}.shape not in (scores.shape, {shape})", "ValueError", fault),
            If(rows, parsed(f"{labels} = {labels}.argmax(axis=-1)"), remark="one-hot"),
            *parsed(f"return float((scores.argmax(axis=-1) == {labels}).mean())"),
        )
        doc = "Return the part of samples whose highest score is their label's."
        return Def("accuracy", ("self", *inputs, labels), doc, body)

    def _gradient(self) -> Def:
        body = parsed(f"self.forward({self._given})\nself.backward()\nreturn self.grads")
        return self._use("gradient", "Return the gradients of the parameters by name.", body)

    def _numerical(self) -> Def:
        doc = "Return the same by central differences: slow, for checking in float64."
        body = f"""
        gradients = {{}}
        for name, parameter in self.params.items():
            gradients[name] = gradient = np.empty_like(parameter)
            for place in np.ndindex(parameter.shape):
                kept = parameter[place]
                parameter[place] = kept + h
                above = self.loss({self._given})
                parameter[place] = kept - h
                gradient[place] = (above - self.loss({self._given})) / (2 * h)
                parameter[place] = kept
        return gradients
        """
        return self._use("numerical_gradient", doc, parsed(body), "h=1e-5")

    def _use(self, name: str, doc: str, body: tuple[Code, ...], *options: str) -> Def:
        """A method that takes what forward takes."""
        return Def(name, ("self", *self.arguments, *options), doc, body)

    @property
    def _given(self) -> str:
        return ", ".join(self.arguments)


def _deviation(rule: Initialiser, lengths: list[str]) -> str:
    """The standard deviation of a parameter's entries, as an expression."""
    incoming = " * ".join(lengths[place] for place in rule.incoming)
    if rule.kind == "xavier":
        outgoing = " * ".join(lengths[place] for place in rule.outgoing) or "1"
        return f"math.sqrt(2 / ({incoming} + {outgoing}))"
    return (
        f"math.sqrt(2 / ({incoming}))" if len(rule.incoming) > 1 else f"math.sqrt(2 / {incoming})"
    )
