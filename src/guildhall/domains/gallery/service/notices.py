"""Notices about the gallery: who decides hears of wishes to hide a picture, who wished hears what was decided."""

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.access import Actor
from guildhall.core.manifest import Channel, NoticeKind
from guildhall.domains.gallery.models import Album, AlbumPhotographer, AlbumPicture, HideWish
from guildhall.shared.notifications.service import Notice, notify
from guildhall.shared.posts.service import holders
from guildhall.shared.users.models import User

_ON: frozenset[Channel] = frozenset({"inbox", "push"})
WISHED, DECIDED = "gallery.hide_wish", "gallery.hide_wish_decided"
KINDS = (
    NoticeKind(
        WISHED,
        "The gallery: wishes to hide a picture, for keepers and photographers",
        "Galleriet: önskemål om att dölja en bild, för ansvariga och fotografer",
        _ON,
    ),
    NoticeKind(
        DECIDED,
        "The gallery: what became of my wish to hide a picture",
        "Galleriet: beslut om mitt önskemål att dölja en bild",
        _ON,
    ),
)


async def tell_of_wish(session: AsyncSession, actor: Actor, picture: AlbumPicture) -> None:
    """Tell keepers and the album's photographers, except whoever wished. The reason is for the keepers' list only."""
    album = await session.get_one(Album, picture.album_id)
    takes_it = select(AlbumPhotographer.user_id).where(AlbumPhotographer.album_id == album.id)
    concerned = or_(User.id.in_(holders.who_may("manage", "Gallery")), User.id.in_(takes_it))
    notice = Notice(
        "En medlem vill att en bild döljs",
        "A member wants a picture hidden",
        f"Bilden i albumet {album.title_sv} är dold tills någon har bestämt.",
        f"The picture in the album {album.title_en} is hidden until somebody has decided.",
        target=("album_picture", picture.id),
    )
    await notify(session, WISHED, select(User.id).where(concerned, User.id != actor.id), notice)


async def tell_of_decision(session: AsyncSession, wish: HideWish, picture: AlbumPicture) -> None:
    """Tell the member what was decided, if they are still there."""
    if wish.user_id is None:
        return
    album = await session.get_one(Album, picture.album_id)
    sv, en = ("förblir dold", "stays hidden") if wish.decision == "hide" else ("visas", "is shown")
    notice = Notice(
        f"Bilden {sv}",
        f"The picture {en}",
        f"Ditt önskemål om en bild i albumet {album.title_sv} har prövats: bilden {sv}.",
        f"Your wish about a picture in the album {album.title_en} has been decided: the picture {en}.",
        target=("album_picture", picture.id),
    )
    await notify(session, DECIDED, [wish.user_id], notice)
