"""The scoring workbook: the form's conditions and rules as formulas, marks and sheets."""
