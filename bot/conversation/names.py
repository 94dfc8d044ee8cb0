"""Names without a person behind them: the id of a conversation, and the label that operators call it by."""

import secrets
from typing import Final

# Plain, friendly and of no gender; none says anything about a person.
# 30 x 30 labels: enough to tell apart who is here now.
_ADJECTIVES: Final = (
    "rustige", "groene", "zachte", "heldere", "kleine", "warme", "blauwe", "stille", "lichte", "ronde",
    "gele", "frisse", "hoge", "brede", "lange", "witte", "vroege", "late", "verre", "nieuwe",
    "gouden", "zilveren", "paarse", "rode", "bruine", "koele", "diepe", "gladde", "stevige", "losse",
)  # fmt: skip
_NOUNS: Final = (
    "linde", "beuk", "eik", "berk", "wilg", "den", "iep", "esdoorn", "hazelaar", "kers",
    "merel", "mus", "mees", "spreeuw", "reiger", "zwaluw", "kievit", "vink", "specht", "wulp",
    "rivier", "beek", "heuvel", "duin", "wolk", "ster", "steen", "brug", "haven", "molen",
)  # fmt: skip


def new_id() -> str:
    return secrets.token_hex(16)


def new_label() -> str:
    return f"{secrets.choice(_ADJECTIVES)} {secrets.choice(_NOUNS)}"
