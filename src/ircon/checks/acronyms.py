"""Short forms: which ones a text uses, and which of them its readers were told or know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from ircon.checks.prose import Span, masked
from ircon.incident.when import ABBREVIATIONS

_SHORT: Final = re.compile(r"(?<![\w/.@#$-])[A-Z][A-Z0-9]{1,5}(?=s?(?![\w/@-]|\.\w))")
_SHOUTED: Final = re.compile(r"(?<![\w-])[A-Z]{2,}(?:[ \t]+[A-Z]{2,}){2,}(?![\w-])")

# What customers of a software service know, or need not know to understand the sentence.
KNOWN: Final = frozenset(
    {
        *("API", "SDK", "CLI", "UI", "UX", "GUI", "IDE", "URL", "URI", "ID", "UUID", "PIN", "QR"),
        *("HTTP", "HTTPS", "REST", "DNS", "IP", "TCP", "UDP", "SSL", "TLS", "SSH", "VPN", "CDN"),
        *("SSO", "SAML", "OIDC", "SCIM", "LDAP", "MFA", "OTP", "TOTP", "SMS", "SMTP", "IMAP"),
        *("FTP", "SFTP", "CPU", "GPU", "RAM", "SSD", "VM", "OS", "DB", "SQL", "AWS", "GCP", "AI"),
        *("ML", "LLM", "PDF", "CSV", "JSON", "XML", "YAML", "HTML", "CSS", "ZIP", "PNG", "JPEG"),
        *("CI", "CD", "PR", "QA", "IT", "HR", "CRM", "ERP", "CEO", "CTO", "FAQ", "SLA", "SLO"),
        *("RCA", "ETA", "EU", "US", "USA", "UK", "EMEA", "APAC", "NA", "OK", "AM", "PM", "TV"),
        *("PC", "IOS", "USB", "WIFI", "LAN", "WAN", "GDPR", "PCI", "DSS", "ISO", "IPV4", "IPV6"),
        *("II", "III", "IV", "VI", "VII", "NOT", "ALL", "NO", "AND", "OR", "TODO", "FYI", "ASAP"),
        *("EOB", "EOD", "COB", "VAT", "USD", "EUR", "GBP", "KB", "MB", "GB", "TB", "MFA", "SEV"),
        *("NOTE", "NEW", "OLD", "NOW", "ONLY", "ANY", "MUST", "GPT", "VS", "CA", "NY", "OR", "TX"),
        *("VA", "WA", "NJ", "OH", "UPDATE"),
        *("GET", "POST", "PUT", "HEAD", "PATCH", "DELETE", "ET", "CT", "MT", "PT", "BST"),
        *ABBREVIATIONS,
    }
)


def short_forms(text: str) -> list[Span]:
    """The short forms in a text's prose, each where it stands first."""
    plain = masked(text)
    shouted = {place for found in _SHOUTED.finditer(plain) for place in range(*found.span())}
    first: dict[str, Span] = {}
    for found in _SHORT.finditer(plain):
        if found.start() not in shouted:
            first.setdefault(found.group(), Span(found.group(), *found.span()))
    return list(first.values())


@lru_cache(maxsize=256)
def explained(text: str) -> frozenset[str]:
    """The short forms that a text spells out: ``single sign-on (SSO)``, ``SSO (single ...)``."""
    plain = masked(text)
    told = re.findall(r"[a-z]{2}[ \t]{1,3}\([\"“]?([A-Z][A-Z0-9 ]{1,20})s?[\"”]?\)", plain)
    told = [short for together in told for short in together.split()]
    told += re.findall(r"(?<![\w-])([A-Z][A-Z0-9]{1,5})s?[ \t]{1,3}\([\"“]?[A-Za-z]{3,}", plain)
    return frozenset(told)


def of_names(names: Iterable[str]) -> frozenset[str]:
    """The short forms that are part of a known name: ``AKS`` of ``AKS clusters``."""
    return frozenset(short.text for name in names for short in short_forms(name))
