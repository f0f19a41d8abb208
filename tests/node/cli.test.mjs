// The sandbox as a program of its own.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Client, PROVIDERS, sandboxOf } from './support.mjs'

const root = new URL('../../node/', import.meta.url)
const { bin } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const program = fileURLToPath(new URL(bin['wablock-sandbox'], root))
const ids = Object.keys(PROVIDERS).sort()
const run = (...args) =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', timeout: 30_000 })

for (const signal of ['SIGINT', 'SIGTERM']) {
  test(`it prints its URL and ready configurations, and serves until ${signal}`, async (t) => {
    const child = spawn(process.execPath, [program, '--port', '0', '--print-config'])
    t.after(() => child.kill('SIGKILL'))
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const line = async () => (await lines.next()).value
    const url = await line()
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
    const printed = []
    while (printed.length < ids.length) {
      const config = JSON.parse(await line())
      printed.push(config.provider)
      const client = new Client(config)
      assert.ok((await client.block('+16505551234')).ok)
    }
    assert.deepEqual(printed.sort(), ids)
    child.kill(signal)
    assert.deepEqual(await once(child, 'exit'), [0, null])
    await assert.rejects(fetch(url))
  })
}

test('it prints variables that a shell reads', async (t) => {
  const child = spawn(process.execPath, [program, '--print-env', 'sinch'])
  t.after(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const { value: url } = await lines.next()
  const variables = []
  for (let left = 5; left > 0; left--) variables.push((await lines.next()).value)
  assert.ok(variables.includes(`export WABLOCK_SINCH_BASE_URL='${url}/sinch'`))
  assert.ok(variables.includes("export WABLOCK_PROVIDER='sinch'"))
})

test('what it cannot do, it says', (t) => {
  const { status, stderr, stdout } = run('--port', 'many')
  assert.equal(status, 2)
  assert.match(stderr, /^--port needs a number up to 65535\n\nwablock-sandbox: /)
  assert.equal(stdout, '')
  assert.equal(run('--port', '65536').status, 2)
  assert.equal(run('--colour').status, 2)
  const taken = run('--port', new URL(sandboxOf(t).url).port)
  assert.equal(taken.status, 1)
  assert.match(taken.stderr, /^wablock-sandbox: /)
  assert.match(run('--help').stdout, /--print-config/)
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  assert.equal(run('--version').stdout, `wablock-sandbox ${version}\n`)
  const [, known] = /^--print-env needs one of (.*)\n/.exec(run('--print-env', 'mete').stderr)
  assert.deepEqual(known.split(', ').sort(), ids)
})
