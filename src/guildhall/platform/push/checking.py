"""What is wrong with the settings, said when a worker starts and not when the first message is lost."""

import structlog

from guildhall.core.settings import settings
from guildhall.platform.push import accounts, origins

log = structlog.get_logger(__name__)


def complain() -> None:
    """Log what keeps messages from being pushed as the settings want it; nothing when all is well."""
    for word in origins.unusable():
        log.error("GUILDHALL_WEBPUSH_ORIGINS: no browser will ever fit this word", word=word)
    file = settings().fcm_credentials
    try:
        if file:
            accounts.account(file)
    except accounts.BrokenCredentials as error:
        log.error("GUILDHALL_FCM_CREDENTIALS: nothing is pushed to the app", error=str(error))
