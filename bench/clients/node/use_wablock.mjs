/** wablock, as the README shows it. */
import { Client } from 'wablock'

import { DIGITAL99, main, NXCLOUD, PHONE_NUMBER_ID, TOKEN } from './common.mjs'

function configuration({ case: kind, url, page }) {
  if (kind === 'digital99') {
    return { provider: '99digital', apiKey: DIGITAL99.apiKey, fromNumber: DIGITAL99.from, baseUrl: url }
  }
  if (kind === 'nxcloud') {
    const { accessKey, accessSecret, appKey, phone } = NXCLOUD
    return { provider: 'nxcloud', accessKey, accessSecret, appKey, businessPhone: phone, baseUrl: url }
  }
  return { provider: 'meta', accessToken: TOKEN, phoneNumberId: PHONE_NUMBER_ID, baseUrl: url, pageSize: page }
}

await main((task) => {
  const wa = new Client(configuration(task), { concurrency: task.at_once })
  return {
    async one(user) {
      const outcome = await wa.block(user)
      if (!outcome.ok) throw new Error('not done')
    },
    async bulk(users) {
      const report = await wa.block(users)
      if (!report.ok) throw new Error('not all were done')
      return report.length
    },
    async list() {
      const ids = []
      for await (const user of wa.list()) ids.push(user.waId)
      return ids
    },
    close: () => wa.close(),
  }
})
