"""The store that `GUILDHALL_STORAGE_URL` names.

    file:///srv/guildhall/files                                    a folder, for example a mounted volume
    s3://KEY:SECRET@bucket/prefix?endpoint=https://...&region=...  a bucket; the key, too, may come from the environment
    memory://                                                      gone with the process

Without the setting it is the folder `files` in the data folder.
"""

import atexit
import re
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from guildhall.core.settings import settings

AnyStore = LocalStore | MemoryStore | S3Store
LETTING_GO = 0.05  # seconds
FORM = "the URL of a store must be file:///folder, s3://bucket or memory://"


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

    @property
    def lasts(self) -> bool:
        """Whether it is there after the end of the process."""
        return not isinstance(self.files, MemoryStore)

    @property
    def place(self) -> tuple[str, ...]:
        """Where it is, whoever asks: two stores with the same place hold the same files."""
        if self.folder:
            return "folder", str(self.folder.resolve())
        parts = urlsplit(self.url)
        endpoints = parse_qs(parts.query).get("endpoint", [""])
        return parts.scheme, endpoints[-1].rstrip("/"), parts.netloc.rpartition("@")[2], parts.path.strip("/")

    def path(self, key: str) -> Path | None:
        """Where the file with this key lies on this machine; None in other kinds of stores."""
        return self.folder / key if self.folder else None


@cache
def _end_in_peace() -> None:
    """Let a process that has just used a store come to its end.

    The library's threads let go of their last answer a moment after we have it. An interpreter that ends in this
    moment takes them with it, and is killed by them (SIGABRT). They tell nobody when they are done.
    """
    atexit.register(time.sleep, LETTING_GO)


def store() -> Store:
    """The store of this process."""
    url = settings().storage_url
    return store_at(url.get_secret_value() if url else _own(settings().data))


@cache
def _own(data: Path) -> str:
    return (data / "files").as_uri()


@cache
def store_at(url: str) -> Store:
    """The store at a URL; a folder is made when it is not there. Raises WrongStorageUrl."""
    _end_in_peace()
    if folder := folder_of(url):
        return Store(url, _folder(folder), folder)
    match (parts := _split(url)).scheme:
        case "memory":
            return Store(url, MemoryStore())
        case "s3" if parts.netloc:
            return Store(url, _bucket(parts))
        case _:
            raise WrongStorageUrl(FORM)


def folder_of(url: str) -> Path | None:
    """The folder that a URL names, there or not; None when it names no folder. Raises WrongStorageUrl."""
    parts = _split(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path:
        return Path(unquote(parts.path))
    return None


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise WrongStorageUrl(FORM) from None  # it would repeat the URL


def _folder(folder: Path) -> LocalStore:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongStorageUrl(f"the folder {folder} cannot be made: {error.strerror}") from error
    return LocalStore(folder, automatic_cleanup=False)


def _bucket(parts: SplitResult) -> S3Store:
    bucket = parts.netloc.rpartition("@")[2]
    if not re.fullmatch(r"[A-Za-z0-9._-]+", bucket) or "@" in parts.path or parts.fragment:
        raise WrongStorageUrl("in a bucket's key and secret write / @ : ? # % as %2F %40 %3A %3F %23 %25")
    options: dict[str, Any] = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    endpoint = options.get("endpoint", "")
    if parts.username:
        options |= {"access_key_id": unquote(parts.username), "secret_access_key": unquote(parts.password or "")}
    if endpoint:
        options.setdefault("region", "us-east-1")
    prefix, clear = parts.path.strip("/") or None, endpoint.startswith("http://")
    try:
        return S3Store(bucket, prefix=prefix, client_options={"allow_http": clear}, **options)
    except (BaseError, ValueError, TypeError):
        raise WrongStorageUrl(
            "an option after the ? of the bucket is unknown, or has a value that makes no sense"
        ) from None  # may be secret
