"""The OpenAPI document: what the framework knows, and what it cannot: who may enter, and how we refuse."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from guildhall.core.access import Access, guarded_routes, public
from guildhall.core.errors import PROBLEM
from guildhall.core.settings import settings

METHODS = ("get", "post", "put", "patch", "delete")
SECURITY: list[dict[str, list[str]]] = [{"OAuth2PasswordBearer": []}, {"APIKeyCookie": []}]
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `detail` is a sentence for a person, or what the clients compare.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]},
        "code": {"type": "string"},
    },
}
WORDS = {
    400: "Makes no sense by the rules",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not there",
    409: "Conflicts with what is",
    413: "Too large",
    415: "A file of a kind that is not taken",
    416: "The file has no such part",
    429: "Too often",
    503: "Too busy; nothing was done",
}


def describe(app: FastAPI) -> None:
    """Let `app.openapi()` answer with our document, made once."""

    def document() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title,
        version=app.version,
        routes=app.routes,
        servers=app.servers,
        separate_input_output_schemas=app.separate_input_output_schemas,
    )
    guards = {(method.lower(), path): words for method, path, words in guarded_routes(app.routes)}
    for path, operations in schema["paths"].items():
        for method in METHODS:
            if method in operations:
                _declare(operations[method], method, path, guards[method, path])
    components = schema.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    components["securitySchemes"] = _schemes()
    _widen_validation_error(components["schemas"])
    return schema


def _declare(operation: dict[str, Any], method: str, path: str, words: list[Access]) -> None:
    is_open = words == [public]
    if not is_open:
        operation["security"] = SECURITY
    answers = operation["responses"]
    for status in _refusals(operation, method, path, words):
        answer = answers.setdefault(str(status), {"description": WORDS[status]})
        answer.setdefault("content", {})[PROBLEM] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    if "422" in answers:
        content = answers["422"]["content"]
        content[PROBLEM] = content["application/json"]


def _refusals(operation: dict[str, Any], method: str, path: str, words: list[Access]) -> set[int]:
    statuses = {503}
    if words != [public] or path in ("/auth/refresh", "/auth/logout", "/auth/logout-all"):
        statuses.add(401)
    if any(word.needs not in ("public", "signed in", "verified") for word in words):
        statuses.add(403)
    if operation.get("requestBody"):
        statuses |= {400, 404, 409, 413}
    if "multipart/form-data" in operation.get("requestBody", {}).get("content", {}):
        statuses |= {415, 429}
    if "304" in operation["responses"]:  # it sends files
        statuses.add(416)
    if operation.get("parameters"):
        statuses |= {400} if method == "get" else {400, 409}
    if "{" in path:
        statuses |= {403, 404, 409} if words != [public] else {404}
    if operation.get("tags") == ["auth"]:
        statuses.add(429)
    return statuses


def _schemes() -> dict[str, Any]:
    flow: dict[str, Any] = {"password": {"scopes": {}, "tokenUrl": "auth/login"}}
    return {
        "OAuth2PasswordBearer": {"type": "oauth2", "flows": flow},
        "APIKeyCookie": {"type": "apiKey", "in": "cookie", "name": settings().refresh_cookie},
    }


def _widen_validation_error(schemas: dict[str, Any]) -> None:
    if misfit := schemas.get("HTTPValidationError"):
        misfit["properties"] |= {
            name: PROBLEM_SCHEMA["properties"][name] for name in ("type", "title", "status", "code")
        } | {"errors": {"type": "array", "items": {"type": "string"}, "description": "The same in words."}}
