// Many calls at once: in line and together, and in order.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Client, ConfigError, failure, sandboxOf } from './support.mjs'

const USERS = Array.from({ length: 200 }, (_, n) => `1650555${String(n).padStart(4, '0')}`)

/** The users of each request, in the order in which the requests came. */
const sent = (sandbox) =>
  sandbox.requests().map(({ body }) => JSON.parse(body).block_users.map(({ user }) => user.replace('+', '')))

test('a burst beyond the rate of the provider loses nobody', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.settings({ metaRatePerS: 20 })
  const client = new Client(sandbox.meta())
  const outcomes = await Promise.all(USERS.map((user) => client.block(user)))
  assert.deepEqual(
    outcomes.map(({ input }) => input),
    USERS,
  )
  assert.deepEqual(sandbox.inspect('meta').blocked.toSorted(), USERS)
  await client.close()
})

test('calls are sent in the order in which they were made', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta(), { rateLimit: 5 })
  await Promise.all(USERS.map((user) => client.block(user)))
  assert.deepEqual(sent(sandbox).flat(), USERS)
  await client.close()
})

test('of block and unblock at once, the later one stands', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta())
  await Promise.all(USERS.flatMap((user) => [client.block(user), client.unblock(user)]))
  assert.deepEqual(sandbox.inspect('meta').blocked, [])
  await Promise.all(USERS.flatMap((user) => [client.unblock(user), client.block(user)]))
  assert.deepEqual(sandbox.inspect('meta').blocked.toSorted(), USERS)
  await client.close()
})

test('a call whose time ends during a pause says so', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.fault({ name: 'throttle', provider: 'meta', retryAfter: 60, times: 1 })
  const client = new Client(sandbox.meta())
  await failure(client.block(USERS[0], { maxRetries: 0 }))
  const error = await failure(client.block(USERS[1], { timeoutMs: 50 }))
  assert.equal(error.code, 'timeout')
  assert.match(error.message, /the provider throttles/)
  assert.ok(error.retryAfterMs > 50_000 && error.retryAfterMs <= 60_000)
  assert.equal(error.report.counts.notSent, 1)
  await client.close()
})

test('a rate that cannot be kept is refused, and no other ends the process', async (t) => {
  const sandbox = sandboxOf(t)
  for (const rateLimit of [1e-300, 2e-19, 1e-6, 0, -1, 1e300, Number.MAX_VALUE]) {
    assert.throws(() => new Client(sandbox.meta(), { rateLimit }), ConfigError, String(rateLimit))
  }
  for (const rateLimit of [1e-5, 1e6]) {
    const client = new Client(sandbox.meta(), { rateLimit })
    await client.block(USERS[0])
    await client.close()
  }
})
