"""A matrix product and a bias; every axis after the first is flattened into one.

Made by symbp 0.1.0 from [Affine] of symbp/catalogue/linear.toml; do not edit.
Make it again: symbp generate --only Affine
"""

import math

import numpy as np

__all__ = ["Affine"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class Affine:
    """A matrix product and a bias; every axis after the first is flattened into one.

    Forward:
        y[n, j] = sum(x[n, *i] * W[i, j], i) + b[j]

    Backward:
        dx[n, i] = sum(dy[n, j]*W[i, j], j)
        dW[i, j] = sum(dy[n, j]*x[n, i], n)
        db[j] = sum(dy[n, j], n)

    Args:
        W: parameter [i, j]
        b: parameter [j]

    Inputs:
        x: [n, *i]

    Between forward and backward:
        x may be changed: backward has its own copy
        W is read by backward: update it afterwards
    """

    def __init__(self, W, b):
        self.W, self.b = _parameters(W, b)
        self.dW = self.db = None
        self._saved = None

    def forward(self, x):
        """Return y[n, j], given x[n, *i]."""
        x, x_shape = self._checked(x)
        x = _private(x)  # saved for backward
        y = x @ self.W
        y += self.b  # y[n, j] = sum(x[n, *i] * W[i, j], i) + b[j]
        self._saved = x, x_shape, y.shape
        return y

    def backward(self, dy):
        """Return dx and set dW and db, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("Affine: call `forward` before `backward`")
        x, x_shape, y_shape = self._saved
        dy = _upstream("dy", dy, y_shape, x.dtype)
        dx = dy @ self.W.T  # dx[n, i] = sum(dy[n, j]*W[i, j], j)
        dW = x.T @ dy  # dW[i, j] = sum(dy[n, j]*x[n, i], n)
        db = dy.sum(axis=0)  # db[j] = sum(dy[n, j], n)
        dx = dx.reshape(x_shape)
        self.dW, self.db = dW, db
        return dx

    @property
    def params(self):
        """The parameters by name: the arrays themselves."""
        return {"W": self.W, "b": self.b}

    @property
    def grads(self):
        """The gradients of the parameters by name."""
        return {"W": self.dW, "b": self.db}

    def _checked(self, x):
        """The arguments, checked, as the lines above need them."""
        self.W, self.b = _parameters(self.W, self.b)
        W = self.W
        if type(x) is not np.ndarray or x.dtype is not W.dtype:
            W, x = _floats(W=W, x=x)
        if x.ndim < 1:
            raise ValueError(
                f"Affine: x must have at least 1 axis [n, *i], but has shape {x.shape}"
            )
        if math.prod(x.shape[1:]) != W.shape[0]:
            raise ValueError(
                f"Affine: x has {math.prod(x.shape[1:])} entries along its flattened "
                f"axes *i (axis 1 on), but W has {W.shape[0]} along its axis 0"
            )
        x_shape = x.shape
        if x.ndim != 2:  # *i becomes one axis
            x = x.reshape(x_shape[0], math.prod(x_shape[1:]))
        return x, x_shape


def _parameters(W, b):
    """W and b checked, as arrays of one floating dtype."""
    if not (
        type(W) is type(b) is np.ndarray and W.dtype is b.dtype and W.dtype in FLOATS
    ):
        W, b = _floats(W=W, b=b)
    if W.ndim != 2:
        raise ValueError(f"Affine: W must have 2 axes [i, j], but has shape {W.shape}")
    if b.ndim != 1:
        raise ValueError(f"Affine: b must have 1 axis [j], but has shape {b.shape}")
    if b.shape[0] != W.shape[1]:
        raise ValueError(
            f"Affine: b has {b.shape[0]} entries along axis j (axis 0), but W has "
            f"{W.shape[1]} along its axis 1"
        )
    return W, b


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"Affine: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"Affine: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"Affine: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"Affine: {name} is {found}, but {owner} is {dtype}; make them "
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
                f"Affine: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"Affine: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"Affine: {name} has shape {value.shape}, but {name[1:]} has {shape}"
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
