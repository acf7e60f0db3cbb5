"""Photos, signatures, places and codes on the form screen: what comes out of a camera, a finger and a receiver."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from forms.books import ask, compiled
from phone_form import File, FormPage
from PIL import Image, ImageChops, ImageDraw, ImageOps, ImageStat

pytestmark = pytest.mark.browser
AT = {"latitude": 26.5712345, "longitude": 106.7112345}


@pytest.fixture
def form(chromium) -> Iterator[FormPage]:
    form = FormPage(chromium, permissions=["geolocation"], geolocation={**AT, "accuracy": 500})
    yield form
    form.context.close()


def camera(orientation: int, size: tuple[int, int] = (4000, 3000)) -> bytes:
    """A photo of twelve megapixels as cameras write it: lying, with a word about how it has to be turned."""
    picture = Image.effect_noise((size[0] // 10, size[1] // 10), 60).convert("RGB").resize(size)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, size[0] // 2, size[1] // 3), fill=(220, 30, 30))
    draw.rectangle((size[0] // 2, size[1] // 2, *size), fill=(20, 60, 200))
    exif = Image.Exif()
    exif[0x0112], exif[0x0132] = orientation, "2026:11:20 09:30:00"
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=98, exif=exif)
    return out.getvalue()


def taken(form: FormPage, plan: Any, content: bytes, name: str = "p") -> File:
    form.open(plan)
    form.photograph(name, content)
    form.next()
    xml, files = form.record
    (file,) = files.values()
    assert f"<{name}>{file.name}</{name}>" in xml
    return file


@pytest.mark.parametrize("orientation", [1, 6, 8, 3])
def test_a_photo_of_twelve_megapixels_is_shrunk_upright(form: FormPage, orientation: int) -> None:
    original = camera(orientation)
    file = taken(form, compiled(ask("image", "p", appearance="new")).plan, original)
    assert len(original) > 2_000_000 and len(file.content) < 215_000
    shrunk, upright = Image.open(io.BytesIO(file.content)), ImageOps.exif_transpose(Image.open(io.BytesIO(original)))
    assert shrunk.format == "JPEG" and max(shrunk.size) == 1600
    assert shrunk.size == ((1200, 1600) if orientation in {6, 8} else (1600, 1200))
    # When it was taken stays; that it has to be turned does not.
    assert shrunk.getexif()[0x0132] == "2026:11:20 09:30:00"
    assert shrunk.getexif()[0x0112] == 1
    difference = ImageChops.difference(shrunk.convert("RGB").resize((80, 80)), upright.convert("RGB").resize((80, 80)))
    assert max(ImageStat.Stat(difference).mean) < 6
    assert form.complaints == []


def test_a_photo_as_small_as_the_form_says(form: FormPage) -> None:
    file = taken(form, compiled(ask("image", "p", parameters="max-pixels=640")).plan, camera(6))
    assert Image.open(io.BytesIO(file.content)).size == (480, 640)


def test_a_photo_is_taken_again_and_what_is_no_picture_is_not_taken(form: FormPage) -> None:
    form.open(compiled(ask("image", "p", appearance="new", required="yes"), ask("image", "q")).plan)
    assert form.question("p").locator("input[capture]").count() == 1 and form.question("p").locator("input[type=file]").count() == 1
    assert form.question("q").locator("input[type=file]").count() == 2
    field = form.question("p").locator("input")
    field.set_input_files({"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    form.page.get_by_text("这张照片打不开，请重拍一张。").wait_for()
    names = set()
    for colour in ("red", "green"):
        out = io.BytesIO()
        Image.new("RGB", (900, 600), colour).save(out, "JPEG")
        before = form.question("p").locator("img").get_attribute("src")
        form.photograph("p", out.getvalue())
        form.page.wait_for_function("(before) => document.querySelector('img.f-preview').src !== before", arg=before)
        form.close()
        names.add(form.told("draft")["files"][0]["name"])
        form.reopen()
        assert form.question("p").locator("img").is_visible()
    assert len(names) == 2
    form.next()
    (file,) = form.record[1].values()
    red, green, _blue = Image.open(io.BytesIO(file.content)).convert("RGB").getpixel((10, 10))
    assert green > 100 > red and file.name.startswith("p-") and file.name.endswith(".jpg")


def test_a_photo_that_the_phone_lost_is_asked_for_again(form: FormPage) -> None:
    form.open(compiled(ask("image", "p", required="yes"), ask("text", "a")).plan)
    form.photograph("p", camera(1, (800, 600)))
    form.type("a", "x")
    form.close()
    draft = form.told("draft")
    form.open(form.options["plan"], draft={"state": draft["state"], "page": draft["page"], "blobs": []})
    form.page.get_by_text("有 1 张照片或签名在手机上找不到了").wait_for()
    form.next()
    assert "“题 p”" in form.page.inner_text(".f-notice")


def test_a_photo_that_is_no_longer_asked_for_is_not_sent(form: FormPage) -> None:
    form.open(compiled(ask("select_one yn", "w"), ask("image", "p", relevant="${w} = 'y'")).plan)
    form.choose("w", "是")
    form.photograph("p", camera(1, (800, 600)))
    form.choose("w", "否")
    form.next()
    xml, files = form.record
    assert files == {} and "<p" not in xml


def test_a_signature_is_signed_and_signed_again(form: FormPage) -> None:
    form.open(compiled(ask("image", "s", appearance="signature", parameters="max-pixels=400", required="yes")).plan)
    sheet = form.question("s").locator("canvas")
    sheet.click(position={"x": 50, "y": 50})
    form.page.get_by_text("签名太短，请再签一次。").wait_for()
    form.next()
    form.question("s").get_by_text("这一项必须填写。").wait_for()
    form.sign("s")
    form.question("s").get_by_role("button", name="重签").click()
    form.next()
    assert form.question("s").locator(".f-wrong").is_visible()
    form.sign("s")
    # Signed and on at once: nothing is waited for.
    form.next()
    xml, files = form.record
    (file,) = files.values()
    picture = Image.open(io.BytesIO(file.content)).convert("L")
    assert file.type == "image/png" and max(picture.size) == 400 and len(file.content) < 20_000
    dark = sum(picture.histogram()[:80])
    assert 300 < dark < picture.size[0] * picture.size[1] / 10
    assert f"<s>{file.name}</s>" in xml


def test_a_signature_by_touch_stays_on_its_sheet(form: FormPage) -> None:
    form.open(compiled(ask("image", "s", appearance="signature")).plan)
    box = form.question("s").locator("canvas").bounding_box()
    touch = form.context.new_cdp_session(form.page)
    for kind, points in (("touchStart", [(40, 40)]), ("touchMove", [(120, 90)]), ("touchMove", [(200, 30)]), ("touchEnd", [])):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": box["x"] + x, "y": box["y"] + y} for x, y in points]})
    form.close()
    form.reopen()
    assert form.question("s").locator("img.f-preview").is_visible()
    assert form.page.evaluate("scrollY") == 0


def place(**parameters: str) -> Any:
    return compiled(ask("geopoint", "g", parameters=" ".join(f"{name.replace('_', '-')}={value}" for name, value in parameters.items()))).plan


def test_the_best_of_several_fixes_until_it_is_good_enough(form: FormPage) -> None:
    form.page.clock.install()
    form.open(place(capture_accuracy="20", warning_accuracy="100"))
    # The half minute stands still: only a good fix ends the search.
    form.page.clock.pause_at(datetime.now() + timedelta(hours=1))
    form.question("g").get_by_role("button", name="开始定位").click()
    told = form.question("g").locator("[role=status]")
    told.get_by_text("误差 500 米").wait_for()
    for accuracy, best in ((80, 80), (120, 80), (40, 40)):
        form.context.set_geolocation({"latitude": 26.57 + accuracy / 1e5, "longitude": 106.71, "accuracy": accuracy})
        form.question("g").get_by_role("button", name=f"采用（误差 {best} 米）").wait_for()
    form.context.set_geolocation({**AT, "accuracy": 12.34})
    form.question("g").get_by_text("误差约 12 米，坐标系 WGS-84（EPSG:4326）").wait_for()
    form.next()
    assert "<g>26.5712345 106.7112345 0.0 12.3</g>" in form.record[0]


def test_a_fix_is_taken_before_the_time_is_over(form: FormPage) -> None:
    form.open(place(capture_accuracy="20", warning_accuracy="100"))
    form.question("g").get_by_role("button", name="开始定位").click()
    form.question("g").get_by_role("button", name="采用（误差 500 米）").click()
    form.page.get_by_text("误差 500 米，太大了").wait_for()
    form.next()
    assert "<g>26.5712345 106.7112345 0.0 500.0</g>" in form.record[0]


def test_the_best_of_half_a_minute_is_taken(form: FormPage) -> None:
    form.page.clock.install()
    form.open(place(capture_accuracy="20"))
    form.question("g").get_by_role("button", name="开始定位").click()
    form.context.set_geolocation({**AT, "accuracy": 60})
    form.question("g").get_by_role("button", name="采用（误差 60 米）").wait_for()
    form.page.clock.run_for(31_000)
    form.question("g").get_by_text("误差约 60 米").wait_for()
    form.next()
    form.page.clock.run_for(1_000)
    assert "106.7112345 0.0 60.0</g>" in form.record[0]


def test_no_leave_to_look_for_the_place_and_a_place_by_hand(chromium) -> None:
    form = FormPage(chromium)
    form.open(place())
    form.question("g").get_by_role("button", name="开始定位").click()
    form.page.get_by_text("手机没有允许本页定位").wait_for()
    latitude, longitude = form.question("g").locator(".f-hand input").all()
    for north, east, told in (("106.71", "26.57", "好像填反了"), ("26.57", "x", "请填度数"), ("２６．５７", "106.71", "北纬 26.57000°")):
        latitude.fill(north)
        longitude.fill(east)
        form.page.get_by_role("button", name="用这个位置").click()
        form.question("g").get_by_text(told).wait_for()
    form.next()
    assert "<g>26.57 106.71 0.0 0.0</g>" in form.record[0]
    form.context.close()


def test_a_code_is_read_from_a_photo_where_the_phone_can(form: FormPage) -> None:
    plan = compiled(ask("barcode", "b")).plan
    form.open(plan)
    form.page.evaluate("delete window.BarcodeDetector")
    form.open(plan)
    assert form.question("b").locator("input[type=file]").count() == 0
    # This browser has no reader of its own: one that knows each picture by its width stands in for the phone's.
    form.page.evaluate("() => { window.BarcodeDetector = class { async detect({width}) { return width > 50 ? [{rawValue: `W${width}`}] : []; } }; }")
    form.open(plan)
    for width, told in ((40, "没有认出条码"), (320, None)):
        out = io.BytesIO()
        Image.new("RGB", (width, 40)).save(out, "PNG")
        form.question("b").locator("input[type=file]").set_input_files({"name": "b.png", "mimeType": "image/png", "buffer": out.getvalue()})
        if told:
            form.page.get_by_text(told).wait_for()
    form.page.wait_for_function("document.querySelector('.f-input').value === 'W320'")
    form.next()
    assert "<b>W320</b>" in form.record[0]


def test_what_is_signed_or_looked_for_is_kept_by_whoever_goes_on(form: FormPage) -> None:
    group = [ask("begin_group", "one", "一", appearance="field-list"), ask("image", "s", appearance="signature"), ask("geopoint", "g"), ask("end_group")]
    form.open(compiled(*group, ask("begin_group", "two", "二", appearance="field-list"), ask("text", "t"), ask("end_group")).plan)
    form.question("g").get_by_role("button", name="开始定位").click()
    form.question("g").get_by_role("button", name="采用（误差 500 米）").wait_for()
    form.sign("s")
    form.page.click(".f-count")
    # Looking at the list of pages ends nothing.
    assert form.question("g").get_by_role("button", name="采用（误差 500 米）").count() == 1
    form.page.get_by_role("button", name="二").click()
    form.page.get_by_role("heading", name="二").wait_for()
    form.next()
    xml, files = form.record
    assert len(files) == 1 and "106.7112345 0.0 500.0</g>" in xml


def test_two_quick_taps_are_one_step(form: FormPage) -> None:
    form.open(compiled(*[row for n in range(4) for row in (ask("begin_group", f"g{n}", f"第{n}组", appearance="field-list"), ask("text", f"t{n}"), ask("end_group"))]).plan)
    form.page.dblclick(".f-next")
    assert form.page.locator("h2").inner_text() == "第1组"
    form.page.dblclick(".f-back")
    assert form.page.locator("h2").inner_text() == "第0组"
