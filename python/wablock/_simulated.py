# Written by `cargo xtask faces`. Do not edit.
"""The providers that the sandbox simulates."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from .config import (
    Digital99,
    Meta,
    NxCloud,
    Sinch,
)

__all__ = ["Configurations", "ProviderName"]

ProviderName: TypeAlias = (
    Literal[  # noqa: PYI030  # stubtest knows only unions
        "meta",
        "nxcloud",
        "99digital",
    ]
    | Literal["sinch"]
)
"""Id of a provider that the sandbox simulates."""


class Configurations:
    """A ready configuration for each provider."""

    __slots__ = ()

    def meta(self, account: str | None = None) -> Meta:
        """A ready configuration for Meta Cloud API.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.meta().provider
        'meta'
        """
        return Meta(**self._config("meta", account))

    def nxcloud(self, account: str | None = None) -> NxCloud:
        """A ready configuration for NxCloud.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.nxcloud().provider
        'nxcloud'
        """
        return NxCloud(**self._config("nxcloud", account))

    def digital99(self, account: str | None = None) -> Digital99:
        """A ready configuration for 99digital.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.digital99().provider
        '99digital'
        """
        return Digital99(**self._config("99digital", account))

    def sinch(self, account: str | None = None) -> Sinch:
        """A ready configuration for Sinch.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.sinch().provider
        'sinch'
        """
        return Sinch(**self._config("sinch", account))

    def _config(self, provider: ProviderName, account: str | None, **more: bool) -> dict[str, Any]:
        raise NotImplementedError
