// Certificate authorities: those of Node's own variable are trusted as `fetch` in the same process trusts them.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const file = (name) => fileURLToPath(new URL(`../data/tls/${name}`, import.meta.url))
const dist = JSON.stringify(fileURLToPath(new URL('../../node/dist/index.mjs', import.meta.url)))

/** Blocks a user at an https server, in a process with these variables; gives the state, or the code and cause. */
async function blockAt(port, env, options = {}) {
  const script = `
    import { Client } from ${dist}
    const meta = { provider: 'meta', accessToken: 't', phoneNumberId: '1', baseUrl: 'https://localhost:${port}' }
    const client = new Client(meta, ${JSON.stringify({ maxRetries: 0, ...options })})
    const result = await client.block('+16505551234').then(({ state }) => state, ({ code }) => code)
    console.log(result)
  `
  return await new Promise((resolve, reject) => {
    const done = (error, stdout, stderr) => (error ? reject(new Error(stderr)) : resolve(stdout.trim()))
    execFile(
      process.execPath,
      ['--input-type=module', '-e', script],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: '', ...env } },
      done,
    )
  })
}

test('NODE_EXTRA_CA_CERTS is honoured, and a file that Node ignores is ignored', async (t) => {
  const answer = { block_users: { added_users: [{ input: '+16505551234', wa_id: '16505551234' }] } }
  const server = createServer(
    { key: readFileSync(file('server.key')), cert: readFileSync(file('server.pem')) },
    (_request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ messaging_product: 'whatsapp', ...answer }))
    },
  ).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address()
  const authority = readFileSync(file('ca.pem'), 'utf8')

  assert.equal(await blockAt(port, {}), 'connection')
  assert.equal(await blockAt(port, { NODE_EXTRA_CA_CERTS: file('ca.pem') }), 'done')
  assert.equal(await blockAt(port, {}, { caCertificates: authority }), 'done')
  // With an authority of one's own as well, both are trusted.
  const other = readFileSync(file('server.pem'), 'utf8')
  assert.equal(
    await blockAt(port, { NODE_EXTRA_CA_CERTS: file('ca.pem') }, { caCertificates: other }),
    'done',
  )
  for (const name of ['missing.pem', 'server.key', '']) {
    assert.equal(await blockAt(port, { NODE_EXTRA_CA_CERTS: name && file(name) }), 'connection', name)
  }
})
