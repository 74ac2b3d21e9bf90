"""The journal: keeps events, the outbox and drafts, and says "saved" only when they are.

The only room that knows sqlite3 (practice, a stranger to the rest, has a file of its own)::

    store           what the rest of ircon uses: append, move, save
    reader          the queries of it
    operation       a row of the outbox
    identity        which incident a short id means in this journal
    recording       one incident as a TOML file that people exchange
    cache           derived data for lists and search: rebuilt at any doubt, no rule reads it
    cache_database  its file, tables and full-text index

    storage/file             journal.db with all that keeps it safe
    storage/opening          opens it: checks, restores, migrates, backs up
    storage/connection       the one place that opens and commits
    storage/schema           the tables of each version
    storage/migrations       the way from one version to the next, in one transaction
    storage/rows             events and operations as rows, with their checksums
    storage/statements       the SQL that keeps and finds them
    storage/journal_folder   names of the files, who may write there, who holds the lock
    storage/sqlite_errors    what SQLite refuses, as errors of ircon

    storage/spool            events that SQLite refused, kept until it takes them
    storage/reserve_file     disk space to give up when the disk is full
    storage/backups          a copy a day
    storage/recovery         a lost or damaged file made anew from what is left
    storage/salvage          the rows of a damaged file that are sound
    storage/outbox_recovery  operations whose outcome is unknown after a recovery
    storage/data_loss        what is missing after a recovery
"""
