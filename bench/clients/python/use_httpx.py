"""What a Python programmer writes with httpx."""

import common
import httpx


class Client:
    def __init__(self, task):
        self.task = task

    async def __aenter__(self):
        self.session = httpx.AsyncClient(
            base_url=self.task["url"], headers={"Authorization": f"Bearer {common.TOKEN}"}, timeout=30
        )
        return self

    async def __aexit__(self, *_):
        await self.session.aclose()

    async def send(self, users):
        body = {"messaging_product": "whatsapp", "block_users": [{"user": user} for user in users]}
        response = await self.session.post(common.META_PATH, json=body)
        response.raise_for_status()
        return {entry["input"]: entry["wa_id"] for entry in response.json()["block_users"]["added_users"]}

    async def one(self, user):
        done = await self.send([user])
        assert user in done

    async def bulk(self, users):
        results = {}

        async def work(batch):
            results.update(await self.send(batch))

        await common.at_once(self.task["at_once"], common.batches(users, common.BATCH), work)
        assert all(user in results for user in users)
        return len(results)

    async def list(self):
        ids, after = [], None
        while True:
            query = {"limit": self.task["page"]} | ({"after": after} if after else {})
            response = await self.session.get(common.META_PATH, params=query)
            response.raise_for_status()
            page = response.json()
            ids.extend(row["wa_id"] for row in page["data"])
            if "next" not in page["paging"]:
                return ids
            after = page["paging"]["cursors"]["after"]


common.main(Client)
