"""Claims of a text: what it states that can be compared, each with its place and its subject.

A text is read once, into a ``ledger.Ledger``; a rule compares claims about the same subject.
One module for each kind of claim.
"""
