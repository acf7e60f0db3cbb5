"""The editor of packs: one copied and changed with its faults told as it is written, two held against each other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.kit.addresses import number_in
from wenqu.kit.languages import language
from wenqu.kit.refusal import Refused
from wenqu.places.models import Division
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.rulebook.naming import named_clauses
from wenqu.watch.editor import actions, queries
from wenqu.watch.editor.editing import changes
from wenqu.watch.editor.forms import ClausesForm, NoteForm, TextForm
from wenqu.watch.editor.queries import Source
from wenqu.watch.judging.queries import counties


def _county(request: Any) -> Division:
    places = counties(request.area)
    if not places:
        raise Refused("not_a_county", _("规则由县采用和修改"))
    wanted = number_in(request.GET.get("county", ""))
    return next((each for each in places if each.pk == wanted), places[0])


def _source(request: Any, county: Division, name: str = "from") -> Source:
    found = queries.source_of(request.GET.get(name, "")[:80], county)
    if found is None:
        raise Http404
    return found


def _form(request: Any, source: Source, county: Division) -> NoteForm:
    common: dict[str, Any] = {"base": source.pack, "pack_id": queries.own_id(source, county)}
    if request.GET.get("mode") == "text":
        return TextForm(request.POST or None, **common)
    listed = [one for one in named_clauses(source.pack, language()) if one.is_number or one.words]
    return ClausesForm(request.POST or None, clauses=listed, **common)


@needs(Right.WATCH_RULES)
def edit(request: Any) -> HttpResponse:
    """Copy a pack, change it, keep it as an edition of the county."""
    county = _county(request)
    source = _source(request, county)
    form = _form(request, source, county)
    if request.method == "POST" and form.is_valid():
        assert form.pack is not None
        if not changes(source.pack, form.pack) and form.pack.digest == source.pack.digest:
            form.add_error(None, _("和原来的一样，没有改动"))
        else:
            try:
                edition = actions.keep_edition(
                    county=county, pack=form.pack, origin=source.edition, note=form.cleaned_data["note"], area=request.area, by=request.user, at=timezone.now())
                messages.success(request, _("已保存为新版本。采用之后才开始生效。"))
                return redirect(f"{request.path.removesuffix('edit/')}difference/?county={county.pk}&from={source.value}&to=edition-{edition.pk}")
            except Refused as refused:
                form.add_error(None, refused.message)
    return render(request, "watch/edit.html", {"county": county, "source": source, "form": form, "text_mode": request.GET.get("mode") == "text"},
                  status=422 if form.is_bound else 200)


@needs(Right.WATCH_RULES)
@require_POST
def check(request: Any) -> HttpResponse:
    """What is wrong with what was written so far, and what it changes. Nothing is kept."""
    county = _county(request)
    source = _source(request, county)
    form = _form(request, source, county)
    form.is_valid()
    wrong = [(form[name].label if name in form.fields else "", error) for name, errors in form.errors.items() for error in errors if name not in ("note", "__all__")]
    return render(request, "watch/_checked.html", {
        "problems": [*wrong, *form.problems], "changes": changes(source.pack, form.pack) if form.pack and not wrong else None, "pack": form.pack})


@needs(Right.WATCH_RULES)
def difference(request: Any) -> HttpResponse:
    """Two packs held against each other."""
    county = _county(request)
    before, after = _source(request, county), _source(request, county, "to")
    if before.pack.kind != after.pack.kind:
        raise Refused("not_comparable", _("只能对照同一种规则"))
    return render(request, "watch/difference.html", {"county": county, "before": before, "after": after, "changes": changes(before.pack, after.pack)})
