# Written by `cargo xtask faces`. Do not edit.
"""How to reach each provider. Every configuration hides its credentials from everything that prints.

Configurations can be copied, compared and hashed. They refuse to be pickled, because a pickle (a Celery message, a
cache, a multiprocessing queue) would carry the credentials in clear text: make the client in the worker instead, for
instance with `AsyncClient.from_env()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, final

from ._configuration import Configuration
from ._native import Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Config",
    "Digital99",
    "Meta",
    "NxCloud",
    "Secret",
    "Sinch",
]


@final
class Meta(Configuration):
    """How to reach Meta Cloud API.

    Attributes:
        access_token: Access token of a system user or business. Required.
        phone_number_id: Id of the business phone number, not the number itself. Required.
        app_secret: App secret; with it, every request carries ``appsecret_proof``. Default: none.
        version: Graph API version. Default: ``"v26.0"``.
        base_url: URL to call instead of the provider's: a gateway, or the sandbox. Default:
            ``"https://graph.facebook.com"``.
        page_size: Users to request per page of the list. From 1 to 64,000. Default: 1,000, or 100 if Meta refuses that.
        batch_size: Maximum number of users per request. From 1 to 1,000. Default: 1,000.
        allow_http: Allow plain http to a host other than this machine. Default: ``False``.

    Invalid values are reported when the client is created, as a `ConfigError`.

    >>> Meta(access_token="EAAB...", phone_number_id="106540352242922")
    Meta(access_token=***, phone_number_id='106**********22')
    """

    provider: ClassVar[Literal["meta"]] = "meta"
    _secrets: ClassVar[frozenset[str]] = frozenset({"access_token", "app_secret"})

    access_token: str | Secret
    phone_number_id: str
    app_secret: str | Secret | None = None
    version: str | None = None
    base_url: str | None = None
    page_size: int | None = None
    batch_size: int | None = None
    allow_http: bool | None = None


@final
class NxCloud(Configuration):
    """How to reach NxCloud.

    Attributes:
        access_key: Account id, sent as the header ``accessKey``. Required.
        access_secret: Secret that signs every request; never sent. Required.
        app_key: Key of the WhatsApp application, sent in the body as ``appkey``. Required.
        business_phone: The business's WhatsApp number, with the country code. Required.
        algorithm: Digest of the signature. Default: ``"md5"``.
        base_url: URL to call instead of the provider's: a gateway, or the sandbox. Default:
            ``"https://api2.nxcloud.com"``.
        page_size: Users to request per page of the list. From 1 to 64,000. Default: 100.
        batch_size: Maximum number of users per request. From 1 to 1,000. Default: 100.
        allow_bsuid: Send business-scoped ids; the provider does not document whether it accepts them. Default:
            ``False``.
        allow_http: Allow plain http to a host other than this machine. Default: ``False``.

    Invalid values are reported when the client is created, as a `ConfigError`.

    >>> NxCloud(access_key="key", access_secret="secret", app_key="app", business_phone="85255500001")
    NxCloud(access_key=***, access_secret=***, app_key=***, business_phone='852******01')
    """

    provider: ClassVar[Literal["nxcloud"]] = "nxcloud"
    _secrets: ClassVar[frozenset[str]] = frozenset({"access_key", "access_secret", "app_key"})

    access_key: str | Secret
    access_secret: str | Secret
    app_key: str | Secret
    business_phone: str
    algorithm: Literal["md5", "sha256"] | None = None
    base_url: str | None = None
    page_size: int | None = None
    batch_size: int | None = None
    allow_bsuid: bool | None = None
    allow_http: bool | None = None


@final
class Digital99(Configuration):
    """How to reach 99digital.

    Attributes:
        api_key: API key, sent in the body. Required.
        from_number: The business's WhatsApp number, with the country code. Required.
        block_path: Path of block. Default: ``"whatsapp/v2/block"``.
        unblock_path: Path of unblock. Default: ``"whatsapp/v2/unblock"`` (a guess: its documentation is not public).
        list_path: Path of list. Default: ``"whatsapp/v2/getBlockedList"`` (a guess: its documentation is not public).
        retryable_reasons: Values of ``reason`` after which to retry. Default: none, because only 1 to 3 are documented.
        base_url: URL to call instead of the provider's: a gateway, or the sandbox. Default:
            ``"https://api.99digital.co.il"``.
        allow_bsuid: Send business-scoped ids; the provider does not document whether it accepts them. Default:
            ``False``.
        allow_http: Allow plain http to a host other than this machine. Default: ``False``.

    Invalid values are reported when the client is created, as a `ConfigError`.

    >>> Digital99(api_key="key", from_number="972555000001")
    Digital99(api_key=***, from_number='972*******01')
    """

    provider: ClassVar[Literal["99digital"]] = "99digital"
    _secrets: ClassVar[frozenset[str]] = frozenset({"api_key"})

    api_key: str | Secret
    from_number: str
    block_path: str | None = None
    unblock_path: str | None = None
    list_path: str | None = None
    retryable_reasons: Sequence[int] | None = None
    base_url: str | None = None
    allow_bsuid: bool | None = None
    allow_http: bool | None = None


@final
class Sinch(Configuration):
    """How to reach Sinch's standalone WhatsApp API, which Sinch retired on 30 September 2023.

    A block there stops inbound callbacks only.

    Creating a client emits `RetiredProviderWarning`, once per process.

    Attributes:
        token: Bearer token, issued with the bot id. Required.
        bot_id: Bot id. Required.
        region: Where the bot is hosted; the other host answers 401. Default: ``"us1"``.
        base_url: URL to call instead of the provider's: a gateway, or the sandbox. Default: the host of the region.
        batch_size: Maximum number of users per request. From 1 to 20. Default: 20.
        allow_http: Allow plain http to a host other than this machine. Default: ``False``.

    Invalid values are reported when the client is created, as a `ConfigError`.

    >>> Sinch(token="token", bot_id="bot")
    Sinch(token=***, bot_id='bot')
    """

    provider: ClassVar[Literal["sinch"]] = "sinch"
    _secrets: ClassVar[frozenset[str]] = frozenset({"token"})

    token: str | Secret
    bot_id: str
    region: Literal["us1", "eu1"] | None = None
    base_url: str | None = None
    batch_size: int | None = None
    allow_http: bool | None = None


Config: TypeAlias = Meta | NxCloud | Digital99 | Sinch
"""A configuration of any provider."""

CONFIGURATIONS = (
    Meta,
    NxCloud,
    Digital99,
    Sinch,
)
