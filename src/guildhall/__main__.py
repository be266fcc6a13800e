"""`python -m guildhall`."""

import gc

gc.set_threshold(10_000)  # neither imports nor long lists are garbage; looking for it there is a tenth of the time

from guildhall.app.cli import run  # noqa: E402 - the imports are to gain from it

run()
