/**
 * What one JavaScript value means as a user.
 *
 * @internal
 * @module
 */
import { kindOf, Problem } from './convert.js'
import type { UserInput } from './options.js'

/** @internal A user as the native half reads it: text, or named fields with the core's names. */
export type Given = string | Fields

interface Fields {
  kind?: string
  id?: string
  wa_id?: string
  user_id?: string
  user?: Given
  input?: string
  state?: string
  /** What is there instead of a user. */
  missing?: string
}

/** What is there instead of a user. */
class Missing {
  constructor(readonly what: string) {}
}

/** Deeper objects are refused before they could overflow the stack. */
const DEEPEST = 4

/** @internal */
export const FORMS = 'a string, or an object with `user`, `waId` or `userId`'

/** What to do about a missing user: one alone, or one of many. */
const ONE = 'Give one user as text, such as "+16505551234".'
const MANY = "Leave missing values out, or pass `onMissing: 'fail'`, so that they fail and the others go on."

/** @internal Whether the caller means one user. A string is one, although it is iterable. */
export function isOne(users: unknown): users is UserInput {
  if (typeof users === 'string') return true
  if (typeof users !== 'object' || users === null || isMany(users)) return false
  return NAMES.some((name) => name in users) || ('kind' in users && 'id' in users)
}

const NAMES = ['user', 'waId', 'wa_id', 'userId', 'user_id']

/** @internal */
export function isMany(users: object): boolean {
  // Both are iterable, over characters and bytes.
  if (users instanceof String || ArrayBuffer.isView(users)) return false
  return Symbol.iterator in users || Symbol.asyncIterator in users
}

/** @internal The text of one input; for functions that read text only. */
export function textOf(input: unknown, what: string): string {
  const text = typeof input === 'object' && input !== null && 'user' in input ? input.user : input
  if (typeof text === 'string') return text
  throw noUser(
    `${what} must be a string or { user: string }, not ${kindOf(input)}`,
    'Give phone numbers as text, such as "+16505551234".',
  )
}

/** @internal One user and nothing else, as JSON. */
export function oneOf(input: unknown, what: string): string {
  const given = read(input, what, 0)
  if (given instanceof Missing) throw noUser(`${what} is missing (${given.what})`, ONE)
  return jsonOf(given)
}

/** @internal One of many users. A missing one throws, unless only its row may fail. */
export function givenOf(input: unknown, what: string, missingFail: boolean): Given {
  const given = read(input, what, 0)
  if (!(given instanceof Missing)) return given
  if (missingFail) return { missing: given.what }
  throw noUser(`${what} is missing (${given.what})`, MANY)
}

function read(input: unknown, what: string, depth: number): Given | Missing {
  if (typeof input === 'string') return input
  if (input === undefined || input === null || Number.isNaN(input)) return new Missing(String(input))
  if (typeof input !== 'object' || isMany(input) || depth > DEEPEST) throw refused(input, what)
  return fieldsOf(input as Record<string, unknown>, what, depth)
}

/** An object: the core says which of its values count. */
function fieldsOf(input: Record<string, unknown>, what: string, depth: number): Given | Missing {
  let missing: Missing | undefined
  const fields: Fields = {}
  const put = (name: 'wa_id' | 'user_id', key: string) => {
    const value = key in input ? read(input[key], `${what}.${key}`, DEEPEST) : undefined
    if (value instanceof Missing) missing ??= new Missing(`${key} is ${value.what}`)
    else if (typeof value === 'string' && (fields[name] ?? value) === value) fields[name] = value
    else if (value !== undefined) throw refused(input[key], `${what}.${key}`)
  }
  put('wa_id', 'waId')
  put('wa_id', 'wa_id')
  put('user_id', 'userId')
  put('user_id', 'user_id')
  if ('user' in input) {
    const user = read(input.user, `${what}.user`, depth + 1)
    if (user instanceof Missing) missing ??= new Missing(`user is ${user.what}`)
    else fields.user = user
  }
  const named = Object.keys(fields).length > 0
  // Many tables have columns of these names for something else.
  for (const name of ['kind', 'id', 'input', 'state'] as const) {
    const value = input[name]
    if (typeof value === 'string') fields[name] = value
  }
  const outcome = fields.input !== undefined && fields.state !== undefined
  const user = fields.kind !== undefined && fields.id !== undefined
  if (named || outcome || user) return fields
  if (missing !== undefined) return missing
  throw refused(input, what)
}

function refused(input: unknown, what: string) {
  return noUser(`${what} must be ${FORMS}, not ${foundIn(input)}`, hintAbout(input))
}

/** @internal The problem with a value that is not a user. */
export function noUser(message: string, hint: string): Problem {
  return new Problem(message, hint, 'invalid_user')
}

/** @internal What is there instead of a user, in words. */
export function foundIn(input: unknown): string {
  const kind = kindOf(input)
  return kind === 'an object' ? 'an object without them' : kind
}

/** @internal What to do about something that is not a user. */
export function hintAbout(input: unknown): string {
  if (typeof input === 'number' || typeof input === 'bigint') {
    return 'Read numbers as text: as numbers they have lost their leading zeros; nothing was sent.'
  }
  if (typeof input === 'object' && input !== null) {
    if ('then' in input) return 'It is a promise: await it first.'
    if (ArrayBuffer.isView(input)) return 'Decode bytes to text first; a stream must give one user at a time.'
    if (input instanceof String) return 'Give a plain string, not a String object.'
  }
  return 'Give phone numbers as text, such as "+16505551234"; nothing was sent.'
}

/** @internal Users as JSON. Half a surrogate pair cannot be sent; U+FFFD replaces it, which is refused as not a number. */
export function jsonOf(given: Given | readonly Given[]): string {
  const json = JSON.stringify(given)
  return json.includes('\\ud') ? JSON.stringify(given, (_, value) => value?.toWellFormed?.() ?? value) : json
}
