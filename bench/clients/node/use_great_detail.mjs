/**
 * \@great-detail/whatsapp: version 8 has no calls for blocked users, so its own transport (with its host, version, headers
 * and retries) is given the path, as a user of it would have to.
 */
import { Client } from '@great-detail/whatsapp'

import { main, PHONE_NUMBER_ID, TOKEN } from './common.mjs'
import { Script } from './script.mjs'

await main((task) => {
  const headers = { Authorization: `Bearer ${TOKEN}` }
  const sdk = new Client({ prefixUrl: task.url, graphVersion: 'v26.0', request: { headers } })
  const path = (url) => url.slice(`${task.url}/v26.0/`.length)
  return new Script(task, {
    post: (url, _, body) => sdk._transport.extend({ method: 'POST', json: JSON.parse(body) })(path(url)).json(),
    get: (url) => sdk._transport(path(url)).json(),
    endpoint: PHONE_NUMBER_ID,
  })
})
