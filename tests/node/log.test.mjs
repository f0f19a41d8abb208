// What a client tells its logger, and what it never does.
import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import {
  Client,
  ConfigError,
  failure,
  listBlocked,
  numbers,
  PROVIDERS,
  sandboxOf,
  until,
} from './support.mjs'

/** A logger that keeps what it is told. */
function keeper() {
  const records = []
  const keep = (level) => (message) => void records.push([level, message])
  return { records, debug: keep('debug'), info: keep('info'), warn: keep('warn') }
}

/** The forms in which a text could leak. */
function formsOf(text) {
  const bytes = Buffer.from(text)
  return [
    text,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(text),
  ]
}

const run = (script) =>
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 60_000 })
const dist = (name) => JSON.stringify(fileURLToPath(new URL(`../../node/dist/${name}`, import.meta.url)))

test('every request and answer is a debug record, told before the call settles', async (t) => {
  const sandbox = sandboxOf(t)
  const logger = keeper()
  const client = new Client(sandbox.meta(), { logger, logLevel: 'debug' })
  await client.block('+16505551234')
  assert.equal(logger.records.length, 1)
  assert.match(logger.records[0].join(' '), /^debug .*HTTP 200/)
  await client.list().toArray()
  assert.equal(logger.records.length, sandbox.requests().length)
})

test('records come while a call goes on', async (t) => {
  const sandbox = sandboxOf(t)
  const logger = keeper()
  const client = new Client(
    { ...sandbox.meta(), batchSize: 1 },
    { logger, logLevel: 'debug', concurrency: 1 },
  )
  sandbox.fault({ name: 'silence', forMs: 60_000, after: 2 })
  const controller = new AbortController()
  const call = failure(client.block(numbers(3), { signal: controller.signal }))
  await until(() => logger.records.length === 2)
  controller.abort()
  assert.equal((await call).name, 'AbortError')
})

test('the level is the least that is told, and info by default', async (t) => {
  const sandbox = sandboxOf(t)
  const told = {}
  for (const logLevel of [undefined, 'debug', 'info', 'warn']) {
    const logger = keeper()
    const client = new Client(sandbox.meta(), { logger, logLevel })
    sandbox.fault({ name: 'status', status: 503, times: 1 })
    await client.block('+16505551234')
    told[logLevel] = [...new Set(logger.records.map(([level]) => level))].sort()
  }
  assert.deepEqual(told, { undefined: ['warn'], debug: ['debug', 'warn'], info: ['warn'], warn: ['warn'] })
})

test('a corrected clock is an info record, and what a client is told when it is made comes at once', async (t) => {
  const sandbox = sandboxOf(t)
  const logger = keeper()
  sandbox.clock({ advanceS: 3600 })
  await new Client(sandbox.nxcloud(), { logger }).block('+16505551234')
  assert.deepEqual(
    logger.records.map(([level]) => level),
    ['info'],
  )
  assert.match(logger.records[0][1], /clock/)
  new Client(sandbox.sinch(), { logger })
  assert.match(logger.records[1].join(' '), /^warn Sinch ended /)
})

test('nothing is logged by default', () => {
  const output = run(`
    import { Client } from ${dist('index.mjs')}
    import { startSandbox } from ${dist('testing.mjs')}
    const sandbox = startSandbox()
    const client = new Client(sandbox.meta(), { logLevel: 'debug' })
    sandbox.fault({ name: 'status', status: 503, times: 1 })
    await client.block('+16505551234')
  `)
  assert.equal(output, '')
})

test('the console is a logger', () => {
  const output = run(`
    import { Client } from ${dist('index.mjs')}
    import { startSandbox } from ${dist('testing.mjs')}
    const client = new Client(startSandbox().meta(), { logger: console, logLevel: 'debug' })
    await client.block('+16505551234')
  `)
  assert.match(output, /HTTP 200/)
})

test('no record holds a credential or an unmasked number, at debug level and under faults', async (t) => {
  const sandbox = sandboxOf(t)
  const logger = keeper()
  const users = ['+16505551234', '+1 (650) 555-1235', '15550131047']
  let secrets = []
  for (const [provider, method] of Object.entries(PROVIDERS)) {
    const config = sandbox[method](provider === 'meta' ? { appSecret: true } : {})
    const credentials = Object.entries(config).filter(([name]) => /token|key|secret/i.test(name))
    assert.ok(credentials.length > 0)
    secrets = secrets.concat(credentials.map(([, value]) => value))
    const client = new Client(config, { logger, logLevel: 'debug', maxRetries: 1, rateLimit: 10_000 })
    const work = async () => {
      await client.block(users).catch(() => {})
      await client.unblock(users[0]).catch(() => {})
      await client
        .list()
        .toArray()
        .catch(() => {})
    }
    await work()
    // Answers that say back what they were sent, and failures whose texts could.
    const echo = [...secrets, ...users].join(' ')
    for (const name of ['status', 'lost_answer', 'html_200', 'hostile_text', 'echo_secret']) {
      sandbox.fault({ name, provider, ...(name === 'status' ? { status: 500 } : {}) })
      await work()
      sandbox.clearFaults()
    }
    const wrong = Object.fromEntries(credentials.map(([name, value]) => [name, `${value}-canary`]))
    secrets = secrets.concat(Object.values(wrong))
    await failure(
      new Client({ ...config, ...wrong }, { logger, logLevel: 'debug', maxRetries: 0 }).block(users[0]),
    )
    sandbox.script([{ status: 401, body: { error: { message: echo, code: 190 } } }], { provider })
    await client.block(users[0]).catch(() => {})
  }
  const text = logger.records.flat().join('\n')
  assert.ok(logger.records.length > 40, `${logger.records.length} records`)
  for (const secret of secrets) {
    for (const form of formsOf(secret)) assert.ok(!text.includes(form), `${form} is in the records`)
  }
  for (const digits of ['16505551234', '16505551235', '15550131047'])
    assert.ok(!text.includes(digits), digits)
  assert.ok(text.includes('*'), 'masked numbers show that there were some')
})

test('what a logger throws does not reach the call, and warns once', async (t) => {
  const warnings = []
  const listen = (warning) => warnings.push(warning)
  process.on('warning', listen)
  t.after(() => process.off('warning', listen))
  const sandbox = sandboxOf(t)
  const broken = () => {
    throw new Error('disk full')
  }
  const late = async () => broken()
  for (const method of [broken, late]) {
    const logger = { debug: method, info: method, warn: method }
    const client = new Client(sandbox.meta(), { logger, logLevel: 'debug' })
    for (let at = 0; at < 3; at++) assert.ok((await client.block('+16505551234')).ok)
    assert.equal((await client.list().toArray()).length, 1)
  }
  await until(() => warnings.length === 2)
  for (const warning of warnings) {
    assert.equal(warning.code, 'WABLOCK_LOGGER')
    assert.match(warning.message, /disk full/)
  }
})

test('a logger that cannot work is named', async (t) => {
  const config = sandboxOf(t).meta()
  const { debug, info } = keeper()
  for (const [options, expected] of [
    [
      { logger: { debug, info } },
      /`logger` must have the methods debug, info and warn, but its warn is undefined/,
    ],
    [{ logger: 'console' }, /`logger`/],
    [{ logger: keeper(), logLevel: 'verbose' }, /`logLevel` must be one of debug, info, warn/],
    [{ logLevel: 'warning' }, /`logLevel`/],
    [{ logLevel: 'toString' }, /`logLevel`/],
  ]) {
    const error = await failure((async () => new Client(config, options))())
    assert.ok(error instanceof ConfigError)
    assert.match(error.message, expected)
  }
})

test('withOptions and one-off calls have the logger too', async (t) => {
  const sandbox = sandboxOf(t)
  const config = sandbox.meta()
  const logger = keeper()
  const options = { logger, logLevel: 'debug' }
  await new Client(config, options).withOptions({ maxRetries: 0 }).block('+16505551234')
  assert.equal(logger.records.length, 1)
  await listBlocked(config, options).toArray()
  assert.equal(logger.records.length, sandbox.requests().length)
})

test('an event loop that is held up loses records beyond ten thousand, and says how many', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.settings({ record: false })
  const logger = keeper()
  const client = new Client(
    { ...sandbox.meta(), batchSize: 1 },
    { logger, logLevel: 'debug', concurrency: 64 },
  )
  const total = 12_000
  let held = false
  const report = await client.block(numbers(total), {
    onProgress() {
      if (held) return
      held = true
      // Nothing but this runs on the event loop until the sandbox has them all.
      const clock = new Int32Array(new SharedArrayBuffer(4))
      while (sandbox.inspect('meta').count < total) Atomics.wait(clock, 0, 0, 100)
    },
  })
  assert.ok(report.ok)
  const lost = logger.records.filter(
    ([level, message]) => level === 'warn' && /log records were dropped/.test(message),
  )
  const missing = lost.reduce((sum, [, message]) => sum + Number.parseInt(message, 10), 0)
  assert.ok(missing > 0)
  assert.equal(logger.records.length - lost.length + missing, total)
})

test('records come in the async context of their call', async (t) => {
  const sandbox = sandboxOf(t)
  const context = new AsyncLocalStorage()
  const seen = []
  const note = () => seen.push(context.getStore())
  const client = new Client(
    { ...sandbox.meta(), batchSize: 1, pageSize: 2 },
    { logger: { debug: note, info: note, warn: note }, logLevel: 'debug', maxRetries: 0 },
  )
  sandbox.fault({ name: 'lost_answer', operation: 'block', provider: 'meta', times: 1 })
  const { report } = await failure(client.block(numbers(1)))
  seen.length = 0
  const calls = {
    single: () => client.block('+16505551234'),
    'single with options': () => client.block('+16505551235', { maxRetries: 1 }),
    failing: () => client.block('15550131047').catch(() => {}),
    bulk: () => client.block(numbers(20)),
    unblock: () => client.unblock(numbers(5)),
    list: () => client.list().toArray(),
    loop: async () => {
      for await (const _ of client.list()) await undefined
    },
    settle: () => client.settle(report),
    isBlocked: () => client.isBlocked('+16505551234'),
    ping: () => client.ping(),
  }
  // Alone, then all at once, from no context of their own.
  for (const [name, call] of Object.entries(calls)) {
    await context.run(name, call)
    assert.deepEqual([...new Set(seen.splice(0))], [name])
  }
  await Promise.all(Object.entries(calls).map(([name, call]) => context.run(name, call)))
  assert.deepEqual([...new Set(seen)].sort(), Object.keys(calls).sort())
})
