"""The console: a Textual app over the desk, the only package that imports textual.

``acts`` holds the acts and their keys without textual, for the command line prints them, too.
``start.run_console`` starts the app.
"""
