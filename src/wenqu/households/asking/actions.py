"""A department asks the register: answered only under a consent, and every question is written down."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.households.asking.lists import Row
from wenqu.households.asking.purposes import areas_by_purpose
from wenqu.households.asking.queries import LIST_JOB, Answer, answers_to
from wenqu.households.asking.workbook import write_answers
from wenqu.households.lookup import ID_LABEL
from wenqu.households.models import Purpose
from wenqu.households.permissions import check_can_ask
from wenqu.jobs.actions import submit_job
from wenqu.jobs.kinds import Progress
from wenqu.jobs.models import Job
from wenqu.jobs.results import making
from wenqu.kit import audit
from wenqu.kit.chunks import chunks
from wenqu.kit.crypto.seal import digest, digests, plain_number
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.places.rights import Right
from wenqu.places.scope import Area

ASKED = "department_query"
_CHUNK = 500


def ask_register(*, id_number: str, purpose: str, area: Area, on: date, by: Account, at: datetime) -> list[Answer]:
    """The members with this ID number in the department's area whose household consented to the purpose on this day.

    `no_consent`, in the same words, whether such a person is registered or not.
    """
    where = _where(purpose, area, on, by)
    with transaction.atomic():
        found = answers_to(digests(plain_number(id_number), ID_LABEL), purpose, where, on)
        answers = [answer for group in found.values() for answer in group]
        told = {"digest": digest(plain_number(id_number), ID_LABEL), "purpose": purpose}
        for answer in answers:
            audit.record(by=by, verb=ASKED, at=at, subject=f"household:{answer.household_id}", path=answer.path, detail={**told, "answered": True})
        if not answers:
            audit.record(by=by, verb=ASKED, at=at, path=where.paths[0], detail={**told, "answered": False})
    if not answers:
        raise Refused("no_consent", _("无授权或不在册：没有可以答复的内容"))
    return answers


def submit_list(*, rows: Sequence[Row], purpose: str, area: Area, on: date, by: Account, at: datetime) -> list[Job]:
    """Queue the answers to a list, one job for each place that the department answers for. Only digests are kept."""
    where = _where(purpose, area, on, by)
    if not rows:
        raise Refused("no_rows", _("名单里没有数据行"))
    stored = f"asked-{uuid.uuid4().hex}"
    target = Path(settings.UPLOADS_DIR) / stored / "rows.json"
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps([asdict(row) for row in rows], ensure_ascii=False), encoding="utf-8")
    with transaction.atomic():
        title = _("%(purpose)s名单（%(rows)s 行）") % {"purpose": Purpose(purpose).label, "rows": len(rows)}
        jobs = [
            submit_job(kind=LIST_JOB, args={"purpose": purpose, "stored": stored}, title=title, path=path, by=by, at=at, result_right=Right.QUERY)
            for path in where.paths
        ]
        for job in jobs:
            audit.record(by=by, verb="department_list", at=at, subject=f"job:{job.pk}", path=job.path, detail={"purpose": purpose, "rows": len(rows)})
    return jobs


def run_list(*, job: Job, area: Area, on: date, by: Account, at: datetime, progress: Progress) -> None:
    """Answer a list as of now: consents and duties are asked again, for both may have changed since it was sent."""
    if job.result_file:
        return
    purpose = job.args["purpose"]
    where = _where(purpose, area, on, by)
    if not where.covers(job.path):
        raise Refused("outside_area", _("不在您的管辖区域内"))
    told = (Path(settings.UPLOADS_DIR) / job.args["stored"] / "rows.json").read_text(encoding="utf-8")
    rows = [Row(each["row"], each["masked"], tuple(each["digests"])) for each in json.loads(told)]
    here = Area.of([(job.path, role) for _path, role in where.duties])
    answered: dict[str, list[Answer]] = {}
    for done, chunk in enumerate(chunks(rows, _CHUNK), start=1):
        answered |= _answer_chunk(chunk, purpose, here, on, by, at)
        progress(min(len(rows), done * _CHUNK), len(rows))
    stored = f"department-{job.pk}-{uuid.uuid4().hex}.xlsx"
    with making(stored) as target:
        count = write_answers(target, rows, answered)
    name = f"{job.title}_{timezone.localtime(at):%Y%m%d}.xlsx"
    message = _("共 %(rows)s 行，答复 %(count)s 行") % {"rows": len(rows), "count": count}
    Job.objects.filter(pk=job.pk).update(result_file=stored, result_name=name, message=message)


@transaction.atomic
def _answer_chunk(rows: Sequence[Row], purpose: str, here: Area, on: date, by: Account, at: datetime) -> dict[str, list[Answer]]:
    """The answers to some rows, each written down; what was asked in vain in one entry, by digests."""
    found = answers_to([each for row in rows for each in row.digests], purpose, here, on)
    for asked, answers in found.items():
        for answer in answers:
            audit.record(
                by=by, verb=ASKED, at=at, subject=f"household:{answer.household_id}", path=answer.path,
                detail={"digest": asked, "purpose": purpose, "answered": True, "list": True},
            )
    vain = [row.digests[0] for row in rows if row.digests and not found.keys() & set(row.digests)]
    if vain:
        audit.record(by=by, verb=ASKED, at=at, path=here.paths[0], detail={"digests": vain, "purpose": purpose, "answered": False, "list": True})
    return found


def _where(purpose: str, area: Area, on: date, by: Account) -> Area:
    """Where somebody may ask for a purpose today; `Refused` where nowhere."""
    check_can_ask(area)
    where = areas_by_purpose(by, area, on).get(Purpose(purpose))
    if where is None:
        raise Refused("wrong_purpose", _("您的单位不能按这项用途核查"))
    return where
