"""Gaussian error linear unit, the approximation by tanh (Hendrycks and Gimpel 2016).

Made by symbp 0.1.0 from [GeluTanh] of symbp/catalogue/activations.toml; do not edit.
Make it again: symbp generate --only GeluTanh
"""

import math

import numpy as np

__all__ = ["GeluTanh"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))
SQRT_2_SQRT_PI = math.sqrt(2) / math.sqrt(np.pi)


class GeluTanh:
    """Gaussian error linear unit, the approximation by tanh (Hendrycks and Gimpel
    2016).

    Forward:
        y = x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))

    Backward:
        dx = dy*(0.5 + sqrt(2)*x*(1 - tanh(sqrt(2)*(0.044715*x**3 +
            x)/sqrt(pi))**2)*(0.5 + 0.0670725*x**2)/sqrt(pi) +
            tanh(sqrt(2)*(0.044715*x**3 + x)/sqrt(pi))/2)

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
        upper = np.minimum(x, 32)
        np.maximum(upper, -32, out=upper)
        tanh = upper * upper
        tanh *= upper
        tanh *= 0.044715
        tanh += upper
        tanh *= SQRT_2_SQRT_PI
        np.tanh(tanh, out=tanh)  # tanh = tanh(sqrt(2)*(0.044715*x**3 + x)/sqrt(pi))
        y = 1 + tanh
        y *= 0.5
        y *= x  # y = x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))
        self._saved = x, tanh, single, y.shape
        return y[0] if single else y

    def backward(self, dy):
        """Return dx, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("GeluTanh: call `forward` before `backward`")
        x, tanh, single, y_shape = self._saved
        dy = _upstream("dy", dy, y_shape[1:] if single else y_shape, x.dtype)
        if single:
            dy = dy[None]
        dx = 0.5 * tanh
        product = tanh * tanh
        np.subtract(1, product, out=product)
        total = np.abs(x)
        np.minimum(total, 32, out=total)
        np.multiply(total, total, out=total)
        total *= 0.0670725
        total += 0.5
        product *= SQRT_2_SQRT_PI
        product *= total
        product *= x
        dx += 0.5
        dx += product
        # dx = dy*(0.5 + sqrt(2)*x*(1 - tanh**2)*(0.5 + 0.0670725*x**2)/sqrt(pi) +
        #     tanh/2)
        dx *= dy
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
                f"GeluTanh: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"GeluTanh: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"GeluTanh: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"GeluTanh: {name} is {found}, but {owner} is {dtype}; make them "
                    f"one, for example with {name}.astype('{dtype}')"
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
                f"GeluTanh: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"GeluTanh: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"GeluTanh: {name} has shape {value.shape}, but {name[1:]} has {shape}"
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
