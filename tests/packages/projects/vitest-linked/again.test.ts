// The same once more, in a worker or process of its own.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Client, NotEligibleError } from 'wablock'
import { type Sandbox, startSandbox } from 'wablock/testing'

let sandbox: Sandbox
beforeEach(() => {
  sandbox = startSandbox()
})
afterEach(() => sandbox.close())

test('blocks', async () => {
  const client = new Client(sandbox.meta())
  expect(await client.block('+16505551234')).toMatchObject({ state: 'done', waId: '16505551234' })
  expect(sandbox.inspect('meta').blocked).toEqual(['16505551234'])
})

test('rejects with the classes', async () => {
  const client = new Client(sandbox.meta())
  await expect(client.block('15550131047')).rejects.toBeInstanceOf(NotEligibleError)
})
