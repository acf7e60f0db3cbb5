"""Where rooms offer one labelled text about each of many subjects: columns of a list that a lower room composes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """`read(subjects)` gives the texts by primary key, where there is one; `label` may be lazy."""

    place: str
    order: int
    label: Any
    read: Callable[[Sequence[Any]], dict[int, str]]


_figures: dict[str, list[Figure]] = defaultdict(list)


def offer_figure(figure: Figure) -> None:
    """Offer a figure once, from `AppConfig.ready`."""
    if figure not in _figures[figure.place]:
        _figures[figure.place].append(figure)
        _figures[figure.place].sort(key=lambda each: each.order)


def labels_of(place: str) -> list[str]:
    return [str(figure.label) for figure in _figures[place]]


def figures_of(place: str, subjects: Sequence[Any]) -> list[tuple[Figure, dict[int, str]]]:
    """The figures of a place, each read for all the subjects at once."""
    return [(figure, figure.read(subjects)) for figure in _figures[place]]
