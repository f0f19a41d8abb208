// Lists: by user, by page, as an array, as a stream; left early; failing.
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'

import {
  BlockedUser,
  Client,
  ConfigError,
  failure,
  numbers,
  ProtocolError,
  sandboxOf,
  until,
} from './support.mjs'

const seeded = (t, count) => {
  const sandbox = sandboxOf(t)
  sandbox.seed('meta', { blocked: numbers(count) })
  return sandbox
}

test('users and pages, every user once', async (t) => {
  const sandbox = seeded(t, 250)
  const client = new Client({ ...sandbox.meta(), pageSize: 100 })
  const users = []
  for await (const user of client.list()) {
    assert.ok(user instanceof BlockedUser)
    users.push(user.waId)
  }
  assert.equal(new Set(users).size, 250)
  assert.deepEqual(
    users.toSorted(),
    numbers(250).map((number) => number.slice(1)),
  )
  const pages = []
  for await (const page of client.list().pages()) pages.push(page.length)
  assert.deepEqual(pages, [100, 100, 50])
})

test('a list is read anew each time it is iterated, and not before', async (t) => {
  const sandbox = seeded(t, 1)
  const list = new Client(sandbox.meta()).list()
  assert.equal(sandbox.requests().length, 0)
  assert.equal((await list.toArray()).length, 1)
  sandbox.seed('meta', { blocked: ['+972501234567'] })
  assert.equal((await list.toArray()).length, 2)
})

test('leaving the loop early stops the paging', async (t) => {
  const sandbox = seeded(t, 250)
  const client = new Client({ ...sandbox.meta(), pageSize: 100 })
  for await (const user of client.list()) {
    assert.ok(user.waId)
    break
  }
  assert.equal(sandbox.requests().length, 1)
  for await (const page of client.list().pages()) {
    assert.equal(page.length, 100)
    break
  }
  assert.equal(sandbox.requests().length, 2)
  assert.equal((await client.list().toArray({ limit: 150 })).length, 150)
  assert.equal(sandbox.requests().length, 4)
  assert.deepEqual(await client.list().toArray({ limit: 0 }), [])
  assert.equal(sandbox.requests().length, 4)
  for (const limit of [Number.NaN, 1.5, -1, '5', null]) {
    assert.ok((await failure(client.list().toArray({ limit }))) instanceof ConfigError, String(limit))
  }
})

test('an iterator that is asked ahead answers in order, and ends for good', async (t) => {
  const sandbox = seeded(t, 150)
  const client = new Client({ ...sandbox.meta(), pageSize: 100 })
  const ahead = client.list()[Symbol.asyncIterator]()
  const steps = await Promise.all(Array.from({ length: 153 }, () => ahead.next()))
  assert.deepEqual(
    steps.map(({ done }) => done === true),
    Array.from({ length: 153 }, (_, place) => place >= 150),
  )
  const ids = steps.slice(0, 150).map(({ value }) => value.waId)
  assert.deepEqual(
    ids,
    (await client.list().toArray()).map((user) => user.waId),
  )
  const left = client.list()[Symbol.asyncIterator]()
  await left.next()
  assert.deepEqual(await left.return(), { value: undefined, done: true })
  assert.deepEqual(await left.next(), { value: undefined, done: true })
  sandbox.fault({ name: 'status', status: 403 })
  const broken = client.list()[Symbol.asyncIterator]()
  assert.ok((await failure(broken.next())) instanceof Error)
  assert.deepEqual(await broken.next(), { value: undefined, done: true })
})

test('pages are asked for as they are taken, from the third on one ahead', async (t) => {
  const sandbox = seeded(t, 600)
  const client = new Client({ ...sandbox.meta(), pageSize: 100 }, { maxRetries: 30 })
  const users = client.list()[Symbol.asyncIterator]()
  const taken = async (count) => {
    for (let at = 0; at < count; at += 1) await users.next()
  }
  const sent = () => sandbox.requests().length
  const quiet = () => new Promise((resolve) => setTimeout(resolve, 300))
  await taken(100)
  await quiet()
  assert.equal(sent(), 1)
  await taken(1)
  await until(() => sent() === 3)
  await taken(99)
  await quiet()
  assert.equal(sent(), 3)
  await taken(1)
  await until(() => sent() === 4)
  // Leaving ends what is read ahead: it would be sent again many times.
  sandbox.fault({ name: 'status', status: 503 })
  await taken(100)
  await until(() => sent() >= 6)
  await users.return()
  await quiet()
  const last = sent()
  await quiet()
  assert.equal(sent(), last)
  assert.deepEqual(await users.next(), { value: undefined, done: true })

  sandbox.reset()
  sandbox.seed('meta', { blocked: numbers(300) })
  let count = 0
  for await (const user of Readable.from(client.list())) {
    assert.ok(user.waId)
    count += 1
  }
  assert.equal(count, 300)
})

test('empty pages and changes of the list yield nobody twice', async (t) => {
  const sandbox = seeded(t, 250)
  const client = new Client({ ...sandbox.meta(), pageSize: 100 })
  sandbox.fault({ name: 'list_changed', after: 1, times: 1 })
  sandbox.fault({ name: 'empty_page_with_cursor', times: 1 })
  const users = (await client.list().toArray()).map((user) => user.waId)
  assert.equal(users.length, 250)
  assert.equal(new Set(users).size, 250)
})

test('errors reject with their class, after the users before them', async (t) => {
  const sandbox = seeded(t, 250)
  const client = new Client({ ...sandbox.meta(), pageSize: 100 })
  sandbox.fault({ name: 'repeated_cursor', pageRows: 100 })
  let seen = 0
  const error = await failure(
    (async () => {
      for await (const _ of client.list()) seen += 1
    })(),
  )
  assert.ok(error instanceof ProtocolError)
  assert.equal(seen, 200)
  assert.match(error.stack, /list\.test\.mjs/)
})

test('a whole list in one answer comes in parts', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.seed('99digital', { blocked: numbers(2_500) })
  const parts = []
  for await (const page of new Client(sandbox.digital99()).list().pages()) parts.push(page.length)
  assert.deepEqual(parts, [1000, 1000, 500])
})
