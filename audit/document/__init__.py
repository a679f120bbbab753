"""A report as a value: blocks with numbers and references resolved, figures, forms. Knows what is said and not how
it looks.
"""
