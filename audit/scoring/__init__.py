"""Cases while they are scored: the chained log, its database, and what follows from a change of answers. Knows no
folder or file.
"""
