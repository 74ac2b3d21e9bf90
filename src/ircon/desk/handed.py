"""What the desk hands out that a room below it defines.

The console and the commands name these types from here: they know the desk, and
nothing under it.
"""

from ircon.journal.cache import Summary
from ircon.journal.operation import Operation
from ircon.pages.protocol import POSTMORTEM

__all__ = ["POSTMORTEM", "Operation", "Summary"]
