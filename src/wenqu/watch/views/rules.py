"""What a county goes by: adopting an edition, and reading one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from wenqu.judging.manual_page import blocks_of
from wenqu.kit.languages import in_english, language
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.paths import county_of
from wenqu.places.permissions import needs
from wenqu.places.queries import division_in, row_in
from wenqu.places.rights import Right
from wenqu.places.scope import Area, within
from wenqu.rulebook.watch.measures import measures_at
from wenqu.watch.editor.queries import own, shipped
from wenqu.watch.judging.rules import check_rules
from wenqu.watch.models import Edition, PackKind
from wenqu.watch.rules.actions import adopt_edition
from wenqu.watch.rules.permissions import check_can_adopt
from wenqu.watch.rules.queries import SHELVES, adoption_at, adoptions_of, editions_of, pack_of


class AdoptForm(forms.Form):
    """Which edition, from which day, by which document."""

    kind = forms.ChoiceField(choices=PackKind.choices, widget=forms.HiddenInput)
    choice = forms.ChoiceField(label=gettext_lazy("规则"))
    from_on = forms.DateField(label=gettext_lazy("起用日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    document = forms.CharField(label=gettext_lazy("依据的本县文件"), max_length=300, help_text=gettext_lazy("写文件名称和文号"))

    def __init__(self, *args: Any, kind: str, division: Division, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"kind": kind}, "auto_id": f"{kind}-%s", **kwargs})
        own = [(f"e{row.pk}", _("本县版本：%(title)s") % {"title": row.title}) for row in editions_of(division.path, kind)]
        shelf = SHELVES[kind]
        packs = [(f"p{name}", shelf.pack(name).en if in_english() else shelf.pack(name).zh) for name in shelf.ids()]
        self.fields["choice"].choices = [("", _("请选择")), *own, *packs]  # type: ignore[attr-defined]


@needs(Right.WATCH)
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    division = _county(request, area)
    if division is None:
        return render(request, "watch/rules.html", {"counties": _counties(area)})
    if request.method != "POST":
        return _page(request, division, None)
    kind = request.POST.get("kind", "")
    form = AdoptForm(request.POST, kind=kind if kind in SHELVES else PackKind.PROCEDURES, division=division)
    if not form.is_valid():
        check_can_adopt(division, area)
        return _page(request, division, form, 400)
    choice = form.cleaned_data["choice"]
    edition = next((row for row in editions_of(division.path) if f"e{row.pk}" == choice), None)
    try:
        adopt_edition(
            division=division, kind=form.cleaned_data["kind"], document=form.cleaned_data["document"], from_on=form.cleaned_data["from_on"], area=area,
            by=request.user, at=timezone.now(), pack_id=choice[1:] if edition is None else "", edition=edition)  # type: ignore[arg-type]
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, division, form, refusal.status)
    kind = form.cleaned_data["kind"]
    messages.success(request, _("已采用；已经开始的办理过程仍按原来的版本走完") if kind == PackKind.PROCEDURES else _("已采用"))
    if kind == PackKind.JUDGING:
        day = max(form.cleaned_data["from_on"], timezone.localdate())
        unfit = why_not(check_rules, division.path, day)
        messages.warning(request, unfit.message if unfit is not None else _("名单上的结论要到全县研判之后才按新规则更新"))
    return redirect(request.get_full_path())


def _page(request: Any, division: Division, tried: AdoptForm | None, status: int = 200) -> HttpResponse:
    refusal, today = why_not(check_can_adopt, division, request.area), timezone.localdate()
    owned, kinds = own(division), []
    for kind, label in PackKind.choices:
        form = tried if tried is not None and tried.data.get("kind") == kind else AdoptForm(kind=kind, division=division) if refusal is None else None
        now = adoption_at(division.path, kind, today)
        kinds.append({
            "kind": kind, "label": label, "now": now, "form": form, "own": [row for row in owned if row[0].kind == kind], "shipped": shipped(kind),
            "instead": measures_at(today) if kind == PackKind.MEASURES and now is None else None})
    return render(request, "watch/rules.html", {
        "division": division, "kinds": kinds, "refusal": refusal, "adoptions": adoptions_of(division.path),
        "counties": _counties(request.area), "english": in_english(),
    }, status=status)


def _counties(area: Area) -> list[Division]:
    return list(within(Division.objects.filter(level=Level.COUNTY), area).order_by("path")[:200])


def _county(request: Any, area: Area) -> Division | None:
    """The county that is asked for; else the one in which whoever looks works, if it is one."""
    asked = request.GET.get("county", "")
    if asked:
        return division_in(area, asked)
    counties = {county_of(path) for path in area.paths}
    return Division.objects.filter(path=counties.pop(), level=Level.COUNTY).first() if len(counties) == 1 else None


@needs(Right.WATCH)
def edition_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An edition as its manual. Towns and villages read those of their county."""
    edition = _edition(request, pk)
    pack = pack_of(edition)
    return render(request, "watch/edition.html", {
        "edition": edition, "pack": pack, "english": in_english(), "blocks": blocks_of(pack, language()),
    })


def _edition(request: Any, pk: int) -> Edition:
    area: Area = request.area
    mine = Edition.objects.filter(pk=pk, path__in={county_of(path) for path in area.paths}).first()
    return mine or row_in(Edition.objects.all(), area, pk, "edition")
