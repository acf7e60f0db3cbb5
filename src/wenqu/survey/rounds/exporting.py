"""Export the records of a round."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.households.showing import showing
from wenqu.jobs.actions import submit_job
from wenqu.jobs.kinds import Progress
from wenqu.jobs.models import Job
from wenqu.jobs.results import making
from wenqu.kit import audit
from wenqu.kit.chunks import chunks
from wenqu.places.models import Account
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.places.scope import Area, within
from wenqu.survey.desk.queries import answers_of, numbers_of, subject_names
from wenqu.survey.desk.words import Words
from wenqu.survey.models import FormVersion, Round, Submission
from wenqu.survey.permissions import check_can_export_round
from wenqu.survey.rounds.columns import tables_of
from wenqu.survey.rounds.workbook import Row, write_round

EXPORT_JOB = "export_round"
_CHUNK = 200


@transaction.atomic
def submit_round_export(*, round: Round, area: Area, by: Account, at: datetime) -> Job:
    """Queue the export of a round."""
    check_can_export_round(round, area)
    title = _("%(name)s调查记录") % {"name": round.name}
    return submit_job(kind=EXPORT_JOB, args={"round": round.pk}, title=title[:200], path=round.path, by=by, at=at, result_right=Right.EXPORT)


def run_round_export(*, job: Job, area: Area, by: Account, at: datetime, progress: Progress) -> None:
    """Write the workbook, with the rights that its person has now; kept under a name of its own, told in the audit."""
    row = Round.objects.select_related("form").get(pk=job.args["round"])
    check_can_export_round(row, area)
    stored = f"round-{row.pk}-{job.pk}-{uuid.uuid4().hex}.xlsx"
    with making(stored) as target:
        count = export_round(round=row, area=area, target=target, by=by, at=at, progress=progress)
    name = f"{job.title}_{timezone.localtime(at):%Y%m%d}.xlsx"
    Job.objects.filter(pk=job.pk).update(result_file=stored, result_name=name, message=_("共 %(count)d 条记录") % {"count": count})


def export_round(*, round: Round, area: Area, target: Path, by: Account | audit.Actor, at: datetime, progress: Progress) -> int:
    """Write the records of a round that lie in an area. Returns how many."""
    check_can_export_round(round, area)
    records = within(Submission.objects.filter(round=round), area.may(Right.EXPORT))
    total = records.count()
    used = set(records.order_by().values_list("version_id", flat=True).distinct())
    plans = {pk: json.loads(plan) for pk, plan in FormVersion.objects.filter(form=round.form_id, pk__in=used - {None}).order_by("-pk").values_list("pk", "plan")}
    tables = tables_of(list(plans.values()), _("记录"))
    words = {pk: Words(plan) for pk, plan in plans.items()}
    keys = list(records.order_by("path", "pk").values_list("pk", flat=True))
    count = write_round(target, tables or tables_of([{"nodes": []}], _("记录")), _rows(keys, words, area, progress, total))
    with transaction.atomic():
        audit.record(by=by, verb="export_round", at=at, subject=f"round:{round.pk}", path=round.path, detail={"rows": count, "file": target.name})
    return count


def _rows(keys: list[int], words: dict[int, Words], area: Area, progress: Progress, total: int) -> Iterator[Row]:
    done, names = 0, showing(area)
    for few in chunks(keys, _CHUNK):
        rows = list(Submission.objects.filter(pk__in=few).select_related("account", "device", "version").defer("version__xform", "version__workbook", "version__plan").order_by("path", "pk"))
        places, called, numbers = names_of({row.path for row in rows}), subject_names(rows, area, numbers=False), numbers_of(rows, area)
        for row in rows:
            yield Row(
                row, answers_of(row), places.get(row.path, ""), numbers.get(row.pk, ""), called.get(row.pk, ""),
                words.get(row.version_id) if row.version_id else None, partial(names.name, path=row.path))
        done += len(rows)
        progress(done, total)
