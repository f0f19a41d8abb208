// The shared vectors and scenarios of `tests/`, through the public face; the other languages run the same files.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'

import {
  Client,
  ConfigError,
  nxcloudSignature,
  parseUser,
  Report,
  sameUser,
  sandboxOf,
  WablockError,
} from './support.mjs'

const FEWEST_VECTORS = 120
/** Answers nothing and is not sent again: for vectors that are only about the request. */
const NO_ANSWER = { status: 418 }
/** Headers that belong to HTTP and to the client program, not to the provider's API. */
const TRANSPORT = ['host', 'accept', 'accept-encoding', 'user-agent', 'content-length', 'connection']
const WINDOW_MS = 60_000

// ---- the data ----

const root = new URL('..', import.meta.url)
const load = (name) => ({ name, content: JSON.parse(readFileSync(new URL(name, root), 'utf8')) })
const files = (folder) => {
  const names = readdirSync(new URL(`${folder}/`, root)).filter((name) => name.endsWith('.json'))
  assert.ok(names.length > 0, `${folder} has no data`)
  return names.sort().map((name) => load(`${folder}/${name}`))
}
const rows = ({ name, content }, key) => {
  assert.ok(content[key]?.length > 0, `${name}: no ${key}`)
  return content[key].map((row) => ({ ...content.defaults, ...row }))
}
const usersOf = (given) =>
  given.flatMap((user) =>
    typeof user === 'string'
      ? [user]
      : Array.from({ length: user.count }, (_, at) => String(BigInt(user.from) + BigInt(at))),
  )

// ---- calls ----

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase())
const camelKeys = (object = {}) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [camel(key), value]))
/** Without the keys that have no value. */
const known = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))

function clientOf(sandbox, provider, config, options) {
  const place = { provider, baseUrl: `${sandbox.url}/${provider}` }
  return new Client({ ...camelKeys(config), ...place }, camelKeys(options))
}

const ofError = (error) =>
  known({
    code: error.code,
    message: error.message,
    provider_code: error.providerCode,
    status: error.httpStatus,
    request_id: error.requestId,
    retryable: error.retryable || undefined,
    retry_after: error.retryAfterMs === undefined ? undefined : error.retryAfterMs / 1000,
  })
const ofUser = ({ waId, userId, extra }) => known({ wa_id: waId, user_id: userId, extra })
const ofOutcome = ({ input, state, error, ...ids }) =>
  known({ input, state, ...ofUser(ids), error: error && ofError(error) })

/** Runs `operation` (or `call`) of a vector or step. */
async function call(client, step, unsettled) {
  const operation = step.operation ?? step.call
  const came = {}
  try {
    if (operation === 'list') {
      came.users = []
      for await (const user of client.list()) came.users.push(ofUser(user))
    } else if (operation === 'settle') {
      came.report = await client.settle(unsettled)
    } else if (operation === 'is_blocked') {
      came.blocked = await client.isBlocked(step.user)
    } else if (operation === 'ping') {
      await client.ping()
    } else if (operation === 'check') {
      came.report = client.check(usersOf(step.users))
    } else {
      assert.ok(operation === 'block' || operation === 'unblock', operation)
      const result = await client[operation](step.user ?? usersOf(step.users))
      if (step.user === undefined) came.report = result
      else came.outcomes = [ofOutcome(result)]
    }
  } catch (error) {
    if (!(error instanceof WablockError)) throw error
    came.raised = ofError(error)
    came.report = error.report
  }
  came.outcomes ??= came.report?.outcomes.map(ofOutcome)
  return came
}

// ---- comparisons: exact, and missing means absent ----

const shown = (value) => JSON.stringify(value)
const same = (what, found, expected) =>
  isDeepStrictEqual(found, expected) ? [] : [`${what}: ${shown(found)}, expected ${shown(expected)}`]

function sameError(what, found, expected) {
  if (found === undefined || expected === undefined) return same(what, found, expected)
  const { message, ...fields } = found
  const { message_contains: part = '', ...exact } = expected
  if (exact.request_id === '*' && typeof fields.request_id === 'string') fields.request_id = '*'
  const spoken = message.includes(part) ? [] : [`${what}: ${shown(message)} does not contain ${shown(part)}`]
  return [...same(what, fields, exact), ...spoken]
}

function sameRows(what, found, expected) {
  if (found?.length !== expected.length) return same(what, found, expected)
  return expected.flatMap(({ error: expectedError, ...exact }, at) => {
    const { error, ...fields } = found[at]
    return [
      ...same(`${what}[${at}]`, fields, exact),
      ...sameError(`${what}[${at}].error`, error, expectedError),
    ]
  })
}

const CHECKS = {
  raises: () => [],
  requests: () => [],
  outcomes: (came, expected) => sameRows('outcomes', came.outcomes, expected),
  users: (came, expected) => sameRows('users', came.users, expected),
  states: (came, expected) => [
    ...same(
      'states',
      came.outcomes?.map(({ state }) => state),
      expected,
    ),
    ...(came.outcomes ?? []).flatMap(({ error }) => same("the outcome's error", error, came.raised)),
  ],
  counts: (came, expected) => {
    const counted = Object.entries(came.report?.counts ?? {}).filter(([, count]) => count > 0)
    return same('counts', Object.fromEntries(counted), expected)
  },
  ids: (came, expected) =>
    same('ids', came.users?.map((user) => user.wa_id ?? user.user_id).sort(), expected),
  blocked: (came, expected) => same('blocked', came.blocked, expected),
  count: (came, expected) => same('count', came.users?.length, expected),
}

function differences(came, expect) {
  const wrong = sameError('raises', came.raised, expect.raises)
  for (const [key, expected] of Object.entries(expect)) {
    assert.ok(Object.hasOwn(CHECKS, key), `unknown key ${key}`)
    wrong.push(...CHECKS[key](came, expected))
  }
  return wrong
}

/** Runs every row of every file, and fails with all differences found. */
async function runAll(all, key, run) {
  let ran = 0
  const wrong = []
  for (const file of all) {
    for (const row of rows(file, key)) {
      for (const difference of await run(row, file.content))
        wrong.push(`${file.name}: ${row.name}: ${difference}`)
      ran += 1
    }
  }
  assert.deepEqual(wrong, [])
  assert.equal(
    ran,
    all.reduce((sum, { content }) => sum + content[key].length, 0),
  )
}

// ---- the tests ----

test('there are enough vectors', () => {
  const count = (folder) => files(folder).reduce((sum, file) => sum + rows(file, 'vectors').length, 0)
  assert.ok(count('vectors/requests') + count('vectors/answers') >= FEWEST_VECTORS)
})

/** A recorded request, with placeholders for a timestamp and a signature that are right. */
function seen(record, provider, config) {
  const headers = Object.fromEntries(record.headers.filter(([name]) => !TRANSPORT.includes(name)))
  if (headers.sign !== undefined) {
    const { access_key: accessKey, access_secret: accessSecret, algorithm } = config
    const { ts } = headers
    const sign = nxcloudSignature({ accessKey, accessSecret, ts, body: record.body, algorithm })
    if (headers.sign === sign) headers.sign = '{{sign}}'
    if (/^\d{13}$/.test(ts) && Math.abs(Date.now() - Number(ts)) <= WINDOW_MS) headers.ts = '{{ts}}'
  }
  assert.ok(record.path.startsWith(`/${provider}/`), record.path)
  return {
    method: record.method,
    path: record.path.slice(provider.length + 1),
    query: [...new URLSearchParams(record.query)],
    headers,
    body: record.body || null,
  }
}

test('request vectors', async (t) => {
  const sandbox = sandboxOf(t)
  await runAll(files('vectors/requests'), 'vectors', async (vector, { provider, config: shared }) => {
    const config = { ...shared, ...vector.config }
    const expected = [vector.expect].flat()
    sandbox.reset()
    sandbox.script(vector.responses ?? expected.map(() => NO_ANSWER), { provider })
    await call(clientOf(sandbox, provider, config, vector.options), vector)
    const requests = sandbox.requests().map((record) => seen(record, provider, config))
    return same('requests', requests, expected)
  })
})

test('answer vectors', async (t) => {
  const sandbox = sandboxOf(t)
  await runAll(files('vectors/answers'), 'vectors', async (vector, { provider, config }) => {
    sandbox.reset()
    if (vector.responses.length > 0) sandbox.script(vector.responses, { provider })
    const came = await call(
      clientOf(sandbox, provider, { ...config, ...vector.config }, vector.options),
      vector,
    )
    const expected = vector.responses.length
    return [
      ...differences(came, vector.expect),
      ...same('requests', sandbox.requests().length, expected),
      ...(came.report ? same("the report's requests", came.report.requests, expected) : []),
    ]
  })
})

async function play(sandbox, scenario) {
  const { provider } = scenario
  const newClient = ({ config, options } = {}) => {
    const ready = sandbox.control('config', { provider })
    return clientOf(
      sandbox,
      provider,
      { ...ready, ...scenario.config, ...config },
      { ...scenario.options, ...options },
    )
  }
  sandbox.reset()
  let client = newClient()
  let report
  const wrong = []
  for (const [at, step] of scenario.steps.entries()) {
    let found = []
    if (step.control !== undefined) {
      const body = camelKeys(step.with)
      if (body.blocked !== undefined) body.blocked = usersOf(body.blocked)
      const answer = sandbox.control(step.control, body)
      found = Object.entries(step.expect ?? {}).flatMap(([key, value]) =>
        same(key, answer[camel(key)], value),
      )
    } else if (step.client !== undefined) {
      client = newClient(step)
    } else {
      const before = sandbox.requests().length
      const came = await call(client, step, report)
      report = came.report ?? report
      const asked = sandbox.requests().length - before
      found = [...differences(came, step.expect), ...same('requests', asked, step.expect.requests)]
    }
    wrong.push(...found.map((difference) => `step ${at + 1}: ${difference}`))
  }
  return wrong
}

test('scenarios', async (t) => {
  const sandbox = sandboxOf(t)
  await runAll(files('scenarios'), 'scenarios', (scenario) => play(sandbox, scenario))
})

test('user vectors', async () => {
  const data = load('vectors/users.json')
  await runAll([data], 'vectors', ({ input, region, user, error }) => {
    let found
    try {
      found = parseUser(input, { defaultRegion: region }).toJSON()
    } catch (problem) {
      if (!(problem instanceof WablockError)) throw problem
      return sameError(shown(input), ofError(problem), error)
    }
    return same(shown(input), found, user)
  })
  await runAll([data], 'same_user', ({ one, other, same: expected }) =>
    same(`${one} and ${other}`, sameUser(one, other), expected),
  )
})

test('input vectors', async (t) => {
  const config = sandboxOf(t).meta()
  await runAll([load('vectors/inputs.json')], 'vectors', ({ given, region, input, user, error }) => {
    const client = new Client(config, { defaultRegion: region })
    const [outcome] = client.check([given], { onMissing: 'fail' }).outcomes
    return [
      ...same('input', outcome.input, input),
      ...(error === undefined ? same('user', outcome.user?.toJSON(), user) : []),
      ...sameError(shown(given), outcome.error && ofError(outcome.error), error),
    ]
  })
})

test('report vectors', () => {
  for (const vector of rows(load('vectors/reports.json'), 'reports')) {
    const given = { ...vector.report, ...vector.with }
    for (const field of vector.without ?? []) delete given[field]
    if (vector.refused !== undefined) {
      assert.throws(
        () => Report.fromJSON(given),
        (error) => error instanceof ConfigError && error.message.includes(vector.refused),
        vector.name,
      )
      continue
    }
    const report = Report.fromJSON(given)
    const errors = report.outcomes.flatMap(({ error }) => error ?? [])
    assert.deepEqual(
      errors.map(({ code, message }) => ({ code, message })),
      vector.errors ?? [],
      vector.name,
    )
    assert.equal(report.toJSON().v, 1, vector.name)
    assert.deepEqual(Report.fromJSON(JSON.stringify(report)).toJSON(), report.toJSON(), vector.name)
  }
})

test('signature vectors and must-fail cases', async () => {
  const data = load('vectors/nxcloud_signatures.json')
  const signed = ({ headers, access_secret: accessSecret, algorithm }, body) =>
    nxcloudSignature({ ...headers, accessSecret, body, algorithm })
  await runAll([data], 'vectors', (vector) => {
    // Only a JSON body is signed; of anything else nothing is.
    const sign = signed(vector, vector.content_type === 'application/json' ? vector.body : '')
    return [
      ...same('digest', sign, vector.digest),
      ...same('published', sign, vector.published_digest ?? sign),
    ]
  })
  await runAll([data], 'must_fail', ({ algorithm, encoding, sign_string: text, digest }) => {
    // The case is what it says it is: its digest is that of its string. (Node cannot write GBK.)
    if (encoding === 'utf-8') assert.equal(createHash(algorithm).update(text).digest('hex'), digest)
    return data.content.vectors.flatMap((vector) =>
      [vector.body, '']
        .filter((body) => signed(vector, body) === digest)
        .map(() => `is accepted as ${vector.name}`),
    )
  })
})
