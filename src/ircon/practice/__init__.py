"""A status page of one's own on loopback: for the demo, for drills, for tests.

It speaks the part of the Statuspage manage API v1 that ircon uses, serves the public v2 JSON, the
history feed and an HTML page, and lists the mails it would have sent. It is independent of the rest
of ircon: it imports no other room, keeps an SQLite file of its own and runs as a child process.

From the outside in::

    __main__    the flags of ``python -m ircon.practice``
    server      the socket, the signals, the ready line
    routes      which path is answered by what
    access      host name and body size; token and rate limit of /v1
    calls       a request as plain values (request_bodies, request_fields);
                every /v1 call is one transaction
    manage_api  the table of /v1 calls
    public_api  the public JSON;  history_feeds: history.json and the Atom feed
    browser_views  the HTML pages
    incident_reads, incident_writes, component_table, postmortems, incident_templates
    page        identity, subscribers and their emails;  seed: past incidents
    database    the SQLite file
"""
