"""Leaks in a public text: secrets, internal names and addresses, text of internal notes (U16).

One row a shape. The messages never repeat what was found, as they may be logged.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Final, NamedTuple

from ircon.text.prose import normalise, words

_OVERLAP: Final = 8  # words in a row shared with a note


class Leak(NamedTuple):
    """A leak at ``text[start:end]``, and its kind: ``an AWS key``."""

    kind: str
    start: int
    end: int


TICKET: Final = "a ticket"  # the one kind that another rule asks for (P10)
NOTE_TEXT: Final = "text of an internal note"
_HOST: Final = "an internal host"
_PERSON: Final = "the name of a person on the incident"
# What readers inside may read; the rest is a secret for everybody.
DETAILS: Final = frozenset(
    {TICKET, NOTE_TEXT, _HOST, _PERSON, "a private address", "an e-mail address", "a stack trace"}
)
# Secrets with a shape of their own.
_SHAPES: Final = (
    ("an AWS key", r"\b(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    ("a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{20,255}\b|\bgithub_pat_[A-Za-z0-9_]{20,255}\b"),
    ("a GitLab token", r"\bglpat-[A-Za-z0-9_-]{16,255}"),
    (
        "a Slack token",
        r"\bxox[abeoprs]-[A-Za-z0-9-]{10,255}|hooks\.slack\.com/services/[\w/]{10,255}",
    ),
    ("a JWT", r"\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{4,4000}\.[A-Za-z0-9_-]{2,2000}"),
    ("a bearer token", r"(?i:\bbearer)[ ]{1,3}(?=[^\s]{0,99}\d)[A-Za-z0-9._~+/-]{16,2000}={0,2}"),
    (
        "an API key",
        (
            r"\b(?:AIza[\w-]{35}|[rs]k_(?:live|test)_\w{16,255}|sk-[A-Za-z0-9_-]{20,255}"
            r"|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{16,255}|SG\.[\w-]{16,64}\.[\w-]{16,64}"
            r"|dop_v1_[0-9a-f]{64}|hvs\.[\w-]{20,255})"
        ),
    ),
    (
        "a password or key",
        # A value after ":" looks like none of the words that follow a colon in prose.
        (
            r"(?i:\b(?:pass(?:word|wd|phrase)|pwd|(?:client[ _-]?)?secret"
            r"|(?:api|access|private)[ _-]?key)[\"']?"
            r"(?:[ ]?=[ ]?(?=\S{4})|[ ]?:[ ]?(?=[^\s:]{0,60}\d)(?!\d{1,2}:\d\d)(?=\S{6})))"
            r"[\"']?[^\s\"',;]{4,200}"
        ),
    ),
    ("a private key", r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"),
    ("a password in an address", r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,100}:[^\s/@]{1,100}@"),
    (
        "a stack trace",
        (
            r"Traceback \(most recent call last\)|^[ \t]{1,20}at [\w$.<>]{3,200}\([^()\n]{1,200}\)"
            r"|\bFile \"[^\"\n]{1,200}\", line \d+|\bgoroutine \d+ \[|\bpanic: \w"
            r"|(?<=\.)[A-Z]\w{0,60}(?:Exception|Error)\b"
            r"|\b[A-Z]\w{2,60}Exception\b|\bcaused by: \w+(?:\.\w+)+|\bORA-\d{5}\b"
            r"|\bsegfault at \b"
        ),
    ),
    (
        _HOST,
        (
            r"(?i:\b[a-z0-9](?:[a-z0-9-]{0,62}\.){1,10}(?:internal|local|localdomain|corp|lan"
            r"|intranet|home\.arpa|cluster\.local|svc|consul)\b(?![\w-]))"
        ),
    ),
    # ServiceNow's numbers; JIRA's are below.
    (
        TICKET,
        (
            r"\b(?:INC|CHG|PRB|RITM|TASK|REQ|SCTASK)\d{5,10}\b"
            r"|\b(?i:ticket|case|bug|issue|pull request|PR|merge request|MR)(?i: no\.?| number"
            r"| id)? ?#\d{1,9}\b"
            r"|\b(?:browse|issues?|tickets?)/[A-Z][A-Z0-9]{1,9}-\d{1,6}\b"
            r"|\b(?i:ticket|bug)(?i: no\.?| number| id)? \d{3,9}\b"
        ),
    ),
)
_SHAPED: Final = tuple((kind, re.compile(shape, re.MULTILINE)) for kind, shape in _SHAPES)

_KEYWORD: Final = re.compile(
    r"\b(?:pass(?:word|wd|phrase)|pwd|secret|tokens?|api[ _-]?key|access[ _-]?key|auth\w*"
    r"|credentials?"
    r"|private[ _-]?key|client[ _-]?secret|session[ _-]?(?:id|key)|signing[ _-]?key|key)\b",
    re.IGNORECASE,
)
_RANDOM: Final = re.compile(r"(?<![\w/+.-])[A-Za-z0-9+/_-]{16,512}={0,2}(?![\w/+-])")
_NEAR: Final = 40  # characters between a key word and what it names
_ENTROPY: Final = 3.0  # bits a character: words have less, hex and base64 more

_IPV4: Final = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\w.]*\.\d|\w)")
_IPV6: Final = re.compile(r"(?<![\w:])(?=[\w:]*:[\w:]*:)[0-9a-fA-F:]{3,39}(?![\w:])")
_VERSION: Final = re.compile(r"(?:version|release|build|v)[ .]?$", re.IGNORECASE)
_PRIVATE: Final = tuple(
    ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)

_MAIL: Final = re.compile(
    r"(?<![\w.+-])(?P<box>[A-Za-z0-9][\w.+-]{0,63})@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b"
)
# Mailboxes that are meant for the public (U20 asks for one).
_OPEN_BOXES: Final = frozenset(
    "support help helpdesk info contact hello service services servicedesk status security privacy"
    " customerservice customersupport customercare care feedback office team sales billing noreply"
    " no-reply postmaster abuse success".split()
)

_TICKET: Final = re.compile(r"(?<![\w./-])(?P<project>[A-Z][A-Z0-9]{1,9})-\d{1,6}(?![\w-]|\.\d)")
# Prefixes in the shape of a ticket that are none: standards, sizes, models, zones, places.
_NO_PROJECTS: Final = frozenset(
    "UTF SHA ISO RFC AES TLS SSL HTTP HTTPS CVE CWE UTC GMT CET CEST EST EDT PST PDT GPT COVID "
    "MD IPV"
    " SEV RS ES EC RSA HMAC OWASP PCI SOC NIST ASCII USB LTE PEP X WIN WINDOWS EU US AP AF SA "
    "CA ME UK"
    " DE FR NL IAD FRA AMS LHR SFO CDG DFW ORD JFK LAX SIN NRT EAST WEST ZONE REGION AZ DC POP "
    "ARM AMD"
    " INTEL RTX GTX IP CAT OPUS CLAUDE LLAMA GEMINI MISTRAL QWEN PHI OAUTH SAML IPSEC FIPS BASE CRC"
    " LOG TOP TIER LEVEL PHASE PART STEP Q H M T P S F B A C D E L R".split()
)

# Words and hyphens with a digit in them; which of them are hosts depends on their parts.
_NAME: Final = re.compile(
    r"(?<![\w./@:#-])(?=[A-Za-z-]{1,60}\d)[A-Za-z][A-Za-z0-9]{0,30}(?:-[A-Za-z0-9]{1,30}){0,8}"
    r"(?![\w/@-]|\.\w)"
)
# db-1, app-server-123, web03
_ROLES: Final = frozenset(
    "db database app web api www server srv host worker cache redis memcache memcached"
    " kafka zookeeper queue mq proxy haproxy lb gw gateway vm pod master replica primary"
    " secondary shard kube pg postgres mysql mariadb mongo mongodb elastic rabbit rabbitmq"
    " nginx apache bastion jump mail smtp mx dns ldap auth storage nas san esx esxi prod prd"
    " stg stage staging backend frontend router switch firewall fw build jenkins node etcd"
    " consul vault nfs sql batch cron edge origin rack cluster".split()
)
_NO_HOSTS: Final = re.compile(
    r"node-?(?:8|1[02468]|2[0246])|web[23]|vm2|sql-?92|db2|auth0|api-?\d|.*-20[0-2]\d"
)
# ip-10-0-1-5; a pod as Kubernetes names it: uploads-7d9f8c6b5d-x2x7k
_GENERATED: Final = re.compile(
    r"ip(?:-\d{1,3}){4}|[a-z][a-z0-9-]{1,80}-(?=[a-f]{0,9}\d)[0-9a-f]{8,10}-[a-z0-9]{5}"
)


def find_leaks(text: str, known: Collection[str] = (), people: Iterable[str] = ()) -> list[Leak]:
    """Return what in a text is internal or secret, by its shape; in order, none inside another.

    Args:
        known: words that may be public: component and product names.
        people: names of those who worked on it.
    """
    allowed = {word for name in known for word in [name, *name.split()]}
    leaks = [leak for leak in _shapes(text) if text[leak.start : leak.end] not in allowed]
    for person in people:
        if len(person) > 2 and person[0].isupper():  # a name, and not a word
            leaks += [
                Leak(_PERSON, *match.span())
                for match in re.finditer(rf"(?<![\w@]){re.escape(person)}(?!\w)", text)
            ]
    leaks.sort(key=lambda leak: (leak.start, -leak.end))
    apart: list[Leak] = []
    for leak in leaks:
        if not apart or leak.start >= apart[-1].end:
            apart.append(leak)
    return apart


def _shapes(text: str) -> Iterator[Leak]:
    """Yield leaks line by line, as none spans lines: typing costs only the line that changed."""
    offset = 0
    for line in text.splitlines(keepends=True):
        for kind, start, end in _shapes_of(line):
            yield Leak(kind, offset + start, offset + end)
        offset += len(line)


@lru_cache(maxsize=8192)
def _shapes_of(text: str) -> tuple[Leak, ...]:
    return (
        *(Leak(kind, *match.span()) for kind, shape in _SHAPED for match in shape.finditer(text)),
        *_near_key_words(text),
        *_addresses(text),
        *_mailboxes(text),
        *(
            Leak(TICKET, *match.span())
            for match in _TICKET.finditer(text)
            if match["project"] not in _NO_PROJECTS
        ),
        *(Leak(_HOST, *match.span()) for match in _NAME.finditer(text) if _is_host(match.group())),
    )


def _is_host(name: str) -> bool:
    if _GENERATED.fullmatch(name):
        return True
    parts = name.lower().split("-")
    if len(parts) > 1 and not name.islower():  # "Node-RED-4" is a name
        return False
    numbered = [part.rstrip("0123456789") for part in parts if part[-1].isdigit()]
    hosts = _ROLES.intersection(parts if parts[-1].isdigit() else numbered)
    return bool(hosts) and not _NO_HOSTS.fullmatch(name.lower())


def _near_key_words(text: str) -> Iterator[Leak]:
    """Yield hex and base64 after a word such as token or password."""
    ends = [match.end() for match in _KEYWORD.finditer(text)]
    if not ends:
        return
    for match in _RANDOM.finditer(text):
        index = bisect_right(ends, match.start())
        is_near = index > 0 and match.start() - ends[index - 1] <= _NEAR
        if is_near and _is_random(match.group()):
            yield Leak("a secret", *match.span())


def _is_random(word: str) -> bool:
    kinds = sum(bool(re.search(kind, word)) for kind in ("[a-z]", "[A-Z]", r"\d"))
    counts = Counter(word).values()
    entropy = -sum(n / len(word) * math.log2(n / len(word)) for n in counts)
    return kinds >= 2 and any(char.isdigit() for char in word) and entropy >= _ENTROPY


def _addresses(text: str) -> Iterator[Leak]:
    for pattern in (_IPV4, _IPV6):
        for match in pattern.finditer(text):
            try:
                address = ip_address(match.group().partition("/")[0])
            except ValueError:
                continue
            is_private = any(
                address in network for network in _PRIVATE if network.version == address.version
            )
            if is_private and not _VERSION.search(text, max(0, match.start() - 10), match.start()):
                yield Leak("a private address", *match.span())


def _mailboxes(text: str) -> Iterator[Leak]:
    for match in _MAIL.finditer(text):
        if match["box"].lower() not in _OPEN_BOXES:
            yield Leak("an e-mail address", *match.span())


def find_shared_text(text: str, notes: Iterable[str], public: Iterable[str]) -> list[Leak]:
    """Return where a text has eight words in a row of a note that are not public already."""
    own = _sequences(text)
    secret = {sequence for note in notes for sequence in _sequences(note) & own}
    for published in public if secret else ():
        secret -= _sequences(published)
    if not secret:
        return []
    spans = words(text)
    shared: list[Leak] = []
    for index, sequence in enumerate(_in_a_row([normalise(word.text) for word in spans])):
        if sequence not in secret:
            continue
        start, end = spans[index].start, spans[index + _OVERLAP - 1].end
        if shared and start <= shared[-1].end:
            start = shared.pop().start
        shared.append(Leak(NOTE_TEXT, start, end))
    return shared


@lru_cache(maxsize=2048)
def _sequences(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(_in_a_row(normalise(text).split()))


def _in_a_row(texts: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(texts[start:] for start in range(_OVERLAP)), strict=False)
