"""One way to declare an operation: its right, what it gives, which refusals it knows."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, get_type_hints

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import Router
from ninja.errors import ValidationError

from wenqu.api.errors import Error
from wenqu.api.security import Token
from wenqu.places.rights import Right

_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "Always `Bearer`.", "required": True, "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer", "minimum": 1}}},
}
_TOLD = {
    401: "No token, or one that is not valid (any more): `token_missing`, `token_unknown`, `token_revoked`, `token_expired`, `account_left`, `duty_ended`.",
    403: "The duty of the token does not allow it: `wrong_role`, `outside_area`, `token_read_only`.",
    404: "Not there, or outside the area of the token's duty: `not_found`. The two are not told apart.",
    409: "Not possible now; the code says why.",
    413: "The body or file is too large: `too_large`, `file_too_large`.",
    422: "Something that was sent cannot be taken: `invalid`, `unreadable` and others; `field` names it.",
    429: "Asked too often: `too_many`.",
}


def operation(
    router: Router, method: str, path: str, *rights: Right, gives: Any = None, file: str = "", also: tuple[int, ...] = (), status: int = 200,
    write: bool = False, codes: str = "",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an operation. The first line of the docstring is its summary, the rest its description.

    `file` is the media type of an operation that gives a file; `codes` are the codes of its 409.
    """
    known_statuses = sorted({401, 403, 422, 429, *also, *((413,) if write else ())})
    responses: dict[Any, Any] = {status: gives} | dict.fromkeys(known_statuses, Error)
    extra: dict[Any, Any] = {
        each: {"description": _TOLD[each] + (f" {codes}" if codes and each == 409 else "")}
        | ({"headers": _HEADERS[each]} if each in _HEADERS else {})
        for each in known_statuses
    }
    if file:
        extra[status] = {
            "description": "The file.",
            "content": {each: {"schema": {"type": "string", "format": "binary"}} for each in file.split(" ")},
        }

    def declare(act: Callable[..., Any]) -> Callable[..., Any]:
        summary, _line, description = inspect.cleandoc(act.__doc__ or "").partition("\n")
        held = ", ".join(f"`{right.value}` ({_chinese(right)})" for right in rights)
        told = f"{description.strip()}\n\nRight: {held or 'any duty'}." + (" The token must be allowed to write." if write else "")
        router.api_operation(
            [method], path, auth=Token(*rights, write=write), response=responses, operation_id=act.__name__, summary=summary.rstrip("."),
            description=told.strip(), openapi_extra={"responses": extra, "x-right": [right.value for right in rights]},
        )(_strict(act, path))
        return act

    return declare


def _chinese(right: Right) -> str:
    """The label as it stands in the source, whatever language is on."""
    with translation.override(None):
        return str(right.label)


def _strict(act: Callable[..., Any], path: str) -> Callable[..., Any]:
    """Refuse parameters that the operation does not know: a filter that is misspelled must not give everything."""
    signature = inspect.signature(act)
    types = get_type_hints(act, include_extras=True)
    names = set(types) - {"request", "return"}
    known = {name for name in names if "{" + name + "}" not in path}

    @wraps(act)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        for name, values in request.GET.lists():
            kind = "unknown_parameter" if name not in known else "twice" if len(values) > 1 else ""
            if kind:
                raise ValidationError([{"type": kind, "loc": ("query", name), "msg": ""}])
        return act(request, *args, **kwargs)

    # The framework would look the names of the types up in this module.
    checked.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[each.replace(annotation=types[name]) for name, each in signature.parameters.items()],
        return_annotation=inspect.Signature.empty,
    )
    return checked
