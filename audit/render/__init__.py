"""Documents to HTML, PDF and Word: one module per format, each with a `render` that takes a resolved document and adds
no word.
"""
