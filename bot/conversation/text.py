"""What may be said: the limits on one message, for everybody who types."""

import re
from typing import Final

from bot.errors import ControlCharactersError, EmptyMessageError, MessageTooLongError

MAX_CHARACTERS: Final = 2_000  # docs/protocol.md; a long story fits, a paste of a book does not

# C0 and C1 controls but tab and line breaks, and lone surrogates, which no encoder can write.
_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# What a person can't see: blanks, zero-width characters, direction marks.
_INVISIBLE = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff]+"
)


def checked_text(text: str) -> str:
    """`text` without blanks around it, when it may be said.

    Raises:
        MessageTooLongError, ControlCharactersError, EmptyMessageError
    """
    if len(text) > MAX_CHARACTERS:
        raise MessageTooLongError
    if _REFUSED.search(text):
        raise ControlCharactersError
    if not _INVISIBLE.sub("", text):
        raise EmptyMessageError
    return text.strip()
