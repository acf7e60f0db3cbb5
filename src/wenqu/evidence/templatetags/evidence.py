"""How evidence is shown."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from wenqu.evidence.models import Evidence

register = template.Library()
_SYSTEMS = {"EPSG:4326": "WGS 84", "EPSG:4490": "CGCS2000", "GCJ-02": "GCJ-02"}


@register.filter
def file_kind(evidence: Evidence) -> str:
    """JPG, PNG, PDF … by content: names were made to agree when the file was received."""
    return evidence.name.rpartition(".")[2].upper()


@register.filter
def place(evidence: Evidence) -> str:
    """«北纬 34.10000°，东经 109.10000°（WGS 84）»: the point in the system it was taken in."""
    north, east = evidence.latitude or 0.0, evidence.longitude or 0.0
    return _("%(north)s %(latitude).5f°，%(east)s %(longitude).5f°（%(system)s）") % {
        "north": _("北纬") if north >= 0 else _("南纬"), "latitude": abs(north),
        "east": _("东经") if east >= 0 else _("西经"), "longitude": abs(east),
        "system": _SYSTEMS.get(evidence.crs, evidence.crs or _("坐标系未注明")),
    }
