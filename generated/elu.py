"""Exponential linear unit (Clevert et al. 2015).

Made by symbp 0.1.0 from [Elu] of symbp/catalogue/activations.toml; do not edit.
Make it again: symbp generate --only Elu
"""

from numbers import Real

import numpy as np

__all__ = ["Elu"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class Elu:
    """Exponential linear unit (Clevert et al. 2015).

    Forward:
        y = where(x > 0, x, alpha * (exp(x) - 1))

    Backward:
        dx = dy*where(x > 0, 1, alpha*exp(x))

    Conventions:
        where(x > 0, ...) has the slope of the branch that is taken

    Args:
        alpha: a number, 1.0 unless given

    Inputs:
        x: any shape

    Between forward and backward:
        x may be changed: backward has its own copy
    """

    def __init__(self, *, alpha=1.0):
        self.params, self.grads = {}, {}
        self.alpha = _number("alpha", alpha)
        self._saved = None

    def forward(self, x):
        """Return y, given x."""
        x, single = self._checked(x)
        x = _private(x)  # saved for backward
        product = np.minimum(x, 0)
        np.expm1(product, out=product)
        product *= self.alpha
        y = np.where(x > 0, x, product)  # y = where(x > 0, x, alpha * (exp(x) - 1))
        self._saved = x, single, y.shape
        return y[0] if single else y

    def backward(self, dy):
        """Return dx, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("Elu: call `forward` before `backward`")
        x, single, y_shape = self._saved
        dy = _upstream("dy", dy, y_shape[1:] if single else y_shape, x.dtype)
        if single:
            dy = dy[None]
        product = np.minimum(x, 0)
        np.exp(product, out=product)
        product *= self.alpha
        dx = np.where(x > 0, 1, product)
        dx *= dy  # dx = dy*where(x > 0, 1, alpha*exp(x))
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
                f"Elu: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"Elu: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"Elu: {name} is {found}, but must be float32 or float64; convert "
                    f"it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"Elu: {name} is {found}, but {owner} is {dtype}; make them one, "
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
                f"Elu: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"Elu: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"Elu: {name} has shape {value.shape}, but {name[1:]} has {shape}"
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
        raise TypeError(f"Elu: {name} must be a number, but is {value!r}")
    return float(value)
