// Asking before acting: check, isBlocked, ping; and what wablock gave goes back in as it came.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  AuthError,
  BlockedUser,
  Client,
  ClosedError,
  ConfigError,
  failure,
  InvalidUserError,
  isBlocked,
  Outcome,
  ping,
  Report,
  sandboxOf,
  UnsupportedError,
  User,
  UserSet,
} from './support.mjs'

const SPELLINGS = [
  '+55 (31) 98765-4321',
  '553187654321',
  '0055 31 98765 4321',
  new User({ kind: 'phone', id: '5531987654321' }),
  new BlockedUser({ wa_id: '553187654321' }),
  { user: '+55 31 98765-4321' },
  { user: new User({ kind: 'wa_id', id: '553187654321' }) },
  { waId: '553187654321' },
  { wa_id: '553187654321' },
  { kind: 'wa_id', id: '553187654321' },
  new Outcome({ input: 'x', state: 'done', wa_id: '553187654321' }),
]
const OTHERS = ['+1 650 555 1234', { waId: '16505551234' }]
const NO_USERS = [undefined, null, NaN, 16505551234, {}, [], ['+16505551234'], { phone: 'x' }, { user: 1 }]

const thrown = (work) => {
  try {
    work()
  } catch (error) {
    return error
  }
  return assert.fail('it did not throw')
}

test('check sends nothing and answers at once', (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta())
  const report = client.check(['+1 (650) 555-1234', 'my neighbour', { waId: '553187654321' }])
  assert.ok(report instanceof Report)
  assert.deepEqual([report.operation, report.requests, report.ok], ['check', 0, false])
  assert.deepEqual(
    report.outcomes.map(({ state, error, user }) => [state, error?.code, user?.id]),
    [
      ['not_sent', undefined, '16505551234'],
      ['failed', 'invalid_user', undefined],
      ['not_sent', undefined, '553187654321'],
    ],
  )
  assert.deepEqual(Report.fromJSON(JSON.stringify(report)).toJSON(), report.toJSON())
  assert.ok(thrown(() => report.throwIfFailed()) instanceof InvalidUserError)
  client.check(new Set(['+16505551234'])).throwIfFailed()
  assert.equal(client.check('+16505551234').length, 1)
  assert.equal(client.check([]).length, 0)
  assert.ok(thrown(() => client.check((async function* () {})())).hint.includes('array first'))
  assert.ok(thrown(() => client.check(['x'], { onmissing: 'fail' })) instanceof ConfigError)
  assert.deepEqual(sandbox.requests(), [])
})

test('everything that wablock gives goes back in', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta(), { defaultRegion: 'BR' })
  const given = await client.block(['+16505551234', '+553187654321', 'US.13491208655302741918'])
  assert.ok(given.ok)
  const listed = await client.list()
  for (const back of [
    given,
    given.outcomes,
    given.done,
    given.toJSON().outcomes,
    JSON.parse(JSON.stringify(given.outcomes)),
    given.outcomes.map((outcome) => outcome.user),
    given.outcomes.map((outcome) => ({ user: outcome.user })),
    given.outcomes.map((outcome) => ({ user: outcome })),
    given.toJSON().outcomes.map((outcome) => outcome.user),
    listed,
    JSON.parse(JSON.stringify(listed)),
    listed.map(({ waId, userId }) => (waId ? { waId } : { userId })),
  ]) {
    const report = client.check(back)
    assert.deepEqual(report.outcomes.map((outcome) => outcome.user?.id).sort(), [
      '16505551234',
      '553187654321',
      'US.13491208655302741918',
    ])
    assert.equal(report.counts.failed, 0)
  }
  assert.ok((await client.unblock(client.list())).ok)
  assert.deepEqual(await client.list(), [])
  assert.ok((await client.block(given.outcomes[0])).ok)
  assert.ok((await client.unblock(given.outcomes[0].user, { timeoutMs: 20_000 })).ok)
  const controller = new AbortController()
  controller.abort()
  const { report } = await failure(client.block(['+16505551234'], { signal: controller.signal }))
  assert.ok((await client.block(report.notSent)).ok)
  assert.match((await failure(client.block(Promise.resolve(listed)))).hint, /await it first/)
})

test('ids of the API are sent as they came; other people in one row are not guessed', (t) => {
  const client = new Client(sandboxOf(t).meta(), { defaultRegion: 'IL' })
  const read = (user) => {
    const [{ user: found, error }] = client.check([user]).outcomes
    return found?.toJSON() ?? error.message
  }
  assert.deepEqual(read({ waId: '0501234567' }), { kind: 'wa_id', id: '0501234567' })
  assert.deepEqual(read({ userId: 'US.1' }), { kind: 'bsuid', id: 'US.1' })
  assert.deepEqual(read({ user: '050-123 4567' }), { kind: 'phone', id: '972501234567' })
  assert.deepEqual(read({ waId: '972501234567', user: '050-123 4567' }), {
    kind: 'wa_id',
    id: '972501234567',
  })
  assert.deepEqual(read({ waId: '', userId: '', user: '+16505551234' }), { kind: 'phone', id: '16505551234' })
  assert.match(read({ waId: '16505551234', user: '050-123 4567' }), /contains both/)
  assert.match(read({ waId: '16505551234', user: 'Ana' }), /contains both/)
  assert.match(read({ waId: '050-123 4567' }), /is not a wa_id/)
  assert.match(read({ input: '050-123 4567', state: 'failed' }), /has no user/)
  assert.match(read({ user: '\ud800' }), /is not a user/)
  const error = thrown(() => read({ waId: '16505551234', wa_id: '16505551235' }))
  assert.ok(error instanceof InvalidUserError)
})

test('a missing value refuses the call, or fails alone', async (t) => {
  const sandbox = sandboxOf(t)
  const client = new Client(sandbox.meta())
  for (const [missing, shown] of [
    [null, 'null'],
    [undefined, 'undefined'],
    [Number.NaN, 'NaN'],
    [{ user: null }, 'user is null'],
    [{ waId: undefined, userId: null }, 'waId is undefined'],
  ]) {
    const users = ['+16505551234', missing, '+972501234567']
    const refused = [
      await failure(client.block(users)),
      await failure(client.unblock(users.values(), { timeoutMs: 1000 })),
      thrown(() => client.check(users)),
    ]
    for (const error of refused) {
      assert.ok(error instanceof InvalidUserError)
      assert.equal(error.message, `users[1] is missing (${shown})`)
      assert.match(error.hint, /onMissing: 'fail'/)
      assert.match(error.stack, /asking\.test\.mjs/)
    }
    assert.deepEqual(sandbox.requests(), [])
    const report = await client.block(users, { onMissing: 'fail' })
    assert.deepEqual(
      report.outcomes.map(({ state }) => state),
      ['done', 'failed', 'done'],
    )
    assert.equal(report.failed[0].error.message, `the user is missing (${shown})`)
    assert.equal(report.failed[0].input, '')
    assert.equal(client.check(users, { onMissing: 'fail' }).counts.failed, 1)
    await client.unblock(['+16505551234', '+972501234567'])
    sandbox.reset()
  }
  for (const call of [
    failure(client.block(['x'], { onMissing: 'skip' })),
    thrown(() => client.check(['x'], { onMissing: 'skip' })),
  ]) {
    const error = await call
    assert.ok(error instanceof ConfigError)
    assert.match(error.message, /`onMissing` must be "raise" or "fail"/)
  }
})

test('isBlocked, sets and reports know every spelling', async (t) => {
  const sandbox = sandboxOf(t)
  sandbox.seed('meta', { blocked: ['972501234567', '553187654321'] })
  const client = new Client(sandbox.meta())
  const blocked = await client.list().toSet()
  const report = client.check(['+55 (31) 98765-4321', 'nonsense'])
  assert.equal(blocked.size, 2)
  assert.equal(`${blocked}`, 'UserSet(2 users)')
  for (const [users, expected] of [
    [SPELLINGS, true],
    [OTHERS, false],
  ]) {
    for (const user of users) {
      assert.equal(await client.isBlocked(user), expected)
      assert.equal(blocked.has(user), expected)
      assert.equal(report.has(user), expected)
    }
  }
  assert.equal(new UserSet(JSON.parse(JSON.stringify(await client.list()))).has('553187654321'), true)
  const before = sandbox.requests().length
  for (const user of [...NO_USERS, 'my neighbour']) {
    assert.ok((await failure(client.isBlocked(user))) instanceof InvalidUserError)
    assert.ok(thrown(() => blocked.has(user)) instanceof InvalidUserError)
    assert.ok(thrown(() => report.has(user)) instanceof InvalidUserError)
  }
  assert.equal(sandbox.requests().length, before)
  assert.equal(await isBlocked(sandbox.meta(), '553187654321', { timeoutMs: 20_000 }), true)
})

test('where the list cannot tell, nobody says no', async (t) => {
  const sandbox = sandboxOf(t)
  const set = new UserSet([{ wa_id: '16505551234', user_id: 'US.1' }, { user_id: 'US.2' }])
  assert.equal(set.has('+1 650 555 1234'), true)
  assert.equal(set.has('US.3'), false)
  assert.ok(thrown(() => set.has('+1 650 555 1235')) instanceof UnsupportedError)
  sandbox.script([{ status: 200, body: { data: [{ user_id: 'US.2' }] } }], { provider: 'meta' })
  const error = await failure(new Client(sandbox.meta()).isBlocked('+1 650 555 1235'))
  assert.ok(error instanceof UnsupportedError)
  assert.ok(thrown(() => new UserSet([{ wa_id: 1 }])) instanceof ConfigError)
})

test('ping reads one user and says what is wrong', async (t) => {
  const sandbox = sandboxOf(t)
  for (const config of [sandbox.meta(), sandbox.nxcloud(), sandbox.digital99()]) {
    const before = sandbox.requests().length
    assert.equal(await new Client(config).ping(), undefined)
    assert.equal(sandbox.requests().length, before + 1)
  }
  await ping(sandbox.meta())
  const stranger = new Client({ ...sandbox.meta(), accessToken: 'wrong' })
  assert.ok((await failure(stranger.ping())) instanceof AuthError)
  await stranger.close()
  assert.ok((await failure(stranger.ping())) instanceof ClosedError)
  assert.ok((await failure(stranger.isBlocked('+16505551234'))) instanceof ClosedError)
})
