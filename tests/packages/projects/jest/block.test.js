// In Jest, whose files have module registries and globals of their own.
const { Client, NotEligibleError } = require('wablock')
const { startSandbox } = require('wablock/testing')

let sandbox
let client
beforeEach(() => {
  sandbox = startSandbox()
  client = new Client(sandbox.meta())
})
afterEach(async () => {
  await client.close()
  sandbox.close()
})

test('blocks', async () => {
  expect(await client.block('+16505551234')).toMatchObject({ state: 'done', waId: '16505551234' })
  expect(sandbox.inspect('meta').blocked).toEqual(['16505551234'])
})

test('rejects with the classes', async () => {
  await expect(client.block('15550131047')).rejects.toThrow(NotEligibleError)
  await expect(client.block('15550131047')).rejects.toMatchObject({ code: 'not_eligible' })
})

test('takes arrays, signals and errors of this file', async () => {
  const report = await client.block(['+16505551234'], { signal: new AbortController().signal })
  expect(report.ok).toBe(true)
  await expect(client.block(['+16505551234'], { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  })
})
