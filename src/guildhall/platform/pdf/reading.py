"""What a PDF says. Runs in the child."""

import re

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]

MOST_SIGNS = 500_000
_BROKEN_WORD = re.compile("[\x02\u00ad\ufffe]\\s*")  # how a word ends that goes on in the next line
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufff0-\uffff]")


def text_of(data: bytes) -> str:
    """The text of the pages one after the other, at most `MOST_SIGNS`; empty for scanned ones.

    Raises PdfiumError when this reader, which is that of a common browser, cannot open the document.
    """
    parts: list[str] = []
    with pypdfium2.PdfDocument(data) as pdf:
        for number in range(len(pdf)):
            parts.append(_text(pdf, number))
            if sum(map(len, parts)) > MOST_SIGNS:
                break
    return "\n".join(parts)[:MOST_SIGNS].strip()


def _text(pdf: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = pdf[number]
        words: str = page.get_textpage().get_text_bounded()  # pyright: ignore[reportUnknownMemberType]
        page.close()
    except pypdfium2.PdfiumError:
        return ""  # a page that cannot be shown says nothing
    return _CONTROL.sub(" ", _BROKEN_WORD.sub("", words.replace("\r\n", "\n")))
