"""The regions of the fight against domestic violence (GHNT) and their centrumgemeenten."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Region:
    """One region. `municipalities` are those of which the source says that they lie in it."""

    id: int
    name: str
    municipalities: tuple[str, ...]


class Regions:
    """All regions, found by a place as people write it."""

    def __init__(self, regions: Iterable[Region], also_called: dict[str, str]) -> None:
        """Index the regions.

        Args:
            regions: the regions of the source.
            also_called: other names in use of a municipality, to the name in the source.

        Raises:
            ValueError: a municipality is in two regions, or another name belongs to no municipality.
        """
        self.all = tuple(regions)
        self._by_place: dict[str, Region] = {}
        for region in self.all:
            for place in region.municipalities:
                if _key(place) in self._by_place:
                    raise ValueError(f"{place} stands in two regions")
                self._by_place[_key(place)] = region
        for other, place in also_called.items():
            if _key(place) not in self._by_place:
                raise ValueError(f"{place}, also called {other}, stands in no region")
            self._by_place[_key(other)] = self._by_place[_key(place)]

    @classmethod
    def read(cls, path: Path) -> Regions:
        """Read a file such as regions.yml; raises what `__init__` raises."""
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        regions = (Region(r["id"], r["name"], tuple(r["municipalities"])) for r in content["regions"])
        return cls(regions, content["also_called"])

    def of(self, place: str | None) -> Region | None:
        """Return the region of `place`, None when the source does not say it."""
        return self._by_place.get(_key(place)) if place else None


def _key(place: str) -> str:
    """Return `place` without capitals, accents, hyphens and apostrophes ("'s-Hertogenbosch", "s hertogenbosch")."""
    letters = unicodedata.normalize("NFKD", place.casefold())
    return re.sub(r"[^a-z]+", " ", letters.encode("ascii", "ignore").decode()).replace(" ", "")
