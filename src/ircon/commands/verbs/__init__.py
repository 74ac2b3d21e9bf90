"""The verbs, one module each: ``USAGE``, ``EXAMPLES``, ``options`` and ``run``."""
