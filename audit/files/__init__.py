"""Bytes to cells that know their place, and workbooks out. Knows nothing of what the cells mean."""
