"""Builders of real PDFs, and of what one would rather not pass on, in memory."""

import io
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

Change = Callable[[Pdf], object]
MEBI = 1024**2


def pdf(*pages: str, change: Change | None = None, **how: Any) -> bytes:
    """A PDF with a page for each text; changed by `change`, saved as `how` says."""
    made = pikepdf.new()
    font = made.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
    for text in pages or ("Hej",):
        page = made.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(Font=Dictionary(F=font))
        page.obj.Contents = made.make_stream(_shown(text))
    if change:
        change(made)
    saved = io.BytesIO()
    made.save(saved, static_id=True, **how)
    return saved.getvalue()


def _shown(text: str) -> bytes:
    lines = (line.encode("cp1252").hex().encode() for line in text.split("\n"))
    return b"BT /F 12 Tf 14 TL 50 780 Td " + b" ".join(b"<" + line + b"> Tj T*" for line in lines) + b" ET"


def annotated(annotation: Dictionary) -> Change:
    """A change that lays an annotation on the first page."""

    def change(made: Pdf) -> None:
        annotation.Rect = Array([0, 0, 9, 9])
        made.pages[0].obj.Annots = Array([made.make_indirect(annotation)])

    return change


def link(**action: Any) -> Change:
    """A change that lays a link with this action on the first page."""
    return annotated(Dictionary(Subtype=Name.Link, A=Dictionary(**action)))


def rooted(**entries: Any) -> Change:
    """A change of the catalogue."""
    return lambda made: made.Root.update({f"/{name}": value for name, value in entries.items()})


def raw(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF of these very objects, numbered from 1, as no library would write them."""
    out, places = b"%PDF-1.7\n", list[int]()
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        out + head + table + b"trailer <</Size %d %b>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, len(out))
    )


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """An object that is a stream."""
    return b"<</Length %d %b>>stream\n%b\nendstream" % (len(data), entries, data)


def javascript() -> Dictionary:
    """An action that runs a script."""
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def file_within() -> Change:
    """A change that attaches a program."""

    def change(made: Pdf) -> None:
        made.attachments["game.exe"] = b"MZ"

    return change


def nested(action: Dictionary, depth: int) -> Dictionary:
    """An action that comes after `depth` harmless ones."""
    for _ in range(depth):
        action = Dictionary(S=Name.Named, N=Name.NextPage, Next=Array([action]))
    return action


@cache
def packed_zeros(mebibytes: int) -> bytes:
    """So much of nothing, packed: a thousandth of it."""
    packer, part = zlib.compressobj(9), bytes(MEBI)
    return b"".join(packer.compress(part) for _ in range(mebibytes)) + packer.flush()


def _with_stream(data: bytes, entries: bytes) -> bytes:
    return raw(CATALOGUE, PAGES, PAGE, stream(data, entries))


def _with_packed_object(packed: bytes) -> bytes:
    """The catalogue leads to object 5, which is in the packed object 4; the table is object 6."""
    catalogue = CATALOGUE.replace(b">>", b"/X 5 0 R>>")
    bodies = [catalogue, PAGES, PAGE, stream(packed, b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode")]
    out, rows = b"%PDF-1.7\n", [bytes([0, 0, 0, 0, 0])]
    for number, body in enumerate(bodies, 1):
        rows.append(b"\1" + len(out).to_bytes(3, "big") + b"\0")
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    rows += [bytes([2, 0, 0, 4, 0]), b"\1" + len(out).to_bytes(3, "big") + b"\0"]
    table = stream(b"".join(rows), b"/Type/XRef/Size 7/W[1 3 1]/Root 1 0 R")
    return out + b"6 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(out))


def _with_field(field: Dictionary) -> Change:
    return rooted(AcroForm=Dictionary(Fields=Array([field])))


def scripts() -> dict[str, bytes]:
    """PDFs with a script, each in another place."""
    tree = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), javascript()])))
    act = Dictionary(FT=Name.Tx, T=String("a"), AA=Dictionary(O=javascript()))
    escaped = b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/J#61vaScr#69pt/J#53(app.alert\\(1\\))>>>>"
    return {
        "in the names": pdf(change=rooted(Names=tree)),
        "on opening": pdf(change=rooted(OpenAction=javascript())),
        "on closing": pdf(change=rooted(AA=Dictionary(WC=javascript()))),
        "on a page": pdf(change=lambda made: made.pages[0].obj.update({"/AA": Dictionary(O=javascript())})),
        "on a link": pdf(change=link(S=Name.JavaScript, JS=String("1"))),
        "on an annotation": pdf(change=annotated(Dictionary(Subtype=Name.Text, AA=Dictionary(E=javascript())))),
        "in a field": pdf(change=_with_field(act)),
        "after other actions": pdf(change=rooted(OpenAction=nested(javascript(), 9))),
        "in an outline": pdf(change=rooted(Outlines=Dictionary(First=Dictionary(Title=String("a"), A=javascript())))),
        "in a stream": pdf(change=lambda made: made.Root.update({"/X": made.make_stream(b"1", JS=String("1"))})),
        "in an object of its own": pdf(change=lambda made: made.Root.update({"/X": made.make_indirect(javascript())})),
        "in a packed object": pdf(
            change=lambda made: made.Root.update({"/X": made.make_indirect(javascript())}),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        ),
        "behind an owner's password": pdf(
            change=rooted(OpenAction=javascript()), encryption=pikepdf.Encryption(owner="a", user="")
        ),
        "in another spelling": raw(escaped, PAGES, PAGE),
        "where nothing leads to": raw(CATALOGUE, PAGES, PAGE, b"<</S/JavaScript/JS(1)>>"),
        "in the trailer": raw(CATALOGUE, PAGES, PAGE, trailer=b"/Root 1 0 R/X<</JS(1)>>"),
        "as a wide address": pdf(change=link(S=Name.URI, URI=String(b"\xfe\xff" + "javascript:1".encode("utf-16-be")))),
        "as an address": pdf(change=link(S=Name.URI, URI=String("java\nscript:alert(1)"))),
    }


def reaching_out() -> dict[str, bytes]:
    """PDFs that open programs and files, or send something."""
    file = Dictionary(Type=Name.Filespec, F=String("\\\\evil\\share\\a.pdf"))
    return {
        "launch": pdf(change=rooted(OpenAction=Dictionary(S=Name.Launch, F=file))),
        "launch for Windows": pdf(change=link(S=Name.Launch, Win=Dictionary(F=String("cmd.exe")))),
        "another document": pdf(change=link(S=Name.GoToR, F=file, D=Array([0, Name.Fit]))),
        "a document within": pdf(change=link(S=Name.GoToE, T=Dictionary(R=Name.C))),
        "sent form": pdf(change=link(S=Name.SubmitForm, F=file)),
        "data from a file": pdf(change=link(S=Name.ImportData, F=file)),
        "address of a file": pdf(change=link(S=Name.URI, URI=String("FILE:///etc/passwd"))),
        "launch by reference": raw(CATALOGUE, PAGES, PAGE, b"<</S 5 0 R/Win<<>>>>", b"/Lau#6ech"),
        "stream in a file": _with_stream(b"", b"/F(\\\\\\\\evil\\\\a)"),
    }


def with_files() -> dict[str, bytes]:
    """PDFs with other files in them."""
    pinned = Dictionary(Subtype=Name.FileAttachment, FS=Dictionary(F=String("a"), EF=Dictionary(F=1)))
    return {
        "attachment": pdf(change=file_within()),
        "pinned to a page": pdf(change=annotated(pinned)),
        "associated": pdf(change=rooted(AF=Array([Dictionary(F=String("a"), EF=Dictionary(F=1))]))),
    }


def with_media() -> dict[str, bytes]:
    """PDFs that play something."""
    names = (Name.RichMedia, Name("/3D"), Name.Movie, Name.Sound, Name.Screen)
    annotations = {str(name): pdf(change=annotated(Dictionary(Subtype=name))) for name in names}
    return annotations | {"played": pdf(change=link(S=Name.Rendition, OP=0))}


def broken() -> dict[str, bytes]:
    """What begins as a PDF and is none that can be read in one way only."""
    whole = pdf("Hej", "hej")
    return {
        "truncated": whole[: len(whole) * 2 // 3],
        "without its end": whole[:-30],
        "only its head": b"%PDF-1.7\n",
        "noise": b"%PDF-1.7\n" + bytes(range(256)) * 50,
        "wrong table": whole.replace(b"startxref\n", b"startxref\n1"),
        "pages that turn in circles": raw(CATALOGUE, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"),
        "no pages": raw(CATALOGUE, b"<</Type/Pages/Kids[]/Count 0>>"),
        "no catalogue": raw(b"<<>>", PAGES, PAGE),
        "packed objects without end": _with_packed_object(packed_zeros(300)),
        "an object that does not end": raw(CATALOGUE, PAGES, PAGE, b"<</S/Java (a"),
    }


def too_complex() -> dict[str, bytes]:
    """Small files that become large."""
    twice, flate = zlib.compress(packed_zeros(300), 9), b"/Filter/FlateDecode"
    picture = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceGray/BitsPerComponent 8"
    return {
        "packed nothing": _with_stream(packed_zeros(300), flate),
        "packed twice": _with_stream(twice, b"/Filter[/FlateDecode/FlateDecode]"),
        "many packed streams": raw(CATALOGUE, PAGES, PAGE, *[stream(packed_zeros(200), flate)] * 4),
        "a picture as large as a field": _with_stream(b"", picture),
        "two thousand pages and one": raw(CATALOGUE, b"<</Type/Pages/Kids[%b]/Count 2001>>" % (b"3 0 R " * 2001), PAGE),
        "a figure within itself": _figures(1),
        "figures of figures": _figures(30),
        "brackets without end": raw(CATALOGUE, PAGES, PAGE, b"[" * 5000 + b"]" * 5000),
    }


def _figures(deep: int) -> bytes:
    """A page with a figure of ten figures of ten figures ..."""

    def form(inner: int, shown: bytes) -> bytes:
        leads = b"/Resources<</XObject<</A %d 0 R>>>>" % inner
        return stream(shown, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + leads)

    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>"
    inner = (form(min(5 + depth, 4 + deep), b"/A Do " * 10) for depth in range(1, deep + 1))
    return raw(CATALOGUE, PAGES, page, stream(b"/A Do"), *inner)


def not_pdfs() -> dict[str, bytes]:
    """What is called a PDF and is none."""
    return {
        "nothing": b"",
        "a page": b"<!doctype html><script>alert(1)</script>",
        "a program": b"MZ" + bytes(100),
        "something before the head": b"<script>alert(1)</script>\n" + pdf(),
        "a blank before the head": b"\n" + pdf(),
    }


def locked() -> dict[str, bytes]:
    """PDFs that want a password, in every kind of encryption."""
    kinds: Sequence[int] = (2, 3, 4, 6)
    return {
        f"R={kind}": pdf(encryption=pikepdf.Encryption(owner="a", user="b", R=kind, aes=kind > 3, metadata=kind > 3))  # pyright: ignore[reportArgumentType]
        for kind in kinds
    }


HOSTILE: dict[str, Callable[[], dict[str, bytes]]] = {
    "pdf_has_scripts": scripts,
    "pdf_reaches_out": reaching_out,
    "pdf_has_attachments": with_files,
    "pdf_has_media": with_media,
    "pdf_is_xfa_form": lambda: {"a form": pdf(change=rooted(AcroForm=Dictionary(XFA=Array([]))))},
    "pdf_needs_password": locked,
    "broken_pdf": broken,
    "pdf_too_complex": too_complex,
    "not_a_pdf": not_pdfs,
}
"""What is refused, by the code with which."""
