"""One module a screen, its styles beside it, imported when it is first shown."""
