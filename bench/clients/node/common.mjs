/** What every Node client of the benchmark does in the same way; see clients/python/common.py. */
import { readFileSync } from 'node:fs'

export const TOKEN = 'EAABbench'
export const PHONE_NUMBER_ID = '106540352242922'
export const PATH = `/v26.0/${PHONE_NUMBER_ID}/block_users`
export const BATCH = 1000
const FIRST_NUMBER = 16_500_000_000

/** The usual way: a fixed number of workers over one queue. */
export async function atOnce(howMany, items, work) {
  let next = 0
  async function worker() {
    while (next < items.length) await work(items[next++])
  }
  await Promise.all(Array.from({ length: howMany }, worker))
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** How late a timer of one millisecond is, again and again. */
function ticking() {
  const lags = []
  let begun = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    lags.push(now - begun - 1)
    begun = now
  }, 1)
  return { lags, stop: () => clearInterval(timer) }
}

function same(found, expected) {
  if (found !== expected) throw new Error(`${found}, not ${expected}`)
}

async function perform(make, task) {
  const { case: kind, count, stall } = task
  const users = kind === 'list' ? [] : Array.from({ length: count }, (_, place) => `+${FIRST_NUMBER + place}`)
  const report = {}
  const ticks = stall && ticking()
  if (ticks) {
    await sleep(50)
    ticks.lags.length = 0
  }
  const begun = performance.now()
  if (kind === 'many') {
    const clients = users.map(() => make(task))
    await Promise.all(clients.map((client, place) => client.one(users[place])))
    await Promise.all(clients.map((client) => client.close()))
  } else {
    const client = make(task)
    if (kind === 'block') same(await client.bulk(users), count)
    else if (kind === 'list') same((await client.list()).length, count)
    else await singles(client, users, task, report)
    report.seconds ??= (performance.now() - begun) / 1000
    await client.close()
  }
  report.seconds ??= (performance.now() - begun) / 1000
  if (ticks) {
    await sleep(3)
    ticks.stop()
    report.stall_ms = Math.max(...ticks.lags)
  }
  return report
}

/** Calls about one user each; the first ones are not counted. */
async function singles(client, users, { at_once, warm = 0 }, report) {
  const times = []
  const one = async (user) => {
    const begun = performance.now()
    await client.one(user)
    times.push(performance.now() - begun)
  }
  await atOnce(at_once, users.slice(0, warm), one)
  times.length = 0
  const begun = performance.now()
  await atOnce(at_once, users.slice(warm), one)
  report.seconds = (performance.now() - begun) / 1000
  report.p99_ms = times.sort((a, b) => a - b)[Math.floor((times.length * 99) / 100)]
}

export async function main(make, importedMs = 0) {
  const task = JSON.parse(process.argv[2])
  const report = task.case === 'idle' ? {} : await perform(make, task)
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1])
  console.log(JSON.stringify({ ...report, import_ms: importedMs, peak_kb: peak }))
}
