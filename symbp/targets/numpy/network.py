"""The class of a network: a layer that builds its own parameters, and what one does with it."""

from __future__ import annotations

from symbp.notation.layer import Layer, Tensor
from symbp.notation.network import Initialiser, Network
from symbp.targets.code import LayerCode, NetworkCode
from symbp.targets.layout import (
    assignment,
    def_statement,
    indented,
    raise_lines,
    sentence,
    statements,
    tuple_statement,
)
from symbp.targets.numpy.arguments import ArgumentChecks
from symbp.targets.numpy.shell import Shell

__all__ = ["NetworkShell"]


class NetworkShell(Shell):
    """The methods of a network."""

    def __init__(self, network: Network, code: NetworkCode, checks: ArgumentChecks) -> None:
        super().__init__(network.layer, code.whole, checks)
        self.network = network
        self.network_code = code
        self.helpers |= {"whole_number"}

    def methods(self) -> list[list[str]]:
        base = super().methods()
        checked = base.pop()
        return [base[0], *self._uses(), *base[1:], *self._files(), checked, *self._part_checks()]

    def init(self) -> list[str]:
        """`__init__(self, inputs, hidden, classes, *, seed=None, dtype="float64")`."""
        sizes = [name for name, _ in self.network.sizes]
        options = ["seed=None", 'dtype="float64"']
        options += ["validate=True"] if self.code.assumptions else []
        body = [f'{name} = _whole_number("{name}", {name})' for name in sizes]
        if self.layer.parameters:
            body += ["dtype = np.dtype(dtype)", "if dtype not in FLOATS:"]
            fault = f"{self.layer.name}: dtype must be float32 or float64, but is {{dtype}}"
            body += raise_lines(fault, "TypeError", 12)
            body.append("random = np.random.default_rng(seed)")
        for name in self.layer.parameters:
            body += self._initial(self.layer.tensors[name])
        if self.layer.parameters:
            live = ", ".join(f"self.{name}" for name in self.layer.parameters)
            body += assignment(live, f"_parameters({live})", 8)
        else:
            body.append("self.params, self.grads = {}, {}")
        body += [
            f"self.{gradient} = None"
            for gradient in map(self.layer.gradient, self.layer.parameters)
        ]
        body += ["self.validate = validate"] if self.code.assumptions else []
        body.append("self._saved = None")
        return [
            *def_statement("__init__", ("self", *sizes, "*", *options), 4),
            *indented(body, 4),
        ]

    def _initial(self, tensor: Tensor) -> list[str]:
        """The statement that makes a parameter."""
        rule = self.network.initialisers[tensor.name]
        lengths = [axis.space for axis in tensor.axes]
        shape = f"({', '.join(lengths)}{',' if len(lengths) == 1 else ''})"
        if rule.kind == "constant":
            maker = {0.0: f"np.zeros({shape}, dtype)", 1.0: f"np.ones({shape}, dtype)"}
            return [f"self.{tensor.name} = {maker[rule.scale]}"]
        scale, lines = repr(rule.scale), []
        if rule.kind != "normal":
            scale, lines = "scale", [f"scale = {_deviation(rule, lengths)}"]
        value = f"({scale} * random.standard_normal({shape})).astype(dtype)"
        return [*lines, *assignment(f"self.{tensor.name}", value, 8)]

    def _uses(self) -> list[list[str]]:
        layer = self.layer
        given = ", ".join(self.arguments)
        found = [self._part("predict", self.network_code.scores, "_checked_inputs")]
        scalar = len(layer.outputs) == 1 and not layer.tensors[layer.outputs[0]].axes
        if scalar:
            found.append(
                [
                    *def_statement("loss", ("self", *self.arguments), 4),
                    f'    """Return {layer.outputs[0]} as a number."""',
                    f"    return float(self.forward({given}))",
                ]
            )
        labels = self.network.labels
        if labels is not None:
            inputs = self._part_arguments(self.network_code.scores[0])
            found.append(
                [
                    *def_statement("accuracy", ("self", *inputs, labels), 4),
                    '    """Return the part of samples whose highest score is their label\'s."""',
                    f"    scores, {labels} = self.predict({', '.join(inputs)}), "
                    f"np.asarray({labels})",
                    f"    if {labels}.shape not in (scores.shape, scores.shape[:-1]):",
                    *indented(
                        raise_lines(
                            f"{layer.name}: {labels} has shape {{{labels}.shape}}, but must have "
                            "{scores.shape[:-1]}",
                            "ValueError",
                            12,
                        ),
                        4,
                    ),
                    f"    if {labels}.ndim == scores.ndim:  # one-hot",
                    f"        {labels} = {labels}.argmax(axis=-1)",
                    f"    return float((scores.argmax(axis=-1) == {labels}).mean())",
                ]
            )
        if scalar:
            found += [self._gradient(given), self._numerical(given)]
        found.append(self._trace())
        return found

    def _gradient(self, given: str) -> list[str]:
        return [
            *def_statement("gradient", ("self", *self.arguments), 4),
            '    """Return the gradients of the parameters by name."""',
            f"    self.forward({given})",
            "    self.backward()",
            "    return self.grads",
        ]

    def _numerical(self, given: str) -> list[str]:
        return [
            *def_statement("numerical_gradient", ("self", *self.arguments, "h=1e-5"), 4),
            *indented(
                sentence(
                    "Return the same by central differences: slow, for checking in float64.", 8
                ),
                4,
            ),
            "    gradients = {}",
            "    for name, parameter in self.params.items():",
            "        gradients[name] = gradient = np.empty_like(parameter)",
            "        for place in np.ndindex(parameter.shape):",
            "            kept = parameter[place]",
            "            parameter[place] = kept + h",
            f"            above = self.loss({given})",
            "            parameter[place] = kept - h",
            f"            gradient[place] = (above - self.loss({given})) / (2 * h)",
            "            parameter[place] = kept",
            "    return gradients",
        ]

    def _part(self, method: str, part: tuple[Layer, LayerCode], check: str) -> list[str]:
        """A method that runs a part of the forward pass and saves nothing."""
        layer, code = part
        arguments = self._part_arguments(layer)
        checks = ArgumentChecks(layer, code)
        body = sentence(f"Return {layer.outputs[0]}.", 8)
        body += assignment(", ".join(checks.handed_on), f"self.{check}({', '.join(arguments)})", 8)
        body += statements(code.forward, 8)
        lifted = checks.lifts and layer.tensors[layer.outputs[0]].variadic
        result = layer.outputs[0]
        body.append(f"return {result}[0] if single else {result}" if lifted else f"return {result}")
        return [*def_statement(method, ("self", *arguments), 4), *indented(body, 4)]

    def _trace(self) -> list[str]:
        layer, code = self.network_code.trace
        items = [f'"{name}": {name}' for name in layer.outputs]
        body = sentence("Return every value of the forward pass by name, in order.", 8)
        checked = f"self._checked({', '.join(self.arguments)})"
        body += assignment(", ".join(self.checks.handed_on), checked, 8)
        body += statements(code.forward, 8)
        body += tuple_statement("return ", items, 8, "{}")
        return [*def_statement("trace", ("self", *self.arguments), 4), *indented(body, 4)]

    def _part_checks(self) -> list[list[str]]:
        """`_checked_inputs`: the checks of `predict`, which is given no labels."""
        layer, code = self.network_code.scores
        checks = ArgumentChecks(layer, code)
        lines = checks.argument_method()
        self.helpers |= checks.helpers
        return [[line.replace("def _checked(", "def _checked_inputs(") for line in lines]]

    @staticmethod
    def _part_arguments(layer: Layer) -> tuple[str, ...]:
        return layer.arguments

    def _files(self) -> list[list[str]]:
        name = self.layer.name
        return [
            [
                "def save(self, path):",
                '    """Write the parameters to a file in NumPy\'s npz format."""',
                '    with open(path, "wb") as file:',
                "        np.savez(file, **self.params)",
            ],
            [
                "def load(self, path):",
                '    """Read the parameters from a file that `save` wrote for the same sizes."""',
                "    try:",
                "        with np.load(path, allow_pickle=False) as file:",
                "            given = {name: file[name] for name in file.files}",
                "    except OSError:",
                "        raise",
                "    except Exception as error:",
                *indented(
                    raise_lines(
                        f"{name}: {{path}} is no npz file of numbers", "ValueError", 12, "error"
                    ),
                    4,
                ),
                "    for name, parameter in self.params.items():",
                "        if name not in given:",
                f'            raise ValueError(f"{name}: {{path}} holds no {{name}}")',
                '        if given[name].dtype.kind != "f":',
                *indented(
                    raise_lines(
                        f"{name}: {{name}} in {{path}} holds {{given[name].dtype}}, not floats",
                        "ValueError",
                        16,
                    ),
                    8,
                ),
                "        if given[name].shape != parameter.shape:",
                "            raise ValueError(",
                f'                f"{name}: {{name}} in {{path}} has shape '
                '{given[name].shape}, but must "',
                '                f"have {parameter.shape}"',
                "            )",
                "    for name in given:",
                "        if name not in self.params:",
                f'            raise ValueError(f"{name}: {{path}} holds an unknown {{name}}")',
                "    for name, parameter in self.params.items():",
                "        parameter[...] = given[name]",
            ],
        ]


def _deviation(rule: Initialiser, lengths: list[str]) -> str:
    """The standard deviation of a parameter's entries, as an expression."""
    incoming = " * ".join(lengths[place] for place in rule.incoming)
    if rule.kind == "xavier":
        outgoing = " * ".join(lengths[place] for place in rule.outgoing) or "1"
        return f"math.sqrt(2 / ({incoming} + {outgoing}))"
    return (
        f"math.sqrt(2 / ({incoming}))" if len(rule.incoming) > 1 else f"math.sqrt(2 / {incoming})"
    )
