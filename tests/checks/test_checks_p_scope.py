"""P23: all and only some, by itself and by hand."""

from __future__ import annotations

import pytest

from subjects import quotes, report, subject_with

ENDED = "The queue recovered on its own."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Orders failed in Oslo only. Orders failed in all regions.", ["all regions"]),
        ("Only Bergen was affected. All sites were affected.", ["All sites"]),
        (
            "Every customer was affected. Customers on the Pro plan were not affected.",
            ["Every customer"],
        ),
        ("Kiel was not hit. All cities were hit.", ["All cities"]),
        ("Orders failed in Oslo only. Orders failed for 900 shops in Oslo.", []),
        ("Kiel was not hit. Nearly all other cities were hit.", []),
        ("Kiel was not hit. The release is in all regions now.", []),
        ("All customers in Oslo were affected. Bergen was not affected.", []),
        (f"{ENDED} We restarted the queue by hand until it was empty.", ["recovered on its own"]),
        (f"{ENDED} We watched it.", []),
        ("We restarted the queue by hand until it was empty.", []),
    ],
)
def test_scope_against_scope(text, found):
    assert quotes(report(text), "P23") == found


def test_by_itself_against_the_updates():
    update = "10:10 resolved: Orders work since 10:05 UTC, after we restarted the queue by hand."
    assert quotes(subject_with(update, postmortem=ENDED), "P23") == ["recovered on its own"]
