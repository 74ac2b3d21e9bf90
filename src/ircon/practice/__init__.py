"""A status page of one's own on loopback: for the demo, for drills, for tests.

It speaks the part of the Statuspage manage API v1 that ircon uses, serves the public v2 JSON, the
history feed and an HTML page, and lists the mails it would have sent. It is a stranger to the rest
of ircon: it imports no other room, keeps an SQLite file of its own and runs as a child process.

From the outside in::

    __main__    the flags of ``python -m ircon.practice``
    server      the socket, the signals, the ready line
    app         which path leads where
    gate        the token and the rate limit before /v1
    calls       a request as plain values; every /v1 call is one transaction
    manage      the table of /v1 calls
    public      the public JSON;  history: the past as files;  views: what a browser shows
    posting     incidents created and changed;  incidents: incidents read
    components, postmortems, templates, mails
    page        the page itself: identity, new content;  seed: a believable past
    store       the SQLite file
"""
