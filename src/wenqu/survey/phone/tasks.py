"""What the owner of a phone has to do: forms, rounds, villages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from wenqu.places import paths
from wenqu.places.models import Division
from wenqu.places.paths import village_of
from wenqu.survey.designing.offering import Offered, forms_for
from wenqu.survey.models import Device, FormTable
from wenqu.survey.openrosa.lists import LISTS
from wenqu.survey.phone.reach import Reach
from wenqu.survey.phone.register import cut_of
from wenqu.survey.rescue.keys import rescue_public_key


def told_of(device: Device, reach: Reach, on: date) -> dict[str, Any]:
    """All of it but the hour."""
    county = paths.county_of(device.path)
    towns = {path: path[: paths.TOWN] for path in reach.villages}
    names = dict(Division.objects.filter(path__in={county, *towns, *towns.values()}).values_list("path", "name"))
    offered = forms_for(device, on)
    hashes = {(version, name): told for version, name, told in FormTable.objects.filter(
        version__in=[each.version.pk for each in offered]).values_list("version_id", "name", "hash")}
    return {
        "person": {"id": device.account_id, "name": device.account.name}, "device": {"id": device.pk, "name": device.name}, "county": names.get(county, ""),
        "rescue_key": rescue_public_key(),
        "forms": [_form(each, hashes) for each in offered], "rounds": _rounds(reach),
        "villages": [{"path": path, "name": names.get(path, ""), "town": names.get(town, "")} for path, town in towns.items()],
        "cut": cut_of(reach),
    }


def _form(offered: Offered, hashes: dict[tuple[int, str], str]) -> dict[str, Any]:
    row = offered.version
    return {
        "pk": row.pk, "id": row.form.form_id, "version": row.version, "hash": row.xform_hash, "title": row.title or row.form.form_id,
        "about": row.about, "step": row.step, "standing": offered.standing,
        # A file of the register is made on the phone, of the rows that it has.
        "files": [{"name": name, "hash": hashes.get((row.pk, name), ""), "register": name in LISTS} for name in row.files],
    }


def _rounds(reach: Reach) -> list[dict[str, Any]]:
    rounds: dict[int, dict[str, Any]] = {}
    for task in reach.tasks:
        row = task.round
        told = rounds.setdefault(row.pk, {
            "pk": row.pk, "name": row.name, "form": row.form.form_id, "from": row.from_on.isoformat(), "to": row.to_on.isoformat(), "villages": []})
        told["villages"].append(task.path)
    return [*_visits(reach), *rounds.values()]


def _visits(reach: Reach) -> list[dict[str, Any]]:
    """The visits of these months as a round that nobody has to plan. `of`: what the rows of its households have, and the others have not."""
    if reach.visits is None:
        return []
    form_id, awaited = reach.visits
    return [{
        "pk": 0, "name": _("联系人走访"), "form": form_id, "from": awaited.from_on.isoformat(), "to": awaited.to_on.isoformat(),
        "villages": sorted({village_of(path) for path in awaited.paths}), "of": "w"}]
