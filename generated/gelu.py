"""Gaussian error linear unit (Hendrycks and Gimpel 2016).

Made by symbp 0.1.0 from [Gelu] of symbp/catalogue/activations.toml; do not edit.
Make it again: symbp generate --only Gelu
"""

import math

import numpy as np
from scipy.special import erfc

__all__ = ["Gelu"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))
MINUS_SQRT_2_2 = -math.sqrt(2) / 2
SQRT_2_SQRT_PI = math.sqrt(2) / math.sqrt(np.pi)


class Gelu:
    """Gaussian error linear unit (Hendrycks and Gimpel 2016).

    Forward:
        y = x / 2 * (1 + erf(x / sqrt(2)))

    Backward:
        dx = dy*(1 + erf(sqrt(2)*x/2) + sqrt(2)*exp(-x**2/2)*x/sqrt(pi))/2

    Inputs:
        x: any shape

    Between forward and backward:
        x may be changed: backward has its own copy
    """

    def __init__(self):
        self.params, self.grads = {}, {}
        self._saved = None

    def forward(self, x):
        """Return y, given x."""
        x, single = self._checked(x)
        x = _private(x)  # saved for backward
        tail = erfc(MINUS_SQRT_2_2 * x)
        y = 0.5 * x
        y *= tail  # y = x / 2 * (1 + erf(x / sqrt(2)))
        self._saved = x, tail, single, y.shape
        return y[0] if single else y

    def backward(self, dy):
        """Return dx, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("Gelu: call `forward` before `backward`")
        x, tail, single, y_shape = self._saved
        dy = _upstream("dy", dy, y_shape[1:] if single else y_shape, x.dtype)
        if single:
            dy = dy[None]
        dx = np.abs(x)
        np.minimum(dx, 64, out=dx)
        np.multiply(dx, dx, out=dx)
        dx *= -0.5
        np.exp(dx, out=dx)
        dx *= SQRT_2_SQRT_PI
        dx *= x
        dx += tail
        dx *= 0.5
        dx *= dy  # dx = dy*(1 + erf(sqrt(2)*x/2) + sqrt(2)*exp(-x**2/2)*x/sqrt(pi))/2
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
                f"Gelu: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"Gelu: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"Gelu: {name} is {found}, but must be float32 or float64; convert "
                    f"it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"Gelu: {name} is {found}, but {owner} is {dtype}; make them one, "
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
                f"Gelu: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"Gelu: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"Gelu: {name} has shape {value.shape}, but {name[1:]} has {shape}"
        )
    return value


def _private(array):
    """The array itself if it and what it is a view of are read-only, else a copy."""
    owner = array
    while owner is not None:
        if not isinstance(owner, np.ndarray) or owner.flags.writeable:
            return array.copy()
        owner = owner.base
    return array
