"""What the judges say: frozen values, ready to be put in a table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["CheckResult", "LayerReport", "Verdict"]


class Verdict(Enum):
    """The outcome of one judge.

    `EVIDENCE` is a pass that rests on numbers where the judge aims at a proof.
    """

    PASSED = "passed"
    FAILED = "failed"
    EVIDENCE = "evidence"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True)
class CheckResult:
    """What one judge found about one layer.

    Args:
        layer: the layer's name.
        judge: "oracle", "gradient", "certificate", "extremes", "jvp" or "hvp".
        verdict: the outcome.
        detail: one line with the figures, or what went wrong and where.
    """

    layer: str
    judge: str
    verdict: Verdict
    detail: str

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the layer."""
        return self.verdict is not Verdict.FAILED

    def __str__(self) -> str:
        return f"{self.layer}, {self.judge}: {self.verdict.value}: {self.detail}"


@dataclass(frozen=True)
class LayerReport:
    """What all judges found about one layer, in the order in which they ran."""

    layer: str
    results: tuple[CheckResult, ...]

    @property
    def ok(self) -> bool:
        """Whether no judge rejects the layer."""
        return all(result.ok for result in self.results)

    def __str__(self) -> str:
        return "\n".join(str(result) for result in self.results)
