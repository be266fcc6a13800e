"""Refusals about documents."""

from guildhall.core.errors import Conflict, NotFound, TooLarge, WrongKind


class DocumentNotFound(NotFound):
    code, en, sv = "document_not_found", "There is no such document", "Dokumentet finns inte"


class FileNameTaken(Conflict):
    code = "file_name_taken"
    en = "Another document has the file name {file_name}"
    sv = "Ett annat dokument har filnamnet {file_name}"


class FileNameNotPdf(WrongKind):
    code, en, sv = "file_name_not_pdf", "The file's name must end with .pdf", "Filens namn måste sluta med .pdf"


class DocumentTooLarge(TooLarge):
    code = "document_too_large"
    en = "The file is too large. Compress it to at most {mebibytes} MiB"
    sv = "Filen är för stor. Komprimera den till högst {mebibytes} MiB"
