"""wablock in a program without asyncio: every user of a list is looked at, as an object."""

import common
from configured import configuration

from wablock import Client as Wablock


class Client:
    def __init__(self, task):
        self.wa = Wablock(configuration(task), concurrency=task["at_once"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wa.close()

    def bulk(self, users):
        report = self.wa.block(users)
        assert report.ok
        return len(report)

    def list(self):
        return [user.wa_id for user in self.wa.list()]


common.main(Client, blocking=True)
