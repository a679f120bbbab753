"""Where the program starts: runs the command line and turns every user's fault into a message and an exit code."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence

#: What a shell expects of a program that was stopped by Ctrl-C.
_INTERRUPTED = 130
#: How many objects Python may make before it looks for garbage in circles. A command makes many and leaves little; at
#: Python's own 700 up to a tenth of a report's time would go with looking.
_NEW_OBJECTS = 100_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns 0 when done, 1 when the data has a *fejl*, 2 for wrong use or an unusable file."""
    from typer import Exit
    from typer.main import get_command

    from audit.base.errors import AuditError
    from audit.cli.app import app
    from audit.cli.danish_help import UsageError, usage_message

    _utf8()
    gc.set_threshold(_NEW_OBJECTS)
    try:
        command = get_command(app)
        with command.make_context("audit", list(sys.argv[1:] if arguments is None else arguments)) as context:
            command.invoke(context)
        print(end="", flush=True)  # noqa: T201 - a broken pipe is told here, not when Python ends
    except Exit as end:
        return end.exit_code
    except AuditError as error:
        return _fail(str(error), error.exit_code)
    except UsageError as error:
        return _fail(usage_message(error), AuditError.exit_code)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(_unusable(error), AuditError.exit_code)
    return 0


def _utf8() -> None:
    """Write UTF-8 wherever the output goes: a Windows console or pipe has a code page that lacks much.

    A file name that is no text at all is shown with ``\\x…`` where it cannot be written.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _unusable(error: OSError) -> str:
    """What the system refused, with its own short name for why (its sentence is in the machine's language)."""
    name = f'"{error.filename}"' if error.filename else "En fil"
    return f"{name} kan ikke læses eller skrives ({errno.errorcode.get(error.errno or 0, 'fejl')})."


def _fail(message: str, code: int) -> int:
    from audit.base import cpr

    print(cpr.blot(message), file=sys.stderr)  # noqa: T201
    return code


if __name__ == "__main__":
    sys.exit(main())
