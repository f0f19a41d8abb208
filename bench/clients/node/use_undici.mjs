/** What a Node programmer writes with undici: a pool, a few workers, every answer looked at. */
import { createRequire } from 'node:module'

import { atOnce, BATCH, main, PATH, TOKEN } from './common.mjs'

const begun = performance.now()
const { Pool } = createRequire(import.meta.url)('undici')
const importedMs = performance.now() - begun

const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }

await main((task) => {
  const pool = new Pool(task.url, { connections: task.at_once, connect: { ca: task.ca } })
  async function ask(method, path, body) {
    const answer = await pool.request({ path, method, headers, body })
    if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode}`)
    return answer.body.json()
  }
  async function send(users) {
    const body = { messaging_product: 'whatsapp', block_users: users.map((user) => ({ user })) }
    return (await ask('POST', PATH, JSON.stringify(body))).block_users.added_users
  }
  return {
    async one(user) {
      const [entry] = await send([user])
      if (entry.input !== user) throw new Error('not done')
    },
    async bulk(users) {
      const batches = []
      for (let start = 0; start < users.length; start += BATCH) batches.push(users.slice(start, start + BATCH))
      const results = new Map()
      await atOnce(task.at_once, batches, async (batch) => {
        for (const { input, wa_id } of await send(batch)) results.set(input, wa_id)
      })
      if (!users.every((user) => results.has(user))) throw new Error('not all were done')
      return results.size
    },
    async list() {
      const ids = []
      let after = ''
      for (;;) {
        const page = await ask('GET', `${PATH}?limit=${task.page}${after}`)
        for (const { wa_id } of page.data) ids.push(wa_id)
        if (page.paging.next === undefined) return ids
        after = `&after=${page.paging.cursors.after}`
      }
    },
    close: () => pool.close(),
  }
}, importedMs)
