"""What docs/protocol.md promises is what the code does."""

import re
from pathlib import Path

from bot import errors
from bot.app import create_app
from bot.settings import Settings, read_settings

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, list[str]]:
    """The table under a heading: its first cell without backticks, and the other cells."""
    section = re.split(r"\n##+ ", PAGE.split(f"## {heading}\n", 1)[1])[0]
    cells = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in section.splitlines()
        if line.startswith("| `")
    ]
    return {row[0].strip("`"): row[1:] for row in cells}


def refusals() -> dict[str, type[errors.RefusedError]]:
    return {kind.code: kind for kind in errors.RefusedError.__subclasses__()}


def test_every_setting_is_documented_and_none_is_made_up() -> None:
    assert {name.upper() for name in Settings.model_fields} == set(rows("Settings"))


def test_every_plain_default_is_the_documented_one() -> None:
    for name, field in Settings.model_fields.items():
        documented = rows("Settings")[name.upper()][0].strip("`")
        if isinstance(field.default, int | float | str) and field.default != "":
            assert str(field.default).lower() == documented.lower(), name


def test_every_error_code_is_documented_with_its_status() -> None:
    documented = {code: int(cells[0]) for code, cells in rows("Error codes").items()}
    assert documented.pop("internal_error") == 500
    assert documented == {code: kind.status for code, kind in refusals().items()}


def test_every_address_is_documented() -> None:
    routes = {
        f"{route.method} {route.resource.canonical}"
        for route in create_app(read_settings()).router.routes()
        if route.method != "HEAD" and route.resource is not None
    }
    pages_own = {"GET /static", "GET /console"}  # files of the pages, and a redirect
    assert routes - pages_own == set(rows("Visitor")) | set(rows("Operator"))
