"""What of a program is kept, and what becomes a statement."""

from symbp.schedule.fusion import Level, Nest, Step, like
from symbp.schedule.habits import Habits
from symbp.schedule.loops import source
from symbp.schedule.passes import Pass
from symbp.schedule.schedule import Schedule, scheduled

__all__ = ["Habits", "Level", "Nest", "Pass", "Schedule", "Step", "like", "scheduled", "source"]
