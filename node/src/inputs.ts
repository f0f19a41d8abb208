/**
 * The users of a call, from what the caller gives.
 *
 * @internal
 * @module
 */
import { clearTimeout, setTimeout } from 'node:timers'
import { setImmediate as nextTurn } from 'node:timers/promises'

import type { NativeClient, NativeInputs } from './addon.js'
import { FORMS, foundIn, type Given, givenOf, hintAbout, isMany, isOne, jsonOf, noUser } from './given.js'
import type { UserInput, UserInputs } from './options.js'
import { onAbort } from './signals.js'

/** Node's longest timer. */
const LONGEST = 2 ** 31 - 1

/** Users that are handed to the native half at a time: a quarter of a millisecond of work, and one wake-up of its thread. */
const PIECE = 4000

/** @internal What stops reading an async source. */
export interface Stop {
  /** The first of these that aborts. */
  readonly signals: readonly AbortSignal[]
  /** The time for the whole call, in milliseconds. */
  readonly withinMs: number | undefined
}

/**
 * @internal Hands all inputs to the native half, in pieces. An async source is left when the call must end; what was
 * read until then is reported as not sent.
 */
export async function gather(
  users: UserInputs,
  client: NativeClient,
  stop: Stop,
  missingFail: boolean,
): Promise<NativeInputs> {
  if (typeof users !== 'object' || users === null || !isMany(users)) throw notUsers(users)
  const inputs = client.gather(Array.isArray(users) ? users.length : 0)
  let piece: Given[] = []
  let count = 0
  /** Whether a piece was handed over. */
  const add = (input: unknown): boolean => {
    // Most are strings, for which no place needs to be spelled out.
    piece.push(typeof input === 'string' ? input : givenOf(input, `users[${count}]`, missingFail))
    count += 1
    if (piece.length < PIECE) return false
    inputs.push(jsonOf(piece))
    piece = []
    return true
  }
  if (Symbol.asyncIterator in users) {
    await eachUntilStopped(users, stop, add)
  } else {
    // A copy, because the caller may change an array while other work gets its turn.
    for (const input of Array.isArray(users) ? users.slice() : users) if (add(input)) await nextTurn()
  }
  if (piece.length > 0) inputs.push(jsonOf(piece))
  return inputs
}

/** @internal All users as JSON, for a call that does not wait. */
export function gatherNow(users: unknown, missingFail: boolean): string {
  if (isOne(users)) return jsonOf([givenOf(users, 'the user', false)])
  if (typeof users !== 'object' || users === null || !(Symbol.iterator in users)) throw notUsers(users)
  const all = [...(users as Iterable<unknown>)]
  return jsonOf(all.map((input, place) => givenOf(input, `users[${place}]`, missingFail)))
}

function notUsers(users: unknown) {
  const isAsync = typeof users === 'object' && users !== null && Symbol.asyncIterator in users
  const hint = isAsync ? 'Collect the users of an async source into an array first.' : hintAbout(users)
  const message = `users must be ${FORMS}, or an iterable of these, not ${foundIn(users)}`
  return noUser(message, hint)
}

async function eachUntilStopped(
  users: AsyncIterable<UserInput>,
  stop: Stop,
  add: (input: UserInput) => void,
): Promise<void> {
  const iterator = users[Symbol.asyncIterator]()
  let stopped = false
  // Ends the current step. Not with `Promise.race`, which would keep every step in memory until the call ends.
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
  // A source that ended or failed while it was asked for its next user must not be asked to end.
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
