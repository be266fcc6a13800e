"""Aliases as a keeper makes them."""

from typing import Any

import httpx2
from sqlalchemy import update

from guildhall.shared.users.models import User
from tests.guild import Guild, Person

BIL, STYRELSEN = "bil@fsektionen.se", "styrelsen@fsektionen.se"
ANYWHERE = "someone@example.com"


def path(alias: str = BIL, more: str = "") -> str:
    return f"/mail-alias/alias/{alias}{more}"


async def keeper_of(guild: Guild) -> Person:
    return await guild.holder("manage:MailAlias", name="Keeper")


async def make(keeper: Person, alias: str = BIL, **targets: Any) -> dict[str, Any]:
    """A new alias, with targets as `PUT .../targets` takes them."""
    made = await keeper.post("/mail-alias/alias", params={"alias": alias})
    assert made.status_code == 200, made.text
    if not targets:
        return made.json()
    changed = await put(keeper, alias, **targets)
    assert changed.status_code == 200, changed.text
    return changed.json()


async def add(keeper: Person, member: str = ANYWHERE, alias: str = BIL) -> httpx2.Response:
    return await keeper.post(path(alias, "/add_member"), params={"member_email": member})


async def remove(keeper: Person, member: str = ANYWHERE, alias: str = BIL) -> httpx2.Response:
    return await keeper.delete(path(alias, "/remove_member"), params={"member_email": member})


async def put(keeper: Person, alias: str = BIL, **targets: Any) -> httpx2.Response:
    return await keeper.put(path(alias, "/targets"), json=targets)


async def members(keeper: Person, alias: str = BIL) -> list[str]:
    """Who receives now."""
    answer = await keeper.get(path(alias))
    assert answer.status_code == 200, answer.text
    return answer.json()["members"]


async def targets(keeper: Person, alias: str = BIL) -> list[tuple[str, int | None]]:
    """The targets as (kind, id)."""
    return [(target["kind"], target["id"]) for target in (await keeper.get(path(alias))).json()["targets"]]


async def set_account(guild: Guild, person: Person, **columns: bool) -> None:
    """Change what an account is: `is_active`, `is_verified`."""
    async with guild.session() as session:
        await session.execute(update(User).where(User.id == person.id).values(columns))
