"""Chapters to blocks: Jinja over a small Markdown, shares of cases in Danish words, and what is wrong with a text."""
