"""What any module may use: faults with a place, Danish numbers and dates, CPR numbers found, YAML with positions,
safe writing.
"""
