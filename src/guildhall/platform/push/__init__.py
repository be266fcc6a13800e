"""Push: a few words on the screens of phones and browsers, through Firebase and the browsers' push services.

>>> key = await push.vapid_key(session)
>>> outcomes = await push.send(key, [(AppTarget(token), message), (BrowserTarget(endpoint, p256dh, auth), message)])

The caller holds the devices: it forgets those that are `gone` and tries again those that are for `later`.
"""

from guildhall.platform.push.browsers import has_keys
from guildhall.platform.push.checking import complain
from guildhall.platform.push.keys import VapidKey, vapid_key
from guildhall.platform.push.messages import AppTarget, BrowserTarget, Message, Outcome, Target
from guildhall.platform.push.origins import allowed
from guildhall.platform.push.sending import send

__all__ = [
    "AppTarget",
    "BrowserTarget",
    "Message",
    "Outcome",
    "Target",
    "VapidKey",
    "allowed",
    "complain",
    "has_keys",
    "send",
    "vapid_key",
]
