"""The array with its sign turned.

Made by symbp 0.1.0 from [Neg] of symbp/catalogue/arithmetic.toml; do not edit.
Make it again: symbp generate --only Neg
"""

import numpy as np

__all__ = ["Neg"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class Neg:
    """The array with its sign turned.

    Forward:
        y = -x

    Backward:
        dx = -dy

    Inputs:
        x: any shape

    Between forward and backward:
        every array may be changed: backward reads none of the caller's
    """

    def __init__(self):
        self.params, self.grads = {}, {}
        self._saved = None

    def forward(self, x):
        """Return y, given x."""
        x = self._checked(x)
        y = -x
        self._saved = y.shape, y.dtype
        return y

    def backward(self, dy):
        """Return dx, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("Neg: call `forward` before `backward`")
        y_shape, dtype = self._saved
        dy = _upstream("dy", dy, y_shape, dtype)
        dx = -dy
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
                f"Neg: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"Neg: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"Neg: {name} is {found}, but must be float32 or float64; convert "
                    f"it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"Neg: {name} is {found}, but {owner} is {dtype}; make them one, "
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
                f"Neg: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"Neg: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"Neg: {name} has shape {value.shape}, but {name[1:]} has {shape}"
        )
    return value
