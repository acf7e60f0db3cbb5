"""Lists to choose from and CSV files to look things up in: one namespace, as in the XForm."""

from __future__ import annotations

from typing import Any

from wenqu.forms.plan.errors import PlanProblem, PlanRefused
from wenqu.forms.plan.texts import Texts
from wenqu.forms.plan.xform import XF, Element, XForm, local
from wenqu.forms.xpath.errors import XPathError

_OWN = frozenset({"name", "label", "itextId"})


class Lists:
    """The lists of a form: inline ones with their rows, files with the columns that the form reads."""

    def __init__(self, form: XForm, texts: Texts) -> None:
        self._inline: dict[str, list[dict[str, str]]] = {}
        self._files: dict[str, tuple[str, set[str]]] = {}
        self._texts = texts
        for name, element in form.instances.items():
            source = element.get("src")
            if source is None:
                self._inline[name] = [{local(cell.tag): (cell.text or "").strip() for cell in item} for item in element.findall(f"{XF}root/{XF}item")]
            elif source.startswith("jr://file-csv/") and source.endswith(".csv"):
                self._files[name] = (source.removeprefix("jr://file-csv/"), set())
            else:
                raise PlanRefused([PlanProblem("plan_unsupported", "", "", source)])

    @property
    def names(self) -> set[str]:
        """All lists and files."""
        return {*self._inline, *self._files}

    def is_file(self, name: str) -> bool:
        """Whether a list lies in a file beside the form."""
        return name in self._files

    def use(self, name: str, column: str) -> None:
        """Note that the form reads a column; an inline list must have it."""
        if name in self._files:
            self._files[name][1].add(column)
        elif column not in {"name", "label"} and not any(column in row for row in self._inline[name]):
            raise XPathError("unknown_list_column", f"{name}/{column}")

    def inline(self) -> dict[str, Any]:
        """The inline lists: rows of value, text and further columns."""
        found: dict[str, Any] = {}
        for name, rows in self._inline.items():
            columns = sorted({column for row in rows for column in row} - _OWN)
            items = [[row.get("name", ""), self._label(row), *(row.get(column, "") for column in columns)] for row in rows]
            found[name] = {"columns": columns, "items": items} if columns else {"items": items}
        return found

    def files(self) -> dict[str, Any]:
        """The needed files with the columns that are read."""
        return {name: {"file": file, "columns": sorted(columns)} for name, (file, columns) in sorted(self._files.items())}

    def _label(self, row: dict[str, str]) -> int | None:
        if "itextId" in row:
            return self._texts.by_id(row["itextId"], "", None)
        return self._texts.plain(row["label"]) if row.get("label") else None


def choices_of(itemset: Element) -> tuple[str, str, str]:
    """(nodeset, column of the value, column of the text) of a select."""
    value, label = itemset.find(f"{XF}value"), itemset.find(f"{XF}label")
    text = label.get("ref", "") if label is not None else ""
    return itemset.get("nodeset", ""), value.get("ref", "") if value is not None else "", "label" if text == "jr:itext(itextId)" else text
