"""What a responder does. The console and the commands call nothing else.

``opening.open_desk`` gives a ``Desk``; its parts are named after what people do:
``records`` (look), ``respond`` (declare, note, assign), ``publish`` (update,
resolve, take back), ``outbox`` (what waits), ``review`` (postmortem, export), ``archive`` (import,
replay), ``catalogue`` (components, templates) and ``setup`` (init, doctor).
"""
