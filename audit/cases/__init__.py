"""The engine: cells to columns of codes, what is asked of each case, and what is wrong. One verdict, whatever way a
case came in.
"""
