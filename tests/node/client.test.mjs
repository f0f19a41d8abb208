// One and many, the four providers, and where configuration comes from.
import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { test } from 'node:test'
import { inspect } from 'node:util'

import {
  block,
  Client,
  ClosedError,
  ConfigError,
  failure,
  InvalidUserError,
  listBlocked,
  NotEligibleError,
  numbers,
  Outcome,
  PROVIDERS,
  Report,
  sandboxOf,
  unblock,
  until,
} from './support.mjs'

for (const [provider, method] of Object.entries(PROVIDERS)) {
  test(`${provider}: block, list, unblock`, async (t) => {
    const sandbox = sandboxOf(t)
    const client = new Client(sandbox[method]())
    assert.equal(client.capabilities.provider, provider)

    const one = await client.block('+1 (650) 555-1234')
    assert.ok(one instanceof Outcome)
    assert.equal(one.input, '+1 (650) 555-1234')
    assert.equal(one.state, 'done')
    assert.equal(one.ok, true)
    assert.equal(one.error, undefined)
    assert.deepEqual(one.user.toJSON(), { kind: 'phone', id: '16505551234' })

    const report = await client.block([
      '972501234567',
      '00972 50-123-4567',
      'nonsense',
      { user: '+441234567890' },
    ])
    assert.ok(report instanceof Report)
    assert.equal(report.ok, false)
    assert.equal(report.length, 4)
    assert.deepEqual(report.counts, { done: 3, failed: 1, unknown: 0, notSent: 0 })
    assert.deepEqual(
      report.outcomes.map(({ input, state }) => [input, state]),
      [
        ['972501234567', 'done'],
        ['00972 50-123-4567', 'done'],
        ['nonsense', 'failed'],
        ['+441234567890', 'done'],
      ],
    )
    assert.ok(report.failed[0].error instanceof InvalidUserError)

    const listed = await client.list().toArray()
    assert.deepEqual(listed.map((user) => user.waId).sort(), ['16505551234', '441234567890', '972501234567'])

    const undone = await client.unblock('+16505551234')
    assert.equal(undone.state, 'done')
    assert.ok((await client.unblock(['972501234567', '441234567890'])).ok)
    assert.deepEqual(await client.list().toArray(), [])
  })
}

test('one user who cannot be blocked rejects with their error; in a collection it is an outcome', async (t) => {
  const client = new Client(sandboxOf(t).meta())
  const error = await failure(client.block('15550131047'))
  assert.ok(error instanceof NotEligibleError)
  assert.equal(error.code, 'not_eligible')
  assert.equal(error.providerCode, '131047')
  assert.equal(error.provider, 'meta')
  assert.equal(error.report.length, 1)
  const report = await client.block(['15550131047'])
  assert.equal(report.failed[0].error.code, 'not_eligible')
  assert.equal(report.failed[0].input, '15550131047')
})

test('an object with user is one user', async (t) => {
  const client = new Client(sandboxOf(t).meta())
  assert.equal((await client.block({ user: '+16505551234' })).input, '+16505551234')
})

test('no input sends nothing and gives an empty report', async (t) => {
  const sandbox = sandboxOf(t)
  const report = await new Client(sandbox.meta()).block([])
  assert.equal(report.length, 0)
  assert.equal(report.ok, true)
  assert.deepEqual([...report], [])
  assert.deepEqual(sandbox.requests(), [])
})

test('unknown outcomes are settled by listing, without sending again', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta(), { maxRetries: 0 })
  sandbox.fault({ name: 'lost_answer', operation: 'block', times: 1 })
  const error = await failure(client.block(['+16505551234', '+16505551235']))
  assert.equal(error.code, 'connection')
  assert.equal(error.report.counts.unknown, 2)
  assert.equal(error.report.unknown[0].state, 'unknown')
  const settled = await client.settle(error.report)
  assert.equal(settled.ok, true)
  assert.equal(error.report.ok, false)
  assert.equal(sandbox.requests({ operation: 'block' }).length, 1)
  const other = await failure(client.settle({ outcomes: [] }))
  assert.ok(other instanceof ConfigError)
})

test('a configuration that cannot work names the option as it is written here', () => {
  const good = { provider: 'meta', accessToken: 'token', phoneNumberId: '106540352242922' }
  const cases = [
    [{ provider: 'meta', accessToken: 'token' }, {}, /`phoneNumberId`/],
    [{ ...good, phoneNumberID: '1' }, {}, /`phoneNumber[_A-Za-z]*`/],
    [
      { ...good, access_token: 'token' },
      {},
      /`access_token` is not an option of meta; did you mean `accessToken`/,
    ],
    [{ ...good, provider: 'metta' }, {}, /`provider` does not name a provider/],
    [{ ...good, pageSize: Number.NaN }, {}, /`pageSize`.*NaN/],
    [{ ...good, timeoutMs: 5 }, {}, /`timeoutMs`/],
    [good, { timeoutMs: 0 }, /`timeoutMs`/],
    [good, { timeoutMs: Number.POSITIVE_INFINITY }, /`timeoutMs`.*Infinity/],
    [good, { maxRetries: 1n }, /`maxRetries`/],
    [good, { concurrency: 0 }, /`concurrency`/],
    [good, { conncurrency: 1 }, /`conncurrency`/],
    [good, null, /object/],
    [undefined, {}, /object/],
  ]
  for (const [config, options, message] of cases) {
    assert.throws(
      () => new Client(config, options),
      (error) => error instanceof ConfigError && error.code === 'config' && message.test(error.message),
      String(message),
    )
  }
})

test('options of a call are checked, and reject rather than throw', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta())
  for (const [options, message] of [
    [{ timeout: 5 }, /`timeout`/],
    [{ timeoutMs: -1 }, /`timeoutMs`/],
    [{ maxRetries: 1.5 }, /1\.5/],
    [{ signal: {} }, /`signal`/],
    [{ onProgress: true }, /`onProgress`/],
    [null, /object/],
  ]) {
    const error = await failure(client.block('+16505551234', options))
    assert.ok(error instanceof ConfigError, String(message))
    assert.match(error.message, message)
  }
  assert.deepEqual(sandbox.requests(), [])
})

test('maxRetries and timeoutMs of a call come before those of its client', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta(), { maxRetries: 3 })
  sandbox.fault({ name: 'reset_before_read' })
  await failure(client.block('+16505551234', { maxRetries: 0 }))
  assert.equal(sandbox.requests().length, 1)
  sandbox.clearFaults()
  sandbox.fault({ name: 'silence', forMs: 60_000 })
  const error = await failure(client.block('+16505551234', { timeoutMs: 50 }))
  assert.equal(error.code, 'timeout')
  assert.equal(error.name, 'APITimeoutError')
})

test('fromEnv reads the provider and its options', async (t) => {
  const sandbox = sandboxOf(t)
  const { accessToken, phoneNumberId, baseUrl } = sandbox.meta()
  const vars = {
    WABLOCK_PROVIDER: 'meta',
    WABLOCK_META_ACCESS_TOKEN: accessToken,
    WABLOCK_META_PHONE_NUMBER_ID: phoneNumberId,
    WABLOCK_META_BASE_URL: baseUrl,
    WABLOCK_META_PAGE_SIZE: '7',
    WABLOCK_TIMEOUT: '30',
    OTHER: undefined,
  }
  const client = Client.fromEnv({}, vars)
  assert.equal(client.capabilities.pageSize, 7)
  assert.ok((await client.block('+16505551234')).ok)
  assert.throws(() => Client.fromEnv({}, {}), /WABLOCK_PROVIDER is not set/)
  assert.throws(
    () => Client.fromEnv(vars),
    /variables are the second argument: Client\.fromEnv\(options, env\)/,
  )
  assert.throws(() => Client.fromEnv(process.env), /variables are the second argument/)
  assert.equal(
    Client.fromEnv({ maxRetries: 0 }, vars).withOptions({ maxRetries: 1 }).capabilities.pageSize,
    7,
  )
})

test('withOptions changes options and keeps the rest', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta(), { defaultRegion: 'IL' })
  const strict = client.withOptions({ maxRetries: 0 })
  assert.equal((await strict.block('050-123 4567')).user.id, '972501234567')
  sandbox.fault({ name: 'status', status: 500 })
  await failure(strict.block('050-123 4567', {}))
  assert.equal(sandbox.requests({ operation: 'block' }).length, 2)
})

test('close ends calls in flight, and later ones fail', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.fault({ name: 'silence', forMs: 60_000 })
  const client = new Client(sandbox.meta())
  const ended = []
  const calls = ['+16505551234', ['+16505551234'], { user: '+16505551234' }].map(async (users) => {
    ended.push(await failure(client.block(users)))
  })
  // Somebody else: an unblock waits for earlier blocks of its user.
  calls.push(failure(client.unblock('+16505551235', {})).then((error) => ended.push(error)))
  await until(() => sandbox.requests().length === 4)
  await client.close()
  assert.equal(ended.length, 4, 'what was in flight has ended before close resolves')
  await Promise.all(calls)
  for (const error of ended) {
    assert.ok(error instanceof ClosedError)
    assert.equal(error.report.length, 1)
  }
  assert.ok((await failure(client.block('+16505551234'))) instanceof ClosedError)
  assert.ok((await failure(client.list().toArray())) instanceof ClosedError)
  await client.close()
  await client[Symbol.asyncDispose]()
})

test('one-off functions need no client', async (t) => {
  const config = sandboxOf(t).nxcloud()
  assert.ok((await block(config, '+16505551234', { maxRetries: 0, timeoutMs: 20_000 })).ok)
  assert.ok(
    (await block(config, ['+16505551235'], { concurrency: 1, signal: new AbortController().signal })).ok,
  )
  const listed = []
  for await (const user of listBlocked(config)) listed.push(user.waId)
  assert.deepEqual(listed.sort(), ['16505551234', '16505551235'])
  assert.ok((await unblock(config, listed)).ok)
  assert.throws(() => listBlocked({ provider: 'nxcloud' }), ConfigError)
})

test('progress reaches the total before the call settles', async (t) => {
  const client = new Client({ ...sandboxOf(t).nxcloud(), batchSize: 10 })
  const seen = []
  await client.block([...numbers(95), ...numbers(5)], {
    onProgress: (done, total) => seen.push([done, total]),
  })
  const told = seen.length
  assert.deepEqual(seen.at(-1), [95, 95])
  assert.ok(seen.every(([done], at) => at === 0 || done >= seen[at - 1][0]))
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(seen.length, told)
})

test('progress is told in the async context of the call', async (t) => {
  const client = new Client(sandboxOf(t).meta())
  const store = new AsyncLocalStorage()
  const seen = []
  await store.run('mine', () => client.block(numbers(3), { onProgress: () => seen.push(store.getStore()) }))
  assert.ok(seen.length > 0)
  assert.deepEqual(new Set(seen), new Set(['mine']))
})

test('a proxy with a password is not shown', (t) => {
  const sandbox = sandboxOf(t)
  for (const proxy of ['http://me:canary-word@127.0.0.1:9', 'canary-word', 'ftp://canary-word@[', 7]) {
    let shown
    try {
      shown = new Client(sandbox.meta(), { proxy })
    } catch (error) {
      shown = error
      assert.ok(error instanceof ConfigError)
    }
    assert.ok(
      !`${inspect(shown, { depth: 9, showHidden: true })}${JSON.stringify(shown)}`.includes('canary-word'),
    )
  }
})
