"""Status pages: one small protocol, one adapter a vendor.

The only room that knows httpx, and only the modules that talk do: ``protocol``,
``reading``, ``outcomes``, ``budget`` and ``secret`` can be imported for nothing.
"""
