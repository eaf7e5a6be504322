"""Plain text: the array program itself, for a look at what the targets are given."""

from symbp.ops import MEASURED
from symbp.schedule import Habits
from symbp.targets.target import Target
from symbp.targets.text.module import text_module

__all__ = ["TEXT"]

TEXT = Target(
    "text",
    lower=lambda program: program,
    costs=MEASURED,
    habits=Habits((), (), (), (), (), {}, most=1),
    module=text_module,
    runs=False,
)
