"""Rectified linear unit with a small slope below zero.

Made by symbp 0.1.0 from [LeakyRelu] of symbp/catalogue/activations.toml; do not edit.
Make it again: symbp generate --only LeakyRelu
"""

from numbers import Real

import numpy as np

__all__ = ["LeakyRelu"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class LeakyRelu:
    """Rectified linear unit with a small slope below zero.

    Forward:
        y = where(x > 0, x, alpha * x)

    Backward:
        dx = where(x > 0, dy, alpha*dy)

    Conventions:
        where(x > 0, ...) has the slope of the branch that is taken

    Args:
        alpha: a number, 0.01 unless given

    Inputs:
        x: any shape

    Between forward and backward:
        every array may be changed: backward reads none of the caller's
    """

    def __init__(self, *, alpha=0.01):
        self.params, self.grads = {}, {}
        self.alpha = _number("alpha", alpha)
        self._saved = None

    def forward(self, x):
        """Return y, given x."""
        x = self._checked(x)
        mask = x > 0
        y = np.where(mask, x, self.alpha * x)  # y = where(x > 0, x, alpha * x)
        self._saved = mask, y.shape, y.dtype
        return y

    def backward(self, dy):
        """Return dx, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("LeakyRelu: call `forward` before `backward`")
        mask, y_shape, dtype = self._saved
        dy = _upstream("dy", dy, y_shape, dtype)
        dx = np.where(mask, dy, self.alpha * dy)  # dx = where(x > 0, dy, alpha*dy)
        return dx

    def _checked(self, x):
        """The arguments, checked, as the lines above need them."""
        if type(x) is not np.ndarray or x.dtype not in FLOATS:
            (x,) = _floats(x=x)
        return x


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"LeakyRelu: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"LeakyRelu: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"LeakyRelu: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"LeakyRelu: {name} is {found}, but {owner} is {dtype}; make them "
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
                f"LeakyRelu: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"LeakyRelu: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"LeakyRelu: {name} has shape {value.shape}, but {name[1:]} has {shape}"
        )
    return value


def _number(name, value):
    """A hyper-parameter as a Python number, which leaves the arrays' dtype alone."""
    if not isinstance(value, Real):
        raise TypeError(f"LeakyRelu: {name} must be a number, but is {value!r}")
    return float(value)
