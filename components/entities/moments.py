"""Moments in time that people name in Dutch: found by patterns, dated by dateparser relative to a clock. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import dateparser

_NUMBERS = {
    "een": 1, "één": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9,
    "tien": 10, "elf": 11, "twaalf": 12, "twintig": 20, "dertig": 30, "veertig": 40, "vijftig": 50,
}  # fmt: skip
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(_NUMBERS)})"
_UNIT = r"(?:minuten|minuut|uren|uurtje|uur|dagen|dag|weken|weekje|week|maanden|maandje|maand|jaren|jaar)"
_AGO = r"(?:geleden|terug)"
_DAY = r"(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)"
_MONTH = r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)"
_VAGUE = (
    r"al (?:jaren|maanden|weken|heel lang)|(?:heel |zo )?lang geleden|jaren (?:geleden|terug)|vroeger|als kind|"
    r"(?:een )?paar (?:dagen|weken|maanden|jaar) (?:geleden|terug)|toen ik (?:nog )?\w+ was"
)
_EXPRESSIONS = re.compile(
    rf"\b(?:(?P<vague>{_VAGUE})"
    rf"|(?P<half>(?:een )?half jaar {_AGO})"
    rf"|(?P<ago>{_NUMBER} {_UNIT} {_AGO})"
    rf"|(?P<relative>vandaag|gister(?:en)?|eergister(?:en)?|vorige? (?:week|maand|jaar))"
    rf"|(?P<part>vannacht|van(?:morgen|ochtend|middag|avond)|(?:gister|eergister)(?:nacht|ochtend|middag|avond))"
    rf"|(?P<weekend>(?:afgelopen|vorig) weekend)"
    rf"|(?P<date>\d{{1,2}} {_MONTH}(?: (?:19|20)\d\d)?|\d{{1,2}}[-/]\d{{1,2}}[-/](?:19|20)?\d\d)"
    rf"|(?P<day>(?:(?:afgelopen|vorige) )?{_DAY}(?:nacht|ochtend|middag|avond)?)"
    rf"|(?P<month>in {_MONTH})"
    rf"|(?:in|sinds) (?P<year>(?:19|20)\d\d))\b",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"geleden|terug|dag|vroeger|lang|kind|toen ik|gister|vorig|van(?:nacht|mor|och|mid|av)|weekend|al "
    rf"|{_MONTH}|\d[-/]\d|(?:19|20)\d\d",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Moment:
    """A moment named at `text[start:end]`. `date` is ISO 8601, as precise as what was said; None when it is vague."""

    start: int
    end: int
    text: str
    date: str | None


def find_moments(text: str, now: datetime) -> Iterator[Moment]:
    """Yield the moments that normalised `text` names, in order; past ones, seen from `now` (local time)."""
    if not _MARK.search(text):
        return  # most messages name none: don't spend time on them
    for match in _EXPRESSIONS.finditer(text):
        kind = match.lastgroup or "vague"
        said = match.group(kind)
        yield Moment(match.start(kind), match.end(kind), said, _date(kind, said.lower(), now))


def _date(kind: str, said: str, now: datetime) -> str | None:
    if kind in ("vague", "weekend"):
        return _last_saturday(now) if kind == "weekend" else None
    if kind == "year":
        return said
    day = dateparser.parse(
        _for_dateparser(kind, said),
        languages=["nl"],
        settings={"RELATIVE_BASE": now, "PREFER_DATES_FROM": "past", "DATE_ORDER": "DMY"},
    )
    if day is None:
        return None
    return f"{day:%Y-%m}" if kind == "month" or "maand" in said or kind == "half" else f"{day:%Y-%m-%d}"


def _last_saturday(now: datetime) -> str:
    return f"{now - timedelta(days=(now.weekday() - 5) % 7 or 7):%Y-%m-%d}"


def _for_dateparser(kind: str, said: str) -> str:
    """Return `said` in the words that dateparser knows: digits, whole days, full forms."""
    if kind == "half":
        return "6 maanden geleden"
    if kind == "ago":
        number, unit, _ = said.split()
        full = {"uurtje": "uur", "weekje": "week", "maandje": "maand"}.get(unit, unit)
        return f"{_NUMBERS.get(number, number)} {full} geleden"
    if kind == "part":
        return "eergisteren" if said.startswith("eergister") else "gisteren" if said.startswith("gister") else "vandaag"
    if kind == "relative":
        return said + "en" if said.endswith("gister") else said
    if kind == "day":
        return (
            re.sub(r"(?<=dag)(nacht|ochtend|middag|avond)$", "", said)
            .removeprefix("afgelopen ")
            .removeprefix("vorige ")
        )
    return said.removeprefix("in ")
