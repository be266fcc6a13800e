"""Names of albums, of files, and of files in an archive."""

import pytest

from guildhall.core.errors import Refusal
from guildhall.domains.gallery.rules import file_name_of, folder_of, name_in_archive


@pytest.mark.parametrize(
    ("title", "folder"),
    [("Åka släde på ÖSTERSJÖN!", "AkasladepaOSTERSJON"), ("Nollning_2026", "Nollning_2026"), ("../../etc", "etc")],
)
def test_a_title_becomes_a_folder(title: str, folder: str) -> None:
    assert folder_of(title) == folder


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("IMG_0001.JPG", "IMG_0001.JPG"),
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Bilder\\bal.jpeg", "bal.jpeg"),
        ("ba\x00l\n.gif", "bal.gif"),
        ("år 2026.heic", "år 2026.heic"),
    ],
)
def test_a_file_keeps_the_last_part_of_its_name(sent: str, name: str) -> None:
    assert file_name_of(sent) == name


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (None, "file_has_no_name"),
        ("", "file_has_no_name"),
        ("folder/", "file_has_no_name"),
        ("...", "file_has_no_name"),
        ("x" * 197 + ".jpg", "file_name_too_long"),
        ("picture.svg", "wrong_extension"),
        ("picture", "wrong_extension"),
        ("picture.jpg.exe", "wrong_extension"),
    ],
)
def test_a_name_that_is_none_is_refused(sent: str | None, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        file_name_of(sent)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("file_name", "content_type", "taken", "name"),
    [
        ("a.heic", "image/jpeg", set[str](), "a.jpg"),
        ("a.png", "image/png", {"a.png"}, "a (2).png"),
        ("A.PNG", "image/png", {"a.png", "a (2).png"}, "A (3).png"),
        ("../x:y?.gif", "image/gif", set[str](), "x_y_.gif"),
        (".jpg", "image/jpeg", set[str](), "jpg.jpg"),
    ],
)
def test_names_in_an_archive_are_safe_and_unlike(file_name: str, content_type: str, taken: set[str], name: str) -> None:
    assert name_in_archive(file_name, content_type, taken) == name
