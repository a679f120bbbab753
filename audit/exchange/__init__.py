"""Files into a study and cases out of it: what is new, changed, in conflict; the wide and long forms."""
