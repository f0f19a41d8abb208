/**
 * Between JavaScript's spelling of names and the core's.
 *
 * @internal
 * @module
 */

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

/** @internal Options that the core names in its own texts, in JavaScript's spelling. */
export function inOurNames(text: string): string {
  return text.replace(/`([a-z0-9]+(?:_[a-z0-9]+)+)`/g, (_, name: string) => `\`${camel(name)}\``)
}

/** @internal What is wrong with an option, in words; thrown as a `ConfigError` by who knows the context. */
export class OptionProblem {
  constructor(readonly message: string) {}
}

/**
 * @internal Options as JSON with the core's names. The core checks them; here only what JSON would silently lose or
 * change is refused, and the core's spelling, so that an option has one name.
 */
export function optionsToJson(options: object): string {
  if (options === null || typeof options !== 'object') {
    throw new OptionProblem(`options must be an object, not ${kindOf(options)}`)
  }
  const renamed: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(options)) {
    if (!/^[a-z0-9][a-zA-Z0-9]*$/.test(name)) {
      // No option has such a name; where it is one in the core's spelling, say which.
      const known = camel(name)
      const meant = snake(known) === name ? `, did you mean \`${known}\`?` : ''
      throw new OptionProblem(`unknown option "${name}"${meant}`)
    }
    check(name, value)
    renamed[snake(name)] = value
  }
  return JSON.stringify(renamed)
}

function check(name: string, value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new OptionProblem(`\`${name}\` must be a finite number, not ${value}`)
  }
  if (['bigint', 'function', 'symbol'].includes(typeof value)) {
    throw new OptionProblem(`\`${name}\` cannot be ${kindOf(value)}`)
  }
  if (Array.isArray(value)) {
    for (const inner of value) check(name, inner)
  }
}

/** @internal */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  const kind = typeof value
  return kind === 'object' ? 'an object' : `a ${kind}`
}
