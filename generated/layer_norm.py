"""Each sample normalised over its last axis (Ba et al. 2016).

Made by symbp 0.1.0 from [LayerNorm] of symbp/catalogue/normalisation.toml; do not edit.
Make it again: symbp generate --only LayerNorm
"""

from numbers import Real

import numpy as np

__all__ = ["LayerNorm"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class LayerNorm:
    """Each sample normalised over its last axis (Ba et al. 2016).

    Forward:
        mu[...] = mean(x[..., i], i)
        xc[..., i] = x[..., i] - mu[...]
        var[...] = mean(xc[..., i]**2, i)
        xhat[..., i] = xc[..., i] / sqrt(var[...] + eps)
        y[..., i] = gamma[i] * xhat[..., i] + beta[i]

    Backward:
        dx[..., i] = (dy[..., i]*gamma[i] - mean(dy[..., j]*gamma[j], j) - xhat[...,
            i]*mean(dy[..., j]*gamma[j]*xhat[..., j], j))/sqrt(eps + var[...])
        dgamma[i] = sum(dy[..., i]*xhat[..., i], ...)
        dbeta[i] = sum(dy[..., i], ...)

    Args:
        gamma: parameter [i]
        beta: parameter [i]
        eps: a number, 1e-05 unless given

    Inputs:
        x: [..., i]

    Between forward and backward:
        gamma is read by backward: update it afterwards
    """

    def __init__(self, gamma, beta, *, eps=1e-05):
        self.gamma, self.beta = _parameters(gamma, beta)
        self.dgamma = self.dbeta = None
        self.eps = _number("eps", eps)
        self._saved = None

    def forward(self, x):
        """Return y[..., i], given x[..., i]."""
        x = self._checked(x)
        mu = x.sum(axis=-1) / x.shape[-1]  # mu[...] = mean(x[..., i], i)
        xc = x - mu[..., None]  # xc[..., i] = x[..., i] - mu[...]
        var = np.vecdot(xc, xc) / x.shape[-1]  # var[...] = mean(xc[..., i]**2, i)
        ratio = 1 / np.sqrt(self.eps + var)
        xhat = ratio[..., None] * xc  # xhat[..., i] = xc[..., i] / sqrt(var[...] + eps)
        y = self.gamma * xhat
        y += self.beta  # y[..., i] = gamma[i] * xhat[..., i] + beta[i]
        self._saved = ratio, xhat, y.shape
        return y

    def backward(self, dy):
        """Return dx and set dgamma and dbeta, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("LayerNorm: call `forward` before `backward`")
        ratio, xhat, y_shape = self._saved
        dy = _upstream("dy", dy, y_shape, xhat.dtype)
        product = self.gamma * dy
        dx = product - (dy @ self.gamma / dy.shape[-1])[..., None]
        dx -= (np.vecdot(product, xhat) / dy.shape[-1])[..., None] * xhat
        # dx[..., i] = ratio[...]*(dy[..., i]*gamma[i] - mean(dy[..., j]*gamma[j], j) -
        #     xhat[..., i]*mean(dy[..., j]*gamma[j]*xhat[..., j], j))
        dx *= ratio[..., None]
        rows = dy.reshape(-1, dy.shape[-1])
        # dgamma[i] = sum(dy[..., i]*xhat[..., i], ...)
        dgamma = np.einsum("ri,ri->i", rows, xhat.reshape(-1, xhat.shape[-1]))
        dbeta = rows.sum(axis=0)  # dbeta[i] = sum(dy[..., i], ...)
        self.dgamma, self.dbeta = dgamma, dbeta
        return dx

    @property
    def params(self):
        """The parameters by name: the arrays themselves."""
        return {"gamma": self.gamma, "beta": self.beta}

    @property
    def grads(self):
        """The gradients of the parameters by name."""
        return {"gamma": self.dgamma, "beta": self.dbeta}

    def _checked(self, x):
        """The arguments, checked, as the lines above need them."""
        self.gamma, self.beta = _parameters(self.gamma, self.beta)
        gamma = self.gamma
        if type(x) is not np.ndarray or x.dtype is not gamma.dtype:
            gamma, x = _floats(gamma=gamma, x=x)
        if x.ndim < 1:
            raise ValueError(
                "LayerNorm: x must have at least 1 axis [..., i], but has shape "
                f"{x.shape}"
            )
        if x.shape[-1] != gamma.shape[0]:
            raise ValueError(
                f"LayerNorm: x has {x.shape[-1]} entries along axis i (axis -1), but "
                f"gamma has {gamma.shape[0]} along its axis 0"
            )
        if x.shape[-1] < 1:
            raise ValueError(
                f"LayerNorm: x has {x.shape[-1]} entries along axis i (axis -1), but "
                "needs at least 1 because it is averaged"
            )
        return x


def _parameters(gamma, beta):
    """gamma and beta checked, as arrays of one floating dtype."""
    if not (
        type(gamma) is type(beta) is np.ndarray
        and gamma.dtype is beta.dtype
        and gamma.dtype in FLOATS
    ):
        gamma, beta = _floats(gamma=gamma, beta=beta)
    if gamma.ndim != 1:
        raise ValueError(
            f"LayerNorm: gamma must have 1 axis [i], but has shape {gamma.shape}"
        )
    if beta.ndim != 1:
        raise ValueError(
            f"LayerNorm: beta must have 1 axis [i], but has shape {beta.shape}"
        )
    if beta.shape[0] != gamma.shape[0]:
        raise ValueError(
            f"LayerNorm: beta has {beta.shape[0]} entries along axis i (axis 0), but "
            f"gamma has {gamma.shape[0]} along its axis 0"
        )
    return gamma, beta


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"LayerNorm: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"LayerNorm: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"LayerNorm: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"LayerNorm: {name} is {found}, but {owner} is {dtype}; make them "
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
                f"LayerNorm: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"LayerNorm: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"LayerNorm: {name} has shape {value.shape}, but {name[1:]} has {shape}"
        )
    return value


def _number(name, value):
    """A hyper-parameter as a Python number, which leaves the arrays' dtype alone."""
    if not isinstance(value, Real):
        raise TypeError(f"LayerNorm: {name} must be a number, but is {value!r}")
    return float(value)
