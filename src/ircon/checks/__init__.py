"""Checks of the texts against the record: findings, each with its place and often a fix.

``subject`` holds what is checked; each rule is one function in a module of ``rules/``, and
``catalogue`` finds and runs them. A rule does no I/O and knows no screen.
"""
