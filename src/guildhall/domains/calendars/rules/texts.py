"""Texts of a calendar: plain, because few programs show anything else, and without what would break its lines."""

import re

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TOO_MANY_BREAKS = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")

# No pattern can look for its end beyond its own next sign, so that none takes long, whatever somebody writes.
_MARKDOWN = (
    (re.compile(r"<br\s?/?>", re.IGNORECASE), "\n"),
    (re.compile(r"^ {0,3}#{1,6}[ \t]+", re.MULTILINE), ""),
    (re.compile(r"!\[([^\[\]\n]*)\]\([^()\s]*\)"), r"\1"),
    (re.compile(r"\[([^\[\]\n]*)\]\(\1\)"), r"\1"),
    (re.compile(r"\[([^\[\]\n]+)\]\(([^()\s]+)\)"), r"\1 (\2)"),
    (re.compile(r"(?<![\\*])\*\*(?=\S)([^*\n]+)(?<=\S)\*\*(?!\*)"), r"\1"),
    (re.compile(r"(?<![\\\w])__(?=\S)([^_\n]+)(?<=\S)__(?!\w)"), r"\1"),
    (re.compile(r"(?<![\\*])\*(?=\S)([^*\n]+)(?<=\S)\*(?!\*)"), r"\1"),
    (re.compile(r"(?<![\\\w])_(?=\S)([^_\n]+)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def line(text: str) -> str:
    """The text as one line: a title, a place."""
    return " ".join(_clean(text).split())


def plain(markdown: str) -> str:
    """What a text in Markdown says, without its signs; addresses of links stand behind their words."""
    text = _clean(markdown)
    for sign, what_it_says in _MARKDOWN:
        text = sign.sub(what_it_says, text)
    return _TOO_MANY_BREAKS.sub("\n\n", text).strip()


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("", _LINE_BREAKS.sub("\n", text))
