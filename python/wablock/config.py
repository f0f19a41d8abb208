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
    "CloudApi",
    "Config",
    "Dialog360",
    "Digital99",
    "Gupshup",
    "Kaleyra",
    "Kapso",
    "Meta",
    "NxCloud",
    "OneMsg",
    "Secret",
    "Sinch",
    "Splashify",
    "YCloud",
    "Zernio",
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
class Dialog360(Configuration):
    """How to reach 360dialog.

    Attributes:
        api_key: API key of the business number, sent as the header ``D360-API-KEY``. Required.
        base_url: URL to call instead of the provider's: a gateway, or the sandbox. Default:
            ``"https://waba-v2.360dialog.io"``.
        page_size: Users to request per page of the list. From 1 to 64,000. Default: 100.
        batch_size: Maximum number of users per request. From 1 to 1,000. Default: 1,000.
        allow_bsuid: Send business-scoped ids; the provider does not document whether it accepts them. Default:
            ``False``.
        allow_http: Allow plain http to a host other than this machine. Default: ``False``.

    Invalid values are reported when the client is created, as a `ConfigError`.

    >>> Dialog360(api_key="d360-key")
    Dialog360(api_key=***)
    """

    provider: ClassVar[Literal["360dialog"]] = "360dialog"
    _secrets: ClassVar[frozenset[str]] = frozenset({"api_key"})

    api_key: str | Secret
    base_url: str | None = None
    page_size: int | None = None
    batch_size: int | None = None
    allow_bsuid: bool | None = None
    allow_http: bool | None = None


@final
class Gupshup(Configuration):
    """How to reach Gupshup: with the API key of an app, or with a partner's token for it.

    Attributes:
        app_id: Id of the app. Required.
        api_key: API key of the app, for the self-serve API. Default: none; this or a partner's token is required.
        partner_token: Access token that a partner has for the app, for the partner API. Given instead of ``api_key``.
            Default: none.
        base_url: URL to call instead of the provider's: a gateway, or the sandbox. Default: the host of the API that
            the key is for.
        page_size: Users to request per page of the list. From 1 to 100. Default: 100.
        batch_size: Maximum number of users per request. From 1 to 1,000. Default: 1,000.
        allow_bsuid: Send business-scoped ids; the provider does not document whether it accepts them. Default:
            ``False``.
        allow_http: Allow plain http to a host other than this machine. Default: ``False``.

    Invalid values are reported when the client is created, as a `ConfigError`.

    >>> Gupshup(app_id="7f3c0a52-1d7e-4b1c-9a55-6f0c2d9e1b44", api_key="gupshup-key")
    Gupshup(app_id='7f3c0a52-1d7e-4b1c-9a55-6f0c2d9e1b44', api_key=***)
    """

    provider: ClassVar[Literal["gupshup"]] = "gupshup"
    _secrets: ClassVar[frozenset[str]] = frozenset({"api_key", "partner_token"})

    app_id: str
    api_key: str | Secret | None = None
    partner_token: str | Secret | None = None
    base_url: str | None = None
    page_size: int | None = None
    batch_size: int | None = None
    allow_bsuid: bool | None = None
    allow_http: bool | None = None


@final
class Kaleyra(Configuration):
    """How to reach Kaleyra.

    Attributes:
        sid: SID of the account. Required.
        api_key: API key, sent as the header ``api-key``. Required.
        business_phone: The business's WhatsApp number, with the country code. Required.
        region: Where the account is hosted. Default: ``"in"``.
        version: Version of the API: ``v1`` for accounts of the older one. Default: ``"v2"``.
        base_url: URL to call instead of the provider's: a gateway, or the sandbox. Default: the host of the region.
        page_size: Users to request per page of the list. From 1 to 64,000. Default: 100.
        batch_size: Maximum number of users per request. From 1 to 1,000. Default: 100.
        allow_bsuid: Send business-scoped ids; the provider does not document whether it accepts them. Default:
            ``False``.
        allow_http: Allow plain http to a host other than this machine. Default: ``False``.

    Invalid values are reported when the client is created, as a `ConfigError`.

    >>> Kaleyra(sid="HX0000000001IN", api_key="kaleyra-key", business_phone="15550009999")
    Kaleyra(sid='HX000*****01IN', api_key=***, business_phone='155******99')
    """

    provider: ClassVar[Literal["kaleyra"]] = "kaleyra"
    _secrets: ClassVar[frozenset[str]] = frozenset({"api_key"})

    sid: str
    api_key: str | Secret
    business_phone: str
    region: Literal["in", "ap", "eu", "na"] | None = None
    version: Literal["v2", "v1"] | None = None
    base_url: str | None = None
    page_size: int | None = None
    batch_size: int | None = None
    allow_bsuid: bool | None = None
    allow_http: bool | None = None


@final
class Kapso(Configuration):
    """How to reach Kapso.

    Attributes:
        phone_number_id: Id of the business phone number, not the number itself. Required.
        api_key: API key, sent as the header ``X-API-Key``. Required.
        version: Version in the path of Kapso's proxy. Default: ``"v24.0"``.
        base_url: URL to call instead of the provider's: a gateway, or the sandbox. Default: ``"https://api.kapso.ai"``.
        page_size: Users to request per page of the list. From 1 to 64,000. Default: 100.
        batch_size: Maximum number of users per request. From 1 to 1,000. Default: 1,000.
        allow_bsuid: Send business-scoped ids; the provider does not document whether it accepts them. Default:
            ``False``.
        allow_http: Allow plain http to a host other than this machine. Default: ``False``.

    Invalid values are reported when the client is created, as a `ConfigError`.

    >>> Kapso(phone_number_id="106540352242922", api_key="kapso-key")
    Kapso(phone_number_id='106**********22', api_key=***)
    """

    provider: ClassVar[Literal["kapso"]] = "kapso"
    _secrets: ClassVar[frozenset[str]] = frozenset({"api_key"})

    phone_number_id: str
    api_key: str | Secret
    version: str | None = None
    base_url: str | None = None
    page_size: int | None = None
    batch_size: int | None = None
    allow_bsuid: bool | None = None
    allow_http: bool | None = None


@final
class Splashify(Configuration):
    """How to reach Splashify's partner API.

    Attributes:
        phone_number_id: Id of the business phone number, not the number itself. Required.
        api_key: API key, sent as a bearer token. Required.
        version: Version in the path of Splashify's API. Default: ``"v25.0"``.
        base_url: URL to call instead of the provider's: a gateway, or the sandbox. Default:
            ``"https://api.splashifypro.com"``.
        page_size: Users to request per page of the list. From 1 to 64,000. Default: 100.
        batch_size: Maximum number of users per request. From 1 to 500. Default: 500.
        allow_bsuid: Send business-scoped ids; the provider does not document whether it accepts them. Default:
            ``False``.
        allow_http: Allow plain http to a host other than this machine. Default: ``False``.

    Invalid values are reported when the client is created, as a `ConfigError`.

    >>> Splashify(phone_number_id="106540352242922", api_key="pk_live_...")
    Splashify(phone_number_id='106**********22', api_key=***)
    """

    provider: ClassVar[Literal["splashify"]] = "splashify"
    _secrets: ClassVar[frozenset[str]] = frozenset({"api_key"})

    phone_number_id: str
    api_key: str | Secret
    version: str | None = None
    base_url: str | None = None
    page_size: int | None = None
    batch_size: int | None = None
    allow_bsuid: bool | None = None
    allow_http: bool | None = None


@final
class YCloud(Configuration):
    """How to reach YCloud.

    Attributes:
        business_phone: The business's WhatsApp number, with the country code. Required.
        api_key: API key, sent as the header ``X-API-Key``. Required.
        unblock_path: Path of unblock below the number's. Default: ``"unblockUsers"`` (a guess: its documentation is not
            public).
        unblock_method: Method of unblock. Default: ``"POST"`` (a guess: its documentation is not public).
        base_url: URL to call instead of the provider's: a gateway, or the sandbox. Default:
            ``"https://api.ycloud.com"``.
        page_size: Users to request per page of the list. From 1 to 100. Default: 100.
        batch_size: Maximum number of users per request. From 1 to 100. Default: 100.
        allow_http: Allow plain http to a host other than this machine. Default: ``False``.

    Invalid values are reported when the client is created, as a `ConfigError`.

    >>> YCloud(business_phone="15550009999", api_key="ycloud-key")
    YCloud(business_phone='155******99', api_key=***)
    """

    provider: ClassVar[Literal["ycloud"]] = "ycloud"
    _secrets: ClassVar[frozenset[str]] = frozenset({"api_key"})

    business_phone: str
    api_key: str | Secret
    unblock_path: str | None = None
    unblock_method: Literal["DELETE", "POST"] | None = None
    base_url: str | None = None
    page_size: int | None = None
    batch_size: int | None = None
    allow_http: bool | None = None


@final
class CloudApi(Configuration):
    """How to reach any other host that relays Meta's API.

    The defaults are Meta's: paths below `base_url` that end with `block_users`, and the key as a bearer token.

    Attributes:
        base_url: URL with everything before the last segment of the path, such as the id of the number. Required.
        api_key: The key or token of the host. Required.
        auth_header: Header that holds the key. Default: ``"Authorization"``.
        auth_prefix: What stands before the key in the header; ``none`` for nothing. Default: ``"Bearer "``.
        block_path: Path of block. Default: ``"block_users"``.
        unblock_path: Path of unblock. Default: ``"block_users"``.
        unblock_method: Method of unblock. Default: ``"DELETE"``.
        list_path: Path of list. Default: ``"block_users"``.
        user_format: Whether numbers are sent with a ``+`` or as digits alone. Default: ``"plus"``.
        allow_bsuid: Send business-scoped ids, as Meta takes them. Default: ``True``.
        page_size: Users to request per page of the list. From 1 to 64,000. Default: 100.
        batch_size: Maximum number of users per request. From 1 to 1,000. Default: 100.
        allow_http: Allow plain http to a host other than this machine. Default: ``False``.

    Invalid values are reported when the client is created, as a `ConfigError`.

    >>> CloudApi(base_url="https://wa.example.com/v24.0/10055501", api_key="host-key")
    CloudApi(base_url='https://wa.example.com/v24.0/100***01', api_key=***)
    """

    provider: ClassVar[Literal["cloud_api"]] = "cloud_api"
    _secrets: ClassVar[frozenset[str]] = frozenset({"api_key"})

    base_url: str
    api_key: str | Secret
    auth_header: str | None = None
    auth_prefix: str | None = None
    block_path: str | None = None
    unblock_path: str | None = None
    unblock_method: Literal["POST", "DELETE"] | None = None
    list_path: str | None = None
    user_format: Literal["digits", "plus"] | None = None
    allow_bsuid: bool | None = None
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


@final
class Zernio(Configuration):
    """How to reach Zernio.

    Its limit of requests depends on the plan: the client keeps to 60 a minute unless its `rate_limit` says otherwise.

    Attributes:
        account_id: Id of the WhatsApp account at Zernio. Required.
        api_key: API key. Required.
        page_size: Users to request per page of the list. From 1 to 100. Default: 100.
        base_url: URL to call instead of the provider's: a gateway, or the sandbox. Default: ``"https://zernio.com"``.
        batch_size: Maximum number of users per request. From 1 to 1,000. Default: 1,000.
        allow_bsuid: Send business-scoped ids; the provider does not document whether it accepts them. Default:
            ``False``.
        allow_http: Allow plain http to a host other than this machine. Default: ``False``.

    Invalid values are reported when the client is created, as a `ConfigError`.

    >>> Zernio(account_id="acc55501", api_key="key")
    Zernio(account_id='acc55501', api_key=***)
    """

    provider: ClassVar[Literal["zernio"]] = "zernio"
    _secrets: ClassVar[frozenset[str]] = frozenset({"api_key"})

    account_id: str
    api_key: str | Secret
    page_size: int | None = None
    base_url: str | None = None
    batch_size: int | None = None
    allow_bsuid: bool | None = None
    allow_http: bool | None = None


@final
class OneMsg(Configuration):
    """How to reach 1msg.

    Attributes:
        instance_id: Id of the channel. Required.
        token: Token of the channel, sent in the query: access logs of proxies see it. Required.
        base_url: URL to call instead of the provider's: a gateway, or the sandbox. Default: ``"https://api.1msg.io"``.
        allow_http: Allow plain http to a host other than this machine. Default: ``False``.

    Invalid values are reported when the client is created, as a `ConfigError`.

    >>> OneMsg(instance_id="OM555", token="token")
    OneMsg(instance_id='OM555', token=***)
    """

    provider: ClassVar[Literal["1msg"]] = "1msg"
    _secrets: ClassVar[frozenset[str]] = frozenset({"token"})

    instance_id: str
    token: str | Secret
    base_url: str | None = None
    allow_http: bool | None = None


Config: TypeAlias = (
    Meta
    | Dialog360
    | Gupshup
    | Kaleyra
    | Kapso
    | Splashify
    | YCloud
    | CloudApi
    | NxCloud
    | Digital99
    | Sinch
    | Zernio
    | OneMsg
)
"""A configuration of any provider."""

CONFIGURATIONS = (
    Meta,
    Dialog360,
    Gupshup,
    Kaleyra,
    Kapso,
    Splashify,
    YCloud,
    CloudApi,
    NxCloud,
    Digital99,
    Sinch,
    Zernio,
    OneMsg,
)
