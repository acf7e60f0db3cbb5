"""A department asks the register: answered only under a consent, and every question is written down."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.households.asking.purposes import areas_by_purpose
from wenqu.households.asking.queries import Answer, answers_to
from wenqu.households.lookup import ID_LABEL
from wenqu.households.models import Purpose
from wenqu.households.permissions import check_can_ask
from wenqu.kit import audit
from wenqu.kit.crypto.seal import digest, plain_number
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.places.scope import Area

ASKED = "department_query"


def ask_register(*, id_number: str, purpose: str, area: Area, on: date, by: Account, at: datetime) -> list[Answer]:
    """The members with this ID number in the department's area whose household consented to the purpose on this day.

    `no_consent`, in the same words, whether such a person is registered or not.
    """
    check_can_ask(area)
    where = areas_by_purpose(by, area, on).get(Purpose(purpose))
    if where is None:
        raise Refused("wrong_purpose", _("您的单位不能按这项用途核查"))
    with transaction.atomic():
        answers = answers_to([id_number], purpose, where, on).get(plain_number(id_number), [])
        told = {"digest": digest(plain_number(id_number), ID_LABEL), "purpose": purpose}
        for answer in answers:
            audit.record(by=by, verb=ASKED, at=at, subject=f"household:{answer.household_id}", path=answer.path, detail={**told, "answered": True})
        if not answers:
            audit.record(by=by, verb=ASKED, at=at, path=where.paths[0], detail={**told, "answered": False})
    if not answers:
        raise Refused("no_consent", _("无授权或不在册：没有可以答复的内容"))
    return answers
