"""The scoring workbook: the form's conditions and rules as Excel formulas, marks and sheets. Knows no database."""
