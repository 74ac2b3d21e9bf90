"""Incidents: their events, and everything that is computed from them.

Pure: standard library only, no I/O, and no clock of its own. An incident is a
journal of events (``event``); its state at any time is the fold of its events
up to then (``fold``); metrics are computed from that state (``metrics``).
"""
