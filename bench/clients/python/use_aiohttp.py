"""What a Python programmer writes with aiohttp: one session, a few workers, every answer looked at."""

import hashlib
import json
import time

import aiohttp
import common


class Client:
    def __init__(self, task):
        self.task = task
        self.url = task["url"]

    async def __aenter__(self):
        self.session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {common.TOKEN}"})
        return self

    async def __aexit__(self, *_):
        await self.session.close()

    async def send(self, users):
        body = {"messaging_product": "whatsapp", "block_users": [{"user": user} for user in users]}
        async with self.session.post(self.url + common.META_PATH, json=body) as response:
            response.raise_for_status()
            answer = await response.json()
        return {entry["input"]: entry["wa_id"] for entry in answer["block_users"]["added_users"]}

    async def one(self, user):
        done = await self.send([user])
        assert user in done

    async def send_digital99(self, users):
        body = {**common.DIGITAL99, "whatsapp": users[0].removeprefix("+")}
        async with self.session.post(self.url + "/whatsapp/v2/block", json=body) as response:
            response.raise_for_status()
            answer = await response.json()
        assert answer["status"] == "OK"
        return {users[0]: answer["whatsapp"]}

    async def send_nxcloud(self, users):
        nx = common.NXCLOUD
        body = json.dumps(
            {
                "appkey": nx["app_key"],
                "business_phone": nx["phone"],
                "messaging_product": "whatsapp",
                "block_users": [{"user": user} for user in users],
            }
        ).encode()
        ts = str(int(time.time() * 1000))
        digest = hashlib.md5(f"accessKey={nx['access_key']}&action=mt&bizType=2&ts={ts}&body=".encode())
        digest.update(body)
        digest.update(f"&accessSecret={nx['access_secret']}".encode())
        headers = {
            "accessKey": nx["access_key"],
            "ts": ts,
            "bizType": "2",
            "action": "mt",
            "sign": digest.hexdigest(),
            "Content-Type": "application/json",
        }
        async with self.session.post(self.url + "/api/wa/createBlockUsers", data=body, headers=headers) as response:
            response.raise_for_status()
            answer = await response.json()
        assert answer["code"] == 0
        return {entry["input"]: entry["wa_id"] for entry in answer["data"]["block_users"]["added_users"]}

    async def bulk(self, users):
        send, size = {
            "block": (self.send, common.BATCH),
            "digital99": (self.send_digital99, 1),
            "nxcloud": (self.send_nxcloud, common.NX_BATCH),
        }[self.task["case"]]
        results = {}

        async def work(batch):
            results.update(await send(batch))

        await common.at_once(self.task["at_once"], common.batches(users, size), work)
        assert all(user in results for user in users)
        return len(results)

    async def list(self):
        ids, after = [], None
        while True:
            query = {"limit": self.task["page"]} | ({"after": after} if after else {})
            async with self.session.get(self.url + common.META_PATH, params=query) as response:
                response.raise_for_status()
                page = await response.json()
            ids.extend(row["wa_id"] for row in page["data"])
            if "next" not in page["paging"]:
                return ids
            after = page["paging"]["cursors"]["after"]


common.main(Client)
