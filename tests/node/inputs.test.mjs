// What can be given as users, and how 64,000 of them leave the event loop free.
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'

import {
  CallCancelledError,
  Client,
  failure,
  InvalidUserError,
  numbers,
  Report,
  sandboxOf,
} from './support.mjs'

test('every kind of collection', async (t) => {
  const client = new Client(sandboxOf(t).meta())
  const given = numbers(3)
  async function* later() {
    for (const number of given) yield { user: number }
  }
  function* now() {
    yield* given
  }
  for (const users of [given, new Set(given), now(), later(), Readable.from(given), given.values()]) {
    const report = await client.block(users)
    assert.ok(report.ok)
    assert.deepEqual(
      [...report].map((outcome) => outcome.input),
      given,
    )
  }
})

test('inputs come back as they were given', async (t) => {
  const client = new Client(sandboxOf(t).meta())
  const given = ['+1 650-555-1234', '  16505551234 ', '', '\u0000', 'שלום', '😀', '"quoted"\n', "it's"]
  const report = await client.block(given)
  assert.deepEqual(
    report.outcomes.map((outcome) => outcome.input),
    given,
  )
  assert.equal(report.counts.done, 2)
})

test('many users are read in pieces, and refused before anything is sent', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta())
  const given = numbers(9000)
  function* broken() {
    yield* given.slice(0, 8765)
    throw new RangeError('row 8765')
  }
  const wrong = given.with ? given.with(8765, 1) : Object.assign([...given], { 8765: 1 })
  assert.match((await failure(client.block(wrong))).message, /users\[8765\].*a number/)
  assert.match((await failure(client.block(wrong.values()))).message, /users\[8765\].*a number/)
  await assert.rejects(client.block(broken()), /row 8765/)
  assert.deepEqual(sandbox.requests(), [])
  const mixed = [...given, 'nobody', { user: given[7] }, 'a\0b']
  for (const users of [mixed, new Set(mixed)]) {
    const report = await client.block(users)
    assert.deepEqual(
      report.outcomes.map((outcome) => outcome.input),
      mixed.map((input) => input.user ?? input),
    )
    assert.deepEqual({ ...report.counts }, { done: 9001, failed: 2, unknown: 0, notSent: 0 })
    assert.equal(report.requests, 9)
  }
})

test('what is no user rejects before anything is sent, and names the place', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta())
  for (const [users, message, hint = /./] of [
    [['+16505551234', 16505551234], /users\[1\].*a number/],
    [[undefined], /users\[0\].*undefined/],
    [[null], /users\[0\].*null/],
    [[{ phone: 'x' }], /users\[0\].*`user`, `waId` or `userId`, not an object without them/],
    [{ phone: 'x' }, /users must be .*`user`, `waId` or `userId`.*, not an object without them/],
    [[Buffer.from('+16505551234')], /users\[0\].*not bytes/, /Decode bytes to text/],
    [Buffer.from('+16505551234'), /users .*not bytes/, /Decode bytes to text/],
    [new String('+16505551234'), /users .*not a String object/, /a plain string/],
    [[new String('+16505551234')], /users\[0\].*not a String object/, /a plain string/],
    [[Promise.resolve('+16505551234')], /users\[0\]/, /a promise: await it first/],
    [Promise.resolve('+16505551234'), /users /, /a promise: await it first/],
    [{ user: null }, /user is missing \(user is null\)/, /Give one user as text/],
    [{ waId: undefined }, /user is missing \(waId is undefined\)/, /Give one user as text/],
    [[['+16505551234']], /users\[0\].*an array/],
    [16505551234, /a number/],
    [undefined, /undefined/],
    [{}, /an object/],
    [{ user: 1 }, /user must be a string/],
  ]) {
    const error = await failure(client.block(users))
    assert.ok(error instanceof InvalidUserError, String(message))
    assert.match(error.message, message)
    assert.match(error.hint, hint)
    assert.ok(!error.message.includes('16505551234'))
    assert.match(error.stack, /inputs\.test\.mjs/)
  }
  assert.deepEqual(sandbox.requests(), [])
})

test('a source that fails rejects with its own error, and is told to end when it is left', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta())
  const problem = new Error('the database is gone')
  let ended = 0
  async function* failing() {
    yield '+16505551234'
    throw problem
  }
  async function* wrong() {
    try {
      yield 7
    } finally {
      ended += 1
    }
  }
  assert.equal(await failure(client.block(failing())), problem)
  assert.ok((await failure(client.block(wrong()))) instanceof InvalidUserError)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(ended, 1)
  assert.deepEqual(sandbox.requests(), [])
})

test('a source that never gives its next user can be aborted', async (t) => {
  const sandbox = sandboxOf(t)
  const controller = new AbortController()
  async function* endless() {
    yield '+16505551234'
    controller.abort('enough')
    await new Promise(() => {})
  }
  const error = await failure(new Client(sandbox.meta()).block(endless(), { signal: controller.signal }))
  assert.ok(error instanceof CallCancelledError)
  assert.equal(error.cause, 'enough')
  assert.deepEqual(
    error.report.notSent.map((outcome) => outcome.input),
    ['+16505551234'],
  )
  assert.deepEqual(sandbox.requests(), [])
})

test('64,000 users: one outcome each, in order, with turns of the event loop between pieces', async (t) => {
  const client = new Client(sandboxOf(t).meta())
  const given = numbers(64_000)
  let turns = 0
  const count = setInterval(() => {
    turns += 1
  }, 0)
  t.after(() => clearInterval(count))
  const call = client.block(given)
  // What the caller does to the array meanwhile is not part of the call.
  given.length = 0
  const report = await call
  assert.equal(report.length, 64_000)
  assert.equal(report.ok, true)
  const before = turns
  let at = 0
  const expected = numbers(64_000)
  for await (const outcome of report) {
    assert.equal(outcome.input, expected[at])
    at += 1
  }
  assert.equal(at, 64_000)
  assert.ok(turns - before > 5, `only ${turns - before} turns while reading the rows`)
})

test('reports are data: JSON and back, frozen', async (t) => {
  const report = await new Client(sandboxOf(t).meta()).block(['+16505551234', '15550131047', 'x'])
  const again = Report.fromJSON(JSON.stringify(report))
  assert.deepEqual(again.toJSON(), report.toJSON())
  assert.deepEqual(Report.fromJSON(report.toJSON()).counts, report.counts)
  assert.deepEqual(
    report.outcomes.map((outcome) => outcome.toJSON()),
    report.toJSON().outcomes,
  )
  assert.equal(report.outcomes, report.outcomes)
  assert.deepEqual(
    report.done.map((outcome) => outcome.waId),
    ['16505551234'],
  )
  assert.ok(
    Object.isFrozen(report) && Object.isFrozen(report.outcomes) && Object.isFrozen(report.outcomes[0]),
  )
  assert.equal(Report.fromJSON(JSON.stringify(report)).failed.length, 2)
  assert.throws(() => Report.fromJSON('{"outcomes": 1}'), { name: 'ConfigError', code: 'config' })
  assert.throws(() => Report.fromJSON(undefined), { name: 'ConfigError' })
})
