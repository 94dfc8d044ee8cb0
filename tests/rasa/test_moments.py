"""Moments in time that people name."""

from datetime import datetime

import pytest

from components.entities.moments import find_moments

SUNDAY = datetime(2026, 11, 22, 14, 0)  # noqa: DTZ001 - Dutch clocks


@pytest.mark.parametrize(
    ("text", "said", "date"),
    [
        ("het was gisteren", "gisteren", "2026-11-21"),
        ("gister nog", "gister", "2026-11-21"),
        ("3 dagen geleden gebeurde het", "3 dagen geleden", "2026-11-19"),
        ("drie weken terug", "drie weken terug", "2026-11-01"),
        ("een half jaar geleden", "een half jaar geleden", "2026-05"),
        ("vannacht", "vannacht", "2026-11-22"),
        ("eergisteravond om tien uur", "eergisteravond", "2026-11-20"),
        ("afgelopen zaterdag", "afgelopen zaterdag", "2026-11-21"),
        ("zaterdagnacht na het feest", "zaterdagnacht", "2026-11-21"),
        ("afgelopen weekend", "afgelopen weekend", "2026-11-21"),
        ("vorige week", "vorige week", "2026-11-15"),
        ("op 12 oktober 2025", "12 oktober 2025", "2025-10-12"),
        ("12-10-2025", "12-10-2025", "2025-10-12"),
        ("in mei", "in mei", "2026-05"),
        ("in 2019 al", "2019", "2019"),
        ("jaren geleden", "jaren geleden", None),
        ("toen ik 9 was", "toen ik 9 was", None),
    ],
)
def test_a_moment_is_found_and_dated_as_precisely_as_it_was_said(text: str, said: str, date: str | None) -> None:
    (moment,) = find_moments(text, SUNDAY)
    assert (moment.text, moment.date) == (said, date)
    assert text[moment.start : moment.end] == said


@pytest.mark.parametrize("text", ["hij slaat mij", "ik ben 14", "bel 0800-2000", "de dag van mijn leven", ""])
def test_where_no_moment_is_named_none_is_found(text: str) -> None:
    assert list(find_moments(text, SUNDAY)) == []
