"""What a report says: from a `Report` to a `Document`, one file a section."""

from symbp.report.story.document import document_of
from symbp.report.story.graph import picture_of

__all__ = ["document_of", "picture_of"]
