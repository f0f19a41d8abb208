"""A sandbox of all providers for your tests: no account, no internet, real HTTP on this machine.

>>> from wablock import Client, NotEligibleError
>>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
...     try:
...         wa.block("+15550131047")  # a magic number: has sent no message in the last 24 hours
...     except NotEligibleError as error:
...         print(error.code, error.provider_code)
not_eligible 131047
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NotRequired, Self, TypedDict, cast, final

from ._native import NativeSandbox
from ._sandbox import FaultName, FaultRule, OperationName, Settings
from ._simulated import Configurations, ProviderName
from .config import Meta
from .errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType
    from typing import Unpack

__all__ = ["FaultName", "FaultRule", "Inspection", "ProviderName", "RecordedRequest", "Sandbox", "Settings"]


class Inspection(TypedDict):
    """A list as the provider has it."""

    blocked: list[str]
    count: int
    version: str
    own_number: str
    now_ms: int
    pending: NotRequired[list[dict[str, Any]]]


class RecordedRequest(TypedDict):
    """A request that the sandbox received. `status` is 0 if no answer was sent."""

    provider: ProviderName
    operation: OperationName | None
    method: str
    path: str
    query: str
    headers: list[list[str]]
    body: str
    at_ms: int
    status: int


@final
class Sandbox(Configurations):
    """Simulates all providers strictly, on a local port.

    It starts immediately, on its own thread, and stops at the end of its ``with`` block. Its methods do not wait for
    the network, so they can be called from async code. Each provider has a business number `default`; naming another
    `account` makes one. Magic numbers fail in known ways; `control("help")` lists them.

    Args:
        port: the port to listen on. Default: a free port.

    Raises:
        ConfigError: `port` is not a number from 0 to 65535.
        OSError: when the port cannot be bound.

    >>> from wablock import Client
    >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
    ...     _ = wa.block("+16505551234")
    ...     sandbox.blocked("meta")
    ['16505551234']
    """

    __slots__ = ("__weakref__", "_native")

    def __init__(self, *, port: int = 0) -> None:
        # For callers without a type checker: the port of an environment is text.
        given: object = port
        if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= 65_535:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigError(f"`port` must be a number from 0 to 65535, not {port!r}")
        self._native = NativeSandbox(port)

    @property
    def url(self) -> str:
        """Where it listens: ``http://127.0.0.1:PORT``."""
        return self._native.url

    def meta(self, account: str | None = None, *, app_secret: bool = False) -> Meta:
        """A ready configuration for Meta Cloud API; with `app_secret`, requests carry ``appsecret_proof``.

        >>> with Sandbox() as sandbox:
        ...     sandbox.meta().phone_number_id
        '106540352242922'
        """
        return Meta(**self._config("meta", account, app_secret=app_secret))

    def env(self, provider: ProviderName, *, account: str | None = None, app_secret: bool = False) -> dict[str, str]:
        """A ready configuration as environment variables, for ``Client.from_env()``.

        >>> with Sandbox() as sandbox:
        ...     sandbox.env("sinch")["WABLOCK_PROVIDER"]
        'sinch'
        """
        more = {"app_secret": True} if app_secret else {}
        variables: dict[str, str] = self._control("env", provider=provider, account=account, **more)
        return variables

    def blocked(self, provider: ProviderName, *, account: str | None = None) -> list[str]:
        """The ids on the list, sorted.

        >>> with Sandbox() as sandbox:
        ...     sandbox.blocked("meta")
        []
        """
        return self.inspect(provider, account=account)["blocked"]

    def seed(
        self,
        provider: ProviderName,
        *,
        account: str | None = None,
        blocked: Iterable[str] = (),
        messages: Iterable[str | Mapping[str, Any]] = (),
    ) -> dict[str, Any]:
        """Puts users on a list, and records when users wrote.

        Args:
            provider: which provider.
            account: which business number. Default: the default one.
            blocked: numbers to put on the list, in international digits.
            messages: numbers that wrote just now, or dicts with ``user`` and ``ago_s`` (seconds) or ``at_ms``.

        >>> with Sandbox() as sandbox:
        ...     sandbox.seed("meta", blocked=["+16505551234"])
        {'added': 1, 'count': 1}
        """
        messages = [message if isinstance(message, str) else dict(message) for message in messages]
        return self._control("seed", provider=provider, account=account, blocked=list(blocked), messages=messages)

    def inspect(self, provider: ProviderName, *, account: str | None = None) -> Inspection:
        """The list as the provider has it: ``blocked``, ``count``, ``version``, ``own_number``, ``now_ms``.

        >>> with Sandbox() as sandbox:
        ...     sandbox.inspect("nxcloud")["count"]
        0
        """
        return cast("Inspection", self._control("inspect", provider=provider, account=account))

    def settings(self, **changes: Unpack[Settings]) -> Settings:
        """Changes settings, such as ``everyone_wrote=False`` for the 24-hour rule; returns all of them.

        >>> with Sandbox() as sandbox:
        ...     sandbox.settings(list_cap=2)["list_cap"]
        2
        """
        return cast("Settings", self.control("settings", **changes))

    def fault(self, name: FaultName, **rule: Unpack[FaultRule]) -> dict[str, Any]:
        """Makes requests fail from now on.

        Args:
            name: which fault; `control("faults")` lists them all.
            **rule: `provider`, `operation`, `times`, `after`, `every`, `probability`, `seed`, and the fault's own keys.

        >>> with Sandbox() as sandbox:
        ...     _ = sandbox.fault("status", status=503, provider="meta", times=1)
        """
        return self.control("fault", name=name, **rule)

    def clear_faults(self) -> None:
        """Ends all faults.

        >>> with Sandbox() as sandbox:
        ...     sandbox.clear_faults()
        """
        self._control("clear_faults")

    def advance(
        self,
        seconds: float | None = None,
        *,
        minutes: float | None = None,
        hours: float | None = None,
        days: float | None = None,
    ) -> int:
        """Moves the sandbox's clock forward; returns its time in milliseconds since 1970.

        >>> with Sandbox() as sandbox:
        ...     before = sandbox.now_ms
        ...     sandbox.advance(days=1) - before >= 24 * 3600 * 1000
        True
        """
        moved = self._control("advance", seconds=seconds, minutes=minutes, hours=hours, days=days)
        return int(moved["now_ms"])

    def set_clock(self, now_ms: int) -> int:
        """Sets the sandbox's clock to a time in milliseconds since 1970, and returns it.

        >>> with Sandbox() as sandbox:
        ...     sandbox.freeze()
        ...     sandbox.set_clock(1_800_000_000_000)
        1800000000000
        """
        return int(self._control("clock", set_ms=now_ms)["now_ms"])

    def freeze(self, frozen: bool = True) -> None:
        """Stops the sandbox's clock, or lets it run on.

        >>> with Sandbox() as sandbox:
        ...     sandbox.freeze()
        """
        self._control("clock", freeze=frozen)

    @property
    def now_ms(self) -> int:
        """The sandbox's time, in milliseconds since 1970."""
        return int(self._control("clock")["now_ms"])

    def requests(
        self,
        provider: ProviderName | None = None,
        *,
        operation: OperationName | None = None,
        limit: int | None = None,
        clear: bool = False,
    ) -> list[RecordedRequest]:
        """Recorded requests, newest last: dicts with ``provider``, ``operation``, ``method``, ``path``, ``body``, ...

        Args:
            provider: only of this provider. Default: of all.
            operation: only of this operation. Default: of all.
            limit: only the newest `limit` requests. Default: all.
            clear: forget them afterwards.

        >>> with Sandbox() as sandbox:
        ...     sandbox.requests()
        []
        """
        answer = self._control("requests", provider=provider, operation=operation, limit=limit, clear=clear)
        requests: list[RecordedRequest] = answer["requests"]
        return requests

    def script(self, *responses: Mapping[str, Any], provider: ProviderName | None = None) -> None:
        """Sets canned answers for the next requests.

        Each is a dict with ``status``, ``headers`` and ``body``, or only ``raw``. Without responses, removes those
        still waiting.

        >>> with Sandbox() as sandbox:
        ...     sandbox.script({"status": 500, "body": {}})
        """
        self._control("script", responses=[dict(response) for response in responses], provider=provider)

    def reset(self) -> None:
        """Resets lists, settings, faults, clock, recorded requests and script.

        >>> with Sandbox() as sandbox:
        ...     sandbox.reset()
        """
        self._control("reset")

    def control(self, command: str, **body: Any) -> dict[str, Any]:
        """Runs any command of the sandbox; `control("help")` lists them.

        Raises:
            ValueError: the command, a key or a value is invalid; the message says what was expected.

        >>> with Sandbox() as sandbox:
        ...     sandbox.control("help")["magic_numbers"]["15550131047"]
        'has sent no message in the last 24 hours (block)'
        """
        answer: dict[str, Any] = self._native.control(command, body)
        return answer

    def close(self) -> None:
        """Stops the sandbox. Idempotent.

        >>> sandbox = Sandbox()
        >>> sandbox.close()
        """
        self._native.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Sandbox at {self.url}>"

    def _control(self, command: str, **body: Any) -> dict[str, Any]:
        return self.control(command, **{name: value for name, value in body.items() if value is not None})

    def _config(self, provider: ProviderName, account: str | None, **more: bool) -> dict[str, Any]:
        config = self._control("config", provider=provider, account=account, **more)
        del config["provider"]
        return config
