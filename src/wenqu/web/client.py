"""From where a request comes (for the lower rooms it lives in the kit)."""

from wenqu.kit.client import address_of

__all__ = ["address_of"]
