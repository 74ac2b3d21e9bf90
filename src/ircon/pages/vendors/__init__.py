"""Adapters of status pages: one module a vendor."""
