"""The words against the record: what is said is compared with what is known.

``subject`` is what is looked at: the texts of an incident and its record;
``prose`` and ``clocks`` read texts; each rule is one function in ``rules/``, and
one line in ``catalogue``. A rule does no I/O and knows no screen.
"""
