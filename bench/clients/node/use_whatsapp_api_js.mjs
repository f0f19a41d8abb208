/** whatsapp-api-js: it can block, it cannot list, and does not split or send at once by itself. */
import { WhatsAppAPI } from 'whatsapp-api-js'

import { atOnce, BATCH, batches, main, PHONE_NUMBER_ID, TOKEN } from './common.mjs'

await main((task) => {
  // It has no option for another host, but for another fetch.
  const elsewhere = (url, init) => fetch(task.url + url.slice('https://graph.facebook.com'.length), init)
  const wa = new WhatsAppAPI({ token: TOKEN, secure: false, ponyfill: { fetch: elsewhere } })
  return {
    async one(user) {
      const answer = await wa.blockUser(PHONE_NUMBER_ID, user)
      if (answer.block_users.added_users[0].input !== user) throw new Error('not done')
    },
    async bulk(users) {
      const results = new Map()
      await atOnce(task.at_once, batches(users, BATCH), async (batch) => {
        const answer = await wa.blockUser(PHONE_NUMBER_ID, ...batch)
        for (const { input, wa_id } of answer.block_users.added_users) results.set(input, wa_id)
      })
      return results.size
    },
  }
})
