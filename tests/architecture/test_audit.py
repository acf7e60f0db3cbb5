"""Every action leaves an entry in the audit log, and every entry can be read in words."""

from __future__ import annotations

import ast

import audited
import pytest

from wenqu.people.audit.words import FORMER, GUESSES, VERBS, verb_label

# Actions that write no entry of their own, each with its reason. The list may only shrink.
SILENT = {
    "wenqu.jobs.actions.resume_interrupted": "queues again what was submitted, and recorded, before; the job records what it does",
    "wenqu.people.signing.actions.note_session": "part of signing in, which is recorded",
}
ACTIONS = sorted(
    name for name, (module, function) in audited.functions().items()
    if module.endswith(".actions") and not function.name.startswith("_")
)


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_reaches_the_audit(name: str) -> None:
    assert audited.reaches_record(name) is not (name in SILENT)


def test_the_finder_sees_what_is_not_audited() -> None:
    assert not audited.reaches_record("wenqu.kit.counters.take_numbers")
    assert audited.reaches_record("wenqu.judging.actions.submit_run")
    assert len(ACTIONS) > 30


def test_every_verb_of_the_source_has_words() -> None:
    written = audited.verbs()
    assert {"problem_verify", "problem_sign_off", "report_problem", "view_household", "import_batch", "reveal", "refused"} <= set(written)
    assert {verb: module for verb, module in written.items() if verb not in VERBS} == {}
    assert audited.guesses() >= {"sign_in", "password"}
    assert audited.guesses() <= set(GUESSES)
    assert verb_label("sign_in_failed") == "登录：失败"
    assert verb_label("no_such_verb") == "no_such_verb"


def test_no_words_for_verbs_that_nobody_writes() -> None:
    assert set(VERBS) - set(audited.verbs()) == set()


def test_verbs_of_earlier_releases_are_still_read_in_words() -> None:
    assert not set(FORMER) & {*VERBS, *audited.verbs()}
    assert verb_label("close_problem") == "关闭问题"


def test_entries_are_written_through_the_one_door() -> None:
    """Nobody but `kit.audit` makes entries: by the model they would come without origin."""
    makers = [
        module for module, tree in audited.trees().items() for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"create", "bulk_create", "update", "delete"} and "AuditEntry" in ast.unparse(node)
    ]
    assert makers == []
