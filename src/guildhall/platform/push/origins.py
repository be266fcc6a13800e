"""Which push services may be called. Members name the addresses, and our server calls them."""

import re
from functools import cache

import httpx2

from guildhall.core.settings import settings

# Scheme, name and port, then a path: no userinfo, no backslash, no percent sign before the path, nothing but ASCII.
_FORM = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(/[!-\"$-\[\]-~]*)?", re.ASCII)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
LONGEST = 2048

Origin = tuple[str, str, int]


def allowed(endpoint: str) -> bool:
    """Whether a browser's endpoint is one of GUILDHALL_WEBPUSH_ORIGINS, and nothing that merely looks like it."""
    return address(endpoint) is not None


def address(endpoint: str) -> httpx2.URL | None:
    """The endpoint as it will be called, or None where it is not allowed."""
    url = _parsed(endpoint)
    return url if url and any(_fits(origin_of(url), word) for word in settings().webpush_origins) else None


def origin_of(url: httpx2.URL) -> Origin:
    """Scheme, host and port of an address."""
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def unusable() -> list[str]:
    """The words of GUILDHALL_WEBPUSH_ORIGINS that name no origin, so that no browser ever fits them."""
    return [word for word in settings().webpush_origins if _pattern(word) is None]


def _parsed(endpoint: str) -> httpx2.URL | None:
    # The same parser that connects later: two parsers are two opinions about where an address leads.
    if len(endpoint) > LONGEST or not _FORM.fullmatch(endpoint):
        return None
    try:
        url = httpx2.URL(endpoint)
    except httpx2.InvalidURL:
        return None
    return url if url.host and not url.userinfo else None


def _fits(origin: Origin, word: str) -> bool:
    pattern = _pattern(word)
    if pattern is None or (origin[0], origin[2]) != (pattern[0], pattern[2]):
        return False
    host, wanted = origin[1], pattern[1]
    if not wanted.startswith("*."):
        return host == wanted
    return host.endswith(wanted[1:]) and all(map(_LABEL.fullmatch, host.split(".")))


@cache
def _pattern(word: str) -> Origin | None:
    scheme, _, rest = word.rstrip("/").partition("://")
    any_name = rest.startswith("*.")
    url = _parsed(f"{scheme}://{rest.removeprefix('*.')}")
    if url is None or url.raw_path != b"/":
        return None
    scheme, host, port = origin_of(url)
    if not any_name:
        return scheme, host, port
    labels = host.split(".")
    is_domain = len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and labels[-1].isalpha()
    return (scheme, f"*.{host}", port) if is_domain else None  # never *.com, never *.0.0.1
