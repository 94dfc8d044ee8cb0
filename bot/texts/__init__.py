"""The sentences of the front door, read once from nl.yml; a missing or unknown one stops the start."""

from dataclasses import dataclass
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Texts:
    emergency: str
    emergency_again: str
    emergency_and_handover: str
    human_choice: str
    waiting: str
    waiting_nobody_there: str
    claimed: str
    released: str
    transferred: str
    closed_by_operator: str


def load_texts() -> Texts:
    return Texts(**yaml.safe_load((files("bot.texts") / "nl.yml").read_text(encoding="utf-8")))
