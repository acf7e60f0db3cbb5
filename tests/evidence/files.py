"""Files as people send them, and as nobody should."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image


def photo(width: int = 64, height: int = 48, form: str = "JPEG", *, colour: Any = None, exif: Image.Exif | None = None, mode: str = "RGB") -> bytes:
    """A photo whose left half is red and right half blue, or all of one colour."""
    image = Image.new(mode, (width, height), colour if colour is not None else (255, 0, 0) if mode == "RGB" else None)
    if colour is None and mode == "RGB":
        image.paste((0, 0, 255), (width // 2, 0, width, height))
    out = io.BytesIO()
    image.save(out, form, **({"exif": exif} if exif is not None else {}))
    return out.getvalue()


def exif(*, orientation: int = 1, taken: str = "", offset: str = "", gps: dict[int, Any] | None = None) -> Image.Exif:
    told = Image.Exif()
    told[ExifTags.Base.Orientation] = orientation
    told[ExifTags.Base.Make] = "CANARY-MAKE"
    inside = told.get_ifd(ExifTags.IFD.Exif)
    if taken:
        inside[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        inside[ExifTags.Base.OffsetTimeOriginal] = offset
    if gps is not None:
        told.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    return told


GPS = {1: "N", 2: (34.0, 15.0, 30.5), 3: "E", 4: (109.0, 6.0, 7.0)}


def office(kind: str = "docx", *, extra: dict[str, bytes] | None = None, drop: str = "") -> bytes:
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
    parts = {"[Content_Types].xml": b"<Types/>", main: b"<x>" + b"text" * 50 + b"</x>", **(extra or {})}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if name != drop:
                archive.writestr(name, content)
    return out.getvalue()


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<</Size 1>>\nstartxref\n9\n%%EOF\n"


def upload(content: bytes, name: str = "IMG_1.jpg") -> Any:
    """As a form hands it over; the name as it was sent, for a name that the framework would clean is cleaned by us too."""
    file = SimpleUploadedFile("x", content)
    file.__dict__["_name"] = name
    return file
