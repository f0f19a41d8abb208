"""wablock in an asyncio program, as the README shows it: every user of a list is looked at, as an object."""

import time

begun = time.perf_counter()

from wablock import AsyncClient, Meta  # noqa: E402

imported_s = time.perf_counter() - begun

import common  # noqa: E402


class Client:
    def __init__(self, task):
        meta = Meta(
            access_token=common.TOKEN,
            phone_number_id=common.PHONE_NUMBER_ID,
            base_url=task["url"],
            page_size=task.get("page"),
        )
        certificates = {"ca_certificates": task["ca"]} if "ca" in task else {}
        self.wa = AsyncClient(meta, concurrency=task["at_once"], **certificates)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.wa.aclose()

    async def one(self, user):
        assert (await self.wa.block(user)).state == "done"

    async def bulk(self, users):
        report = await self.wa.block(users)
        assert report.ok
        return len(report)

    async def list(self):
        return [user.wa_id async for user in self.wa.list()]


common.main(Client, imported_s)
