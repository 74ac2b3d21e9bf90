"""Capabilities of a status page: what its vendor's API can do.

Declared once, on the adapter class; delivery, desk and console ask these and never which vendor
it is. What a page cannot do is not offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Recognition(Enum):
    """How a write whose answer was lost is recognised on the page afterwards."""

    KEY = "key"  # the page itself refuses to apply a second write with the same key
    TOKEN = "token"  # a token of ours is stored with the incident and comes back  # noqa: S105
    MATCH = "match"  # by text, status and time alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the API of one vendor offers.

    Attributes:
        recognition: how a write is found again, by operation kind the weakest.
        subscriber_count: it says how many subscribers a notification reaches.
        maintenance: it has scheduled maintenances besides incidents.
        postmortem: it takes a postmortem's draft and publishes it.
        templates: it lists the templates that are stored on the page.
        metadata: an incident carries data of integrations, which must not be lost.
    """

    recognition: Recognition
    subscriber_count: bool
    maintenance: bool
    postmortem: bool
    templates: bool
    metadata: bool
