"""What may be copied and edited: the editions of a county and the packs that come with the product."""

from __future__ import annotations

from dataclasses import dataclass

from wenqu.kit.addresses import number_in
from wenqu.kit.languages import in_english
from wenqu.places.models import Division
from wenqu.rulebook.model import Head
from wenqu.watch.models import Adoption, Edition
from wenqu.watch.rules.queries import SHELVES, editions_of, pack_of


@dataclass(frozen=True)
class Source:
    """A pack to begin with: its value in addresses, its pack, and the edition where it is one."""

    value: str
    pack: Head
    edition: Edition | None = None

    @property
    def title(self) -> str:
        return self.edition.title if self.edition else self.pack.en if in_english() else self.pack.zh


def source_of(value: str, county: Division) -> Source | None:
    """The pack of a value, where the county may begin with it."""
    kind, _dash, rest = value.partition("-")
    pk = number_in(rest)
    if kind == "edition" and pk is not None:
        edition = Edition.objects.filter(path=county.path, pk=pk).first()
        return Source(value, pack_of(edition), edition) if edition else None
    shelf = next((each for each in SHELVES.values() if value in each.ids()), None)
    return Source(value, shelf.pack(value)) if shelf else None


def shipped(kind: str) -> list[Source]:
    """The packs of a kind that come with the product."""
    return [Source(name, SHELVES[kind].pack(name)) for name in SHELVES[kind].ids()]


def own(county: Division) -> list[tuple[Edition, bool]]:
    """The editions of a county, the newest first, and whether it ever went by them."""
    adopted = set(Adoption.objects.filter(path=county.path).values_list("edition_id", flat=True))
    return [(each, each.pk in adopted) for each in editions_of(county.path)]


def own_id(source: Source, county: Division) -> str:
    """Under which id a county's edition of a pack goes: packs that come with the product keep theirs to themselves."""
    return source.pack.id if source.edition and not any(source.pack.id in each.ids() for each in SHELVES.values()) else f"{source.pack.id}-own-{county.pk}"
