// Functions that need no client.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { InvalidUserError, mask, nxcloudSignature, parseUser, sameUser, User } from './support.mjs'

const { vectors, must_fail: mustFail } = JSON.parse(
  readFileSync(new URL('../vectors/nxcloud_signatures.json', import.meta.url), 'utf8'),
)
const inputOf = ({ headers, body, access_secret, algorithm }) => ({
  accessKey: headers.accessKey,
  accessSecret: access_secret,
  ts: headers.ts,
  body: body ?? '',
  bizType: headers.bizType,
  action: headers.action,
  algorithm,
})
const isJson = ({ content_type }) => (content_type ?? '').startsWith('application/json')

test('every signature vector', () => {
  assert.ok(vectors.length >= 14)
  for (const vector of vectors) {
    const input = isJson(vector) ? inputOf(vector) : { ...inputOf(vector), body: '' }
    assert.equal(nxcloudSignature(input), vector.digest, vector.name)
    assert.equal(nxcloudSignature({ ...input, body: Buffer.from(input.body) }), vector.digest, vector.name)
  }
  const digests = new Set(vectors.map((vector) => nxcloudSignature(inputOf(vector))))
  for (const { name, digest } of mustFail) assert.ok(!digests.has(digest), name)
})

test('a signature has the defaults of a block call', () => {
  const some = { accessKey: 'k', accessSecret: 's', ts: 1655710885431 }
  const all = { ...some, ts: '1655710885431', body: '', bizType: '2', action: 'mt', algorithm: 'md5' }
  assert.equal(nxcloudSignature(some), nxcloudSignature(all))
  assert.notEqual(nxcloudSignature(some), nxcloudSignature({ ...some, algorithm: 'sha256' }))
  assert.throws(() => nxcloudSignature({ ...some, algorithm: 'sha1' }), {
    name: 'ConfigError',
    message: /`algorithm`/,
  })
})

test('users are read, matched and masked', () => {
  const user = parseUser('+1 (650) 555-1234')
  assert.ok(user instanceof User)
  assert.deepEqual(user.toJSON(), { kind: 'phone', id: '16505551234' })
  assert.equal(parseUser('050-123 4567', { defaultRegion: 'IL' }).id, '972501234567')
  assert.equal(parseUser('US.13491208655302741918').kind, 'bsuid')
  assert.throws(() => parseUser('050-123 4567'), InvalidUserError)
  assert.ok(sameUser('+5511987654321', '551187654321'))
  assert.ok(!sameUser('16505551234', '16505551235'))
  assert.equal(mask('user +16505551234 of 20'), 'user +165******34 of 20')
})
