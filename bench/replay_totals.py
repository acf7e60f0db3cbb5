"""Totals of a replay: by village, form and state, of files and of facts, of the generator and of the database."""

from __future__ import annotations

from collections import Counter
from typing import Any

from replay_work import ELSEWHERE, OTHER_CONTENT, PHOTO, ROUND, answers, told

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
    """Each table is walked once: together they are larger than any memory."""
    from django.db.models import Count, FloatField, Q, Sum  # noqa: PLC0415
    from django.db.models.functions import Cast  # noqa: PLC0415

    from wenqu.facts.models import Fact, Key, Record, SourceKind  # noqa: PLC0415
    from wenqu.survey.models import Attachment, Submission  # noqa: PLC0415

    places = {f"{path} {form} {state}": count for path, form, state, count in Submission.objects.values_list("path", "form_id", "state").annotate(count=Count("pk")).order_by()}
    # Named after the round: the register brings surveys of its own.
    standing = Record.objects.filter(source=SourceKind.SURVEY, withdrawn_at=None, title__contains=f" {ROUND} ")
    keys = {str(key.label): int(key) for key in Key}
    asked = Fact.objects.filter(record__in=standing, key__in=[keys["piped"], *(keys[key] for key in FACTS)])
    told = {key: (yes, total) for key, yes, total in asked.order_by().values_list("key").annotate(
        yes=Count("pk", filter=Q(value="yes")), total=Sum(Cast("value", FloatField()), filter=~Q(value__in=["yes", "no", ""])))}
    found = {"checked": standing.count(), "piped": told.get(keys["piped"], (0, 0))[0], **{key: round(told.get(keys[key], (0, 0))[1] or 0) for key in FACTS}}
    return {"places": places, "files": Attachment.objects.count(), "facts": found}


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
