"""Sum of two arrays.

Made by symbp 0.1.0 from [Add] of symbp/catalogue/arithmetic.toml; do not edit.
Make it again: symbp generate --only Add
"""

import numpy as np

__all__ = ["Add"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class Add:
    """Sum of two arrays.

    Forward:
        z = x + y

    Backward:
        dx = dz
        dy = dz

    Inputs:
        x: any shape, broadcast as NumPy does
        y: any shape, broadcast as NumPy does

    Between forward and backward:
        every array may be changed: backward reads none of the caller's
    """

    def __init__(self):
        self.params, self.grads = {}, {}
        self._saved = None

    def forward(self, x, y):
        """Return z, given x and y."""
        x, y = self._checked(x, y)
        z = x + y
        self._saved = x.shape, y.shape, z.shape, z.dtype
        return z

    def backward(self, dz):
        """Return dx and dy, given dz. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("Add: call `forward` before `backward`")
        x_shape, y_shape, z_shape, dtype = self._saved
        dz = _upstream("dz", dz, z_shape, dtype)
        dx = dz.copy()  # dx = dz
        dy = dz.copy()  # dy = dz
        dx = _sum_to(dx, x_shape)
        dy = _sum_to(dy, y_shape)
        return dx, dy

    def _checked(self, x, y):
        """The arguments, checked, as the lines above need them."""
        if not (
            type(x) is type(y) is np.ndarray
            and x.dtype is y.dtype
            and x.dtype in FLOATS
        ):
            x, y = _floats(x=x, y=y)
        if x.shape != y.shape:
            _broadcastable(x=x, y=y)
        return x, y


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"Add: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"Add: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"Add: {name} is {found}, but must be float32 or float64; convert "
                    f"it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"Add: {name} is {found}, but {owner} is {dtype}; make them one, "
                    f"for example with {name}.astype('{dtype}')"
                )
            dtype, owner = found, name
    return [array.astype(dtype, copy=False) for array in arrays.values()]


def _broadcastable(**arrays):
    """Raise a one-line error unless the arrays broadcast against each other."""
    try:
        np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"Add: these shapes do not broadcast: {shapes}") from None


def _sum_to(gradient, shape):
    """The gradient of an argument of this shape: summed over the axes it was broadcast along."""
    if gradient.shape == shape:
        return gradient
    added = gradient.ndim - len(shape)
    axes = [*range(added)] + [added + axis for axis, n in enumerate(shape) if n == 1]
    return gradient.sum(axis=tuple(axes)).reshape(shape)


def _upstream(name, value, shape, dtype):
    """The gradient that comes from above, in the layer's dtype and of the output's shape."""
    if type(value) is not np.ndarray or value.dtype is not dtype:
        try:
            value = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"Add: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"Add: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"Add: {name} has shape {value.shape}, but {name[1:]} has {shape}"
        )
    return value
