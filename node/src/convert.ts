/**
 * Converts between JavaScript's spelling of names and the core's, and checks options.
 *
 * @internal
 * @module
 */
import { fileURLToPath } from 'node:url'

/** @internal `accessToken` -> `access_token` */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** @internal `access_token` -> `accessToken` */
export function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** @internal An object of the core in JavaScript's names; values stay as they are. */
export function camelKeys(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [camel(name), inner]))
}

/** @internal A copy without the keys whose value is undefined. */
export function defined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined))
}

/** @internal What is wrong with a value, found on this side of the core, before anything was sent. It becomes a typed error. */
export class Problem {
  constructor(
    readonly message: string,
    readonly hint = 'Correct the named option; nothing was sent.',
    readonly code: 'config' | 'invalid_user' = 'config',
  ) {}
}

/**
 * @internal Options as JSON, by the names they have here; the core reads and checks them. A value that JSON would lose or
 * change is replaced by the name of its kind, so that the core can say what was given.
 */
export function optionsToJson(options: object, what = 'the options'): string {
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    throw new Problem(`${what} must be an object, not ${kindOf(options)}`)
  }
  const given: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(options)) given[name] = plain(value)
  return JSON.stringify(given)
}

/** @internal Refuses options that are not an object, unknown names, and values of a kind that is not listed for their name. */
export function checkKinds(options: unknown, of: string, kinds: Readonly<Record<string, readonly string[]>>) {
  if (typeof options !== 'object' || options === null) {
    throw new Problem(`the options of ${of} must be an object, not ${kindOf(options)}`)
  }
  const wrong = Object.keys(options).find((name) => !Object.hasOwn(kinds, name))
  if (wrong !== undefined) {
    const all = Object.keys(kinds).map((name) => `\`${name}\``)
    throw new Problem(`\`${wrong}\` is not an option of ${of}, which has ${all.join(', ')}`)
  }
  for (const [name, known] of Object.entries(kinds)) {
    const kind = kindOf((options as Record<string, unknown>)[name])
    if (known.includes(kind)) continue
    const expected = known.filter((each) => each !== 'undefined').join(' or ')
    // Never with the value, which may be a secret.
    throw new Problem(`\`${name}\` must be ${expected}, not ${kind}`)
  }
}

/** @internal An object with the core's names, for the sandbox; its own spelling is refused, so that an option has one name. */
export function snakeKeys(options: object): Record<string, unknown> {
  if (options === null || typeof options !== 'object') {
    throw new Problem(`options must be an object, not ${kindOf(options)}`)
  }
  const renamed = ([name, value]: [string, unknown]): [string, unknown] => {
    if (!name.includes('_')) return [snake(name), value]
    throw new Problem(`unknown option "${name}", did you mean \`${camel(name)}\`?`)
  }
  return Object.fromEntries(Object.entries(options).map(renamed))
}

function plain(value: unknown): unknown {
  if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean')
    return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : { kind: String(value) }
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Uint8Array) return { kind: 'a Buffer', text: Buffer.from(value).toString('utf8') }
  if (value instanceof URL && value.protocol === 'file:') return { kind: 'a URL', text: fileURLToPath(value) }
  return { kind: kindOf(value) }
}

/** @internal What kind of value it is, in words. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (value instanceof String) return 'a String object'
  if (value instanceof Uint8Array) return 'bytes'
  const kind = typeof value
  return kind === 'object' ? 'an object' : `a ${kind}`
}
