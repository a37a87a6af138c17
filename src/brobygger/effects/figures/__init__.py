"""The arithmetic of the leader's figures: plain arrays in, plain values out. Nothing here knows Django.

``cohort`` says who is counted, ``cells`` which numbers may be shown, ``happened`` what happened to them, ``compared``
what resembles it, and ``worth`` what that costs whom.
"""
