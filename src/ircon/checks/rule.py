"""Rules of the catalogue: one documented function each, registered by a decorator.

    @rule("U2", WARN, good="Still failing at 10:30 UTC ...", bad="We are looking into it.")
    def repeated_body(subject: Subject) -> Iterator[Violation]:
        \"\"\"An update repeats an earlier one word for word.

        Readers cannot tell whether something happened since.
        \"\"\"

The first line of the docstring says when the rule fires, the rest why it exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from typing import Final

from ircon.checks.finding import Violation
from ircon.checks.subject import Subject

Check = Callable[[Subject], Iterator[Violation]]

# What a rule's findings are, the heaviest first: facts that exclude each other, something that
# readers need and the text lacks (or must not have), and how it is said.
CONTRADICTION: Final = "contradiction"
GAP: Final = "gap"
STYLE: Final = "style"
KINDS: Final = (CONTRADICTION, GAP, STYLE)

_KIND_OF_FAMILY: Final = {"T": CONTRADICTION, "U": GAP, "P": GAP, "L": STYLE}

# What a rule cannot work without.
SPELLING: Final = "spelling"  # the program typos
OTHER_POSTMORTEMS: Final = "other postmortems"  # of the same page


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue.

    Attributes:
        id: ``T1``: T time, U updates, P postmortem, L language.
        severity: its default: ``error``, ``warn`` or ``info``.
        check: yields its violations over a subject.
        good, bad: an example each.
        kind: what its findings are, of ``KINDS``. A contradiction is at least a warning, and
            style never an error.
        in_composer: shown while an update is typed; rules under 90 % precision are not.
        lasting: an error of it stays one in a text that is already public.
        only_warns: an error of it is shown as a warning, as no change of the text fixes it.
        confidential: what it quotes may be a secret.
        needs: what it cannot work without, of the constants above.
        english: it reads English words, and is silent about a text in another language.
        swallows: the rules whose findings in a sentence are not worth a line of their own where
            this one has a finding in it.
    """

    id: str
    severity: str
    check: Check
    good: str
    bad: str
    kind: str
    in_composer: bool = True
    lasting: bool = False
    only_warns: bool = False
    confidential: bool = False
    needs: str | None = None
    english: bool = False
    swallows: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the code, in words joined by ``_``."""
        return self.check.__name__

    @property
    def fires(self) -> str:
        """When it fires, in one line."""
        return self._documentation[0].rstrip(".")

    @property
    def why(self) -> str:
        """Why it exists, in one short paragraph."""
        return " ".join(" ".join(self._documentation[1:]).split())

    @property
    def _documentation(self) -> list[str]:
        return cleandoc(self.check.__doc__ or "").split("\n")


def rule(
    rule_id: str,
    severity: str,
    *,
    good: str,
    bad: str,
    kind: str | None = None,
    in_composer: bool = True,
    lasting: bool = False,
    only_warns: bool = False,
    confidential: bool = False,
    needs: str | None = None,
    english: bool = False,
    swallows: tuple[str, ...] = (),
) -> Callable[[Check], Rule]:
    """Make a rule of the function below; the arguments are the attributes of ``Rule``.

    Without ``kind``, rules of times find contradictions, those of language style, and the
    others gaps.
    """

    def register(check: Check) -> Rule:
        return Rule(
            rule_id,
            severity,
            check,
            good,
            bad,
            kind or _KIND_OF_FAMILY[rule_id[0]],
            in_composer=in_composer,
            lasting=lasting,
            only_warns=only_warns,
            confidential=confidential,
            needs=needs,
            english=english,
            swallows=swallows,
        )

    return register
