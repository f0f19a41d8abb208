// The bot in Vitest, with the same sandbox.
import { afterEach, beforeEach, expect, test } from 'vitest'

import { ADA, PRESSED_REPLY, startBot, WROTE } from './support.js'

let bot: Awaited<ReturnType<typeof startBot>>
beforeEach(async () => {
  bot = await startBot()
})
afterEach(() => bot.close())

test('the button blocks', async () => {
  expect(await bot.post([{ from: ADA, ...PRESSED_REPLY }])).toBe(200)
  expect(bot.blocked()).toEqual([ADA])
})

test('a message does not', async () => {
  expect(await bot.post([{ from: ADA, ...WROTE }])).toBe(200)
  expect(bot.blocked()).toEqual([])
})

test('an outage is made up for', async () => {
  bot.sandbox.fault({ name: 'status', status: 503 })
  await bot.post([{ from: ADA, ...PRESSED_REPLY }])
  expect(bot.unsubscriber.untilItWorks).toContain(ADA)
  bot.sandbox.clearFaults()
  await bot.unsubscriber.retry()
  expect(bot.blocked()).toEqual([ADA])
})
