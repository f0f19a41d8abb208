// The bot with its settings from the environment; see README.md.
import { Client } from 'wablock'

import { createApp } from './app.js'
import { Unsubscriber } from './unsubscriber.js'

/** Milliseconds between two attempts for whom the provider could not be reached. */
const RETRY_EVERY = 60_000

const setting = (name) => {
  const value = process.env[name]
  if (!value) throw new Error(`the environment variable ${name} is missing`)
  return value
}

// WABLOCK_PROVIDER and its options; no connection is opened before the first block.
const client = Client.fromEnv({ logger: console })
const unsubscriber = new Unsubscriber(client)
const app = createApp(unsubscriber, {
  secret: setting('WEBHOOK_SECRET'),
  verifyToken: setting('WEBHOOK_VERIFY_TOKEN'),
  signature: process.env.WEBHOOK_SIGNATURE_HEADER,
})

const retries = setInterval(() => unsubscriber.retry(), RETRY_EVERY)
const server = app.listen(Number(process.env.PORT ?? 8000), () => {
  console.log(`listening on port ${server.address().port}`)
})

process.once('SIGTERM', () => {
  clearInterval(retries)
  server.close(async () => {
    await unsubscriber.idle()
    await client.close()
  })
})
