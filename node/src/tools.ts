/** Functions that need no client. */
import { checkKinds, kindOf } from './convert.js'
import { guarded, siteOf } from './failures.js'
import { textOf } from './given.js'
import { native } from './native.js'
import { User, type UserJSON } from './users.js'

/** What an NxCloud signature covers. */
export interface NxCloudSignatureInput {
  /** The header `accessKey`. */
  readonly accessKey: string
  /** The secret, which is never sent. */
  readonly accessSecret: string
  /** The header `ts`: milliseconds since 1970, as text or number. */
  readonly ts: string | number
  /** Exactly the body as sent; empty for none (and for multipart, which is never signed). */
  readonly body?: string | Uint8Array | undefined
  /** The header `bizType`. Default: WhatsApp's. */
  readonly bizType?: string | undefined
  /** The header `action`. Default: that of the block calls. */
  readonly action?: string | undefined
  /** The digest. Default: NxCloud's, which is MD5. */
  readonly algorithm?: 'md5' | 'sha256' | undefined
}

/**
 * The `sign` header of an NxCloud request, or of a callback to check: lower-case hex. Compare callbacks in constant
 * time, ignoring case.
 *
 * @throws {@link ConfigError} for an invalid value, and for an algorithm other than `md5` and `sha256`.
 *
 * @example
 * ```ts
 * const sign = nxcloudSignature({ accessKey, accessSecret, ts: headers.ts, body: rawBody, action: headers.action })
 * ```
 */
export function nxcloudSignature(input: NxCloudSignatureInput): string {
  return guarded(siteOf(nxcloudSignature), () => {
    checkKinds(input, 'nxcloudSignature', SIGNATURE)
    const { accessKey, accessSecret, ts, body, bizType, action, algorithm } = input
    return native.nxcloudSignature(accessKey, accessSecret, String(ts), body, bizType, action, algorithm)
  })
}

const SIGNATURE = {
  accessKey: ['a string'],
  accessSecret: ['a string'],
  ts: ['a string', 'a number'],
  body: ['a string', 'bytes', 'undefined'],
  bizType: ['a string', 'undefined'],
  action: ['a string', 'undefined'],
  algorithm: ['a string', 'undefined'],
}

/**
 * Whether two numbers or wa_ids can name the same person: WhatsApp's id differs from the dialled number in some
 * countries, such as Brazil, Mexico and Argentina. For matching only; what is sent is never changed.
 *
 * @throws {@link InvalidUserError} for a value that is not text.
 *
 * @example
 * ```ts
 * sameUser('+5511987654321', '551187654321') // true
 * ```
 */
export function sameUser(one: string, other: string): boolean {
  return guarded(siteOf(sameUser), () =>
    native.sameUser(textOf(one, 'the first user'), textOf(other, 'the second user')),
  )
}

/**
 * The text with its phone numbers masked, for logs. Never throws; other values are converted with `String` first.
 *
 * @example
 * ```ts
 * mask('user +16505551234 of 20') // 'user +165******34 of 20'
 * ```
 */
export function mask(text: unknown): string {
  try {
    return native.mask(String(text))
  } catch {
    // An object that throws when it is converted to text.
    return kindOf(text)
  }
}

/**
 * Parses text from a person or a webhook: a phone number in any usual format, the digits of a wa_id, or a BSUID.
 *
 * @param options - the region for numbers in national format, as an ISO 3166 code: `'IL'` or `{ defaultRegion: 'IL' }`
 * @throws {@link InvalidUserError} if it is not a valid user, with its digits masked; {@link ConfigError} for an unknown
 * option.
 *
 * @example
 * ```ts
 * parseUser('050-123 4567', 'IL').id // '972501234567'
 * ```
 */
export function parseUser(
  user: string | { readonly user: string },
  options: string | { readonly defaultRegion?: string | undefined } = {},
): User {
  const json = guarded(siteOf(parseUser), () => {
    if (typeof options === 'string') return native.parseUser(textOf(user, 'user'), options)
    checkKinds(options, 'parseUser', { defaultRegion: ['a string', 'undefined'] })
    return native.parseUser(textOf(user, 'user'), options.defaultRegion)
  })
  return new User(JSON.parse(json) as UserJSON)
}
