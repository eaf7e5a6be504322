"""What the judges say of the emitted code."""

from __future__ import annotations

from symbp.report.document import Paragraph, Section, Table, Verdict
from symbp.report.subject import Subject
from symbp.report.texts import Texts

__all__ = ["verdicts"]

BAD = "failed"


def verdicts(report: Subject, texts: Texts) -> Section:
    """The section with the table of verdicts."""
    head = tuple(texts.text(f"verdicts.{key}") for key in ("judge", "verdict", "shown"))
    rows = tuple(
        (
            (texts.text(f"verdicts.{item.judge}"),),
            (_verdict(item.verdict, texts),),
            (item.detail,),
        )
        for item in report.judged
    )
    lead = Paragraph(texts.say("verdicts.lead"))
    table = Table(texts.text("verdicts.caption"), head, rows)
    return Section("verdicts", texts.text("verdicts.title"), (lead, table))


def _verdict(verdict: str, texts: Texts) -> Verdict:
    return Verdict(texts.text(f"verdicts.{verdict.replace(' ', '_')}"), verdict != BAD)
