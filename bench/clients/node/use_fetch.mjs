/** The built-in fetch. */
import { main } from './common.mjs'
import { Script } from './script.mjs'

async function json(response) {
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return response.json()
}

await main(
  (task) =>
    new Script(task, {
      post: async (url, headers, body) => json(await fetch(url, { method: 'POST', headers, body })),
      get: async (url, headers) => json(await fetch(url, { headers })),
    }),
)
