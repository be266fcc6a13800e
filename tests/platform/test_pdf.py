"""Documents that strangers sent are read by a child with limits, and refused for what is in them."""

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from guildhall.core.errors import Refusal
from guildhall.platform.pdf import errors
from guildhall.platform.pdf.checking import checked
from guildhall.platform.pdf.child import CPU_SECONDS, MEMORY
from tests import pdfs
from tests.pdfs import pdf

Lay = Callable[[bytes], Path]


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """A function that lays a document on this machine, and says where."""

    def lay(document: bytes) -> Path:
        path = tmp_path / "document"
        path.write_bytes(document)
        return path

    return lay


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[Path]:
    """A document that goes on and on: a pipe into which nobody writes."""
    os.mkfifo(tmp_path / "pipe")
    held = os.open(tmp_path / "pipe", os.O_RDWR)
    yield tmp_path / "pipe"
    os.close(held)


async def test_a_harmless_document_says_how_many_pages_it_has_and_what_they_say(lay: Lay) -> None:
    contents = await checked(lay(pdf("Stadgar för sektionen", "§ 1 Ändamål\nÅrsmötet äger rum")))
    assert contents.pages == 2
    assert contents.text == "Stadgar för sektionen\n§ 1 Ändamål\nÅrsmötet äger rum"


async def test_a_scanned_document_says_nothing_and_is_fine(lay: Lay) -> None:
    assert (await checked(lay(pdf("")))).text == ""


@pytest.mark.parametrize("code", pdfs.HOSTILE)
async def test_what_is_hostile_or_broken_is_refused(lay: Lay, code: str) -> None:
    documents = pdfs.HOSTILE[code]()
    assert {name: await refusal(lay(document)) for name, document in documents.items()} == dict.fromkeys(
        documents, code
    )


async def refusal(path: Path) -> str:
    try:
        await checked(path)
    except Refusal as refused:
        return refused.code
    return "nothing"


@pytest.mark.parametrize(
    "change",
    [
        pdfs.link(S=pikepdf.Name.URI, URI=pikepdf.String("https://fsektionen.se/a?javascript:b")),
        pdfs.link(S=pikepdf.Name.URI, URI=pikepdf.String("mailto:spindelman@fsektionen.se")),
        pdfs.link(S=pikepdf.Name.GoTo, D=pikepdf.String("kapitel 1")),
        pdfs.annotated(
            pikepdf.Dictionary(Subtype=pikepdf.Name.Text, Contents=pikepdf.String("/JS /Launch (app.alert)"))
        ),
        pdfs.rooted(OpenAction=pdfs.nested(pikepdf.Dictionary(S=pikepdf.Name.Named, N=pikepdf.Name.Print), 3)),
        pdfs.rooted(AcroForm=pikepdf.Dictionary(Fields=pikepdf.Array([]))),
    ],
    ids=["address", "mail address", "chapter", "a note about scripts", "menu", "form to fill in"],
)
async def test_links_notes_and_forms_are_fine(lay: Lay, change: pdfs.Change) -> None:
    assert (await checked(lay(pdf("Hej", change=change)))).text == "Hej"


@pytest.mark.parametrize(
    "how",
    [
        {"linearize": True},
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        {"object_stream_mode": pikepdf.ObjectStreamMode.disable, "compress_streams": False},
        {"encryption": pikepdf.Encryption(owner="nobody may print", user="")},
        {"force_version": "2.0"},
    ],
    ids=["linear", "packed", "old", "without rights", "new"],
)
async def test_every_way_of_writing_a_document_is_fine(lay: Lay, how: dict[str, Any]) -> None:
    assert (await checked(lay(pdf("Hej", **how)))).text == "Hej"


async def test_a_page_without_anything_is_a_page(lay: Lay) -> None:
    assert (await checked(lay(pdfs.raw(pdfs.CATALOGUE, pdfs.PAGES, pdfs.PAGE)))).pages == 1


async def test_words_that_are_broken_at_the_end_of_a_line_are_whole_again(lay: Lay) -> None:
    assert (await checked(lay(pdf("Sektions\u00ad\nmötet")))).text == "Sektionsmötet"


async def test_a_document_that_takes_too_long_is_given_up_and_so_is_its_process(lay: Lay) -> None:
    paper = lay(pdf("Hej"))
    before = children()
    with pytest.raises(errors.PdfTooComplex):
        await checked(paper, seconds=0)
    assert children() == before


@pytest.mark.parametrize("is_reading", [False, True])
async def test_whoever_goes_away_takes_the_process_along(endless: Path, is_reading: bool) -> None:
    before = children()
    asking = asyncio.create_task(checked(endless))
    await until(lambda: any(is_limited(child) or not is_reading for child in children() - before))
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await until(lambda: children() == before)


async def test_the_next_document_is_read_after_one_that_was_given_up(lay: Lay) -> None:
    paper = lay(pdf("Hej"))
    given_up = [checked(paper, seconds=0) for _ in range(3)]
    answers = await asyncio.gather(*given_up, checked(paper), return_exceptions=True)
    assert [type(answer).__name__ for answer in answers] == ["PdfTooComplex"] * 3 + ["Contents"]


async def test_the_process_has_limits_and_knows_none_of_our_settings(endless: Path) -> None:
    before = children()
    asking = asyncio.create_task(checked(endless))
    await until(lambda: any(is_limited(child) for child in children() - before))
    (child,) = children() - before
    limits, environment = told(child, "limits"), told(child, "environ")
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert re.search(rf"Max cpu time +{CPU_SECONDS} +{CPU_SECONDS} ", limits)
    assert "GUILDHALL" not in environment


def is_limited(process: int) -> bool:
    return str(MEMORY) in told(process, "limits")


def children() -> set[int]:
    """The processes that this one has."""
    return {int(word) for task in Path("/proc/self/task").iterdir() for word in (task / "children").read_text().split()}


def told(process: int, what: str) -> str:
    return Path(f"/proc/{process}/{what}").read_text()


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - the kernel tells nobody
            await asyncio.sleep(0.01)
