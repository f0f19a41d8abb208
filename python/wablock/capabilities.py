"""What a provider supports. Imported on first use, because `dataclasses` takes longer than the rest of the package."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal, final

__all__ = ["Capabilities", "ProviderStatus"]


@final
@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """Whether a provider still runs the API.

    Attributes:
        state: ``"active"``, or ``"retired"`` when the provider withdrew it.
        since: the day it was withdrawn, ``YYYY-MM-DD``, or None.
        notice: what to know and what to do, or None.

    >>> ProviderStatus("active").state
    'active'
    """

    state: Literal["active", "retired"]
    since: str | None = None
    notice: str | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a provider supports, according to its documentation or its options.

    Attributes:
        provider: the provider's id.
        status: whether the provider still runs the API.
        max_users_per_request: maximum users per request.
        page_size: users requested per page of the list; None where the list is a single page.
        fallback_page_size: the page size to use if the provider rejects `page_size`, or None.
        max_list_size: maximum users on the list, if documented, else None.
        effect: what a block does: ``"both_directions"`` (neither side can message the other) or ``"inbound_callbacks"``
            (messages of the user no longer reach the business's callbacks; the business can still write).
        reply_window_s: a user can be blocked only within this many seconds of their last message; None without a rule.
        per_user_results: whether the provider returns a result for every user of a request.
        bsuid: whether business-scoped ids are accepted.
        effective_delay_s: how long a change may take to take effect and show in the list, in seconds.
        rate_limit: requests per second that the provider allows, if documented, else None.

    >>> from wablock import Client, Meta
    >>> with Client(Meta(access_token="EAAB...", phone_number_id="106540352242922")) as wa:
    ...     wa.capabilities.max_users_per_request
    1000
    """

    provider: str
    status: ProviderStatus
    max_users_per_request: int
    page_size: int | None
    fallback_page_size: int | None
    max_list_size: int | None
    effect: Literal["both_directions", "inbound_callbacks"]
    reply_window_s: float | None
    per_user_results: bool
    bsuid: bool
    effective_delay_s: float
    rate_limit: float | None

    def to_dict(self) -> dict[str, Any]:
        """The capabilities as plain data, the same keys in every language.

        >>> from wablock import Client, Meta
        >>> with Client(Meta(access_token="EAAB...", phone_number_id="106540352242922")) as wa:
        ...     wa.capabilities.to_dict()["status"]
        {'state': 'active'}
        """
        fields = asdict(self)
        fields["status"] = {name: value for name, value in fields["status"].items() if value is not None}
        return fields

    def to_json(self) -> str:
        """The capabilities as JSON, the same in every language.

        >>> from wablock import Client, Meta
        >>> with Client(Meta(access_token="EAAB...", phone_number_id="106540352242922")) as wa:
        ...     "max_users_per_request" in wa.capabilities.to_json()
        True
        """
        return json.dumps(self.to_dict(), ensure_ascii=False, separators=(",", ":"))

    def _repr_html_(self) -> str:
        from ._view import capabilities_view

        return capabilities_view(self).html()


def read_capabilities(text: str) -> Capabilities:
    """The capabilities that the native module gives as JSON."""
    fields = json.loads(text)
    fields["status"] = ProviderStatus(**fields["status"])
    return Capabilities(**fields)
