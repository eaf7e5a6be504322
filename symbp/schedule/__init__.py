"""What of a program is kept, and what becomes a statement."""

from symbp.schedule.habits import Habits
from symbp.schedule.passes import Pass
from symbp.schedule.schedule import Schedule, scheduled

__all__ = ["Habits", "Pass", "Schedule", "scheduled"]
