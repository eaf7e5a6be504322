"""Softmax and the mean cross entropy of its output against one-hot or integer labels.

Made by symbp 0.1.0 from [SoftmaxWithLoss] of symbp/catalogue/losses.toml; do not edit.
Make it again: symbp generate --only SoftmaxWithLoss
"""

import math

import numpy as np

__all__ = ["SoftmaxWithLoss"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class SoftmaxWithLoss:
    """Softmax and the mean cross entropy of its output against one-hot or integer
    labels.

    Forward:
        y[..., c] = exp(x[..., c]) / sum(exp(x[..., k]), k)
        loss = -mean(sum(t[..., c] * log(y[..., c]), c), ...)

    Backward:
        dx[..., c] = dloss*(y[..., c] - t[..., c])/size(...)

    Assumes:
        sum(t[..., c], c) == 1

    Args:
        validate: whether forward checks what it assumes, True unless given

    Inputs:
        x: [..., c]
        t: [..., c], or integer classes without the axis c, no gradient

    Between forward and backward:
        t may be changed: backward has its own copy
    """

    def __init__(self, *, validate=True):
        self.params, self.grads = {}, {}
        self.validate = validate
        self._saved = None

    def forward(self, x, t):
        """Return loss, given x[..., c] and t[..., c]."""
        x, t = self._checked(x, t)
        t = _private(t)  # saved for backward
        difference = x - x.max(axis=-1)[..., None]
        y = np.exp(difference)
        total = y.sum(axis=-1)
        y /= total[..., None]  # y[..., c] = exp(x[..., c]) / sum(exp(x[..., k]), k)
        difference -= np.log(total)[..., None]
        # loss = -mean(sum(t[..., c] * log(y[..., c]), c), ...)
        loss = np.vdot(_masked(t != 0, difference), t) / (-math.prod(x.shape[:-1]))
        self._saved = t, y
        return loss

    def backward(self, dloss=1.0):
        """Return dx, given dloss. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("SoftmaxWithLoss: call `forward` before `backward`")
        t, y = self._saved
        dloss = _upstream("dloss", dloss, (), t.dtype)
        dx = y - t
        # dx[..., c] = dloss*(y[..., c] - t[..., c])/size(...)
        dx *= dloss / math.prod(t.shape[:-1])
        return dx

    def _checked(self, x, t):
        """The arguments, checked, as the lines above need them."""
        if type(x) is not np.ndarray or x.dtype not in FLOATS:
            (x,) = _floats(x=x)
        if x.ndim < 1:
            raise ValueError(
                "SoftmaxWithLoss: x must have at least 1 axis [..., c], but has shape "
                f"{x.shape}"
            )
        classes = np.ndim(t) == x.ndim - 1
        if classes:
            t = _one_hot("t", t, x.shape[-1], x.dtype)
        elif type(t) is not np.ndarray or t.dtype is not x.dtype:
            x, t = _floats(x=x, t=t)
        if t.ndim < 1:
            raise ValueError(
                "SoftmaxWithLoss: t must have at least 1 axis [..., c], but has shape "
                f"{t.shape}"
            )
        if t.shape[-1] != x.shape[-1]:
            raise ValueError(
                f"SoftmaxWithLoss: t has {t.shape[-1]} entries along axis c (axis -1), "
                f"but x has {x.shape[-1]} along its axis -1"
            )
        if t.shape[:-1] != x.shape[:-1]:
            raise ValueError(
                f"SoftmaxWithLoss: t has leading axes {t.shape[:-1]}, but x has "
                f"{x.shape[:-1]}"
            )
        if math.prod(x.shape[:-1]) < 1:
            raise ValueError(
                f"SoftmaxWithLoss: x has {math.prod(x.shape[:-1])} entries along its "
                "leading axes, but needs at least 1 because it is averaged"
            )
        if x.shape[-1] < 1:
            raise ValueError(
                f"SoftmaxWithLoss: x has {x.shape[-1]} entries along axis c (axis -1), "
                "but needs at least 1 because its max is taken"
            )
        if self.validate and not classes:
            _assume("sum(t[..., c], c) == 1", t.sum(axis=-1), 1, x.dtype)
        return x, t


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"SoftmaxWithLoss: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"SoftmaxWithLoss: {name} holds {array.dtype}, but must hold real "
                "numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"SoftmaxWithLoss: {name} is {found}, but must be float32 or "
                    f"float64; convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"SoftmaxWithLoss: {name} is {found}, but {owner} is {dtype}; make "
                    f"them one, for example with {name}.astype('{dtype}')"
                )
            dtype, owner = found, name
    return [array.astype(dtype, copy=False) for array in arrays.values()]


def _integers(name, value, length):
    """The value as indices of an axis, all of them from 0 to length - 1."""
    given = np.asarray(value)
    if given.dtype.kind not in "iu" and given.size:
        raise TypeError(
            f"SoftmaxWithLoss: {name} holds {given.dtype}, but must hold integers"
        )
    indices = given.astype(np.intp, copy=False)
    # Read as unsigned, a negative index is a huge one.
    if indices.size and indices.view(np.uintp).max() >= length:
        wrong = given.min() if given.min() < 0 else given.max()
        raise IndexError(
            f"SoftmaxWithLoss: {name} holds {wrong}, but must hold integers from 0 to "
            f"{length - 1}"
        )
    return indices


def _one_hot(name, value, length, dtype):
    """Integer classes as rows of zeros with a one at the class."""
    classes = _integers(name, value, length)
    rows = np.zeros((classes.size, length), dtype)
    rows[np.arange(classes.size), classes.reshape(-1)] = 1
    rows.setflags(write=False)  # so that it need not be copied to be saved
    return rows.reshape(*classes.shape, length)


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
                f"SoftmaxWithLoss: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"SoftmaxWithLoss: {name} holds {value.dtype}, but must hold real "
                "numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"SoftmaxWithLoss: {name} has shape {value.shape}, but {name[1:]} has "
            f"{shape}"
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


def _assume(identity, left, right, dtype):
    """Raise a one-line error unless left equals right to the dtype's accuracy."""
    tolerance = 1e-4 if dtype.itemsize == 4 else 1e-6
    error = np.abs(left - right)
    if not (error <= tolerance * np.maximum(np.abs(right), 1)).all():
        raise ValueError(
            f"SoftmaxWithLoss: {identity} must hold, but the sides differ by up to "
            f"{error.max():.3g}; pass validate=False to skip this check"
        )
