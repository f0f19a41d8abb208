// Functions that need no client.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import {
  ConfigError,
  InvalidUserError,
  mask,
  nxcloudSignature,
  parseUser,
  sameUser,
  User,
} from './support.mjs'

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

/** Everything that is not text, as far as JavaScript has it. */
const JUNK = [
  undefined,
  null,
  16505551234,
  16505551234n,
  true,
  Symbol('16505551234'),
  () => '16505551234',
  { user: 16505551234 },
  [],
  new Proxy(
    {},
    {
      get: () => {
        throw new Error('16505551234')
      },
    },
  ),
]

test('mask takes anything, never throws, and shows no number', () => {
  for (const junk of [...JUNK, '+16505551234', { toString: () => '+16505551234' }, ['+16505551234']]) {
    const text = mask(junk)
    assert.equal(typeof text, 'string')
    assert.doesNotMatch(text, /16505551234/)
  }
  assert.equal(mask(16505551234), mask('16505551234'))
  assert.equal(mask(undefined), 'undefined')
})

test('what is no user is an InvalidUserError without the number', () => {
  for (const junk of JUNK) {
    for (const call of [() => parseUser(junk), () => sameUser(junk, '+1'), () => sameUser('+1', junk)]) {
      assert.throws(call, (error) => {
        assert.ok(error instanceof InvalidUserError || /^1650/.test(error.message), String(error))
        assert.ok(!(error instanceof InvalidUserError && error.message.includes('16505551234')))
        return true
      })
    }
  }
})

test('parseUser takes a region as text or as an option, and no other option', () => {
  assert.equal(parseUser('050-123 4567', 'IL').id, '972501234567')
  assert.equal(parseUser('050-123 4567', { defaultRegion: 'IL' }).id, '972501234567')
  assert.equal(parseUser({ user: '+16505551234' }).id, '16505551234')
  for (const options of [
    { region: 'IL' },
    { defaultRegion: 1 },
    null,
    5,
    'nowhere',
    { defaultRegion: 'nope' },
  ]) {
    assert.throws(() => parseUser('050-123 4567', options), ConfigError)
  }
  assert.throws(
    () => parseUser('050-123 4567', { region: 'IL' }),
    /`region` is not an option of parseUser, which has `defaultRegion`/,
  )
})

test('no wrong argument of a signature shows a secret', () => {
  const good = { accessKey: 'k', accessSecret: 'canary-secret', ts: 1 }
  for (const name of ['accessKey', 'accessSecret', 'ts', 'body', 'bizType', 'action', 'algorithm']) {
    for (const wrong of [987654321098n, { canary: 1 }, Symbol('canary'), null, ['canary-secret']]) {
      assert.throws(
        () => nxcloudSignature({ ...good, [name]: wrong }),
        (error) =>
          error instanceof ConfigError &&
          error.message.includes(`\`${name}\``) &&
          !/canary|98765/.test(error.message),
        name,
      )
    }
  }
  for (const input of [undefined, null, 5, 'canary-secret', { ...good, secret: 'canary' }]) {
    assert.throws(
      () => nxcloudSignature(input),
      (error) => error instanceof ConfigError && !/canary/.test(error.message),
    )
  }
  for (const wrong of [987654321098, undefined]) {
    assert.throws(
      () => nxcloudSignature({ ...good, accessSecret: wrong }),
      /`accessSecret` must be a string, not/,
    )
  }
})
