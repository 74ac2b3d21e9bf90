"""Delivery of queued updates to a page: each is public exactly once, or known not to be.

The states and the moves between them are a table (``states``), what is sent is frozen when
a person confirms it (``payload``), and whether a write arrived is decided by comparing the
page before and after it (``matching``).
"""
