"""The way of a sample: which step may follow which. Pure but for the names of the states."""

from __future__ import annotations

from wenqu.quality.models import SampleState

# step -> the states from which it is taken
FROM: dict[str, frozenset[str]] = {
    SampleState.TAKEN: frozenset({SampleState.PLANNED}),
    SampleState.HANDED_OVER: frozenset({SampleState.TAKEN, SampleState.HANDED_OVER}),
    SampleState.RECEIVED: frozenset({SampleState.TAKEN, SampleState.HANDED_OVER}),
    SampleState.VOIDED: frozenset({SampleState.PLANNED, SampleState.TAKEN, SampleState.HANDED_OVER, SampleState.RECEIVED}),
}
# Water that was taken and stands: what counts for a plan.
STANDING = (SampleState.TAKEN, SampleState.HANDED_OVER, SampleState.RECEIVED)


def may_follow(step: str, state: str) -> bool:
    """Whether a step may be taken in a state."""
    return state in FROM[step]


def steps_from(state: str) -> list[str]:
    """The steps that may be taken now, in their order."""
    return [step for step in FROM if state in FROM[step]]
