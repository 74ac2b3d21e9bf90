"""Acronyms: those a text uses, those it spells out, and those every reader knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from ircon.incident.time_input import ABBREVIATIONS
from ircon.text.phrases import PhraseMatch, find_matches, find_phrases
from ircon.text.prose import Span

_SHORT: Final = re.compile(r"(?<![\w/.@#$-])[A-Z][A-Z0-9]{1,5}(?=s?(?![\w/@-]|\.\w))")
_SHOUTED: Final = re.compile(r"(?<![\w-])[A-Z]{2,}(?:[ \t]+[A-Z]{2,}){2,}(?![\w-])")

_IN_BRACKETS: Final = re.compile(r"(?<=[a-z]{2})[ \t]{1,3}\([\"“]?([A-Z][A-Z0-9 ]{1,20})s?[\"”]?\)")
_BEFORE_BRACKETS: Final = re.compile(
    r"(?<![\w-])([A-Z][A-Z0-9]{1,5})s?[ \t]{1,3}\([\"“]?[A-Za-z]{3,}"
)

# Other ways to explain one: "KIAM - a service that ...", "SLR, the share of ...", and at the
# start of a line or a note "IaC: Infrastructure as Code", "RPS = requests per second".
_EXPLAINED: Final = re.compile(
    r"(?<![\w-])([A-Z][A-Z0-9]{1,5})(?:s? ?[-–—] ?|s?, )(?:an?|the|our|which|where|that is|short)\b"
    r"|(?<![\w-])([A-Z][A-Z0-9]{1,5}) (?:is|are|stands for|means|was) (?:an?|the|our|short)\b"
    r"|^[\W\d]*([A-Z][A-Z0-9]{1,5})(?: [a-z]+)? ?[:=] ?[\"“]?[A-Za-z][a-z]{2,}[ ,]",
    re.MULTILINE,
)

# What customers of a software service know, or need not know to understand the sentence.
COMMON_ACRONYMS: Final = frozenset(
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
        *("VA", "WA", "NJ", "OH", "UPDATE", "FATAL", "ERROR", "WARN", "WARNING", "INFO", "DEBUG"),
        # quarters, halves of the year, statements of databases, and what stands for a value
        *("Q1", "Q2", "Q3", "Q4", "H1", "H2", "S3", "EC2", "K8S"),
        *(
            "SELECT",
            "INSERT",
            "DROP",
            "ALTER",
            "JOIN",
            "CRUD",
            "K8",
            "NGINX",
            "XXX",
            "YYY",
            "ZZZ",
            "TBD",
            "TBA",
        ),
        *("GET", "POST", "PUT", "HEAD", "PATCH", "DELETE", "ET", "CT", "MT", "PT", "BST"),
        *("Q1", "Q2", "Q3", "Q4", "H1", "H2", "TL", "DR", "TLDR", "NB", "PS", "TBD", "TBA", "AKA"),
        *(
            "MESZ",
            "MEZ",
            "SEV0",
            "SEV1",
            "SEV2",
            "SEV3",
            "SEV4",
            "SEV5",
        ),
        *("OF", "IN", "ON", "AT", "TO", "BY", "IF", "IS", "IT", "DO", "WE", "US", "BE"),
        *("NEVER", "ALWAYS", "EVERY", "BOTH", "VERY", "USE", "STOP", "DONE", "OPEN", "CLOSED"),
        *("SRE", "DDOS", "CRUD", "IAM", "VPC", "EC2", "S3", "RDS", "EKS", "AKS", "GKE", "NGINX"),
        *("INSERT", "SELECT", "CREATE", "DROP", "ALTER", "TABLE", "INDEX", "NULL", "TRUE", "FALSE"),
        *("AC", "DC", "UPS", "GPS", "NFC", "RFID", "WWW", "FTE", "KPI", "OKR", "CSS", "JS", "PHP"),
        *("MS", "GHZ", "MHZ", "KWH", "MW", "KW", "DE", "FR", "IE", "NL", "ES", "CH", "AU", "NZ"),
        *(
            "BBC",
            "NASA",
            "PIN",
            "ATM",
            "POS",
            "IBAN",
            "SEPA",
            "DVD",
            "CD",
            "LED",
            "LTE",
            "4G",
            "5G",
        ),
        *("K8S", "IOPS", "TTL", "GMBH", "LLC", "LTD", "INC", "AG", "BV", "CET", "CEST", "VIP"),
        *ABBREVIATIONS,
    }
)
# US states, by their postal codes: "a data centre in Ashburn, VA".
_STATES: Final = frozenset(
    {
        "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA",
        "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ",
        "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT",
        "VA", "WA", "WV", "WI", "WY", "DC",
    }
)  # fmt: skip
_YEARLY: Final = re.compile(r"(?:FY|CY|SEV|P|Q|H|W|KW|CW|V)\d{1,4}")
_SMALL_WORDS: Final = frozenset(
    {
        "of", "the", "and", "for", "in", "to", "a", "an", "on", "with", "by", "de", "du", "der",
        "la",
    }
)  # fmt: skip
_NAMED_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'’]*")
_NEAR_WORDS: Final = 120  # characters around a short form that may spell it out


def acronyms(text: str) -> list[Span]:
    """Return the acronyms in a text's prose, each at its first place."""
    first: dict[str, Span] = {}
    for match in find_phrases(_SHORT, text):
        if match.group() not in first and not (
            _is_shouted(match) or _is_everyday(match) or _is_spelled_out(match)
        ):
            first[match.group()] = Span(match.group(), *match.span())
    return list(first.values())


def _is_everyday(acronym: PhraseMatch) -> bool:
    """Whether it is a quarter, a year, a severity, or a state behind a place."""
    name = acronym.group()
    before = acronym.within.text[: acronym.match.start()]
    return _YEARLY.fullmatch(name) is not None or (
        name in _STATES and before.endswith(", ") and before[-3:-2].isalpha()
    )


def _is_spelled_out(acronym: PhraseMatch) -> bool:
    """Whether words beside it begin with its letters, in front or behind."""
    letters = "".join(char for char in acronym.group().lower() if char.isalpha())
    if len(letters) < 2:
        return False
    start, end = acronym.match.span()
    text = acronym.within.text
    return any(
        _has_initials(letters, piece)
        for piece in (text[max(0, start - _NEAR_WORDS) : start], text[end : end + _NEAR_WORDS])
    )


@lru_cache(maxsize=4096)
def _has_initials(letters: str, piece: str) -> bool:
    initials = "".join(
        word[0].lower() for word in _NAMED_WORD.findall(piece) if word.lower() not in _SMALL_WORDS
    )
    return len(letters) > 2 and letters in initials


def _is_shouted(acronym: PhraseMatch) -> bool:
    """Whether a match is one of several words in a row that are all in capitals."""
    return any(
        shouted.start() <= acronym.match.start() < shouted.end()
        for shouted in find_matches(_SHOUTED, acronym.within.text)
    )


def explained_acronyms(text: str) -> frozenset[str]:
    """Return the acronyms a text spells out: ``single sign-on (SSO)``, ``SSO (single ...)``."""
    groups = [match.group(1) for match in find_phrases(_IN_BRACKETS, text)]
    groups += [match.group(1) for match in find_phrases(_BEFORE_BRACKETS, text)]
    groups += [short for match in _EXPLAINED.finditer(text) for short in match.groups() if short]
    return frozenset(acronym for group in groups for acronym in group.split())


def acronyms_of_names(names: Iterable[str]) -> frozenset[str]:
    """Return the acronyms that are part of a known name: ``AKS`` of ``AKS clusters``."""
    return frozenset().union(*map(_of_name, names))


@lru_cache(maxsize=16_384)  # a page's names are looked through after every key
def _of_name(name: str) -> frozenset[str]:
    return frozenset(acronym.text for acronym in acronyms(name))
