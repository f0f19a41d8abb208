"""How to reach each provider. Every configuration hides its credentials from everything that prints.

Configurations can be copied, compared and hashed. They refuse to be pickled, because a pickle (a Celery message, a
cache, a multiprocessing queue) would carry the credentials in clear text: make the client in the worker instead, for
instance with `AsyncClient.from_env()`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, Self, TypeAlias, final

from ._native import Secret, check_names, mask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from dataclasses import dataclass
else:
    from ._frozen import dataclass

__all__ = ["Config", "Digital99", "Meta", "NxCloud", "Secret", "Sinch"]

_SHOWN = "***"


def _refuse_pickling(config: object) -> NoReturn:
    raise TypeError(
        f"a {type(config).__name__} configuration cannot be pickled: the pickle would contain credentials in plain "
        "text. Create the client where you use it, for example with AsyncClient.from_env()."
    )


class _Configuration:
    """What all configurations share."""

    __slots__: tuple[str, ...] = ()

    provider: ClassVar[Any]
    _secrets: ClassVar[frozenset[str]]

    def __new__(cls, *args: object, **options: object) -> Self:
        names = list(options)
        by_place = bool(args)
        # A traceback may show local variables.
        options.clear()
        args = ()
        if by_place:
            name = cls.__name__
            raise TypeError(f"{name} takes its options by name, such as {name}({cls.__slots__[0]}=...)")
        check_names(cls.provider, names)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        # No text that a serialiser, or a tool that shows attributes, could find.
        for name in self._secrets:
            if isinstance(value := getattr(self, name), str):
                object.__setattr__(self, name, Secret(value))

    def _given(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in given.items() if value is not None}

    def __repr__(self) -> str:
        shown = (
            # A URL may hold a password.
            f"{name}={_SHOWN if name in self._secrets or '@' in str(value) else mask(repr(value))}"
            for name, value in self._given().items()
        )
        return f"{type(self).__name__}({', '.join(shown)})"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        _refuse_pickling(self)


@final
@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Meta(_Configuration):
    """How to reach Meta Cloud API.

    Attributes:
        access_token: access token of a system user or business (required).
        phone_number_id: id of the business phone number, not the number itself (required).
        app_secret: app secret; if set, every request carries ``appsecret_proof``. Default: none.
        version: Graph API version. Default: ``"v26.0"``.
        base_url: URL to call instead of the Graph API: a gateway, or the sandbox.
        page_size: users requested per page of the list. Default: 1,000, or 100 if the provider rejects that.
        batch_size: users per request. Default and maximum: 1,000.
        allow_http: allow plain http to a host other than localhost. Default: no.

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

    def __getstate__(self) -> NoReturn:
        _refuse_pickling(self)


@final
@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class NxCloud(_Configuration):
    """How to reach NxCloud.

    Attributes:
        access_key: account id, sent as the header ``accessKey`` (required).
        access_secret: secret that signs every request; never sent (required).
        app_key: key of the WhatsApp application, sent in the body as ``appkey`` (required).
        business_phone: the business's WhatsApp number, with the country code (required).
        algorithm: digest of the signature, ``"md5"`` or ``"sha256"``. Default: ``"md5"``.
        base_url: host to call instead of ``https://api2.nxcloud.com``: a proxy, or the sandbox.
        page_size: users requested per page of the list. Default: 100.
        batch_size: users per request. Default: 100.
        allow_bsuid: send business-scoped ids; whether NxCloud accepts them is not documented. Default: no.
        allow_http: allow plain http to a host other than localhost. Default: no.

    >>> NxCloud(access_key="key", access_secret="secret", app_key="app", business_phone="+85255500001").provider
    'nxcloud'
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

    def __getstate__(self) -> NoReturn:
        _refuse_pickling(self)


@final
@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Digital99(_Configuration):
    """How to reach 99digital.

    Attributes:
        api_key: API key, sent in the body (required).
        from_number: the business's WhatsApp number, with the country code (required).
        base_url: host to call instead of ``https://api.99digital.co.il``: a proxy, or the sandbox.
        block_path: path of block. Default: ``"whatsapp/v2/block"`` (documented).
        unblock_path: path of unblock. Default: ``"whatsapp/v2/unblock"`` (a guess; its documentation is not public).
        list_path: path of list. Default: ``"whatsapp/v2/getBlockedList"`` (a guess; its documentation is not public).
        retryable_reasons: ``reason`` numbers to retry after. Default: none, because only 1 to 3 are documented.
        allow_bsuid: send business-scoped ids; whether 99digital accepts them is not documented. Default: no.
        allow_http: allow plain http to a host other than localhost. Default: no.

    >>> Digital99(api_key="key", from_number="972555000001").provider
    '99digital'
    """

    provider: ClassVar[Literal["99digital"]] = "99digital"
    _secrets: ClassVar[frozenset[str]] = frozenset({"api_key"})

    api_key: str | Secret
    from_number: str
    base_url: str | None = None
    block_path: str | None = None
    unblock_path: str | None = None
    list_path: str | None = None
    retryable_reasons: Sequence[int] | None = None
    allow_bsuid: bool | None = None
    allow_http: bool | None = None

    def __getstate__(self) -> NoReturn:
        _refuse_pickling(self)

    def __post_init__(self) -> None:
        _Configuration.__post_init__(self)
        if isinstance(self.retryable_reasons, list):
            # A tuple can be hashed, and stays as it is.
            object.__setattr__(self, "retryable_reasons", tuple(self.retryable_reasons))


@final
@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Sinch(_Configuration):
    """How to reach Sinch's standalone WhatsApp API, which Sinch retired on 30 September 2023.

    Creating a client emits `RetiredProviderWarning` once per process. A block stops inbound callbacks only.

    Attributes:
        token: bearer token, issued with the bot id (required).
        bot_id: bot id (required).
        region: where the bot is hosted, ``"us1"`` or ``"eu1"``. Default: ``"us1"``.
        base_url: host to call instead of Sinch's: a proxy, or the sandbox.
        batch_size: numbers per request. Default and maximum: 20.
        allow_http: allow plain http to a host other than localhost. Default: no.

    >>> Sinch(token="token", bot_id="bot", region="eu1")
    Sinch(token=***, bot_id='bot', region='eu1')
    """

    provider: ClassVar[Literal["sinch"]] = "sinch"
    _secrets: ClassVar[frozenset[str]] = frozenset({"token"})

    token: str | Secret
    bot_id: str
    region: Literal["us1", "eu1"] | None = None
    base_url: str | None = None
    batch_size: int | None = None
    allow_http: bool | None = None

    def __getstate__(self) -> NoReturn:
        _refuse_pickling(self)


Config: TypeAlias = Meta | NxCloud | Digital99 | Sinch
"""A configuration of any provider."""


class FromEnvironment:
    """Options that came from environment variables; the native module reads and checks them."""

    __slots__ = ("_prefix", "_variables")

    def __init__(self, prefix: str | None) -> None:
        self._variables = {name: value for name, value in os.environ.items() if name.startswith("WABLOCK_")}
        self._prefix = prefix

    def _values(self) -> dict[str, Any]:
        return {"environment": self._variables, "prefix": self._prefix}

    def __repr__(self) -> str:
        name = "WABLOCK_PROVIDER" if self._prefix is None else f"WABLOCK_{self._prefix.upper()}_PROVIDER"
        return f"<configuration of {self._variables.get(name, 'a provider').strip().lower()} from the environment>"

    def __getstate__(self) -> NoReturn:
        _refuse_pickling(self)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        _refuse_pickling(self)


def reveal(value: Any) -> Any:
    """The text of a secret; anything else as it is. To be called in an expression only, as `native_values`."""
    return value.get_secret_value() if isinstance(value, Secret) else value


def native_values(config: Config | FromEnvironment) -> dict[str, Any]:
    """The provider's id and its options, for the native module.

    To be called in an expression: what is returned must never be a local variable, because tracebacks can show those.
    """
    if isinstance(config, FromEnvironment):
        return config._values()  # pyright: ignore[reportPrivateUsage]  # this function is part of the classes
    given = config._given()  # pyright: ignore[reportPrivateUsage]
    return {"provider": config.provider, **{name: reveal(value) for name, value in given.items()}}
