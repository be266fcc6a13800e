"""How the house is doing: figures for Prometheus, errors and traces for Sentry.

Figures are counted always, and across all processes of a machine once `shared` was called. Sentry hears something only
between the beginning and the end of `reporting`, which the long-running commands open when a DSN is set.

>>> with telemetry.doing("mail.deliver") as attempt: ...     # platform/jobs, around every attempt at a job
>>> telemetry.count_push("fcm", "delivered")                 # platform/push, which knows what became of each
"""

from guildhall.platform.telemetry.attempts import doing
from guildhall.platform.telemetry.meters import count_push
from guildhall.platform.telemetry.pools import sampled
from guildhall.platform.telemetry.sentry import WrongDsn, reporting
from guildhall.platform.telemetry.sharing import shared
from guildhall.platform.telemetry.watching import Watch

__all__ = ["Watch", "WrongDsn", "count_push", "doing", "reporting", "sampled", "shared"]
