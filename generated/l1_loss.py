"""Mean of the absolute differences.

Made by symbp 0.1.0 from [L1Loss] of symbp/catalogue/losses.toml; do not edit.
Make it again: symbp generate --only L1Loss
"""

import math

import numpy as np

__all__ = ["L1Loss"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class L1Loss:
    """Mean of the absolute differences.

    Forward:
        loss = mean(abs(y[...] - t[...]), ...)

    Backward:
        dy = -dloss*sign(t - y)/size(...)

    Conventions:
        the slope of abs(t - y) is 0 where t - y == 0

    Inputs:
        y: any shape
        t: any shape, no gradient

    Between forward and backward:
        every array may be changed: backward reads none of the caller's
    """

    def __init__(self):
        self.params, self.grads = {}, {}
        self._saved = None

    def forward(self, y, t):
        """Return loss, given y and t."""
        y, t, single = self._checked(y, t)
        difference = t - y
        # loss = mean(abs(y[...] - t[...]), ...)
        loss = np.abs(difference).sum() / y.size
        self._saved = difference, single, loss.dtype
        return loss

    def backward(self, dloss=1.0):
        """Return dy, given dloss. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("L1Loss: call `forward` before `backward`")
        difference, single, dtype = self._saved
        dloss = _upstream("dloss", dloss, (), dtype)
        dy = np.sign(difference)
        dy *= dloss / (-difference.size)  # dy = -dloss*sign(t - y)/size(...)
        return dy[0] if single else dy

    def _checked(self, y, t):
        """The arguments, checked, as the lines above need them."""
        if not (
            type(y) is type(t) is np.ndarray
            and y.dtype is t.dtype
            and y.dtype in FLOATS
        ):
            y, t = _floats(y=y, t=t)
        if t.shape != y.shape:
            raise ValueError(
                f"L1Loss: t has leading axes {t.shape}, but y has {y.shape}"
            )
        if math.prod(y.shape) < 1:
            raise ValueError(
                f"L1Loss: y has {math.prod(y.shape)} entries along its leading axes, "
                "but needs at least 1 because it is averaged"
            )
        single = not y.ndim
        if single:  # no leading axis: one of length 1 is put in front
            y, t = y[None], t[None]
        return y, t, single


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"L1Loss: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"L1Loss: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"L1Loss: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"L1Loss: {name} is {found}, but {owner} is {dtype}; make them "
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
                f"L1Loss: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"L1Loss: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"L1Loss: {name} has shape {value.shape}, but {name[1:]} has {shape}"
        )
    return value
