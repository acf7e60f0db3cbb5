"""Photos: whole and not too large, when and where they were taken, and copies to show that tell nothing more."""

from __future__ import annotations

import io
import math
import struct
import threading
from datetime import datetime
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import ExifTags, Image

from wenqu.evidence.contents import JPEG, Photo, Type, refused

# The largest photos of telephones have 108 million points. A JPEG is made smaller while it is opened; others are opened whole.
MOST_POINTS, MOST_POINTS_WHOLE = 120_000_000, 40_000_000
VIEW_EDGE, SMALL_EDGE = 1600, 320
WGS84, CGCS2000, GCJ02 = "EPSG:4326", "EPSG:4490", "GCJ-02"
# Asking for more is refused by the library before anything is opened.
Image.MAX_IMAGE_PIXELS = MOST_POINTS
_FORMATS = ("JPEG", "PNG", "WEBP", "MPO")
# Whatever a decoder trips over in a hostile or broken file.
_TRIPS = (OSError, ValueError, SyntaxError, ArithmeticError, LookupError, TypeError, AttributeError, EOFError, MemoryError, struct.error)
# How a camera was held -> how to turn the photo upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}
# Two large photos opened at once could take the memory of a small machine.
_one = threading.Lock()


def look_at(file: IO[bytes], found: Type, name: str) -> Photo:
    """Open a photo to its end. `Refused` where it is broken or has too many points."""
    with _one:
        try:
            with Image.open(file, formats=_FORMATS) as image:
                width, height = image.size
                if width * height > (MOST_POINTS if found is JPEG else MOST_POINTS_WHOLE):
                    raise _too_many(name)
                orientation, taken_at, place = _told(image)
                view, small = _copies(image, _TURNS.get(orientation))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_many(name) from None
        except _TRIPS:
            raise refused("photo_broken", name, _("是损坏的照片，打不开。请重新拍摄，或换一张再上传。")) from None
    longitude, latitude, crs = place or (None, None, "")
    if orientation >= 5:
        width, height = height, width
    return Photo(width, height, taken_at, longitude, latitude, crs, small, view)


def _told(image: Image.Image) -> tuple[int, datetime | None, tuple[float, float, str] | None]:
    """What the camera wrote: how it was held, when and where. Nothing of it where it makes no sense: the photo may be good all the same."""
    try:
        exif = image.getexif()
        orientation = exif.get(ExifTags.Base.Orientation)
        return orientation if orientation in _TURNS else 1, _taken_at(exif), _place(exif)
    except _TRIPS:
        return 1, None, None


def _too_many(name: str) -> Exception:
    return refused("photo_too_many_points", name, _("的像素太多，不予打开。请在手机里把照片调小，或换用普通拍照模式后再上传。"))


def _copies(image: Image.Image, turn: Image.Transpose | None) -> tuple[bytes, bytes]:
    """The copy to look at and the small one, the right way up."""
    image.draft("RGB", (VIEW_EDGE, VIEW_EDGE))
    upright = image.transpose(turn) if turn is not None else image
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        clear = upright.convert("RGBA")
        upright = Image.new("RGB", clear.size, "white")
        upright.paste(clear, mask=clear.getchannel("A"))
    plain = _points_of(upright)
    plain.thumbnail((VIEW_EDGE, VIEW_EDGE))
    view = _jpeg(plain, 80)
    plain.thumbnail((SMALL_EDGE, SMALL_EDGE))
    return view, _jpeg(plain, 72)


def _points_of(image: Image.Image) -> Image.Image:
    """The points and nothing else: what else a file carries goes with the object that was opened."""
    plain = image.convert("RGB") if image.mode != "RGB" else image.copy()
    plain.info = {}
    return plain


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, exif=b"")
    return out.getvalue()


def _taken_at(exif: Image.Exif) -> datetime | None:
    """When the camera says that it was taken; by the clock of this place unless it says how far off its own is."""
    inside = exif.get_ifd(ExifTags.IFD.Exif)
    text = _text(inside.get(ExifTags.Base.DateTimeOriginal) or inside.get(ExifTags.Base.DateTimeDigitized))
    offset = _text(inside.get(ExifTags.Base.OffsetTimeOriginal))
    for form, told in (("%Y:%m:%d %H:%M:%S%z", text + offset if offset else ""), ("%Y:%m:%d %H:%M:%S", text)):
        try:
            moment = datetime.strptime(told, form)  # noqa: DTZ007  given its zone below
        except ValueError:
            continue
        if moment.year >= 1990:
            return moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_default_timezone())
    return None


def _place(exif: Image.Exif) -> tuple[float, float, str] | None:
    """Longitude, latitude and the system they were taken in. Nothing is converted."""
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], _text(gps.get(ExifTags.GPS.GPSLatitudeRef)) == "S")
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], _text(gps.get(ExifTags.GPS.GPSLongitudeRef)) == "W")
    except (LookupError, TypeError, ValueError, ArithmeticError):
        return None
    fixed = math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    # A telephone without a fix writes zeros.
    return (longitude, latitude, _system(_text(gps.get(ExifTags.GPS.GPSMapDatum)))) if fixed and (latitude or longitude) else None


def _system(datum: str) -> str:
    """The system by the name that the camera gives; satellites speak WGS 84 unless it says otherwise."""
    plain = "".join(c for c in datum.upper() if c.isalnum())
    if plain in {"", "WGS84", "WGS1984"}:
        return WGS84
    if "CGCS" in plain or plain in {"4490", "EPSG4490"}:
        return CGCS2000
    return GCJ02 if "GCJ" in plain else plain[:20]


def _degrees(parts: Any, negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    whole = round(degrees + minutes / 60 + seconds / 3600, 6)
    return -whole if negative else whole


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return value.replace("\0", "").strip() if isinstance(value, str) else ""
