/** wablock, as the README shows it; WABLOCK names the package's folder. */
import { createRequire } from 'node:module'

import { main, PHONE_NUMBER_ID, TOKEN } from './common.mjs'

const begun = performance.now()
const { Client } = createRequire(import.meta.url)(process.env.WABLOCK)
const importedMs = performance.now() - begun

await main(({ url, page, ca, at_once }) => {
  const meta = { provider: 'meta', accessToken: TOKEN, phoneNumberId: PHONE_NUMBER_ID, baseUrl: url, pageSize: page }
  const wa = new Client(meta, { concurrency: at_once, ...(ca && { caCertificates: ca }) })
  return {
    async one(user) {
      const outcome = await wa.block(user)
      if (outcome.state !== 'done') throw new Error('not done')
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
}, importedMs)
