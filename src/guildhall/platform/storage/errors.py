"""Refusals about files."""

from guildhall.core.errors import Refusal, Senseless


class FileMissing(Refusal):
    """503: the database knows a file that the store does not have; somebody has to look after it."""

    status, code = 503, "file_missing"
    en = "The file is not in its place just now. Tell the webmasters"
    sv = "Filen ligger inte där den ska just nu. Säg till webbansvariga"


class RangeUnsatisfiable(Refusal):
    """416: a part of a file beyond its end."""

    status, code = 416, "range_unsatisfiable"
    en, sv = "The file has no such part", "Filen har ingen sådan del"


class FileHasNoName(Senseless):
    code = "file_has_no_name"
    en = "The file needs a name with letters or digits"
    sv = "Filen behöver ett namn med bokstäver eller siffror"


class FileNameTooLong(Senseless):
    code, en, sv = "file_name_too_long", "The file's name is too long", "Filens namn är för långt"
