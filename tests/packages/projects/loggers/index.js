// Errors of wablock in real loggers, in Fastify's own error log and in Sentry: short, and without anybody's number.
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { extraErrorDataIntegration } from '@sentry/core'
import fastify from 'fastify'
import pino from 'pino'
import { Client } from 'wablock'
import { startSandbox } from 'wablock/testing'
import winston from 'winston'

const sandbox = startSandbox()
const client = new Client({ ...sandbox.meta(), accessToken: 'expired' })
const users = Array.from({ length: 5000 }, (_, at) => `+1650${1_000_000 + at}`)
const blockMany = () => client.block(users)
const error = await blockMany().catch((problem) => problem)
assert.equal(error.code, 'auth')
assert.equal(error.report.length, 5000)

/** A stream that keeps what is written to it. */
function keeper() {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      sink.text += chunk
      done()
    },
  })
  return Object.assign(sink, { text: '' })
}

function judge(name, text) {
  assert.ok(text.includes(error.message), `${name} says what happened: ${text.slice(0, 300)}`)
  assert.doesNotMatch(text, /16501\d{6}/, `${name} names nobody`)
  assert.ok(text.length < 5000, `${name} writes ${text.length} characters`)
  console.log('%s: %d characters', name, text.length)
}

const pinoSink = keeper()
const log = pino(pinoSink)
log.error(error)
log.error({ err: error }, 'blocking failed')
judge('pino', pinoSink.text)
assert.equal(JSON.parse(pinoSink.text.split('\n')[1]).err.code, 'auth')

for (const format of [
  winston.format.json(),
  winston.format.combine(winston.format.errors({ stack: true }), winston.format.json()),
]) {
  const sink = keeper()
  const logger = winston.createLogger({
    format,
    transports: [new winston.transports.Stream({ stream: sink })],
  })
  logger.error(error)
  logger.error('blocking failed', { error })
  logger.error('blocking failed', error)
  judge('winston', sink.text)
}

const fastifySink = keeper()
const app = fastify({ logger: { stream: fastifySink } })
app.post('/many', blockMany)
const answer = await app.inject({ method: 'POST', url: '/many' })
assert.equal(answer.statusCode, 500, 'not with what the provider answered')
judge('fastify', fastifySink.text)

const event = extraErrorDataIntegration({ depth: 10 }).processEvent(
  {},
  { originalException: error },
  { getOptions: () => ({}) },
)
judge('sentry', JSON.stringify({ ...event, message: error.message }))
assert.ok(Object.keys(event.contexts).length > 0)
