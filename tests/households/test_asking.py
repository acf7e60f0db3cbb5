"""A department asks: answered under a consent of today for this purpose in its own area, else always in the same words."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from cast import AT, TODAY
from consented import ID, consent_for, rows
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from judged import make_county, text_of
from openpyxl import Workbook, load_workbook
from stages import household

from wenqu.households.asking.actions import ask_register
from wenqu.households.asking.purposes import areas_by_purpose, purposes_of
from wenqu.households.models import Consent, Household, Member
from wenqu.jobs.models import Job
from wenqu.judging.actions import judge_division
from wenqu.kit.crypto.seal import digest
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.models import Duty, Role

# who | household of | purpose asked | consent: purpose, first day, last day, withdrawn | outcome; asked on 2026-03-01
TABLE = """
min | a1 | civil   | civil   2026-03-01 2026-03-01 -          | answered
min | a1 | civil   | civil   2026-01-01 2026-03-01 -          | answered
min | a1 | civil   | civil   2026-03-01 2026-12-31 -          | answered
min | a1 | civil   | civil   2026-01-01 2026-02-28 -          | no_consent
min | a1 | civil   | civil   2026-03-02 2026-12-31 -          | no_consent
min | a1 | civil   | civil   2026-01-01 2026-12-31 2026-03-02 | answered
min | a1 | civil   | civil   2026-01-01 2026-12-31 2026-03-01 | no_consent
min | a1 | civil   | civil   2026-01-01 2026-12-31 2026-02-01 | no_consent
min | a1 | civil   | medical 2026-01-01 2026-12-31 -          | no_consent
min | a1 | civil   | none    -          -          -          | no_consent
min | c  | civil   | civil   2026-01-01 2026-12-31 -          | no_consent
min | a1 | medical | medical 2026-01-01 2026-12-31 -          | wrong_purpose
yi  | a1 | medical | medical 2026-01-01 2026-12-31 -          | answered
yi  | a1 | civil   | civil   2026-01-01 2026-12-31 -          | wrong_purpose
chen | a1 | civil  | civil   2026-01-01 2026-12-31 -          | wrong_role
sun | a1 | civil   | civil   2026-01-01 2026-12-31 -          | wrong_role
gao | a1 | civil   | civil   2026-01-01 2026-12-31 -          | wrong_role
nobody | a1 | civil | civil  2026-01-01 2026-12-31 -          | wrong_role
"""
UNITS = """
清泉县民政局 | civil emergency
县医疗保障局 | medical
县教体局 | education
县住房和城乡建设局 | housing
县残联 | disability
县人社局 | employment
县应急管理局 | emergency
县统计局 | civil medical education housing disability employment emergency
"""


def ask(staff, who, purpose="civil", number=ID, on=TODAY):
    return ask_register(id_number=number, purpose=purpose, area=staff.area(who), on=on, by=who, at=AT)


def consented(staff, house: Household, purpose="civil", first="2026-01-01", last="2026-12-31", withdrawn="-") -> Consent | None:
    return consent_for(house, staff.chen, purpose, first, last, withdrawn)


@pytest.mark.parametrize(("who", "where", "purpose", "consent", "outcome"), rows(TABLE))
def test_who_is_answered_what_and_when(staff, who, where, purpose, consent, outcome):
    house = household(getattr(staff, f"village_{where}"), "AH1", "张山", kind="脱贫户")
    consented(staff, house, *consent.split())
    person = getattr(staff, who)
    try:
        (answer,) = ask(staff, person, purpose)
    except Refused as refusal:
        assert refusal.code == outcome
    else:
        assert outcome == "answered"
        assert (answer.name, answer.identity, answer.number, answer.place, answer.kind) == ("张山", "110***********002X", "AH1", "甲镇 甲一村", "脱贫户")
    if outcome in {"answered", "no_consent"}:
        entry = AuditEntry.objects.get(verb="department_query")
        assert entry.detail == {"digest": digest(ID, "member.id_number"), "purpose": purpose, "answered": outcome == "answered"}
        assert entry.subject == (f"household:{house.pk}" if outcome == "answered" else "")


@pytest.mark.parametrize(("unit", "purposes"), rows(UNITS))
def test_a_unit_asks_for_its_own_purposes(unit, purposes):
    assert sorted(purposes_of(unit)) == sorted(purposes.split())


def test_each_duty_counts_with_its_own_unit(staff):
    Duty.objects.create(account=staff.min, role=Role.DEPARTMENT, division=staff.other, from_on=date(2026, 1, 1), unit="邻县教育局")
    areas = areas_by_purpose(staff.min, staff.area(staff.min), TODAY)
    assert {purpose.value: area.paths for purpose, area in areas.items()} == {
        "civil": (staff.county.path,), "emergency": (staff.county.path,), "education": (staff.other.path,),
    }
    consented(staff, household(staff.village_c, "CH1"))
    consented(staff, household(staff.village_a1, "AH1"), "education")
    for purpose in ("civil", "education"):
        with pytest.raises(Refused) as refusal:
            ask(staff, staff.min, purpose)
        assert refusal.value.code == "no_consent"
    consented(staff, Household.objects.get(number="CH1"), "education")
    assert [answer.number for answer in ask(staff, staff.min, "education")] == ["CH1"]


def test_a_member_counts_not_only_the_head(staff):
    house = household(staff.village_a1, "AH1")
    Member.objects.create(household=house, number="2", name="李四", id_number="110105198001010011")
    consented(staff, house)
    assert [answer.name for answer in ask(staff, staff.min, number="110105 19800101 0011")] == ["李四"]


def test_only_an_exact_number_is_answered(staff):
    consented(staff, household(staff.village_a1, "AH1"))
    for number in (ID[:-1], ID[:-1] + "1", "张三", "%", "*", " "):
        with pytest.raises(Refused) as refusal:
            ask(staff, staff.min, number=number)
        assert refusal.value.code == "no_consent"
    assert ask(staff, staff.min, number=ID.lower())


def test_there_and_without_consent_reads_as_not_there(staff, sign_in):
    household(staff.village_a1, "AH1")  # registered, no consent
    household(staff.village_c, "CH1")
    Member.objects.filter(household__number="CH1").update(id_digest=digest("110105198001010011", "member.id_number"))
    client = sign_in(staff.min)
    said = set()
    for number in (ID, "110105198001010011", "110105197001010022"):
        answer = client.post("/query/", {"id_number": number, "purpose": "civil"})
        said.add((answer.status_code, text_of(answer).replace(number, "")))
    assert len(said) == 1
    assert "无授权或不在册" in said.pop()[1]


@pytest.mark.parametrize("number", ["12345", "11010519491231002", "张山", "1101051949123100222"])
def test_what_cannot_be_a_number_is_told_as_that(staff, sign_in, number):
    answer = sign_in(staff.min).post("/query/", {"id_number": number, "purpose": "civil"})
    assert answer.status_code == 400 and "证件号码应是 18 位" in text_of(answer) and "无授权或不在册" not in text_of(answer).partition("<form")[0]


def test_who_may_not_see_households_is_offered_no_search(staff, sign_in):
    assert 'role="search"' not in text_of(sign_in(staff.min).get("/query/"))
    assert 'role="search"' in text_of(sign_in(staff.chen).get("/"))


@pytest.mark.usefixtures("standing_clock")
def test_the_page_answers_a_few_fields_and_nothing_else(staff, sign_in):
    county = make_county(staff.cast)
    today = timezone.localdate().isoformat()
    consented(staff, county.house_a, first=today, last=today)
    # Judged again with the same outcome: the day is that of the newest judging.
    judge_division(division=staff.county, pack_id="national-2018", as_of=date(2026, 3, 1), by=staff.chen, at=AT)
    client = sign_in(staff.min)
    menu = text_of(client.get("/query/"))
    assert "医疗保障核查" not in menu
    assert '<a href="/query/" aria-current="page">部门核查</a>' in menu
    answer = client.post("/query/", {"id_number": ID, "purpose": "civil"})
    page = text_of(answer)
    content = page.partition("<main")[2].partition("</main>")[0]
    for told in ("张山", "110***********002X", "AH1", "甲镇 甲一村", "不安全（2026-03-01）"):
        assert told in content
    for untold in ("13800001234", "张良", "/households/", "甲镇水厂", "WT-", "张三"):
        assert untold not in content
    assert client.get(f"/households/{county.house_a.pk}/").status_code == 403
    assert client.post("/query/", {"id_number": ID, "purpose": "medical"}).status_code == 400
    assert sign_in(staff.chen).get("/query/").status_code == 403
    assert ID not in str(list(AuditEntry.objects.values_list("detail", "subject")))


def workbook(*numbers: object) -> SimpleUploadedFile:
    book = Workbook()
    book.active.append(["序号", "姓名", "身份证号"])
    for place, number in enumerate(numbers, start=1):
        book.active.append([place, "某人", number])
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("名单.xlsx", out.getvalue())


@pytest.mark.usefixtures("standing_clock")
def test_a_list_is_answered_row_by_row(staff, sign_in, settings, django_capture_on_commit_callbacks):
    today = timezone.localdate().isoformat()
    consented(staff, household(staff.village_a1, "AH1", "张山"), first=today, last=today)
    second = household(staff.village_a1, "AH2", "李四")  # registered, no consent
    Member.objects.filter(household=second).update(id_digest=digest("110105198001010016", "member.id_number"))
    client = sign_in(staff.min)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/query/lists/", {"purpose": "civil", "file": workbook("110105198001010016", ID, "11010519700101002X", "110105197001010020")})
    assert answer["Location"] == "/query/lists/"
    job = Job.objects.get()
    assert "共 4 行，答复 1 行" in text_of(client.get("/query/lists/"))
    sheet = load_workbook(BytesIO(b"".join(client.get(f"/query/lists/{job.pk}/").streaming_content))).active
    told = [[cell or "" for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [row[2] for row in told] == ["无授权或不在册", "已授权", "无授权或不在册", "证件号码有误，请核对"]
    assert told[1][:7] == [3, "110***********002X", "已授权", "张山", "AH1", "甲镇 甲一村", ""]
    assert told[0][3:] == told[2][3:] == [""] * len(told[0][3:])
    entries = AuditEntry.objects.filter(verb="department_query")
    assert sorted(entry.subject for entry in entries) == sorted(["", f"household:{Household.objects.get(number='AH1').pk}"])
    kept = "".join(path.read_text() for path in settings.UPLOADS_DIR.rglob("*.json")) + str(list(entries.values_list("detail"))) + str(job.args)
    assert ID not in kept
    assert "110105198001010016" not in kept
    assert not list(settings.WORK_DIR.glob("asked-*"))
    # Others do not fetch it: another department, the county, the same person without the duty.
    assert sign_in(staff.yi).get(f"/query/lists/{job.pk}/").status_code == 404
    assert sign_in(staff.chen).get(f"/jobs/{job.pk}/result/").status_code == 403
    Duty.objects.filter(account=staff.min).update(to_on=date(2026, 1, 2))
    assert sign_in(staff.min).get(f"/query/lists/{job.pk}/").status_code in {403, 404}


def test_a_list_that_is_none_is_refused_in_words(staff, sign_in):
    client = sign_in(staff.min)
    for file in (SimpleUploadedFile("x.xlsx", b"\x00\x01\x02"), SimpleUploadedFile("x.csv", "甲,乙\n1,2\n".encode()), SimpleUploadedFile("x.csv", b"")):
        answer = client.post("/query/lists/", {"purpose": "civil", "file": file})
        assert answer.status_code == 400
        assert 'class="error"' in text_of(answer)
    assert not Job.objects.exists()
