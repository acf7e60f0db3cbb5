"""What of the demo is in the database."""

from __future__ import annotations

from wenqu.demo.carried import NBS_EDITION
from wenqu.kit.audit_rows import recorded
from wenqu.places.models import CodeSystem, Division

LOADED = "load_demo_county"


def loaded_county(code: str) -> Division | None:
    """The county with this six-digit code, if the demo loaded it. The audit row is written with its last row, or never."""
    found = Division.objects.filter(codes__system=CodeSystem.NBS, codes__edition=NBS_EDITION, codes__code=code + "000000").first()
    if found is None or not recorded(verb=LOADED, path=found.path):
        return None
    return found
