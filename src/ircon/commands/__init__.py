"""The command line: one function a verb, no logic of its own.

::

    main              the entry point: errors and interrupts become exit codes
    table             every verb: its function, one line about it, its flags
    arguments         the declaration of a verb, its line, its positional words
    parsing           argv into a declaration and a line
    context           what a verb is run with: the desk, the time, the output
    output            standard output and standard error, for people and as JSON
    streams           standard streams that are closed, full or of an odd encoding
    draft_guard       the text of a refused command is saved as a draft
    draft_lines       drafts in 'ircon outbox', each with the command that posts it
    finding_lines     findings as text and as JSON
    update_arguments  options of posting verbs, and the draft that they describe
    posting           posting, as declare, update, resolve and postmortem share it
    posting_preview   target and components of a post, before it is sent
    posting_outcome   outcome of a post, and the next step
    terminal_recorder a command run in this terminal, its last lines recorded
    verbs/            the verbs: ``@command`` functions, ``(line, context) -> exit code``

A verb's module is imported when that verb is used, and imports what it needs when it
runs: 'ircon note' must be fast enough for a shell prompt.
"""
