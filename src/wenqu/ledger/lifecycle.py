"""The loop of a problem: its states and its named transitions (MISSION 5). Pure: the picture in docs/generated is printed from here.

A problem goes round: found, verified, assigned, rectified, checked, signed off, filed. What goes wrong on the way has
its own name: returned, suspended, transferred, escalated, merged, split, re-opened. Nothing else changes a state.
"""

from __future__ import annotations

from dataclasses import dataclass

FOUND, VERIFIED, ASSIGNED, RECTIFIED, CHECKED = "found", "verified", "assigned", "rectified", "checked"
SIGNED_OFF, FILED = "signed_off", "filed"
SUSPENDED, MERGED, DISMISSED = "suspended", "merged", "dismissed"

STATES = (FOUND, VERIFIED, ASSIGNED, SUSPENDED, RECTIFIED, CHECKED, SIGNED_OFF, FILED, DISMISSED, MERGED)
LIVE = frozenset({FOUND, VERIFIED, ASSIGNED, SUSPENDED, RECTIFIED, CHECKED})
CLOSED = frozenset(STATES) - LIVE
# Closed by the loop itself: only these can be fixed, which their outcome says.
SIGNED = frozenset({SIGNED_OFF, FILED})
# What a merged problem was goes on in the one that took it in.
REOPENED_FROM = frozenset({SIGNED_OFF, FILED, DISMISSED})
# The step that a problem in this state waits for, which is what its deadline is for.
NEXT_STEP = {FOUND: "verify", VERIFIED: "assign", ASSIGNED: "rectify", RECTIFIED: "check", CHECKED: "sign_off", SIGNED_OFF: "file"}


@dataclass(frozen=True)
class Transition:
    """A named step. `stays`: it changes who, when or how sure, not the state. `others`: the steps of this round whose people may not take this one."""

    name: str
    sources: frozenset[str]
    target: str
    others: tuple[str, ...] = ()
    stays: bool = False


def _step(name: str, sources: str | frozenset[str], target: str, *others: str) -> Transition:
    return Transition(name, frozenset({sources}) if isinstance(sources, str) else sources, target, others)


def _stay(name: str, sources: frozenset[str]) -> Transition:
    return Transition(name, sources, "", stays=True)


TRANSITIONS: dict[str, Transition] = {each.name: each for each in (
    _step("verify", FOUND, VERIFIED),
    _step("dismiss", FOUND, DISMISSED),
    _step("assign", VERIFIED, ASSIGNED),
    _stay("transfer", frozenset({ASSIGNED, SUSPENDED})),
    _stay("escalate", frozenset({FOUND, VERIFIED, ASSIGNED, RECTIFIED, CHECKED})),
    _step("suspend", ASSIGNED, SUSPENDED),
    _step("resume", SUSPENDED, ASSIGNED),
    _step("rectify", ASSIGNED, RECTIFIED, "assign", "transfer"),
    _step("return", frozenset({RECTIFIED, CHECKED}), ASSIGNED, "rectify"),
    _step("check", RECTIFIED, CHECKED, "rectify", "assign", "transfer"),
    _step("sign_off", CHECKED, SIGNED_OFF, "rectify", "check", "assign", "transfer"),
    _step("file", SIGNED_OFF, FILED, "rectify", "sign_off"),
    _step("merge", frozenset({FOUND, VERIFIED, ASSIGNED, SUSPENDED}), MERGED),
    _stay("absorb", frozenset({FOUND, VERIFIED, ASSIGNED, SUSPENDED})),
    _stay("split", frozenset({FOUND, VERIFIED, ASSIGNED, SUSPENDED})),
    # Whoever leaves hands everything over at once: an administrator's act, no assigning of a problem.
    _stay("hand_over", LIVE),
    _stay("report", LIVE),
    _stay("confirm", LIVE),
    # What another room found of the subject since: told where the problem is worked on, decided by nobody but a person.
    _stay("inform", LIVE),
    _step("reopen", REOPENED_FROM, FOUND),
)}


def target_of(transition: Transition, state: str) -> str:
    """Where a transition leads from a state. `ValueError` where it does not begin there."""
    if state not in transition.sources:
        raise ValueError(f"{transition.name} does not begin at {state}")
    return state if transition.stays else transition.target


def from_here(state: str) -> tuple[Transition, ...]:
    """The transitions that begin at a state, in their order."""
    return tuple(each for each in TRANSITIONS.values() if state in each.sources)


def diagram() -> str:
    """The loop as a Mermaid state diagram; steps that change no state are listed by the page around it."""
    lines = ["stateDiagram-v2", f"    [*] --> {FOUND}: find"]
    for each in TRANSITIONS.values():
        if not each.stays:
            lines += [f"    {source} --> {each.target}: {each.name}" for source in STATES if source in each.sources]
    lines += [f"    {end} --> [*]" for end in (FILED, DISMISSED, MERGED)]
    return "\n".join(lines) + "\n"
