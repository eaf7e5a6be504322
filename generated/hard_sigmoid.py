"""Logistic function made of straight lines: from 0 at -3 to 1 at 3.

Made by symbp 0.1.0 from [HardSigmoid] of symbp/catalogue/activations.toml; do not edit.
Make it again: symbp generate --only HardSigmoid
"""

import numpy as np

__all__ = ["HardSigmoid"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class HardSigmoid:
    """Logistic function made of straight lines: from 0 at -3 to 1 at 3.

    Forward:
        y = minimum(maximum(x + 3, 0), 6) / 6

    Backward:
        dx = dy*where(maximum(3 + x, 0) <= 6, 1, 0)*where(3 + x > 0, 1, 0)/6

    Conventions:
        where maximum(3 + x, 0) == 6 the gradient of minimum(maximum(3 + x, 0), 6) goes
            to maximum(3 + x, 0)
        where 3 + x == 0 the slope of maximum(3 + x, 0) is 0, that of 0

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
        x, single = self._checked(x)
        total = 3 + x
        y = np.maximum(total, 0)
        np.minimum(y, 6, out=y)
        y /= 6  # y = minimum(maximum(x + 3, 0), 6) / 6
        self._saved = total, single, y.shape, y.dtype
        return y[0] if single else y

    def backward(self, dy):
        """Return dx, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("HardSigmoid: call `forward` before `backward`")
        total, single, y_shape, dtype = self._saved
        dy = _upstream("dy", dy, y_shape[1:] if single else y_shape, dtype)
        if single:
            dy = dy[None]
        dx = dy / 6
        dx *= total > 0
        # dx = dy*where(maximum(3 + x, 0) <= 6, 1, 0)*where(3 + x > 0, 1, 0)/6
        dx *= np.maximum(total, 0) <= 6
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
                f"HardSigmoid: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"HardSigmoid: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"HardSigmoid: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"HardSigmoid: {name} is {found}, but {owner} is {dtype}; make "
                    f"them one, for example with {name}.astype('{dtype}')"
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
                f"HardSigmoid: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"HardSigmoid: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"HardSigmoid: {name} has shape {value.shape}, but {name[1:]} has {shape}"
        )
    return value
