"""Why a rewrite for stability leaves the value as it was: proofs as data.

Taking exp(m) out of a sum of exponentials is proved with m a free symbol: the derivative by m
is 0, hence the value is the same for every m, and for m = 0 it is the sum. The rest are
identities. `symbp.calculus.proving` works them out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TypeVar

from sympy import Basic, Expr, Symbol

from symbp.calculus.indices import canonical, rename
from symbp.notation.expression import Index

__all__ = ["FreeShift", "Guard", "Identity", "Proof", "tidied"]


@dataclass(frozen=True)
class FreeShift:
    """exp(m) taken out of a sum of exponentials, for every m; then m is the largest exponent.

    Args:
        total: the sum as it was.
        m: the symbol, free.
        shifted: `exp(m)` times the sum with m subtracted from every exponent; for m = 0 this is
            the total.
        derivative: its derivative by m as it comes out, before it is simplified: it is 0.
        value: the largest exponent, which m then becomes.
        after: the total with that value put in, as it is computed.
        decided: whether SymPy decided that `after` is that, too, whichever exponent is the
            largest; if not, numbers of 50 digits at random places say so.
    """

    total: Expr
    m: Symbol
    shifted: Expr
    derivative: Expr
    value: Expr
    after: Expr
    decided: bool = True


@dataclass(frozen=True)
class Identity:
    """Two expressions that are equal wherever both are defined.

    Args:
        kind: the name of the identity:

            - `choice`: `f(where(c, a, b))` is `where(c, f(a), f(b))`;
            - `complement`: `1 - erf(u)` is erfc(u), and a quotient's complement is one, too;
            - `tail`: `exp(u**2)*erfc(u)` is erfcx(u), and the normal distribution has a logarithm;
            - `counted`: what a coefficient of 0 belongs to has the exponent -inf;
            - `definition`: in a logarithm an entry's own equation is put in;
            - `quotient`: a logarithm's argument is brought over one denominator;
            - `logarithm`: the logarithm of a product of powers is a sum of logarithms;
            - `hyperbolic`: `cosh` and `sinh` by exponentials;
            - `tanh`: a quotient of exponentials, or of `sinh` and `cosh`, as that function;
            - `tanh of logarithm`: `tanh(log(s)) = (s**2 - 1)/(s**2 + 1)`;
            - `exponent`: the powers of `exp(m)` that a product is left with, m put in;
            - `mask`: `where(c, 1, 0)*f = where(c, f, 0)`.
        before: the one.
        after: the other.
        decided: whether SymPy decided it; if not, numbers of 50 digits at random places say so,
            which is evidence and no proof.
    """

    kind: str
    before: Expr
    after: Expr
    decided: bool = True


@dataclass(frozen=True)
class Guard:
    """A function's argument, kept to what it can be where the branch is taken.

    Args:
        condition: what holds in the branch; `after` is `before` wherever it does.
        before: the argument as it was.
        after: the argument as it is computed.
    """

    condition: Basic
    before: Expr
    after: Expr


Proof = FreeShift | Identity | Guard
P = TypeVar("P", FreeShift, Identity, Guard)


def tidied(proof: P) -> P:
    """A proof whose free indices, which stand for any place, have names without primes."""
    parts = {
        field.name: getattr(proof, field.name)
        for field in fields(proof)
        if isinstance(getattr(proof, field.name), Basic)
    }
    free = {symbol for part in parts.values() for symbol in part.free_symbols}
    names = {symbol.name for symbol in free}
    mapping = {}
    for index in sorted((symbol for symbol in free if isinstance(symbol, Index)), key=str):
        if index.name.endswith(("'", "_")) and index.space not in names:
            names.add(index.space)
            mapping[index] = Index(index.space)
    return replace(
        proof, **{name: canonical(rename(part, mapping)) for name, part in parts.items()}
    )
