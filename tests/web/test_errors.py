"""The codes of errors are part of the protocol: stable, told in the documents, and each one tested."""

import re
from pathlib import Path

import pytest

from bot.errors import RefusedError

ROOT = Path(__file__).parents[2]
REFUSALS = sorted(RefusedError.__subclasses__(), key=lambda refusal: refusal.code)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_every_code_stands_in_the_protocol_with_its_status(refusal: type[RefusedError]) -> None:
    protocol = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{refusal.code}` \| {refusal.status} \|", protocol, re.MULTILINE), refusal.code


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_every_code_is_expected_by_some_test(refusal: type[RefusedError]) -> None:
    tests = [path for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__)]
    # `too_slow` is told by the way the socket ends
    wanted = "GOODBYE_SECONDS" if refusal.code == "too_slow" else f'"{refusal.code}"'
    assert any(wanted in path.read_text(encoding="utf-8") for path in tests), refusal.code


def test_codes_are_unique_and_fit_to_be_used_in_programs() -> None:
    codes = [refusal.code for refusal in REFUSALS]
    assert len(set(codes)) == len(codes)
    for refusal in REFUSALS:
        assert re.fullmatch(r"[a-z_]+", refusal.code)
        assert 400 <= refusal.status < 500
        assert refusal.message.endswith(".")
