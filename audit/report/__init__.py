"""Report plans, and the documents and files that are made of a study by them."""
