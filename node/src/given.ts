/**
 * What one JavaScript value means as a user.
 *
 * @internal
 * @module
 */
import { kindOf } from './convert.js'
import type { Site } from './errors.js'
import { ownError } from './failures.js'
import type { UserInput } from './options.js'

/** @internal A user as it crosses to the native half: text, or named fields with the core's names. */
export type Given = string | Fields

interface Fields {
  kind?: string
  id?: string
  wa_id?: string
  user_id?: string
  user?: Given
  input?: string
  state?: string
  /** What stands in the place of a user. */
  missing?: string
}

interface Loose {
  readonly user?: unknown
  readonly [name: string]: unknown
}

/** No user, and what stands in its place. */
class Missing {
  constructor(readonly what: string) {}
}

/** Deeper objects are refused before they could overflow the stack. */
const DEEPEST = 4

/** @internal */
export const FORMS = 'a string, or an object with `user`, `waId` or `userId`'

/** What to do about one user that is missing. */
const ONE = 'Give one user as text, such as "+16505551234".'

/** @internal Whether the caller means one user; text is one although it can be iterated. */
export function isOne(users: unknown): users is UserInput {
  if (typeof users === 'string') return true
  if (typeof users !== 'object' || users === null || isMany(users)) return false
  return NAMES.some((name) => name in users) || ('kind' in users && 'id' in users)
}

const NAMES = ['user', 'waId', 'wa_id', 'userId', 'user_id']

/** @internal */
export function isMany(users: object): boolean {
  // Both can be iterated, over characters and bytes.
  if (users instanceof String || ArrayBuffer.isView(users)) return false
  return Symbol.iterator in users || Symbol.asyncIterator in users
}

/** @internal The text of one input; for functions that read text only. */
export function textOf(input: unknown, what: string, site: Site): string {
  const text = typeof input === 'object' && input !== null && 'user' in input ? input.user : input
  if (typeof text === 'string') return text
  throw ownError(
    'invalid_user',
    `${what} must be a string or { user: string }, not ${kindOf(input)}`,
    'Give phone numbers as text, such as "+16505551234".',
    site,
  )
}

/** @internal One user and nothing else, and whether it crosses as JSON. */
export function oneOf(input: unknown, what: string, site: Site): [text: string, json: boolean] {
  const given = read(input, what, site, 0)
  if (given instanceof Missing)
    throw ownError('invalid_user', `${what} is missing (${given.what})`, ONE, site)
  return typeof given === 'string' ? [given, false] : [JSON.stringify(given), true]
}

/** @internal One of many users. Missing ones are refused, unless they are to fail alone. */
export function givenOf(input: unknown, what: string, site: Site, missingFail: boolean): Given {
  const given = read(input, what, site, 0)
  if (!(given instanceof Missing)) return given
  if (missingFail) return { missing: given.what }
  throw ownError(
    'invalid_user',
    `${what} is missing (${given.what})`,
    "Leave missing values out, or pass `onMissing: 'fail'`, so that they fail and the others go on.",
    site,
  )
}

function read(input: unknown, what: string, site: Site, depth: number): Given | Missing {
  if (typeof input === 'string') return input
  if (input === undefined || input === null || Number.isNaN(input)) return new Missing(String(input))
  if (typeof input !== 'object' || isMany(input) || depth > DEEPEST) throw refused(input, what, site)
  return fieldsOf(input as Loose, what, site, depth)
}

/** An object: the core says which of its values count. */
function fieldsOf(input: Record<string, unknown>, what: string, site: Site, depth: number): Given | Missing {
  let missing: Missing | undefined
  const fields: Fields = {}
  const put = (name: 'wa_id' | 'user_id', key: string) => {
    const value = key in input ? read(input[key], `${what}.${key}`, site, DEEPEST) : undefined
    if (value instanceof Missing) missing ??= new Missing(`${key} is ${value.what}`)
    else if (typeof value === 'string' && (fields[name] ?? value) === value) fields[name] = whole(value)
    else if (value !== undefined) throw refused(input[key], `${what}.${key}`, site)
  }
  put('wa_id', 'waId')
  put('wa_id', 'wa_id')
  put('user_id', 'userId')
  put('user_id', 'user_id')
  if ('user' in input) {
    const user = read(input.user, `${what}.user`, site, depth + 1)
    if (user instanceof Missing) missing ??= new Missing(`user is ${user.what}`)
    else fields.user = typeof user === 'string' ? whole(user) : user
  }
  const named = Object.keys(fields).length > 0
  // Many tables have columns of these names for something else.
  for (const name of ['kind', 'id', 'input', 'state'] as const) {
    const value = input[name]
    if (typeof value === 'string') fields[name] = whole(value)
  }
  const outcome = fields.input !== undefined && fields.state !== undefined
  const user = fields.kind !== undefined && fields.id !== undefined
  if (named || outcome || user) return onlyText(fields) ?? fields
  if (missing !== undefined) return missing
  throw refused(input, what, site)
}

/** Text that stands alone crosses faster as text. */
function onlyText({ user, ...rest }: Fields): string | undefined {
  return typeof user === 'string' && Object.keys(rest).length === 0 ? user : undefined
}

/** Half a surrogate pair cannot be sent; what stands for it is refused as no number. */
function whole(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd')
}

function refused(input: unknown, what: string, site: Site) {
  return ownError('invalid_user', `${what} must be ${FORMS}, not ${foundIn(input)}`, hintAbout(input), site)
}

/** @internal What stands where a user should, in words. */
export function foundIn(input: unknown): string {
  const kind = kindOf(input)
  return kind === 'an object' ? 'an object without them' : kind
}

/** @internal What to do about something that is no user. */
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

/** @internal Inputs that cross as JSON. */
export function jsonOf(inputs: readonly Given[]): string {
  return JSON.stringify(inputs.map((input) => (typeof input === 'string' ? whole(input) : input)))
}
