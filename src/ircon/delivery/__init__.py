"""Takes queued updates to a page: each is visible there once, or said not to be.

The states and the moves between them are a table (``machine``), what is sent is
frozen when a person confirms it (``content``), and whether it arrived is decided
by comparing what the page had before with what it has after (``matching``).
"""
