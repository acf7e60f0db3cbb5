"""A county copies a pack, changes numbers and words under their names, sees what is wrong and what differs, and keeps editions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from cast import AT
from django.utils import timezone

from watch.judged_county import county_pack
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.scope import area_of
from wenqu.rulebook.every_pack import any_pack
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.naming import named_clauses
from wenqu.rulebook.problems import PackError
from wenqu.rulebook.watch.judging import judging_pack, judging_pack_ids, line_of
from wenqu.rulebook.watch.measures import measure_pack, measure_pack_ids
from wenqu.rulebook.watch.procedures import procedure_pack, procedure_pack_ids
from wenqu.watch.editor.actions import keep_edition
from wenqu.watch.editor.editing import Own, changes, edited
from wenqu.watch.models import Edition
from wenqu.watch.rules.queries import SHELVES, pack_of

URL = "/watch/rules/edit/?from=guizhou-2021"


def sent(form) -> dict[str, str]:
    return {name: ("" if form[name].value() is None else str(form[name].value())) for name in form.fields}


def field_of(form, key: str) -> str:
    return f"n{next(number for number, one in enumerate(form.clauses) if one.key == key)}"


@pytest.mark.parametrize("name", [*judging_pack_ids(), *procedure_pack_ids(), *measure_pack_ids(), "national-2018", "guizhou-2020"])
def test_every_number_and_word_has_a_name_in_both_languages(name):
    for lang in ("zh", "en"):
        named = named_clauses(any_pack(name), lang)
        labels = [(one.section, one.label) for one in named]
        assert all(section and label for section, label in labels)
        # No two of them are called the same, and none by its key.
        assert not {each for each in labels if labels.count(each) > 1}
        assert not any(one.key in (one.label, one.section) for one in named)


@pytest.mark.parametrize("name", [*judging_pack_ids(), *procedure_pack_ids(), *measure_pack_ids()])
def test_a_pack_that_is_kept_reads_back_as_itself(cast, name):
    pack = any_pack(name)
    edition = keep_edition(county=cast.county, pack=pack, origin=None, note="原样", area=area_of(cast.chen, date(2026, 3, 1)), by=cast.chen, at=AT)
    assert edition.title in (pack.zh, f"{pack.zh}（{pack.edition}）") and edition.title.count(pack.edition) == 1
    assert pack_of(edition).digest == pack.digest == SHELVES[pack.kind].read(edition.text, "again").digest
    assert keep_edition(county=cast.county, pack=pack, origin=None, note="又", area=area_of(cast.chen, date(2026, 3, 1)), by=cast.chen, at=AT).pk == edition.pk


def test_a_county_gives_its_line_by_its_own_document_and_is_judged_by_it():
    """The national plan of 2026 has no line: the county writes one, and may be judged."""
    own = Own({"zh": "清泉县方案", "edition": "2026", "region": "清泉县", "in_force": "2026-05", "until": "", "line_region": "清泉县", "line_year": "2026"},
              {"line.limit": 7800}, "清泉县防返贫〔2026〕3号", "第四条")
    pack = edited(judging_pack("national-2026"), own, "national-2026-own-1")
    line = line_of(pack, "清泉县", 2026, load_pack("income-lines"))
    assert (line.limit.value, line.limit.document, line.limit.clause, line.limit.verified) == (7800, "清泉县防返贫〔2026〕3号", "第四条", True)
    assert (pack.zh, pack.in_force, pack.lineage[0]) == ("清泉县方案", "2026-05", "national-2026")
    without = edited(judging_pack("national-2026"), Own(own.head, {"line.limit": 7800}), "other")
    assert not line_of(without, "清泉县", 2026, load_pack("income-lines")).limit.verified


def test_only_what_was_changed_cites_the_county(cast):
    base = judging_pack("guizhou-2021")
    pack = edited(base, Own({}, {"spending.medical.others": 8000, "exclusions.car.applies": "no"}, "县文件", "第三条"), "own")
    assert {each.label: (each.before, each.after) for each in changes(base, pack)} == {
        "刚性支出标准 · 单次住院自付费用 其他农户的标准": ("10000 元", "8000 元"), next(one.title for one in named_clauses(base) if one.key == "exclusions.car.applies"): ("是", "否")}
    assert pack.spending[0].others.document == "县文件" and pack.spending[0].was_poor.document == base.spending[0].was_poor.document


def test_words_and_numbers_that_are_not_fit_are_refused_by_name():
    with pytest.raises(PackError):
        edited(judging_pack("guizhou-2021"), Own({}, {"window.months": 99}, "县文件"), "own")


def test_a_procedure_is_edited_the_same_way():
    base = procedure_pack("six-steps-huangping-2021")
    key = next(one.key for one in named_clauses(base) if one.key.endswith("notice.days"))
    pack = edited(base, Own({"zh": "清泉县程序", "edition": "2026", "region": "清泉县", "in_force": "2026", "until": ""}, {key: 7}, "县文件", "第五条"), "own")
    assert pack.clauses[key].number == 7 and pack.clauses[key].document == "县文件"


def test_usual_costs_are_edited_the_same_way():
    base = measure_pack("measures-2026")
    pack = edited(base, Own({"zh": "清泉县措施", "edition": "2026", "region": "清泉县", "in_force": "2026", "until": ""}, {"kinds.dibao.cost": 7200, "visits.whom": "edge"}, "县文件", "第五条"), "own")
    assert (pack.kinds["dibao"].usual_fen, pack.kinds["dibao"].cost.verified, pack.kinds["work"].cost.verified) == (720_000, True, False)
    assert {each.label: each.after for each in changes(base, pack)} == {"措施种类 · 低保保障 通常费用": "7200 元/户", "联系人走访 · 走访哪些对象": "边缘易致贫户"}


def test_the_page_checks_while_it_is_written_and_keeps_an_edition(cast, sign_in):
    client = sign_in(cast.chen)
    text = client.get("/watch/rules/").content.decode()
    assert "from=guizhou-2021" in text and "from=measures-2026" in text and "本县版本</th>" not in text
    page = client.get(URL)
    form = page.context["form"]
    assert "line.limit" not in page.content.decode()
    field, months = field_of(form, "line.limit"), field_of(form, "window.months")
    told = {**sent(form), "zh": "清泉县方案", "in_force": "2026", "until": "", "line_year": "2026", "line_region": "清泉县", "document": "清泉县文件", "clause": "第二条"}
    check = URL.replace("/edit/", "/check/")
    assert "15 个月" not in client.post(check, told).content.decode()
    answer = client.post(check, {**told, months: "60"}).content.decode()
    assert "还不能用" in answer and "收入周期" in answer and "1 到 24" in answer
    answer = client.post(check, {**told, field: "7800"}).content.decode()
    assert "可以保存" in answer and "6320 元" in answer and "7800 元" in answer
    assert "请填写不小于 0 的数字" in client.post(check, {**told, field: "多少"}).content.decode()
    assert not Edition.objects.exists()
    answer = client.post(URL, {**told, months: "60", "note": "改线"})
    assert answer.status_code == 422 and not Edition.objects.exists()
    answer = client.post(URL, {**told, field: "7800"})
    assert answer.status_code == 422, "a note is asked for"
    answer = client.post(URL, {**told, field: "7800", "note": "收入线提高到 7800 元"}, follow=True)
    edition = Edition.objects.get()
    assert (edition.note, edition.made_by, edition.origin) == ("收入线提高到 7800 元", cast.chen, None)
    assert pack_of(edition).line.limit.value == 7800
    assert "6320 元" in answer.content.decode() and AuditEntry.objects.filter(verb="keep_edition").count() == 1
    # From the county's own on: it keeps its id and names what it came from.
    url = URL.replace("guizhou-2021", f"edition-{edition.pk}")
    form = client.get(url).context["form"]
    answer = client.post(url, {**sent(form), "note": "没有改"})
    assert answer.status_code == 422 and "没有改动" in answer.content.decode()
    client.post(url, {**sent(form), field_of(form, "line.limit"): "8000", "note": "再提高"})
    second = Edition.objects.latest("pk")
    assert second.origin == edition and second.pack_id == edition.pack_id


def test_the_whole_text_may_be_written_and_faults_are_told_with_their_line(cast, sign_in):
    client = sign_in(cast.chen)
    url = URL + "&mode=text"
    form = client.get(url).context["form"]
    text = form["text"].value()
    answer = client.post(url.replace("/edit/", "/check/"), {"text": text + "\n[oops\n", "note": ""}).content.decode()
    assert "还不能用" in answer and "行第" in answer
    answer = client.post(url.replace("/edit/", "/check/"), {"text": text.replace('zh = "因病"', 'zh = "大病"'), "note": ""}).content.decode()
    assert "可以保存" in answer and "大病" in answer
    client.post(url, {"text": text.replace('zh = "因病"', 'zh = "大病"'), "note": "改名"})
    assert {one.zh for one in pack_of(Edition.objects.get()).causes} >= {"大病"}


def test_who_may_not_set_rules_neither_sees_nor_keeps(cast, sign_in):
    client = sign_in(cast.li)
    for url in (URL, "/watch/rules/difference/?from=guizhou-2021&to=henan-2023"):
        assert client.get(url).status_code == 403
    with pytest.raises(Refused, match="需要的职责"):
        keep_edition(county=cast.town_a, pack=county_pack(), origin=None, note="n", area=area_of(cast.li, date(2026, 3, 1)), by=cast.li, at=AT)
    client = sign_in(cast.chen)
    assert client.get("/watch/rules/edit/?from=edition-987654").status_code == 404
    assert client.get("/watch/rules/difference/?from=guizhou-2021&to=six-steps-huangping-2021").status_code == 409


def test_two_editions_of_one_name_are_told_apart(cast):
    kept = [
        keep_edition(county=cast.county, pack=edited(county_pack(), Own({}, {"line.limit": limit}, "县文件", "第三条"), "own"), origin=None, note="又改了收入线",
                     area=area_of(cast.chen, date(2026, 3, 1)), by=cast.chen, at=AT).title
        for limit in (7100, 7200, 7300)
    ]
    assert len(set(kept)) == 3 and kept[1] == f"{kept[0]}第2稿" and kept[2] == f"{kept[0]}第3稿"


@pytest.mark.parametrize(("pack", "words", "raw"), [("six-steps-huangping-2021", ("天", "个月"), ("month", "d")), ("guizhou-2021", ("元/(人·年)",), ("元/(人·a)",))])
def test_units_are_told_in_the_language_of_the_page(cast, sign_in, pack, words, raw):
    text = sign_in(cast.chen).get(f"/watch/rules/edit/?from={pack}").content.decode()
    for unit in words:
        assert f'<span class="hint">{unit}</span>' in text
    for unit in raw:
        assert f'<span class="hint">{unit}</span>' not in text


def test_whoever_adopts_rules_that_cannot_judge_here_is_told_at_once(cast, sign_in, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(hours=1))
    client = sign_in(cast.chen)
    sent_ = {"kind": "watch-judging", "choice": "pnational-2026", "from_on": "2026-03-01", "document": "清泉县文件"}
    text = client.post("/watch/rules/", sent_, follow=True).content.decode()
    assert "message warning" in text and "不能判断；请提供" in text
    own = keep_edition(county=cast.county, pack=county_pack(), origin=None, note="本县收入线", area=area_of(cast.chen, date(2026, 3, 1)), by=cast.chen, at=AT)
    text = client.post("/watch/rules/", {**sent_, "choice": f"e{own.pk}"}, follow=True).content.decode()
    assert "要到全县研判之后才按新规则更新" in text and "不能判断" not in text
