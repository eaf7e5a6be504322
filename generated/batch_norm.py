"""Each feature normalised over the batch, in the training form (Ioffe and Szegedy 2015).

Made by symbp 0.1.0 from [BatchNorm] of symbp/catalogue/normalisation.toml; do not edit.
Make it again: symbp generate --only BatchNorm
"""

from numbers import Real

import numpy as np

__all__ = ["BatchNorm"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class BatchNorm:
    """Each feature normalised over the batch, in the training form (Ioffe and Szegedy
    2015).

    Forward:
        mu[j] = mean(x[n, j], n)
        xc[n, j] = x[n, j] - mu[j]
        var[j] = mean(xc[n, j]**2, n)
        xhat[n, j] = xc[n, j] / sqrt(var[j] + eps)
        y[n, j] = gamma[j] * xhat[n, j] + beta[j]

    Backward:
        dx[n, j] = gamma[j]*(dy[n, j] - mean(dy[i, j], i) - xhat[n, j]*mean(dy[i,
            j]*xhat[i, j], i))/sqrt(eps + var[j])
        dgamma[j] = sum(dy[n, j]*xhat[n, j], n)
        dbeta[j] = sum(dy[n, j], n)

    Args:
        gamma: parameter [j]
        beta: parameter [j]
        eps: a number, 1e-05 unless given

    Inputs:
        x: [n, j]

    Between forward and backward:
        gamma is read by backward: update it afterwards
    """

    def __init__(self, gamma, beta, *, eps=1e-05):
        self.gamma, self.beta = _parameters(gamma, beta)
        self.dgamma = self.dbeta = None
        self.eps = _number("eps", eps)
        self._saved = None

    def forward(self, x):
        """Return y[n, j], given x[n, j]."""
        x = self._checked(x)
        mu = x.sum(axis=0) / x.shape[0]  # mu[j] = mean(x[n, j], n)
        xc = x - mu  # xc[n, j] = x[n, j] - mu[j]
        var = (xc * xc).sum(axis=0) / x.shape[0]  # var[j] = mean(xc[n, j]**2, n)
        ratio = 1 / np.sqrt(self.eps + var)  # ratio[j] = 1/sqrt(eps + var[j])
        xhat = ratio * xc  # xhat[n, j] = xc[n, j] / sqrt(var[j] + eps)
        y = self.gamma * xhat
        y += self.beta  # y[n, j] = gamma[j] * xhat[n, j] + beta[j]
        self._saved = ratio, xhat, y.shape
        return y

    def backward(self, dy):
        """Return dx and set dgamma and dbeta, given dy. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("BatchNorm: call `forward` before `backward`")
        ratio, xhat, y_shape = self._saved
        dy = _upstream("dy", dy, y_shape, xhat.dtype)
        dbeta = dy.sum(axis=0)  # dbeta[j] = sum(dy[n, j], n)
        # dgamma[j] = sum(dy[n, j]*xhat[n, j], n)
        dgamma = np.einsum("nj,nj->j", dy, xhat)
        dx = dy - dbeta / dy.shape[0]
        dx -= dgamma / dy.shape[0] * xhat
        # dx[n, j] = gamma[j]*ratio[j]*(dy[n, j] - mean(dy[i, j], i) - xhat[n,
        #     j]*mean(dy[i, j]*xhat[i, j], i))
        dx *= self.gamma * ratio
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
        if x.ndim != 2:
            raise ValueError(
                f"BatchNorm: x must have 2 axes [n, j], but has shape {x.shape}"
            )
        if x.shape[1] != gamma.shape[0]:
            raise ValueError(
                f"BatchNorm: x has {x.shape[1]} entries along axis j (axis 1), but "
                f"gamma has {gamma.shape[0]} along its axis 0"
            )
        if x.shape[0] < 1:
            raise ValueError(
                f"BatchNorm: x has {x.shape[0]} entries along axis n (axis 0), but "
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
            f"BatchNorm: gamma must have 1 axis [j], but has shape {gamma.shape}"
        )
    if beta.ndim != 1:
        raise ValueError(
            f"BatchNorm: beta must have 1 axis [j], but has shape {beta.shape}"
        )
    if beta.shape[0] != gamma.shape[0]:
        raise ValueError(
            f"BatchNorm: beta has {beta.shape[0]} entries along axis j (axis 0), but "
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
                f"BatchNorm: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"BatchNorm: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"BatchNorm: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"BatchNorm: {name} is {found}, but {owner} is {dtype}; make them "
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
                f"BatchNorm: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"BatchNorm: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"BatchNorm: {name} has shape {value.shape}, but {name[1:]} has {shape}"
        )
    return value


def _number(name, value):
    """A hyper-parameter as a Python number, which leaves the arrays' dtype alone."""
    if not isinstance(value, Real):
        raise TypeError(f"BatchNorm: {name} must be a number, but is {value!r}")
    return float(value)
