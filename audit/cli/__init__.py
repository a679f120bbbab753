"""The command line: parses, calls one function, prints. Nothing heavy is imported before a command runs."""

from audit.cli import reports, scoring, exchange, following, definitions  # noqa: I001 - the order of the commands in the help
from audit.cli.app import app

__all__ = ["app", "definitions", "exchange", "following", "reports", "scoring"]
