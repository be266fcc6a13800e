"""The gallery's rules that need neither database nor clock."""

import re
from collections.abc import Collection
from pathlib import PurePosixPath

from guildhall.domains.gallery.errors import TitleUnusable, WrongExtension
from guildhall.platform.storage.errors import FileHasNoName, FileNameTooLong

LONGEST_NAME = 200
EXTENSIONS = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".heif"}
MOST_OPEN_WISHES = 20
MOST_FILES = 200
_PLAIN = str.maketrans("åäöÅÄÖ", "aaoAAO")
_CONTENT_TYPES = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}


def folder_of(title_sv: str) -> str:
    """A Swedish title as the name of a folder, by which albums of a year are told apart. Raises TitleUnusable."""
    folder = re.sub(r"[^A-Za-z0-9_]", "", title_sv.translate(_PLAIN))
    if not folder:
        raise TitleUnusable
    return folder


def file_name_of(sent: str | None) -> str:
    """The name of an uploaded file without folders and control characters.

    Raises FileHasNoName, FileNameTooLong, WrongExtension.
    """
    name = shown_name(sent)
    if not name.strip(". "):
        raise FileHasNoName
    if len(name) > LONGEST_NAME:
        raise FileNameTooLong
    if PurePosixPath(name).suffix.lower() not in EXTENSIONS:
        raise WrongExtension
    return name


def shown_name(sent: str | None) -> str:
    """What was sent as the name of a file, as it may be shown: its last part, without control characters."""
    last = (sent or "").replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip()


def name_in_archive(file_name: str, content_type: str, taken: Collection[str]) -> str:
    """A name for a picture in an archive, with the ending of what it is there, unlike those that are taken.

    `taken` are names in lower case; some file systems do not tell cases apart.
    """
    ending = _CONTENT_TYPES.get(content_type, "")
    stem = re.sub(r'[<>:"/\\|?*]', "_", PurePosixPath(file_name).stem).strip(". ") or "picture"
    name, number = stem + ending, 2
    while name.lower() in taken:
        name, number = f"{stem} ({number}){ending}", number + 1
    return name
