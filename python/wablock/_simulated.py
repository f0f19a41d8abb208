# Written by `cargo xtask faces`. Do not edit.
"""The providers that the sandbox simulates."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from .config import (
    CloudApi,
    Dialog360,
    Digital99,
    Gupshup,
    Kaleyra,
    Kapso,
    Meta,
    NxCloud,
    OneMsg,
    Sinch,
    Splashify,
    YCloud,
    Zernio,
)

__all__ = ["Configurations", "ProviderName"]

ProviderName: TypeAlias = (
    Literal[  # noqa: PYI030  # stubtest knows only unions
        "meta",
        "360dialog",
        "gupshup",
        "kaleyra",
        "kapso",
        "splashify",
        "ycloud",
        "cloud_api",
        "nxcloud",
        "99digital",
        "sinch",
        "zernio",
    ]
    | Literal["1msg"]
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

    def dialog360(self, account: str | None = None) -> Dialog360:
        """A ready configuration for 360dialog.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.dialog360().provider
        '360dialog'
        """
        return Dialog360(**self._config("360dialog", account))

    def gupshup(self, account: str | None = None) -> Gupshup:
        """A ready configuration for Gupshup.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.gupshup().provider
        'gupshup'
        """
        return Gupshup(**self._config("gupshup", account))

    def kaleyra(self, account: str | None = None) -> Kaleyra:
        """A ready configuration for Kaleyra.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.kaleyra().provider
        'kaleyra'
        """
        return Kaleyra(**self._config("kaleyra", account))

    def kapso(self, account: str | None = None) -> Kapso:
        """A ready configuration for Kapso.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.kapso().provider
        'kapso'
        """
        return Kapso(**self._config("kapso", account))

    def splashify(self, account: str | None = None) -> Splashify:
        """A ready configuration for Splashify.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.splashify().provider
        'splashify'
        """
        return Splashify(**self._config("splashify", account))

    def ycloud(self, account: str | None = None) -> YCloud:
        """A ready configuration for YCloud.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.ycloud().provider
        'ycloud'
        """
        return YCloud(**self._config("ycloud", account))

    def cloud_api(self, account: str | None = None) -> CloudApi:
        """A ready configuration for Any host.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.cloud_api().provider
        'cloud_api'
        """
        return CloudApi(**self._config("cloud_api", account))

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

    def zernio(self, account: str | None = None) -> Zernio:
        """A ready configuration for Zernio.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.zernio().provider
        'zernio'
        """
        return Zernio(**self._config("zernio", account))

    def onemsg(self, account: str | None = None) -> OneMsg:
        """A ready configuration for 1msg.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.onemsg().provider
        '1msg'
        """
        return OneMsg(**self._config("1msg", account))

    def _config(self, provider: ProviderName, account: str | None, **more: bool) -> dict[str, Any]:
        raise NotImplementedError
