"""Rules of accounts that need neither database nor clock."""

_PROGRAMS = (
    ("Dart/", "App"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def password_fault(password: str, email: str) -> str | None:
    """Why a password will not do, in the clients' words; None when it will (auth sheet, rule 1)."""
    lowered, address = password.lower(), email.lower()
    local = address.partition("@")[0]
    if len(password) < 8:
        return "Password should be at least 8 characters"
    if address in lowered or (len(local) > 3 and local in lowered):
        return "Password should not contain your e-mail"
    ascii_only = [sign for sign in password if sign.isascii()]
    if not (any(sign.isalpha() for sign in ascii_only) and any(sign.isdigit() for sign in ascii_only)):
        return "Password must contain both letters and numbers"
    return None


def device_name(user_agent: str) -> str:
    """What a person would call the device of a `User-Agent`: `Firefox, Windows`."""
    program = next((name for mark, name in _PROGRAMS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (program, system) if part) or user_agent[:100] or "unknown"


def masked(email: str) -> str:
    """An address that its owner recognises and nobody else can use: `a***z@domain` (mail sheet, mail 5)."""
    local, _, domain = email.partition("@")
    return f"{local[0]}***{local[-1] if len(local) > 2 else ''}@{domain}"
