"""The desk: what a responder does. The console and the commands call nothing below it.

``factory.open_desk`` opens a ``Desk``; its parts are named after what people do:
``records`` (incidents, metrics), ``respond`` (declare, note, assign), ``publish`` (update,
resolve, take back), ``outbox`` (pending updates), ``saved_drafts``, ``deadlines``,
``review`` (postmortem, export), ``archive`` (import, replay), ``merging``, ``checking``,
``page_data`` (components, templates) and ``setup`` (init, doctor).
"""
