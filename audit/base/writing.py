"""Files out, safely: whole or not at all, and never over an existing file unless asked to."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.base.errors import FileFault, Place


def make_folder(path: Path, *, private: bool = False) -> None:
    """Create the folder where it doesn't exist; a `private` one for its owner alone. Raises FileFault."""
    try:
        path.mkdir(mode=0o700 if private else 0o777, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise FileFault(f"{path} kan ikke være en mappe: der er en fil med det navn.") from error
    except PermissionError as error:
        raise FileFault(f"Mappen {path} kan ikke oprettes: du har ikke adgang.") from error


def must_be_free(path: Path, *, overwrite: bool) -> None:
    """Raises FileFault where a file cannot go there: a folder or a file not to `overwrite` is, or nothing holds it."""
    place = Place(file=path.name)
    if path.is_dir():
        raise FileFault("Der er allerede en mappe med det navn.", place=place, remedy="Vælg et andet navn.")
    if path.exists() and not overwrite:
        remedy = "Brug --overwrite for at erstatte den, eller vælg et andet navn."
        raise FileFault("Filen findes allerede og er ikke ændret.", place=place, remedy=remedy)
    if not path.parent.is_dir():
        raise FileFault(f"Mappen {path.parent} findes ikke.", place=place, remedy="Opret den, eller vælg en anden.")


@contextmanager
def replacing(path: Path, *, overwrite: bool, private: bool = False) -> Iterator[Path]:
    """A temporary path beside `path` to write to; it becomes `path` when the block ends well, else it is removed.

    A `private` file is one that its owner alone can read. Raises FileFault if the file exists and `overwrite` is false,
    and where it cannot be written.
    """
    must_be_free(path, overwrite=overwrite)
    temporary = path.with_name(f".{path.stem}-{secrets.token_hex(4)}{path.suffix}")
    try:
        if private:
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield temporary
        temporary.replace(path)
    except OSError as error:
        fault = _write_fault(Place(file=path.name), error)
        if fault is None:
            raise
        raise fault from error
    finally:
        temporary.unlink(missing_ok=True)


def _write_fault(place: Place, error: OSError) -> FileFault | None:
    if isinstance(error, PermissionError):
        return FileFault(
            "Filen kan ikke skrives. Den er åben i et andet program, eller du har ikke adgang til mappen.",
            place=place,
            remedy="Luk den i andre programmer (f.eks. Excel), og prøv igen.",
        )
    if error.errno in (errno.ENOSPC, errno.EROFS):
        return FileFault("Der er ikke plads på disken, eller den kan kun læses.", place=place, remedy="Vælg en anden.")
    return None
