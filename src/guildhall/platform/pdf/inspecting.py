"""What must not be in a PDF that is passed on. Runs in the child.

Every object of the file is looked at, whether or not anything leads to it, instead of following the paths by which a
viewer might come to an action: there is no path to forget.
"""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

MOST_PAGES = 2_000
MOST_OBJECTS = 500_000
MOST_PIXELS = 200_000_000  # of one picture
MOST_UNPACKED = 768 * 1024**2  # all streams together
pikepdf.settings.set_qpdf_limits(flate_max_memory=256 * 1024**2, run_length_max_memory=256 * 1024**2)

KEYS = {
    "/JS": "pdf_has_scripts",
    "/JavaScript": "pdf_has_scripts",
    "/EF": "pdf_has_attachments",
    "/EmbeddedFiles": "pdf_has_attachments",
    "/XFA": "pdf_is_xfa_form",
    "/RichMediaContent": "pdf_has_media",
    "/3DD": "pdf_has_media",
}
ACTIONS = {  # the value of /S
    "/JavaScript": "pdf_has_scripts",
    "/Launch": "pdf_reaches_out",
    "/GoToR": "pdf_reaches_out",
    "/GoToE": "pdf_reaches_out",
    "/ImportData": "pdf_reaches_out",
    "/SubmitForm": "pdf_reaches_out",
    "/Rendition": "pdf_has_media",
    "/Movie": "pdf_has_media",
    "/Sound": "pdf_has_media",
    "/RichMediaExecute": "pdf_has_media",
}
ANNOTATIONS = {  # the value of /Subtype
    "/FileAttachment": "pdf_has_attachments",
    "/RichMedia": "pdf_has_media",
    "/3D": "pdf_has_media",
    "/Movie": "pdf_has_media",
    "/Sound": "pdf_has_media",
    "/Screen": "pdf_has_media",
}
SCHEMES = {  # of links, that no page should lead to
    "javascript": "pdf_has_scripts",
    "vbscript": "pdf_has_scripts",
    "data": "pdf_reaches_out",
    "file": "pdf_reaches_out",
}
FAULTS = (
    pikepdf.PdfError,
    pikepdf.DataDecodingError,
    ArithmeticError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""How the library says that it cannot make sense of something."""


class Refused(Exception):
    """The document is refused; the argument is the code."""


def inspect(data: bytes) -> int:
    """How many pages it has. Raises Refused."""
    if not data.startswith(b"%PDF-"):
        raise Refused("not_a_pdf")
    try:
        # Without repairs: what is read in two ways by two readers has not been checked.
        with pikepdf.open(
            BytesIO(data), attempt_recovery=False, inherit_page_attributes=False, conversion_mode="explicit"
        ) as pdf:
            return _inspect(pdf)
    except pikepdf.PasswordError:
        raise Refused("pdf_needs_password") from None
    except FAULTS:
        raise Refused(_fault()) from None


def _fault() -> str:
    return "pdf_too_complex" if pikepdf.settings.qpdf_limit_errors() else "broken_pdf"


def _inspect(pdf: pikepdf.Pdf) -> int:
    if len(pdf.objects) > MOST_OBJECTS:
        raise Refused("pdf_too_complex")
    _look(pdf.trailer)
    for thing in pdf.objects:
        _look(thing)
    if pdf.get_warnings():  # an object that had to be guessed at
        raise Refused(_fault())
    pages = _count(pdf)
    _unpack(pdf)
    return pages


def _count(pdf: pikepdf.Pdf) -> int:
    pages = len(pdf.pages)
    if not pages:
        raise Refused("broken_pdf")
    if pages > MOST_PAGES:
        raise Refused("pdf_too_complex")
    return pages


def _look(thing: Object) -> None:
    heap = [thing]
    while heap:
        one = heap.pop()
        if isinstance(one, (Dictionary, Stream)):
            _judge(one)
        heap.extend(part for part in _parts(one) if not part.is_indirect)


def _parts(thing: Object) -> Iterator[Object]:
    if isinstance(thing, (Dictionary, Stream)):
        values = (value for _, value in thing.items())
    else:
        values = iter(thing) if isinstance(thing, Array) else iter(())
    return (value for value in values if isinstance(value, (Dictionary, Array)))


def _judge(thing: Object) -> None:
    keys = set(thing.keys())
    for key in KEYS.keys() & keys:
        raise Refused(KEYS[key])
    for key, refused in (("/S", ACTIONS), ("/Subtype", ANNOTATIONS)):
        if key in keys and (code := refused.get(_name(thing[key]))):
            raise Refused(code)
    if "/URI" in keys and (code := SCHEMES.get(_scheme(thing["/URI"]))):
        raise Refused(code)
    if isinstance(thing, Stream):
        _judge_stream(thing, keys)


def _judge_stream(stream: Object, keys: set[str]) -> None:
    if "/F" in keys:  # its data are in another file
        raise Refused("pdf_reaches_out")
    if {"/Width", "/Height"} <= keys and _number(stream["/Width"]) * _number(stream["/Height"]) > MOST_PIXELS:
        raise Refused("pdf_too_complex")


def _name(value: Object) -> str:
    return str(value) if isinstance(value, Name) else ""


def _scheme(value: Object) -> str:
    link = bytes(value) if isinstance(value, pikepdf.String) else b""
    signs = "".join(chr(sign) for sign in link if 32 < sign < 127)  # browsers pass over blanks and line breaks
    return signs.partition(":")[0].lower()


def _number(value: Object) -> int:
    return value.as_int(0)


def _unpack(pdf: pikepdf.Pdf) -> None:
    unpacked = 0
    for thing in pdf.objects:
        if isinstance(thing, Stream):
            unpacked += _unpacked(thing)
        if unpacked > MOST_UNPACKED:
            raise Refused("pdf_too_complex")


def _unpacked(stream: Stream) -> int:
    """How many bytes the stream becomes; a photograph stays packed."""
    try:
        return len(stream.read_bytes())
    except pikepdf.DataDecodingError as error:
        raise Refused("pdf_too_complex" if "limit exceeded" in str(error) else "broken_pdf") from None
    except pikepdf.PdfError:
        return len(stream.read_raw_bytes())
