"""Where rooms offer what the shell composes: panels of a page. Rooms never import each other for this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Panel:
    """A piece of a page: `load(subject, request)` gives the context of `template`, or None for nothing to show.

    `alone` promises that it stays with its subject: it may be shown to somebody who sees this one subject and nothing
    around it. Without the promise it is left out there.
    """

    page: str
    order: int
    template: str
    load: Callable[[Any, Any], dict[str, Any] | None]
    alone: bool = False


_panels: dict[str, list[Panel]] = defaultdict(list)


def offer_panel(panel: Panel) -> None:
    """Offer a panel once, from `AppConfig.ready`."""
    if panel not in _panels[panel.page]:
        _panels[panel.page].append(panel)
        _panels[panel.page].sort(key=lambda each: each.order)


def panels_for(page: str, subject: Any, request: Any, *, alone: bool = False) -> list[dict[str, Any]]:
    """The panels of a page for one subject: [{"template": …, "context": {…}}], in order. `alone`: only those that promise it."""
    out = []
    for panel in _panels[page]:
        if alone and not panel.alone:
            continue
        context = panel.load(subject, request)
        if context is not None:
            out.append({"template": panel.template, "context": context})
    return out
