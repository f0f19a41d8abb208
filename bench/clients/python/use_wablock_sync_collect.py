"""wablock in a program without asyncio that takes the list as a whole: its rows become objects when somebody looks."""

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

    def list(self):
        return self.wa.list().collect()


common.main(Client, blocking=True)
