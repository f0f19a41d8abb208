import 'reflect-metadata'
import assert from 'node:assert/strict'
import { NestFactory } from '@nestjs/core'
import { startSandbox } from 'wablock/testing'
import { WablockModule } from './wablock.module.js'

const sandbox = startSandbox()
const { accessToken, phoneNumberId, baseUrl } = sandbox.meta()
Object.assign(process.env, {
  WABLOCK_PROVIDER: 'meta',
  WABLOCK_META_ACCESS_TOKEN: accessToken,
  WABLOCK_META_PHONE_NUMBER_ID: phoneNumberId,
  WABLOCK_META_BASE_URL: baseUrl,
})
const app = await NestFactory.create(WablockModule, { logger: false })
await app.listen(0, '127.0.0.1')
const url = `${await app.getUrl()}/blocked`
const put = async (user: string) => (await fetch(`${url}/${user}`, { method: 'PUT' })).status

const mixed = await fetch(url, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ users: ['+16505551234', '15550131047'] }),
})
assert.equal(mixed.status, 200)
assert.deepEqual(((await mixed.json()) as { counts: unknown }).counts, {
  done: 1,
  failed: 1,
  unknown: 0,
  notSent: 0,
})
assert.equal(await put('16505551234'), 204)
assert.equal(await put('15550131047'), 409)
assert.equal(await put('nobody'), 422)
sandbox.fault({ name: 'error_code', code: 190, operation: 'block' })
assert.equal(await put('16505551234'), 502)
await app.close()
sandbox.close()
console.log('nestjs works')
