"""A thumb that fills whatever form is open on the phone page."""

from __future__ import annotations

from io import BytesIO

from phone_browser import SlowPhone
from PIL import Image

QUESTION = "[data-path]"


def fill(phone: SlowPhone) -> None:
    """Every question that is shown gets an answer, page by page, as a thumb would."""
    image = BytesIO()
    Image.effect_noise((1600, 1200), 60).save(image, "JPEG")
    for _page in range(20):
        for place in range(phone.page.locator(f"{QUESTION}:visible").count()):
            question = phone.page.locator(f"{QUESTION}:visible").nth(place)
            if question.locator(".f-choice:visible").count() and not question.locator("input:checked").count():
                question.locator(".f-choice:visible").first.click()
            number = question.locator("input[inputmode=numeric]:visible, input[inputmode=decimal]:visible")
            if number.count() and not number.first.input_value():
                number.first.fill("5")
            if question.locator("input[type=file]").count():
                question.locator("input[type=file]").first.set_input_files({"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": image.getvalue()})
                question.locator("img.f-preview:visible").wait_for()
        sign(phone)
        phone.page.locator(".f-next").click()
        phone.page.wait_for_timeout(500)
        if phone.page.get_by_text("已存入发件箱").count():
            return
    raise SystemExit(f"the form does not end: {phone.page.locator('body').inner_text()[:600]}")


def sign(phone: SlowPhone) -> None:
    """A finger across the field of a signature, where the page has one."""
    field = phone.page.locator("canvas:visible")
    if field.count():
        field.first.scroll_into_view_if_needed()
        box = field.first.bounding_box()
        assert box is not None
        phone.page.mouse.move(box["x"] + 20, box["y"] + 20)
        phone.page.mouse.down()
        phone.page.mouse.move(box["x"] + 120, box["y"] + 50, steps=8)
        phone.page.mouse.up()
