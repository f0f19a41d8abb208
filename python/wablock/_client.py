"""What `AsyncClient` and `Client` share: options, configuration, capabilities."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias, Unpack, cast

from ._configuration import FromEnvironment, hidden, native_values, reveal
from ._native import NativeClient
from ._options import OPTIONS_WITH_SECRETS, ClientOptions, TakesOptions
from ._process import importing
from .config import CONFIGURATIONS, Config
from .errors import RetiredProviderWarning
from .results import BlockedUser, Outcome, User

if TYPE_CHECKING:
    from .capabilities import Capabilities
    from .reports import Report

__all__ = ["ClientBase", "ClientOptions", "OnMissing", "Progress", "UserLike", "hide"]

UserLike: TypeAlias = str | User | BlockedUser | Outcome | Mapping[str, object]
"""One user.

A string in any format; a `User`, `BlockedUser` or `Outcome`; a dict with ``"user"`` (a string or any of these), or
with ``"wa_id"`` or ``"user_id"`` from a webhook; the result of `to_dict`; or a row of a data frame from wablock.
Ids from the API are sent unchanged; only strings, also under ``"user"``, are parsed.

If a dict has several keys, ``"wa_id"`` takes precedence over ``"user_id"``, and ``"user_id"`` over ``"user"``; if they
identify different people, that row fails. For an outcome, the user that was sent is used.
"""

OnMissing: TypeAlias = Literal["raise"] | Literal["fail"]  # noqa: PYI030  # stubtest knows only unions
"""How to treat a missing value among many users: raise, or let only that row fail."""

Progress: TypeAlias = Callable[[int, int], object]
"""Called with the number of distinct users that have an outcome, and the total."""


_NO_SECRETS = frozenset(ClientOptions.__annotations__) - OPTIONS_WITH_SECRETS


def hide(options: ClientOptions) -> None:
    """Hides what may be a secret in options that were given: a proxy's URL, and what was given by a wrong name.

    In place, because tools that show tracebacks show local variables.
    """
    given = cast("dict[str, Any]", options)
    for name in given.keys() - _NO_SECRETS:
        given[name] = hidden(given[name])


class _Options:
    """Options that were given; never shown."""

    __slots__ = ("given",)

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given

    def native(self) -> dict[str, Any]:
        """As the core reads them; to be called in an expression only, as `native_values`."""
        return {name: reveal(value) for name, value in self.given.items()}

    def __repr__(self) -> str:
        return f"<options {', '.join(self.given)}>"


_UNKNOWN = "?"
_warned: set[str] = set()


class ClientBase(TakesOptions):
    """Configuration, options and capabilities of a client."""

    __slots__ = ("__weakref__", "_capabilities", "_config", "_native", "_options")

    def _begin(self, config: Config | FromEnvironment, options: dict[str, Any], unknown: list[str]) -> None:
        # The core refuses unknown names, and says what was probably meant.
        given = {**options, **dict.fromkeys(unknown, _UNKNOWN)}
        if not isinstance(config, (*CONFIGURATIONS, FromEnvironment)):  # pyright: ignore[reportUnnecessaryIsInstance]
            expected = " or ".join(", ".join(kind.__name__ for kind in CONFIGURATIONS).rsplit(", ", 1))
            advice = ". To read environment variables, use from_env()" if isinstance(config, str) else ""
            raise TypeError(f"the configuration must be a {expected}, not {type(config).__name__}{advice}")
        self._config = config
        self._options = _Options({name: value for name, value in given.items() if value is not None})
        self._native = NativeClient(native_values(config), self._options.native())
        self._capabilities: Capabilities | None = None
        self._prepare()
        self._warn_if_retired()

    @classmethod
    def from_env(cls, *, prefix: str | None = None, **options: Unpack[ClientOptions]) -> Self:
        """A client from environment variables.

        ``WABLOCK_PROVIDER`` names the provider; ``WABLOCK_<PROVIDER>_<OPTION>`` gives each of its options, such as
        ``WABLOCK_META_ACCESS_TOKEN`` and ``WABLOCK_META_PHONE_NUMBER_ID``; ``WABLOCK_<OPTION>`` those of the client,
        such as ``WABLOCK_TIMEOUT`` (seconds) and ``WABLOCK_DEFAULT_REGION``. An empty variable counts as not set.

        Args:
            prefix: ``"SHOP"`` reads ``WABLOCK_SHOP_PROVIDER``, ``WABLOCK_SHOP_META_ACCESS_TOKEN`` and so on, so that
                one environment can configure several numbers. Default: none.
            options: they take precedence over variables.

        Raises:
            ConfigError: a variable is invalid, unknown or missing; the message names all of them.

        >>> import os
        >>> os.environ["WABLOCK_PROVIDER"] = "99digital"
        >>> os.environ["WABLOCK_99DIGITAL_API_KEY"] = "key"
        >>> os.environ["WABLOCK_99DIGITAL_FROM_NUMBER"] = "972555000001"
        >>> from wablock import Client
        >>> Client.from_env().capabilities.provider
        '99digital'
        """
        hide(options)
        return cls(FromEnvironment(prefix), **options)

    def with_options(self, **options: Unpack[ClientOptions]) -> Self:
        """A new client with the same configuration and some options changed; others (or None) stay as they are.

        The new client has its own connections and limits, and is closed separately.

        >>> from wablock import Client, Meta
        >>> wa = Client(Meta(access_token="EAAB...", phone_number_id="106540352242922"), timeout=10)
        >>> patient = wa.with_options(timeout=120)
        """
        hide(options)
        changed: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
        return type(self)(self._config, **{**self._options.given, **changed})

    def check(self, users: UserLike | Iterable[UserLike | None], *, on_missing: OnMissing = "raise") -> Report:
        """Checks the inputs as `block` and `unblock` do, but sends nothing; not awaited, also in `AsyncClient`.

        The report has one outcome per input, in input order: ``failed`` with the reason if the input is not a valid
        user, or one that the provider does not support; ``not_sent`` for all others, whose ``user`` says how they were
        read.

        Args:
            users: one user, or an iterable of users.
            on_missing: as in `block`.

        >>> from wablock import Client, Meta
        >>> wa = Client(Meta(access_token="EAAB...", phone_number_id="106540352242922"))
        >>> report = wa.check(["+1 (650) 555-1234", "my neighbour"])
        >>> report, report.requests
        (Report(meta check: 0 done, 1 failed (invalid_user 1), 0 unknown, 1 not_sent), 0)
        """
        return self._native.check(users, on_missing)

    @property
    def capabilities(self) -> Capabilities:
        """What the provider supports."""
        if self._capabilities is None:
            with importing:
                from .capabilities import read_capabilities
            self._capabilities = read_capabilities(self._native.capabilities)
        return self._capabilities

    @property
    def options(self) -> Mapping[str, Any]:
        """The options that were passed to this client; all others have their defaults. A proxy is a `Secret`.

        >>> from wablock import Client, Meta
        >>> wa = Client(Meta(access_token="EAAB...", phone_number_id="106540352242922"), timeout=20)
        >>> dict(wa.with_options(default_region="IL").options)
        {'timeout': 20, 'default_region': 'IL'}
        """
        return MappingProxyType(self._options.given)

    @property
    def is_closed(self) -> bool:
        """True once the client was closed."""
        return self._native.closed

    def __repr__(self) -> str:
        options = "".join(f", {name}={value!r}" for name, value in self._options.given.items())
        return f"{type(self).__name__}({self._config!r}{options})"

    def _repr_html_(self) -> str:
        from ._view import client_view

        name = type(self).__name__
        options = ", ".join(f"{name}={value!r}" for name, value in self._options.given.items())
        return client_view(name, repr(self._config), options, self.is_closed, self.capabilities).html()

    def _prepare(self) -> None:
        """Imports what the calls of this client need."""

    def _warn_if_retired(self) -> None:
        notice = self._native.retired
        if notice is not None and notice not in _warned:
            warnings.warn(notice, RetiredProviderWarning, stacklevel=4)
            _warned.add(notice)
