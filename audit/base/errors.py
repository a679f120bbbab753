"""What can go wrong for a user: places, faults, and the one exception family that the edges print.

Everything that a user can cause ends in an `AuditError` (exit code, message, remedy) or in a list of faults.
Any other exception is a bug.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Place:
    """Where something stands, as the user's own program names it.

    `row` counts from 1 as a spreadsheet or an editor does; `cell` is a reference such as ``K7`` or ``K7:N7`` (several
    are joined by comma and space); `column` is the name of a variable or what the header says.
    """

    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    row: int | None = None
    column: str | None = None
    case: str | None = None
    questions: tuple[str, ...] = ()

    @property
    def cells(self) -> str:
        """``celle K7``, ``celler K7, M7``, ``celler K7:N7``; the empty string where there is no cell."""
        if not self.cell:
            return ""
        return f"{'celler' if {',', ':'} & {*self.cell} else 'celle'} {self.cell}"

    def __str__(self) -> str:
        """The place in Danish, as the contracts write it."""
        about = f" ({', '.join(self.questions)})" if self.questions else ""
        parts: list[str] = []
        if self.file:
            parts.append(self.file)
        if self.sheet:
            parts.append(f"ark {self.sheet}")
        if self.cell:
            parts.append(f"{self.cells}{about}")
        elif self.file and self.row is not None:
            parts.append(f"linje {self.row}")
            if self.column:
                parts.append(f"kolonne {self.column}")
        if not self.file and self.case:
            parts.append(f"sag {self.case}")
            if self.questions:
                parts.append(f"spørgsmål {', '.join(self.questions)}")
        return ", ".join(parts)


@dataclass(frozen=True, order=True)
class Fault:
    """One fault in a file that a person writes (schema, plan, study): line and column count from 1."""

    file: str
    line: int
    column: int
    message: str
    code: str = field(compare=False)
    #: Other lines that the fault depends on, such as where a name is defined.
    see: tuple[int, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        """``fil.yaml, linje 7, tegn 3: …`` (the form that editors and people both can follow)."""
        also = f" (se linje {', '.join(str(line) for line in self.see)})" if self.see else ""
        return f"{self.file}, linje {self.line}, tegn {self.column}: {self.message}{also}"


class AuditError(Exception):
    """A clear error for the user: a sentence in Danish, optionally a place and a remedy.

    `exit_code` is 2 (wrong use, or a file that cannot be opened) unless a subclass says otherwise.
    """

    exit_code = 2

    def __init__(self, message: str, *, place: Place | None = None, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        """Place, message and remedy on one or two lines."""
        head = f"{self.place}: {self.message}" if self.place and str(self.place) else self.message
        return f"{head}\n{self.remedy}" if self.remedy else head


class FileFault(AuditError):
    """A file that cannot be opened, read or written."""


class UsageFault(AuditError):
    """A wrong use: an option, a name or a combination that makes no sense."""


class DataFault(AuditError):
    """The data has at least one `fejl`, and the work asked for needs data without."""

    exit_code = 1


class DefinitionFault(AuditError):
    """A schema, plan or study file with faults; `faults` holds all of them in order of line."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
