"""Tables to the screen and to files for people (xlsx, md, html) and programs (csv, json). No filter or base is lost
on the way.
"""
