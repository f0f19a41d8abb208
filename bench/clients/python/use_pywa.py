"""pywa's async client, which does not split or send at once by itself."""

import common
import httpx
from pywa.types.others import Pagination
from pywa_async import WhatsApp


class Client:
    def __init__(self, task):
        self.task = task

    async def __aenter__(self):
        self.session = httpx.AsyncClient(timeout=30)
        self.wa = WhatsApp(phone_id=common.PHONE_NUMBER_ID, token=common.TOKEN, session=self.session)
        # pywa sets its own host; it has no option for another.
        self.session.base_url = self.task["url"] + "/v26.0"
        return self

    async def __aexit__(self, *_):
        await self.session.aclose()

    async def one(self, user):
        result = await self.wa.block_users([user])
        assert len(result.added_users) == 1

    async def bulk(self, users):
        done = []

        async def work(batch):
            done.extend((await self.wa.block_users(batch)).added_users)

        await common.at_once(self.task["at_once"], common.batches(users, common.BATCH), work)
        return len(done)

    async def list(self):
        result = await self.wa.get_blocked_users(pagination=Pagination(limit=self.task["page"]))
        ids = [user.wa_id for user in result]
        while result.has_next:
            result = await result.next()
            ids.extend(user.wa_id for user in result)
        return ids


common.main(Client)
