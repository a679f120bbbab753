"""What any module may use: faults with a place, Danish numbers and dates, CPR numbers, YAML with positions,
JSON Schema for editors, safe writing.
"""
