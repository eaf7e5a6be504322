"""Each sample over its root mean square along the last axis (Zhang and Sennrich 2019).

Made by symbp 0.1.0 from [RMSNorm] of symbp/catalogue/normalisation.toml; do not edit.
Make it again: symbp generate --only RMSNorm
"""

from numbers import Real

import numpy as np

__all__ = ["RMSNorm"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class RMSNorm:
    """Each sample over its root mean square along the last axis (Zhang and Sennrich
    2019).

    Forward:
        ms[...] = mean(x[..., i]**2, i)
        xhat[..., i] = x[..., i] / sqrt(ms[...] + eps)
        y[..., i] = gamma[i] * xhat[..., i]

    Backward:
        dx[..., i] = (dy[..., i]*gamma[i] - xhat[..., i]*mean(dy[..., j]*y[..., j],
            j))/sqrt(eps + ms[...])
        dgamma[i] = sum(dy[..., i]*xhat[..., i], ...)

    Args:
        gamma: parameter [i]
        eps: a number, 1e-05 unless given

    Inputs:
        x: [..., i]

    Between forward and backward:
        y is read-only: change a copy
        gamma is read by backward: update it afterwards
    """

    def __init__(self, gamma, *, eps=1e-05):
        self.gamma = _parameters(gamma)
        self.dgamma = None
        self.eps = _number("eps", eps)
        self._saved = None

    def forward(self, x):
        """Return y[..., i], given x[..., i]."""
        x = self._checked(x)
        ms = np.vecdot(x, x) / x.shape[-1]  # ms[...] = mean(x[..., i]**2, i)
        ratio = 1 / np.sqrt(self.eps + ms)
        xhat = ratio[..., None] * x  # xhat[..., i] = x[..., i] / sqrt(ms[...] + eps)
        y = self.gamma * xhat  # y[..., i] = gamma[i] * xhat[..., i]
        y.setflags(write=False)  # saved for backward
        self._saved = ratio, xhat, y
        return y

    def backward(self, dy):
        """Return dx and set dgamma, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("RMSNorm: call `forward` before `backward`")
        ratio, xhat, y = self._saved
        dy = _upstream("dy", dy, y.shape, y.dtype)
        dx = self.gamma * dy
        dx -= (np.vecdot(dy, y) / dy.shape[-1])[..., None] * xhat
        # dx[..., i] = ratio[...]*(dy[..., i]*gamma[i] - xhat[..., i]*mean(dy[...,
        #     j]*y[..., j], j))
        dx *= ratio[..., None]
        rows = xhat.reshape(-1, xhat.shape[-1])
        # dgamma[i] = sum(dy[..., i]*xhat[..., i], ...)
        dgamma = np.einsum("ri,ri->i", dy.reshape(-1, dy.shape[-1]), rows)
        self.dgamma = dgamma
        return dx

    @property
    def params(self):
        """The parameters by name: the arrays themselves."""
        return {"gamma": self.gamma}

    @property
    def grads(self):
        """The gradients of the parameters by name."""
        return {"gamma": self.dgamma}

    def _checked(self, x):
        """The arguments, checked, as the lines above need them."""
        self.gamma = _parameters(self.gamma)
        gamma = self.gamma
        if type(x) is not np.ndarray or x.dtype is not gamma.dtype:
            gamma, x = _floats(gamma=gamma, x=x)
        if x.ndim < 1:
            raise ValueError(
                "RMSNorm: x must have at least 1 axis [..., i], but has shape "
                f"{x.shape}"
            )
        if x.shape[-1] != gamma.shape[0]:
            raise ValueError(
                f"RMSNorm: x has {x.shape[-1]} entries along axis i (axis -1), but "
                f"gamma has {gamma.shape[0]} along its axis 0"
            )
        if x.shape[-1] < 1:
            raise ValueError(
                f"RMSNorm: x has {x.shape[-1]} entries along axis i (axis -1), but "
                "needs at least 1 because it is averaged"
            )
        return x


def _parameters(gamma):
    """gamma checked, as arrays of one floating dtype."""
    if type(gamma) is not np.ndarray or gamma.dtype not in FLOATS:
        (gamma,) = _floats(gamma=gamma)
    if gamma.ndim != 1:
        raise ValueError(
            f"RMSNorm: gamma must have 1 axis [i], but has shape {gamma.shape}"
        )
    return gamma


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"RMSNorm: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"RMSNorm: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"RMSNorm: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"RMSNorm: {name} is {found}, but {owner} is {dtype}; make them "
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
                f"RMSNorm: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"RMSNorm: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"RMSNorm: {name} has shape {value.shape}, but {name[1:]} has {shape}"
        )
    return value


def _number(name, value):
    """A hyper-parameter as a Python number, which leaves the arrays' dtype alone."""
    if not isinstance(value, Real):
        raise TypeError(f"RMSNorm: {name} must be a number, but is {value!r}")
    return float(value)
