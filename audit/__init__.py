"""praksisaudit: audits of whether a sample of welfare decisions follows law and practice."""

__version__ = "0.2.0"
