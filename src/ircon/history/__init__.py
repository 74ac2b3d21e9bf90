"""Incident history from elsewhere: other people's reports, read into events.

``sources`` gathers documents from files, folders and archives; ``shapes`` finds out
which shape a document has and reads it into ``report.Report`` values; ``to_events``
turns a report into events with derived ids, so that importing it again adds nothing.
A new shape is one module and one row in ``shapes`` (docs/contributing.md).

Tolerant in what is read, exact in what is stored: the document's text and its
spelling of every time stay in the record, what could not be read is a warning
with its line, and nothing is invented. All of it is foreign text.
"""

from __future__ import annotations

from ircon.history.shapes import FORMATS, is_recording, read_reports
from ircon.history.to_events import declared_id, identity, to_events

__all__ = ["FORMATS", "declared_id", "identity", "is_recording", "read_reports", "to_events"]
