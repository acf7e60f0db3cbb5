"""Forms of results: the grid of a sample's items, a correction, laboratories, uploads, and how a workbook is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.importing.laboratory.mapping import DATES, LabMapping
from wenqu.kit.languages import in_english
from wenqu.kit.plain_words import without_number
from wenqu.kit.refusal import Refused, why_not
from wenqu.quality.models import Delivery, Laboratory, Result
from wenqu.quality.results.reading import Answer, read_answer
from wenqu.rulebook.quality.results.naming import item_names, names_of_all
from wenqu.rulebook.quality.results.units import unit_of

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
EXTRA = 3
PARTS = ("written", "unit", "detection", "method")
LENGTHS = {"written": 120, "unit": 30, "detection": 40, "method": 120}


def new_key() -> str:
    """A key of one request."""
    return uuid4().hex


def named_items(but: set[str] = frozenset()) -> list[tuple[str, str]]:  # type: ignore[assignment]
    """Items to choose from, in the order of the standard."""
    return [(key, names[in_english()]) for key, names in item_names().items() if key not in but]


def _read(item: str, answer: Answer) -> None:
    read_answer(item, answer)


def usual_unit(item: str) -> str:
    """The unit of the standard, "" where there is none."""
    known = names_of_all().items[item]
    return known.units[0] if known.units and known.needs_unit else ""


class GridForm(forms.Form):
    """What was found for the items of a sample, and a few more that nobody asked for."""

    laboratory = forms.ModelChoiceField(label=gettext_lazy("检测机构"), queryset=Laboratory.objects.none(), required=False, empty_label=gettext_lazy("没有送检机构（现场测定）"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def __init__(self, *args: Any, items: list[str], standing: set[str], laboratories: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"key": new_key()}, **kwargs})
        self.items = [item for item in items if item not in standing]
        self.fields["laboratory"].queryset = laboratories  # type: ignore[attr-defined]
        for item in self.items:
            self._row(item, item_names()[item][in_english()], usual_unit(item))
        for number in range(EXTRA):
            name = f"extra{number}"
            self.fields[f"item-{name}"] = forms.ChoiceField(label=_("其他指标"), required=False, choices=[("", _("请选择")), *named_items({*self.items, *standing})])
            self._row(name, _("其他指标"), "")

    def _row(self, name: str, label: str, unit: str) -> None:
        labels = {"written": _("结果"), "unit": _("单位"), "detection": _("检出限"), "method": _("检测方法")}
        for part in PARTS:
            self.fields[f"{part}-{name}"] = forms.CharField(
                label=f"{label} {labels[part]}", required=False, max_length=LENGTHS[part], initial=unit if part == "unit" else "", widget=forms.TextInput(attrs={"aria-label": f"{label} {labels[part]}"}))

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows of the grid as the page draws them."""
        for item in self.items:
            yield {"item": item, **{part: self[f"{part}-{item}"] for part in PARTS}}
        for number in range(EXTRA):
            yield {"choice": self[f"item-extra{number}"], **{part: self[f"{part}-extra{number}"] for part in PARTS}}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.answers: dict[str, Answer] = {}
        for name in (*self.items, *(f"extra{number}" for number in range(EXTRA))):
            item = data.get(f"item-{name}") if name.startswith("extra") else name
            answer = Answer(**{part: data.get(f"{part}-{name}") or "" for part in PARTS})
            if not answer.written.strip():
                continue
            if not item:
                self.add_error(f"item-{name}", _("请选择是哪一项"))
                continue
            if item in self.answers:
                self.add_error(f"item-{name}", _("这一项已经填过"))
                continue
            refusal = why_not(_read, item, answer)
            if refusal is not None:
                self.add_error(f"written-{name}", refusal.message)
            self.answers[item] = answer
        return data


class CorrectForm(forms.Form):
    """Another value in the place of a result, and why."""

    written = forms.CharField(label=gettext_lazy("更正为"), max_length=120, help_text=gettext_lazy("照原始记录填：0.32、<0.01、未检出、无"))
    unit = forms.CharField(label=gettext_lazy("单位"), max_length=30, required=False)
    detection = forms.CharField(label=gettext_lazy("检出限"), max_length=40, required=False)
    method = forms.CharField(label=gettext_lazy("检测方法"), max_length=120, required=False)
    why = forms.CharField(label=gettext_lazy("更正原因"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def __init__(self, *args: Any, result: Result, **kwargs: Any) -> None:
        # A limit of detection is kept in the unit that is used, so the unit that is offered is that one.
        first = {"unit": result.unit or usual_unit(result.item), "detection": result.detection, "method": result.method, "version": result.version, "key": new_key()}
        super().__init__(*args, **{"initial": first, **kwargs})
        self.result = result

    def clean_why(self) -> str:
        return without_number(self.cleaned_data["why"])

    @property
    def answer(self) -> Answer:
        """What was written."""
        return Answer(**{part: self.cleaned_data[part] for part in PARTS})


class LaboratoryForm(forms.Form):
    """A laboratory with its certificate."""

    name = forms.CharField(label=gettext_lazy("检测机构名称"), max_length=120)
    certificate = forms.CharField(label=gettext_lazy("资质证书编号"), max_length=60, required=False)
    certified_until = forms.DateField(label=gettext_lazy("证书有效期至"), widget=DATE, required=False)

    def clean_name(self) -> str:
        return without_number(self.cleaned_data["name"])


class UploadForm(forms.Form):
    """A workbook and whose it is."""

    laboratory = forms.ModelChoiceField(label=gettext_lazy("检测机构"), queryset=Laboratory.objects.none(), empty_label=None)
    file = forms.FileField(label=gettext_lazy("检测报表"), help_text=gettext_lazy("Excel 工作簿（.xlsx、.xls）或 CSV，按原样上传：一行一个样品、一行一个结果、一张表一个样品都能识别"))

    def __init__(self, *args: Any, laboratories: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["laboratory"].queryset = laboratories  # type: ignore[attr-defined]


LEFT_OUT, AS_READ = "-", ""
SAID = ("number", "day", "point")  # facts of a sample of which a person says the column
LAYOUT_NAMES = (("", gettext_lazy("自动识别")), ("wide", gettext_lazy("一行一个样品")), ("long", gettext_lazy("一行一个结果")), ("report", gettext_lazy("一张工作表一个样品")))
DATE_NAMES = dict(zip(DATES, (gettext_lazy("年-月-日"), gettext_lazy("月/日/年"), gettext_lazy("日/月/年")), strict=True))


class MappingForm(forms.Form):
    """How a workbook is read: what was recognised stands in it, whoever knows better changes it."""

    layout = forms.ChoiceField(label=gettext_lazy("表的样子"), choices=LAYOUT_NAMES, required=False)
    header_row = forms.IntegerField(label=gettext_lazy("表头在第几行"), min_value=1, max_value=60, required=False, help_text=gettext_lazy("项目名称所在的行；不填自动识别"))
    number = forms.ChoiceField(label=gettext_lazy("样品编号列"), required=False)
    day = forms.ChoiceField(label=gettext_lazy("采样日期列"), required=False)
    point = forms.ChoiceField(label=gettext_lazy("监测点列"), required=False, help_text=gettext_lazy(
        "样品没有事先登记的（如往年的检测结果）选这一列：按监测点的编号或名称和采样日期找样品，没有登记的连样品一起登记；不认识的监测点只列出来"))
    otherwise = forms.MultipleChoiceField(label=gettext_lazy("没有编号的，由这几列合起来代替"), required=False, help_text=gettext_lazy("不选的，由监测点和采样日期代替"))
    item = forms.ChoiceField(label=gettext_lazy("检测项目列"), required=False, help_text=gettext_lazy("一行一个结果、一张表一个样品时用"))
    result = forms.ChoiceField(label=gettext_lazy("检测结果列"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("单位列"), required=False)
    dates = forms.ChoiceField(label=gettext_lazy("日期的写法"), choices=list(DATE_NAMES.items()))
    standard = forms.BooleanField(label=gettext_lazy("没有写单位的，按标准的单位"), required=False)
    save_as = forms.CharField(label=gettext_lazy("保存为报表格式"), max_length=120, required=False, help_text=gettext_lazy("填一个名称，这家机构下次同样表头的报表自动照此读取"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, delivery: Delivery, mapping: LabMapping, **kwargs: Any) -> None:
        self.delivery, self.mapping = delivery, mapping
        told = delivery.told
        texts = told.get("texts") or told.get("preview", {}).get("headers", [])
        first = {"layout": mapping.layout, "header_row": mapping.header_row or None, "dates": mapping.dates, "standard": mapping.standard_units, "version": delivery.version,
                 "save_as": delivery.format.name if delivery.format else "", **mapping.columns, **{name: headers[0] for name, headers in mapping.sample.items() if headers}, "otherwise": list(mapping.sample.get("number_otherwise", ()))}
        super().__init__(*args, **{"initial": first, **kwargs})
        self.fields["otherwise"].choices = [(text, text) for text in dict.fromkeys([*texts, *mapping.sample.get("number_otherwise", ())])]  # type: ignore[attr-defined]
        for name in ("number", "day", "point", "item", "result", "unit"):
            chosen = str(first.get(name) or "")
            self.fields[name].choices = [("", _("样品都已登记") if name == "point" else _("自动识别")), *((text, text) for text in dict.fromkeys([*texts, *([chosen] if chosen else [])]))]  # type: ignore[attr-defined]
        self.columns = told.get("columns", [])
        for at, column in enumerate(self.columns):
            left = column["code"] == "left_out"
            self.fields[f"i{at}"] = forms.ChoiceField(
                label=column["name"], required=False, initial=LEFT_OUT if left else column["item"],
                choices=[("", _("没有认出")), (LEFT_OUT, _("不采用这一项")), *named_items()], widget=forms.Select(attrs={"aria-label": column["name"]}))
            self.fields[f"u{at}"] = forms.CharField(label=column["name"], required=False, max_length=30, initial=column["written"], widget=forms.TextInput(attrs={"aria-label": column["name"]}))

    @property
    def shape(self) -> list[Any]:
        """The fields of the whole table, as the page draws them."""
        return [self[name] for name in ("layout", "header_row", "number", "day", "point", "otherwise", "item", "result", "unit", "dates", "standard")]

    @property
    def rows(self) -> list[tuple[dict[str, Any], Any, Any]]:
        """Each name of an item with its two fields."""
        return [(column, self[f"i{at}"], self[f"u{at}"]) for at, column in enumerate(self.columns)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for at, _column in enumerate(self.columns):
            unit = data.get(f"u{at}", "")
            if unit and f"u{at}" in self.changed_data and unit_of(unit) is None:
                self.add_error(f"u{at}", _("单位看不懂，请写成 mg/L、NTU、CFU/mL 等"))
        return data

    def said(self) -> LabMapping:
        """The mapping with what was changed put into it."""
        data, before = self.cleaned_data, self.mapping
        sample = {name: headers for name, headers in before.sample.items() if name not in (*SAID, "number_otherwise")} | {name: (data[name],) for name in SAID if data[name]}
        if data["otherwise"]:
            sample["number_otherwise"] = tuple(data["otherwise"])
        items, units = dict(before.items), dict(before.units)
        for at, column in enumerate(self.columns):
            if f"i{at}" in self.changed_data:
                items[column["name"]] = "" if data[f"i{at}"] in (LEFT_OUT, AS_READ) else data[f"i{at}"]
            if f"u{at}" in self.changed_data and data[f"u{at}"]:
                units[column["name"]] = data[f"u{at}"]
        return LabMapping(
            before.laboratory, before.sheets, data["layout"], data["header_row"] or 0, data["dates"], data["standard"], sample,
            {name: data[name] for name in ("item", "result", "unit") if data[name]}, items, units, before.words)


def picked_of(texts: list[str]) -> dict[int, int]:
    """key -> version out of the ticks of a page; anything else is refused."""
    found = {}
    for text in texts:
        key, _dot, version = text.partition(".")
        if not (key.isascii() and key.isdigit() and version.isascii() and version.isdigit() and len(text) <= 30):
            raise Refused("nothing_picked", _("请至少选择一项结果"))
        found[int(key)] = int(version)
    return found
