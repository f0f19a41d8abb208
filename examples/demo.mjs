// The main job from Node: who unsubscribed is blocked, listed and unblocked at every provider of the sandbox.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Client } from '../node/dist/index.mjs'
import { startSandbox } from '../node/dist/testing.mjs'

// This person wrote two days ago, so the 24-hour rule forbids to block them where a provider has that rule.
const LATE = '972505550199'
// All but the first ten may write again; Ada is among the ten and, asking twice, among the others.
const STAY = 9

function numbers() {
  const lines = readFileSync(new URL('unsubscribed.csv', import.meta.url), 'utf8').trim().split('\n')
  return lines.slice(1).map((line) => line.split(',')[0])
}

function table(report) {
  for (const { input, state, waId, error } of report) {
    const reason = error ? `${error.code}: ${error.message}`.slice(0, 88) : ''
    console.log(`  ${input.trim().padEnd(28)} ${state.padEnd(9)} ${(waId ?? '').padEnd(16)} ${reason}`)
  }
}

function reasons(report) {
  const counts = {}
  for (const { error } of report) if (error) counts[error.code] = (counts[error.code] ?? 0) + 1
  return Object.keys(counts)
    .sort()
    .map((code) => `${counts[code]} ${code}`)
    .join(', ')
}

async function listed(client) {
  const users = await client.list().toArray()
  return users.map((user) => user.waId).sort()
}

async function play(name, sandbox, { details }) {
  sandbox.seed(name, { messages: [{ user: LATE, agoS: 2 * 24 * 3600 }] })
  // The sandbox's configuration as variables: the same code, another provider.
  const client = Client.fromEnv({}, sandbox.env(name))
  const report = await client.block(numbers())
  if (details) {
    table(report)
    console.log()
  }
  const blocked = await listed(client)
  const unblocked = await client.unblock(report.done.slice(10).map((outcome) => outcome.input))
  const left = await listed(client)
  console.log(
    `  ${name.padEnd(10)} ${String(report.done.length).padStart(3)} blocked (${reasons(report)}), ${blocked.length} listed, ` +
      `${unblocked.done.length} unblocked, ${left.length} left; at most ${client.capabilities.maxUsersPerRequest} users a request`,
  )
  assert(unblocked.ok)
  assert.equal(left.length, STAY, `${name}: ${STAY} were to stay`)
  await client.close()
  return { states: [...report].map((outcome) => outcome.state), blocked, left }
}

const result = process.argv[2]
const sandbox = startSandbox()
const { providers } = sandbox.control('help')
const final = {}
for (const name of providers) final[name] = await play(name, sandbox, { details: name === providers[0] })
sandbox.close()
mkdirSync(dirname(result), { recursive: true })
writeFileSync(result, JSON.stringify(final, null, 1))
