"""Status pages: one small protocol, one adapter a vendor.

The only room that knows httpx, and of its modules only ``http`` and ``public`` import it; the
adapters and all others can be imported for next to nothing::

    protocol      what an adapter is, and the values that go to and fro
    capabilities  what a vendor's API can do
    registry      finds a vendor's adapter, and opens a configured page
    vendors/      the adapters, one module a vendor
    http          one request to one origin, and its outcome
    outcomes      the table of what an answer, or none, means
    rate_limit    how many requests may be sent
    secrets       tokens, their sources and their header
    public        a page's history as everybody may read it, for import
"""
