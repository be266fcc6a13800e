"""A ticket's text as a QR code."""

import io

import segno

DOT = 8  # pixels; a ticket is some 250 wide


def svg(text: str) -> bytes:
    """The QR code as SVG, black on white, with the margin that readers want."""
    return _drawn(text, "svg")


def png(text: str) -> bytes:
    """The QR code as PNG."""
    return _drawn(text, "png")


def _drawn(text: str, kind: str) -> bytes:
    file = io.BytesIO()
    segno.make_qr(text, error="m").save(file, kind=kind, scale=DOT, light="white")
    return file.getvalue()
