"""Members' wishes to have a picture hidden, and what became of them."""

from typing import Any

from sqlalchemy import RowMapping, Select, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.access import Actor
from guildhall.core.database import flush, lock
from guildhall.domains.gallery.errors import (
    AlreadyWished,
    DecidedToBeShown,
    TooManyWishes,
    WishNotFound,
)
from guildhall.domains.gallery.models import Album, AlbumPicture, Decision, HideWish
from guildhall.domains.gallery.rules import MOST_OPEN_WISHES
from guildhall.domains.gallery.schemas import HideWishRead
from guildhall.domains.gallery.service import notices
from guildhall.shared.pictures.errors import PictureNotFound
from guildhall.shared.users.models import User

_wishes: Select[*tuple[Any, ...]] = (
    select(
        HideWish.id,
        HideWish.album_picture_id,
        HideWish.reason,
        HideWish.created_at,
        HideWish.decision,
        HideWish.decided_at,
        Album.id.label("album_id"),
        Album.title_sv,
        Album.title_en,
        User.id.label("user_id"),
        User.first_name,
        User.last_name,
    )
    .join(AlbumPicture, AlbumPicture.id == HideWish.album_picture_id)
    .join(Album, Album.id == AlbumPicture.album_id)
    .outerjoin(User, User.id == HideWish.user_id)
    .order_by(HideWish.id)
)


def _wish(row: RowMapping) -> HideWishRead:
    member = {"id": row["user_id"], "first_name": row["first_name"], "last_name": row["last_name"]}
    return HideWishRead.model_validate(
        dict(row)
        | {
            "img_id": row["album_picture_id"],
            "album": {"id": row["album_id"], "title_sv": row["title_sv"], "title_en": row["title_en"]},
            "member": member if row["user_id"] else None,
        }
    )


async def get(session: AsyncSession, wish_id: int) -> HideWishRead:
    """The wish. Raises WishNotFound."""
    row = (await session.execute(_wishes.where(HideWish.id == wish_id))).mappings().first()
    if row is None:
        raise WishNotFound
    return _wish(row)


async def open_wishes(session: AsyncSession, *, limit: int, offset: int) -> list[HideWishRead]:
    """What waits for a decision, the oldest first."""
    waiting = _wishes.where(HideWish.decision.is_(None)).limit(limit).offset(offset)
    return [_wish(row) for row in (await session.execute(waiting)).mappings()]


async def wish(session: AsyncSession, actor: Actor, image_id: int, reason: str) -> HideWish:
    """Hide a picture at once, and ask its keepers to decide; also one that another member's wish hides.

    Raises PictureNotFound, AlreadyWished, DecidedToBeShown, TooManyWishes.
    """
    await lock(session, f"hide wishes of {actor.id}")
    picture = await session.get(AlbumPicture, image_id, with_for_update=True)
    if picture is None:
        raise PictureNotFound
    await _refuse_again(session, actor, picture)
    await _refuse_many(session, actor)
    made = HideWish(album_picture_id=image_id, user_id=actor.id, reason=reason)
    session.add(made)
    if picture.visibility == "shown":
        picture.visibility = "wished"
    await flush(session)
    await notices.tell_of_wish(session, actor, picture)
    return made


async def _refuse_again(session: AsyncSession, actor: Actor, picture: AlbumPicture) -> None:
    theirs = select(HideWish).where(HideWish.album_picture_id == picture.id, HideWish.user_id == actor.id)
    if earlier := await session.scalar(theirs):
        raise DecidedToBeShown if earlier.decision == "show" else AlreadyWished
    if picture.visibility == "hidden":
        raise PictureNotFound


async def _refuse_many(session: AsyncSession, actor: Actor) -> None:
    theirs = select(func.count()).where(HideWish.user_id == actor.id, HideWish.decision.is_(None))
    if (await session.scalar(theirs) or 0) >= MOST_OPEN_WISHES:
        raise TooManyWishes(most=MOST_OPEN_WISHES)


async def decide(session: AsyncSession, actor: Actor, wish_id: int, decision: Decision) -> None:
    """Decide a wish, or decide it anew, and tell the member. The picture is seen again when nobody's wish hides it.

    Raises WishNotFound.
    """
    of_wish = select(AlbumPicture).join(HideWish, HideWish.album_picture_id == AlbumPicture.id)
    # The picture first, as whoever wishes does.
    picture = await session.scalar(of_wish.where(HideWish.id == wish_id).with_for_update(of=AlbumPicture))
    decided = await session.get(HideWish, wish_id)
    if picture is None or decided is None:
        raise WishNotFound
    if decided.decision == decision:
        return
    decided.decision, decided.decided_by, decided.decided_at = decision, actor.id, clock.now()
    await flush(session)
    await _settle(session, picture)
    await notices.tell_of_decision(session, decided, picture)


async def _settle(session: AsyncSession, picture: AlbumPicture) -> None:
    of_it = select(
        case(
            (func.bool_or(HideWish.decision == "hide"), "hidden"),
            (func.bool_or(HideWish.decision.is_(None)), "wished"),
            else_="shown",
        )
    ).where(HideWish.album_picture_id == picture.id)
    settled = update(AlbumPicture).where(AlbumPicture.id == picture.id).values(visibility=of_it.scalar_subquery())
    await session.execute(settled)
