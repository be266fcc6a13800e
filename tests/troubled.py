"""A house with a domain that makes trouble of every kind: `python -m tests.troubled serve`, `... worker`."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import structlog
from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import StreamingResponse

from guildhall.app import cli, domains
from guildhall.core.access import Me, public, signed_in
from guildhall.core.errors import Conflict
from guildhall.core.manifest import Domain, Job

log = structlog.get_logger(__name__)
strangers = APIRouter(prefix="/trouble", dependencies=[Depends(public)])
members = APIRouter(prefix="/trouble", dependencies=[Depends(signed_in)])
meeting: list[asyncio.Event] = []


class TroubleExpected(Conflict):
    code, en, sv = "trouble_expected", "That was to be expected", "Det var väntat"


@strangers.get("/plain")
async def plain() -> None:
    raise RuntimeError("the roof leaks")


@strangers.get("/filled-in")
async def filled_in(secret: str) -> None:
    raise RuntimeError(f"the roof leaks on {secret}")


@strangers.get("/key")
async def key(secret: str) -> Any:
    return {}[secret]


@strangers.get("/chain")
async def chain(secret: str) -> None:
    try:
        raise ValueError(secret)
    except ValueError as error:
        error.add_note(secret)
        raise ExceptionGroup(secret, [error, KeyError(secret)]) from error


@strangers.get("/misfit", response_model=list[int])
async def misfit(secret: str) -> Any:
    return [secret]


@strangers.get("/twice")
async def twice() -> None:
    try:
        raise RuntimeError("said twice")
    except RuntimeError as error:
        log.error("it rains", exc_info=error)
        raise


@strangers.get("/broken-off")
async def broken_off() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"so far so good"
        raise RuntimeError("and now this")

    return StreamingResponse(parts())


@strangers.get("/words")
async def words(secret: str) -> None:
    log.error("a queue stands still", queue="mail", seconds=700, to=secret)


@strangers.get("/library")
async def library(secret: str) -> None:
    logging.getLogger("library").error("cannot deliver to %s", secret)


@strangers.get("/forgotten")
async def forgotten(secret: str) -> None:
    async def fail() -> None:
        raise ValueError(secret)

    task = asyncio.create_task(fail())
    await asyncio.wait([task])


@strangers.get("/refused")
async def refused() -> None:
    log.error("a refusal is no error", exc_info=TroubleExpected())
    raise TroubleExpected


@members.get("/warned")
async def warned(_: Me) -> None:
    logging.getLogger("library").warning("it clouds over")


@members.get("/meeting")
async def meet(_: Me) -> None:
    # Whoever comes first waits for the second, so that both go wrong at the same time.
    if meeting:
        meeting.pop().set()
    else:
        meeting.append(other := asyncio.Event())
        await other.wait()
    await asyncio.sleep(0)
    raise RuntimeError("the roof leaks")


async def refuse(_session: AsyncSession) -> None:
    raise TroubleExpected


async def warn(_session: AsyncSession) -> None:
    logging.getLogger("library").warning("it clouds over")


troubles = Domain(
    name="troubles",
    routers=(strangers, members),
    jobs=(Job("trouble.refuse", refuse, retries=0), Job("trouble.warn", warn)),
)

if __name__ == "__main__":
    domains.DOMAINS = (*domains.DOMAINS, troubles)  # before anybody reads it
    cli.run()
