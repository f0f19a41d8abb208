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

const appSecret = setting('META_APP_SECRET')
const client = new Client(
  {
    provider: 'meta',
    accessToken: setting('META_ACCESS_TOKEN'),
    phoneNumberId: setting('META_PHONE_NUMBER_ID'),
    appSecret,
    baseUrl: process.env.META_BASE_URL,
  },
  { logger: console },
)
const unsubscriber = new Unsubscriber(client)
const app = createApp(unsubscriber, { appSecret, verifyToken: setting('META_VERIFY_TOKEN') })

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
