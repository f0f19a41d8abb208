# Written by `cargo xtask faces`. Do not edit.
"""What can go wrong: one class per kind of error, all under `WablockError`.

>>> from wablock.errors import NotEligibleError
>>> error = NotEligibleError("Re-engagement required", hint="Block again when they write.", provider="meta")
>>> error.code, error.hint
('not_eligible', 'Block again when they write.')
"""

from __future__ import annotations

from ._errors import RetiredProviderWarning, WablockError, report_of

__all__ = [
    "APIConnectionError",
    "APITimeoutError",
    "AuthError",
    "CallCancelledError",
    "ClosedError",
    "ConfigError",
    "InvalidUserError",
    "InvalidUserTypeError",
    "ListChangedError",
    "ListFullError",
    "NotEligibleError",
    "NotFoundError",
    "OtherError",
    "OwnNumberError",
    "PermissionDeniedError",
    "ProtocolError",
    "RateLimitedError",
    "RejectedError",
    "RetiredProviderWarning",
    "ServerError",
    "UnsupportedError",
    "WablockError",
    "report_of",
]


class ConfigError(WablockError, ValueError):
    """An option is missing, unknown or invalid; the message names it. Nothing was sent.

    >>> from wablock import Client, Meta
    >>> Client(Meta(access_token="", phone_number_id="106540352242922"))
    Traceback (most recent call last):
    ...
    wablock.errors.ConfigError: ...
    """

    code = "config"


class InvalidUserError(WablockError, ValueError):
    """A user is not a phone number, wa_id or business-scoped id that can be sent. Nothing was sent for it."""

    code = "invalid_user"


class InvalidUserTypeError(InvalidUserError, TypeError):
    """A value has a type that cannot be a user: a number, None, NaN, bytes. Nothing at all was sent.

    Numbers are rejected because they have lost their leading zeros: read phone columns as text.
    """


class AuthError(WablockError):
    """The provider does not accept the credentials."""

    code = "auth"


class PermissionDeniedError(WablockError):
    """The credentials are valid but do not allow this."""

    code = "permission"


class NotFoundError(WablockError):
    """The business number, bot or account does not exist or is not yours."""

    code = "not_found"


class NotEligibleError(WablockError):
    """The user cannot be blocked now: no message in 24 hours, or not on WhatsApp (the API does not say which)."""

    code = "not_eligible"


class OwnNumberError(WablockError):
    """The number is the business's own."""

    code = "own_number"


class ListFullError(WablockError):
    """The block list is full."""

    code = "list_full"


class ListChangedError(WablockError):
    """The list kept changing while it was being read."""

    code = "list_changed"


class RateLimitedError(WablockError):
    """Too many requests. `retry_after` has the seconds to wait, if the provider stated them."""

    code = "rate_limited"


class RejectedError(WablockError):
    """The provider rejected the user or request for another reason; see the message and the provider's own code."""

    code = "rejected"


class ServerError(WablockError):
    """The provider failed on its side; whether the request took effect may be unknown."""

    code = "server"


class APIConnectionError(WablockError, ConnectionError):
    """No connection to the provider. Also a built-in `ConnectionError`."""

    code = "connection"


class APITimeoutError(WablockError, TimeoutError):
    """No answer in time. Also a built-in `TimeoutError`."""

    code = "timeout"


class ProtocolError(WablockError):
    """The answer was not reliable; whether the request took effect is unknown."""

    code = "protocol"


class UnsupportedError(WablockError):
    """The provider does not support this; see the client's `capabilities`."""

    code = "unsupported"


class CallCancelledError(WablockError):
    """The call was cancelled; the report has the outcomes so far.

    Cancelling through asyncio raises `asyncio.CancelledError` instead, and Ctrl-C a `KeyboardInterrupt`; `report_of`
    finds the report of either.
    """

    code = "cancelled"


class ClosedError(WablockError):
    """The client was closed, before or during the call. Also raised when Python is shutting down."""

    code = "closed"


class OtherError(WablockError):
    """A kind of error that this version does not know: it was read from a report that a newer version wrote."""

    code = "other"


CLASSES: dict[str, type[WablockError]] = {
    ConfigError.code: ConfigError,
    InvalidUserError.code: InvalidUserError,
    AuthError.code: AuthError,
    PermissionDeniedError.code: PermissionDeniedError,
    NotFoundError.code: NotFoundError,
    NotEligibleError.code: NotEligibleError,
    OwnNumberError.code: OwnNumberError,
    ListFullError.code: ListFullError,
    ListChangedError.code: ListChangedError,
    RateLimitedError.code: RateLimitedError,
    RejectedError.code: RejectedError,
    ServerError.code: ServerError,
    APIConnectionError.code: APIConnectionError,
    APITimeoutError.code: APITimeoutError,
    ProtocolError.code: ProtocolError,
    UnsupportedError.code: UnsupportedError,
    CallCancelledError.code: CallCancelledError,
    ClosedError.code: ClosedError,
    OtherError.code: OtherError,
}
