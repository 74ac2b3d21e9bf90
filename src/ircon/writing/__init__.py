"""The record into words: templates, postmortem drafts, exports, documents.

Everything here reads an ``Incident`` and returns text. What customers may see is
taken from ``public`` only, so that no internal word has a way into it.
"""
