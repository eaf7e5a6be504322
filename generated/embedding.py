"""Rows of a table, picked by integers.

Made by symbp 0.1.0 from [Embedding] of symbp/catalogue/linear.toml; do not edit.
Make it again: symbp generate --only Embedding
"""

import numpy as np

__all__ = ["Embedding"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class Embedding:
    """Rows of a table, picked by integers.

    Forward:
        y[..., d] = E[t[...], d]

    Backward:
        dE[E_0, d] = sum(dy[..., d]*delta(E_0, t[...]), ...)

    Args:
        E: parameter [E_0, d]

    Inputs:
        t: any shape, integers, no gradient

    Between forward and backward:
        t may be changed: backward has its own copy
        E is read by backward: update it afterwards
    """

    def __init__(self, E):
        self.E = _parameters(E)
        self.dE = None
        self._saved = None

    def forward(self, t):
        """Return y[..., d], given t."""
        t = self._checked(t)
        t = _private(t)  # saved for backward
        y = self.E[t]  # y[..., d] = E[t[...], d]
        self._saved = t, y.shape
        return y

    def backward(self, dy):
        """Set dE, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("Embedding: call `forward` before `backward`")
        t, y_shape = self._saved
        dy = _upstream("dy", dy, y_shape, self.E.dtype)
        dE = np.zeros(self.E.shape, dtype=dy.dtype)
        np.add.at(dE, t, dy)  # dE[E_0, d] = sum(dy[..., d]*delta(E_0, t[...]), ...)
        self.dE = dE

    @property
    def params(self):
        """The parameters by name: the arrays themselves."""
        return {"E": self.E}

    @property
    def grads(self):
        """The gradients of the parameters by name."""
        return {"E": self.dE}

    def _checked(self, t):
        """The arguments, checked, as the lines above need them."""
        self.E = _parameters(self.E)
        E = self.E
        t = _integers("t", t, E.shape[0])
        return t


def _parameters(E):
    """E checked, as arrays of one floating dtype."""
    if type(E) is not np.ndarray or E.dtype not in FLOATS:
        (E,) = _floats(E=E)
    if E.ndim != 2:
        raise ValueError(
            f"Embedding: E must have 2 axes [E_0, d], but has shape {E.shape}"
        )
    return E


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"Embedding: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"Embedding: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"Embedding: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"Embedding: {name} is {found}, but {owner} is {dtype}; make them "
                    f"one, for example with {name}.astype('{dtype}')"
                )
            dtype, owner = found, name
    return [array.astype(dtype, copy=False) for array in arrays.values()]


def _integers(name, value, length):
    """The value as indices of an axis, all of them from 0 to length - 1."""
    given = np.asarray(value)
    if given.dtype.kind not in "iu" and given.size:
        raise TypeError(
            f"Embedding: {name} holds {given.dtype}, but must hold integers"
        )
    indices = given.astype(np.intp, copy=False)
    # Read as unsigned, a negative index is a huge one.
    if indices.size and indices.view(np.uintp).max() >= length:
        wrong = given.min() if given.min() < 0 else given.max()
        raise IndexError(
            f"Embedding: {name} holds {wrong}, but must hold integers from 0 to "
            f"{length - 1}"
        )
    return indices


def _upstream(name, value, shape, dtype):
    """The gradient that comes from above, in the layer's dtype and of the output's shape."""
    if type(value) is not np.ndarray or value.dtype is not dtype:
        try:
            value = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"Embedding: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"Embedding: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"Embedding: {name} has shape {value.shape}, but {name[1:]} has {shape}"
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
