/**
 * The users of a call, from what the caller gives.
 *
 * @internal
 * @module
 */
import { kindOf } from './convert.js'
import { ownError, type Site } from './errors.js'
import type { NativeCall } from './native.js'
import type { UserInput, UserInputs } from './options.js'
import { onAbort } from './signals.js'
import { nextTurn, PIECE } from './turns.js'

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

/**
 * @internal Hands all inputs to the call, in pieces. A source over time is left when the signal aborts: what was read
 * until then is reported as not sent.
 */
export async function gather(
  users: UserInputs,
  call: NativeCall,
  signal: AbortSignal | undefined,
  site: Site,
): Promise<void> {
  if (typeof users !== 'object' || users === null || !isMany(users)) {
    throw ownError(
      'invalid_user',
      `users must be a string, { user: string }, or an iterable of these, not ${kindOf(users)}`,
      'Give one user, or a list of users.',
      site,
    )
  }
  let piece: string[] = []
  let count = 0
  const add = (input: unknown): boolean => {
    piece.push(textOf(input, `users[${count}]`, site))
    count += 1
    if (piece.length < PIECE) return false
    hand(piece, call)
    piece = []
    return true
  }
  if (Symbol.asyncIterator in users) {
    await eachUntilAborted(users, signal, add)
  } else {
    // A copy, because the caller may change an array while other work gets its turn.
    for (const input of Array.isArray(users) ? users.slice() : users) {
      if (add(input)) await nextTurn()
    }
  }
  hand(piece, call)
}

function hand(piece: string[], call: NativeCall): void {
  if (piece.length > 0 && !call.pushJoined(piece.join('\0'), piece.length)) call.push(piece)
}

async function eachUntilAborted(
  users: AsyncIterable<UserInput>,
  signal: AbortSignal | undefined,
  add: (input: UserInput) => void,
): Promise<void> {
  const iterator = users[Symbol.asyncIterator]()
  let stop = () => {}
  const aborted = new Promise<undefined>((resolve) => {
    if (signal === undefined) return
    stop = onAbort(signal, () => resolve(undefined))
    if (signal.aborted) resolve(undefined)
  })
  // While it is asked for its next user the source may end or fail by itself, and is not to be told to end.
  let asked = false
  try {
    for (;;) {
      asked = true
      const next = iterator.next()
      const step = signal === undefined ? await next : await Promise.race([aborted, next])
      asked = step?.done === true
      if (step === undefined || step.done) return
      add(step.value)
    }
  } finally {
    stop()
    // Not awaited: a source that never gives its next user would never end either.
    if (!asked) Promise.resolve(iterator.return?.()).catch(() => {})
  }
}
