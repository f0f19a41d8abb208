/** wablock, as the README shows it. */
import { Client } from 'wablock'

import { main } from './common.mjs'
import { configuration } from './configured.mjs'

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
