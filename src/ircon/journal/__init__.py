"""The journal: keeps events, the outbox and drafts, and says "saved" only when they are.

The only room that knows sqlite3 (practice, a stranger to the rest, has a file of its own)::

    store        what the rest of ircon uses: append, move, read
    connection   the one place that opens journal.db, and the one that commits to it
    schema       its tables, and how they grow
    place        where its files may be
    rows         events and operations as rows, with their checksums
    operation    a row of the outbox
    cache        derived data for lists and search: rebuilt at any doubt, no rule reads it
    cache_file   ... its tables, and what may go wrong with them
    search       ... and how its words are found
    recording    one incident as a TOML file that people exchange
"""
