"""What a paragraph is about: the incident, or the company's plans (P16)."""

from __future__ import annotations

from typing import Final

from ircon.text.phrases import phrases

# Words of which a paragraph about an incident has at least one.
INCIDENT: Final = phrases(
    "incident~", "issues?", "outages?", "errors?", "fail(?:s|ed|ing|ures?)?", "degrad~",
    "disrupt~", "interrupt~", "unavailab~", "down(?:time)?", "slow~", "latency", "timeouts?",
    "delay~", "alert~", "detect~", "monitor~", "caus(?:e|es|ed|ing)", "rolled back", "rollback",
    "revert~", "restart~", "reboot~", "restor~", "recover~", "mitigat~", "resolv~", "investigat~",
    "affected", "impact~", "apologi~", "sorry", "inconvenience", "support", "bugs?", "fix~",
    "crash~", "overload~", "exhaust~", "corrupt~", "lost", "post-?mortem", "prevent~",
    "questions", "thank~", "patience",
)  # fmt: skip
# What a company says about itself and its plans on any day.
STRATEGY: Final = phrases(
    "strateg~", "vision", "mission", "roadmap", "leverag~", "scalable", "resilient", "evolving",
    "cutting[- ]?edge", "state[- ]?of[- ]?the[- ]?art", "world[- ]?class", "best[- ]?in[- ]?class",
    "industry[- ]?leading", "innovat~", "seamless~", "empower~", "excellence", "robust",
    "next[- ]?generation", "transform~", "journey", "offerings?", "customer needs",
    "high[- ]?availability", "capabilities",
)  # fmt: skip
