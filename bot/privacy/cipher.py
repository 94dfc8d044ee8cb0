"""Words that people typed are ciphertext in the database: each conversation its own key, wrapped by one master key.

AES-256-GCM of `cryptography`; the nonce is random (96 bits) and a data key encrypts far fewer than 2^32 messages
(NIST SP 800-38D §8.3). What a ciphertext belongs to is bound as associated data, so rows can't be swapped.
"""

import base64
import binascii
import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import KeyFileError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


def seal(key: bytes, plain: bytes, belongs_to: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, belongs_to.encode())


def unseal(key: bytes, sealed: bytes, belongs_to: str) -> bytes:
    """Raises KeyFileError when the key is not the one it was sealed with, or the bytes were changed or moved."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], belongs_to.encode())
    except (InvalidTag, ValueError):  # ValueError: too short to be anything sealed
        raise KeyFileError(
            "The stored words can't be opened: EERSTE_STAP_MASTER_KEY (or master.key in DATA_DIR) is not the key that "
            "this database was written with, or the data is damaged."
        ) from None


class MasterKey:
    """Wraps and unwraps the data keys of conversations."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise KeyFileError(f"The master key must be {KEY_BYTES} bytes, not {len(key)}.")
        self._key = key

    def new_data_key(self, conversation_id: str) -> bytes:
        """A new data key, wrapped: it exists in clear only while a message is written or read."""
        return seal(self._key, secrets.token_bytes(KEY_BYTES), conversation_id)

    def unwrap(self, wrapped: bytes, conversation_id: str) -> bytes:
        return unseal(self._key, wrapped, conversation_id)


def decode_key(text: str, source: str = "EERSTE_STAP_MASTER_KEY") -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(
            f"{source} must be {KEY_BYTES} bytes in base64, as `openssl rand -base64 {KEY_BYTES}` gives."
        )
    return key


def load_or_make_key_file(path: Path) -> MasterKey:
    """The master key in `path`; made on the first start, readable by its owner alone.

    Raises:
        KeyFileError: unreadable, open to others, or not a key.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
    try:
        if path.stat().st_mode & 0o077:
            raise KeyFileError(f"{path} can be read by others: chmod 600 {path}")
        return MasterKey(decode_key(path.read_text(encoding="ascii").strip(), str(path)))
    except (OSError, UnicodeDecodeError) as cause:
        raise KeyFileError(f"{path} can't be read as a master key: {cause}") from cause
