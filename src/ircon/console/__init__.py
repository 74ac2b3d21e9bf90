"""The console: a Textual app over the desk. The only room that knows textual.

``acts`` says what a person can do and with which keys, and imports no textual:
the command line prints from it. ``run.run_console`` starts the app.
"""
