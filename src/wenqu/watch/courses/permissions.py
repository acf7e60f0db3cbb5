"""Who may act in courses at all. Which role takes which step is the procedure's to say (`rulebook.watch.procedures`)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places.permissions import check_may
from wenqu.places.rights import RIGHTS, Right
from wenqu.places.scope import Area
from wenqu.rulebook.watch.procedures import ENTRY, Doing, ProcedurePack, Standing
from wenqu.watch.models import Course


def check_can_open(path: str, route: str, area: Area) -> None:
    """A clue is taken in by whoever may take in clues; a removal is begun by whoever acts in courses."""
    check_may(Right.WATCH_CLUE if route == ENTRY else Right.WATCH_ACT, path, area)


def check_can_act(course: Course, doing: str, area: Area) -> None:
    """Act in a course at all: an objection and the first step of a clue are for whoever takes in clues, anything else for whoever acts."""
    first = course.route == ENTRY and course.version == 0 and doing == Doing.TAKE
    check_may(Right.WATCH_CLUE if first or doing == Doing.OBJECT else Right.WATCH_ACT, course.path, area)
    if course.ended:
        raise Refused("course_over", _("本户的程序已经结束，不能再办理"))


def roles_at(path: str, area: Area) -> tuple[str, ...]:
    """The roles that somebody holds over a place, and that may act in courses or take in a clue there."""
    held = {role for place, role in area.duties if path.startswith(place)}
    return tuple(sorted(role for role in held if RIGHTS[role] & {Right.WATCH_ACT, Right.WATCH_CLUE}))


def role_for(pack: ProcedurePack, here: Standing, route: str, doing: str, roles: tuple[str, ...]) -> str:
    """The role in which somebody acts: the one that the procedure asks for, if they hold it; else one that it will refuse."""
    wanted = wanted_roles(pack, here, route, doing)
    return next((role for role in wanted if role in roles), roles[0] if roles else "")


def wanted_roles(pack: ProcedurePack, here: Standing, route: str, doing: str) -> tuple[str, ...]:
    """The roles that may do this where the course stands; empty where anybody may."""
    if doing == Doing.URGENT:
        return pack.actors[pack.urgent.confirmed_by.text].roles.words
    if doing == Doing.OBJECT:
        return ()
    way = pack.route(route)
    step = way.steps[here.step]
    return pack.rulers(way, step) if doing == Doing.RULE else pack.party(step).roles.words
