"""The command line: `./guildhall COMMAND`."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from guildhall.app import cli_draw, cli_house, cli_mail, cli_pictures, cli_postfix, cli_storage, cli_storage_move

app = typer.Typer(
    help="Guildhall, the backend of a student guild. `up` starts everything; `test` tests everything.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
admin = typer.Typer(help="Administrators.", no_args_is_help=True)
app.add_typer(admin, name="admin")
app.add_typer(cli_mail.mail, name="mail")
app.add_typer(cli_pictures.pictures, name="pictures")
app.add_typer(cli_storage.storage, name="storage")
cli_postfix.add_to(cli_mail.mail)
cli_storage_move.add_to(cli_storage.storage)
cli_draw.add_to(app)
cli_house.add_to(app)

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)]
Data = Annotated[Path | None, typer.Option(help="Folder for database, files and secrets (GUILDHALL_DATA).")]


def run() -> None:
    """Run the command line; what stops it is said in a sentence, not in a traceback."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    from sqlalchemy.exc import OperationalError

    from guildhall.app.server import PortTaken
    from guildhall.app.starting import GuildNotEmpty, NotInProduction
    from guildhall.app.worker import NoSuchQueue
    from guildhall.core.errors import Refusal
    from guildhall.platform.embedded_postgres import EmbeddedPostgresError
    from guildhall.platform.storage import UnusableStore, WrongStorageUrl
    from guildhall.platform.storage.moving import StoreAway, WrongMove
    from guildhall.platform.storage.sweeping import WrongStore
    from guildhall.platform.telemetry import WrongDsn

    said = (EmbeddedPostgresError, PortTaken, GuildNotEmpty, NotInProduction, NoSuchQueue, WrongDsn)
    said += (UnusableStore, WrongStorageUrl, StoreAway, WrongMove, WrongStore)
    try:
        app(prog_name="guildhall")
    except ValidationError as error:
        _fail("The settings are not right:\n" + "\n".join(f"  {_fault(fault)}" for fault in error.errors()))
    except Refusal as refusal:
        _fail(str(refusal.detail("en")))
    except said as error:
        _fail(str(error))
    except OperationalError as error:
        _fail(f"The database does not answer: {error.orig}")
    except KeyboardInterrupt:
        sys.exit(130)


def _fault(fault: ErrorDetails) -> str:
    name = "_".join(str(part) for part in fault["loc"]).upper()
    return f"GUILDHALL_{name}: {fault['msg']}" if name else str(fault["msg"]).removeprefix("Value error, ")


def _fail(words: str) -> None:
    typer.echo(f"guildhall: {words}", err=True)
    sys.exit(1)


def use(data: Path | None) -> None:
    if data is not None:
        os.environ["GUILDHALL_DATA"] = str(data)


@app.command()
def up(
    host: Host = "0.0.0.0",  # noqa: S104 - the app's emulator reaches a laptop's guild from outside
    port: Port = 8000,
    data: Data = None,
    demo: Annotated[bool, typer.Option(help="Fill an empty guild with the demo guild.")] = True,
    access_log: Annotated[bool, typer.Option(help="Log every request.")] = False,
) -> None:
    """Start a living guild: database, migrations, the demo guild on first start, API and worker."""
    use(data)
    from guildhall.app import living

    living.up(host, port, demo=demo, access_log=access_log)


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    data: Data = None,
    fd: Annotated[int | None, typer.Option(help="A listening socket passed by a supervisor.")] = None,
    worker: Annotated[bool | None, typer.Option(help="Do jobs in this process too (GUILDHALL_WORKER).")] = None,
    access_log: Annotated[bool, typer.Option(help="Log every request.")] = False,
) -> None:
    """Serve the API on a database that is migrated. Takes systemd's socket when there is one."""
    use(data)
    from guildhall.app import living

    living.serve(host, port, fd=fd, worker=worker, access_log=access_log)


@app.command()
def worker(
    queues: Annotated[str, typer.Option(help="Only these queues, with commas between; all by default.")] = "",
    data: Data = None,
) -> None:
    """Do jobs and schedules until SIGINT or SIGTERM; running jobs are finished."""
    use(data)
    from guildhall.app import living

    living.work([queue.strip() for queue in queues.split(",") if queue.strip()])


@app.command()
def migrate(
    down: Annotated[str, typer.Option(metavar="REVISION", help="Go down to a revision instead; `base` empties.")] = "",
    data: Data = None,
) -> None:
    """Bring the database to the newest schema."""
    use(data)
    from guildhall.app import migrating, starting

    with starting.database_url() as url:
        migrating.downgrade(url, down) if down else migrating.upgrade(url)


@app.command()
def seed(data: Data = None) -> None:
    """Fill an empty guild with the demo guild (not in production)."""
    use(data)
    from guildhall.app import starting

    with starting.database_url() as url:
        starting.in_session(url, starting.seed)
    typer.echo("The demo guild has moved in. Sign in as boss@fsektionen.se with the password dabdab69.")


@admin.command("create")
def admin_create(
    email: str,
    first_name: Annotated[str, typer.Option()] = "Admin",
    last_name: Annotated[str, typer.Option()] = "Administratör",
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
    data: Data = None,
) -> None:
    """Make EMAIL a verified member with a post that carries every permission."""
    use(data)
    from guildhall.app import living

    password = sys.stdin.readline().strip() if password_stdin else typer.prompt("Password", hide_input=True)
    living.create_administrator(email, password, first_name, last_name)
    typer.echo(f"{email} administers the guild now.")


@app.command()
def openapi() -> None:
    """Print the OpenAPI document; needs no database."""
    from guildhall.app.main import create_app

    typer.echo(json.dumps(create_app("postgresql://").openapi(), ensure_ascii=False, indent=2))


@app.command()
def access() -> None:
    """Print who may enter which route, as docs/access.md has it."""
    from guildhall.app.main import create_app
    from guildhall.app.tables import access_table

    typer.echo(access_table(create_app("postgresql://")), nl=False)
