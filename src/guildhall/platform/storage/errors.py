"""Refusals about files."""

from guildhall.core.errors import Refusal


class FileMissing(Refusal):
    """503: the database knows a file that the store does not have; somebody has to look after it."""

    status, code = 503, "file_missing"
    en = "The file is not in its place just now. Tell the webmasters"
    sv = "Filen ligger inte där den ska just nu. Säg till webbansvariga"


class RangeUnsatisfiable(Refusal):
    """416: a part of a file beyond its end."""

    status, code = 416, "range_unsatisfiable"
    en, sv = "The file has no such part", "Filen har ingen sådan del"
