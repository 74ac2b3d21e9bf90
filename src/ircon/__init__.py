"""ircon: a terminal incident-response console.

The rooms and the arrows between them are described in docs/architecture.md.
Nothing here or below does work when it is imported.
"""

__version__ = "0.1.0"
