"""What a Python programmer writes with aiohttp: one session, a few workers, every answer looked at."""

import time

begun = time.perf_counter()

import aiohttp  # noqa: E402

imported_s = time.perf_counter() - begun

import ssl  # noqa: E402

import common  # noqa: E402


class Client:
    def __init__(self, task):
        self.task = task
        self.url = task["url"] + common.PATH

    async def __aenter__(self):
        tls = ssl.create_default_context(cadata=self.task["ca"]) if "ca" in self.task else True
        headers = {"Authorization": f"Bearer {common.TOKEN}"}
        self.session = aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(ssl=tls))
        return self

    async def __aexit__(self, *_):
        await self.session.close()

    async def send(self, users):
        body = {"messaging_product": "whatsapp", "block_users": [{"user": user} for user in users]}
        async with self.session.post(self.url, json=body) as response:
            response.raise_for_status()
            answer = await response.json()
        return {entry["input"]: entry["wa_id"] for entry in answer["block_users"]["added_users"]}

    async def one(self, user):
        assert user in await self.send([user])

    async def bulk(self, users):
        results = {}

        async def work(batch):
            results.update(await self.send(batch))

        batches = [users[start : start + common.BATCH] for start in range(0, len(users), common.BATCH)]
        await common.at_once(self.task["at_once"], batches, work)
        assert all(user in results for user in users)
        return len(results)

    async def list(self):
        ids, after = [], None
        while True:
            query = {"limit": self.task["page"]} | ({"after": after} if after else {})
            async with self.session.get(self.url, params=query) as response:
                response.raise_for_status()
                page = await response.json()
            ids.extend(row["wa_id"] for row in page["data"])
            if "next" not in page["paging"]:
                return ids
            after = page["paging"]["cursors"]["after"]


common.main(Client, imported_s)
