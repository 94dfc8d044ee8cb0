"""Titles of the choices that the assistant offers when it is unsure: data/choices.yml, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

MAX_TITLE = 40


def read_choices(path: Path) -> Mapping[str, str]:
    """Return {intent: title} of a file such as data/choices.yml.

    Raises:
        ValueError: a title is empty or longer than `MAX_TITLE`, or stands at two intents.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))["choices"]
    titles = {intent: str(entry["title"]) for intent, entry in content.items()}
    for intent, title in titles.items():
        if not 0 < len(title) <= MAX_TITLE:
            raise ValueError(f"the title of {intent} has {len(title)} characters")
    if len(set(titles.values())) < len(titles):
        raise ValueError("two intents have the same title: nobody could choose between them")
    return titles
