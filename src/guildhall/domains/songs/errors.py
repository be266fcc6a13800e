"""Refusals about songs."""

from guildhall.core.errors import Conflict, NotFound


class SongNotFound(NotFound):
    code, en, sv = "song_not_found", "There is no such song", "Sången finns inte"


class SongTitleTaken(Conflict):
    code = "song_title_taken"
    en, sv = "There is a song with that title already", "Det finns redan en sång med den titeln"


class SongCategoryNotFound(NotFound):
    code, en, sv = "song_category_not_found", "There is no such category of songs", "Sångkategorin finns inte"


class SongCategoryNameTaken(Conflict):
    code = "song_category_name_taken"
    en, sv = "There is a category with that name already", "Det finns redan en kategori med det namnet"
