"""The configuration of wablock for a task."""

import common

from wablock import Digital99, Meta, NxCloud


def configuration(task):
    if task["case"] == "digital99":
        given = common.DIGITAL99
        return Digital99(api_key=given["apiKey"], from_number=given["from"], base_url=task["url"])
    if task["case"] == "nxcloud":
        nx = common.NXCLOUD
        return NxCloud(
            access_key=nx["access_key"],
            access_secret=nx["access_secret"],
            app_key=nx["app_key"],
            business_phone=nx["phone"],
            base_url=task["url"],
        )
    return Meta(
        access_token=common.TOKEN,
        phone_number_id=common.PHONE_NUMBER_ID,
        base_url=task["url"],
        page_size=task.get("page"),
    )
