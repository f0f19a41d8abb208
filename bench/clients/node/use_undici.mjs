/** undici's request, with a pool of as many connections as requests are sent at once. */
import { Pool } from 'undici'

import { main } from './common.mjs'
import { Script } from './script.mjs'

async function json({ statusCode, body }) {
  if (statusCode !== 200) throw new Error(`HTTP ${statusCode}`)
  return body.json()
}

await main((task) => {
  const pool = new Pool(task.url, { connections: task.at_once })
  const path = (url) => url.slice(task.url.length)
  return new Script(task, {
    post: async (url, headers, body) => json(await pool.request({ path: path(url), method: 'POST', headers, body })),
    get: async (url, headers) => json(await pool.request({ path: path(url), method: 'GET', headers })),
    close: () => pool.close(),
  })
})
