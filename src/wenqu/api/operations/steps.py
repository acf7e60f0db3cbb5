"""The loop of a problem by the API: the same forms of acts as on its page, each through `ledger.doing.do`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja import File, Form, Router
from ninja.files import UploadedFile

from wenqu.api.common import area_of_request, number, text
from wenqu.api.fields import USUAL, Id, Note, NumberCursor, Size
from wenqu.api.operation import operation
from wenqu.api.schema import steps as told
from wenqu.api.steps_words import step_words
from wenqu.evidence.queries import evidence_of
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import Refused
from wenqu.ledger import queries
from wenqu.ledger.doing import do
from wenqu.ledger.loop.hands import people_at, people_for, units_for
from wenqu.ledger.models import Problem, Step
from wenqu.ledger.words import STEP_LABELS
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area

router = Router(tags=["problems"])
SEES = (Right.PROBLEMS, Right.UNIT_WORK)
# In which order a step is refused; every one knows the first line.
ALWAYS = "`changed_meanwhile`, `key_used`, `wrong_state`"
# step -> (body, the right that it takes, what it does, codes of its own)
STEPS: dict[str, tuple[Any, str, str, str]] = {
    "verify": (told.Verify, "`verify`", "Say that it is real and how bad it is.", ""),
    "dismiss": (told.Noted, "`verify`", "Say that what was found is no problem; closed, and never counted as fixed.", ""),
    "assign": (told.Hand, "`assign`", "Give it to a person or a body; the time to rectify begins.",
               "`holder_missing`, `holder_unknown`, `holder_without_right`, `unit_unknown`, `same_person`"),
    "transfer": (told.Transfer, "`assign`", "Give it to somebody else; the clock runs on.",
                 "`holder_missing`, `holder_unknown`, `holder_without_right`, `unit_unknown`, `same_person`"),
    "escalate": (told.Noted, "`assign`", "Lift it to the level above; the deadline stays.", "`top_level`"),
    "suspend": (told.Suspend, "`assign`", "Stop its clock until a moment that is named.", "`suspension_over`, `suspension_too_long`"),
    "resume": (told.Remarked, "`assign`", "Let its clock run on.", ""),
    "return": (told.Noted, "`check` (`sign_off` after a check)", "Send it back to be rectified again.", "`same_person`"),
    "check": (told.Check, "`check`", "A second person was on site and asked the household.",
              "`same_person`, `household_unsatisfied`, `no_answer_reason`, `visit_in_future`, `visit_before_rectified`"),
    "sign_off": (told.SignOff, "`sign_off`", "Sign it off, as fixed or as closed without being fixed.", "`same_person`"),
    "file": (told.Remarked, "`file`", "Put a signed problem on file.", "`same_person`"),
    "merge": (told.Merge, "`assign`", "Let it go on in another problem: its reports and households go there.",
              "`merge_unknown`, `merge_itself`, `merge_elsewhere`, `merge_into_closed`, `merge_into_household`"),
    "reopen": (told.Noted, "`reopen`", "Begin a new round of a problem that is closed.", "`already_live`"),
}


@operation(router, "GET", "/problems/{problem}/steps", *SEES, gives=told.StepPage, also=(404,))
def list_steps(request: HttpRequest, problem: Id, after: NumberCursor | None = None, limit: Size = USUAL) -> dict[str, Any]:
    """List the steps of a problem 办理经过

    The oldest first; each with what it was before and after, who took it and what proves it.
    """
    found = queries.problem_in(area_of_request(request), problem)
    rows, following = queries.steps_page(found, number(after) or 0, limit)
    note_look(request, "view_problem", subject=f"problem:{found.number}", path=found.path, page=number(after), rows=len(rows))
    evidence = evidence_of(f"problem:{found.pk}")
    return {"items": [step_words(row, evidence) for row in rows], "next": text(following)}


@operation(router, "GET", "/problems/{problem}/hands", *SEES, gives=told.Hands, also=(404,))
def get_hands(request: HttpRequest, problem: Id) -> dict[str, Any]:
    """Get into whose hands a problem may be given

    Takes the right `assign` (交办问题) at the problem: the people who may rectify there, the nearest first, and the bodies outside the water service.
    """
    area, on = area_of_request(request), timezone.localdate()
    found = queries.problem_in(area, problem)
    check_may(Right.ASSIGN, found.path, area)
    people = [{"id": each.pk, "name": each.name, "held_as": each.held_as} for each in people_for(found, area, on)]  # type: ignore[attr-defined]
    return {"people": people, "units": units_for(found.path, area, on)}


@operation(
    router, "POST", "/problems/{problem}/steps/rectify", *SEES, gives=told.Step, also=(404, 409), write=True,
    codes=f"{ALWAYS}, `not_holder`, `same_person`.",
)
def rectify_problem(
    request: HttpRequest, problem: Id,
    version: Annotated[told.Version, Form(description=told.VERSION)], key: Annotated[told.Key, Form(description=told.KEY)],
    note: Annotated[Note, Form(description="整改措施. " + told.NOTE)],
    evidence: Annotated[list[UploadedFile], File(description="Photos (.jpg, .png, .webp) or documents (.pdf, .docx, .xlsx) that prove it; at least one, 20 at most.")],
) -> dict[str, Any]:
    """Rectify 整改: say what was done, with what proves it

    By whoever it was assigned to: the right `rectify` (整改问题) at the problem, or the body that holds it. A photo that was
    handed in for another problem before is taken and marked.
    """
    return _act(request, "rectify", problem, {"version": version, "key": key, "note": note, "evidence": evidence})


def _declare(name: str, body: Any, right: str, does: str, codes: str) -> None:
    """One operation for each step of the table. What it takes is its own, so that the specification can say it."""

    def act(request: HttpRequest, problem: int, body: Any) -> dict[str, Any]:
        return _act(request, name, problem, body.model_dump())

    act.__name__ = f"{name}_problem"
    act.__doc__ = f"{name.replace('_', ' ').capitalize()} {_chinese(name)}\n\n{does} Takes the right {right} at the problem."
    act.__annotations__ = {"request": HttpRequest, "problem": Id, "body": body, "return": dict[str, Any]}
    known = f"{ALWAYS}, {codes}." if codes else f"{ALWAYS}."
    declare: Callable[..., Any] = operation(
        router, "POST", f"/problems/{{problem}}/steps/{name}", *SEES, gives=told.Step, also=(404, 409), write=True, codes=known,
    )
    declare(act)


def _chinese(name: str) -> str:
    """The label as it stands in the source, whatever language is on."""
    with translation.override(None):
        return str(STEP_LABELS[name])


def _act(request: HttpRequest, name: str, pk: int, given: dict[str, Any]) -> dict[str, Any]:
    """Take a step and give it as it was written down; the same key again gives the same."""
    area, now = area_of_request(request), timezone.now()
    found = queries.problem_in(area, pk)
    if "holder" in given:
        given["holder"] = _holder(found, given["holder"], area)
    if name == "check":
        given["evidence"] = []
    step: Step = do(name, found, given, area=area, by=request.user, at=now)  # type: ignore[arg-type]
    return step_words(step, evidence_of(f"problem:{found.pk}"))


def _holder(problem: Problem, pk: int | None, area: Area) -> Any:
    """Somebody who rectifies there; who may not be chosen this time, the step itself says."""
    if pk is None:
        return None
    found = next((each for each in people_at(problem.path, area, timezone.localdate()) if each.pk == pk), None)
    if found is None:
        raise Refused("holder_unknown", _("没有可以交办的这名人员，请从可选的责任人中选择"))
    return found


for _name, _told in STEPS.items():
    _declare(_name, *_told)
