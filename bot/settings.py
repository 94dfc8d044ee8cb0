"""Settings, read once from the environment; frozen, and wrong values stop the start with the variable's name."""

import os
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsError

PREFIX = "EERSTE_STAP_"


class FileSuffixSource(PydanticBaseSettingsSource):
    """`EERSTE_STAP_X_FILE=/run/secrets/x` gives the setting X: secrets stay out of the environment, as Docker does."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as cause:
            name = f"{PREFIX}{field_name.upper()}_FILE"
            reason = cause.strerror if isinstance(cause, OSError) else "not UTF-8 text"
            raise SettingsError(f"{name}={path}: can't be read ({reason}).") from cause

    def __call__(self) -> dict[str, Any]:
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}


def _has_scheme(address: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises when it is no number
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc or parts.path.strip("/"))


class Settings(BaseSettings):
    """Every setting, its default and what it is for. The names are fixed in docs/protocol.md."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address that the front door listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port of the front door.")
    rasa_port: int = Field(5005, ge=1, le=65535, description="Port of Rasa on this machine.")
    actions_port: int = Field(5055, ge=1, le=65535, description="Port of the action server on this machine.")
    rasa_url: str = Field("", description="Where Rasa is; default http://127.0.0.1:RASA_PORT.")
    rasa_token: SecretStr = Field(SecretStr(""), description="The token that Rasa asks of its callers.")
    database_url: str = Field("", description="SQLAlchemy URL; default an SQLite file in DATA_DIR.")
    redis_url: str = Field("", description="Redis for several processes; default none: the bus stays in this process.")
    data_dir: Path = Field(Path("var"), description="Folder for the SQLite file and the master key.")
    master_key: SecretStr = Field(
        SecretStr(""),
        description="32 bytes in base64; default the file master.key in DATA_DIR, made on the first start.",
    )
    first_operator: SecretStr = Field(
        SecretStr(""), description="name:password of the first operator, used only while no operator exists."
    )
    announce: bool = Field(
        False, description="A local run: print the addresses, and make up a first operator when none exists."
    )
    assistant: Literal["rasa", "scripted"] = Field(
        "rasa", description="'scripted' answers from a short script, for work on the pages without Rasa."
    )
    behind_tls: bool = Field(False, description="A proxy speaks TLS to the outside: staff cookie Secure, and HSTS.")
    page_title: str = Field("Eerste stap", min_length=1, description="Title of the chat page: neutral to a glance.")
    exit_url: str = Field("https://www.knmi.nl/", description="The neutral page that 'Verlaat deze site' leads to.")
    answer_timeout_seconds: float = Field(
        1.5, gt=0, le=10, description="How long the assistant may take before the emergency answer is given instead."
    )

    @field_validator("first_operator")
    @classmethod
    def _name_and_password(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        name, _, password = text.partition(":")
        if text and not (0 < len(name) <= 80 and password):
            raise ValueError("must look like name:password, for example anna:een-lange-zin-die-je-onthoudt")
        return value

    @field_validator("exit_url", "rasa_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not _has_scheme(value, "https", "http"):
            raise ValueError("must be a web address, for example https://www.knmi.nl/")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, value: str) -> str:
        if value and not _has_scheme(value, "redis", "rediss", "unix"):
            raise ValueError("must be an address of Redis, for example redis://127.0.0.1:6379/0")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_address(cls, value: str) -> str:
        if value and not _has_scheme(value.replace("+asyncpg", "").replace("+aiosqlite", ""), "postgresql", "sqlite"):
            raise ValueError("must be postgresql://name:password@host/database, or sqlite:////folder/file.sqlite3")
        return value

    @property
    def rasa_base_url(self) -> str:
        return (self.rasa_url or f"http://127.0.0.1:{self.rasa_port}").rstrip("/")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.resolve() / 'eerste-stap.sqlite3'}"

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: Any, env_settings: Any, dotenv_settings: Any,
        file_secret_settings: Any,
    ) -> tuple[Any, ...]:  # fmt: skip
        return init_settings, FileSuffixSource(settings_cls), env_settings


def read_settings(**overrides: Any) -> Settings:
    """Reads the environment; `overrides` win (tests).

    Raises:
        SettingsError: one line a wrong variable: its full name, what is wrong, what is accepted.
    """
    try:
        return Settings(**overrides)
    except ValidationError as problems:
        lines = [f"{PREFIX}{str(p['loc'][0]).upper()}: {p['msg']}" for p in problems.errors(include_input=False)]
        raise SettingsError("\n".join(lines)) from None
