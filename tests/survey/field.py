"""A survey under way: the household check published, a round for village A1, the phone of its water manager."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from cast import AT, Cast
from stages import household, scheme, supply

from wenqu.households.models import Household
from wenqu.kit.audit import STRANGER
from wenqu.places.models import Account, Division
from wenqu.survey.designing.actions import publish_shipped
from wenqu.survey.devices.actions import Paired, offer_pairing, pair_device
from wenqu.survey.devices.secrets import secret_digest
from wenqu.survey.models import Form, FormVersion, Round
from wenqu.survey.rounds.actions import assign_villages, plan_round

FOREVER = date(2099, 12, 31)


@dataclass
class Field:
    cast: Cast
    version: FormVersion
    round: Round
    phone: Paired
    home: Household
    neighbour: Household
    far: Household  # in another village of the same town

    @property
    def form(self) -> Form:
        return self.version.form


def phone_of(account: Account) -> Paired:
    ticket = offer_pairing(account=account, by=account, at=AT)
    return pair_device(digest=secret_digest(ticket.secret), name="红米", by=STRANGER, at=AT)


def round_of(cast: Cast, form: Form, people: list[Account], villages: list[Division], to_on: date = FOREVER) -> Round:
    row = plan_round(name="三季度排查", form=form, division=cast.county, from_on=date(2026, 1, 1), to_on=to_on, by=cast.chen, at=AT)
    assign_villages(round=row, accounts=people, villages=villages, by=cast.chen, at=AT)
    return row


def make_field(cast: Cast) -> Field:
    version = publish_shipped(county=cast.county, shipped="household-check", by=cast.chen, at=AT)
    home, neighbour = household(cast.village_a1, "610199101201001", "张三"), household(cast.village_a1, "610199101201002", "李四")
    far = household(cast.village_a2, "610199101202001", "王五")
    supply(home, scheme(cast.town_a, "S1", "甲镇水厂"))
    row = round_of(cast, version.form, [cast.wang], [cast.village_a1])
    return Field(cast, version, row, phone_of(cast.wang), home, neighbour, far)


def record(
    household: Household | str | None, instance_id: str = "", *, version: str | None = None, form_id: str = "household_check", deprecated: str = "",
    extra: str = "", persons: str = "4",
) -> bytes:
    """A filled household check as Collect writes it."""
    subject = household.pk if isinstance(household, Household) else household or ""
    instance_id = instance_id or f"uuid:{uuid.uuid4()}"
    meta = f"<instanceID>{instance_id}</instanceID>" + (f"<deprecatedID>{deprecated}</deprecatedID>" if deprecated else "")
    return (
        f"<?xml version='1.0' ?><data xmlns:jr=\"http://openrosa.org/javarosa\" xmlns:orx=\"http://openrosa.org/xforms\" id=\"{form_id}\""
        f" version=\"{version if version is not None else VERSION}\"><start>2026-03-01T09:00:00.000+08:00</start><end>2026-03-01T09:12:00.000+08:00</end>"
        f"<household/><pick>{subject}</pick><supply><persons>{persons}</persons><source>spring</source><mode>piped</mode></supply>{extra}"
        f"<orx:meta>{meta.replace('<', '<orx:').replace('<orx:/', '</orx:')}</orx:meta></data>"
    ).encode()


VERSION = "2026112301"
