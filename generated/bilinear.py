"""A bilinear form of two vectors for each output, and a bias.

Made by symbp 0.1.0 from [Bilinear] of symbp/catalogue/linear.toml; do not edit.
Make it again: symbp generate --only Bilinear
"""

import numpy as np

__all__ = ["Bilinear"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class Bilinear:
    """A bilinear form of two vectors for each output, and a bias.

    Forward:
        y[n, k] = sum(x1[n, i] * W[k, i, j] * x2[n, j], i, j) + b[k]

    Backward:
        dx1[n, i] = sum(dy[n, k]*W[k, i, j]*x2[n, j], j, k)
        dx2[n, j] = sum(dy[n, k]*W[k, i, j]*x1[n, i], i, k)
        dW[k, i, j] = sum(dy[n, k]*x1[n, i]*x2[n, j], n)
        db[k] = sum(dy[n, k], n)

    Args:
        W: parameter [k, i, j]
        b: parameter [k]

    Inputs:
        x1: [n, i]
        x2: [n, j]

    Between forward and backward:
        x1 and x2 may be changed: backward has its own copy
        W is read by backward: update it afterwards
    """

    def __init__(self, W, b):
        self.W, self.b = _parameters(W, b)
        self.dW = self.db = None
        self._saved = None

    def forward(self, x1, x2):
        """Return y[n, k], given x1[n, i] and x2[n, j]."""
        x1, x2 = self._checked(x1, x2)
        x1 = _private(x1)  # saved for backward
        x2 = _private(x2)  # saved for backward
        # y[n, k] = sum(x1[n, i] * W[k, i, j] * x2[n, j], i, j) + b[k]
        y = self.b + np.einsum("ni,kin->nk", x1, self.W @ x2.T)
        self._saved = x1, x2, y.shape
        return y

    def backward(self, dy):
        """Return dx1 and dx2 and set dW and db, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("Bilinear: call `forward` before `backward`")
        x1, x2, y_shape = self._saved
        dy = _upstream("dy", dy, y_shape, x1.dtype)
        product = self.W.transpose(1, 2, 0) @ dy.T
        # dx1[n, i] = sum(dy[n, k]*W[k, i, j]*x2[n, j], j, k)
        dx1 = np.einsum("nj,ijn->ni", x2, product)
        # dx2[n, j] = sum(dy[n, k]*W[k, i, j]*x1[n, i], i, k)
        dx2 = np.einsum("ni,ijn->nj", x1, product)
        product2 = (x2[..., None] * dy[:, None]).transpose(1, 2, 0) @ x1
        # dW[k, i, j] = sum(dy[n, k]*x1[n, i]*x2[n, j], n)
        dW = product2.transpose(1, 2, 0)
        db = dy.sum(axis=0)  # db[k] = sum(dy[n, k], n)
        self.dW, self.db = dW, db
        return dx1, dx2

    @property
    def params(self):
        """The parameters by name: the arrays themselves."""
        return {"W": self.W, "b": self.b}

    @property
    def grads(self):
        """The gradients of the parameters by name."""
        return {"W": self.dW, "b": self.db}

    def _checked(self, x1, x2):
        """The arguments, checked, as the lines above need them."""
        self.W, self.b = _parameters(self.W, self.b)
        W = self.W
        if not (type(x1) is type(x2) is np.ndarray and x1.dtype is x2.dtype is W.dtype):
            W, x1, x2 = _floats(W=W, x1=x1, x2=x2)
        if x1.ndim != 2:
            raise ValueError(
                f"Bilinear: x1 must have 2 axes [n, i], but has shape {x1.shape}"
            )
        if x2.ndim != 2:
            raise ValueError(
                f"Bilinear: x2 must have 2 axes [n, j], but has shape {x2.shape}"
            )
        if x1.shape[1] != W.shape[1]:
            raise ValueError(
                f"Bilinear: x1 has {x1.shape[1]} entries along axis i (axis 1), but W "
                f"has {W.shape[1]} along its axis 1"
            )
        if x2.shape[0] != x1.shape[0]:
            raise ValueError(
                f"Bilinear: x2 has {x2.shape[0]} entries along axis n (axis 0), but x1 "
                f"has {x1.shape[0]} along its axis 0"
            )
        if x2.shape[1] != W.shape[2]:
            raise ValueError(
                f"Bilinear: x2 has {x2.shape[1]} entries along axis j (axis 1), but W "
                f"has {W.shape[2]} along its axis 2"
            )
        return x1, x2


def _parameters(W, b):
    """W and b checked, as arrays of one floating dtype."""
    if not (
        type(W) is type(b) is np.ndarray and W.dtype is b.dtype and W.dtype in FLOATS
    ):
        W, b = _floats(W=W, b=b)
    if W.ndim != 3:
        raise ValueError(
            f"Bilinear: W must have 3 axes [k, i, j], but has shape {W.shape}"
        )
    if b.ndim != 1:
        raise ValueError(f"Bilinear: b must have 1 axis [k], but has shape {b.shape}")
    if b.shape[0] != W.shape[0]:
        raise ValueError(
            f"Bilinear: b has {b.shape[0]} entries along axis k (axis 0), but W has "
            f"{W.shape[0]} along its axis 0"
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
                f"Bilinear: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"Bilinear: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"Bilinear: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"Bilinear: {name} is {found}, but {owner} is {dtype}; make them "
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
                f"Bilinear: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"Bilinear: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"Bilinear: {name} has shape {value.shape}, but {name[1:]} has {shape}"
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
