"""What pictures refuse."""

from guildhall.core.errors import NotFound, Senseless, TooLarge, WrongKind


class PictureNotFound(NotFound):
    code, en, sv = "picture_not_found", "There is no picture", "Det finns ingen bild"


class EmptyFile(Senseless):
    code, en, sv = "empty_picture", "The file is empty", "Filen är tom"


class NotAPicture(WrongKind):
    code = "not_a_picture"
    en = "Only JPEG, PNG, WebP, GIF and HEIC pictures are taken"
    sv = "Bara bilder i JPEG, PNG, WebP, GIF och HEIC tas emot"


class BrokenPicture(Senseless):
    code, en, sv = "broken_picture", "The picture is broken or incomplete", "Bilden är trasig eller ofullständig"


class TooManyPixels(TooLarge):
    code = "too_many_pixels"
    en = "The picture has more than {megapixels} million pixels"
    sv = "Bilden har mer än {megapixels} miljoner bildpunkter"
