"""What is asked: conditions, the model with its typed list of variables, and the YAML file that it comes from. Knows
no case.
"""
