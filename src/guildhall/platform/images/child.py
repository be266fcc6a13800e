"""A child: confines itself, then does what it is asked over its standard input, one picture after the other.

It ends with its parent, when it has had nothing to do for a minute, or by whatever a picture does to it.
"""

import ctypes
import errno
import json
import os
import resource
import signal
import sys
from multiprocessing.connection import Connection
from typing import Any

from guildhall.platform.images.errors import Unfit, Unready

NO_ROOM = os.strerror(errno.ENOSPC)  # libraries put it in words of their own around it
IDLE = 60.0  # seconds
PATIENT = 19  # niceness: whoever asks for a page comes first
PR_SET_PDEATHSIG = 1
FILES, LARGEST_FILE = 64, 1024**3


def main() -> None:
    """Work until nobody asks any more."""
    _confine(int(sys.argv[1]))
    from guildhall.platform.images import developing, examining  # the libraries are confined too

    tasks = {"examine": examining.examine, "develop": developing.develop}
    line = Connection(os.dup(0))
    try:
        line.send_bytes(b"{}")
        while line.poll(IDLE):
            wish: dict[str, Any] = json.loads(line.recv_bytes())
            line.send_bytes(json.dumps(_done(tasks[wish.pop("do")], wish)).encode())
    except (EOFError, OSError):
        return  # the parent has ended


def _done(task: Any, wish: dict[str, Any]) -> dict[str, Any]:
    try:
        return task(**wish)
    except Unfit as unfit:
        return {"unfit": unfit.reason, "why": str(unfit)}
    except Unready as unready:
        return {"unready": str(unready)}
    except Exception as error:  # whatever a library makes of a picture that is not one
        why = f"{type(error).__name__}: {error}"[:1000]
        return {"unready": why} if NO_ROOM in why else {"unfit": "broken", "why": why}


def _confine(memory: int) -> None:
    # Ctrl-C and systemd tell everybody; the parent lets its work be finished, so the child must not hear it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.nice(PATIENT)
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_NOFILE, FILES),
    ):
        resource.setrlimit(what, (most, most))
    if sys.platform == "linux":  # elsewhere it ends when it next speaks to its parent
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
