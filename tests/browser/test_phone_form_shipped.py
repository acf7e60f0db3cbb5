"""The checks and the visit that ship ready, filled on a phone by what is seen: the record is what the engine says, and the intake reads it."""

from __future__ import annotations

import io

import pytest
from forms.filling import KNOWN, SHIPPED, alike
from phone_form import FormPage
from PIL import Image

from wenqu.forms.compiling import Compiled, compile_form
from wenqu.survey.intake.answers import Shape, files_of, read_answers
from wenqu.survey.intake.reading import read_record

pytestmark = pytest.mark.browser


def photo() -> bytes:
    out = io.BytesIO()
    Image.radial_gradient("L").resize((1280, 960)).save(out, "JPEG")
    return out.getvalue()


PHOTO = photo()


@pytest.fixture(params=[False, True], ids=["plain", "large"])
def form_page(chromium, request):
    form = FormPage(chromium, large=request.param, geolocation={"latitude": 26.57, "longitude": 106.71, "accuracy": 15}, permissions=["geolocation"])
    yield form
    assert form.complaints == []
    form.context.close()


def turn(form: FormPage, title: str) -> None:
    """Looks at a page and goes on."""
    assert form.page.locator("h2").inner_text() == title
    assert form.overflow <= 0
    assert form.page.locator(".f-wrong:visible").count() == 0
    form.next()


def place(form: FormPage, name: str) -> None:
    form.question(name).locator("button.f-take").first.click()
    form.question(name).locator(".f-place").get_by_text("15 米").wait_for()


def same_as_engine(form: FormPage, compiled: Compiled, given: dict[str, str], answers: dict[str, str], photos: int = 2) -> None:
    """The record that was finished against the engine alone, the intake, and the files that it names."""
    xml, files = form.record
    record = read_record(xml.encode())
    shape = Shape.of(compiled.plan)
    named = files_of(read_answers(record.root, shape), shape)
    assert sorted(named) == sorted(files) and len(files) >= photos
    assert record.form_id == compiled.form_id and record.instance_id.startswith("uuid:") and record.filled_at is not None
    assert all(file.content for file in files.values())
    told = read_answers(record.root, shape).values
    pictures = {path: text for path, text in told.items() if shape.kinds[path.replace("[1]", "").replace("[2]", "")] in {"photo", "signature"}}
    paths = {f"/data/{name}": text for name, text in given.items()}
    asked = [[path, text] for path, text in answers.items()] + [[path, text] for path, text in pictures.items()]
    alone = form._call("engine", {"plan": compiled.plan, "given": paths}, asked)
    assert alike(xml).splitlines() == alike(alone).splitlines()


def test_the_household_check(form_page: FormPage) -> None:
    form, compiled, given = form_page, compile_form(SHIPPED / "household-check.xlsx"), KNOWN["household-check"]
    form.open(compiled.plan, given=given, hints={"litres_per_person_day": ["52", "2026-03-02"]})
    assert "王大明" in form.page.inner_text(".f-note")
    form.type("persons", "4")
    form.choose("source", "山泉水")
    form.choose("mode", "自引山泉")
    turn(form, "供水方式")
    # The register knows litres a head; the form asks for those of the household and works the others out.
    assert form.question("litres_household_day").locator(".f-last").inner_text() == "上次：人均每天 52 升（2026-03-02）"
    assert form.page.inner_text(".f-body").count("上次") == 1
    form.type("litres_household_day", "180")
    form.type("short_days", "12")
    form.type("longest_short_spell_days", "5")
    form.choose("short_months", "2 月", "3 月")
    assert "人均每天 45 升" in form.page.inner_text(".f-body")
    turn(form, "水量和保证率")
    form.type("round_trip_min", "１２")
    turn(form, "取水远近")
    for name in ("visible", "colour", "smell"):
        form.choose(name, "正常")
    form.choose("taste", "不正常")
    form.choose("illness", "否")
    form.choose("disinfection", "只烧开")
    turn(form, "水质")
    form.choose("charge", "按户收")
    form.type("price_household", "36.5")
    form.choose("paid", "是")
    turn(form, "水费")
    form.choose("card", "是")
    form.choose("knows_responsible", "否")
    form.choose("satisfaction", "基本满意")
    form.type("suggestions", "早点修水管\n谢谢")
    turn(form, "告知与满意")
    for name in ("photo_tap", "photo_card", "photo_water"):
        form.photograph(name, PHOTO)
    place(form, "place")
    form.sign("signature")
    turn(form, "照片、位置与签字")
    same_as_engine(form, compiled, given, {
        "/data/supply/persons": "4", "/data/supply/source": "spring", "/data/supply/mode": "spring", "/data/quantity/litres_household_day": "180",
        "/data/quantity/short_days": "12", "/data/quantity/longest_short_spell_days": "5", "/data/quantity/short_months": "m02 m03",
        "/data/convenience/round_trip_min": "12", "/data/quality/senses/visible": "normal", "/data/quality/senses/colour": "normal",
        "/data/quality/senses/smell": "normal", "/data/quality/senses/taste": "odd", "/data/quality/senses/illness": "no",
        "/data/quality/disinfection": "boil", "/data/fees/charge": "household", "/data/fees/price_household": "36.5", "/data/fees/paid": "yes",
        "/data/people/card": "yes", "/data/people/knows_responsible": "no", "/data/people/satisfaction": "fair",
        "/data/people/suggestions": "早点修水管\n谢谢", "/data/evidence/place": "26.57 106.71 0 15",
    })


def test_the_scheme_check(form_page: FormPage) -> None:
    form, compiled, given = form_page, compile_form(SHIPPED / "scheme-check.xlsx"), KNOWN["scheme-check"]
    form.open(compiled.plan, given=given)
    _first_half(form)
    form.choose("charge", "按吨收")
    form.type("price", "2.5")
    form.type("households_due", "120")
    form.type("households_paid", "90")
    assert "75%" in form.page.inner_text(".f-body")
    turn(form, "水费")
    form.type("problem_count", "2")
    for entry in ("problem[1]", "problem[2]"):
        form.choose(f"{entry}/kind", "消毒缺失")
        form.choose(f"{entry}/severity", "一般")
        form.type(f"{entry}/words", f"{entry} 没有药")
    form.photograph("problem[1]/problem_photo", PHOTO)
    turn(form, form.page.locator("h2").inner_text())
    for name in ("photo_source", "photo_works", "photo_disinfection"):
        form.photograph(name, PHOTO)
    place(form, "place")
    form.sign("signature")
    turn(form, "照片、位置与签字")
    group = {"source_group/source": "spring", "source_group/source_enough": "dry_season", "source_group/source_fence": "no", "source_group/source_sign": "yes",
             "source_group/pollution": "livestock waste", "works/lock": "yes", "works/fence": "no", "works/running": "part", "works/fault": "水泵有响声",
             "works/timing": "timed", "works/times_per_day": "2", "works/m3_per_day": "12.5", "works/outage_days": "3", "works/longest_outage_days": "2",
             "water/disinfection_equipment": "yes", "water/disinfection": "chlorine", "water/disinfecting": "sometimes", "water/disinfection_log": "no",
             "water/chlorine_mg_l": "0.3", "water/visible": "normal", "water/colour": "normal", "water/smell": "normal", "water/tested": "yes",
             "water/tested_on": "2026-05-01", "water/lab_result": "pass", "fees/charge": "ton", "fees/price": "2.5", "fees/households_due": "120",
             "fees/households_paid": "90", "problem_count": "2"}
    managed = dict.fromkeys(("rules_on_wall", "three_responsibilities", "manager_known", "manager_trained", "health_certificate", "patrol_log", "emergency_plan"), "yes")
    answers = {f"/data/{name}": text for name, text in group.items()} | {f"/data/management/{name}": text for name, text in managed.items()}
    for entry in ("problem[1]", "problem[2]"):
        answers |= {f"/data/{entry}/kind": "disinfection", f"/data/{entry}/severity": "ordinary", f"/data/{entry}/words": f"{entry} 没有药"}
    same_as_engine(form, compiled, given, {**answers, "/data/evidence/place": "26.57 106.71 0 15"})


def _first_half(form: FormPage) -> None:
    form.choose("source", "山泉水")
    form.choose("source_enough", "枯水期不够")
    form.choose("source_fence", "否")
    form.choose("source_sign", "是")
    form.choose("pollution", "没有", "养殖、粪污")
    form.page.get_by_text("就不能再选别的").wait_for()
    form.choose("pollution", "没有", "垃圾、污水")
    turn(form, "水源")
    form.choose("lock", "是")
    form.choose("fence", "否")
    form.choose("running", "部分损坏，还能供水")
    form.type("fault", "水泵有响声")
    form.choose("timing", "每天定时")
    form.type("times_per_day", "2")
    form.type("m3_per_day", "１２。５")
    form.type("outage_days", "3")
    form.type("longest_outage_days", "2")
    turn(form, "工程与设备")
    form.choose("disinfection_equipment", "是")
    form.choose("disinfection", "次氯酸钠、漂白粉等含氯药剂")
    form.choose("disinfecting", "有时用")
    form.choose("disinfection_log", "否")
    form.type("chlorine_mg_l", "0.3")
    for name in ("visible", "colour", "smell"):
        form.choose(name, "正常")
    form.choose("tested", "是")
    form.type("tested_on", "2026-05-01")
    form.choose("lab_result", "合格")
    turn(form, "消毒与水质")
    for name in ("rules_on_wall", "three_responsibilities", "manager_known", "manager_trained", "health_certificate", "patrol_log", "emergency_plan"):
        form.choose(name, "是")
    turn(form, "管理")


def test_the_visit_of_the_contact_person(form_page: FormPage) -> None:
    form, compiled, given = form_page, compile_form(SHIPPED / "contact-visit.xlsx"), KNOWN["contact-visit"]
    form.open(compiled.plan, given=given)
    assert "王大明" in form.page.inner_text(".f-note")
    today = form.question("visited_on").locator("input").input_value()
    assert len(today) == 10
    form.choose("way", "入户走访")
    form.choose("met", "户主", "老人")
    turn(form, "走访")
    form.choose("food", "没有困难")
    form.choose("clothing", "没有困难")
    form.choose("schooling", "都在上学")
    form.choose("medical", "有保障")
    form.choose("housing", "安全")
    form.choose("water", "有问题")
    form.type("secured_words", "枯水期三天停一次水")
    turn(form, "两不愁三保障和饮水")
    form.choose("income", "差不多")
    form.type("workers", "1")
    form.choose("work", "不稳定")
    turn(form, "收入和务工")
    form.choose("ill", "否")
    form.choose("school_trouble", "否")
    turn(form, "健康和上学")
    form.choose("risk", "否")
    form.choose("measures", "都已落实")
    form.type("asks", "打电话 13812345678")
    form.page.get_by_text("不要写电话、证件号和账号").first.wait_for()
    form.type("asks", "想修水窖")
    turn(form, "风险、措施和诉求")
    form.photograph("photo_visit", PHOTO)
    form.photograph("photo_paper", PHOTO)
    place(form, "place")
    turn(form, "照片和位置")
    same_as_engine(form, compiled, given, {
        "/data/visit/visited_on": today, "/data/visit/way": "home", "/data/visit/met": "head old", "/data/secured/food": "ok", "/data/secured/clothing": "ok",
        "/data/secured/schooling": "ok", "/data/secured/medical": "ok", "/data/secured/housing": "ok", "/data/secured/water": "bad",
        "/data/secured/secured_words": "枯水期三天停一次水", "/data/living/income": "same", "/data/living/workers": "1", "/data/living/work": "unstable",
        "/data/family/ill": "no", "/data/family/school_trouble": "no", "/data/risk_group/risk": "no", "/data/risk_group/measures": "done",
        "/data/risk_group/asks": "想修水窖", "/data/evidence/place": "26.57 106.71 0 15",
    })
    assert "<worse>yes</worse>" in form.record[0]


def test_the_sampling_of_water(form_page: FormPage) -> None:
    form, compiled = form_page, compile_form(SHIPPED / "water-sample.xlsx")
    form.open(compiled.plan)
    form.type("sample_typed", "202607-12")
    form.page.get_by_text("请对照标签").first.wait_for()
    form.type("sample_typed", "202607-0012-7")
    turn(form, "样品")
    form.choose("disinfectant", "二氧化氯")
    turn(form, "采样")
    form.type("free_chlorine", "很多")
    form.page.get_by_text("请只填数字").first.wait_for()
    form.type("free_chlorine", "<0.02")
    form.type("chlorine_dioxide", "0.11")
    form.type("ph", "7.2")
    form.type("turbidity", "0.4")
    form.type("water_temperature", "12.5")
    turn(form, "现场测定")
    form.photograph("photo_sampling", PHOTO)
    place(form, "place")
    turn(form, "照片和位置")
    moment = form.record[0].partition("<taken_at>")[2].partition("</taken_at>")[0]
    same_as_engine(form, compiled, {}, {
        "/data/which/sample_typed": "202607-0012-7", "/data/taking/taken_at": moment, "/data/taking/disinfectant": "chlorine_dioxide", "/data/field/free_chlorine": "<0.02",
        "/data/field/chlorine_dioxide": "0.11", "/data/field/ph": "7.2", "/data/field/turbidity": "0.4", "/data/field/water_temperature": "12.5",
        "/data/evidence/place": "26.57 106.71 0 15",
    }, photos=1)


def test_what_is_missing_is_told_and_jumped_to(form_page: FormPage) -> None:
    form = form_page
    form.open(compile_form(SHIPPED / "household-check.xlsx").plan, given=KNOWN["household-check"])
    form.type("persons", "4")
    form.next()
    assert form.page.locator(".f-notice").inner_text().startswith("这一页还有 2 处要填好。")
    form.page.get_by_role("button", name="先跳过").click()
    form.page.click(".f-count")
    form.page.get_by_role("button", name="照片、位置与签字").click()
    form.next()
    assert form.page.locator("h2").inner_text() == "供水方式"
    assert "“吃的水从哪里来？”" in form.page.inner_text(".f-notice")
    box = form.question("source").bounding_box()
    assert 0 < box["y"] < 720
    form.choose("source", "水库")
    form.next()
    assert "“怎样取水？”" in form.page.inner_text(".f-notice")
