// `import` of everything a backend uses, on whichever runtime plays this.
import assert from 'node:assert/strict'
import { block, Client, NotEligibleError, parseUser } from 'wablock'
import { startSandbox } from 'wablock/testing'

const sandbox = startSandbox()
const records = []
const logger = {
  debug: (text) => records.push(text),
  info: (text) => records.push(text),
  warn: (text) => records.push(text),
}
const client = new Client(sandbox.meta(), { logger, logLevel: 'debug' })

let told = 0
const report = await client.block(['+16505551234', { user: '972501234567' }, 'nobody'], {
  onProgress() {
    told += 1
  },
})
assert.deepEqual(report.counts, { done: 2, failed: 1, unknown: 0, notSent: 0 })
assert.ok(told > 0)
assert.ok(records.length > 0)

const listed = []
for await (const user of client.list()) listed.push(user.waId)
assert.deepEqual(listed.sort(), ['16505551234', '972501234567'])

await assert.rejects(client.block('15550131047'), NotEligibleError)
assert.ok((await block(sandbox.sinch(), '+16505551234')).ok)
assert.equal(parseUser('+1 (650) 555-1234').id, '16505551234')

const controller = new AbortController()
sandbox.fault({ name: 'silence', forMs: 60_000 })
const call = client.block(['+16505551234'], { signal: controller.signal })
setTimeout(() => controller.abort('enough'), 50)
await assert.rejects(call, (error) => {
  assert.equal(error.name, 'AbortError')
  assert.equal(error.cause, 'enough')
  assert.equal(error.report.counts.unknown, 1)
  return true
})
await client.close()
await assert.rejects(client.block('+16505551234'), { code: 'closed' })
console.log('import works')
