"""The independent judges of what was emitted: nothing of calculus or program is used here."""

from symbp.check.judge import JUDGES, check_layer
from symbp.check.oracle import Oracle
from symbp.check.result import CheckResult, LayerReport, Verdict

__all__ = ["JUDGES", "CheckResult", "LayerReport", "Oracle", "Verdict", "check_layer"]
