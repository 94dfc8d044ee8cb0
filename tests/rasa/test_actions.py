"""Regions and help lines: the knowledge, and the thin action above it."""

from datetime import date
from pathlib import Path

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge.helplines import read_helplines
from actions.knowledge.regions import Region, Regions
from actions.region import REGIONS, ActionRegio


@pytest.fixture(scope="session")
def regions() -> Regions:
    return Regions.read(REGIONS)


def test_there_are_28_regions_and_35_centrumgemeenten(regions: Regions) -> None:
    assert [region.id for region in regions.all] == list(range(1, 29))
    assert sum(len(region.municipalities) for region in regions.all) == 35


@pytest.mark.parametrize(
    ("place", "region"),
    [
        ("Vlissingen", "Zeeland"),
        ("den haag", "Haaglanden"),
        ("'s-Gravenhage", "Haaglanden"),
        ("Den Bosch", "Noordoost-Brabant"),
        ("s hertogenbosch", "Noordoost-Brabant"),
        ("ZAANDAM", "Zaanstreek-Waterland"),
    ],
)
def test_a_place_is_found_as_people_write_it(regions: Regions, place: str, region: str) -> None:
    found = regions.of(place)
    assert found is not None
    assert found.name == region


@pytest.mark.parametrize("place", ["Meppel", "Antwerpen", "", None, "Utrecht-Noord", "'; drop table"])
def test_where_the_source_says_nothing_no_region_is_guessed(regions: Regions, place: str | None) -> None:
    assert regions.of(place) is None


def test_a_place_in_two_regions_is_refused() -> None:
    with pytest.raises(ValueError, match="two regions"):
        Regions([Region(1, "a", ("Ede",)), Region(2, "b", ("Ede",))], {})


def run_action(*places: str) -> list[dict[str, object]]:
    entities = [{"entity": "gemeente", "value": place} for place in places]
    tracker = Tracker("a", {}, {"entities": entities}, [], False, None, {}, "action_listen")
    return ActionRegio().run(CollectingDispatcher(), tracker, {})


def test_the_action_sets_the_region_that_is_certain() -> None:
    assert run_action("Vlissingen") == [{"event": "slot", "timestamp": None, "name": "regio", "value": "Zeeland"}]


def test_the_action_forgets_an_earlier_region_when_the_new_place_has_none() -> None:
    assert run_action("Meppel")[0]["value"] is None
    assert run_action()[0]["value"] is None


def test_help_lines_are_complete_and_dated(root: Path) -> None:
    lines = read_helplines(root / "data" / "helplines.yml")
    assert lines["alarmnummer"].number == "112"
    assert all(line.source and line.checked_on >= date(2026, 1, 1) for line in lines.values())
    assert all(line.name and line.for_whom for line in lines.values())


def test_a_help_line_with_an_unknown_status_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lines.yml").write_text(
        "- {id: a, name: A, number: '1', hours: x, cost: x, website: x, chat: x, for_whom: x, source: x, "
        "checked_on: 2026-11-22, status: maybe}"
    )
    with pytest.raises(ValueError, match="unknown status"):
        read_helplines(tmp_path / "lines.yml")
