"""Every setting, read once. Each is an environment variable `GUILDHALL_<NAME>`; see docs/operations.md."""

import fcntl
import hashlib
import hmac
import os
import re
import secrets
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

import limits
from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from guildhall.core.relay import Relay, relay_at

ROOT = Path(__file__).resolve().parents[3]
Words = Annotated[list[str], NoDecode]
LOCAL_SITES = [f"http://{host}:{port}" for host in ("localhost", "127.0.0.1") for port in range(3000, 3004)]
COOKIE_NAMES = {
    "production": "__Secure-fsek_refresh_token",
    "stage": "_fsek_stage_refresh_token",
    "development": "_fsek_refresh_token",
}


class Settings(BaseSettings):
    """All settings with their defaults; the defaults are a guild on a laptop."""

    model_config = SettingsConfigDict(
        env_prefix="GUILDHALL_",
        env_file=ROOT / ".env",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,  # some of it is secret
    )

    environment: Literal["development", "stage", "production"] = "development"
    data: Path = ROOT / "data"
    database_url: SecretStr | None = None
    database_pool: int = Field(default=10, ge=2, le=500)
    public_url: str = "http://localhost:8000"
    site_url: str = "http://localhost:3000"
    cors_origins: Words = []
    trusted_proxies: Words = []
    secret_key: SecretStr | None = Field(default=None, min_length=32)
    access_token_seconds: int = Field(default=0, ge=0, le=86_400)
    refresh_token_days: int = Field(default=90, ge=1, le=400)
    mail_token_seconds: int = Field(default=3600, ge=300, le=604_800)
    body_limit: int = Field(default=1_048_576, ge=1024)
    upload_limit: int = Field(default=33_554_432, ge=1024)
    rate_limit_auth: str = ""
    rate_limit_refresh: str = ""
    rate_limit_pictures: str = ""
    rate_limit_account: int = Field(default=10, ge=1)
    rate_limit_account_seconds: int = Field(default=900, ge=1)
    stop_seconds: int = Field(default=20, ge=0, le=600)
    worker: bool = True
    worker_concurrency: int = Field(default=4, ge=1, le=100)
    worker_queues: Words = []
    history_days: int = Field(default=90, ge=1, le=3650)
    guild_name_sv: str = "F-sektionen"
    guild_name_en: str = "the F-Guild"
    support_email: str = "spindelman@fsektionen.se"
    car_keeper_email: str = "bil@fsektionen.se"
    smtp_url: SecretStr | None = None
    mail_from: str = "no-reply@fsektionen.se"
    mail_give_up_hours: int = Field(default=72, ge=1, le=720)
    mail_domains: Annotated[Words, Field(min_length=1)] = ["fsektionen.se"]
    fcm_credentials: Path | None = None
    fcm_url: str = "https://fcm.googleapis.com"
    webpush_origins: Words = [
        "https://fcm.googleapis.com",
        "https://*.push.services.mozilla.com",
        "https://*.push.apple.com",
        "https://*.notify.windows.com",
    ]
    sentry_dsn: SecretStr | None = None
    sentry_release: str = ""
    sentry_errors: float = Field(default=1.0, ge=0, le=1)
    sentry_traces: float = Field(default=0.1, ge=0, le=1)
    metrics_token: SecretStr | None = Field(default=None, min_length=16)
    metrics_from: Words = ["127.0.0.1", "::1"]
    storage_url: SecretStr | None = None
    storage_accel: str = ""
    storage_redirect_seconds: int = Field(default=0, ge=0, le=86_400)
    bulk_upload_limit: int = Field(default=536_870_912, ge=1024)
    document_limit: int = Field(default=26_214_400, ge=1024)
    picture_limit: int = Field(default=31_457_280, ge=1024)
    picture_megapixels: int = Field(default=100, ge=1, le=1000)
    picture_processes: int = Field(default=1, ge=1, le=64)
    picture_cache_mib: int = Field(default=32, ge=0, le=4096)
    picture_grace_hours: int = Field(default=24, ge=0, le=720)
    picture_watermark: Path | None = None
    # Known by name already, so that an operator's settings are right from the first day; nothing reads them yet.
    moose_game_token: SecretStr | None = None
    enclose_moose_token: SecretStr | None = None

    @field_validator(
        "cors_origins",
        "trusted_proxies",
        "worker_queues",
        "mail_domains",
        "webpush_origins",
        "metrics_from",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value

    @field_validator("trusted_proxies", "metrics_from")
    @classmethod
    def _networks(cls, value: list[str]) -> list[str]:
        return [str(ip_network(word, strict=False)) for word in value]

    @field_validator("worker_queues")
    @classmethod
    def _limits(cls, value: list[str]) -> list[str]:
        if wrong := [word for word in value if not re.fullmatch(r"[a-z_]+=[1-9]\d?", word)]:
            raise ValueError(f"{wrong[0]} is not a queue and a number below 100, like mail=8")
        return value

    @field_validator("public_url", "site_url", "fcm_url")
    @classmethod
    def _is_address(cls, value: str, info: ValidationInfo) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError(f"{info.field_name} must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _names_a_relay(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            relay_at(value.get_secret_value())
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_a_sender(cls, value: str) -> str:
        if not re.fullmatch(r"[\w.+-]+@[A-Za-z0-9.-]+", value, re.ASCII):
            raise ValueError("must be one address, like no-reply@example.org")
        return value

    @field_validator("storage_accel")
    @classmethod
    def _is_a_location(cls, value: str) -> str:
        if value and not re.fullmatch(r"/(?:.+/)?", value):
            raise ValueError("must begin and end with a slash, like /internal/files/")
        return value

    @field_validator("data")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [
            f"GUILDHALL_{name.upper()}"
            for name in ("secret_key", "database_url", "public_url", "site_url", "smtp_url")
            if self.environment != "development" and name not in self.model_fields_set
        ]
        if missing:
            raise ValueError(f"{self.environment} needs these settings: {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _suit_the_environment(self) -> Self:
        # Wide in development: a script makes hundreds of accounts a minute from one address. Refreshing is wide
        # everywhere: a student house is one address, and both clients refresh all the time.
        wide = self.is_development
        self.access_token_seconds = self.access_token_seconds or (21_600 if wide else 900)
        self.rate_limit_auth = self.rate_limit_auth or ("6000/5 minutes" if wide else "15/5 minutes")
        self.rate_limit_pictures = self.rate_limit_pictures or ("6000/5 minutes" if wide else "15/5 minutes")
        self.rate_limit_refresh = self.rate_limit_refresh or ("60000/5 minutes" if wide else "3000/5 minutes")
        for limit in (self.rate_limit_auth, self.rate_limit_refresh, self.rate_limit_pictures):
            limits.parse(limit)
        return self

    @property
    def is_development(self) -> bool:
        """Whether this is a guild on somebody's own machine."""
        return self.environment == "development"

    @property
    def relay(self) -> Relay | None:
        """Where mail is handed over; nowhere on a laptop that keeps its mails."""
        return relay_at(self.smtp_url.get_secret_value()) if self.smtp_url else None

    @property
    def queue_limits(self) -> dict[str, int]:
        """How many jobs at once, for the queues for which something else than `worker_concurrency` is set."""
        return {queue: int(limit) for queue, _, limit in (word.partition("=") for word in self.worker_queues)}

    @property
    def refresh_cookie(self) -> str:
        """The name of the refresh cookie in this environment."""
        return COOKIE_NAMES[self.environment]

    @property
    def origins(self) -> list[str]:
        """The origins whose pages may call the API with credentials."""
        ours = [] if self.is_development else [self.site_url]
        return self.cors_origins or ours + ([] if self.environment == "production" else LOCAL_SITES)

    def key(self, purpose: str) -> str:
        """A signing key for one purpose, derived from the secret, in hex."""
        secret = self.secret_key.get_secret_value() if self.secret_key else _kept_secret(self.data)
        return _derived(secret, purpose)


@cache
def _derived(secret: str, purpose: str) -> str:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


@cache
def _kept_secret(data: Path) -> str:
    """The development secret in the data folder, made on first use. Safe when several processes start at once."""
    data.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(data / "secret_key", os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the first one writes it; the others wait, and read it
        if secret := file.read():
            return secret
        secret = secrets.token_urlsafe(48)
        file.write(secret)
        return secret


@cache
def settings() -> Settings:
    """The settings of this process. Raises pydantic.ValidationError with a list of what is missing or wrong."""
    return Settings()
