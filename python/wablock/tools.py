"""Functions that need no client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ._native import mask as _mask
from ._native import nxcloud_signature as _nxcloud_signature
from ._native import parse_user as _parse_user
from ._native import same_user as _same_user
from .errors import InvalidUserTypeError

if TYPE_CHECKING:
    from .results import User

__all__ = ["mask", "nxcloud_signature", "parse_user", "same_user"]


def mask(text: object) -> str:
    """Masks every run of seven or more digits, for logs. Never raises; other values are converted with `str` first.

    >>> mask("user +16505551234 of 20"), mask(16505551234), mask(None)
    ('user +165******34 of 20', '165******34', 'None')
    """
    try:
        # Half a surrogate pair is not text to the native module.
        return _mask(str(text).encode("utf-8", "replace").decode("utf-8"))
    except Exception:  # a log line must not end a program
        return f"<{type(text).__name__} without text>"


def parse_user(text: str, region: str | None = None) -> User:
    """Parses a phone number in any usual format, a wa_id, or a business-scoped id.

    Args:
        text: text from a person or a webhook.
        region: ISO 3166 code of the country for numbers in national format. Default: none; no country is guessed.

    Raises:
        InvalidUserError: it is not a valid user; the message says why.

    >>> parse_user("+1 (650) 555-1234").id, parse_user("050-123 4567", "IL").id, parse_user("US.134912").kind
    ('16505551234', '972501234567', 'bsuid')
    """
    return _parse_user(_text(text), region)


def same_user(a: str, b: str) -> bool:
    """Whether a number and a wa_id are the same user; knows the digits that are added or dropped in some countries.

    >>> same_user("+5531987654321", "553187654321"), same_user("16505551234", "16505551235")
    (True, False)
    """
    return _same_user(_text(a), _text(b))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    hint = 'Give a number as text, such as "+16505551234", or the `id` of a user.'
    raise InvalidUserTypeError(f"a user must be text here, not {type(value).__name__}", hint=hint)


def nxcloud_signature(
    *,
    access_key: str,
    access_secret: str,
    ts: str,
    body: str | bytes,
    biz_type: str | None = None,
    action: str | None = None,
    algorithm: Literal["md5", "sha256"] | None = None,
) -> str:
    """The ``sign`` header of a request to NxCloud, or of a callback to check, in lower-case hex.

    Args:
        access_key: the header ``accessKey``.
        access_secret: the secret, which is never sent.
        ts: the header ``ts``: milliseconds since 1970, as text.
        body: exactly what is sent, bytes or text; empty for none.
        biz_type: the header ``bizType``. Default: WhatsApp's.
        action: the header ``action``. Default: that of the block calls.
        algorithm: the digest. Default: NxCloud's, which is MD5.

    Raises:
        ConfigError: the algorithm is not supported.

    Compare callbacks with `hmac.compare_digest`, in lower case.

    >>> nxcloud_signature(
    ...     access_key="fme2na3kdi3ki", access_secret="abciiiko2k3", ts="1655710885431",
    ...     body='{"name":"牛小信","id":10001}', biz_type="1", action="send",
    ... )
    '87c3560d3331ae23f1021e2025722354'
    """
    return _nxcloud_signature(
        access_key=access_key,
        access_secret=access_secret,
        ts=ts,
        body=body,
        biz_type=biz_type,
        action=action,
        algorithm=algorithm,
    )
