"""The one way in which a step is taken: lock, ask, change, write down. Below it are the actions of the loop, of merging, of reports and of opening."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.days import day_of
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused, check_same_request
from wenqu.ledger import lifecycle
from wenqu.ledger.alarms.actions import settle_alarms
from wenqu.ledger.deadlines.queries import pack_for, start_clock
from wenqu.ledger.loop.history import after
from wenqu.ledger.loop.permissions import check_can, check_right, check_state
from wenqu.ledger.models import Problem, Step
from wenqu.ledger.words import STEP_LABELS
from wenqu.places.models import Account
from wenqu.places.scope import Area
from wenqu.rulebook.duties import DutyPack

Change = Callable[[Problem, datetime, DutyPack], None]
# Steps after which the time of the next step begins anew; the others keep the clock as it is or set it themselves.
_FRESH_CLOCK = frozenset({"verify", "assign", "rectify", "return", "check", "sign_off", "reopen"})


def take(
    name: str, *, problem: Problem, version: int | None, key: str | None, area: Area | None, by: Account | audit.Actor, at: datetime,
    note: str = "", detail: dict[str, Any] | None = None, change: Change | None = None, afterwards: Callable[[Step], None] | None = None,
) -> Step:
    """Take a step inside the caller's transaction. Without an area it is the system that acts, and only the loop is asked.

    What a step asks for beyond right and state belongs into `change`, which may refuse, and what follows from it into
    `afterwards`: neither runs where the same request has made its step already.

    `version` is what the asker saw: `changed_meanwhile` where somebody was faster. `key` is the request's: the same again
    gives the step that it made. `at` never goes back behind the step before: a clock that was set back says so in the detail.
    """
    locked = Problem.objects.select_for_update().get(pk=problem.pk)
    done = done_before(name, locked, key, area)
    if done is not None:
        return done
    if version is not None and version != locked.version:
        raise _changed(locked)
    if area is not None and isinstance(by, Account):
        check_can(name, locked, area, by)
    else:
        check_state(name, locked)
    check_no_number(note)
    step = _write(name, locked, key, by, at, note.strip(), dict(detail or {}), change)
    if afterwards is not None:
        afterwards(step)
    return step


def _write(
    name: str, locked: Problem, key: str | None, by: Account | audit.Actor, at: datetime, note: str, detail: dict[str, Any], change: Change | None,
) -> Step:
    last = locked.steps.order_by("-pk").first()
    if last is None:
        detail["born"] = after(locked)
    moment = max(at, last.at if last else locked.opened_at)
    if moment != at:
        detail["clock_said"] = at.isoformat()
    source, due_at = locked.state, locked.due_at
    locked.state = lifecycle.target_of(lifecycle.TRANSITIONS[name], source)
    locked.version += 1
    pack = pack_for(locked.path, day_of(moment))
    if change is not None:
        change(locked, moment, pack)
    if name in _FRESH_CLOCK:
        start_clock(locked, pack, moment)
    _close_or_open(locked, moment, by, note)
    locked.save()
    step = Step.objects.create(
        problem=locked, transition=name, source=source, target=locked.state, outcome=locked.outcome, round=locked.round, version=locked.version,
        by_id=by.pk, by_name=by.name[:80], at=moment, due_at=due_at, note=note, detail=detail, after=after(locked), key=key,
    )
    audit.record(by=by, verb=f"problem_{name}", at=at, subject=f"problem:{locked.number}", path=locked.path, detail={"from": source, "to": locked.state})
    # A merged problem goes on in another one, and so do its reports: nothing is dealt with by that.
    if source in lifecycle.LIVE and not locked.is_live and locked.reports_count and name != "merge":
        settle_alarms(by=by, at=at, near=locked.path)
    return step


def _close_or_open(locked: Problem, moment: datetime, by: Account | audit.Actor, note: str) -> None:
    if locked.is_live:
        locked.closed_on = locked.closed_at = locked.closed_by_id = None
        locked.closing_note = ""
        return
    if locked.closed_at is None:
        locked.closed_at, locked.closed_by_id = moment, by.pk
        locked.closed_on = max(day_of(moment), locked.opened_on)
        locked.closing_note = note
    locked.suspended_until = locked.rest = None
    if locked.state != lifecycle.SIGNED_OFF:
        locked.due_at = None


def done_before(name: str, problem: Problem, key: str | None, area: Area | None) -> Step | None:
    """The step that this request made already, for somebody who has the right to it."""
    if area is not None:
        check_right(name, problem, area)
    done = Step.objects.filter(key=key).first() if key else None
    check_same_request(done is None or (done.problem_id, done.transition) == (problem.pk, name))
    return done


def _changed(problem: Problem) -> Refused:
    last = problem.steps.order_by("-pk").first()
    if last is None:
        return Refused("changed_meanwhile", _("您打开页面后问题已有变化，请刷新页面后再办理"))
    when = timezone.localtime(last.at)
    return Refused("changed_meanwhile", _("您打开页面后，%(who)s已在%(when)s办理了“%(step)s”，请看清现状后再办理") % {
        "who": last.by_name, "when": f"{when:%Y-%m-%d %H:%M}", "step": STEP_LABELS[last.transition],
    })
