"""wablock in an asyncio program, as the README shows it: every user of a list is looked at, as an object."""

import common
from configured import configuration

from wablock import AsyncClient


class Client:
    def __init__(self, task):
        self.wa = AsyncClient(configuration(task), concurrency=task["at_once"])

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.wa.aclose()

    async def one(self, user):
        outcome = await self.wa.block(user)
        assert outcome.state == "done"

    async def bulk(self, users):
        report = await self.wa.block(users)
        assert report.ok
        return len(report)

    async def list(self):
        return [user.wa_id async for user in self.wa.list()]


if __name__ == "__main__":
    common.main(Client)
