"""A record of sampling: the sample of its number is taken, and what was measured beside it are results of the field.

Whether they stand follows from the state of the record alone, so that the order in which a record and its correction are
taken does not matter. A sample that went on meanwhile stays taken.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.quality.models import Sample, SampleState
from wenqu.quality.samples.actions import Taking, measure_sample, take_sample, untake
from wenqu.quality.samples.measuring import MEASURES
from wenqu.quality.samples.queries import taken_by
from wenqu.survey.effects.acting import Act
from wenqu.survey.intake.sampled import number_said, sample_said
from wenqu.survey.models import Submission

# What the form calls them -> what the registers write; "register" is as it stands there.
AGENTS = {
    "register": "", "chlorine": "氯气、次氯酸钙", "sodium_hypochlorite": "次氯酸钠", "chloramine": "氯胺", "ozone": "臭氧", "chlorine_dioxide": "二氧化氯",
    "compound_chlorine_dioxide": "复合二氧化氯", "mixed_generator": "二氧化氯与氯混合发生器", "none": "未消毒",
}
_RECORD = "record-"


def sampled(act: Act) -> dict[str, object]:
    """Take the sample that a record tells of. Returns what came of it; `Refused` where it cannot be."""
    sample, keys = sample_said(act.said, act.row.path), _keys(act.row)
    if sample is None:
        raise Refused("no_sample", _("本县没有编号为“%(number)s”的样品，请对照标签核对编号") % {"number": number_said(act.said)[:40]})
    withdrawn, _samples = untake(keys=keys[1:], by=act.row.account, at=act.at)
    sample.refresh_from_db(fields=["state", "version"])
    measures = {item: act.said[item] for item in MEASURES if act.said.get(item)}
    told: dict[str, object] = {"sample": sample.number}
    who = {"key": keys[0], "area": act.area, "by": act.row.account, "at": act.at, "instead": {row.item: row for row in withdrawn if row.sample_id == sample.pk}}
    if sample.state == SampleState.PLANNED or taken_by(sample) == keys[0]:
        taking = Taking(_moment(act), AGENTS.get(act.said.get("disinfectant", ""), ""), act.said.get("sampling_words", ""), measures)
        row = take_sample(sample=sample, told=taking, **who)  # type: ignore[arg-type]
        told["taken_at"] = timezone.localtime(row.taken_at).strftime("%Y-%m-%d %H:%M") if row.taken_at else ""
    else:
        _check_own(sample, keys)
        measure_sample(sample=sample, measures=measures, **who)  # type: ignore[arg-type]
    told["measured"] = sample.results.filter(key__startswith=f"{keys[0]}:").exclude(state="invalid").count()
    return told


def take_back_sample(row: Submission, by: Actor, at: datetime) -> dict[str, object]:
    """The record stands no longer, and with it what it measured, and the taking where nobody has passed the sample on."""
    results, samples = untake(keys=_keys(row)[:1], by=by, at=at)
    return {"sample_withdrawn": {"measured": len(results), "taken": [each.number for each in samples]}} if results or samples else {}


def _check_own(sample: Sample, keys: list[str]) -> None:
    """One that another record took was hardly taken twice: a number was misread."""
    if sample.state == SampleState.VOIDED:
        raise Refused("voided", _("样品 %(number)s 已经作废，请核对编号") % {"number": sample.number})
    taker = taken_by(sample)
    if taker.startswith(_RECORD) and taker not in keys:
        raise Refused("taken_already", _("样品 %(number)s 已由%(name)s登记采样，请核对编号；确实重复填报的，请选“不采用”") % {
            "number": sample.number, "name": sample.taken_by_name})


def _moment(act: Act) -> datetime:
    """As it was told, never after the record came in."""
    try:
        told = datetime.fromisoformat(act.said.get("taken_at", "").replace("Z", "+00:00"))
    except ValueError:
        return min(act.row.filled_at or act.row.received_at, act.row.received_at)
    return min(told if timezone.is_aware(told) else timezone.make_aware(told), act.row.received_at)


def _keys(row: Submission) -> list[str]:
    """Of a record and of all that it corrects; by the row and not by the number that the phone gave."""
    keys, seen = [f"{_RECORD}{row.pk}"], row.replaces
    while seen is not None:
        keys.append(f"{_RECORD}{seen.pk}")
        seen = seen.replaces
    return keys
