"""Refusals of the gallery."""

from guildhall.core.errors import Conflict, Forbidden, NotFound, Senseless, WrongKind


class AlbumNotFound(NotFound):
    code, en, sv = "album_not_found", "There is no such album", "Albumet finns inte"


class AlbumTaken(Conflict):
    code = "album_taken"
    en = "There is an album with that title in that year already"
    sv = "Det finns redan ett album med den titeln det året"


class TitleUnusable(Senseless):
    code = "title_unusable"
    en = "The Swedish title needs at least one letter from A to Z or a digit"
    sv = "Den svenska titeln behöver minst en bokstav från A till Ö eller en siffra"


class AlbumNotEmpty(Conflict):
    code, en, sv = "album_not_empty", "The album has pictures", "Albumet har bilder"


class YearNotFound(NotFound):
    code, en, sv = "year_not_found", "There is no such year in the gallery", "Året finns inte i galleriet"


class YearNotEmpty(Conflict):
    code, en, sv = "year_not_empty", "There are albums of that year", "Det finns album från det året"


class AlreadyPhotographer(Conflict):
    code = "already_photographer"
    en, sv = "They are a photographer of the album already", "Personen är redan fotograf i albumet"


class NotPhotographer(NotFound):
    code = "not_photographer"
    en, sv = "They are no photographer of the album", "Personen är inte fotograf i albumet"


class NotYourAlbum(Forbidden):
    code = "not_your_album"
    en = "Only the photographers of the album may do this"
    sv = "Bara albumets fotografer får göra detta"


class NotAPhotographer(Forbidden):
    code = "not_a_photographer"
    en, sv = "Only photographers may do this", "Bara fotografer får göra detta"


class PictureIsThere(Conflict):
    code = "picture_is_there"
    en, sv = "The album has this picture already", "Bilden finns redan i albumet"

    def __init__(self, image_id: int | None = None) -> None:
        super().__init__()
        self.image_id = image_id


class WrongExtension(WrongKind):
    code = "wrong_extension"
    en = "Only files named .jpg, .jpeg, .png, .gif, .webp, .heic or .heif are taken"
    sv = "Bara filer som heter .jpg, .jpeg, .png, .gif, .webp, .heic eller .heif tas emot"


class NotInTheAlbum(NotFound):
    code = "not_in_the_album"
    en, sv = "There is no such picture in the album", "Bilden finns inte i albumet"


class WishNotFound(NotFound):
    code, en, sv = "hide_wish_not_found", "There is no such wish", "Önskemålet finns inte"


class AlreadyWished(Conflict):
    code = "already_wished"
    en = "You have asked for that already"
    sv = "Du har redan bett om det"


class DecidedToBeShown(Conflict):
    code = "decided_to_be_shown"
    en = "It has been decided that this picture is shown"
    sv = "Det är beslutat att bilden ska visas"


class TooManyWishes(Conflict):
    code = "too_many_wishes"
    en = "You have {most} wishes that wait for a decision; wait for one of them"
    sv = "Du har {most} önskemål som väntar på beslut; vänta på något av dem"
