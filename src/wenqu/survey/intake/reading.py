"""Bytes of a record -> what they say of it. XML from outside: no DTD, no entities, bounded in size and depth. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, XMLParser

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

# A form of 250 questions makes 15 KB; repeats make more.
MOST_BYTES = 2 * 1024 * 1024
MOST_DEPTH = 30
MOST_ELEMENTS = 50_000
_ID = 200


class Unreadable(Exception):
    """What was sent is no record; the text says why, for whoever looks into the phone."""


@dataclass(frozen=True)
class Record:
    """A record as the phone sent it."""

    raw: bytes
    root: Element
    sha256: str
    instance_id: str
    deprecated_id: str
    form_id: str
    form_version: str
    filled_at: datetime | None

    @property
    def text(self) -> str:
        """The very bytes, as the text that they are."""
        return self.raw.decode("utf-8")


def read_record(raw: bytes) -> Record:
    """The record; ``Unreadable`` for what is none. Nothing that a form can produce is refused."""
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"XML larger than {MOST_BYTES} bytes")
    try:
        raw.decode("utf-8")
        root = _parsed(raw)
    except (DefusedXmlException, ParseError, UnicodeDecodeError, LookupError, ValueError) as error:
        raise Unreadable(f"not readable as XML in UTF-8: {type(error).__name__}") from None
    _check_shape(root)
    sha256 = hashlib.sha256(raw).hexdigest()
    meta = child(root, "meta")
    # A form without a number of its records: the content is the number, so that sending again changes nothing.
    instance_id = _meta(meta, "instanceID") or root.get("instanceID", "").strip() or f"sha256:{sha256}"
    return Record(
        raw, root, sha256, instance_id if len(instance_id) <= _ID else f"sha256:{sha256}", _meta(meta, "deprecatedID")[:_ID],
        (root.get("id") or _space(root) or local(root))[:100], root.get("version", "")[:60],
        _moment(root),
    )


def _parsed(raw: bytes) -> Element:
    """What holds «<!» may declare something: it is looked through as it is parsed, and refused where it does. Nothing can be declared
    without; it is parsed four times as fast, as UTF-8, whatever it says of itself, so that nothing hides behind another encoding."""
    if b"<!" in raw:
        found: Element = fromstring(raw, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        return found
    parser = XMLParser(encoding="utf-8")
    parser.feed(raw)
    root: Element = parser.close()
    return root


def local(element: Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element, name: str) -> Element | None:
    return next((each for each in element if local(each) == name), None)


def _space(element: Element) -> str:
    """Old forms name themselves by their namespace."""
    tag = str(element.tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def _meta(meta: Element | None, name: str) -> str:
    found = child(meta, name) if meta is not None else None
    return (found.text or "").strip() if found is not None else ""


def _check_shape(root: Element) -> None:
    """Walked without recursion: how deep it goes is what is asked."""
    level, count = [root], 0
    for _depth in range(MOST_DEPTH):
        count += len(level)
        level = [each for element in level for each in element]
        if not level:
            break
    if level or count > MOST_ELEMENTS:
        raise Unreadable("XML nested too deeply or with too many elements")


def _moment(root: Element) -> datetime | None:
    """When it was filled, as the phone says: its end, or else its start."""
    for name in ("end", "start"):
        found = child(root, name)
        try:
            moment = datetime.fromisoformat((found.text or "").strip()) if found is not None else None
        except ValueError:
            continue
        if moment is not None and moment.tzinfo is not None and 1990 <= moment.year < 9999:
            return moment
    return None
