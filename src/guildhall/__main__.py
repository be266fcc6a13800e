"""`python -m guildhall`."""

from guildhall.app.cli import run

run()
