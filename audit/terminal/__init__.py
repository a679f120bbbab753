"""Scoring in the terminal: one case as a dialogue, and the consoles that it is held on. A thin edge: the casebook
decides.
"""
