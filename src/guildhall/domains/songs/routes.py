"""Paths of songs."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Query, Request

from guildhall.core.access import may, public
from guildhall.core.database import Session
from guildhall.core.routing import Router
from guildhall.core.types import Id, Storable
from guildhall.domains.songs.models import SongCategory
from guildhall.domains.songs.schemas import SongCategoryCreate, SongCategoryRead, SongCreate, SongRead
from guildhall.domains.songs.service import categories, keeping, reading
from guildhall.domains.songs.service import views as viewing

BOOK, SHELVES = "/songs", "/songs-category"
keeps = may("manage", "Song")
everybody = Router(prefix=BOOK, tags=["songs"], dependencies=[Depends(public)])
keepers = Router(prefix=BOOK, tags=["songs"], dependencies=[Depends(keeps)])
browsers = Router(prefix=SHELVES, tags=["songs category"], dependencies=[Depends(public)])
shelvers = Router(prefix=SHELVES, tags=["songs category"], dependencies=[Depends(keeps)])
Most = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
Text = Annotated[str, Query(min_length=1, max_length=200), Storable]


def _views(request: Request) -> viewing.Views:
    return request.app.state.views


Views = Annotated[viewing.Views, Depends(_views)]


@everybody.get("/")
async def get_all_songs(db: Session, views: Views) -> list[SongRead]:
    return await reading.all_songs(db, views)


@everybody.get("/top")
async def get_top_songs(db: Session, views: Views, limit: Most = 20) -> list[SongRead]:
    """The songs that were viewed most."""
    return await reading.top(db, views, limit)


@everybody.get("/search")
async def search_songs(db: Session, views: Views, q: Text, limit: Most = 50) -> list[SongRead]:
    """Songs by words of their title, melody, author and text, the best first."""
    return await reading.search(db, views, q, limit)


@everybody.get("/{song_id}")
async def get_song(db: Session, views: Views, song_id: Id) -> SongRead:
    return await reading.view(db, views, song_id)


@keepers.post("/")
async def create_song(db: Session, wish: SongCreate) -> SongRead:
    return await reading.get(db, (await keeping.create(db, wish)).id)


@keepers.patch("/{song_id}")
async def update_song(db: Session, song_id: Id, wish: SongCreate) -> SongRead:
    await keeping.update(db, song_id, wish)
    return await reading.get(db, song_id)


@keepers.delete("/{song_id}")
async def delete_song(db: Session, song_id: Id) -> SongRead:
    return await keeping.delete(db, song_id)


@browsers.get("/", response_model=list[SongCategoryRead])
async def get_all_song_categories(db: Session) -> Sequence[SongCategory]:
    return await categories.all_categories(db)


@browsers.get("/{category_id}", response_model=SongCategoryRead)
async def get_song_category(db: Session, category_id: Id) -> SongCategory:
    return await categories.get(db, category_id)


@shelvers.post("/", response_model=SongCategoryRead)
async def create_song_category(db: Session, wish: SongCategoryCreate) -> SongCategory:
    return await categories.create(db, wish)


@shelvers.patch("/{category_id}", response_model=SongCategoryRead)
async def update_song_category(db: Session, category_id: Id, wish: SongCategoryCreate) -> SongCategory:
    return await categories.rename(db, category_id, wish)


@shelvers.delete("/{category_id}", response_model=SongCategoryRead)
async def delete_song_category(db: Session, category_id: Id) -> SongCategory:
    return await categories.delete(db, category_id)
