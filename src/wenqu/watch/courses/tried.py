"""An act that was tried in vain: what was filled in comes back with every reason, nothing of it is lost but files."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from wenqu.kit.masking import cover
from wenqu.kit.refusal import Refused
from wenqu.watch.courses.asked import Wanted
from wenqu.watch.courses.forms import ActForm
from wenqu.watch.models import Course


@dataclass
class Tried:
    """The form as it was sent; `refusal` where the act was refused, none where a field could not be read."""

    wanted: Wanted
    form: ActForm
    refusal: Refused | None = None
    offered: bool = False

    @property
    def reasons(self) -> list[str]:
        """Every reason, one each."""
        return self.refusal.message.split("\n") if self.refusal is not None else []

    @property
    def kept(self) -> str:
        """What was written, without numbers of people: for an act that the page does not offer any more."""
        return cover(str(self.form.data.get("words", "")))[:2000]

    def again(self, row: Course) -> ActForm:
        """The form fit to be sent again: whoever was overtaken sees the course as it is now, on this page."""
        self.offered = True
        data: Any = self.form.data.copy()  # type: ignore[attr-defined]
        data["version"] = str(row.version)
        if self.refusal is not None and self.refusal.code == "key_used":
            data["key"] = uuid.uuid4().hex
        self.form.data = data
        return self.form
