"""Small pictures in place of photos: each says that it is of the demo and of which problem, so that no two are alike."""

from __future__ import annotations

import io
from colorsys import hsv_to_rgb
from datetime import datetime

from PIL import Image, ImageDraw, ImageFont

from wenqu.evidence.receiving import Received, receive

WIDTH, HEIGHT = 320, 240
_GROUND = 176
_MARK = "DEMO"


class _Upload(io.BytesIO):
    """A file as a form gives it."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name
        self.size = len(content)


def photo(number: str, step: str, at: datetime) -> Received:
    """A picture for a step of a problem, taken in as an upload is. The name says 演示; the picture itself says DEMO, the number and the day."""
    return receive(_Upload(draw(number, step, at), f"演示照片-{number}-{step}.jpg"))


def draw(number: str, step: str, at: datetime) -> bytes:
    """A hill, a pipe and a tank in the colours of the number: a drawing, not to be taken for a photo of any place."""
    turn = (sum(ord(each) * place for place, each in enumerate(number + step, 1)) % 360) / 360
    picture = Image.new("RGB", (WIDTH, HEIGHT), _colour(turn, 0.18, 0.95))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, _GROUND, WIDTH, HEIGHT), fill=_colour(turn + 0.3, 0.35, 0.62))
    left = 30 + int(turn * 120)
    pen.rectangle((left, 90, left + 90, _GROUND), fill=_colour(turn + 0.55, 0.45, 0.75), outline=(40, 40, 40), width=2)
    pen.line((left + 90, 160, WIDTH, 160), fill=(70, 80, 90), width=9)
    pen.rectangle((0, 0, WIDTH, 34), fill=(178, 34, 34))
    pen.text((8, 8), f"{_MARK}  {number}", fill="white", font=ImageFont.load_default(18))
    pen.text((8, HEIGHT - 24), f"{_MARK} {step} {at:%Y-%m-%d %H:%M}", fill="white", font=ImageFont.load_default(16))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=60)
    return file.getvalue()


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = hsv_to_rgb(hue % 1, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)
