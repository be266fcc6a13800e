"""The embedded PostgreSQL: makes itself, keeps its data, and never outlives the one who started it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psutil
import psycopg
import pytest

from guildhall.platform import embedded_postgres
from guildhall.platform.embedded_postgres import AlreadyRunning, EmbeddedPostgresError, Server
from guildhall.platform.embedded_postgres.locks import Lock

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root keeps its clusters below /var/lib/guildhall")
SUPERVISOR = """
import sys, time
from pathlib import Path
from guildhall.platform import embedded_postgres
server = embedded_postgres.start(Path(sys.argv[1]), durable=False)
if "careless" in sys.argv:
    server.leash.lock.release()
print(server.leash.guardian.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    """A data folder that does not exist yet, with all that is hard about a path."""
    yield tmp_path / f"Glada Gillet på Ön {'långt ' * 20}"
    for home in tmp_path.glob("*/postgres"):
        embedded_postgres.remove(home.parent)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A running server for the tests that only look at it."""
    folder = tmp_path_factory.mktemp("looked at")
    with serving(folder) as server:
        yield server
    embedded_postgres.remove(folder)


@contextmanager
def serving(folder: Path) -> Generator[Server]:
    """A server on `folder` that this process keeps."""
    server = embedded_postgres.start(folder, durable=False)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def supervisor(folder: Path, *manners: str) -> Generator["subprocess.Popen[str]"]:
    """Another process that keeps a server on `folder`; its first line is the guardian's process id."""
    command = [sys.executable, "-c", SUPERVISOR, str(folder), *manners]
    ours = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ours) as process:
        try:
            yield process
        finally:
            process.kill()


def until_ready(process: "subprocess.Popen[str]") -> int:
    assert process.stdout
    return int(process.stdout.readline())


def ask(server: Server, question: LiteralString) -> object:
    with psycopg.connect(server.url()) as connection:
        return connection.execute(question).fetchone()


def tell(server: Server, fact: str) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE facts (fact text)")
        connection.execute("INSERT INTO facts VALUES (%s)", [fact])


def what_it_knows(server: Server) -> object:
    return ask(server, "SELECT string_agg(fact, ', ') FROM facts")


def attached(folder: Path) -> Server:
    server = embedded_postgres.running(folder)
    assert server
    return server


def soon(happens: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not happens() and time.monotonic() < deadline:
        time.sleep(0.01)
    return happens()


def test_the_first_start_makes_an_empty_database(server: Server) -> None:
    assert ask(server, "SELECT current_database()") == ("guildhall",)
    assert ask(server, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == (0,)


def test_the_database_speaks_utc_and_swedish(server: Server) -> None:
    assert ask(server, "SELECT current_setting('timezone')") == ("UTC",)
    assert ask(server, "SELECT upper('åäö'), 'Åkarp' ILIKE 'å%'") == ("ÅÄÖ", True)
    assert ask(server, "SELECT to_tsvector('swedish', 'ÄLGARNA')") == ("'älg':1",)


def test_no_network_port_is_opened_and_strangers_are_kept_out(server: Server) -> None:
    assert ask(server, "SHOW listen_addresses") == ("",)
    assert server.sockets.stat().st_mode & 0o777 == 0o700


def test_the_terminals_ctrl_c_does_not_reach_the_server(server: Server) -> None:
    assert os.getsid(server.pid) != os.getsid(0)


def test_the_servers_own_client_programs_work(server: Server) -> None:
    psql = [server.program("psql"), server.url(), "--tuples-only", "--command=SELECT 'moose'"]
    assert subprocess.run(psql, capture_output=True, text=True, check=True).stdout.strip() == "moose"


@as_root
def test_root_runs_the_server_as_somebody_else(server: Server) -> None:
    assert server.cluster.owner.uid != 0
    assert server.cluster.home.parent == Path("/var/lib/guildhall")


def test_the_second_start_keeps_the_data(folder: Path) -> None:
    with serving(folder) as server:
        tell(server, "Moose like bogs")
    with serving(folder) as server:
        assert what_it_knows(server) == ("Moose like bogs",)


def test_a_stopped_server_leaves_nothing_behind(folder: Path) -> None:
    with serving(folder) as server:
        pass
    assert not psutil.pid_exists(server.pid)
    assert not server.sockets.exists()
    assert embedded_postgres.running(folder) is None


def test_stopping_twice_does_not_stop_the_next_server(folder: Path) -> None:
    with serving(folder) as first:
        pass
    with serving(folder) as second:
        first.stop()
        assert psutil.pid_exists(second.pid)


def test_a_deleted_folder_means_a_new_empty_database(folder: Path) -> None:
    with serving(folder) as server:
        tell(server, "Moose like bogs")
    shutil.rmtree(folder)
    with serving(folder) as fresh, pytest.raises(psycopg.errors.UndefinedTable):
        what_it_knows(fresh)
    shutil.rmtree(server.cluster.home, ignore_errors=True)


def test_another_process_can_attach(folder: Path) -> None:
    with supervisor(folder) as process:
        assert embedded_postgres.running(folder) is None
        until_ready(process)
        tell(attached(folder), "Moose like bogs")
        assert what_it_knows(attached(folder)) == ("Moose like bogs",)


def test_a_second_supervisor_is_refused_and_told_who_is_first(folder: Path) -> None:
    with supervisor(folder) as process:
        until_ready(process)
        with pytest.raises(AlreadyRunning, match=str(process.pid)):
            embedded_postgres.start(folder)
        assert attached(folder)


def test_two_folders_start_at_once_without_disturbing_each_other(folder: Path) -> None:
    other = folder.with_name("other")
    with supervisor(folder) as first, supervisor(other) as second:
        until_ready(first)
        until_ready(second)
        tell(attached(folder), "Moose like bogs")
        with pytest.raises(psycopg.errors.UndefinedTable):
            what_it_knows(attached(other))


def test_the_server_does_not_outlive_a_killed_supervisor(folder: Path) -> None:
    with supervisor(folder) as process:
        until_ready(process)
        server = attached(folder)
        tell(server, "Moose like bogs")
        process.kill()
        assert soon(lambda: not psutil.pid_exists(server.pid) and not server.sockets.exists(), seconds=3)
    with serving(folder) as server:
        assert what_it_knows(server) == ("Moose like bogs",)


def test_a_start_right_after_a_kill_waits_for_the_dying_server(folder: Path) -> None:
    with supervisor(folder) as process:
        until_ready(process)
        tell(attached(folder), "Moose like bogs")
        process.kill()
        process.wait()
        with serving(folder) as server:
            assert what_it_knows(server) == ("Moose like bogs",)


def test_an_orphan_is_replaced(folder: Path) -> None:
    with supervisor(folder, "careless") as process:
        until_ready(process)
        orphan = attached(folder)
        tell(orphan, "Moose like bogs")
        with serving(folder) as server:
            assert not psutil.pid_exists(orphan.pid)
            assert what_it_knows(server) == ("Moose like bogs",)


def test_a_dead_servers_note_is_mended_even_if_its_process_id_lives_again(folder: Path) -> None:
    with supervisor(folder) as process:
        guardian = until_ready(process)
        dead = attached(folder)
        os.killpg(guardian, signal.SIGKILL)
    with Lock(dead.cluster.home / "server.lock").taken("the test", patience=5):
        pass  # only now is the last of its processes gone
    note = dead.cluster.data / "postmaster.pid"
    note.write_text(note.read_text().replace(str(dead.pid), str(os.getpid()), 1))
    assert embedded_postgres.running(folder) is None
    with serving(folder) as mended:
        assert mended.pid != dead.pid
        assert not dead.sockets.exists()


def test_a_removed_database_is_gone_wherever_it_was_kept(folder: Path) -> None:
    with serving(folder) as server, pytest.raises(EmbeddedPostgresError, match=r"server\.lock is held"):
        embedded_postgres.remove(folder)
    embedded_postgres.remove(folder)
    assert not server.cluster.home.exists()
    assert not (folder / "postgres").is_symlink()
    embedded_postgres.remove(folder)


def test_an_interrupted_first_start_is_begun_anew(folder: Path) -> None:
    with supervisor(folder) as process:
        assert soon(lambda: any(folder.glob("postgres.new-*/data/PG_VERSION")))
        process.kill()
    assert not (folder / "postgres").exists()
    with serving(folder) as server:
        tell(server, "Moose like bogs")
    assert not list(folder.glob("postgres.new-*"))


def test_an_unusable_place_is_told_in_words_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedPostgresError, match="GUILDHALL_DATABASE_URL"):
        embedded_postgres.start(tmp_path / "file")


def test_a_server_that_does_not_start_says_why(folder: Path) -> None:
    with serving(folder) as server:
        conf = server.cluster.data / "postgresql.conf"
    conf.write_text(conf.read_text() + "\nshared_buffers = plenty\n")
    with pytest.raises(EmbeddedPostgresError, match=r"shared_buffers.*plenty"):
        embedded_postgres.start(folder)
    assert Lock(folder / "supervisor.lock").take("free again")


def test_a_long_log_is_put_aside(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "postgres.log").write_text("x" * 1_000_001)
    with serving(folder):
        assert (folder / "postgres.log").stat().st_size < 10_000


@as_root
def test_roots_cluster_that_is_gone_is_missed_and_not_replaced_in_silence(folder: Path) -> None:
    with serving(folder) as server:
        pass
    shutil.rmtree(server.cluster.home)
    with pytest.raises(EmbeddedPostgresError, match="which is gone"):
        embedded_postgres.start(folder)


@as_root
def test_a_copy_of_roots_folder_does_not_take_the_originals_server(folder: Path, tmp_path: Path) -> None:
    with serving(folder) as server:
        shutil.copytree(folder, tmp_path / "copy", symlinks=True)
        with pytest.raises(AlreadyRunning, match="one is a copy"):
            embedded_postgres.start(tmp_path / "copy")
        assert psutil.pid_exists(server.pid)
