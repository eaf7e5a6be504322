"""Two affine layers with a rectifier between them, and softmax with cross entropy.

Made by symbp 0.1.0 from [TwoLayerNet] of symbp/catalogue/networks.toml; do not edit.
Make it again: symbp generate --only TwoLayerNet
"""

import math

import numpy as np

__all__ = ["TwoLayerNet"]

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class TwoLayerNet:
    """Two affine layers with a rectifier between them, and softmax with cross entropy.

    Forward:
        y1[n, hidden] = b1[hidden] + sum(W1[i2, hidden]*x[n, i2], i2)
        y2[n, hidden] = maximum(y1[n, hidden], 0)
        y3[n, classes] = b2[classes] + sum(W2[i3, classes]*y2[n, i3], i3)
        y4[n, classes] = exp(y3[n, classes])/sum(exp(y3[n, k]), k)
        loss = -mean(sum(log(y4[n2, c])*t[n2, c], c), n2)

    Backward:
        dy3[n, classes] = dloss*(y4[n, classes] - t[n, classes])/size(n)
        dy2[n, hidden] = sum(dy3[n, classes]*W2[hidden, classes], classes)
        dy1[n, hidden] = dy2[n, hidden]*where(y2[n, hidden] > 0, 1, 0)
        dW1[inputs, hidden] = sum(dy1[n, hidden]*x[n, inputs], n)
        db1[hidden] = sum(dy1[n, hidden], n)
        dW2[hidden, classes] = sum(dy3[n, classes]*y2[n, hidden], n)
        db2[classes] = sum(dy3[n, classes], n)

    Assumes:
        sum(t[..., c], c) == 1

    Conventions:
        where y1[n, hidden] == 0 the slope of maximum(y1[n, hidden], 0) is 0, that of 0

    Args:
        inputs: a length, a whole number above 0
        hidden: a length, a whole number above 0
        classes: a length, a whole number above 0
        seed: of the random numbers that W1, b1, W2, b2 begin with
        dtype: float32 or float64
        validate: whether forward checks what it assumes, True unless given

    Inputs:
        x: [n, *inputs], no gradient
        t: [n, classes], or integer classes without the axis classes, no gradient

    Between forward and backward:
        x and t may be changed: backward has its own copy
        W2 is read by backward: update it afterwards
    """

    def __init__(
        self,
        inputs,
        hidden,
        classes,
        *,
        seed=None,
        dtype="float64",
        validate=True,
    ):
        inputs = _whole_number("inputs", inputs)
        hidden = _whole_number("hidden", hidden)
        classes = _whole_number("classes", classes)
        dtype = np.dtype(dtype)
        if dtype not in FLOATS:
            raise TypeError(
                f"TwoLayerNet: dtype must be float32 or float64, but is {dtype}"
            )
        random = np.random.default_rng(seed)
        self.W1 = (0.01 * random.standard_normal((inputs, hidden))).astype(dtype)
        self.b1 = np.zeros((hidden,), dtype)
        self.W2 = (0.01 * random.standard_normal((hidden, classes))).astype(dtype)
        self.b2 = np.zeros((classes,), dtype)
        self.W1, self.b1, self.W2, self.b2 = _parameters(
            self.W1, self.b1, self.W2, self.b2
        )
        self.dW1 = None
        self.db1 = None
        self.dW2 = None
        self.db2 = None
        self.validate = validate
        self._saved = None

    def predict(self, x):
        """Return y3."""
        x = self._checked_inputs(x)
        y1 = x @ self.W1
        # y1[n, hidden] = b1[hidden] + sum(W1[inputs, hidden]*x[n, inputs], inputs)
        y1 += self.b1
        y2 = np.maximum(y1, 0)  # y2[n, hidden] = maximum(y1[n, hidden], 0)
        y3 = y2 @ self.W2
        # y3[n, classes] = b2[classes] + sum(W2[hidden, classes]*y2[n, hidden], hidden)
        y3 += self.b2
        return y3

    def loss(self, x, t):
        """Return loss as a number."""
        return float(self.forward(x, t))

    def accuracy(self, x, t):
        """Return the part of samples whose highest score is their label's."""
        scores, t = self.predict(x), np.asarray(t)
        if t.shape not in (scores.shape, scores.shape[:-1]):
            raise ValueError(
                f"TwoLayerNet: t has shape {t.shape}, but must have {scores.shape[:-1]}"
            )
        if t.ndim == scores.ndim:  # one-hot
            t = t.argmax(axis=-1)
        return float((scores.argmax(axis=-1) == t).mean())

    def gradient(self, x, t):
        """Return the gradients of the parameters by name."""
        self.forward(x, t)
        self.backward()
        return self.grads

    def numerical_gradient(self, x, t, h=1e-5):
        """Return the same by central differences: slow, for checking in float64."""
        gradients = {}
        for name, parameter in self.params.items():
            gradients[name] = gradient = np.empty_like(parameter)
            for place in np.ndindex(parameter.shape):
                kept = parameter[place]
                parameter[place] = kept + h
                above = self.loss(x, t)
                parameter[place] = kept - h
                gradient[place] = (above - self.loss(x, t)) / (2 * h)
                parameter[place] = kept
        return gradients

    def trace(self, x, t):
        """Return every value of the forward pass by name, in order."""
        x, t = self._checked(x, t)
        y1 = x @ self.W1
        # y1[n, hidden] = b1[hidden] + sum(W1[inputs, hidden]*x[n, inputs], inputs)
        y1 += self.b1
        y2 = np.maximum(y1, 0)  # y2[n, hidden] = maximum(y1[n, hidden], 0)
        y3 = y2 @ self.W2
        # y3[n, classes] = b2[classes] + sum(W2[hidden, classes]*y2[n, hidden], hidden)
        y3 += self.b2
        difference = y3 - y3.max(axis=1)[:, None]
        y4 = np.exp(difference)
        total = y4.sum(axis=1)
        # y4[n, classes] = exp(y3[n, classes])/sum(exp(y3[n, i]), i)
        y4 /= total[:, None]
        difference -= np.log(total)[:, None]
        # loss = -sum(log(y4[n, classes])*t[n, classes], classes, n)/size(n)
        loss = np.vdot(_masked(t != 0, difference), t) / (-x.shape[0])
        return {"y1": y1, "y2": y2, "y3": y3, "y4": y4, "loss": loss}

    def forward(self, x, t):
        """Return loss, given x[n, *inputs] and t[n, classes]."""
        x, t = self._checked(x, t)
        x = _private(x)  # saved for backward
        t = _private(t)  # saved for backward
        y1 = x @ self.W1
        # y1[n, hidden] = b1[hidden] + sum(W1[inputs, hidden]*x[n, inputs], inputs)
        y1 += self.b1
        y2 = np.maximum(y1, 0)  # y2[n, hidden] = maximum(y1[n, hidden], 0)
        y3 = y2 @ self.W2
        # y3[n, classes] = b2[classes] + sum(W2[hidden, classes]*y2[n, hidden], hidden)
        y3 += self.b2
        difference = y3 - y3.max(axis=1)[:, None]
        y4 = np.exp(difference)
        total = y4.sum(axis=1)
        # y4[n, classes] = exp(y3[n, classes])/sum(exp(y3[n, i]), i)
        y4 /= total[:, None]
        difference -= np.log(total)[:, None]
        # loss = -sum(log(y4[n, classes])*t[n, classes], classes, n)/size(n)
        loss = np.vdot(_masked(t != 0, difference), t) / (-x.shape[0])
        self._saved = x, t, y2, y4
        return loss

    def backward(self, dloss=1.0):
        """Set dW1, db1, dW2 and db2, given dloss. Call `forward` first."""
        if self._saved is None:
            raise RuntimeError("TwoLayerNet: call `forward` before `backward`")
        x, t, y2, y4 = self._saved
        dloss = _upstream("dloss", dloss, (), x.dtype)
        dy3 = y4 - t
        # dy3[n, classes] = dloss*(y4[n, classes] - t[n, classes])/size(n)
        dy3 *= dloss / x.shape[0]
        # dy2[n, hidden] = sum(dy3[n, classes]*W2[hidden, classes], classes)
        dy2 = dy3 @ self.W2.T
        # dy1[n, hidden] = dy2[n, hidden]*where(y2[n, hidden] > 0, 1, 0)
        dy1 = dy2 * (y2 > 0)
        dW1 = x.T @ dy1  # dW1[inputs, hidden] = sum(dy1[n, hidden]*x[n, inputs], n)
        db1 = dy1.sum(axis=0)  # db1[hidden] = sum(dy1[n, hidden], n)
        dW2 = y2.T @ dy3  # dW2[hidden, classes] = sum(dy3[n, classes]*y2[n, hidden], n)
        db2 = dy3.sum(axis=0)  # db2[classes] = sum(dy3[n, classes], n)
        self.dW1, self.db1, self.dW2, self.db2 = dW1, db1, dW2, db2

    @property
    def params(self):
        """The parameters by name: the arrays themselves."""
        return {"W1": self.W1, "b1": self.b1, "W2": self.W2, "b2": self.b2}

    @property
    def grads(self):
        """The gradients of the parameters by name."""
        return {"W1": self.dW1, "b1": self.db1, "W2": self.dW2, "b2": self.db2}

    def save(self, path):
        """Write the parameters to a file in NumPy's npz format."""
        with open(path, "wb") as file:
            np.savez(file, **self.params)

    def load(self, path):
        """Read the parameters from a file that `save` wrote for the same sizes."""
        try:
            with np.load(path, allow_pickle=False) as file:
                given = {name: file[name] for name in file.files}
        except OSError:
            raise
        except Exception as error:
            raise ValueError(
                f"TwoLayerNet: {path} is no npz file of numbers"
            ) from error
        for name, parameter in self.params.items():
            if name not in given:
                raise ValueError(f"TwoLayerNet: {path} holds no {name}")
            if given[name].dtype.kind != "f":
                raise ValueError(
                    f"TwoLayerNet: {name} in {path} holds {given[name].dtype}, not "
                    "floats"
                )
            if given[name].shape != parameter.shape:
                raise ValueError(
                    f"TwoLayerNet: {name} in {path} has shape {given[name].shape}, but must "
                    f"have {parameter.shape}"
                )
        for name in given:
            if name not in self.params:
                raise ValueError(f"TwoLayerNet: {path} holds an unknown {name}")
        for name, parameter in self.params.items():
            parameter[...] = given[name]

    def _checked(self, x, t):
        """The arguments, checked, as the lines above need them."""
        self.W1, self.b1, self.W2, self.b2 = _parameters(
            self.W1, self.b1, self.W2, self.b2
        )
        W1, W2 = self.W1, self.W2
        if type(x) is not np.ndarray or x.dtype is not W1.dtype:
            W1, x = _floats(W1=W1, x=x)
        if x.ndim < 1:
            raise ValueError(
                "TwoLayerNet: x must have at least 1 axis [n, *inputs], but has shape "
                f"{x.shape}"
            )
        classes = np.ndim(t) == 1
        if classes:
            t = _one_hot("t", t, W2.shape[1], W1.dtype)
        elif type(t) is not np.ndarray or t.dtype is not W1.dtype:
            W1, t = _floats(W1=W1, t=t)
        if t.ndim != 2:
            raise ValueError(
                f"TwoLayerNet: t must have 2 axes [n, classes], but has shape {t.shape}"
            )
        if math.prod(x.shape[1:]) != W1.shape[0]:
            raise ValueError(
                f"TwoLayerNet: x has {math.prod(x.shape[1:])} entries along its "
                f"flattened axes *inputs (axis 1 on), but W1 has {W1.shape[0]} along "
                "its axis 0"
            )
        if t.shape[0] != x.shape[0]:
            raise ValueError(
                f"TwoLayerNet: t has {t.shape[0]} entries along axis n (axis 0), but x "
                f"has {x.shape[0]} along its axis 0"
            )
        if t.shape[1] != W2.shape[1]:
            raise ValueError(
                f"TwoLayerNet: t has {t.shape[1]} entries along axis classes (axis 1), "
                f"but W2 has {W2.shape[1]} along its axis 1"
            )
        if x.shape[0] < 1:
            raise ValueError(
                f"TwoLayerNet: x has {x.shape[0]} entries along axis n (axis 0), but "
                "needs at least 1 because it is averaged"
            )
        x_shape = x.shape
        if x.ndim != 2:  # *inputs becomes one axis
            x = x.reshape(x_shape[0], math.prod(x_shape[1:]))
        if self.validate and not classes:
            _assume("sum(t[..., c], c) == 1", t.sum(axis=1), 1, W1.dtype)
        return x, t

    def _checked_inputs(self, x):
        """The arguments, checked, as the lines above need them."""
        self.W1, self.b1, self.W2, self.b2 = _parameters(
            self.W1, self.b1, self.W2, self.b2
        )
        W1 = self.W1
        if type(x) is not np.ndarray or x.dtype is not W1.dtype:
            W1, x = _floats(W1=W1, x=x)
        if x.ndim < 1:
            raise ValueError(
                "TwoLayerNet: x must have at least 1 axis [n, *inputs], but has shape "
                f"{x.shape}"
            )
        if math.prod(x.shape[1:]) != W1.shape[0]:
            raise ValueError(
                f"TwoLayerNet: x has {math.prod(x.shape[1:])} entries along its "
                f"flattened axes *inputs (axis 1 on), but W1 has {W1.shape[0]} along "
                "its axis 0"
            )
        x_shape = x.shape
        if x.ndim != 2:  # *inputs becomes one axis
            x = x.reshape(x_shape[0], math.prod(x_shape[1:]))
        return x


def _parameters(W1, b1, W2, b2):
    """W1, b1, W2 and b2 checked, as arrays of one floating dtype."""
    if not (
        type(W1) is type(b1) is type(W2) is type(b2) is np.ndarray
        and W1.dtype is b1.dtype is W2.dtype is b2.dtype
        and W1.dtype in FLOATS
    ):
        W1, b1, W2, b2 = _floats(W1=W1, b1=b1, W2=W2, b2=b2)
    if W1.ndim != 2:
        raise ValueError(
            "TwoLayerNet: W1 must have 2 axes [inputs, hidden], but has shape "
            f"{W1.shape}"
        )
    if b1.ndim != 1:
        raise ValueError(
            f"TwoLayerNet: b1 must have 1 axis [hidden], but has shape {b1.shape}"
        )
    if W2.ndim != 2:
        raise ValueError(
            "TwoLayerNet: W2 must have 2 axes [hidden, classes], but has shape "
            f"{W2.shape}"
        )
    if b2.ndim != 1:
        raise ValueError(
            f"TwoLayerNet: b2 must have 1 axis [classes], but has shape {b2.shape}"
        )
    if b1.shape[0] != W1.shape[1]:
        raise ValueError(
            f"TwoLayerNet: b1 has {b1.shape[0]} entries along axis hidden (axis 0), "
            f"but W1 has {W1.shape[1]} along its axis 1"
        )
    if W2.shape[0] != W1.shape[1]:
        raise ValueError(
            f"TwoLayerNet: W2 has {W2.shape[0]} entries along axis hidden (axis 0), "
            f"but W1 has {W1.shape[1]} along its axis 1"
        )
    if b2.shape[0] != W2.shape[1]:
        raise ValueError(
            f"TwoLayerNet: b2 has {b2.shape[0]} entries along axis classes (axis 0), "
            f"but W2 has {W2.shape[1]} along its axis 1"
        )
    if W2.shape[1] < 1:
        raise ValueError(
            f"TwoLayerNet: W2 has {W2.shape[1]} entries along axis classes (axis 1), "
            "but needs at least 1 because its max is taken"
        )
    return W1, b1, W2, b2


def _floats(**values):
    """The values as arrays of their one floating dtype; float64 if none has any."""
    arrays, dtype, owner = {}, FLOATS[1], None
    for name, value in values.items():
        try:
            arrays[name] = array = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"TwoLayerNet: {name} is not a rectangular array of numbers"
            ) from None
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"TwoLayerNet: {name} holds {array.dtype}, but must hold real numbers"
            )
        if array.dtype.kind == "f" and isinstance(value, (np.ndarray, np.generic)):
            found = array.dtype.newbyteorder("=")
            if found not in FLOATS:
                raise TypeError(
                    f"TwoLayerNet: {name} is {found}, but must be float32 or float64; "
                    f"convert it with {name}.astype('float32')"
                )
            if owner is not None and found != dtype:
                raise TypeError(
                    f"TwoLayerNet: {name} is {found}, but {owner} is {dtype}; make "
                    f"them one, for example with {name}.astype('{dtype}')"
                )
            dtype, owner = found, name
    return [array.astype(dtype, copy=False) for array in arrays.values()]


def _integers(name, value, length):
    """The value as indices of an axis, all of them from 0 to length - 1."""
    given = np.asarray(value)
    if given.dtype.kind not in "iu" and given.size:
        raise TypeError(
            f"TwoLayerNet: {name} holds {given.dtype}, but must hold integers"
        )
    indices = given.astype(np.intp, copy=False)
    # Read as unsigned, a negative index is a huge one.
    if indices.size and indices.view(np.uintp).max() >= length:
        wrong = given.min() if given.min() < 0 else given.max()
        raise IndexError(
            f"TwoLayerNet: {name} holds {wrong}, but must hold integers from 0 to "
            f"{length - 1}"
        )
    return indices


def _one_hot(name, value, length, dtype):
    """Integer classes as rows of zeros with a one at the class."""
    classes = _integers(name, value, length)
    rows = np.zeros((classes.size, length), dtype)
    rows[np.arange(classes.size), classes.reshape(-1)] = 1
    rows.setflags(write=False)  # so that it need not be copied to be saved
    return rows.reshape(*classes.shape, length)


def _masked(mask, value):
    """value where the mask is true, else 0: its bits times the mask, whatever value is there."""
    bits = value.view(f"i{value.itemsize}")
    return (bits * mask).view(value.dtype)


def _upstream(name, value, shape, dtype):
    """The gradient that comes from above, in the layer's dtype and of the output's shape."""
    if type(value) is not np.ndarray or value.dtype is not dtype:
        try:
            value = np.asarray(value)
        except ValueError:
            raise TypeError(
                f"TwoLayerNet: {name} is not a rectangular array of numbers"
            ) from None
        if value.dtype.kind not in "biuf":
            raise TypeError(
                f"TwoLayerNet: {name} holds {value.dtype}, but must hold real numbers"
            )
        value = value.astype(dtype)
    if value.shape != shape:
        raise ValueError(
            f"TwoLayerNet: {name} has shape {value.shape}, but {name[1:]} has {shape}"
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


def _whole_number(name, value):
    """A length: a whole number above 0."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
        raise ValueError(
            f"TwoLayerNet: {name} must be a whole number above 0, but is {value!r}"
        )
    return int(value)


def _assume(identity, left, right, dtype):
    """Raise a one-line error unless left equals right to the dtype's accuracy."""
    tolerance = 1e-4 if dtype.itemsize == 4 else 1e-6
    error = np.abs(left - right)
    if not (error <= tolerance * np.maximum(np.abs(right), 1)).all():
        raise ValueError(
            f"TwoLayerNet: {identity} must hold, but the sides differ by up to "
            f"{error.max():.3g}; pass validate=False to skip this check"
        )
