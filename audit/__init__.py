"""praksisaudit: audits of whether a sample of welfare decisions follows law and practice.

`audit.open` opens a study or a data file as a pandas user expects it (`audit.api`); `audit.statistics` has intervals.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audit import statistics as statistics
    from audit.api import DataWarning as DataWarning
    from audit.api import OpenStudy as OpenStudy
    from audit.api import StudyTable as StudyTable
    from audit.api import open as open

__version__ = "0.2.0"
__all__ = ["DataWarning", "OpenStudy", "StudyTable", "open", "statistics"]


def __getattr__(name: str) -> Any:
    """The public names, imported when they are used: a command must not wait for what it does not need."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("audit.statistics") if name == "statistics" else getattr(import_module("audit.api"), name)
