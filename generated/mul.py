"""Product of two arrays, entry by entry.

Made by symbp 0.1.0 from [Mul] of symbp/catalogue/arithmetic.toml; do not edit.
Make it again: symbp generate --only Mul
"""

import numpy as np

__all__ = ["Mul"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class Mul:
    """Product of two arrays, entry by entry.

    Forward:
        y = a * b

    Backward:
        da = dy*b
        db = dy*a

    Inputs:
        a: any shape, broadcast as NumPy does
        b: any shape, broadcast as NumPy does
    """

    def __init__(self):
        self.params, self.grads = {}, {}
        self._saved = None

    def forward(self, a, b):
        """Return y, given a and b."""
        a, b = self._checked(a, b)
        y = a * b  # y = a * b
        self._saved = a, b, y.shape
        return y

    def backward(self, dy):
        """Return da and db, given dy; after a forward."""
        if self._saved is None:
            raise RuntimeError("Mul: backward needs a forward before it")
        a, b, y_shape = self._saved
        dy = _upstream("dy", dy, y_shape, a.dtype)
        da = b * dy  # da = dy*b
        db = a * dy  # db = dy*a
        da = _sum_to(da, a.shape)
        db = _sum_to(db, b.shape)
        return da, db

    def _checked(self, a, b):
        """The arguments, checked, as the lines above need them."""
        if not (
            type(a) is type(b) is np.ndarray
            and a.dtype is b.dtype
            and a.dtype in FLOATS
        ):
            a, b = _floats(a=a, b=b)
        if a.shape != b.shape:
            _broadcastable(a=a, b=b)
        return a, b


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"Mul: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"Mul: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"Mul: {name} is {found}, but must be float32 or float64; convert "
                    f"it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"Mul: {name} is {found}, but {owner} is {dtype}; make them one, "
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
        raise ValueError(f"Mul: these shapes do not broadcast: {shapes}") from None


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
        value = np.asarray(value)
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"Mul: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"Mul: {name} has shape {value.shape}, but {name[1:]} has {shape}"
        )
    return value
