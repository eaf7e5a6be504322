"""One head of attention: rows of V weighted by how well their keys fit the queries.

Made by symbp 0.1.0 from [ScaledDotProductAttention] of symbp/catalogue/attention.toml; do not edit.
Make it again: symbp generate --only ScaledDotProductAttention
"""

import math

import numpy as np

__all__ = ["ScaledDotProductAttention"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class ScaledDotProductAttention:
    """One head of attention: rows of V weighted by how well their keys fit the queries.

    Forward:
        S[..., q, k] = sum(Q[..., q, d] * K[..., k, d], d) / sqrt(size(d))
        P[..., q, k] = exp(S[..., q, k]) / sum(exp(S[..., q, m]), m)
        O[..., q, v] = sum(P[..., q, k] * V[..., k, v], k)

    Backward:
        dP[..., q, k] = sum(dO[..., q, v]*V[..., k, v], v)
        dS[..., q, k] = P[..., q, k]*(dP[..., q, k] - sum(dP[..., q, i]*P[..., q, i],
            i))
        dQ[..., q, d] = sum(dS[..., q, k]*K[..., k, d], k)/sqrt(size(d))
        dK[..., k, d] = sum(dS[..., q, k]*Q[..., q, d], q)/sqrt(size(d))
        dV[..., k, v] = sum(dO[..., q, v]*P[..., q, k], q)

    Inputs:
        Q: [..., q, d]
        K: [..., k, d]
        V: [..., k, v]

    Between forward and backward:
        Q, K and V may be changed: backward has its own copy
    """

    def __init__(self):
        self.params, self.grads = {}, {}
        self._saved = None

    def forward(self, Q, K, V):
        """Return O[..., q, v], given Q[..., q, d], K[..., k, d] and V[..., k, v]."""
        Q, K, V = self._checked(Q, K, V)
        Q = _private(Q)  # saved for backward
        K = _private(K)  # saved for backward
        V = _private(V)  # saved for backward
        S = Q @ K.swapaxes(-2, -1)
        # S[..., q, k] = sum(Q[..., q, d] * K[..., k, d], d) / sqrt(size(d))
        S /= math.sqrt(Q.shape[-1])
        P = S - S.max(axis=-1)[..., None]
        np.exp(P, out=P)
        # P[..., q, k] = exp(S[..., q, k]) / sum(exp(S[..., q, m]), m)
        P /= P.sum(axis=-1)[..., None]
        O = P @ V  # O[..., q, v] = sum(P[..., q, k] * V[..., k, v], k)
        self._saved = Q, K, V, P, O.shape
        return O

    def backward(self, dO):
        """Return dQ, dK and dV, given dO. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError(
                "ScaledDotProductAttention: call `forward` before `backward`"
            )
        Q, K, V, P, O_shape = self._saved
        dO = _upstream("dO", dO, O_shape, Q.dtype)
        # dP[..., q, k] = sum(dO[..., q, v]*V[..., k, v], v)
        dP = dO @ V.swapaxes(-2, -1)
        dS = dP - np.vecdot(P, dP)[..., None]
        # dS[..., q, k] = P[..., q, k]*(dP[..., q, k] - sum(dP[..., q, i]*P[..., q, i],
        #     i))
        dS *= P
        dQ = dS @ K
        # dQ[..., q, d] = sum(dS[..., q, k]*K[..., k, d], k)/sqrt(size(d))
        dQ /= math.sqrt(Q.shape[-1])
        dK = dS.swapaxes(-2, -1) @ Q
        # dK[..., k, d] = sum(dS[..., q, k]*Q[..., q, d], q)/sqrt(size(d))
        dK /= math.sqrt(Q.shape[-1])
        # dV[..., k, v] = sum(dO[..., q, v]*P[..., q, k], q)
        dV = P.swapaxes(-2, -1) @ dO
        return dQ, dK, dV

    def _checked(self, Q, K, V):
        """The arguments, checked, as the lines above need them."""
        if not (
            type(Q) is type(K) is type(V) is np.ndarray
            and Q.dtype is K.dtype is V.dtype
            and Q.dtype in FLOATS
        ):
            Q, K, V = _floats(Q=Q, K=K, V=V)
        if Q.ndim < 2:
            raise ValueError(
                "ScaledDotProductAttention: Q must have at least 2 axes [..., q, d], "
                f"but has shape {Q.shape}"
            )
        if K.ndim < 2:
            raise ValueError(
                "ScaledDotProductAttention: K must have at least 2 axes [..., k, d], "
                f"but has shape {K.shape}"
            )
        if V.ndim < 2:
            raise ValueError(
                "ScaledDotProductAttention: V must have at least 2 axes [..., k, v], "
                f"but has shape {V.shape}"
            )
        if K.shape[-1] != Q.shape[-1]:
            raise ValueError(
                f"ScaledDotProductAttention: K has {K.shape[-1]} entries along axis d "
                f"(axis -1), but Q has {Q.shape[-1]} along its axis -1"
            )
        if V.shape[-2] != K.shape[-2]:
            raise ValueError(
                f"ScaledDotProductAttention: V has {V.shape[-2]} entries along axis k "
                f"(axis -2), but K has {K.shape[-2]} along its axis -2"
            )
        if K.shape[:-2] != Q.shape[:-2]:
            raise ValueError(
                f"ScaledDotProductAttention: K has leading axes {K.shape[:-2]}, but Q "
                f"has {Q.shape[:-2]}"
            )
        if V.shape[:-2] != Q.shape[:-2]:
            raise ValueError(
                f"ScaledDotProductAttention: V has leading axes {V.shape[:-2]}, but Q "
                f"has {Q.shape[:-2]}"
            )
        if Q.shape[-1] < 1:
            raise ValueError(
                f"ScaledDotProductAttention: Q has {Q.shape[-1]} entries along axis d "
                "(axis -1), but needs at least 1 because its length divides"
            )
        if K.shape[-2] < 1:
            raise ValueError(
                f"ScaledDotProductAttention: K has {K.shape[-2]} entries along axis k "
                "(axis -2), but needs at least 1 because its max is taken"
            )
        return Q, K, V


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"ScaledDotProductAttention: {name} is not a rectangular array of "
                "numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"ScaledDotProductAttention: {name} holds {array.dtype}, but must hold "
                "real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"ScaledDotProductAttention: {name} is {found}, but must be "
                    f"float32 or float64; convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"ScaledDotProductAttention: {name} is {found}, but {owner} is "
                    f"{dtype}; make them one, for example with {name}.astype('{dtype}')"
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
                f"ScaledDotProductAttention: {name} is not a rectangular array of "
                "numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"ScaledDotProductAttention: {name} holds {value.dtype}, but must hold "
                "real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"ScaledDotProductAttention: {name} has shape {value.shape}, but "
            f"{name[1:]} has {shape}"
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
