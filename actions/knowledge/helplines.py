"""Help lines as data: data/helplines.yml, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import yaml


@dataclass(frozen=True)
class Helpline:
    """One help line. Only a verified one may be shown to people."""

    id: str
    name: str
    number: str
    hours: str
    cost: str
    website: str
    chat: str
    for_whom: str
    source: str
    checked_on: date
    status: Literal["verified", "unconfirmed"]
    number_note: str = ""


def read_helplines(path: Path) -> dict[str, Helpline]:
    """Return the help lines of a file such as data/helplines.yml by id.

    Raises:
        ValueError: an id stands twice, or a status is neither "verified" nor "unconfirmed".
        TypeError: a field is missing or unknown.
    """
    lines: dict[str, Helpline] = {}
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        fields = {name: value if isinstance(value, date) else str(value or "") for name, value in entry.items()}
        fields["checked_on"] = date.fromisoformat(str(entry["checked_on"]))
        line = Helpline(**fields)  # type: ignore[arg-type]
        if line.id in lines:
            raise ValueError(f"the help line {line.id} stands twice")
        if line.status not in ("verified", "unconfirmed"):
            raise ValueError(f"the help line {line.id} has the unknown status {line.status}")
        lines[line.id] = line
    return lines
