"""Refusals of PDFs."""

from guildhall.core.errors import Senseless, TooLarge, WrongKind


class NotAPdf(WrongKind):
    code, en, sv = "not_a_pdf", "The file is not a PDF", "Filen är ingen PDF"


class BrokenPdf(Senseless):
    code = "broken_pdf"
    en = "The PDF is damaged. Open it and save it as a new PDF"
    sv = "PDF:en är skadad. Öppna den och spara den som en ny PDF"


class PdfNeedsPassword(WrongKind):
    code, en, sv = "pdf_needs_password", "The PDF needs a password", "PDF:en kräver ett lösenord"


class PdfHasScripts(WrongKind):
    code = "pdf_has_scripts"
    en = "The PDF has scripts in it. Print it to a new PDF"
    sv = "PDF:en innehåller skript. Skriv ut den till en ny PDF"


class PdfReachesOut(WrongKind):
    code = "pdf_reaches_out"
    en = "The PDF opens programs or other files, or sends forms. Print it to a new PDF"
    sv = "PDF:en öppnar program eller andra filer, eller skickar formulär. Skriv ut den till en ny PDF"


class PdfHasAttachments(WrongKind):
    code = "pdf_has_attachments"
    en, sv = "The PDF has other files within it", "PDF:en har andra filer inuti sig"


class PdfHasMedia(WrongKind):
    code = "pdf_has_media"
    en, sv = "The PDF has film, sound or 3D in it", "PDF:en innehåller film, ljud eller 3D"


class PdfIsXfaForm(WrongKind):
    code = "pdf_is_xfa_form"
    en = "The PDF is a form of the kind XFA, which browsers cannot show. Print it to a new PDF"
    sv = "PDF:en är ett formulär av sorten XFA, som webbläsare inte kan visa. Skriv ut den till en ny PDF"


class PdfTooComplex(TooLarge):
    code = "pdf_too_complex"
    en = "The PDF takes too much time or memory to open"
    sv = "Det tar för mycket tid eller minne att öppna PDF:en"
