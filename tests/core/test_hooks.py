"""Hooks: how news travels upwards."""

import pytest

from guildhall.core.hooks import Hook


def hook() -> Hook[[int], str]:
    return Hook("ready")


async def once(number: int) -> str:
    return f"once {number}"


async def twice(number: int) -> str:
    return f"twice {number}"


async def test_all_who_filled_it_answer_in_their_order() -> None:
    ready = hook()
    assert await ready.gather(1) == []
    ready.fill("songs", once)
    ready.fill("events", twice)
    assert await ready.gather(1) == ["once 1", "twice 1"]
    assert await ready.gather(2) == ["once 2", "twice 2"]


async def test_who_fills_again_is_asked_once() -> None:
    ready = hook()
    ready.fill("songs", once)
    ready.fill("songs", twice)
    assert await ready.gather(1) == ["twice 1"]


async def test_the_only_one_is_asked() -> None:
    ready = hook()
    with pytest.raises(LookupError, match="ready is filled by nobody"):
        await ready.ask(1)
    ready.fill("songs", once)
    assert await ready.ask(1) == "once 1"
    ready.fill("events", twice)
    with pytest.raises(LookupError, match=r"songs.*events"):
        await ready.ask(1)


async def test_an_answer_that_fails_is_not_hidden() -> None:
    ready = hook()

    async def fails(number: int) -> str:
        raise ValueError(number)

    ready.fill("songs", fails)
    with pytest.raises(ValueError, match="7"):
        await ready.gather(7)
