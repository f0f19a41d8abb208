// Many calls of all kinds in one process, and many workers that are terminated in mid-request: memory, file descriptors
// and threads must stay where they are. The calls' sandbox is a process of its own, so that only wablock is measured. `npm run soak`; on Linux, whose /proc tells. Numbers can be given:
// `npm run soak -- --calls 20000 --workers 50`.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'

import { Client } from '../dist/index.mjs'
import { startSandbox } from '../dist/testing.mjs'

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '200000' },
    workers: { type: 'string', default: '500' },
    kind: { type: 'string' },
  },
})
const CALLS = Number(values.calls)
const WORKERS = Number(values.workers)
const WARM_UP = Math.min(40_000, CALLS)
const AT_ONCE = 25
const MOST_GROWTH_MIB = 8

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc')
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** What the process uses when all that can be collected is. */
async function used() {
  for (let at = 0; at < 5; at++) {
    gc()
    await pause(50)
  }
  const rss = Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
  const { heapUsed } = process.memoryUsage()
  return {
    rssMiB: Math.round(rss * 10) / 10,
    heapMiB: Math.round((heapUsed / 1024 / 1024) * 10) / 10,
    fds: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
  }
}

const sandbox = spawn(process.execPath, [
  fileURLToPath(new URL('../dist/sandbox-cli.js', import.meta.url)),
  '--print-config',
])
const lines = createInterface({ input: sandbox.stdout })[Symbol.asyncIterator]()
const url = (await lines.next()).value
const config = JSON.parse((await lines.next()).value)
await fetch(`${url}/__sandbox/settings`, { method: 'POST', body: JSON.stringify({ record: false }) })
const logger = { debug() {}, info() {}, warn() {} }
const client = new Client(config, { logger, logLevel: 'debug' })
const { signal } = new AbortController()
const numbers = Array.from({ length: 20 }, (_, at) => `+1650555${1000 + at}`)

/** So many that they are read in pieces. */
const many = Array.from({ length: 9000 }, (_, at) => numbers[at % 20])
const seldom = (at, rare) => (at % 400 < KINDS.length ? rare() : client.unblock(numbers.slice(0, 2)))

/** The kinds of calls, one after the other. */
const KINDS = [
  (at) => client.block(numbers[at % 20], { signal, onProgress() {} }),
  (at) => client.unblock({ user: numbers[at % 20] }),
  () => client.block([...numbers, 'nobody'], { signal, onProgress() {} }),
  () => client.list({ signal }).toArray({ limit: 5 }),
  () => client.block('15550131047').catch((error) => error.report?.outcomes),
  () => client.block(numbers, { signal: AbortSignal.abort() }).catch((error) => error.report.toJSON()),
  (at) => seldom(at, () => client.block(many)),
  (at) => seldom(at, () => client.block(many, { signal: AbortSignal.timeout(1) }).catch(() => {})),
  (at) => seldom(at, () => client.block([...many, 5]).catch(() => {})),
]

if (values.kind !== undefined) KINDS.splice(0, KINDS.length, KINDS[Number(values.kind)])

async function calls(from, count) {
  for (let at = from; at < from + count; at += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, more) => KINDS[(at + more) % KINDS.length](at + more)),
    )
  }
}

const file = new URL('../../tests/node/fixtures/worker.mjs', import.meta.url)
async function workers(count) {
  const slow = startSandbox()
  slow.fault({ name: 'silence', forMs: 600_000 })
  for (let ended = 0; ended < count; ended += 10) {
    slow.requests({ clear: true })
    const round = Array.from({ length: 10 }, () => new Worker(file, { workerData: { config: slow.meta() } }))
    const exits = round.map((worker) => new Promise((resolve) => worker.once('exit', resolve)))
    while (slow.requests().length < 30) await pause(2)
    await Promise.all(round.map((worker) => worker.terminate()))
    const codes = await Promise.all(exits)
    if (codes.some((code) => code !== 1)) throw new Error(`a worker ended with ${codes}`)
  }
  slow.close()
}

const problems = []
const same = (what, before, after) => {
  for (const key of ['fds', 'threads']) {
    if (after[key] > before[key]) problems.push(`${what}: ${key} grew from ${before[key]} to ${after[key]}`)
  }
}

await calls(0, WARM_UP)
const before = await used()
console.log('after a warm-up of %d calls: %o', WARM_UP, before)
for (let tenth = 1; tenth <= 10; tenth++) {
  await calls(0, CALLS / 10)
  console.log('after %d calls: %o', (CALLS / 10) * tenth, await used())
}
const after = await used()
const growth = after.rssMiB - before.rssMiB
console.log('%d calls: %s MiB more memory', CALLS, growth.toFixed(1))
if (growth > MOST_GROWTH_MIB) problems.push(`memory grew by ${growth.toFixed(1)} MiB`)
same('calls', before, after)

if (WORKERS > 0) {
  await workers(10)
  const fewer = await used()
  await workers(WORKERS)
  const more = await used()
  console.log('%d workers terminated in mid-request: %o, before %o', WORKERS, more, fewer)
  same('workers', fewer, more)
}
sandbox.kill()
for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1
