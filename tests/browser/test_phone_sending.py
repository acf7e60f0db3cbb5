"""Records on their way from the phone: what is no receipt, what is sent again, what is refused, and the file for the worst day."""

from __future__ import annotations

import io

import pytest
from django.utils import timezone
from survey.field import record
from thumbs import Filling, answers_of

from wenqu.survey.devices.actions import revoke_device
from wenqu.survey.models import Attachment, Device, Submission
from wenqu.survey.rescue.reading import opened_rescue

pytestmark = pytest.mark.browser
INTAKE = "**/x/submission"
# Puts a finished record with files of these sizes into the outbox, as the form screen does.
PUT = """async ([id, xml, sizes]) => {
  const base = document.documentElement.dataset.base;
  const { keepRecord } = await import(base + "outbox.js");
  const fill = (size, at) => { const bytes = new Uint8Array(size); for (let each = 0; each < size; each += 1) bytes[each] = (each * 31 + at * 7) % 251; return bytes; };
  const files = sizes.map((size, at) => ({ name: `p${at}.jpg`, blob: new Blob([fill(size, at)], { type: "image/jpeg" }) }));
  await keepRecord({ id, xml, form_id: "visit", form_title: "入户核查", subject: "", village: "", title: id, made_at: new Date().toISOString() }, files, null);
}"""


def put(phone, instance: str, *, xml: str | None = None, sizes: list[int] | None = None) -> None:
    told = record("", instance, version="1", form_id="visit").decode()
    phone.page.evaluate(PUT, [instance, xml or told, sizes or []])


def sent(phone) -> None:
    phone.until(lambda: phone.kept("outbox") == [])
    phone.page.get_by_text("待发 0").wait_for()


class TestReceipts:
    @pytest.mark.parametrize(("status", "headers", "body"), [
        (200, {}, "<html>请登录</html>"), (201, {}, "<html>请登录</html>"),
        (200, {"X-OpenRosa-Version": "1.0"}, '<m instanceID="uuid:p-1"/>'),
        (201, {"X-OpenRosa-Version": "1.0"}, '<m instanceID="uuid:another"/>'),
        (302, {"Location": "/phone/"}, ""),
    ])
    def test_only_a_receipt_of_this_record_takes_it_out(self, phone, village, status, headers, body):
        phone.ready(village.code())
        phone.open("outbox")
        phone.context.route(INTAKE, lambda route: route.fulfill(status=status, body=body, headers={"Content-Type": "text/html", **headers})
                            if route.request.method == "POST" else route.fallback())
        put(phone, "uuid:p-1")
        phone.page.get_by_text("等待网络").wait_for()
        assert phone.unsent == "待发 1" and [row["id"] for row in phone.kept("outbox")] == ["uuid:p-1"] and phone.kept("sent") == []
        phone.context.unroute(INTAKE)
        phone.page.get_by_role("button", name="现在发送").click()
        sent(phone)
        assert Submission.objects.filter(instance_id="uuid:p-1").count() == 1

    def test_a_receipt_that_is_lost_on_the_way_makes_no_second_record(self, phone, village):
        phone.ready(village.code())
        lost = []

        def lose(route) -> None:
            if route.request.method == "POST" and not lost:
                lost.append(route.fetch().status)
                route.abort()
            else:
                route.fallback()

        phone.context.route(INTAKE, lose)
        put(phone, "uuid:l-1", sizes=[3000])
        phone.until(lambda: bool(lost))
        phone.open("outbox")
        phone.page.get_by_text("等待网络").wait_for()
        phone.page.get_by_role("button", name="现在发送").click()
        sent(phone)
        assert lost == [201] and Submission.objects.count() == 1 and Attachment.objects.count() == 1

    def test_the_oldest_goes_first_and_one_that_is_refused_stops_nobody(self, phone, village):
        phone.ready(village.code())
        phone.lose_network()
        for at, xml in enumerate([None, "<kein XML", None]):
            put(phone, f"uuid:o-{at}", xml=xml)
        phone.find_network()
        phone.open("outbox")
        phone.page.get_by_text("被退回").wait_for()
        phone.page.get_by_text("待发 1").wait_for()
        assert list(Submission.objects.order_by("pk").values_list("instance_id", flat=True)) == ["uuid:o-0", "uuid:o-2"]
        assert "无法读取" in phone.text
        phone.picture("outbox-refused")
        phone.page.get_by_role("button", name="再次发送", exact=True).click()
        phone.page.get_by_text("被退回").wait_for()
        assert [row["id"] for row in phone.kept("outbox")] == ["uuid:o-1"]


class TestParts:
    def test_what_is_larger_than_the_office_takes_goes_in_parts(self, phone, village):
        phone.ready(village.code())
        parts = []

        def look(route) -> None:
            if route.request.method == "HEAD":
                route.fulfill(status=204, headers={"X-OpenRosa-Version": "1.0", "X-OpenRosa-Accept-Content-Length": str(1024 * 1024)})
                return
            body = route.request.post_data_buffer
            parts.append((len(body), b"*isIncomplete*" in body, [name for name in ("p0", "p1", "p2") if f'filename="{name}.jpg"'.encode() in body]))
            route.fallback()

        phone.context.route(INTAKE, look)
        put(phone, "uuid:big", sizes=[700_000, 200_000, 600_000])
        sent(phone)
        assert [(more, names) for _size, more, names in parts] == [(True, ["p0", "p1"]), (False, ["p2"])]
        assert all(size <= 1024 * 1024 for size, _more, _names in parts)
        assert sorted(Attachment.objects.values_list("evidence__size", flat=True)) == [200_000, 600_000, 700_000]

    def test_a_broken_upload_goes_on_with_the_files_that_are_not_there_yet(self, phone, village):
        phone.ready(village.code())
        seen: list[list[str]] = []

        def breaking(route) -> None:
            if route.request.method == "HEAD":
                route.fallback()
                return
            body = route.request.post_data_buffer
            seen.append([name for name in ("p0", "p1", "p2") if f'filename="{name}.jpg"'.encode() in body])
            route.abort() if len(seen) in {1, 3} else route.fallback()

        phone.context.route(INTAKE, breaking)
        put(phone, "uuid:weak", sizes=[9000, 8000, 7000])
        phone.open("outbox")
        for _time in range(2):
            phone.page.get_by_text("等待网络").wait_for()
            phone.page.get_by_role("button", name="现在发送").click()
        sent(phone)
        # All at once broke; then one at a time, and what the office has is not sent twice.
        assert seen == [["p0", "p1", "p2"], ["p0"], ["p1"], ["p1"], ["p2"]]
        assert Attachment.objects.count() == 3

    def test_a_file_that_the_office_misses_is_sent_again(self, phone, village):
        phone.ready(village.code())
        phone.context.route("**/phone/api/states", lambda route: route.abort())
        Filling(phone).begin("黄志强").answer("7").finish()
        sent(phone)
        row = Submission.objects.get()
        tap = answers_of(row)["tap"]
        # Until the office says that it has all, the phone keeps the record and its files.
        assert len(phone.kept("blobs")) == 2 and phone.kept("sent")[0]["xml"]
        row.attachments.get(name=tap).delete()
        Submission.objects.update(missing=[tap])
        phone.context.unroute("**/phone/api/states")
        phone.open("home")
        phone.page.get_by_role("button", name="同步").click()
        phone.until(lambda: phone.kept("blobs") == [])
        row.refresh_from_db()
        assert row.missing == [] and row.attachments.count() == 2 and Submission.objects.count() == 1
        assert "xml" not in phone.kept("sent")[0] and phone.kept("sent")[0]["state"] == "accepted"


    def test_a_record_that_the_office_lost_after_its_receipt_is_sent_once_more(self, phone, village):
        phone.ready(village.code())
        phone.context.route("**/phone/api/states", lambda route: route.abort())
        put(phone, "uuid:restored", sizes=[4000])
        sent(phone)
        # The office was set back to yesterday's backup.
        Attachment.objects.all().delete()
        Submission.objects.all().delete()
        phone.context.unroute("**/phone/api/states")
        phone.open("home")
        phone.page.get_by_role("button", name="同步").click()
        phone.until(lambda: phone.kept("blobs") == [])
        assert [row.instance_id for row in Submission.objects.all()] == ["uuid:restored"] and Attachment.objects.count() == 1


class TestRetired:
    def test_the_register_goes_and_what_was_filled_stays_and_may_still_be_sent(self, phone, village):
        phone.ready(village.code())
        Filling(phone).begin("王五").answer("4", pictures=False).kept("4")
        phone.page.locator(".f-leave").click()
        phone.page.get_by_role("link", name="继续填草稿").wait_for()
        phone.lose_network()
        put(phone, "uuid:r-1")
        revoke_device(device=Device.objects.get(), by=village.cast.chen, at=timezone.now())
        phone.open("home")
        phone.find_network()
        phone.page.get_by_role("button", name="同步").click()
        phone.page.get_by_text("已于").wait_for()
        assert phone.kept("buckets") == [] and len(phone.kept("drafts")) == 1
        phone.picture("retired")
        sent(phone)
        assert Submission.objects.get().state == "quarantined"
        phone.open("drafts")
        phone.page.get_by_role("link", name="继续填").click()
        assert Filling(phone).question("people").locator("input").input_value() == "4"

    def test_a_strange_network_that_says_403_takes_nothing_away(self, phone, village):
        phone.ready(village.code())
        phone.context.route("**/phone/api/**", lambda route: route.fulfill(status=403, body='{"error": "blocked"}', headers={"Content-Type": "application/json"}))
        phone.page.get_by_role("button", name="同步").click()
        phone.page.get_by_text("不是真正的服务器").wait_for()
        assert len(phone.kept("buckets")) > 0 and not any("retired" in str(each) for each in phone.kept("settings"))

    def test_this_phone_is_emptied_only_when_nothing_is_unsent(self, phone, village):
        phone.ready(village.code())
        phone.lose_network()
        put(phone, "uuid:s-1")
        phone.open("retire")
        phone.page.get_by_text("还有 1 份记录没有发出").wait_for()
        assert phone.page.get_by_role("button", name="清空并停用").count() == 0
        phone.find_network()
        phone.page.once("dialog", lambda dialog: dialog.accept())
        phone.page.get_by_role("button", name="清空并停用").click()
        phone.page.locator("#code").wait_for()
        assert not any(phone.kept(store) for store in ("settings", "plans", "buckets", "outbox", "sent", "blobs"))


class TestRescue:
    def test_the_file_holds_every_unsent_record_whole_and_only_the_office_opens_it(self, phone, village):
        phone.ready(village.code())
        phone.lose_network()
        put(phone, "uuid:x-1", sizes=[50_000])
        put(phone, "uuid:x-2", sizes=[20_000, 30_000])
        phone.open("rescue")
        with phone.page.expect_download() as coming:
            phone.page.get_by_role("button", name="导出到手机").click()
        content = coming.value.path().read_bytes()
        assert content.startswith(b"WQR1") and b"uuid:x" not in content and coming.value.suggested_filename.endswith(".wqr")
        with opened_rescue(io.BytesIO(content), len(content)) as rescued:
            assert [(each.instance, [(file.name, file.size) for file in each.files]) for each in rescued.records] == [
                ("uuid:x-1", [("p0.jpg", 50_000)]), ("uuid:x-2", [("p0.jpg", 20_000), ("p1.jpg", 30_000)])]
            last = rescued.bytes_of(rescued.records[1].files[1])
            assert last == bytes((each * 31 + 7) % 251 for each in range(30_000))
        # A file is no receipt: the records stay until they are sent.
        assert phone.unsent == "待发 2" and phone.complaints == []
