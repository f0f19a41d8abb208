/**
 * The users of a call, from what the caller gives.
 *
 * @internal
 * @module
 */
import { clearTimeout, setTimeout } from 'node:timers'

import { kindOf } from './convert.js'
import type { Site } from './errors.js'
import { ownError } from './failures.js'
import type { NativeClient, NativeInputs } from './native.js'
import type { UserInput, UserInputs } from './options.js'
import { onAbort } from './signals.js'
import { nextTurn } from './turns.js'

/** Node's longest timer. */
const LONGEST = 2 ** 31 - 1

/** Users that cross to the native half at a time: a quarter of a millisecond of work, and one wake-up of its thread. */
const PIECE = 4000

/** @internal Whether the caller means one user; text is one although it can be iterated. */
export function isOne(users: unknown): users is UserInput {
  if (typeof users === 'string') return true
  return typeof users === 'object' && users !== null && 'user' in users && !isMany(users)
}

function isMany(users: object): boolean {
  return Symbol.iterator in users || Symbol.asyncIterator in users
}

/** @internal The text of one input. */
export function textOf(input: unknown, what: string, site: Site): string {
  if (typeof input === 'string') return input
  if (typeof input === 'object' && input !== null && 'user' in input && typeof input.user === 'string') {
    return input.user
  }
  throw ownError(
    'invalid_user',
    `${what} must be a string or { user: string }, not ${kindOf(input)}`,
    'Give phone numbers as text, such as "+16505551234"; nothing was sent.',
    site,
  )
}

/** @internal What ends the reading of a source over time. */
export interface Stop {
  /** The first of these that aborts. */
  readonly signals: readonly AbortSignal[]
  /** The time for the whole call, in milliseconds. */
  readonly withinMs: number | undefined
}

/**
 * @internal Hands all inputs to the native half, in pieces. A source over time is left when the call must end: what was
 * read until then is reported as not sent.
 */
export async function gather(
  users: UserInputs,
  client: NativeClient,
  stop: Stop,
  site: Site,
): Promise<NativeInputs> {
  if (typeof users !== 'object' || users === null || !isMany(users)) {
    throw ownError(
      'invalid_user',
      `users must be a string, { user: string }, or an iterable of these, not ${kindOf(users)}`,
      'Give one user, or a list of users.',
      site,
    )
  }
  if (Array.isArray(users)) {
    // A copy, because the caller may change an array while other work gets its turn.
    const all: unknown[] = users.slice()
    const inputs = client.gather(all.length)
    for (let start = 0; start < all.length; start += PIECE) {
      if (start > 0) await nextTurn()
      hand(textsOf(all.slice(start, start + PIECE), start, site), inputs)
    }
    return inputs
  }
  const inputs = client.gather(0)
  let piece: string[] = []
  let count = 0
  const add = (input: unknown): boolean => {
    piece.push(textOf(input, `users[${count}]`, site))
    count += 1
    if (piece.length < PIECE) return false
    hand(piece, inputs)
    piece = []
    return true
  }
  if (Symbol.asyncIterator in users) {
    await eachUntilStopped(users, stop, add)
  } else {
    for (const input of users) {
      if (add(input)) await nextTurn()
    }
  }
  hand(piece, inputs)
  return inputs
}

/** The texts of inputs, in their own array; `start` is the place of the first among all. */
function textsOf(inputs: unknown[], start: number, site: Site): string[] {
  for (let place = 0; place < inputs.length; place += 1) {
    const input = inputs[place]
    // Most are texts, and to call a function for each would cost four times as much as to look.
    if (typeof input !== 'string') inputs[place] = textOf(input, `users[${start + place}]`, site)
  }
  return inputs as string[]
}

function hand(piece: string[], inputs: NativeInputs): void {
  if (piece.length > 0 && !inputs.pushJoined(piece.join('\0'), piece.length)) inputs.push(piece)
}

async function eachUntilStopped(
  users: AsyncIterable<UserInput>,
  stop: Stop,
  add: (input: UserInput) => void,
): Promise<void> {
  const iterator = users[Symbol.asyncIterator]()
  let stopped = false
  // Ends the step that is waited for. No `Promise.race`: what it races with would keep every step until the call ends.
  let end = () => {}
  const stopNow = () => {
    stopped = true
    end()
  }
  const undo = stop.signals.map((signal) => onAbort(signal, stopNow))
  if (stop.withinMs !== undefined && stop.withinMs <= LONGEST) {
    const timer = setTimeout(stopNow, stop.withinMs)
    undo.push(() => clearTimeout(timer))
  }
  if (stop.signals.some((signal) => signal.aborted)) stopNow()
  const step = () =>
    new Promise<IteratorResult<UserInput> | undefined>((resolve, reject) => {
      end = () => resolve(undefined)
      if (stopped) end()
      else Promise.resolve(iterator.next()).then(resolve, reject)
    })
  // While it is asked for its next user the source may end or fail by itself, and must not be asked to end.
  let asked = false
  try {
    for (;;) {
      asked = !stopped
      const next = await step()
      asked &&= next === undefined || next.done === true
      if (next === undefined || next.done) return
      add(next.value)
    }
  } finally {
    for (const each of undo) each()
    // Not awaited: a source that never gives its next user would never end either.
    if (!asked) Promise.resolve(iterator.return?.()).catch(() => {})
  }
}
