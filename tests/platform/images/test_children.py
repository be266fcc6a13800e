"""Pictures that end, hang or swell the process that works on them cost nobody else anything."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from guildhall.platform.images.pool import Confines, Pool
from tests import images
from tests.platform.images.children import children_of, is_gone, read, signal_at_work, until
from tests.processes import ROOT

MIB = 1024 * 1024
Crew = Callable[..., Awaitable[Pool]]
ROOMY = Confines(seconds=30, memory=2048 * MIB)
ALONE = """
import asyncio, sys
from guildhall.platform.images.pool import Confines, Pool
pool = Pool(1, Confines(30, 2 * 1024**3))
for path in sys.argv[1:]:
    print(asyncio.run(pool.work(do="examine", path=path, megapixels=1000)), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def long_work(tmp_path: Path) -> Path:
    """A picture that takes a while."""
    path = tmp_path / "long.png"
    path.write_bytes(images.bomb(20_000))
    return path


@pytest.fixture
def short_work(tmp_path: Path) -> Path:
    path = tmp_path / "short.jpg"
    path.write_bytes(images.jpeg())
    return path


@pytest.fixture
def crew(short_work: Path) -> Iterator[Crew]:
    """A pool of one child that is there already."""
    with ExitStack() as stack:

        async def made(confines: Confines = ROOMY) -> Pool:
            pool = Pool(1, confines)
            stack.callback(pool.close)
            await ask(pool, short_work)
            return pool

        yield made


async def ask(pool: Pool, path: Path) -> dict[str, object]:
    return await pool.work(do="examine", path=str(path), megapixels=1000)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
async def test_a_picture_that_ends_its_child_is_broken_and_the_next_one_is_fine(
    crew: Crew, long_work: Path, short_work: Path, number: int
) -> None:
    pool = await crew()
    asked = asyncio.create_task(ask(pool, long_work))
    await signal_at_work(number)
    assert (await asked)["unfit"] == "broken"
    assert (await ask(pool, short_work))["width"] == 40


async def test_a_picture_that_hangs_its_child_is_broken_and_the_child_is_gone(
    crew: Crew, long_work: Path, short_work: Path
) -> None:
    pool = await crew(Confines(seconds=1.5, memory=ROOMY.memory))
    asked = asyncio.create_task(ask(pool, long_work))
    child = await signal_at_work(signal.SIGSTOP)
    assert (await asked)["unfit"] == "broken"
    assert is_gone(child)
    assert (await ask(pool, short_work))["width"] == 40


async def test_a_picture_that_wants_more_memory_than_there_is_is_broken(
    crew: Crew, tmp_path: Path, short_work: Path
) -> None:
    pool = await crew(Confines(seconds=30, memory=300 * MIB))
    large = tmp_path / "large.jpg"
    large.write_bytes(images.jpeg(12_000, 10_000, progressive=True))  # its coefficients stand in memory all at once
    assert (await ask(pool, large))["unfit"] == "broken"
    assert (await ask(pool, short_work))["width"] == 40


async def test_a_child_that_died_while_it_had_nothing_to_do_harms_no_picture(crew: Crew, short_work: Path) -> None:
    before = set(children_of(os.getpid()))
    pool = await crew()
    (child,) = set(children_of(os.getpid())) - before
    os.kill(child, signal.SIGKILL)
    await until(lambda: is_gone(child))
    assert (await ask(pool, short_work))["width"] == 40


async def test_ctrl_c_and_the_end_of_a_service_let_a_picture_be_finished(crew: Crew, long_work: Path) -> None:
    pool = await crew()
    asked = asyncio.create_task(ask(pool, long_work))
    child = await signal_at_work(signal.SIGTERM)
    os.kill(child, signal.SIGINT)
    assert (await asked)["width"] == 20_000


async def test_a_child_knows_none_of_our_secrets(crew: Crew) -> None:
    before = set(children_of(os.getpid()))
    await crew()
    (child,) = set(children_of(os.getpid())) - before
    environment = read(child, "environ")
    assert b"GUILDHALL_SECRET_KEY" in b"".join(name.encode() for name in os.environ)
    assert b"GUILDHALL" not in environment


async def test_no_child_outlives_a_parent_that_is_killed(short_work: Path, long_work: Path) -> None:
    with _parent(short_work, long_work) as parent:
        assert parent.stdout
        await asyncio.to_thread(parent.stdout.readline)
        child = await signal_at_work(0, parent=parent.pid)
        parent.kill()
    await until(lambda: is_gone(child))


async def test_no_child_outlives_a_parent_that_ends_by_itself(short_work: Path) -> None:
    with _parent(short_work) as parent:  # at its end nobody speaks to it any more
        assert parent.stdout
        assert b"'width': 40" in await asyncio.to_thread(parent.stdout.readline)
        (child,) = children_of(parent.pid)
    await until(lambda: is_gone(child))


def _parent(*paths: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", ALONE, *map(str, paths)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
