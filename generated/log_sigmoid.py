"""Logarithm of the logistic function.

Made by symbp 0.1.0 from [LogSigmoid] of symbp/catalogue/activations.toml; do not edit.
Make it again: symbp generate --only LogSigmoid
"""

import numpy as np

__all__ = ["LogSigmoid"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class LogSigmoid:
    """Logarithm of the logistic function.

    Forward:
        y = log(1 / (1 + exp(-x)))

    Backward:
        dx = dy*exp(-x)/(1 + exp(-x))

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
        y = -x
        np.maximum(y, 0, out=y)
        e = np.abs(x)
        np.negative(e, out=e)
        np.exp(e, out=e)
        y += np.log1p(e)
        np.negative(y, out=y)  # y = log(1 / (1 + exp(-x)))
        self._saved = x, e, single, y.shape
        return y[0] if single else y

    def backward(self, dy):
        """Return dx, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("LogSigmoid: call `forward` before `backward`")
        x, e, single, y_shape = self._saved
        dy = _upstream("dy", dy, y_shape[1:] if single else y_shape, x.dtype)
        if single:
            dy = dy[None]
        dx = np.maximum(e, x <= 0)
        dx *= dy
        dx /= 1 + e  # dx = dy*exp(-x)/(1 + exp(-x))
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
                f"LogSigmoid: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"LogSigmoid: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"LogSigmoid: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"LogSigmoid: {name} is {found}, but {owner} is {dtype}; make them "
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
                f"LogSigmoid: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"LogSigmoid: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"LogSigmoid: {name} has shape {value.shape}, but {name[1:]} has {shape}"
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
