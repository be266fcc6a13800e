"""A Postfix of our own on loopback, from this machine's programs: nothing of the system's Postfix is touched.

It listens on a free port, keeps everything in a folder of its own, and hands all that it would send out into the
world to a sink, which notes who got what.
"""

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiosmtplib
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.processes import free_port

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
PATIENCE = 60
HOST, OURSELVES, STRANGER = "127.0.0.1", "127.0.0.99", "127.0.0.1"
# Which service, kind, private, unprivileged, chroot, wakeup, how many at most, program
SERVICES = """
pickup    unix       n - n 60  1 pickup
cleanup   unix       n - n -   0 cleanup
qmgr      unix       n - n 300 1 qmgr
rewrite   unix       - - n -   - trivial-rewrite
bounce    unix       - - n -   0 bounce
defer     unix       - - n -   0 bounce
trace     unix       - - n -   0 bounce
proxymap  unix       - - n -   - proxymap
smtp      unix       - - n -   - smtp
error     unix       - - n -   - error
retry     unix       - - n -   - error
anvil     unix       - - n -   1 anvil
postlog   unix-dgram n - n -   1 postlogd
"""
# Stops Postfix when its standard input ends: at the end of the tests, and also when they are killed.
GUARDIAN = """
exec 3<&0
"$@" </dev/null 3<&- &
master=$!
read -r _ <&3
kill "$master" && wait "$master"
"""
# Only what it takes to stand beside a system's Postfix, without DNS, and with the sink for the world.
BESIDE = """
compatibility_level = 3.6
config_directory = {folder}/config
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = /dev/stdout
myhostname = mail.guild.example
inet_interfaces = {host}
inet_protocols = ipv4
alias_maps =
alias_database =
disable_dns_lookups = yes
smtp_host_lookup = native
default_transport = smtp:[{host}]:{sink}
"""


def missing() -> str:
    """Why there can be no Postfix here; empty when there can."""
    if not shutil.which("postconf", path=PATH):
        return "Postfix is not installed here (Debian: apt install postfix-pgsql)"
    with tempfile.TemporaryDirectory() as config:  # the system's Postfix may be installed and not configured
        Path(config, "main.cf").touch()
        kinds = _run("postconf", "-c", config, "-m").split()
    if "pgsql" not in kinds:
        return "this Postfix cannot ask PostgreSQL (Debian: apt install postfix-pgsql)"
    return "" if Path("/proc/self").owner() == "root" else "only root can start a Postfix"


def _run(name: str, *arguments: str) -> str:
    """What one of Postfix's commands prints."""
    command = [shutil.which(name, path=PATH) or name, *arguments]
    return subprocess.run(command, env={"PATH": PATH}, capture_output=True, text=True, check=True).stdout


class Sink:
    """The world: takes every mail, and keeps it by recipient."""

    def __init__(self) -> None:
        self.mailboxes: defaultdict[str, list[bytes]] = defaultdict(list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """What aiosmtpd calls for each mail."""
        for recipient in envelope.rcpt_tos:
            assert isinstance(envelope.content, bytes)
            self.mailboxes[recipient].append(envelope.content)
        return "250 OK"


class Postfix:
    """A running Postfix; `send` speaks to it as a stranger's mail server does."""

    def __init__(self, port: int, sink: Sink, said: asyncio.StreamReader) -> None:
        self.port, self.log = port, list[str]()
        self._sink, self._said, self._news = sink, said, asyncio.Condition()

    async def listen(self) -> None:
        """Note what it logs, until it ends."""
        async for line in self._said:
            async with self._news:
                self.log.append(line.decode())
                self._news.notify_all()

    async def until_it_says(self, words: str) -> None:
        """Wait for a line of its log."""
        try:
            async with asyncio.timeout(PATIENCE), self._news:
                await self._news.wait_for(lambda: any(words in line for line in self.log))
        except TimeoutError:
            raise AssertionError(f"it did not say {words!r}:\n{''.join(self.log)}") from None

    def mailbox(self, address: str) -> list[bytes]:
        """What reached an address by the latest mail."""
        return self._sink.mailboxes[address]

    async def send(self, *to: str, by: str = STRANGER, sender: str = "company@example.org") -> dict[str, int]:
        """Send a mail and wait until it is dealt with; how many mails each mailbox got by it.

        Raises aiosmtplib.SMTPRecipientsRefused when none of the recipients was taken.
        """
        self._sink.mailboxes.clear()
        client = aiosmtplib.SMTP(hostname=HOST, port=self.port, start_tls=False, source_address=(by, 0))
        async with client:
            _, answer = await client.sendmail(sender, to, "From: a\r\nTo: b\r\nSubject: Hej\r\n\r\nHej!\r\n")
        queued = re.search(r"queued as (\w+)", answer)
        assert queued, answer
        await self.until_it_says(f"{queued[1]}: removed")
        return {mailbox: len(mails) for mailbox, mails in self._sink.mailboxes.items()}


@asynccontextmanager
async def running(main_cf: str, aliases_cf: str) -> AsyncIterator[Postfix]:
    """A Postfix with these files, stopped at the end; it also ends when this process is killed."""
    folder = Path(tempfile.mkdtemp(prefix="postfix-of-tests-", dir="/tmp"))
    sink = Sink()
    try:
        async with _listening(lambda: SMTP(sink, enable_SMTPUTF8=True)) as world:
            port = free_port()
            _install(folder, main_cf, aliases_cf, port, world)
            async with _started(folder, port, sink) as postfix:
                yield postfix
    finally:
        shutil.rmtree(folder)


@asynccontextmanager
async def forwarded(socket: str) -> AsyncIterator[int]:
    """A port of loopback that leads to a unix socket which Postfix's own user may not enter."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while part := await reader.read(65536):
                writer.write(part)
                await writer.drain()
        writer.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_unix_connection(socket)
        await asyncio.gather(pump(reader, there_writer), pump(there_reader, writer))

    server = await asyncio.start_server(connect, HOST, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def _listening(protocol: Any) -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(protocol, HOST, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def _install(folder: Path, main_cf: str, aliases_cf: str, port: int, world: int) -> None:
    folder.chmod(0o755)  # Postfix's own user goes through
    for name in ("config", "queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    config = folder / "config"
    beside = BESIDE.format(folder=folder, host=HOST, sink=world)
    main_cf = re.sub(r"(?m)^mynetworks = .*", f"mynetworks = {OURSELVES}", main_cf.replace("/etc/postfix", str(config)))
    (config / "main.cf").write_text(main_cf + beside)
    (config / "master.cf").write_text(f"{HOST}:{port} inet n - n - - smtpd{SERVICES}")
    (config / "pgsql-aliases.cf").write_text(aliases_cf)
    (config / "pgsql-aliases.cf").chmod(0o640)
    shutil.chown(config / "pgsql-aliases.cf", "root", "postfix")


def _master(config: str) -> str:
    """Make the queue; the path of the master daemon, which outlives `postfix start-fg` when that is stopped."""
    _run("postfix", "-c", config, "check")
    return _run("postconf", "-c", config, "-h", "daemon_directory").strip() + "/master"


@asynccontextmanager
async def _started(folder: Path, port: int, sink: Sink) -> AsyncIterator[Postfix]:
    config = str(folder / "config")
    said, theirs = os.pipe()  # the log daemon opens it by its name, which cannot be done with uvloop's sockets
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", GUARDIAN, "sh", _master(config), "-c", config, "-s"),
        env={"PATH": PATH, "MAIL_CONFIG": config},
        stdin=asyncio.subprocess.PIPE,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    reader = asyncio.StreamReader()
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(said, "rb")
    )
    postfix = Postfix(port, sink, reader)
    listening = asyncio.create_task(postfix.listen())
    try:
        await postfix.until_it_says("daemon started")
        yield postfix
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
        await listening
        pipe.close()
