"""Documents to files: one module a format, each with a `render` that takes a resolved Document."""
