"""Totals of a replay: by village, form and state, of files and of facts, of the generator and of the database."""

from __future__ import annotations

from collections import Counter
from typing import Any

from replay_work import ELSEWHERE, OTHER_CONTENT, PHOTO, answers, told

# Facts that a check gives, by the question that they come from.
FACTS = {"litres_per_person_day": "litres_head", "short_days": "short_days", "longest_short_spell_days": "spell"}


def generated() -> dict[str, Any]:
    from wenqu.households.models import Household  # noqa: PLC0415

    places: Counter[str] = Counter()
    facts: Counter[str] = Counter()
    files = 0
    for pk, path in Household.objects.order_by("pk").values_list("pk", "path").iterator(chunk_size=5000):
        # The same record sent twice is one.
        for number, state in {(number, state, given["persons"]): (number, state) for number, state, given in told(pk)}.values():
            places[f"{path} household_check {state}"] += 1
            del number
        files += pk % PHOTO == 0
        files += pk % PHOTO == 0 and pk % OTHER_CONTENT == 0
        if pk % ELSEWHERE:
            given = answers(pk)
            facts["checked"] += 1
            facts["piped"] += given["piped"] == "yes"
            for key, question in FACTS.items():
                facts[key] += int(given[question])
    return {"places": dict(places), "files": files, "facts": dict(facts)}


def kept() -> dict[str, Any]:
    from django.db.models import Count, FloatField, Sum  # noqa: PLC0415
    from django.db.models.functions import Cast  # noqa: PLC0415

    from wenqu.facts.models import Fact, Key  # noqa: PLC0415
    from wenqu.survey.models import Attachment, Submission  # noqa: PLC0415

    mine = Submission.objects.filter(instance_id__startswith="uuid:replay-")
    places = {f"{path} {form} {state}": count for path, form, state, count in mine.values_list("path", "form_id", "state").annotate(count=Count("pk")).order_by()}
    facts = Fact.objects.filter(record__in=mine.exclude(facts=None).values("facts"), record__withdrawn_at=None)
    keys = {key.label: int(key) for key in Key}
    found = {"checked": mine.exclude(facts=None).count(), "piped": facts.filter(key=keys["piped"], value="yes").count()}
    for key in FACTS:
        found[key] = round(facts.filter(key=keys[key]).aggregate(total=Sum(Cast("value", FloatField())))["total"] or 0)
    return {"places": places, "files": Attachment.objects.filter(submission__in=mine).count(), "facts": found}


def totals() -> dict[str, Any]:
    """Both, and where they differ."""
    made, held = generated(), kept()
    unlike = sorted(place for place in made["places"].keys() | held["places"].keys() if made["places"].get(place, 0) != held["places"].get(place, 0))
    states: Counter[str] = Counter()
    for place, count in held["places"].items():
        states[place.rpartition(" ")[2]] += count
    return {
        "records": sum(held["places"].values()), "places": len(held["places"]), "unlike": unlike[:5], "unlike_count": len(unlike), "states": dict(states),
        "files": [made["files"], held["files"]], "facts": [made["facts"], held["facts"]],
    }
