"""Counting: a declared spec and cases in, a table as a frozen value out; intervals for a share. Knows no format."""
