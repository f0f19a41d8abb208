// Cells of the fault matrix through Node: what each must come to is written down in the core's tests, see
// docs/contributing/faults.md. Every row is played at one provider, another one from row to row, with all three operations.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { test } from 'node:test'
import { inspect } from 'node:util'

import { Client, PROVIDERS, Report, startSandbox } from './support.mjs'

const groups = ['matrix', 'hostile'].flatMap(
  (name) => JSON.parse(readFileSync(new URL(`../data/faults/${name}.json`, import.meta.url), 'utf8')).groups,
)
const OPERATIONS = ['block', 'unblock', 'list']
/** Two users, and the first one again in another spelling. */
const INPUTS = ['+1 (650) 555-0001', '16505550002', '0016505550001']
const IDS = ['16505550001', '16505550002']
/** Somebody on the list whom no call is about. */
const BYSTANDER = '16505550099'
const PATIENT = { maxRetries: 3 }

const { own, like } = JSON.parse(readFileSync(new URL('../data/shapes.json', import.meta.url), 'utf8'))
/** What a table holds for a provider: what stands under its name, else what it shares with others. */
const of = (table, id) =>
  table?.[id] ??
  (own.includes(id) || id === 'meta' ? undefined : table?.relays) ??
  (own.includes(id) ? undefined : table?.meta) ??
  table?.[like[id]] ??
  table?.all

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())

/** Where the sandbox has each fault: not every provider's answers can have every fault, such as links to the next page. */
const places = (() => {
  const sandbox = startSandbox()
  try {
    return Object.fromEntries(sandbox.control('faults', {}).faults.map(({ name, cells }) => [name, cells]))
  } finally {
    sandbox.close()
  }
})()
const applies = ({ name }, cells, provider, operation) =>
  provider in cells || name === 'port_closed' || places[name][provider].includes(operation)

/** The cells to play. */
function cases() {
  const ids = Object.keys(PROVIDERS)
  const rows = groups.flatMap((group) => group.rows)
  return rows.flatMap((row, at) => {
    const cells = (provider) => of(row.cells, provider)
    const turn = ids.map((_, step) => ids[(at + step) % ids.length])
    const played = (cell) => cell !== 'n/a' && cell !== '-'
    const meaning = (provider) => cells(provider).filter(played).length
    const provider = turn.find((id) => meaning(id) === 3) ?? turn.find((id) => meaning(id) > 0)
    assert.ok(provider, row.id)
    return OPERATIONS.map((operation, place) => ({
      name: `${row.id}: ${provider} ${operation}`,
      row,
      provider,
      operation,
      fault: row.fault ?? of(row.faults, provider),
      next: of(row.thens, provider),
      account: row.account ?? 'default',
      expected: cells(provider)[place],
    })).filter(
      ({ fault, operation, expected }) => played(expected) && applies(fault, row.cells, provider, operation),
    )
  })
}

/** Waits until the sandbox's port is open, or closed: its thread does that a moment after the command. */
async function port(sandbox, open) {
  const { hostname, port } = new URL(sandbox.url)
  const connects = () =>
    new Promise((resolve) => {
      const socket = connect(Number(port), hostname)
      const told = (answer) => {
        socket.destroy()
        resolve(answer)
      }
      socket.once('connect', () => told(true)).once('error', () => told(false))
    })
  while ((await connects()) !== open);
}

/**
 * Where the port is closed, it is none of those that the system hands out: such a port, once closed, may be another
 * sandbox's the next moment.
 */
function sandboxFor(fault) {
  if (fault.name !== 'port_closed') return startSandbox()
  for (let tries = 0; tries < 10_000; tries++) {
    ports += 1
    try {
      return startSandbox({ port: 20_000 + ((process.pid + ports) % 10_000) })
    } catch {
      // It is taken.
    }
  }
  throw new Error('no port is free between 20,000 and 30,000')
}

let ports = 0

async function play({ row, provider, operation, fault, next, account, expected }) {
  const sandbox = sandboxFor(fault)
  try {
    const options = Object.fromEntries(
      Object.entries(row.options ?? {}).map(([key, value]) => [camel(key), value]),
    )
    const config = sandbox[PROVIDERS[provider]]({ account })
    const { secrets } = sandbox.control('secrets', { provider, account })
    const lines = []
    const keep = (line) => lines.push(line)
    const client = new Client(config, {
      logger: { debug: keep, info: keep, warn: keep },
      logLevel: 'debug',
      concurrency: 1,
      maxRetries: 0,
      ...(['sinch', 'zernio'].includes(provider) ? { rateLimit: 10_000 } : {}),
      ...options,
    })
    const cell = {
      sandbox,
      client,
      provider,
      operation,
      account,
      row,
      call: { timeoutMs: row.timeout_ms },
      async strike() {
        const closes = fault.name === 'port_closed'
        for (const rule of [fault, next].filter(Boolean)) {
          const strikes = Object.fromEntries(Object.entries(rule).map(([key, value]) => [camel(key), value]))
          sandbox.fault(closes ? strikes : { ...strikes, provider, operation })
        }
        if (closes) await port(sandbox, false)
      },
      async clear() {
        sandbox.clearFaults()
        if (fault.name === 'port_closed') await port(sandbox, true)
      },
      /** No credential and no control character comes out of an error, whatever the server wrote. */
      checkText(error) {
        const { message, hint, providerCode } = error
        this.checkSaid([message, hint, providerCode].join(' '))
        this.checkSecrets([inspect(error), JSON.stringify(error)].join(' '))
      },
      /** No character comes out that a terminal or a log obeys. */
      checkSaid(text) {
        assert.doesNotMatch(text, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
        this.checkSecrets(text)
      },
      checkSecrets(text) {
        for (const secret of secrets) assert.ok(!text.includes(secret), `a credential is in ${text}`)
      },
    }
    const words = await (operation === 'list' ? list(cell) : write(cell))
    assert.equal(expected === 'reported' ? words.replace(/ \d+$/, '') : words, expected)
    assert.ok(lines.length > 0)
    for (const line of lines) {
      assert.doesNotMatch(line, /\d{9}/, 'a whole number is in the log')
      for (const secret of secrets) assert.ok(!line.includes(secret), 'a credential is in the log')
    }
  } finally {
    sandbox.close()
  }
}

/** Every text in what JSON makes of a value, names included. */
function strings(value) {
  const found = []
  JSON.parse(JSON.stringify(value), (name, inner) => {
    found.push(name)
    if (typeof inner === 'string') found.push(inner)
    return inner
  })
  return found
}

// ---- block and unblock ----

async function reportOf(cell, options) {
  try {
    return await cell.client[cell.operation](INPUTS, options)
  } catch (error) {
    assert.ok(error.report instanceof Report, `no report of the inputs: ${inspect(error)}`)
    cell.checkText(error)
    return error.report
  }
}

const happened = ({ sandbox, provider, operation, account }, id) =>
  sandbox.blocked(provider, { account }).includes(id) === (operation === 'block')

async function write(cell) {
  const { sandbox, client, provider, operation, account } = cell
  const blocked = operation === 'block' ? [BYSTANDER] : [BYSTANDER, ...IDS]
  sandbox.seed(provider, { account, blocked })
  await cell.strike()
  const report = await reportOf(cell, cell.call)
  const words = outcomes(cell, report)
  await cell.clear()

  // As if the provider's delay until effective were over.
  const writes = () => sandbox.requests({ provider, operation }).length
  const before = writes()
  const settled = await client.settle(Report.fromJSON({ ...report.toJSON(), finished_at_ms: 0 }), PATIENT)
  assert.equal(writes(), before, 'settling sends no write')
  report.outcomes.forEach(({ state }, place) => {
    const truth = happened(cell, IDS[place % 2]) ? 'done' : 'failed'
    assert.equal(settled.outcomes[place].state, state === 'unknown' ? truth : state)
  })

  assert.ok((await reportOf(cell, PATIENT)).ok, 'afterwards the client is well')
  for (const id of IDS) assert.ok(happened(cell, id), 'afterwards done means done')
  assert.ok(sandbox.blocked(provider, { account }).includes(BYSTANDER), 'nobody else is touched')
  return words
}

/** The outcomes in the words of the matrix, once each was held against the sandbox. */
function outcomes(cell, report) {
  assert.deepEqual(
    report.outcomes.map((outcome) => outcome.input),
    INPUTS,
  )
  const { provider, operation } = cell
  const bodies = cell.sandbox.requests({ provider, operation }).map((request) => request.body)
  const words = report.outcomes.map(({ state, error }, place) => {
    for (const text of strings(report.outcomes[place])) cell.checkSaid(text)
    const id = IDS[place % 2]
    const [effect, sent] = [happened(cell, id), bodies.some((body) => body.includes(id))]
    if (state === 'done') assert.ok(effect && sent && error === undefined, `${place} is done`)
    if (state === 'failed' || state === 'not_sent') assert.ok(!effect, `${place} is ${state}`)
    if (state === 'not_sent') assert.ok(!sent, `${place} is not sent`)
    if (state === 'done') return state
    cell.checkText(error)
    return `${state} ${error.code}`
  })
  assert.equal(words[0], words[2], 'one user has one outcome')
  return [...new Set(words)].join(', ')
}

// ---- list ----

async function read(cell, options) {
  const ids = []
  const users = []
  try {
    for await (const user of cell.client.list(options)) {
      ids.push(user.id)
      users.push(user)
    }
    return { ids, users }
  } catch (error) {
    return { ids, users, error }
  }
}

async function list(cell) {
  const { sandbox, provider, account, row } = cell
  const blocked = Array.from({ length: row.listed ?? 250 }, (_, at) => String(16_505_550_000 + at))
  sandbox.seed(provider, { account, blocked })
  await cell.strike()
  const { ids, users, error } = await read(cell, cell.call)
  for (const text of strings(users.slice(0, 2))) cell.checkSaid(text)
  cell.checkSecrets(inspect(users.slice(0, 2)))
  assert.equal(new Set(ids).size, ids.length, 'nobody is yielded twice')
  let words =
    ids.length === blocked.length && ids.every((id) => blocked.includes(id))
      ? 'all'
      : `reported ${ids.length}`
  if (error !== undefined) {
    cell.checkText(error)
    if (!row.invents) assert.ok(ids.every((id) => blocked.includes(id)))
    words = `raises ${error.code}`
  }
  await cell.clear()
  const healthy = await read(cell, PATIENT)
  assert.deepEqual([healthy.error, healthy.ids.sort()], [undefined, blocked], 'afterwards the list is right')
  return words
}

test('every row of the matrix, at one provider', async (t) => {
  const all = cases()
  assert.ok(all.length >= 300, `${all.length} cells`)
  const problems = []
  const waiting = all.values()
  let held = 0
  const player = async () => {
    for (const cell of waiting) {
      await play(cell).then(
        () => {
          held += 1
        },
        (problem) => problems.push(`${cell.name}: ${problem.message}`),
      )
    }
  }
  await Promise.all(Array.from({ length: 6 }, player))
  assert.deepEqual(problems, [])
  assert.equal(held, all.length)
  t.diagnostic(`${held} cells were played`)
})
