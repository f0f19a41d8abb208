// Reports, outcomes and lists that explain themselves, and what of them reaches a log.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'

import * as wablock from './support.mjs'

const { Client, failure, numbers, Outcome, Report, sandboxOf, WablockError } = wablock

/** A report of outcomes in the states and with the codes that are given, as JSON. */
function reportOf(rows) {
  const outcomes = rows.map(([state, code], at) => ({
    input: `1650555${1000 + at}`,
    state,
    ...(state === 'done' ? {} : { error: { code, message: `m${at}`, hint: 'h', retryable: false } }),
  }))
  return Report.fromJSON({ provider: 'meta', operation: 'block', outcomes, requests: 1, finished_at_ms: 1 })
}

const MIXED = [
  ['done'],
  ['failed', 'invalid_user'],
  ['failed', 'not_eligible'],
  ['failed', 'not_eligible'],
  ['unknown', 'timeout'],
  ['not_sent', 'timeout'],
]

test('a report counts by state and by reason, in every way to print it', () => {
  const report = reportOf(MIXED)
  assert.deepEqual(report.counts, { done: 1, failed: 3, unknown: 1, notSent: 1 })
  assert.deepEqual(report.failures, { not_eligible: 2, timeout: 2, invalid_user: 1 })
  const text =
    'Report(meta block: 1 done, 3 failed (not_eligible 2, invalid_user 1), 1 unknown (timeout 1), 1 not_sent (timeout 1))'
  assert.equal(inspect(report), text)
  assert.equal(`${report}`, text)
  assert.deepEqual(reportOf([['done']]).failures, {})
  assert.equal(String(reportOf([['done']])), 'Report(meta block: 1 done, 0 failed, 0 unknown, 0 not_sent)')
})

test('an outcome prints as one line without its number', () => {
  const [outcome] = reportOf(MIXED).failed
  assert.equal(`${outcome}`, inspect(outcome))
  assert.match(`${outcome}`, /^Outcome\(\*+ failed \(invalid_user\)\)$/)
})

test('the outcomes of every state are of one class', () => {
  for (const outcome of reportOf(MIXED)) {
    assert.ok(outcome instanceof Outcome)
    assert.equal(outcome.constructor.name, 'Outcome')
    assert.equal(outcome.ok, outcome.state === 'done')
    assert.equal(outcome.error === undefined, outcome.ok)
    assert.deepEqual(new Outcome(outcome.toJSON()), outcome)
  }
})

test('throwIfFailed throws what explains most, with the report, and nothing when all is done', () => {
  reportOf([['done'], ['done']]).throwIfFailed()
  reportOf([]).throwIfFailed()
  for (const [rows, code, message] of [
    [[['done'], ['failed', 'invalid_user']], 'invalid_user', 'm1'],
    // Of several users, no user's own message is true of all.
    [
      [['done'], ['failed', 'invalid_user'], ['failed', 'not_eligible'], ['failed', 'not_eligible']],
      'not_eligible',
      '3 of 4 inputs are not done: not_eligible 2, invalid_user 1',
    ],
    [
      [
        ['failed', 'invalid_user'],
        ['unknown', 'timeout'],
      ],
      'timeout',
      'm1',
    ],
  ]) {
    const report = reportOf(rows)
    let error
    try {
      report.throwIfFailed()
    } catch (problem) {
      error = problem
    }
    assert.ok(error instanceof WablockError)
    assert.deepEqual([error.code, error.message], [code, message])
    assert.equal(error.report, report)
    assert.match(error.stack.split('\n')[1], /results\.test\.mjs/)
  }
})

test('a list can be awaited, and says how to use it', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.seed('meta', { blocked: numbers(250) })
  const client = new Client({ ...sandbox.meta(), pageSize: 100 })
  const list = client.list()
  for (const text of [inspect(list), `${list}`]) {
    assert.match(text, /^BlockList\(meta: .*for await.*await it/)
  }
  assert.equal(sandbox.requests().length, 0)
  assert.deepEqual(await list, await list.toArray())
  assert.equal((await client.list()).length, 250)
  assert.deepEqual(await Promise.all([client.list()]), [await client.list().toArray()])
  sandbox.fault({ name: 'error_code', code: 190, operation: 'list' })
  const error = await failure(client.list())
  assert.equal(error.code, 'auth')
  assert.equal(await client.list().then(undefined, (problem) => problem.code), 'auth')
})

/** What JSON loggers, web frameworks and error trackers see of an error: what is enumerable, and its JSON. */
function seen(error) {
  const walked = {}
  for (const key in error) walked[key] = error[key]
  return [
    JSON.stringify({ ...error }),
    JSON.stringify(walked),
    JSON.stringify({ error }),
    JSON.stringify(error),
  ]
}

test('a logged error is short and holds nobody, whatever it is about', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta(), { maxRetries: 0 })
  const users = numbers(2000)
  sandbox.fault({ name: 'error_code', code: 190 })
  const refused = await failure(client.block(users))
  sandbox.clearFaults()
  const aborted = await failure(client.block(users, { signal: AbortSignal.abort() }))
  sandbox.fault({ name: 'error_code', code: 131047, operation: 'block' })
  const one = await failure(client.block(users[0]))
  const summed = await failure((async () => (await client.block(['x', 'y', users[0]])).throwIfFailed())())
  for (const error of [refused, aborted, one, summed]) {
    assert.ok(error instanceof WablockError, inspect(error))
    assert.ok(error.report.length > 0)
    assert.ok(!Object.keys(error).includes('report'))
    for (const text of seen(error)) {
      assert.ok(text.length < 1000, text)
      assert.doesNotMatch(text, /16501\d{6}|outcomes|report"/)
      assert.match(text, new RegExp(error.code))
    }
    assert.match(inspect(error), /report: Report\(meta block: /)
  }
})

test('an error has no property with which a web framework would answer', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.fault({ name: 'status', status: 503 })
  const error = await failure(new Client(sandbox.meta(), { maxRetries: 0 }).block('+16505551234'))
  assert.equal(error.httpStatus, 503)
  assert.equal(JSON.parse(JSON.stringify(error)).status, 503)
  for (const name of ['status', 'statusCode', 'headers', 'expose']) assert.equal(error[name], undefined, name)
})

test('a mock needs only a message', () => {
  const classes = Object.entries(wablock).filter(([name]) => /Error$/.test(name) && name !== 'WablockError')
  assert.ok(classes.length >= 18)
  for (const [name, type] of classes) {
    const error = new type('just a mock')
    assert.equal(error.message, 'just a mock')
    assert.ok(error instanceof WablockError && error instanceof type)
    assert.equal(error.name, error.code === 'cancelled' ? 'AbortError' : name)
    assert.ok(error.hint.length > 5, name)
    assert.equal(
      error.retryable,
      ['rate_limited', 'server', 'connection', 'timeout', 'list_changed'].includes(error.code),
    )
    assert.match(error.stack, /results\.test\.mjs/)
    class Mine extends type {}
    assert.equal(new Mine('own').code, error.code)
  }
  assert.throws(() => new WablockError('which?'), /make one of its subclasses/)
})

test('no text of a server, of a user or of a report is rewritten', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta())
  const message = 'Param `messaging_product` is wrong; see retry_after and provider_code'
  sandbox.script([{ status: 400, body: { error: { message, code: 100 } } }])
  assert.ok((await failure(client.block('+16505551234'))).message.includes(message))
  assert.match((await failure(client.block('customer `a_b`'))).message, /`a_b`/)
  const state =
    '{"provider":"meta","operation":"block","outcomes":[{"input":"1","state":"dne"}],"requests":1,"finished_at_ms":1}'
  assert.throws(() => Report.fromJSON(state), /^ConfigError: not a report: .* at line 1, column \d+/)
})

test('an option that nobody has is named as the caller wrote it', () => {
  const meta = { provider: 'meta', accessToken: 't', phoneNumberId: '1' }
  for (const name of ['APIKey', '_x', 'XYZ', '__proto__', 'access__token', 'Timeout']) {
    const options = JSON.parse(`{"${name}": 1}`)
    assert.throws(
      () => new Client({ ...meta, ...Object.fromEntries([[name, 1]]) }),
      (error) => error.message.includes(`"${name}"`) || error.message.includes(`\`${name}\``),
    )
    assert.throws(
      () => new Client(meta, Object.assign(Object.create(null), options)),
      (error) => error.code === 'config',
    )
  }
})
