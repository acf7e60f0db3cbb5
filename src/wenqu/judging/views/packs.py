"""The rule packs, each as its manual."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from wenqu.judging.manual_page import blocks_of
from wenqu.kit.languages import in_english, language
from wenqu.places.permissions import needs
from wenqu.rulebook.loader import load_pack, pack_ids


@needs()
def pack_list(request: HttpRequest) -> HttpResponse:
    packs = [load_pack(each) for each in pack_ids()]
    return render(request, "judging/packs.html", {"packs": packs, "english": in_english()})


@needs()
def pack_page(request: HttpRequest, pack_id: str) -> HttpResponse:
    if pack_id not in pack_ids():
        raise Http404
    pack = load_pack(pack_id)
    return render(request, "judging/pack.html", {"pack": pack, "english": in_english(), "blocks": blocks_of(pack, language())})
