import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Client } from 'wablock'
import { startSandbox } from 'wablock/testing'
import { appOf } from './app.js'

const sandbox = startSandbox()
const client = new Client(sandbox.meta(), { maxRetries: 0 })
const server = appOf(client, { warn() {} }).listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${server.address().port}/blocked`
const put = async (user) => (await fetch(`${url}/${user}`, { method: 'PUT' })).status

const headers = { 'content-type': 'application/json' }
const body = JSON.stringify({ users: ['+16505551234', '15550131047'] })
const mixed = await fetch(url, { method: 'POST', headers, body })
assert.equal(mixed.status, 200)
assert.deepEqual((await mixed.json()).counts, { done: 1, failed: 1, unknown: 0, notSent: 0 })
assert.equal(await put('16505551234'), 204)
assert.equal(await put('15550131047'), 409)
assert.equal(await put('nobody'), 422)
sandbox.fault({ name: 'error_code', code: 190, operation: 'block' })
assert.equal(await put('16505551234'), 502)
server.close()
await client.close()
sandbox.close()
console.log('express works')
