"""Every setting is read from its variable and from a file; a wrong value stops the start with the variable's name."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.accounts.models import Operator
from bot.errors import SettingsError
from bot.keys import ACCOUNTS, DATABASE, SETTINGS
from bot.settings import PREFIX, Settings, read_settings
from tests.servers import free_port
from tests.web.clients import ask
from tests.web.conftest import Opens
from tests.web.program import fails_to_start

# name: (what stands in the variable, what it becomes)
RIGHT: dict[str, tuple[str, Any]] = {
    "HOST": ("0.0.0.0", "0.0.0.0"),
    "PORT": ("18080", 18080),
    "RASA_PORT": ("15005", 15005),
    "ACTIONS_PORT": ("15055", 15055),
    "RASA_URL": ("http://rasa:5005", "http://rasa:5005"),
    "RASA_TOKEN": ("t0ken", SecretStr("t0ken")),
    "DATABASE_URL": ("postgresql://a:b@db/es", "postgresql://a:b@db/es"),
    "REDIS_URL": ("redis://redis:6379/0", "redis://redis:6379/0"),
    "DATA_DIR": ("/srv/es", Path("/srv/es")),
    "MASTER_KEY": ("QUJD", SecretStr("QUJD")),
    "FIRST_OPERATOR": ("anna:een zin: met dubbele punt", SecretStr("anna:een zin: met dubbele punt")),
    "ANNOUNCE": ("true", True),
    "ASSISTANT": ("scripted", "scripted"),
    "BEHIND_TLS": ("1", True),
    "PAGE_TITLE": ("Het weer", "Het weer"),
    "EXIT_URL": ("https://www.buienradar.nl/", "https://www.buienradar.nl/"),
    "ANSWER_TIMEOUT_SECONDS": ("2.5", 2.5),
}
WRONG = [
    ("PORT", "tachtig"),
    ("PORT", "-1"),
    ("PORT", "65536"),
    ("RASA_PORT", "0"),
    ("ACTIONS_PORT", "x"),
    ("RASA_URL", "rasa:5005"),
    ("RASA_URL", "http://rasa:poort"),
    ("RASA_URL", "http://"),
    ("DATABASE_URL", "geheim"),
    ("DATABASE_URL", "mysql://a:geheim@db/es"),
    ("DATABASE_URL", "postgresql://a:geheim@db:poort/es"),
    ("REDIS_URL", "http://:geheim@redis"),
    ("REDIS_URL", "redis://:geheim@redis:poort/0"),
    ("FIRST_OPERATOR", "anna"),
    ("FIRST_OPERATOR", "anna:"),
    ("FIRST_OPERATOR", ":geheim"),
    ("FIRST_OPERATOR", "a" * 81 + ":geheim"),
    ("ANNOUNCE", "misschien"),
    ("ASSISTANT", "watson"),
    ("BEHIND_TLS", "soms"),
    ("PAGE_TITLE", ""),
    ("EXIT_URL", "www.knmi.nl"),
    ("EXIT_URL", "javascript:alert(1)"),
    ("ANSWER_TIMEOUT_SECONDS", "0"),
    ("ANSWER_TIMEOUT_SECONDS", "11"),
    ("ANSWER_TIMEOUT_SECONDS", "nan"),
]


def test_this_table_holds_every_setting() -> None:
    assert {name.lower() for name in RIGHT} == set(Settings.model_fields)


@pytest.mark.parametrize("name", RIGHT)
def test_a_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    text, value = RIGHT[name]
    assert getattr(read_settings(), name.lower()) != value, "else this shows nothing"
    monkeypatch.setenv(PREFIX + name, text)
    assert getattr(read_settings(), name.lower()) == value


@pytest.mark.parametrize("name", RIGHT)
def test_a_setting_is_read_from_a_file_which_wins_over_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    text, value = RIGHT[name]
    file = tmp_path / "secret"
    file.write_text(f"{text}\n")
    monkeypatch.setenv(f"{PREFIX}{name}_FILE", str(file))
    assert getattr(read_settings(), name.lower()) == value
    monkeypatch.setenv(PREFIX + name, "iets anders")
    assert getattr(read_settings(), name.lower()) == value


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_a_wrong_value_stops_with_the_name_of_the_variable_and_without_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setenv(PREFIX + name, text)
    with pytest.raises(SettingsError) as stopped:
        read_settings()
    assert str(stopped.value).startswith(f"{PREFIX}{name}: ")
    assert "geheim" not in str(stopped.value)


def test_all_wrong_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}PORT", "x")
    monkeypatch.setenv(f"{PREFIX}EXIT_URL", "x")
    with pytest.raises(SettingsError) as stopped:
        read_settings()
    assert [line.partition(":")[0] for line in str(stopped.value).splitlines()] == [
        f"{PREFIX}PORT",
        f"{PREFIX}EXIT_URL",
    ]


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_can_not_be_read_stops_with_the_name_of_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv(f"{PREFIX}RASA_TOKEN_FILE", str(file))
    with pytest.raises(SettingsError, match=f"{PREFIX}RASA_TOKEN_FILE=.*can't be read"):
        read_settings()


def test_settings_do_not_change_after_they_were_read_and_hide_their_secrets() -> None:
    settings = read_settings(first_operator="anna:geheim", rasa_token="geheim", master_key="geheim")
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1
    assert "geheim" not in repr(settings)


def test_where_rasa_and_the_database_are_follows_from_the_other_settings(tmp_path: Path) -> None:
    assert read_settings(rasa_port=15005).rasa_base_url == "http://127.0.0.1:15005"
    assert read_settings(rasa_url="http://rasa:5005/").rasa_base_url == "http://rasa:5005"
    assert read_settings(data_dir=tmp_path).database == f"sqlite+aiosqlite:///{tmp_path}/eerste-stap.sqlite3"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("database_url", "postgresql://anna:geheim@127.0.0.1:{port}/es"),
        ("database_url", "sqlite:////proc/nergens/x.sqlite3"),
        ("redis_url", "redis://:geheim@127.0.0.1:{port}/0"),
    ],
)
async def test_a_server_that_is_not_there_stops_the_start_with_the_name_of_the_variable(
    opens: Opens, name: str, address: str
) -> None:
    settings: dict[str, Any] = {name: address.format(port=free_port())}
    with pytest.raises(SettingsError) as stopped:
        await opens(**settings)
    assert str(stopped.value).startswith(f"{PREFIX}{name.upper()}: ")
    assert "geheim" not in str(stopped.value)


async def test_the_program_says_what_is_wrong_in_one_line_and_stops(tmp_path: Path) -> None:
    assert (await fails_to_start(tmp_path, ANSWER_TIMEOUT_SECONDS="0")).splitlines() == [
        "EERSTE_STAP_ANSWER_TIMEOUT_SECONDS: Input should be greater than 0"
    ]


# -- what settings do


async def test_title_and_exit_of_the_page_are_those_of_the_settings(opens: Opens) -> None:
    front = await opens(page_title="Het weer in <Delft>", exit_url="https://www.buienradar.nl/")
    page = (await ask(front.http, "GET", "/")).text
    assert "<title>Het weer in &lt;Delft&gt;</title>" in page
    assert 'href="https://www.buienradar.nl/"' in page


async def test_the_first_operator_is_made_only_while_there_is_none(opens: Opens) -> None:
    one = await opens(first_operator="anna:een lange zin: met teken")
    body = {"username": "anna", "password": "een lange zin: met teken"}
    assert (await ask(one.http, "POST", "/console/api/login", json=body)).body["operator"]["display_name"] == "Anna"
    two = await opens(first_operator="bram:iets anders")
    assert [operator.username for operator in await two.app[ACCOUNTS].everybody()] == ["anna"]
    assert (await ask(two.http, "POST", "/console/api/login", json=body)).status == 200, "and the password stays"


async def test_without_the_setting_no_operator_is_made(opens: Opens) -> None:
    assert not await (await opens()).app[ACCOUNTS].has_operators()


async def test_a_local_run_makes_up_a_first_operator_and_prints_the_password_once(
    opens: Opens, capsys: pytest.CaptureFixture[str]
) -> None:
    front = await opens(announce=True)
    first = capsys.readouterr().out
    password = first.partition("password ")[2].split()[0]
    assert f"Console: http://{front.app[SETTINGS].host}" in first
    body = {"username": "medewerker", "password": password}
    assert (await ask(front.http, "POST", "/console/api/login", json=body)).status == 200
    await opens(announce=True)
    assert "password" not in capsys.readouterr().out


async def test_a_password_is_stored_as_argon2id(opens: Opens) -> None:
    front = await opens(first_operator="anna:geheim")
    async with front.app[DATABASE].read() as session:
        (stored,) = await session.scalars(select(Operator.password_hash))
    assert stored.startswith("$argon2id$")
