// AbortSignal: before, during and after a call; what the caller put on the signal stays as it is.
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'

import { CallCancelledError, Client, failure, numbers, sandboxOf, until, WablockError } from './support.mjs'

const listeners = (signal) => getEventListeners(signal, 'abort').length

test('before: nothing is sent, and the report says so', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta())
  const reason = new Error('changed my mind')
  const error = await failure(client.block(numbers(3), { signal: AbortSignal.abort(reason) }))
  assert.ok(error instanceof CallCancelledError)
  assert.ok(error instanceof WablockError)
  assert.equal(error.name, 'AbortError')
  assert.equal(error.code, 'cancelled')
  assert.equal(error.cause, reason)
  assert.deepEqual(error.report.counts, { done: 0, failed: 0, unknown: 0, notSent: 3 })
  const one = await failure(client.block('+16505551234', { signal: AbortSignal.abort() }))
  assert.equal(one.cause.name, 'AbortError')
  assert.equal(one.report.notSent.length, 1)
  assert.ok(
    (await failure(client.list({ signal: AbortSignal.abort() }).toArray())) instanceof CallCancelledError,
  )
  assert.deepEqual(sandbox.requests(), [])
})

test('during: the call ends at once with what is known', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client({ ...sandbox.nxcloud(), batchSize: 1 }, { concurrency: 1 })
  sandbox.fault({ name: 'silence', forMs: 60_000, after: 1 })
  const controller = new AbortController()
  let mine = 0
  controller.signal.onabort = () => {
    mine += 1
  }
  const call = failure(client.block(numbers(3), { signal: controller.signal }))
  await until(() => sandbox.requests().length === 2)
  assert.equal(listeners(controller.signal), 2)
  controller.abort()
  const error = await call
  assert.equal(error.name, 'AbortError')
  assert.equal(error.cause, controller.signal.reason)
  assert.deepEqual(
    error.report.outcomes.map((outcome) => outcome.state),
    ['done', 'unknown', 'not_sent'],
  )
  assert.equal(mine, 1)
  assert.equal(listeners(controller.signal), 1)
})

test('after: nothing happens, and the listener is gone', async (t) => {
  const client = new Client(sandboxOf(t).meta())
  const controller = new AbortController()
  const outcome = await client.block('+16505551234', { signal: controller.signal })
  const failed = await failure(client.block('15550131047', { signal: controller.signal }))
  await client.list({ signal: controller.signal }).toArray()
  assert.equal(listeners(controller.signal), 0)
  controller.abort()
  assert.equal(outcome.state, 'done')
  assert.equal(failed.code, 'not_eligible')
  assert.equal(failed.cause, undefined)
})

/** What each kind of call reports when it is aborted before, during and after; numbers by state, or nothing to report. */
const ABORTED = {
  block: {
    call: (client, _report, options) => client.block(numbers(4), options),
    before: { notSent: 4 },
    during: { done: 2, unknown: 1, notSent: 1 },
  },
  unblock: {
    call: (client, _report, options) => client.unblock(numbers(4), options),
    before: { notSent: 4 },
    during: { done: 2, unknown: 1, notSent: 1 },
  },
  'block of one': {
    call: (client, _report, options) => client.block(numbers(1)[0], options),
    free: 0,
    before: { notSent: 1 },
    during: { unknown: 1 },
  },
  list: { call: (client, _report, options) => client.list(options).toArray() },
  settle: { call: (client, report, options) => client.settle(report, options) },
}

for (const [name, { call, free = 2, before, during }] of Object.entries(ABORTED)) {
  test(`${name}: before, during and after`, async (t) => {
    const sandbox = sandboxOf(t)
    const client = new Client(
      { ...sandbox.meta(), batchSize: 1, pageSize: 2 },
      { concurrency: 1, maxRetries: 0 },
    )
    sandbox.seed('meta', { blocked: numbers(6).slice(4) })
    // A report with something to settle.
    sandbox.fault({ name: 'lost_answer', operation: 'block' })
    const { report } = await failure(client.block([numbers(6)[5]]))
    sandbox.clearFaults()
    sandbox.seed('meta', { blocked: name === 'list' || name === 'settle' ? numbers(8) : [] })
    assert.equal(report.counts.unknown, 1)
    const states = (counts) => counts && { done: 0, failed: 0, unknown: 0, notSent: 0, ...counts }
    const sent = () => sandbox.requests().length

    sandbox.requests({ clear: true })
    const early = await failure(call(client, report, { signal: AbortSignal.abort('early') }))
    assert.deepEqual([early.name, early.cause, early.report?.counts], ['AbortError', 'early', states(before)])
    assert.equal(sent(), 0)

    sandbox.fault({ name: 'silence', forMs: 60_000, after: free })
    const controller = new AbortController()
    const pending = failure(call(client, report, { signal: controller.signal }))
    await until(() => sent() === free + 1)
    controller.abort('midway')
    const midway = await pending
    assert.deepEqual(
      [midway.name, midway.cause, midway.report?.counts],
      ['AbortError', 'midway', states(during)],
    )
    assert.equal(listeners(controller.signal), 0)
    assert.equal(sent(), free + 1)

    sandbox.clearFaults()
    const late = new AbortController()
    const result = await call(client, report, { signal: late.signal })
    late.abort('late')
    assert.ok(name === 'list' ? result.length === 8 : result.ok)
    assert.equal(listeners(late.signal), 0)
  })
}

test('a timeout of the signal is the cause', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.fault({ name: 'silence', forMs: 60_000 })
  const error = await failure(
    new Client(sandbox.meta()).block('+16505551234', { signal: AbortSignal.timeout(20) }),
  )
  assert.ok(error instanceof CallCancelledError)
  assert.equal(error.cause.name, 'TimeoutError')
  assert.equal(error.message, 'the call was cancelled: its signal timed out')
  assert.equal(error.report.counts.done, 0)
})

/** A source that gives two users and then nothing, and never ends. */
async function* stuck() {
  yield* numbers(2)
  await new Promise(() => {})
}

test('close ends a call whose source never gives its next user', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta())
  const call = failure(client.block(stuck()))
  const withSignal = failure(client.unblock(stuck(), { signal: new AbortController().signal }))
  await client.close()
  for (const error of [await call, await withSignal]) assert.equal(error.code, 'closed')
  assert.equal(sandbox.requests().length, 0)
  for (const users of ['+16505551234', ['+16505551234'], stuck()]) {
    assert.equal((await failure(client.block(users))).code, 'closed')
  }
})

test('the time for a call ends the reading of its source', async (t) => {
  const sandbox = sandboxOf(t)
  for (const [client, options] of [
    [new Client(sandbox.meta()), { timeoutMs: 1500 }],
    [new Client(sandbox.meta(), { timeoutMs: 1500 }), undefined],
  ]) {
    const report = await client.block(stuck(), options).catch((error) => error.report)
    assert.deepEqual(report.counts, { done: 0, failed: 0, unknown: 0, notSent: 2 })
    assert.deepEqual(report.failures, { timeout: 2 })
    assert.match(report.notSent[0].error.message, /1500 ms|1\.5 s/)
  }
  assert.equal(sandbox.requests().length, 0)
})

test('a signal and close end a call that waits to try users again', async (t) => {
  const sandbox = sandboxOf(t)
  for (const [code, end] of [
    ['cancelled', (controller) => controller.abort('enough')],
    ['closed', (_controller, client) => client.close()],
  ]) {
    sandbox.reset()
    // Meta's word for "try this user again later".
    sandbox.fault({ name: 'per_user_error', code: 131_000, operation: 'block' })
    const client = new Client(sandbox.meta(), { maxRetries: 50 })
    const controller = new AbortController()
    const call = failure(client.block(numbers(3), { signal: controller.signal }))
    await until(() => sandbox.requests().length > 0)
    await end(controller, client)
    assert.equal((await call).code, code)
  }
})

test('settle and list can be aborted while they wait', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta(), { maxRetries: 0 })
  sandbox.fault({ name: 'lost_answer', operation: 'block' })
  sandbox.fault({ name: 'silence', operation: 'list', forMs: 60_000 })
  const { report } = await failure(client.block(['+16505551234']))
  for (const work of [
    (options) => client.settle(report, options),
    (options) => client.list(options).toArray(),
  ]) {
    const before = sandbox.requests().length
    const controller = new AbortController()
    const call = failure(work({ signal: controller.signal }))
    await until(() => sandbox.requests().length > before)
    controller.abort('enough')
    const error = await call
    assert.ok(error instanceof CallCancelledError)
    assert.equal(error.cause, 'enough')
    assert.equal(listeners(controller.signal), 0)
  }
})

test('between two users of a page, the loop ends with the reason', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.seed('meta', { blocked: numbers(5) })
  const controller = new AbortController()
  const seen = []
  const error = await failure(
    (async () => {
      for await (const user of new Client(sandbox.meta()).list({ signal: controller.signal })) {
        seen.push(user.waId)
        if (seen.length === 2) controller.abort('enough')
      }
    })(),
  )
  assert.equal(error.name, 'AbortError')
  assert.equal(error.cause, 'enough')
  assert.equal(seen.length, 2)
})

test('one signal for many calls has one listener, and no warning', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.fault({ name: 'silence', forMs: 60_000 })
  const warnings = []
  const listen = (warning) => warnings.push(warning)
  process.on('warning', listen)
  t.after(() => process.off('warning', listen))
  const client = new Client(sandbox.meta())
  const controller = new AbortController()
  const calls = numbers(40).map((number) => failure(client.block(number, { signal: controller.signal })))
  await until(() => sandbox.requests().length === 40)
  assert.equal(listeners(controller.signal), 1)
  controller.abort()
  for (const error of await Promise.all(calls)) assert.equal(error.name, 'AbortError')
  assert.equal(listeners(controller.signal), 0)
  assert.deepEqual(warnings, [])
})

test('a call that ends leaves the listener to those that go on', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.fault({ name: 'silence', forMs: 60_000, times: 1 })
  const client = new Client(sandbox.meta())
  const controller = new AbortController()
  const { signal } = controller
  const first = failure(client.block('+16505551234', { signal }))
  await until(() => sandbox.requests().length === 1)
  assert.ok((await client.block('+16505551235', { signal })).ok)
  assert.equal(listeners(signal), 1)
  controller.abort()
  assert.equal((await first).name, 'AbortError')
  assert.equal((await failure(client.block('+16505551236', { signal }))).name, 'AbortError')
  assert.equal(listeners(signal), 0)
})
