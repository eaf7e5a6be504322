"""What of a program is kept, and what becomes a statement."""

from symbp.schedule.schedule import Schedule, scheduled

__all__ = ["Schedule", "scheduled"]
