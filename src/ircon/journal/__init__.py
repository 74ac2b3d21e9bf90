"""The journal: keeps events, the outbox and drafts, and says "saved" only when they are.

The only room that knows sqlite3 (practice, a stranger to the rest, has a file of its own)::

    store        what the rest of ircon uses: append, move, save
    reading      ... and what it may ask
    operation    a row of the outbox
    recording    one incident as a TOML file that people exchange
    cache        derived data for lists and search: rebuilt at any doubt, no rule reads it
    cache_file   ... its tables, and what may go wrong with them
    search       ... and how its words are found

    file         journal.db with all that keeps it safe
    opening      looks whether it is whole, and sees to what it needs
    connection   the one place that opens it, and the one that commits to it
    schema       its tables, and how they grow
    migration    ... in one transaction
    rows         events and operations as rows, with their checksums
    statements   ... and the SQL that keeps and finds them
    identity     which incident a short id means in this journal
    first_version  ... and journals that knew nothing else
    place        where its files may be, and their names
    refusals     what SQLite refuses, in our words
    locks        who holds it
    mounts       whether it is where it should not be

    spill        what SQLite refused, kept until it takes it
    ballast      room for a last word on a full disk
    backups      a copy a day
    recovery     a file that was lost or damaged, made anew from what is left
    salvage      ... the rows that are sound
    orphans      ... the operations whose fate is not sure any more
    loss         ... and what is missing
"""
