"""Custom actions of Eerste Stap: thin rasa-sdk actions above, knowledge as data below. Nothing here imports `bot`."""

from actions.doubt import ActionTwijfel
from actions.region import ActionRegio

__all__ = ["ActionRegio", "ActionTwijfel"]
