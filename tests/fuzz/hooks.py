"""Who sends the requests. Schemathesis loads this file in a process of its own; the runner names the role there.

The administrator does everything an administrator can, also to themselves: signs out, gives their posts away,
deletes permissions. After each such success they are put back in their place.
"""

import os
from typing import Any

import schemathesis
from schemathesis import Case, HookContext, Response
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.app import starting
from guildhall.core.settings import settings
from guildhall.shared.auth.seed import PASSWORD
from guildhall.shared.auth.service import administrators, identity, sessions
from guildhall.shared.posts.service import permissions
from guildhall.shared.users.seed import ACCOUNTS

EMAIL, FIRST_NAME, LAST_NAME, _ = ACCOUNTS[0]
DANGEROUS = {
    "DELETE /auth/logout",
    "DELETE /auth/logout-all",
    "DELETE /auth/sessions/{session_id}",
    "PATCH /auth/update-email",
    "PATCH /auth/update-password",
    "DELETE /permissions/",
    "POST /permissions/update-permission",
    "POST /permissions/update-permissions",
    "DELETE /posts/{post_id}",
    "DELETE /users/admin/{user_id}",
    "PATCH /users/admin/member-status",
    "PATCH /users/admin/member-status/{user_id}",
    "PATCH /users/admin/update/{user_id}",
    "PATCH /users/admin/user-posts/{user_id}",
}


async def _enthrone(session: AsyncSession) -> dict[str, str]:
    await permissions.write_vocabulary(session)
    user = await administrators.create(session, EMAIL, PASSWORD, FIRST_NAME, LAST_NAME)
    opened = await sessions.open_session(session, user.id, "fuzz")
    return {
        "Authorization": f"Bearer {identity.access_token(opened.actor)}",
        "Cookie": f"{settings().refresh_cookie}={opened.cookie}",
    }


def _administrator() -> dict[str, str]:
    return starting.in_session(os.environ["GUILDHALL_DATABASE_URL"], _enthrone)


if os.environ["FUZZ_ROLE"] == "administrator":
    headers = _administrator()

    @schemathesis.hook
    def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
        """Sign in."""
        case.headers.update(headers)

    @schemathesis.hook
    def after_call(context: HookContext, case: Case, response: Response) -> None:
        """Come back."""
        if case.operation.label in DANGEROUS and response.status_code < 300:
            headers.update(_administrator())
