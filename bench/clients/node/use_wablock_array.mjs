/** wablock, where the list is wanted as a whole. */
import { Client } from 'wablock'

import { main } from './common.mjs'
import { configuration } from './configured.mjs'

await main((task) => {
  const wa = new Client(configuration(task))
  return {
    list: async () => (await wa.list().toArray()).map((user) => user.waId),
    close: () => wa.close(),
  }
})
