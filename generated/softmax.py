"""Exponentials over their sum along the last axis.

Made by symbp 0.1.0 from [Softmax] of symbp/catalogue/losses.toml; do not edit.
Make it again: symbp generate --only Softmax
"""

import numpy as np

__all__ = ["Softmax"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class Softmax:
    """Exponentials over their sum along the last axis.

    Forward:
        y[..., c] = exp(x[..., c]) / sum(exp(x[..., k]), k)

    Backward:
        dx[..., c] = y[..., c]*(dy[..., c] - sum(dy[..., i]*y[..., i], i))

    Inputs:
        x: [..., c]

    Between forward and backward:
        y is read-only: change a copy
    """

    def __init__(self):
        self.params, self.grads = {}, {}
        self._saved = None

    def forward(self, x):
        """Return y[..., c], given x[..., c]."""
        x = self._checked(x)
        y = x - x.max(axis=-1)[..., None]
        np.exp(y, out=y)
        # y[..., c] = exp(x[..., c]) / sum(exp(x[..., k]), k)
        y /= y.sum(axis=-1)[..., None]
        y.setflags(write=False)  # saved for backward
        self._saved = y
        return y

    def backward(self, dy):
        """Return dx, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("Softmax: call `forward` before `backward`")
        y = self._saved
        dy = _upstream("dy", dy, y.shape, y.dtype)
        dx = dy - np.vecdot(dy, y)[..., None]
        dx *= y  # dx[..., c] = y[..., c]*(dy[..., c] - sum(dy[..., i]*y[..., i], i))
        return dx

    def _checked(self, x):
        """The arguments, checked, as the lines above need them."""
        if type(x) is not np.ndarray or x.dtype not in FLOATS:
            (x,) = _floats(x=x)
        if x.ndim < 1:
            raise ValueError(
                "Softmax: x must have at least 1 axis [..., c], but has shape "
                f"{x.shape}"
            )
        if x.shape[-1] < 1:
            raise ValueError(
                f"Softmax: x has {x.shape[-1]} entries along axis c (axis -1), but "
                "needs at least 1 because its max is taken"
            )
        return x


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"Softmax: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"Softmax: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"Softmax: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"Softmax: {name} is {found}, but {owner} is {dtype}; make them "
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
                f"Softmax: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"Softmax: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"Softmax: {name} has shape {value.shape}, but {name[1:]} has {shape}"
        )
    return value
