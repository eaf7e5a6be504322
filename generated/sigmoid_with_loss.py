"""Logistic function and the mean binary cross entropy of its output, from logits.

Made by symbp 0.1.0 from [SigmoidWithLoss] of symbp/catalogue/losses.toml; do not edit.
Make it again: symbp generate --only SigmoidWithLoss
"""

import math

import numpy as np

__all__ = ["SigmoidWithLoss"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class SigmoidWithLoss:
    """Logistic function and the mean binary cross entropy of its output, from logits.

    Forward:
        y[...] = 1 / (1 + exp(-x[...]))
        loss = -mean(t[...] * log(y[...]) + (1 - t[...]) * log(1 - y[...]), ...)

    Backward:
        dx = -dloss*(t - y)/size(...)

    Inputs:
        x: any shape
        t: any shape, no gradient

    Between forward and backward:
        t may be changed: backward has its own copy
    """

    def __init__(self):
        self.params, self.grads = {}, {}
        self._saved = None

    def forward(self, x, t):
        """Return loss, given x and t."""
        x, t, single = self._checked(x, t)
        t = _private(t)  # saved for backward
        log = np.abs(x)
        np.negative(log, out=log)
        np.exp(log, out=log)
        y = np.maximum(log, x >= 0)
        y /= 1 + log  # y[...] = 1 / (1 + exp(-x[...]))
        difference = 1 - t
        np.log1p(log, out=log)
        negated = -x
        difference2 = np.minimum(negated, 0)
        difference2 -= log
        total = _masked(difference != 0, difference2)
        total *= difference
        negated2 = np.maximum(negated, 0)
        negated2 += log
        np.negative(negated2, out=negated2)
        product = _masked(t != 0, negated2)
        product *= t
        total += product
        # loss = -mean(t[...] * log(y[...]) + (1 - t[...]) * log(1 - y[...]), ...)
        loss = total.sum() / (-x.size)
        self._saved = t, y, single
        return loss

    def backward(self, dloss=1.0):
        """Return dx, given dloss. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("SigmoidWithLoss: call `forward` before `backward`")
        t, y, single = self._saved
        dloss = _upstream("dloss", dloss, (), t.dtype)
        dx = y - t
        dx *= dloss / t.size  # dx = dloss*(y - t)/size(...)
        return dx[0] if single else dx

    def _checked(self, x, t):
        """The arguments, checked, as the lines above need them."""
        if not (
            type(x) is type(t) is np.ndarray
            and x.dtype is t.dtype
            and x.dtype in FLOATS
        ):
            x, t = _floats(x=x, t=t)
        if t.shape != x.shape:
            raise ValueError(
                f"SigmoidWithLoss: t has leading axes {t.shape}, but x has {x.shape}"
            )
        if math.prod(x.shape) < 1:
            raise ValueError(
                f"SigmoidWithLoss: x has {math.prod(x.shape)} entries along its "
                "leading axes, but needs at least 1 because it is averaged"
            )
        single = not x.ndim
        if single:  # no leading axis: one of length 1 is put in front
            x, t = x[None], t[None]
        return x, t, single


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"SigmoidWithLoss: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"SigmoidWithLoss: {name} holds {array.dtype}, but must hold real "
                "numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"SigmoidWithLoss: {name} is {found}, but must be float32 or "
                    f"float64; convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"SigmoidWithLoss: {name} is {found}, but {owner} is {dtype}; make "
                    f"them one, for example with {name}.astype('{dtype}')"
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
                f"SigmoidWithLoss: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"SigmoidWithLoss: {name} holds {value.dtype}, but must hold real "
                "numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"SigmoidWithLoss: {name} has shape {value.shape}, but {name[1:]} has "
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
