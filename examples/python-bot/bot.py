"""A WhatsApp bot that blocks users who press "Unsubscribe".

    uvicorn bot:from_env --factory

It answers immediately, blocks in the background, and remembers who cannot be blocked yet. The provider is a matter of
configuration: Meta, or any reseller that passes Meta's webhooks on.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import os
from collections.abc import AsyncGenerator, Iterable
from typing import Annotated

from fastapi import BackgroundTasks, FastAPI, HTTPException, Query, Request, Response
from webhook import SIGNATURE, Message, is_signed, messages

from wablock import AsyncClient, NotEligibleError, WablockError, mask

log = logging.getLogger("bot")

RETRY_EVERY = 60.0
"""Seconds between two attempts for whom the provider could not be reached."""


class Unsubscriber:
    """Blocks people, and remembers those it could not block yet. Blocking is idempotent."""

    def __init__(self, wa: AsyncClient) -> None:
        self.wa = wa
        # In a real bot these two are a table: a restart must not forget them.
        self.until_they_write: set[str] = set()
        self.until_it_works: set[str] = set()

    async def handle(self, arrived: Iterable[Message]) -> None:
        """Blocks who unsubscribed, and who did so before but could not be blocked then."""
        for message in arrived:
            if message.unsubscribes or message.sender in self.until_they_write:
                await self.block(message.sender)

    async def block(self, user: str) -> None:
        """Blocks one user, or notes what has to happen first."""
        self.until_they_write.discard(user)
        self.until_it_works.discard(user)
        try:
            await self.wa.block(user)
        except NotEligibleError:
            # A day passed since they wrote: this webhook came late. Their next message opens the door again.
            self.until_they_write.add(user)
            log.info("%s can be blocked when they write again", mask(user))
        except WablockError as error:
            if error.retryable or (error.report is not None and error.report.unknown):
                self.until_it_works.add(user)
            log.warning("%s is not blocked: %s", mask(user), error)
        else:
            log.info("%s is blocked", mask(user))

    async def retry(self) -> None:
        """Another attempt for everyone not reached yet."""
        for user in sorted(self.until_it_works):
            await self.block(user)

    async def retry_for_ever(self) -> None:
        while True:
            await asyncio.sleep(RETRY_EVERY)
            await self.retry()


def create_app(wa: AsyncClient, *, secret: str, verify_token: str, signature: str = SIGNATURE) -> FastAPI:
    """The bot for one business number. Webhooks are signed with `secret`, in the header `signature`."""
    unsubscriber = Unsubscriber(wa)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with unsubscriber.wa:
            retries = asyncio.create_task(unsubscriber.retry_for_ever())
            yield
            retries.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await retries

    app = FastAPI(title="Unsubscribe bot", lifespan=lifespan)
    app.state.unsubscriber = unsubscriber

    @app.get("/webhook")
    async def challenge(  # pyright: ignore[reportUnusedFunction]  # the route uses it
        mode: Annotated[str, Query(alias="hub.mode")],
        token: Annotated[str, Query(alias="hub.verify_token")],
        text: Annotated[str, Query(alias="hub.challenge")],
    ) -> Response:
        """Meta asks once, when the webhook is set up, whether this is the right place."""
        if mode != "subscribe" or not hmac.compare_digest(token.encode(), verify_token.encode()):
            raise HTTPException(403, "wrong verify token")
        return Response(text, media_type="text/plain")

    @app.post("/webhook")
    async def webhook(request: Request, background: BackgroundTasks) -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
        """Meta expects 200 within seconds and sends again otherwise, so the work is done after the answer."""
        body = await request.body()
        if not is_signed(body, request.headers.get(signature), secret):
            raise HTTPException(401, "wrong signature")
        try:
            arrived = messages(body)
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        background.add_task(unsubscriber.handle, arrived)
        return {"status": "ok"}

    return app


def from_env() -> FastAPI:
    """The bot with its settings from environment variables; see README.md."""
    return create_app(
        AsyncClient.from_env(),  # it opens no connection before the first block
        secret=os.environ["WEBHOOK_SECRET"],
        verify_token=os.environ["WEBHOOK_VERIFY_TOKEN"],
        signature=os.environ.get("WEBHOOK_SIGNATURE_HEADER", SIGNATURE),
    )
