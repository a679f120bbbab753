"""A study while it is scored: the log and the database, what follows from a change, how far it is."""
