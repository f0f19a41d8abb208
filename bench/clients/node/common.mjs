/** What every Node client of the benchmark does in the same way; see clients/python/common.py. */
import { readFileSync } from 'node:fs'

export const TOKEN = 'EAABbench'
export const PHONE_NUMBER_ID = '106540352242922'
export const META_PATH = `/v26.0/${PHONE_NUMBER_ID}/block_users`
export const DIGITAL99 = { apiKey: 'bench-key', from: '972555000001' }
export const NXCLOUD = { accessKey: 'bench-access', accessSecret: 'bench-secret', appKey: 'bench-app', phone: '85255500001' }
export const BATCH = 1000
export const NX_BATCH = 100
const FIRST_NUMBER = 16_500_000_000

export function numbers(count) {
  return Array.from({ length: count }, (_, place) => `+${FIRST_NUMBER + place}`)
}

export function batches(items, size) {
  const all = []
  for (let start = 0; start < items.length; start += size) all.push(items.slice(start, start + size))
  return all
}

/** The usual way: a fixed number of workers over one queue. */
export async function atOnce(howMany, items, work) {
  let next = 0
  async function worker() {
    while (next < items.length) await work(items[next++])
  }
  await Promise.all(Array.from({ length: howMany }, worker))
}

function memory() {
  const status = readFileSync('/proc/self/status', 'latin1')
  const of = (key) => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)[1])
  return { VmHWM: of('VmHWM'), VmRSS: of('VmRSS') }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Lateness of a timer of one millisecond, again and again. */
function ticking() {
  const lags = []
  let going = true
  let begun = performance.now()
  const tick = () => {
    const now = performance.now()
    lags.push(now - begun - 1)
    begun = now
    if (going) setTimeout(tick, 1)
  }
  setTimeout(tick, 1)
  return { lags, stop: () => (going = false) }
}

async function perform(make, task) {
  const { case: kind, count = 0 } = task
  if (kind === 'idle') return { seconds: 0, done: 0 }
  const users = kind === 'list' ? [] : numbers(count)
  const told = {}
  let ticks
  if (task.stall) {
    ticks = ticking()
    await sleep(50)
    ticks.lags.length = 0
  }
  if (kind === 'quiet') {
    await sleep(task.quiet_s * 1000)
    ticks.stop()
    return { seconds: task.quiet_s, done: 0, worst_lag_ms: Math.max(...ticks.lags) }
  }
  let begun = performance.now()
  const client = await make(task)
  let done
  if (kind === 'block' || kind === 'digital99' || kind === 'nxcloud') {
    done = await client.bulk(users)
  } else if (kind === 'list') {
    const ids = await client.list()
    told.seconds = (performance.now() - begun) / 1000
    done = ids.length
    if (task.verify) told.distinct = new Set(ids).size
  } else {
    done = await singles(client, users, task, told)
  }
  told.seconds ??= (performance.now() - begun) / 1000
  await client.close?.()
  if (ticks) {
    await sleep(3)
    ticks.stop()
    told.worst_lag_ms = Math.max(...ticks.lags)
    told.ticks = ticks.lags.length
  }
  return { done, ...told }
}

async function singles(client, users, task, told) {
  const warm = task.warm ?? 0
  let times = []
  const one = async (user) => {
    const begun = performance.now()
    await client.one(user)
    times.push(performance.now() - begun)
  }
  await atOnce(task.at_once, users.slice(0, warm), one)
  times = []
  const begun = performance.now()
  await atOnce(task.at_once, users.slice(warm), one)
  told.seconds = (performance.now() - begun) / 1000
  times.sort((a, b) => a - b)
  told.p50_ms = times[times.length >> 1]
  told.p99_ms = times[Math.floor((times.length * 99) / 100)]
  return times.length
}

export async function main(make) {
  const report = await perform(make, JSON.parse(process.argv[2]))
  console.log(JSON.stringify({ ...report, ...memory() }))
}
