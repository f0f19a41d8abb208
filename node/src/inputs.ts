/**
 * The users of a call, from what the caller gives.
 *
 * @internal
 * @module
 */
import { clearTimeout, setTimeout } from 'node:timers'

import type { Site } from './errors.js'
import { guarded, ownError } from './failures.js'
import { FORMS, foundIn, type Given, givenOf, hintAbout, isMany, isOne, jsonOf } from './given.js'
import type { NativeClient, NativeInputs } from './native.js'
import type { CheckOptions, UserInput, UserInputs } from './options.js'
import { onAbort } from './signals.js'
import { nextTurn } from './turns.js'

/** Node's longest timer. */
const LONGEST = 2 ** 31 - 1

/** Users that cross to the native half at a time: a quarter of a millisecond of work, and one wake-up of its thread. */
const PIECE = 4000

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
  onMissing: CheckOptions['onMissing'],
  site: Site,
): Promise<NativeInputs> {
  if (typeof users !== 'object' || users === null || !isMany(users)) throw notUsers(users, site)
  const expected = Array.isArray(users) ? users.length : 0
  const inputs = guarded(site, () => client.gather(expected, onMissing))
  const { missingFail } = inputs
  if (Array.isArray(users)) {
    // A copy, because the caller may change an array while other work gets its turn.
    const all: unknown[] = users.slice()
    for (let start = 0; start < all.length; start += PIECE) {
      if (start > 0) await nextTurn()
      hand(inPlace(all.slice(start, start + PIECE), start, site, missingFail), inputs)
    }
    return inputs
  }
  let piece: Given[] = []
  let count = 0
  const add = (input: unknown): boolean => {
    piece.push(givenOf(input, `users[${count}]`, site, missingFail))
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

/** @internal All users at once, as JSON, for a call that answers at once. */
export function gatherNow(users: unknown, missingFail: boolean, site: Site): string {
  if (isOne(users)) return jsonOf([givenOf(users, 'the user', site, false)])
  if (typeof users !== 'object' || users === null || !(Symbol.iterator in users)) throw notUsers(users, site)
  return jsonOf(inPlace([...(users as Iterable<unknown>)], 0, site, missingFail))
}

function notUsers(users: unknown, site: Site) {
  const overTime = typeof users === 'object' && users !== null && Symbol.asyncIterator in users
  const hint = overTime ? 'Collect users that arrive over time into an array first.' : hintAbout(users)
  const message = `users must be ${FORMS}, or an iterable of these, not ${foundIn(users)}`
  return ownError('invalid_user', message, hint, site)
}

/** The inputs as they cross, in their own array; `start` is the place of the first among all. */
function inPlace(inputs: unknown[], start: number, site: Site, missingFail: boolean): Given[] {
  for (let place = 0; place < inputs.length; place += 1) {
    const input = inputs[place]
    // Most are texts, and to call a function for each would cost four times as much as to look.
    if (typeof input !== 'string')
      inputs[place] = givenOf(input, `users[${start + place}]`, site, missingFail)
  }
  return inputs as Given[]
}

function hand(piece: Given[], inputs: NativeInputs): void {
  if (piece.length > 0) inputs.push(jsonOf(piece))
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
