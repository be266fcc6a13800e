"""The store that `GUILDHALL_STORAGE_URL` names.

    file:///srv/guildhall/files                                    a folder, for example a mounted volume
    s3://KEY:SECRET@bucket/prefix?endpoint=https://...&region=...  a bucket; the key, too, may come from the environment
    memory://                                                      gone with the process

Without the setting it is the folder `files` in the data folder.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from obstore.store import LocalStore, MemoryStore, S3Store

from guildhall.core.settings import settings

AnyStore = LocalStore | MemoryStore | S3Store


class WrongStorageUrl(Exception):
    """The URL names no store that we know."""


@dataclass(frozen=True)
class Store:
    """A place for files; `files` is the library's store, `folder` where it lies on this machine, if it does."""

    url: str = field(repr=False)  # a bucket's may hold its secret
    files: AnyStore
    folder: Path | None = None

    @property
    def name(self) -> str:
        """Its URL without what is secret, to be shown."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def path(self, key: str) -> Path | None:
        """Where the file with this key lies on this machine; None in other kinds of stores."""
        return self.folder / key if self.folder else None


def store() -> Store:
    """The store of this process."""
    url = settings().storage_url
    return store_at(url.get_secret_value() if url else (settings().data / "files").as_uri())


@cache
def store_at(url: str) -> Store:
    """The store at a URL; a folder is made when it is not there. Raises WrongStorageUrl."""
    parts = urlsplit(url)
    match parts.scheme:
        case "file" if parts.netloc in ("", "localhost") and parts.path:
            folder = Path(unquote(parts.path))
            folder.mkdir(parents=True, exist_ok=True)
            return Store(url, LocalStore(folder, automatic_cleanup=False), folder)
        case "memory":
            return Store(url, MemoryStore())
        case "s3" if parts.hostname:
            return Store(url, _bucket(url))
        case _:
            raise WrongStorageUrl("GUILDHALL_STORAGE_URL must be file:///folder, s3://bucket or memory://")


def _bucket(url: str) -> S3Store:
    parts = urlsplit(url)
    options: dict[str, Any] = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    endpoint = options.get("endpoint", "")
    if parts.username:
        options |= {"access_key_id": unquote(parts.username), "secret_access_key": unquote(parts.password or "")}
    if endpoint:
        options.setdefault("region", "us-east-1")
    return S3Store(
        parts.netloc.rpartition("@")[2],
        prefix=parts.path.strip("/") or None,
        client_options={"allow_http": endpoint.startswith("http://")},
        **options,
    )
