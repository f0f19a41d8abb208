import assert from 'node:assert/strict'
import { Client } from 'wablock'
import { startSandbox } from 'wablock/testing'
import { appOf } from './app.js'

const sandbox = startSandbox()
const app = appOf(new Client(sandbox.meta(), { maxRetries: 0 }))
const post = (users) => app.inject({ method: 'POST', url: '/blocked', payload: { users } })
const put = (user) => app.inject({ method: 'PUT', url: `/blocked/${user}` })

const mixed = await post(['+16505551234', '15550131047'])
assert.equal(mixed.statusCode, 200)
assert.deepEqual(mixed.json().counts, { done: 1, failed: 1, unknown: 0, notSent: 0 })
assert.equal(mixed.json().failed[0].code, 'not_eligible')
assert.equal((await put('16505551234')).statusCode, 204)
assert.equal((await put('15550131047')).statusCode, 409)
assert.equal((await put('nobody')).statusCode, 422)
// What Meta answers about our token is not our answer to our caller.
sandbox.fault({ name: 'error_code', code: 190, operation: 'block' })
const refused = await put('16505551234')
assert.deepEqual([refused.statusCode, refused.json().code], [502, 'auth'])
assert.equal((await app.inject('/nowhere')).statusCode, 404)
await app.close()
sandbox.close()
console.log('fastify works')
