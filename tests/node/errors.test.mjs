// Error classes, what they say, where they point, and what they never show.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inspect } from 'node:util'
import * as names from './support.mjs'

const wablock = { ...names }
const { Client, failure, PROVIDERS, sandboxOf, WablockError } = wablock

const CLASSES = {
  config: 'ConfigError',
  invalid_user: 'InvalidUserError',
  auth: 'AuthError',
  permission: 'PermissionDeniedError',
  not_found: 'NotFoundError',
  not_eligible: 'NotEligibleError',
  own_number: 'OwnNumberError',
  list_full: 'ListFullError',
  list_changed: 'ListChangedError',
  rate_limited: 'RateLimitedError',
  rejected: 'RejectedError',
  server: 'ServerError',
  connection: 'APIConnectionError',
  timeout: 'APITimeoutError',
  protocol: 'ProtocolError',
  unsupported: 'UnsupportedError',
  cancelled: 'CallCancelledError',
  closed: 'ClosedError',
  other: 'OtherError',
}

/** An error of each kind as an outcome of a report, which is how data becomes a class. */
function made(code, more = {}) {
  const error = { code, message: 'm', hint: 'h', retryable: false, ...more }
  const outcomes = [{ input: 'x', state: 'failed', error }]
  const report = { provider: 'meta', operation: 'block', outcomes, requests: 1, finished_at_ms: 1 }
  return wablock.Report.fromJSON(report).outcomes[0].error
}

test('every kind of the core has its class, and no class is without a kind', () => {
  const { codes } = JSON.parse(readFileSync(new URL('../parity/names.json', import.meta.url), 'utf8'))
  assert.deepEqual(Object.keys(CLASSES).sort(), Object.keys(codes).sort())
  for (const [code, name] of Object.entries(CLASSES)) {
    const error = made(code)
    assert.equal(error.constructor, wablock[name])
    assert.ok(error instanceof WablockError && error instanceof Error)
    assert.equal(error.code, code)
    assert.equal(error.name, code === 'cancelled' ? 'AbortError' : name)
    assert.ok(error.stack.startsWith(`${error.name}: m`))
  }
})

test('fields cross, and JSON is the shared one', () => {
  const data = {
    code: 'rate_limited',
    message: 'slow down',
    hint: 'Wait.',
    provider: 'meta',
    provider_code: '130429',
    status: 429,
    request_id: 'Abc',
    retryable: true,
    retry_after: 1.5,
  }
  const error = made('rate_limited', data)
  assert.deepEqual(
    [
      error.provider,
      error.providerCode,
      error.httpStatus,
      error.requestId,
      error.retryable,
      error.retryAfterMs,
    ],
    ['meta', '130429', 429, 'Abc', true, 1500],
  )
  assert.equal(error.hint, 'Wait.')
  assert.deepEqual(JSON.parse(JSON.stringify(error)), data)
  assert.match(inspect(error), /retryAfterMs: 1500/)
})

test('an error that is made from a message has the hint of its kind, in which every name is ours', () => {
  for (const [code, name] of Object.entries(CLASSES)) {
    const error = new wablock[name]('m')
    assert.equal(error.code, code)
    assert.equal(typeof error.retryable, 'boolean')
    assert.ok(error.hint.length > 10)
    assert.doesNotMatch(error.hint, /[a-z]_[a-z]/)
  }
  assert.throws(() => new WablockError('m'), TypeError)
})

test('the stack points at the caller, for every way to call', async (t) => {
  const client = new Client(sandboxOf(t).meta())
  const signal = AbortSignal.abort()
  const callers = {
    aBlocker: () => client.block('15550131047'),
    anUnblocker: () => client.unblock(['+16505551234'], { signal }),
    aLister: () => client.list({ signal }).toArray(),
    aMaker: async () => new Client({ provider: 'meta' }),
    aParser: async () => wablock.parseUser('nobody'),
    aReader: async () => wablock.Report.fromJSON('{}'),
    aSettler: () => client.settle('no report'),
  }
  for (const [name, call] of Object.entries(callers)) {
    const { stack } = await failure(call())
    assert.match(stack.split('\n')[1], new RegExp(`${name}.*errors\\.test\\.mjs`), stack)
  }
})

test('a stack stays readable when stacks are short or prepared by others', async (t) => {
  const client = new Client(sandboxOf(t).meta())
  const { stackTraceLimit, prepareStackTrace } = Error
  t.after(() => {
    Error.stackTraceLimit = stackTraceLimit
    Error.prepareStackTrace = prepareStackTrace
  })
  Error.stackTraceLimit = 0
  assert.match((await failure(client.block('15550131047'))).stack, /^NotEligibleError: .*$/)
  Error.stackTraceLimit = 10
  Error.prepareStackTrace = (_, frames) => frames
  const { stack } = await failure(client.block('15550131047'))
  Error.prepareStackTrace = prepareStackTrace
  assert.match(stack, /^NotEligibleError: .*$/)
})

test('what is shown masks numbers', async (t) => {
  const client = new Client(sandboxOf(t).meta())
  const report = await client.block([
    '+1 (650) 555-1234',
    '972501234567',
    '123 456 78 90 12 34 56',
    '15550131047',
  ])
  const listed = await client.list().toArray()
  const error = await failure(client.block('1 555 013 1047'))
  for (const thing of [
    report,
    report.outcomes,
    listed,
    error,
    report.outcomes[0].user,
    { deep: { report, listed } },
  ]) {
    const text = inspect(thing, { depth: 10, showHidden: true, showProxy: true })
    assert.doesNotMatch(text.replace(/\D+/g, ' '), /\d{7,}/, text)
    assert.doesNotMatch(text, /555-1234|013 1047|456 78 90/, text)
  }
})

for (const [provider, method] of Object.entries(PROVIDERS)) {
  test(`${provider}: no secret in anything that can be shown`, async (t) => {
    const sandbox = sandboxOf(t)
    const config = sandbox[method]()
    const secrets = Object.entries(config).filter(([name]) => /token|secret|key/i.test(name))
    assert.ok(secrets.length > 0)
    const client = new Client(config, { maxRetries: 0, proxy: undefined })
    const shown = [client, client.list(), client.capabilities, await client.block(['+16505551234', 'x'])]
    sandbox.fault({ name: 'echo_secret' })
    shown.push(await failure(client.block('+16505551234')), await failure(client.list().toArray()))
    sandbox.clearFaults()
    for (const name of Object.keys(config)) {
      for (const value of [7, null, '\n', { canary: 1 }, [config[name]]]) {
        try {
          shown.push(new Client({ ...config, [name]: value }))
        } catch (error) {
          assert.ok(error instanceof WablockError, `${name} ${inspect(value)}: ${error}`)
          shown.push(error)
        }
      }
    }
    for (const thing of shown) {
      const text = [
        inspect(thing, { depth: 20, showHidden: true }),
        JSON.stringify(thing),
        String(thing),
        thing.stack,
      ]
      for (const [name, secret] of secrets) {
        assert.ok(!text.join().includes(secret), `${name} in ${text}`)
      }
    }
  })
}

test('the providers agree on what a wrong credential is', async (t) => {
  const sandbox = sandboxOf(t)
  for (const [method, change] of [
    ['meta', { accessToken: 'wrong' }],
    ['sinch', { token: 'wrong' }],
  ]) {
    const error = await failure(new Client({ ...sandbox[method](), ...change }).block(['+16505551234']))
    assert.equal(error.name, 'AuthError', `${method}: ${error}`)
    assert.equal(error.retryable, false)
    assert.equal(error.report.length, 1)
  }
})
