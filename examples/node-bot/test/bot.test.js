// The bot against the sandbox: real HTTP, no account.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { afterEach, beforeEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import {
  ADA,
  BEA,
  PRESSED_LABEL,
  PRESSED_REPLY,
  PRESSED_TEMPLATE,
  sign,
  startBot,
  VERIFY_TOKEN,
  WROTE,
  webhook,
} from './support.js'

let bot
beforeEach(async () => {
  bot = await startBot()
})
afterEach(() => bot.close())

for (const [name, pressed] of Object.entries({ PRESSED_TEMPLATE, PRESSED_LABEL, PRESSED_REPLY })) {
  test(`the button blocks: ${name}`, async () => {
    assert.equal(await bot.post([{ from: ADA, ...pressed }]), 200)
    assert.deepEqual(bot.blocked(), [ADA])
  })
}

test('nothing else blocks', async () => {
  const list = { type: 'list_reply', list_reply: { id: 'unsubscribe', title: 'Unsubscribe' } }
  const other = { type: 'button', button: { payload: 'MORE', text: 'Tell me more' } }
  for (const message of [WROTE, other, { type: 'interactive', interactive: list }]) {
    assert.equal(await bot.post([{ from: ADA, ...message }]), 200)
  }
  await bot.post([], { statuses: [{ id: 'wamid.1', status: 'read', recipient_id: ADA }] })
  assert.deepEqual(bot.sandbox.requests(), [])
})

test('a user without a number is blocked', async () => {
  await bot.post([{ from_user_id: BEA, ...PRESSED_REPLY }])
  assert.deepEqual(bot.blocked(), [BEA])
  bot.sandbox.reset()
  await bot.post([PRESSED_REPLY], { contacts: [{ profile: { username: 'bea' }, user_id: BEA }] })
  assert.deepEqual(bot.blocked(), [BEA])
})

test('a webhook may hold several people, and come again', async () => {
  for (let at = 0; at < 3; at++) {
    await bot.post([
      { from: ADA, ...PRESSED_REPLY },
      { from: '972501234567', ...PRESSED_TEMPLATE },
      { from: '447400123456', ...WROTE },
    ])
  }
  assert.deepEqual(bot.blocked(), [ADA, '972501234567'])
})

test('a forged webhook blocks nobody', async () => {
  const body = webhook([{ from: ADA, ...PRESSED_REPLY }])
  const other = webhook([{ from: '972501234567', ...PRESSED_REPLY }])
  const forged = [{}, sign(body, 'another secret'), sign(other), { 'X-Hub-Signature-256': 'sha256=' }]
  for (const headers of forged) {
    assert.equal((await fetch(bot.url, { method: 'POST', body, headers })).status, 401)
  }
  assert.deepEqual(bot.sandbox.requests(), [])
})

test('what is no webhook is refused', async () => {
  const nameless = '{"entry":[{"changes":[{"value":{"messages":[{"type":"text","from":5}]}}]}]}'
  for (const body of ['', '[]', '{"entry":1}', 'hello', nameless]) {
    assert.equal((await fetch(bot.url, { method: 'POST', body, headers: sign(body) })).status, 400)
  }
})

test('Meta is told that this is the place', async () => {
  const asked = { 'hub.mode': 'subscribe', 'hub.verify_token': VERIFY_TOKEN, 'hub.challenge': '1158201444' }
  const ask = (more) => fetch(`${bot.url}?${new URLSearchParams({ ...asked, ...more })}`)
  const answer = await ask()
  assert.deepEqual([answer.status, await answer.text()], [200, '1158201444'])
  assert.equal((await ask({ 'hub.verify_token': 'guess' })).status, 403)
  assert.equal((await ask({ 'hub.mode': 'unsubscribe' })).status, 403)
})

test('the answer does not wait for the provider', async () => {
  bot.sandbox.fault({ name: 'silence', forMs: 60_000 })
  const body = webhook([{ from: ADA, ...PRESSED_REPLY }])
  assert.equal((await fetch(bot.url, { method: 'POST', body, headers: sign(body) })).status, 200)
  assert.deepEqual(bot.blocked(), [])
})

test('a late webhook blocks when the person writes again', async () => {
  bot.sandbox.settings({ everyoneWrote: false })
  bot.sandbox.seed('meta', { messages: [ADA] })
  bot.sandbox.advance({ hours: 25 }) // the webhook was stuck for a day
  await bot.post([{ from: ADA, ...PRESSED_REPLY }])
  assert.deepEqual(bot.blocked(), [])
  assert.deepEqual([...bot.unsubscriber.untilTheyWrite], [ADA])

  bot.sandbox.seed('meta', { messages: [ADA] })
  await bot.post([{ from: ADA, ...WROTE }])
  assert.deepEqual(bot.blocked(), [ADA])
  assert.equal(bot.unsubscriber.untilTheyWrite.size, 0)
})

test('a hiccup of the provider is not noticed, an outage is made up for', async () => {
  bot.sandbox.fault({ name: 'status', status: 503, times: 1 })
  await bot.post([{ from: ADA, ...PRESSED_REPLY }])
  assert.deepEqual(bot.blocked(), [ADA])

  bot.sandbox.reset()
  bot.sandbox.fault({ name: 'status', status: 503 })
  await bot.post([{ from: ADA, ...PRESSED_REPLY }])
  assert.deepEqual([...bot.unsubscriber.untilItWorks], [ADA])
  assert.ok(!bot.logged.join().includes(ADA), 'numbers are masked in logs')

  bot.sandbox.clearFaults()
  await bot.unsubscriber.retry()
  assert.deepEqual(bot.blocked(), [ADA])
  assert.equal(bot.unsubscriber.untilItWorks.size, 0)
})

test('wrong credentials are not tried for ever', async () => {
  bot.sandbox.fault({ name: 'error_code', code: 190, provider: 'meta' })
  await bot.post([{ from: ADA, ...PRESSED_REPLY }])
  assert.equal(bot.unsubscriber.untilItWorks.size, 0)
  assert.match(bot.logged.join(), /is not blocked: /)
})

for (const provider of ['meta', '360dialog', 'cloud_api']) {
  test(`the server takes its settings from the environment, and ends on SIGTERM: ${provider}`, async (t) => {
    const env = {
      ...bot.sandbox.env(provider),
      PORT: '0',
      WEBHOOK_SECRET: 'platform-secret',
      WEBHOOK_VERIFY_TOKEN: VERIFY_TOKEN,
      WEBHOOK_SIGNATURE_HEADER: 'X-360dialog-Signature',
    }
    const server = spawn(process.execPath, [fileURLToPath(new URL('../server.js', import.meta.url))], { env })
    t.after(() => server.kill('SIGKILL'))
    const [chunk] = await once(server.stdout, 'data')
    const port = /port (\d+)/.exec(chunk)[1]
    const body = webhook([{ from: ADA, ...PRESSED_REPLY }])
    const signature = createHmac('sha256', 'platform-secret').update(body).digest('hex')
    // With `connection: close`, so that no idle connection keeps the server from ending.
    const post = (headers) =>
      fetch(`http://127.0.0.1:${port}/webhook`, {
        method: 'POST',
        body,
        headers: { ...headers, connection: 'close' },
      })
    assert.equal((await post(sign(body))).status, 401)
    assert.equal((await post({ 'x-360dialog-signature': signature })).status, 200)
    // It finishes what it has accepted.
    server.kill('SIGTERM')
    assert.deepEqual(await once(server, 'exit'), [0, null])
    assert.deepEqual(bot.sandbox.blocked(provider), [ADA])
  })
}
