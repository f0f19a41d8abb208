// Written by `cargo xtask faces`. Do not edit.
/** How to reach each provider. */

/** The ids of the providers. */
export type Provider = 'meta' | 'nxcloud' | '99digital' | 'sinch'

/**
 * How to reach Meta Cloud API.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: 'meta', accessToken: 'EAAB...', phoneNumberId: '106540352242922' })
 * ```
 */
export interface MetaConfig {
  /** Which provider: this one. */
  readonly provider: 'meta'
  /** Access token of a system user or business. */
  readonly accessToken: string
  /** Id of the business phone number, not the number itself. */
  readonly phoneNumberId: string
  /** App secret; with it, every request carries `appsecret_proof`. Default: none. */
  readonly appSecret?: string | undefined
  /** Graph API version. Default: `'v26.0'`. */
  readonly version?: string | undefined
  /** URL to call instead of the provider's: a gateway, or the sandbox. Default: `'https://graph.facebook.com'`. */
  readonly baseUrl?: string | undefined
  /** Users to request per page of the list. From 1 to 64,000. Default: 1,000, or 100 if Meta refuses that. */
  readonly pageSize?: number | undefined
  /** Maximum number of users per request. From 1 to 1,000. Default: 1,000. */
  readonly batchSize?: number | undefined
  /** Allow plain http to a host other than this machine. Default: `false`. */
  readonly allowHttp?: boolean | undefined
}

/**
 * How to reach NxCloud.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: 'nxcloud', accessKey: 'key', accessSecret: 'secret', appKey: 'app', businessPhone: '85255500001' })
 * ```
 */
export interface NxCloudConfig {
  /** Which provider: this one. */
  readonly provider: 'nxcloud'
  /** Account id, sent as the header `accessKey`. */
  readonly accessKey: string
  /** Secret that signs every request; never sent. */
  readonly accessSecret: string
  /** Key of the WhatsApp application, sent in the body as `appkey`. */
  readonly appKey: string
  /** The business's WhatsApp number, with the country code. */
  readonly businessPhone: string
  /** Digest of the signature. Default: `'md5'`. */
  readonly algorithm?: 'md5' | 'sha256' | undefined
  /** URL to call instead of the provider's: a gateway, or the sandbox. Default: `'https://api2.nxcloud.com'`. */
  readonly baseUrl?: string | undefined
  /** Users to request per page of the list. From 1 to 64,000. Default: 100. */
  readonly pageSize?: number | undefined
  /** Maximum number of users per request. From 1 to 1,000. Default: 100. */
  readonly batchSize?: number | undefined
  /** Send business-scoped ids; the provider does not document whether it accepts them. Default: `false`. */
  readonly allowBsuid?: boolean | undefined
  /** Allow plain http to a host other than this machine. Default: `false`. */
  readonly allowHttp?: boolean | undefined
}

/**
 * How to reach 99digital.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: '99digital', apiKey: 'key', fromNumber: '972555000001' })
 * ```
 */
export interface Digital99Config {
  /** Which provider: this one. */
  readonly provider: '99digital'
  /** API key, sent in the body. */
  readonly apiKey: string
  /** The business's WhatsApp number, with the country code. */
  readonly fromNumber: string
  /** Path of block. Default: `'whatsapp/v2/block'`. */
  readonly blockPath?: string | undefined
  /** Path of unblock. Default: `'whatsapp/v2/unblock'` (a guess: its documentation is not public). */
  readonly unblockPath?: string | undefined
  /** Path of list. Default: `'whatsapp/v2/getBlockedList'` (a guess: its documentation is not public). */
  readonly listPath?: string | undefined
  /** Values of `reason` after which to retry. Default: none, because only 1 to 3 are documented. */
  readonly retryableReasons?: readonly number[] | undefined
  /** URL to call instead of the provider's: a gateway, or the sandbox. Default: `'https://api.99digital.co.il'`. */
  readonly baseUrl?: string | undefined
  /** Send business-scoped ids; the provider does not document whether it accepts them. Default: `false`. */
  readonly allowBsuid?: boolean | undefined
  /** Allow plain http to a host other than this machine. Default: `false`. */
  readonly allowHttp?: boolean | undefined
}

/**
 * How to reach Sinch's standalone WhatsApp API, which Sinch retired on 30 September 2023.
 *
 * A block there stops inbound callbacks only.
 *
 * The first client made for it emits a process warning.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: 'sinch', token: 'token', botId: 'bot' })
 * ```
 */
export interface SinchConfig {
  /** Which provider: this one. */
  readonly provider: 'sinch'
  /** Bearer token, issued with the bot id. */
  readonly token: string
  /** Bot id. */
  readonly botId: string
  /** Where the bot is hosted; the other host answers 401. Default: `'us1'`. */
  readonly region?: 'us1' | 'eu1' | undefined
  /** URL to call instead of the provider's: a gateway, or the sandbox. Default: the host of the region. */
  readonly baseUrl?: string | undefined
  /** Maximum number of users per request. From 1 to 20. Default: 20. */
  readonly batchSize?: number | undefined
  /** Allow plain http to a host other than this machine. Default: `false`. */
  readonly allowHttp?: boolean | undefined
}

/** The configuration of a provider. */
export type ClientConfig = MetaConfig | NxCloudConfig | Digital99Config | SinchConfig
