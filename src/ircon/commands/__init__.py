"""The command line: one module a verb, no logic of its own.

::

    main      the entry point: errors and interrupts become exit codes
    table     every verb: its module, one line about it, the common options it takes
    parsing   argv into a verb, its options and its words
    words     ... and words into an incident's id and the rest
    context   what a verb is handed: the desk, the moment, the way out
    output    standard output and standard error, for people and as JSON
    streams   ... and input, whatever the shell has made of them
    keeping   words of a refused command are kept
    drafts    ... and listed with the line that takes them up
    posting   what declare, update, resolve and 'postmortem publish' share
    verbs/    the verbs: ``options(parser)`` and ``run(line, context) -> exit code``

A verb's module is imported when that verb is used, and imports what it needs in
``run``: 'ircon note' must be fast enough for a shell prompt.
"""
