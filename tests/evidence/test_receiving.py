"""What is taken in, what is refused and in which words, and what is left behind."""

from __future__ import annotations

import errno
import io
import os
import shutil
import struct
import subprocess
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as live
from PIL import Image

from evidence.files import GPS, PDF, exif, office, photo, upload
from wenqu.evidence import photos
from wenqu.evidence.receiving import MOST_FILES, receive, receive_all
from wenqu.evidence.stores import SMALL, VIEW, name_of, storage
from wenqu.kit.crypto.files import MAGIC
from wenqu.kit.refusal import Refused


def kept() -> list[str]:
    """Every file below the evidence folder."""
    return sorted(str(path.relative_to(live.EVIDENCE_DIR)) for path in Path(live.EVIDENCE_DIR).rglob("*") if path.is_file())


def opened(sha256: str, copy: str = "") -> bytes:
    return b"".join(storage().pieces(name_of(sha256, copy)))


def refusal(content: bytes, name: str = "IMG_1.jpg") -> Refused:
    with pytest.raises(Refused) as caught:
        receive(upload(content, name))
    assert kept() == []
    return caught.value


# -- what is taken ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "name", "kind", "content_type"), [
    (photo(), "IMG_1.jpg", "photo", "image/jpeg"),
    (photo(form="PNG"), "截图.png", "photo", "image/png"),
    (photo(form="WEBP"), "a.webp", "photo", "image/webp"),
    (PDF, "检测报告.pdf", "document", "application/pdf"),
    (office("docx"), "说明.docx", "document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (office("xlsx"), "清单.xlsx", "document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
])
def test_what_is_taken_lies_sealed_under_its_hash(content, name, kind, content_type) -> None:
    received = receive(upload(content, name))
    assert (received.kind, received.content_type, received.name, received.size) == (kind, content_type, name, len(content))
    assert opened(received.sha256) == content
    raw = (live.EVIDENCE_DIR / name_of(received.sha256)).read_bytes()
    assert raw.startswith(MAGIC) and content not in raw
    assert len(kept()) == (3 if kind == "photo" else 1)
    assert oct((live.EVIDENCE_DIR / name_of(received.sha256)).stat().st_mode & 0o777) == "0o600"


def test_a_photo_of_another_format_than_its_name_is_named_rightly() -> None:
    """Chat programmes name every photo .jpg."""
    received = receive(upload(photo(form="WEBP"), "微信图片.jpg"))
    assert (received.name, received.content_type) == ("微信图片.jpg.webp", "image/webp")
    assert receive(upload(photo(), "image")).name == "image.jpg"


# -- what is refused ----------------------------------------------------------------------------------------------------


def cut(content: bytes, share: float = 0.6) -> bytes:
    return content[: int(len(content) * share)]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"x")
        archive.writestr("word/document.xml", b"\0" * (40 * 1024**2))
    return out.getvalue()


def lying_bomb() -> bytes:
    """Says that it unpacks to a little."""
    out = bytearray(office("docx", extra={"word/media/a.bin": b"\0" * (2 * 1024**2)}))
    real, told = struct.pack("<I", 2 * 1024**2), struct.pack("<I", 100)
    return bytes(out).replace(real, told)


def password() -> bytes:
    content = bytearray(office("docx"))
    for sign in (b"PK\x03\x04", b"PK\x01\x02"):
        at = content.find(sign)
        while at >= 0:
            content[at + (6 if sign == b"PK\x03\x04" else 8)] |= 1
            at = content.find(sign, at + 4)
    return bytes(content)


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that say that they are a photo of a whole wall."""
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
CASES = {
    "empty": (b"", "照片.jpg", "file_empty", "重新选择"),
    "a programme": (b"MZ\x90\x00" + b"\0" * 99, "修水管.exe", "type_not_allowed", "JPG"),
    "a programme called photo": (b"MZ\x90\x00" + b"\0" * 99, "照片.jpg", "type_not_allowed", "JPG"),
    "a page": (b"<html><script>alert(1)</script>", "照片.png", "type_not_allowed", "JPG"),
    "a drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "图.svg", "type_not_allowed", "JPG"),
    "an animation": (b"GIF89a" + b"\0" * 50, "动图.gif", "type_not_allowed", "JPG"),
    "a photo with a programme's name": (photo(), "照片.exe", "type_not_allowed", "扩展名"),
    "a document with a photo's name": (PDF, "照片.jpg", "content_differs", "PDF"),
    "a photo with a document's name": (photo(), "报告.pdf", "content_differs", "JPG"),
    "a workbook with a text's name": (office("xlsx"), "说明.docx", "content_differs", "XLSX"),
    "an apple photo": (b"\0\0\0\x18ftypheic" + b"\0" * 90, "IMG_9.heic", "type_not_allowed", "兼容性最佳"),
    "an old document": (OLE, "说明.doc", "type_not_allowed", "另存为"),
    "a document with a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "说明.docx", "file_encrypted", "去掉密码"),
    "a zip with a password": (password(), "说明.docx", "file_encrypted", "去掉密码"),
    "a zip": (office("docx", drop="word/document.xml"), "一包.zip", "type_not_allowed", "先解压"),
    "a broken zip": (cut(office("docx")), "说明.docx", "file_broken", "另存"),
    "macros": (office("xlsx", extra={"xl/vbaProject.bin": b"x"}), "清单.xlsx", "file_has_macros", "不带宏"),
    "a bomb": (bomb(), "说明.docx", "file_bomb", "另存"),
    "a bomb that lies": (lying_bomb(), "说明.docx", "file_broken", "另存"),
    "a broken photo": (cut(photo(400, 300)), "照片.jpg", "photo_broken", "重新拍摄"),
    "a broken png": (cut(photo(400, 300, "PNG")), "照片.png", "photo_broken", "重新拍摄"),
    "only the beginning of a photo": (b"\xff\xd8\xff\xe0", "照片.jpg", "photo_broken", "重新拍摄"),
    "too many points": (huge_png(7000, 7000), "墙.png", "photo_too_many_points", "像素"),
    "far too many points": (huge_png(60_000, 60_000), "墙.png", "photo_too_many_points", "像素"),
    "a cut pdf": (PDF[:30], "报告.pdf", "file_broken", "重新导出"),
    "a pdf with a password": (PDF.replace(b"/Size 1", b"/Size 1/Encrypt 5 0 R"), "报告.pdf", "file_encrypted", "去掉密码"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_refused_by_name_and_says_what_to_do(case: str) -> None:
    content, name, code, advice = CASES[case]
    found = refusal(content, name)
    assert found.code == code, found.message
    assert name in found.message and advice in found.message


def test_too_large_by_kind(settings) -> None:
    settings.EVIDENCE_PHOTO_BYTES, settings.EVIDENCE_DOCUMENT_BYTES = 2 * 1024**2, 3 * 1024**2
    large = photo(colour=(1, 2, 3)) + b"\0" * (2 * 1024**2)
    assert refusal(large).code == "file_too_large" and "2 MB" in refusal(large).message
    assert "3 MB" in refusal(PDF + b"\0" * (3 * 1024**2), "a.pdf").message
    middle = PDF[:9] + b"\0" * (2 * 1024**2 + 5) + PDF[9:]
    assert receive(upload(middle, "a.pdf")).size == len(middle)


def test_no_more_is_read_than_may_be_large(settings) -> None:
    settings.EVIDENCE_PHOTO_BYTES = settings.EVIDENCE_DOCUMENT_BYTES = 1024**2

    class Endless(io.RawIOBase):
        name, given = "无尽.jpg", 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"\xff" * size

        def seek(self, *_where: int) -> int:
            return 0

    endless = Endless()
    with pytest.raises(Refused, match="上限"):
        receive(endless)
    assert endless.given < 2 * 1024**2


def test_too_many_at_once() -> None:
    with pytest.raises(Refused) as caught:
        receive_all([upload(photo())] * (MOST_FILES + 1))
    assert caught.value.code == "too_many_files" and kept() == []
    assert len(receive_all([upload(photo()), upload(PDF, "a.pdf")])) == 2


# -- names --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "shown"), [
    ("..\\..\\x.jpg", "x.jpg"), ("../../../etc/passwd.jpg", "passwd.jpg"), ("/etc/cron.d/x.jpg", "x.jpg"), ("C:\\Windows\\x.jpg", "x.jpg"),
    ("x\0.jpg", "x.jpg"), ("照片\u202egpj.jpg", "照片gpj.jpg"), ("a\r\nSet-Cookie: b.jpg", "aSet-Cookie b.jpg"), ("\x1b[31m红.jpg", "[31m红.jpg"),
    ("", "未命名.jpg"), ("...", "未命名.jpg"), (".jpg", "jpg.jpg"), ("a\u200bb\ufeff.jpg", "ab.jpg"), ("<img src=x>.jpg", "img src=x.jpg"),
    ("张三 13800001234.jpg", "张三 [已遮盖].jpg"),
])
def test_hostile_names_are_cleaned_and_are_no_path(name: str, shown: str, tmp_path) -> None:
    received = receive(upload(photo(), name))
    assert received.name == shown
    assert kept() == sorted(name_of(received.sha256, copy) for copy in ("", SMALL, VIEW))


def test_a_long_name_is_cut_and_keeps_its_end() -> None:
    received = receive(upload(photo(), "长" * 300 + ".jpg"))
    assert len(received.name) <= 120 and received.name.endswith("长.jpg")
    assert len(receive(upload(photo(form="PNG"), "长" * 300)).name) <= 120


def test_a_hidden_end_of_a_name_counts() -> None:
    """«gpj.exe» turned round by a direction sign reads as .jpg and is .exe."""
    assert refusal(photo(), "照片\u202egpj.exe").code == "type_not_allowed"


# -- what a photo tells -------------------------------------------------------------------------------------------------


def test_place_and_time_are_read_with_the_system_of_the_point() -> None:
    received = receive(upload(photo(exif=exif(taken="2026:02:28 17:30:05", offset="+08:00", gps=GPS))))
    assert received.taken_at == datetime(2026, 2, 28, 9, 30, 5, tzinfo=UTC)
    assert (received.longitude, received.latitude, received.crs) == (109.101944, 34.258472, "EPSG:4326")


def test_without_an_offset_the_clock_of_this_place_counts() -> None:
    received = receive(upload(photo(exif=exif(taken="2026:02:28 17:30:05"))))
    assert received.taken_at == datetime(2026, 2, 28, 9, 30, 5, tzinfo=UTC)
    assert (received.longitude, received.crs) == (None, "")


@pytest.mark.parametrize(("gps", "place"), [
    ({**GPS, 1: "S", 3: "W"}, (-109.101944, -34.258472, "EPSG:4326")),
    ({**GPS, 18: "WGS-84"}, (109.101944, 34.258472, "EPSG:4326")),
    ({**GPS, 18: "CGCS2000"}, (109.101944, 34.258472, "EPSG:4490")),
    ({**GPS, 18: "GCJ-02"}, (109.101944, 34.258472, "GCJ-02")),
    ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, (None, None, "")),
    ({1: "N", 2: (99.0, 0.0, 0.0), 3: "E", 4: (9.0, 0.0, 0.0)}, (None, None, "")),
    ({1: "N", 2: (34.0, 15.0, 30.5)}, (None, None, "")),
    ({1: "N", 2: (34.0,), 3: "E", 4: (109.0,)}, (None, None, "")),
])
def test_places_that_make_no_sense_are_none(gps, place) -> None:
    received = receive(upload(photo(exif=exif(gps=gps))))
    assert (received.longitude, received.latitude, received.crs) == place


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "2026:13:45 99:99:99", "yesterday", "1970:01:01 00:00:00", "    :  :     :  :  "])
def test_times_that_make_no_sense_are_none(taken: str) -> None:
    assert receive(upload(photo(exif=exif(taken=taken)))).taken_at is None


def test_broken_notes_of_the_camera_do_not_spoil_a_good_photo() -> None:
    content = photo(exif=exif(taken="2026:02:28 17:30:05", gps=GPS))
    at = content.find(b"Exif\0\0") + 6
    for wrong in (b"\xff" * 8, b"MM\0*\xff\xff\xff\xff", b"II*\0" + b"\x08\0\0\0" + b"\xff" * 40):
        received = receive(upload(content[:at] + wrong + content[at + len(wrong) :]))
        assert (received.taken_at, received.width) == (None, 64)


# -- the copies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
def test_copies_stand_upright(orientation: int) -> None:
    """A photo whose upper half is red, stored as the camera was held."""
    upright = Image.new("RGB", (60, 80), (0, 0, 255))
    upright.paste((255, 0, 0), (0, 0, 60, 40))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.get(orientation)
    stored = upright.transpose(Image.Transpose(back)) if back is not None else upright
    out = io.BytesIO()
    stored.save(out, "JPEG", exif=exif(orientation=orientation))
    received = receive(upload(out.getvalue()))
    assert (received.width, received.height) == (60, 80)
    for copy in (SMALL, VIEW):
        with Image.open(io.BytesIO(opened(received.sha256, copy))) as shown:
            assert shown.size == (60, 80)
            top, bottom = shown.getpixel((30, 10)), shown.getpixel((30, 70))
            assert top[0] > 200 > 100 > top[2] and bottom[2] > 200 > 100 > bottom[0]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_copies_tell_nothing_that_the_camera_wrote(form: str) -> None:
    content = photo(form=form, exif=exif(taken="2026:02:28 17:30:05", gps=GPS))
    assert b"CANARY-MAKE" in content
    received = receive(upload(content, "a"))
    assert opened(received.sha256) == content
    for copy in (SMALL, VIEW):
        shown = opened(received.sha256, copy)
        assert b"CANARY" not in shown and b"Exif" not in shown and b"2026:02" not in shown
        with Image.open(io.BytesIO(shown)) as image:
            assert not dict(image.getexif()) and set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_copies_are_small() -> None:
    received = receive(upload(photo(4000, 3000)))
    assert (received.width, received.height) == (4000, 3000)
    sizes = {}
    for copy in (SMALL, VIEW):
        with Image.open(io.BytesIO(opened(received.sha256, copy))) as shown:
            sizes[copy] = shown.size
    assert sizes == {SMALL: (320, 240), VIEW: (1600, 1200)}


def test_what_can_be_seen_through_becomes_white() -> None:
    received = receive(upload(photo(form="PNG", mode="RGBA", colour=(0, 0, 0, 0)), "a.png"))
    with Image.open(io.BytesIO(opened(received.sha256, VIEW))) as shown:
        assert min(shown.getpixel((20, 20))) > 250
    for mode in ("L", "P", "I;16", "1", "LA"):
        received = receive(upload(photo(form="PNG", mode=mode, colour=1), f"{mode}.png"))
        assert received.width == 64
    assert receive(upload(photo(mode="CMYK", colour=(0, 0, 0, 0)), "c.jpg")).width == 64


def test_a_photo_of_the_largest_telephones_is_taken(monkeypatch) -> None:
    monkeypatch.setattr(photos, "MOST_POINTS", 3_000_000)
    assert receive(upload(photo(2000, 1500))).width == 2000
    assert photos.MOST_POINTS_WHOLE < 120_000_000 >= 12_000 * 9_000
    with pytest.raises(Refused) as caught:
        receive(upload(photo(2001, 1500)))
    assert caught.value.code == "photo_too_many_points"


# -- the disk -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_half_way_leaves_nothing(monkeypatch, code: int) -> None:
    """The disk takes the first pieces and no more."""
    real, written = os.fsync, []

    def full(handle: int) -> None:
        written.append(handle)
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)
    found = refusal(photo(900, 700), "河边.jpg")
    assert written and found.code == "disk_full" and "磁盘" in found.message
    monkeypatch.setattr(os, "fsync", real)
    assert receive(upload(photo(900, 700))).size


def test_a_small_disk_that_is_really_full(tmp_path, settings) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount")
    try:
        settings.EVIDENCE_DIR = small / "evidence"
        content = PDF[:9] + os.urandom(3 * 1024**2) + PDF[9:]
        with pytest.raises(Refused) as caught:
            receive(upload(content, "报告.pdf"))
        assert caught.value.code == "disk_full"
        assert kept() == []
    finally:
        subprocess.run(["umount", str(small)], check=True)
