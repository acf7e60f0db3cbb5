"""Ask and refuse with one function: buttons, pages, actions and the API all come here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places.models import Division
from wenqu.places.rights import Right, role_names
from wenqu.places.scope import Area

View = TypeVar("View", bound=Callable[..., Any])


def check_may(right: Right, path: str, area: Area) -> None:
    """Refuse with `outside_area` where no duty covers `path`, with `wrong_role` where none that does carries the right."""
    if not area.whole.covers(path):
        raise Refused("outside_area", _("不在您的管辖区域内"))
    if not area.may(right).covers(path):
        raise Refused("wrong_role", _("您在这里没有“%(right)s”的权限；需要的职责：%(roles)s") % {
            "right": right.label, "roles": role_names(right),
        })


def narrowed(whole: Area, rights: tuple[Right, ...]) -> Area:
    """The part of somebody's area in which any of these rights is held; all of it where none is asked. What a page or
    an operation of the API works in.

    Somebody without any duty gets the page and its «no duty yet»; somebody with other duties is told which are needed.
    """
    area = whole.may(*rights) if rights else whole
    if whole.paths and not area.paths:
        raise Refused("wrong_role", _("您的职责不包括“%(right)s”；需要的职责：%(roles)s") % {
            "right": _("、").join(str(right.label) for right in rights), "roles": role_names(rights[0]),
        })
    return area


def needs(*rights: Right) -> Callable[[View], View]:
    """Say which right a view asks for: `request.area` is then the part of the area where any of them is held.

    `needs()` without a right is for everybody who is signed in, with their whole area. A view without this mark
    answers nobody.
    """

    def mark(view: View) -> View:
        view.rights = rights  # type: ignore[attr-defined]
        return view

    return mark


def check_can_draw(division: Division, area: Area) -> None:
    """Outlines are set by the county for its own area."""
    check_may(Right.DRAW, division.path, area)
