"""The mentor scheme's law as dated data: rules, parameters, target groups and findings.

Nothing here knows Django, a database or the clock; the date is always given.
"""
