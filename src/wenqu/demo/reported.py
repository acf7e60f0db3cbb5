"""Reports of the demo's year: those of the last year, and one after water that was unfit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from wenqu.kit.days import day_of
from wenqu.quality.models import PlanAdoption, Verdict
from wenqu.quality.plans.queries import pack_of
from wenqu.quality.reporting.actions import Made, tell_happening, tell_report
from wenqu.rulebook.quality.plans import in_year

if TYPE_CHECKING:
    from wenqu.demo.tested import Year

SENDER, SERIOUS = "县疾控中心（演示）", "serious"


def tell_reports(year: Year, adoptions: list[PlanAdoption]) -> None:
    """What was told of the last year a few days before it ended, and within hours of a finding of bacteria in the water."""
    place = year.division
    for adoption in adoptions[:-1]:
        pack, at = pack_of(adoption.edition), year.morning(date(adoption.year, 12, 28))
        for owed in in_year(pack, adoption.year):
            rule = pack.reports[owed.rule]
            means = rule.means.words if rule.means is not None else ()
            told = Made(at, SENDER, rule.receivers.words, means, f"直报回执 {adoption.year}-{rule.id}（演示）")
            tell_report(division=place, pack_id=pack.id, rule=rule.id, year=adoption.year, told=told, key=f"demo-{place.pk}-{adoption.year}-{rule.id}"[:40], **year.who("county", at))
    found = Verdict.objects.filter(path__startswith=place.path, verdict="unfit").select_related("sample__point").order_by("at", "pk").first()
    if found is None or found.sample.point is None:
        return
    adoption = next((row for row in adoptions if row.year == day_of(found.at).year), adoptions[-1])
    at, words = found.at + timedelta(hours=1), f"{found.sample.point.name}水样不合格（演示）"
    key = f"demo-{place.pk}-{SERIOUS}"
    row = tell_happening(division=place, pack_id=adoption.pack_id, event=SERIOUS, on=found.at, words=words, key=key, **year.who("county", at))
    told = Made(at + timedelta(hours=2), SENDER, pack_of(adoption.edition).reports[SERIOUS].receivers.words, (), "", "先电话报告，书面随后（演示）")
    tell_report(division=place, happening=row, rule=SERIOUS, told=told, key=key, **year.who("county", at + timedelta(hours=3)))
