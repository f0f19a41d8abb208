"""wablock in an asyncio program that takes the list as a whole: its rows become objects when somebody looks at them."""

import common
import use_wablock


class Client(use_wablock.Client):
    async def list(self):
        return await self.wa.list().collect()


common.main(Client)
