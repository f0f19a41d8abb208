// A real pino logger, also a child, as the client's logger.
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import pino from 'pino'
import { Client } from 'wablock'
import { startSandbox } from 'wablock/testing'

const lines = []
const sink = new Writable({
  write(chunk, _encoding, done) {
    lines.push(...String(chunk).trim().split('\n').map(JSON.parse))
    done()
  },
})
const logger = pino({ level: 'debug' }, sink).child({ lib: 'wablock' })
const sandbox = startSandbox()
sandbox.fault({ name: 'status', status: 503, times: 1 })
await new Client(sandbox.meta(), { logger, logLevel: 'debug' }).block('+16505551234')
assert.deepEqual(
  lines.map(({ level, lib }) => [pino.levels.labels[level], lib]),
  [
    ['debug', 'wablock'],
    ['warn', 'wablock'],
    ['debug', 'wablock'],
  ],
)
assert.ok(!JSON.stringify(lines).includes('16505551234'))
console.log('pino works')
