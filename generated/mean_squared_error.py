"""Mean of the squared differences.

Made by symbp 0.1.0 from [MeanSquaredError] of symbp/catalogue/losses.toml; do not edit.
Make it again: symbp generate --only MeanSquaredError
"""

import math

import numpy as np

__all__ = ["MeanSquaredError"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class MeanSquaredError:
    """Mean of the squared differences.

    Forward:
        loss = mean((y[...] - t[...])**2, ...)

    Backward:
        dy = 2*dloss*(y - t)/size(...)

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
        y, t = self._checked(y, t)
        difference = y - t
        # loss = mean((y[...] - t[...])**2, ...)
        loss = (difference * difference).sum() / y.size
        self._saved = difference, loss.dtype
        return loss

    def backward(self, dloss=1.0):
        """Return dy, given dloss. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("MeanSquaredError: call `forward` before `backward`")
        difference, dtype = self._saved
        dloss = _upstream("dloss", dloss, (), dtype)
        dy = 2 / difference.size * dloss * difference  # dy = 2*dloss*(y - t)/size(...)
        return dy

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
                f"MeanSquaredError: t has leading axes {t.shape}, but y has {y.shape}"
            )
        if math.prod(y.shape) < 1:
            raise ValueError(
                f"MeanSquaredError: y has {math.prod(y.shape)} entries along its "
                "leading axes, but needs at least 1 because it is averaged"
            )
        return y, t


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"MeanSquaredError: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"MeanSquaredError: {name} holds {array.dtype}, but must hold real "
                "numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"MeanSquaredError: {name} is {found}, but must be float32 or "
                    f"float64; convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"MeanSquaredError: {name} is {found}, but {owner} is {dtype}; "
                    f"make them one, for example with {name}.astype('{dtype}')"
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
                f"MeanSquaredError: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"MeanSquaredError: {name} holds {value.dtype}, but must hold real "
                "numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"MeanSquaredError: {name} has shape {value.shape}, but {name[1:]} has "
            f"{shape}"
        )
    return value
