"""Plain values that law, money and people share: periods, money, numbers of persons and firms.

Nothing here knows Django, a database or the clock.
"""
