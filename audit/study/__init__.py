"""A study open: study.yaml, the cases and examples of its folder, its session of scoring, its tables."""
