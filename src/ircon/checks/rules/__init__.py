"""The rules by family: T clocks, U updates, P postmortem, L language.

Each module has a tuple ``RULES``; the catalogue is all of them.
"""
