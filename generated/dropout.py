"""Entries kept where the mask is 1 and scaled to keep their mean.

Made by symbp 0.1.0 from [Dropout] of symbp/catalogue/activations.toml; do not edit.
Make it again: symbp generate --only Dropout
"""

from numbers import Real

import numpy as np

__all__ = ["Dropout"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class Dropout:
    """Entries kept where the mask is 1 and scaled to keep their mean.

    Forward:
        y = x * mask / keep

    Backward:
        dx = dy*mask/keep

    Args:
        keep: a number, 0.5 unless given

    Inputs:
        x: any shape, broadcast as NumPy does
        mask: any shape, broadcast as NumPy does, no gradient

    Between forward and backward:
        mask may be changed: backward has its own copy
    """

    def __init__(self, *, keep=0.5):
        self.params, self.grads = {}, {}
        self.keep = _number("keep", keep)
        self._saved = None

    def forward(self, x, mask):
        """Return y, given x and mask."""
        x, mask = self._checked(x, mask)
        mask = _private(mask)  # saved for backward
        y = mask / self.keep * x  # y = x * mask / keep
        self._saved = mask, x.shape, y.shape
        return y

    def backward(self, dy):
        """Return dx, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("Dropout: call `forward` before `backward`")
        mask, x_shape, y_shape = self._saved
        dy = _upstream("dy", dy, y_shape, mask.dtype)
        dx = dy / self.keep * mask  # dx = dy*mask/keep
        dx = _sum_to(dx, x_shape)
        return dx

    def _checked(self, x, mask):
        """The arguments, checked, as the lines above need them."""
        if not (
            type(x) is type(mask) is np.ndarray
            and x.dtype is mask.dtype
            and x.dtype in FLOATS
        ):
            x, mask = _floats(x=x, mask=mask)
        if x.shape != mask.shape:
            _broadcastable(x=x, mask=mask)
        return x, mask


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"Dropout: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"Dropout: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"Dropout: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"Dropout: {name} is {found}, but {owner} is {dtype}; make them "
                    f"one, for example with {name}.astype('{dtype}')"
                )
            dtype, owner = found, name
    return [array.astype(dtype, copy=False) for array in arrays.values()]


def _broadcastable(**arrays):
    """Raise a one-line error unless the arrays broadcast against each other."""
    try:
        np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"Dropout: these shapes do not broadcast: {shapes}") from None


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
                f"Dropout: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"Dropout: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"Dropout: {name} has shape {value.shape}, but {name[1:]} has {shape}"
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


def _number(name, value):
    """A hyper-parameter as a Python number, which leaves the arrays' dtype alone."""
    if not isinstance(value, Real):
        raise TypeError(f"Dropout: {name} must be a number, but is {value!r}")
    return float(value)
