"""Songs that the tests sing from."""

from typing import Any

from tests.guild import Guild, Person


async def category(keeper: Person, name: str = "Punschvisor") -> int:
    """A new category; its id."""
    answer = await keeper.post("/songs-category/", json={"name": name})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def wish(category_id: int, title: str = "Måsen", **fields: object) -> dict[str, Any]:
    """A wish for a song, with every key of the wire."""
    return {
        "title": title,
        "author": None,
        "melody": "När månen vandrar",
        "content": "Det satt en mås på en klyvarbom",
        "category_id": category_id,
        **fields,
    }


async def written(keeper: Person, category_id: int, title: str = "Måsen", **fields: object) -> dict[str, Any]:
    """A new song, as it was answered."""
    answer = await keeper.post("/songs/", json=wish(category_id, title, **fields))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def keeper_and_shelf(guild: Guild) -> tuple[Person, int]:
    """Somebody who keeps the song book, and a category."""
    keeper = await guild.holder("manage:Song")
    return keeper, await category(keeper)
