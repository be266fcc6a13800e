"""Tables made from the code, committed to docs/ and held to the code by tests."""

from fastapi import FastAPI

from guildhall.core.access import guarded_routes, public

HEAD = """# Who may enter

Made by `./guildhall access > docs/access.md`; a test holds it to the code. A permission is a step of the ladder
view < manage < super; who holds a higher step passes. Nothing but the routes marked *public* answers a stranger;
why each of those may, stands in `tests/house/public_routes.txt`.

| method | path | who |
|---|---|---|
"""


def access_table(app: FastAPI) -> str:
    """Method, path and who may enter, of every route, as a Markdown table."""
    rows = {
        f"| {method} | `{path}` | {', '.join(sorted({word.needs for word in words}))} |"
        for method, path, words in guarded_routes(app.routes)
    }
    return HEAD + "\n".join(sorted(rows, key=lambda row: row.split("|")[2:0:-1])) + "\n"


def public_routes(app: FastAPI) -> set[str]:
    """The routes that anybody may enter, as `METHOD path`."""
    return {f"{method} {path}" for method, path, words in guarded_routes(app.routes) if public in words}
