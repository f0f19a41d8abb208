# Written by `cargo xtask faces`. Do not edit.
"""The options of clients."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from ._configuration import hidden

if TYPE_CHECKING:
    from ._configuration import FromEnvironment
    from ._native import Secret
    from .config import Config

__all__ = ["OPTIONS_WITH_SECRETS", "Certificates", "ClientOptions", "TakesOptions"]

Certificates: TypeAlias = str | bytes | os.PathLike[str] | Sequence[str | bytes | os.PathLike[str]]
"""Certificate authorities: PEM as text or bytes, the path of a PEM file, or several of these."""


class ClientOptions(TypedDict, total=False):
    """The options of a client. An option that is missing or None has its default.

    Attributes:
        timeout: Limit for one call with all its attempts and waits. In seconds. Default: 60 s for a call about one
            user, no limit for the others.
        connect_timeout: Limit for opening a connection. In seconds. Default: 5.
        attempt_timeout: Limit for one attempt, from sending to the last byte of the answer. In seconds. Default: 30.
        max_retries: Attempts after the first. From 0 to 100. Default: 2.
        concurrency: Concurrent requests of one call over a collection. From 1 to 1,024. Default: 8.
        rate_limit: Requests per second, at least one per day. Default: the provider's documented rate, where it has
            one.
        default_region: ISO 3166 region for numbers in national format, such as ``IL``. Default: none: only
            international numbers are accepted.
        max_response_bytes: Largest answer that is read, after decompression, in bytes. From 1,024 to 1,073,741,824.
            Default: 8,388,608 (8 MiB).
        list_restarts: How often a list is re-read because it changed. From 0 to 100. Default: 3.
        proxy: URL of an HTTP proxy. It may hold a password, so it is kept as a secret. This machine is never reached
            through one. Default: those of the environment.
        ca_certificates: Additional certificate authorities: PEM text, the path of a PEM file, or a list of these.
            Default: the system's (also those of ``SSL_CERT_FILE``) and the bundled ones, which are always trusted.
    """

    timeout: float | None
    connect_timeout: float | None
    attempt_timeout: float | None
    max_retries: int | None
    concurrency: int | None
    rate_limit: float | None
    default_region: str | None
    max_response_bytes: int | None
    list_restarts: int | None
    proxy: str | Secret | None
    ca_certificates: Certificates | None


OPTIONS_WITH_SECRETS = frozenset({"proxy"})


class TakesOptions:
    """The constructor of clients."""

    __slots__ = ()

    def __init__(
        self,
        config: Config | FromEnvironment,
        *,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        attempt_timeout: float | None = None,
        max_retries: int | None = None,
        concurrency: int | None = None,
        rate_limit: float | None = None,
        default_region: str | None = None,
        max_response_bytes: int | None = None,
        list_restarts: int | None = None,
        proxy: str | Secret | None = None,
        ca_certificates: Certificates | None = None,
        **unknown: Any,
    ) -> None:
        """Checks the configuration and the options, and sends nothing.

        Args:
            config: The configuration of a provider.
            timeout: Limit for one call with all its attempts and waits. In seconds. Default: 60 s for a call about one
                user, no limit for the others.
            connect_timeout: Limit for opening a connection. In seconds. Default: 5.
            attempt_timeout: Limit for one attempt, from sending to the last byte of the answer. In seconds. Default:
                30.
            max_retries: Attempts after the first. From 0 to 100. Default: 2.
            concurrency: Concurrent requests of one call over a collection. From 1 to 1,024. Default: 8.
            rate_limit: Requests per second, at least one per day. Default: the provider's documented rate, where it has
                one.
            default_region: ISO 3166 region for numbers in national format, such as ``IL``. Default: none: only
                international numbers are accepted.
            max_response_bytes: Largest answer that is read, after decompression, in bytes. From 1,024 to 1,073,741,824.
                Default: 8,388,608 (8 MiB).
            list_restarts: How often a list is re-read because it changed. From 0 to 100. Default: 3.
            proxy: URL of an HTTP proxy. It may hold a password, so it is kept as a secret. This machine is never
                reached through one. Default: those of the environment.
            ca_certificates: Additional certificate authorities: PEM text, the path of a PEM file, or a list of these.
                Default: the system's (also those of ``SSL_CERT_FILE``) and the bundled ones, which are always trusted.
            **unknown: Refused; the error suggests the name that was probably meant.
        """
        proxy = hidden(proxy)
        names = list(unknown)
        unknown.clear()
        self._begin(
            config,
            {
                "timeout": timeout,
                "connect_timeout": connect_timeout,
                "attempt_timeout": attempt_timeout,
                "max_retries": max_retries,
                "concurrency": concurrency,
                "rate_limit": rate_limit,
                "default_region": default_region,
                "max_response_bytes": max_response_bytes,
                "list_restarts": list_restarts,
                "proxy": proxy,
                "ca_certificates": ca_certificates,
            },
            names,
        )

    # The class that Python names where `config` is not given.
    __init__.__qualname__ = "Client.__init__"

    def _begin(self, config: Config | FromEnvironment, options: dict[str, Any], unknown: list[str]) -> None:
        raise NotImplementedError
