// The sandbox as `wablock/testing` offers it.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Client, ConfigError, failure, PROVIDERS, sandboxOf, startSandbox } from './support.mjs'

test('ready configurations for every provider and account', async (t) => {
  const sandbox = sandboxOf(t)
  assert.match(sandbox.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  for (const [provider, method] of Object.entries(PROVIDERS)) {
    const config = sandbox[method]()
    assert.equal(config.provider, provider)
    assert.ok(config.baseUrl.startsWith(sandbox.url))
    const other = sandbox[method]({ account: 'second' })
    assert.notDeepEqual(other, config)
    await new Client(other).block('+16505551234')
    assert.equal(sandbox.inspect(provider).count, 0)
    assert.equal(sandbox.inspect(provider, { account: 'second' }).count, 1)
  }
  assert.equal(sandbox.meta().appSecret, undefined)
  assert.ok(sandbox.meta({ appSecret: true }).appSecret)
})

test('seeds, the clock and the 24-hour rule', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.settings({ everyoneWrote: false })
  assert.equal(sandbox.settings().everyoneWrote, false)
  const hour = 3600
  sandbox.seed('meta', { messages: ['+16505551234', { user: '+16505551235', agoS: 23 * hour }] })
  const client = new Client(sandbox.meta())
  assert.ok((await client.block(['+16505551234', '+16505551235'])).ok)
  await client.unblock(['+16505551234', '+16505551235'])
  const before = sandbox.clock()
  assert.ok(sandbox.advance({ hours: 2 }) >= before + 2 * hour * 1000)
  const report = await client.block(['+16505551234', '+16505551235'])
  assert.deepEqual(
    report.outcomes.map((outcome) => outcome.error?.code),
    [undefined, 'not_eligible'],
  )
  assert.deepEqual(sandbox.seed('sinch', { blocked: ['+16505551234'] }), { added: 1, count: 1 })
})

test('faults, scripts and the record', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta(), { maxRetries: 0 })
  sandbox.fault({ name: 'status', status: 503, times: 1 })
  assert.equal((await failure(client.block('+16505551234'))).code, 'server')
  assert.ok((await client.block('+16505551234')).ok)
  sandbox.fault({ name: 'status', status: 503 })
  sandbox.clearFaults()
  assert.ok((await client.block('+16505551234')).ok)
  sandbox.script([{ status: 401, body: { error: { message: 'no', code: 190 } } }], { provider: 'meta' })
  assert.equal((await failure(client.block('+16505551234'))).code, 'auth')
  const [first] = sandbox.requests({ provider: 'meta', operation: 'block' })
  assert.equal(first.method, 'POST')
  assert.equal(first.status, 503)
  assert.ok(first.atMs > 0)
  sandbox.reset()
  assert.deepEqual(sandbox.requests(), [])
  assert.throws(() => sandbox.fault({ name: 'nonsense' }), /nonsense/)
  assert.throws(() => sandbox.control('nonsense'), /nonsense/)
  assert.ok(Object.keys(sandbox.control('help').commands).length >= 12)
})

test('it ends when closed, however often, and by disposal', async () => {
  const sandbox = startSandbox()
  const { url } = sandbox
  assert.ok((await fetch(`${url}/__sandbox/help`)).ok)
  sandbox.close()
  sandbox.close()
  sandbox[Symbol.dispose]()
  await sandbox[Symbol.asyncDispose]()
  await assert.rejects(fetch(`${url}/__sandbox/help`))
  const port = Number(new URL(url).port)
  const again = startSandbox({ port })
  assert.equal(again.url, url)
  assert.throws(() => startSandbox({ port }))
  again.close()
})

test('options that cannot work are named', () => {
  for (const options of [
    { port: '4010' },
    { port: -1 },
    { port: 70_000 },
    { port: 1.5 },
    { prt: 1 },
    4010,
    null,
  ]) {
    assert.throws(
      () => startSandbox(options),
      (error) => error instanceof ConfigError && /port|options/.test(error.message),
    )
  }
})

test('headers of a recorded request are pairs', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta())
  await client.block('+16505551234')
  const headers = new Map(sandbox.requests()[0].headers)
  assert.match(headers.get('authorization') ?? headers.get('Authorization'), /^Bearer /)
})

test('variables of the environment, and whose ids are listed', async (t) => {
  const sandbox = sandboxOf(t)
  for (const [provider, method] of Object.entries(PROVIDERS)) {
    const env = sandbox.env(provider)
    assert.equal(env.WABLOCK_PROVIDER, provider)
    const { baseUrl } = sandbox[method]()
    assert.equal(env[`WABLOCK_${provider.toUpperCase()}_BASE_URL`], baseUrl)
    sandbox.seed(provider, { account: 'second', blocked: ['16505551234'] })
    assert.deepEqual(sandbox.blocked(provider), [])
    assert.deepEqual(sandbox.blocked(provider, { account: 'second' }), ['16505551234'])
  }
  assert.ok(sandbox.env('meta', { appSecret: true }).WABLOCK_META_APP_SECRET)
  assert.equal(sandbox.env('meta').WABLOCK_META_APP_SECRET, undefined)
})

test('the clock moves in every unit', (t) => {
  const sandbox = sandboxOf(t)
  sandbox.clock({ freeze: true, setMs: 0 })
  assert.equal(
    sandbox.advance({ days: 1, hours: 1, minutes: 1, seconds: 1.5, ms: 1 }),
    86_400_000 + 3_600_000 + 60_000 + 1501,
  )
})

test('what is wrong is named as JavaScript spells it', (t) => {
  const sandbox = sandboxOf(t)
  for (const [wrong, text] of [
    [() => sandbox.advance(5), 'must be an object, not a number'],
    [() => sandbox.advance({}), 'expected at least one of `days`, `hours`, `minutes`, `seconds`, `ms`'],
    [() => sandbox.advance({ weeks: 1 }), 'unknown key `weeks`'],
    [() => sandbox.advance({ minutes: '5' }), '`minutes` = "5" is not a number'],
    [() => sandbox.fault({ name: 'silence', forms: 1 }), 'unknown key `forms`, expected one of `forMs`'],
    [() => sandbox.fault({ name: 'silence', forMs: 'x' }), '`forMs` = "x" is not a whole number'],
    [() => sandbox.fault({ name: 'nonsense' }), 'unknown fault `nonsense`, expected one of port_closed'],
    [() => sandbox.settings({ everyonewrote: false }), 'expected one of `'],
    [() => sandbox.settings({ everyonewrote: false }), ', `everyoneWrote`, '],
    [() => sandbox.settings({ listCap: 'x' }), '`listCap` = "x" is not a whole number'],
    [() => sandbox.seed('meta', ['+16505551234']), 'unknown key `0`'],
    [() => sandbox.seed('meta', { block: ['+16505551234'] }), 'unknown key `block`'],
    [() => sandbox.seed('mete', {}), '`provider` = "mete" is not one of meta'],
    [() => sandbox.clock({ setMs: '5' }), '`setMs` = "5" is not a whole number'],
  ]) {
    assert.throws(wrong, (error) => error instanceof Error && error.message.includes(text), text)
  }
  assert.deepEqual(sandbox.control('faults').active, [])
})

test('requests have their headers', async (t) => {
  const sandbox = sandboxOf(t)
  await new Client(sandbox.meta()).block('+16505551234')
  const [{ headers }] = sandbox.requests()
  const authorization = headers.find(([name]) => name === 'authorization')
  assert.deepEqual(authorization, ['authorization', 'Bearer sandbox-meta-token'])
})
