// The processor is what BullMQ calls; no Redis is needed to try it.
import assert from 'node:assert/strict'
import { UnrecoverableError } from 'bullmq'
import { Client } from 'wablock'
import { startSandbox } from 'wablock/testing'
import { processorOf, workerOf } from './worker.js'

assert.equal(typeof workerOf, 'function')
const sandbox = startSandbox()
const client = new Client(sandbox.meta(), { maxRetries: 0 })
const processor = processorOf(client)
const progress = []
const job = (users) => ({ data: { users }, updateProgress: async (each) => void progress.push(each) })

const result = await processor(job(['+16505551234', '15550131047']))
assert.deepEqual(result, {
  counts: { done: 1, failed: 1, unknown: 0, notSent: 0 },
  failures: { not_eligible: 1 },
})
assert.deepEqual(progress.at(-1), { done: 2, total: 2 })
assert.ok(!JSON.stringify(result).includes('1650555'))
sandbox.fault({ name: 'error_code', code: 190, operation: 'block' })
await assert.rejects(processor(job(['+16505551234'])), UnrecoverableError)
await client.close()
sandbox.close()
console.log('bullmq works')
