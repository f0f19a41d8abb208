// How long a process lives, and what becomes of workers that are terminated in mid-request.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'

import { sandboxOf, until } from './support.mjs'

const dist = (name) => JSON.stringify(fileURLToPath(new URL(`../../node/dist/${name}`, import.meta.url)))
/** Runs a script in a process of its own; one that does not end is killed, which fails the test. */
const run = async (script) => {
  const running = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 60_000,
  })
  return await running.catch((error) => error)
}
const IMPORTS = `
import { Client, listBlocked } from ${dist('index.mjs')}
import { startSandbox } from ${dist('testing.mjs')}
`

test('a process ends when nothing is pending, with clients and a sandbox open', async () => {
  const { stdout, code } = await run(`${IMPORTS}
    const sandbox = startSandbox()
    const logger = { debug() {}, info() {}, warn() {} }
    const client = new Client(sandbox.meta(), { logger, logLevel: 'debug' })
    await client.block(['+16505551234'], { onProgress: () => {}, signal: new AbortController().signal })
    for await (const user of client.list()) { console.log(user.waId); break }
    const left = client.list()[Symbol.asyncIterator]()
    await left.next()
  `)
  assert.equal(code, undefined)
  assert.equal(stdout, '16505551234\n')
})

test('a process lives while a call is pending', async () => {
  const { stdout } = await run(`${IMPORTS}
    const sandbox = startSandbox()
    sandbox.fault({ name: 'delay', ms: 300 })
    new Client(sandbox.meta()).block('+16505551234').then((outcome) => console.log(outcome.state))
  `)
  assert.equal(stdout, 'done\n')
})

test('calls leave nothing behind', async () => {
  // Each kind of call many times over; what one left behind would show many times over as well.
  const { stdout, stderr } = await run(`${IMPORTS}
    import { setFlagsFromString } from 'node:v8'
    import { runInNewContext } from 'node:vm'
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc')
    const sandbox = startSandbox()
    sandbox.settings({ record: false })
    const client = new Client(sandbox.meta())
    const { signal } = new AbortController()
    const calls = {
      plain: () => client.block('+16505551234'),
      one: () => client.block('+16505551234', { signal, onProgress() {} }),
      many: () => client.block(['+16505551234', 'x'], { signal, onProgress() {} }),
      failed: () => client.block('15550131047', { signal, onProgress() {} }).catch(() => {}),
      list: async () => { for await (const user of client.list({ signal })) break },
      client: async () => {
        // The logger holds its client, as one with the client in its closure does.
        const logger = { debug: () => own, info: () => own, warn: () => own }
        const own = new Client(sandbox.meta(), { logger, logLevel: 'debug' })
        await own.block('+16505551234')
      },
    }
    const used = async () => {
      for (let at = 0; at < 3; at++) { gc(); await new Promise((resolve) => setTimeout(resolve, 20)) }
      return process.memoryUsage().heapUsed
    }
    for (const [name, call] of Object.entries(calls)) {
      for (let at = 0; at < 300; at++) await call()
      const before = await used()
      for (let at = 0; at < 1000; at++) await call()
      console.log(name, Math.round(((await used()) - before) / 1000))
    }
  `)
  const bytes = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
  assert.equal(bytes.length, 6, stderr)
  for (const [name, each] of bytes) assert.ok(Number(each) < 500, `${name} leaves ${each} bytes behind`)
})

test('a closed client leaves no open handle', async () => {
  const { stdout, stderr } = await run(`
    import { createHook } from 'node:async_hooks'
    import { setTimeout } from 'node:timers/promises'
    const open = new Map()
    createHook({
      init: (id, type) => void (/napi|wablock/i.test(type) && open.set(id, type)),
      destroy: (id) => void open.delete(id),
    }).enable()
    const { Client } = await import(${dist('index.mjs')})
    const { startSandbox } = await import(${dist('testing.mjs')})
    const sandbox = startSandbox()
    const logger = { debug() {}, info() {}, warn() {} }
    const client = new Client(sandbox.meta(), { logger, logLevel: 'debug' })
    await client.block('+16505551234')
    await client.block(['+16505551234'], { onProgress() {} })
    await client.list()
    await client.close()
    await client.block('+16505551234').catch(() => {})
    sandbox.close()
    // They are let go of in a later turn of the loop.
    for (let turn = 0; turn < 500 && open.size > 0; turn++) await setTimeout(10)
    console.log(JSON.stringify([...open.values()]))
  `)
  assert.equal(stdout, '[]\n', stderr)
})

test('process.exit with calls in flight ends at once', async () => {
  const { code, signal } = await run(`${IMPORTS}
    const sandbox = startSandbox()
    sandbox.fault({ name: 'silence', forMs: 60000 })
    for (let at = 0; at < 20; at++) new Client(sandbox.meta()).block('+16505551234', { onProgress() {} })
    setTimeout(() => process.exit(7), 50)
  `)
  assert.equal(code, 7)
  assert.equal(signal, null)
})

test('a failure that nobody handles ends the process, and shows what to do', async () => {
  const { code, stderr } = await run(`${IMPORTS}
    new Client(startSandbox().meta()).block('15550131047')
  `)
  assert.equal(code, 1)
  assert.match(stderr, /NotEligibleError: /)
  assert.match(stderr, /hint: /)
})

test('a retired provider warns once, in words that help', async () => {
  const { stderr, stdout } = await run(`${IMPORTS}
    const sandbox = startSandbox()
    new Client(sandbox.sinch())
    const { status, effect } = new Client(sandbox.sinch({ account: 'other' })).capabilities
    console.log(JSON.stringify({ ...status, effect }))
  `)
  const { state, notice, effect } = JSON.parse(stdout)
  assert.equal(state, 'retired')
  assert.equal(effect, 'inbound_callbacks')
  assert.equal(stderr.split(notice).length, 2)
  assert.match(stderr, /\[WABLOCK_RETIRED_SINCH\]/)
})

test('what onProgress throws is an uncaught exception', async () => {
  const { code, stderr } = await run(`${IMPORTS}
    await new Client(startSandbox().meta()).block(['+16505551234'], { onProgress() { throw new Error('mine') } })
  `)
  assert.equal(code, 1)
  assert.match(stderr, /Error: mine/)
})

test('workers end by themselves, and can be terminated in mid-request', async (t) => {
  const sandbox = sandboxOf(t)
  const start = () =>
    new Worker(new URL('fixtures/worker.mjs', import.meta.url), { workerData: { config: sandbox.meta() } })
  const ended = (worker) => new Promise((resolve) => worker.once('exit', resolve))
  const messages = []
  const free = start()
  free.on('message', (message) => messages.push(message))
  assert.equal(await ended(free), 0)
  assert.deepEqual(messages, ['sent', 3])

  // In rounds, each worker with three calls in flight when it is terminated; `npm run soak` does five hundred.
  sandbox.fault({ name: 'silence', forMs: 60_000 })
  for (let round = 0; round < 10; round++) {
    sandbox.requests({ clear: true })
    const workers = Array.from({ length: 10 }, start)
    const ends = workers.map(ended)
    await until(() => sandbox.requests().length >= 30)
    await Promise.all(workers.map((worker) => worker.terminate()))
    assert.deepEqual(await Promise.all(ends), Array(10).fill(1))
  }
  sandbox.clearFaults()
  assert.equal(await ended(start()), 0)
})

test('a worker that is terminated sends nothing more', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.settings({ responseDelayMs: 5 })
  const worker = new Worker(new URL('fixtures/bulk.mjs', import.meta.url), {
    workerData: { config: { ...sandbox.meta(), batchSize: 1 } },
  })
  await until(() => sandbox.requests().length >= 10)
  await worker.terminate()
  const sent = () => sandbox.requests().length
  for (let before = -1; before !== sent(); ) {
    before = sent()
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  assert.ok(sent() < 1000, `${sent()} of 1000 requests were sent`)
})
