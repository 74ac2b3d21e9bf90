"""What an incident is: its events, and everything that is read from them.

Pure: standard library only, no I/O, and no clock of its own. An incident is a
journal of events (``event``); its state at any moment is the fold of its events
up to it (``fold``); metrics are computed from that state (``metrics``).
"""
