"""The command line: parses, calls one function, prints. Nothing heavy is imported before a command runs."""
