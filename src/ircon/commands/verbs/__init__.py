"""The verbs: functions under ``@command``, those of one kind in one module."""
