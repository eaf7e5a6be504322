"""The input times its hard sigmoid (Howard et al. 2019).

Made by symbp 0.1.0 from [HardSwish] of symbp/catalogue/activations.toml; do not edit.
Make it again: symbp generate --only HardSwish
"""

import numpy as np

__all__ = ["HardSwish"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class HardSwish:
    """The input times its hard sigmoid (Howard et al. 2019).

    Forward:
        y = x * minimum(maximum(x + 3, 0), 6) / 6

    Backward:
        dx = dy*(minimum(maximum(3 + x, 0), 6) + where(maximum(3 + x, 0) <= 6, 1,
            0)*where(3 + x > 0, 1, 0)*x)/6

    Conventions:
        where maximum(3 + x, 0) == 6 the gradient of minimum(maximum(3 + x, 0), 6) goes
            to maximum(3 + x, 0)
        where 3 + x == 0 the slope of maximum(3 + x, 0) is 0, that of 0

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
        lower = 3 + x
        np.maximum(lower, 0, out=lower)
        np.minimum(lower, 6, out=lower)  # lower = minimum(maximum(3 + x, 0), 6)
        y = lower / 6
        y *= x  # y = x * minimum(maximum(x + 3, 0), 6) / 6
        self._saved = x, lower, single, y.shape
        return y[0] if single else y

    def backward(self, dy):
        """Return dx, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("HardSwish: call `forward` before `backward`")
        x, lower, single, y_shape = self._saved
        dy = _upstream("dy", dy, y_shape[1:] if single else y_shape, x.dtype)
        if single:
            dy = dy[None]
        total = 3 + x
        dx = _masked((np.maximum(total, 0) <= 6) & (total > 0), x)
        dx += lower
        dx /= 6
        # dx = dy*(lower + where(maximum(3 + x, 0) <= 6, 1, 0)*where(3 + x > 0, 1,
        #     0)*x)/6
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
                f"HardSwish: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"HardSwish: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"HardSwish: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"HardSwish: {name} is {found}, but {owner} is {dtype}; make them "
                    f"one, for example with {name}.astype('{dtype}')"
                )
            dtype, owner = found, name
    return [array.astype(dtype, copy=False) for array in arrays.values()]


def _masked(mask, value):
    """value where the mask is true, else 0: its bits times the mask, whatever value is there."""
    bits = value.view(f"i{value.itemsize}")
    return (bits * mask).view(value.dtype)


def _upstream(name, value, shape, dtype):
    """The gradient that comes from above, in the layer's dtype and of the output's shape."""
    if type(value) is not np.ndarray or value.dtype is not dtype:
        try:
            value = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"HardSwish: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"HardSwish: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"HardSwish: {name} has shape {value.shape}, but {name[1:]} has {shape}"
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
