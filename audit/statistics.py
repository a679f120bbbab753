"""Intervals for a share of a sample, for use from outside: they are `audit.tables.intervals`."""

from audit.tables.intervals import clopper_pearson, wilson

__all__ = ["clopper_pearson", "wilson"]
