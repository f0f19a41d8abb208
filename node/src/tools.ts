/** What the core knows, without a client. */
import { guarded, siteOf } from './errors.js'
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
  /** The header `bizType`. Default `2`, which is WhatsApp. */
  readonly bizType?: string | undefined
  /** The header `action`. Default `mt`, which the block calls have. */
  readonly action?: string | undefined
  /** The digest. Default `md5`. */
  readonly algorithm?: 'md5' | 'sha256' | undefined
}

/**
 * The `sign` header of an NxCloud request, or of a callback to check: lower-case hex. Compare callbacks in constant
 * time, ignoring case.
 *
 * @throws {@link ConfigError} for an algorithm that is neither `md5` nor `sha256`.
 *
 * @example
 * ```ts
 * const sign = nxcloudSignature({ accessKey, accessSecret, ts: headers.ts, body: rawBody, action: headers.action })
 * ```
 */
export function nxcloudSignature({
  accessKey,
  accessSecret,
  ts,
  body = '',
  bizType = '2',
  action = 'mt',
  algorithm = 'md5',
}: NxCloudSignatureInput): string {
  return guarded(siteOf(nxcloudSignature), () =>
    native.nxcloudSignature(accessKey, accessSecret, String(ts), body, bizType, action, algorithm),
  )
}

/**
 * Whether two numbers or wa_ids can name the same person: WhatsApp's id differs from the dialled number in Brazil,
 * Mexico and Argentina. For matching only; what is sent is never changed.
 *
 * @example
 * ```ts
 * sameUser('+5511987654321', '551187654321') // true
 * ```
 */
export function sameUser(one: string, other: string): boolean {
  return native.sameUser(one, other)
}

/**
 * The text with its phone numbers masked, for logs.
 *
 * @example
 * ```ts
 * mask('user +16505551234 of 20') // 'user +165******34 of 20'
 * ```
 */
export function mask(text: string): string {
  return native.mask(text)
}

/**
 * Reads what a person or a webhook gives: a phone number in any usual spelling, the digits of a wa_id, or a BSUID.
 *
 * @param options - `defaultRegion` is the ISO 3166 code of the country whose national numbers are meant
 * @throws {@link InvalidUserError} saying what was wrong with it, with its digits masked.
 *
 * @example
 * ```ts
 * parseUser('050-123 4567', { defaultRegion: 'IL' }).id // '972501234567'
 * ```
 */
export function parseUser(text: string, options: { readonly defaultRegion?: string | undefined } = {}): User {
  const json = guarded(siteOf(parseUser), () => native.parseUser(text, options.defaultRegion))
  return new User(JSON.parse(json) as UserJSON)
}
