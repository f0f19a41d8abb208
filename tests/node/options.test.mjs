// Wrong and right options and variables: the shared vectors, and what only Node has.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'

import { APIConnectionError, Client, ConfigError, PROVIDERS, UnsupportedError } from './support.mjs'

const vectors = JSON.parse(readFileSync(new URL('../vectors/options.json', import.meta.url), 'utf8'))
const { defaults } = vectors
const good = { provider: 'meta', accessToken: 'EAAB-canary', phoneNumberId: '106540352242922' }

const isDuration = (name) => /(^|_)timeout$/.test(name)
const camel = (name) =>
  name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase()) + (isDuration(name) ? 'Ms' : '')

/** Options as JavaScript has them: camelCase, and durations in milliseconds. */
function inOurWay(options = {}) {
  const convert = ([name, value]) => [
    camel(name),
    isDuration(name) && typeof value === 'number' ? value * 1000 : value,
  ]
  return Object.fromEntries(Object.entries(options).map(convert))
}

const written = (template = '') => template.replace(/\{(\w+)\}/g, (_, name) => `\`${camel(name)}\``)

function check(row, work) {
  assert.throws(work, (error) => {
    assert.ok(error instanceof ConfigError, `${row.name}: ${error}`)
    assert.ok(error.message.includes(written(row.message)), `${row.name}: ${error.message}`)
    assert.ok(error.hint.includes(written(row.hint)), `${row.name}: ${error.hint}`)
    if (row.option !== undefined) assert.equal(error.option, camel(row.option), row.name)
    const shown = `${error} ${error.hint} ${JSON.stringify(error)}`
    for (const text of [...defaults.absent, ...(row.absent ?? [])]) {
      assert.ok(!shown.includes(text), `${row.name}: ${shown}`)
    }
    return true
  })
}

test('a wrong option is named as it is written here, and its value is not repeated', () => {
  for (const row of [...vectors.wrong, ...vectors.missing, ...vectors.unknown]) {
    const config = inOurWay({ ...(row.config ?? defaults.config), ...row.set })
    check(row, () => new Client(config, inOurWay(row.options)))
  }
})

test('the options of a check are read as all others', () => {
  const client = new Client(good)
  for (const [options, message] of [
    [{ limit: 1 }, '`limit` is not an option of a check'],
    [{ on_missing: 'fail' }, '`on_missing` is not an option of a check; did you mean `onMissing`?'],
    [{ onMissing: 'skip' }, '`onMissing` must be "raise" or "fail", not "skip"'],
    [{ onMissing: true }, '`onMissing` must be "raise" or "fail", not true'],
    ['fail', 'the options of a check must be an object, not a string'],
  ]) {
    assert.throws(
      () => client.check(['+16505551234'], options),
      (error) => error instanceof ConfigError && error.message === message,
      message,
    )
  }
})

test('every sample configuration makes a client', () => {
  const samples = JSON.parse(readFileSync(new URL('../data/configs.json', import.meta.url), 'utf8'))
  assert.deepEqual(Object.keys(samples).sort(), Object.keys(PROVIDERS).sort())
  for (const [provider, { minimal, full }] of Object.entries(samples)) {
    for (const config of [minimal, full]) {
      assert.equal(new Client(inOurWay(config)).capabilities.provider, provider)
    }
  }
})

function variables(row) {
  const base = {
    WABLOCK_PROVIDER: 'meta',
    WABLOCK_META_ACCESS_TOKEN: 'EAAB-canary',
    WABLOCK_META_PHONE_NUMBER_ID: '106540352242922',
  }
  return row.vars ?? { ...base, ...row.over }
}

test('a wrong variable is named as a variable', () => {
  for (const row of vectors.environment) {
    check(row, () => Client.fromEnv({ prefix: row.prefix }, variables(row)))
  }
})

test('a provider that cannot block is named with where to look', () => {
  for (const { provider, message, hint = '' } of vectors.cannot_block) {
    for (const make of [
      () => new Client({ provider, apiKey: 'EAAB-canary' }),
      () => Client.fromEnv({}, { WABLOCK_PROVIDER: provider }),
    ]) {
      assert.throws(make, (error) => {
        assert.ok(error instanceof UnsupportedError, `${provider}: ${error}`)
        assert.ok(error.message.includes(message), `${provider}: ${error.message}`)
        assert.ok(error.hint.includes(hint), `${provider}: ${error.hint}`)
        assert.match(error.hint, /wablock blocks through meta, /)
        assert.ok(!JSON.stringify(error).includes('canary'), provider)
        return true
      })
    }
  }
})

test('variables give a client', () => {
  for (const row of vectors.environment_works) {
    const client = Client.fromEnv({ prefix: row.prefix, maxRetries: 1 }, variables(row))
    if (row.most_per_request !== undefined) {
      assert.equal(client.capabilities.maxUsersPerRequest, row.most_per_request, row.name)
    }
  }
})

test('what is given in code goes before variables', () => {
  const env = variables({ over: { WABLOCK_TIMEOUT: 'wrong' } })
  assert.throws(() => Client.fromEnv({}, env), /^ConfigError: WABLOCK_TIMEOUT must be a number of seconds/)
  assert.ok(Client.fromEnv({ timeoutMs: 3000 }, env))
  assert.throws(
    () => Client.fromEnv({ timeoutMs: 'x' }, env),
    /^ConfigError: `timeoutMs` must be a number of milliseconds/,
  )
})

test('what is wrong in code is named as code names it, also beside variables', () => {
  for (const [options, message] of [
    [
      { default_region: 'IL' },
      /`default_region` is not an option of the client; did you mean `defaultRegion`\?/,
    ],
    [{ timeout: 5 }, /did you mean `timeoutMs`\?/],
    ['shop', /the options of fromEnv must be an object, not a string/],
    [null, /the options of fromEnv must be an object, not null/],
  ]) {
    assert.throws(
      () => Client.fromEnv(options, variables({})),
      (error) => {
        assert.match(error.message, message)
        assert.doesNotMatch(error.hint, /WABLOCK_/)
        return error instanceof ConfigError
      },
    )
  }
})

test('a value that JSON cannot hold is named by its kind', () => {
  for (const [value, kind] of [
    [undefined, undefined],
    [12n, 'a bigint'],
    [() => 1, 'a function'],
    [Symbol('canary'), 'a symbol'],
    [Buffer.from('canary'), 'a Buffer'],
    [{ canary: 1 }, 'an object'],
    [Number.NaN, 'NaN'],
  ]) {
    const make = () => new Client({ ...good, accessToken: value })
    const message =
      kind === undefined ? '`accessToken` is missing' : `\`accessToken\` must be a string, not ${kind}`
    assert.throws(make, { message })
  }
})

test('names that people know from elsewhere lead to ours', () => {
  for (const [config, options, message] of [
    [good, { timeout: 5 }, /`timeout` is not an option of the client; did you mean `timeoutMs`\?/],
    [good, { timeout_ms: 5 }, /did you mean `timeoutMs`\?/],
    [good, { retries: 5 }, /did you mean `maxRetries`\?/],
    [good, { log_level: 'info' }, /did you mean `logLevel`\?/],
    [{ ...good, phoneNumberID: '1' }, {}, /did you mean `phoneNumberId`\?/],
    [
      { ...good, timeoutMs: 5 },
      {},
      /`timeoutMs` is not an option of meta; `timeoutMs` is an option of the client/,
    ],
    [{ ...good, APIKey: 'canary' }, {}, /`APIKey` is not an option of meta; did you mean `accessToken`\?/],
    [JSON.parse('{"provider":"meta","__proto__":"canary"}'), {}, /`__proto__` is not an option of meta$/],
    [undefined, {}, /^the configuration must be an object, not undefined$/],
    ['meta', {}, /Client\.fromEnv\(\)/],
  ]) {
    assert.throws(
      () => new Client(config, options),
      (error) => {
        assert.match(error.message, message)
        assert.ok(!`${error} ${error.hint}`.includes('canary'))
        return error instanceof ConfigError
      },
    )
  }
  assert.throws(
    () => new Client(good, { colour: 1 }),
    (error) => /`logger` and `logLevel`/.test(error.hint),
  )
})

test('options of a call are read as those of a client', async () => {
  const client = new Client(good)
  for (const [options, message] of [
    [{ timeoutMs: '5' }, /^`timeoutMs` must be a number of milliseconds/],
    [{ maxRetries: 1.5 }, /^`maxRetries` must be a whole number from 0 to 100, not 1\.5$/],
    [{ limit: 5 }, /^`limit` is not an option of a call$/],
    [{ on_progress: 5 }, /did you mean `onProgress`\?/],
    [{ concurrency: 5 }, /`concurrency` is an option of the client/],
  ]) {
    await assert.rejects(client.block('+16505551234', options), { code: 'config', message })
  }
})

test('options of calls over users are refused where a call has none', async () => {
  const client = new Client(good)
  for (const [name, value] of [
    ['onProgress', () => {}],
    ['onMissing', 'fail'],
  ]) {
    const options = { [name]: value }
    const refused = { code: 'config', message: `\`${name}\` is an option of a call, but not of this one` }
    await assert.rejects(client.list(options).toArray(), refused)
    await assert.rejects(client.isBlocked('+16505551234', options), refused)
    await assert.rejects(client.settle(client.check(['+16505551234']), options), refused)
    await assert.rejects(client.ping(options), refused)
  }
})

test('authorities are text, a Buffer, a path or a URL', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'
  const file = join(mkdtempSync(join(tmpdir(), 'wablock-')), 'authority.pem')
  writeFileSync(file, pem)
  for (const caCertificates of [pem, Buffer.from(pem), file, pathToFileURL(file), [file, pem]]) {
    const message = /^`caCertificates` holds a certificate that cannot be used/
    assert.throws(() => new Client(good, { caCertificates }), { message })
  }
})

test('no connection says where, and its cause has a code as Node has it', async () => {
  const client = new Client({ ...good, baseUrl: 'http://127.0.0.1:9' }, { maxRetries: 0 })
  await assert.rejects(client.block(['+16505551234']), (error) => {
    assert.ok(error instanceof APIConnectionError)
    assert.match(error.message, /^cannot reach 127\.0\.0\.1:9: /)
    assert.equal(error.cause.code, 'ECONNREFUSED')
    return true
  })
})
