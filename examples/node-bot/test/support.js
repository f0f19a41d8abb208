// What the tests share: the bot on a free port in front of a sandbox, and webhooks as Meta sends them.
import { createHmac } from 'node:crypto'
import { once } from 'node:events'

import { Client } from 'wablock'
import { startSandbox } from 'wablock/testing'

import { createApp } from '../app.js'
import { Unsubscriber } from '../unsubscriber.js'

export const ADA = '16505551234'
export const BEA = 'US.13491208655302741918'
export const APP_SECRET = 'app-secret'
export const VERIFY_TOKEN = 'verify-token'

export const PRESSED_TEMPLATE = {
  type: 'button',
  button: { payload: 'UNSUBSCRIBE', text: 'No more messages' },
}
export const PRESSED_LABEL = { type: 'button', button: { payload: 'b-2', text: 'Unsubscribe' } }
export const PRESSED_REPLY = {
  type: 'interactive',
  interactive: { type: 'button_reply', button_reply: { id: 'unsubscribe', title: 'Leave me alone' } },
}
export const WROTE = { type: 'text', text: { body: 'Are you open on Sunday?' } }

/** A webhook as Meta sends it. */
export function webhook(messages, more = {}) {
  const metadata = { display_phone_number: '15550100001', phone_number_id: '106540352242922' }
  const value = { messaging_product: 'whatsapp', metadata, messages, ...more }
  const entry = [{ id: '1', changes: [{ field: 'messages', value }] }]
  return JSON.stringify({ object: 'whatsapp_business_account', entry })
}

/** Meta's signature of a body. */
export function sign(body, secret = APP_SECRET) {
  return { 'X-Hub-Signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }
}

/** The bot and its world. */
export async function startBot() {
  const sandbox = startSandbox()
  const logged = []
  const log = { info: (text) => logged.push(text), warn: (text) => logged.push(text) }
  const unsubscriber = new Unsubscriber(new Client(sandbox.meta()), log)
  const server = createApp(unsubscriber, { secret: APP_SECRET, verifyToken: VERIFY_TOKEN }).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}/webhook`
  return {
    sandbox,
    logged,
    unsubscriber,
    url,
    blocked: () => sandbox.inspect('meta').blocked,
    /** Posts a signed webhook, and waits until the bot has done what it made of it. */
    async post(messages, more) {
      const body = webhook(messages, more)
      const { status } = await fetch(url, { method: 'POST', body, headers: sign(body) })
      await unsubscriber.idle()
      return status
    },
    close() {
      server.close()
      server.closeAllConnections()
      sandbox.close()
    },
  }
}
