"""Sigmoid-weighted linear unit, also known as swish (Elfwing et al. 2017).

Made by symbp 0.1.0 from [Silu] of symbp/catalogue/activations.toml; do not edit.
Make it again: symbp generate --only Silu
"""

import numpy as np

__all__ = ["Silu"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class Silu:
    """Sigmoid-weighted linear unit, also known as swish (Elfwing et al. 2017).

    Forward:
        y = x / (1 + exp(-x))

    Backward:
        dx = dy*(1/(1 + exp(-x)) + y*(1 - 1/(1 + exp(-x))))

    Inputs:
        x: any shape

    Between forward and backward:
        y is read-only: change a copy
    """

    def __init__(self):
        self.params, self.grads = {}, {}
        self._saved = None

    def forward(self, x):
        """Return y, given x."""
        x, single = self._checked(x)
        e = np.abs(x)
        np.negative(e, out=e)
        np.exp(e, out=e)
        ratio = np.maximum(e, x >= 0)
        ratio /= 1 + e  # ratio = 1/(1 + exp(-x))
        y = ratio * x  # y = x / (1 + exp(-x))
        y.setflags(write=False)  # saved for backward
        self._saved = ratio, y, single
        return y[0] if single else y

    def backward(self, dy):
        """Return dx, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("Silu: call `forward` before `backward`")
        ratio, y, single = self._saved
        dy = _upstream("dy", dy, y.shape[1:] if single else y.shape, y.dtype)
        if single:
            dy = dy[None]
        dx = 1 - ratio
        dx *= y
        dx += ratio
        dx *= dy  # dx = dy*(ratio + y*(1 - ratio))
        return dx[0] if single else dx

    def _checked(self, x):
        """The arguments, checked, as the lines above need them."""
        if type(x) is not np.ndarray or x.dtype not in FLOATS:
            (x,) = _floats(x=x)
        single = not x.ndim
        if single:  # no leading axis: one of length 1 is put in front
            x = x[None]
        return x, single


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"Silu: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"Silu: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"Silu: {name} is {found}, but must be float32 or float64; convert "
                    f"it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"Silu: {name} is {found}, but {owner} is {dtype}; make them one, "
                    f"for example with {name}.astype('{dtype}')"
                )
            dtype, owner = found, name
    return [array.astype(dtype, copy=False) for array in arrays.values()]


def _upstream(name, value, shape, dtype):
    """The gradient that comes from above, in the layer's dtype and of the output's shape."""
    if type(value) is not np.ndarray or value.dtype is not dtype:
        try:
            value = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"Silu: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"Silu: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"Silu: {name} has shape {value.shape}, but {name[1:]} has {shape}"
        )
    return value
