"""Every view says which right it needs, or is open to everybody on purpose; every operation of the API asks for a token."""

from __future__ import annotations

import pytest

from area.endpoints import API, Endpoint, endpoints
from wenqu.api.site import api
from wenqu.places.rights import Right

# Open to who is not signed in: the door itself, the language switch, and signs of life for whoever watches the machine.
OPEN = {
    "web:sign-in", "web:sign-out", "web:language", "operations:health", "operations:metrics",
    "people:arrive", "people:join",  # a one-time link is what lets in
    # a phone shows its own token, in the address or in a header
    *(f"{space}:{name}" for space in ("phones", "phones-header") for name in ("list", "form", "manifest", "media", "integrity", "submission")),
    # the phone page is the same for everybody; what it asks for, it asks by its own token
    *(f"phone-page:{name}" for name in ("shell", "worker", "manifest", "icon", "file", "tasks", "form", "table", "changes", "states")),
    "quality:public",  # hangs in public: the signed code of the county or town is what lets in
    "watch:public",  # hangs on the board: the signed code of the place, printed there, is what lets in
    "pairing:arrive", "pairing:pair", "pairing:exchange",  # a one-time code is what lets in
}


@pytest.mark.parametrize("endpoint", [each for each in endpoints() if not f"/{each.route}".startswith(API)], ids=lambda each: each.name)
def test_every_view_names_its_right_or_is_open_on_purpose(endpoint: Endpoint) -> None:
    if getattr(endpoint.view, "login_required", True):
        rights = getattr(endpoint.view, "rights", None)
        assert rights is not None, "mark the view with @needs(Right.X)"
        assert all(isinstance(right, Right) for right in rights)
    else:
        assert endpoint.name in OPEN, "a view that needs no sign-in is named in OPEN, with its reason"


def test_what_is_open_is_there() -> None:
    assert {each.name for each in endpoints()} >= OPEN


def test_every_operation_of_the_api_asks_for_a_token() -> None:
    operations = [
        (method, path, operation)
        for prefix, router in api._routers for path, view in router.path_operations.items()
        for operation in view.operations for method in operation.methods
    ]
    assert len(operations) > 10
    for method, path, operation in operations:
        assert operation.auth_callbacks, f"{method} {path}"
        for auth in operation.auth_callbacks:
            assert all(isinstance(right, Right) for right in auth.rights), f"{method} {path}"


def test_api_views_need_no_session_and_its_pages_do() -> None:
    for endpoint in endpoints():
        if f"/{endpoint.route}".startswith(f"{API}v1/"):
            assert getattr(endpoint.view, "login_required", True) is False, endpoint.name
