"""Mean of a loss that is quadratic up to delta and linear beyond it (Huber 1964).

Made by symbp 0.1.0 from [Huber] of symbp/catalogue/losses.toml; do not edit.
Make it again: symbp generate --only Huber
"""

import math
from numbers import Real

import numpy as np

__all__ = ["Huber"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class Huber:
    """Mean of a loss that is quadratic up to delta and linear beyond it (Huber 1964).

    Forward:
        r[...] = y[...] - t[...]
        loss = mean(where(abs(r[...]) <= delta, r[...]**2 / 2, delta * (abs(r[...]) -
            delta / 2)), ...)

    Backward:
        dy = dloss*where(abs(r) <= delta, r, delta*sign(r))/size(...)

    Conventions:
        where(abs(r) <= delta, ...) has the slope of the branch that is taken
        the slope of abs(r) is 0 where r == 0

    Args:
        delta: a number, 1.0 unless given

    Inputs:
        y: any shape
        t: any shape, no gradient

    Between forward and backward:
        every array may be changed: backward reads none of the caller's
    """

    def __init__(self, *, delta=1.0):
        self.params, self.grads = {}, {}
        self.delta = _number("delta", delta)
        self._saved = None

    def forward(self, y, t):
        """Return loss, given y and t."""
        y, t, single = self._checked(y, t)
        r = y - t  # r[...] = y[...] - t[...]
        product = np.abs(r)
        mask = product <= self.delta
        product2 = np.minimum(product, self.delta)
        np.multiply(product2, product2, out=product2)
        product2 *= 0.5
        product -= self.delta / 2
        product *= self.delta
        # loss = mean(where(abs(r[...]) <= delta, r[...]**2 / 2, delta * (abs(r[...]) -
        #     delta / 2)), ...)
        loss = np.where(mask, product2, product).sum() / y.size
        self._saved = r, mask, single
        return loss

    def backward(self, dloss=1.0):
        """Return dy, given dloss. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("Huber: call `forward` before `backward`")
        r, mask, single = self._saved
        dloss = _upstream("dloss", dloss, (), r.dtype)
        product = np.sign(r)
        product *= self.delta
        dy = np.where(mask, r, product)
        # dy = dloss*where(abs(r) <= delta, r, delta*sign(r))/size(...)
        dy *= dloss / r.size
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
                f"Huber: t has leading axes {t.shape}, but y has {y.shape}"
            )
        if math.prod(y.shape) < 1:
            raise ValueError(
                f"Huber: y has {math.prod(y.shape)} entries along its leading axes, "
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
                f"Huber: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"Huber: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"Huber: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"Huber: {name} is {found}, but {owner} is {dtype}; make them one, "
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
                f"Huber: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"Huber: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"Huber: {name} has shape {value.shape}, but {name[1:]} has {shape}"
        )
    return value


def _number(name, value):
    """A hyper-parameter as a Python number, which leaves the arrays' dtype alone."""
    if not isinstance(value, Real):
        raise TypeError(f"Huber: {name} must be a number, but is {value!r}")
    return float(value)
