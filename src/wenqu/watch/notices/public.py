"""The sheet as a web page for whoever stands at the board: its address is in the code on the paper and cannot be guessed from another one."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.scope import EVERYWHERE, below
from wenqu.watch.notices.queries import NoticeRow, noticed, rows_of

_SIGNER = Signer(salt="watch.notices", sep=".")
LEVELS = (Level.TOWN, Level.VILLAGE)


def address_of(division: Division) -> str:
    """The path of a place's public page; "" for a place that has no board."""
    return reverse("watch:public", args=[_SIGNER.sign(str(division.pk))]) if division.level in LEVELS else ""


def place_of(code: str) -> Division:
    """The place of an address, or 404."""
    try:
        found = Division.objects.filter(pk=int(_SIGNER.unsign(code)), level__in=LEVELS).first()
    except (BadSignature, ValueError):
        found = None
    if found is None:
        raise Http404
    return found


def hanging(division: Division, today: date) -> list[list[NoticeRow]]:
    """What hangs on the board of a place today, a list for each sheet. With the last of its days a notice is off the web by itself."""
    rows = rows_of(noticed(EVERYWHERE).filter(below(division.path), position__endswith="+posted"), EVERYWHERE, today)
    town = division.level == Level.TOWN
    here = [row for row in rows if row.shown is not None and today <= row.shown.days[-1] and (not town or row.sheet == division.pk)]
    return [list(found) for _key, found in groupby(here, lambda row: (row.course.route, row.step_id))]
