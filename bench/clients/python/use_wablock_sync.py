"""wablock in a program without asyncio."""

import time

begun = time.perf_counter()

from wablock import Client as Wablock  # noqa: E402
from wablock import Meta  # noqa: E402

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
        self.wa = Wablock(meta, concurrency=task["at_once"], **certificates)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wa.close()

    def one(self, user):
        assert self.wa.block(user).state == "done"

    def bulk(self, users):
        report = self.wa.block(users)
        assert report.ok
        return len(report)

    def list(self):
        return [user.wa_id for user in self.wa.list()]


common.main(Client, imported_s, blocking=True)
