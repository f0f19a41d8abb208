// Written by `cargo xtask faces`. Do not edit.
/** How to reach each provider. */

/** The ids of the providers. */
export type Provider =
  | 'meta'
  | '360dialog'
  | 'gupshup'
  | 'kaleyra'
  | 'kapso'
  | 'splashify'
  | 'ycloud'
  | 'cloud_api'
  | 'nxcloud'
  | '99digital'
  | 'sinch'
  | 'zernio'
  | '1msg'

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
 * How to reach 360dialog.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: '360dialog', apiKey: 'd360-key' })
 * ```
 */
export interface Dialog360Config {
  /** Which provider: this one. */
  readonly provider: '360dialog'
  /** API key of the business number, sent as the header `D360-API-KEY`. */
  readonly apiKey: string
  /** URL to call instead of the provider's: a gateway, or the sandbox. Default: `'https://waba-v2.360dialog.io'`. */
  readonly baseUrl?: string | undefined
  /** Users to request per page of the list. From 1 to 64,000. Default: 100. */
  readonly pageSize?: number | undefined
  /** Maximum number of users per request. From 1 to 1,000. Default: 1,000. */
  readonly batchSize?: number | undefined
  /** Send business-scoped ids; the provider does not document whether it accepts them. Default: `false`. */
  readonly allowBsuid?: boolean | undefined
  /** Allow plain http to a host other than this machine. Default: `false`. */
  readonly allowHttp?: boolean | undefined
}

/**
 * How to reach Gupshup: with the API key of an app, or with a partner's token for it.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: 'gupshup', appId: '7f3c0a52-1d7e-4b1c-9a55-6f0c2d9e1b44', apiKey: 'gupshup-key' })
 * ```
 */
export interface GupshupConfig {
  /** Which provider: this one. */
  readonly provider: 'gupshup'
  /** Id of the app. */
  readonly appId: string
  /** API key of the app, for the self-serve API. Default: none; this or a partner's token is required. */
  readonly apiKey?: string | undefined
  /** Access token that a partner has for the app, for the partner API. Given instead of `apiKey`. Default: none. */
  readonly partnerToken?: string | undefined
  /**
   * URL to call instead of the provider's: a gateway, or the sandbox. Default: the host of the API that the key is for.
   */
  readonly baseUrl?: string | undefined
  /** Users to request per page of the list. From 1 to 100. Default: 100. */
  readonly pageSize?: number | undefined
  /** Maximum number of users per request. From 1 to 1,000. Default: 1,000. */
  readonly batchSize?: number | undefined
  /** Send business-scoped ids; the provider does not document whether it accepts them. Default: `false`. */
  readonly allowBsuid?: boolean | undefined
  /** Allow plain http to a host other than this machine. Default: `false`. */
  readonly allowHttp?: boolean | undefined
}

/**
 * How to reach Kaleyra.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: 'kaleyra', sid: 'HX0000000001IN', apiKey: 'kaleyra-key', businessPhone: '15550009999' })
 * ```
 */
export interface KaleyraConfig {
  /** Which provider: this one. */
  readonly provider: 'kaleyra'
  /** SID of the account. */
  readonly sid: string
  /** API key, sent as the header `api-key`. */
  readonly apiKey: string
  /** The business's WhatsApp number, with the country code. */
  readonly businessPhone: string
  /** Where the account is hosted. Default: `'in'`. */
  readonly region?: 'in' | 'ap' | 'eu' | 'na' | undefined
  /** Version of the API: `v1` for accounts of the older one. Default: `'v2'`. */
  readonly version?: 'v2' | 'v1' | undefined
  /** URL to call instead of the provider's: a gateway, or the sandbox. Default: the host of the region. */
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
 * How to reach Kapso.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: 'kapso', phoneNumberId: '106540352242922', apiKey: 'kapso-key' })
 * ```
 */
export interface KapsoConfig {
  /** Which provider: this one. */
  readonly provider: 'kapso'
  /** Id of the business phone number, not the number itself. */
  readonly phoneNumberId: string
  /** API key, sent as the header `X-API-Key`. */
  readonly apiKey: string
  /** Version in the path of Kapso's proxy. Default: `'v24.0'`. */
  readonly version?: string | undefined
  /** URL to call instead of the provider's: a gateway, or the sandbox. Default: `'https://api.kapso.ai'`. */
  readonly baseUrl?: string | undefined
  /** Users to request per page of the list. From 1 to 64,000. Default: 100. */
  readonly pageSize?: number | undefined
  /** Maximum number of users per request. From 1 to 1,000. Default: 1,000. */
  readonly batchSize?: number | undefined
  /** Send business-scoped ids; the provider does not document whether it accepts them. Default: `false`. */
  readonly allowBsuid?: boolean | undefined
  /** Allow plain http to a host other than this machine. Default: `false`. */
  readonly allowHttp?: boolean | undefined
}

/**
 * How to reach Splashify's partner API.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: 'splashify', phoneNumberId: '106540352242922', apiKey: 'pk_live_...' })
 * ```
 */
export interface SplashifyConfig {
  /** Which provider: this one. */
  readonly provider: 'splashify'
  /** Id of the business phone number, not the number itself. */
  readonly phoneNumberId: string
  /** API key, sent as a bearer token. */
  readonly apiKey: string
  /** Version in the path of Splashify's API. Default: `'v25.0'`. */
  readonly version?: string | undefined
  /** URL to call instead of the provider's: a gateway, or the sandbox. Default: `'https://api.splashifypro.com'`. */
  readonly baseUrl?: string | undefined
  /** Users to request per page of the list. From 1 to 64,000. Default: 100. */
  readonly pageSize?: number | undefined
  /** Maximum number of users per request. From 1 to 500. Default: 500. */
  readonly batchSize?: number | undefined
  /** Send business-scoped ids; the provider does not document whether it accepts them. Default: `false`. */
  readonly allowBsuid?: boolean | undefined
  /** Allow plain http to a host other than this machine. Default: `false`. */
  readonly allowHttp?: boolean | undefined
}

/**
 * How to reach YCloud.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: 'ycloud', businessPhone: '15550009999', apiKey: 'ycloud-key' })
 * ```
 */
export interface YCloudConfig {
  /** Which provider: this one. */
  readonly provider: 'ycloud'
  /** The business's WhatsApp number, with the country code. */
  readonly businessPhone: string
  /** API key, sent as the header `X-API-Key`. */
  readonly apiKey: string
  /** Path of unblock below the number's. Default: `'unblockUsers'` (a guess: its documentation is not public). */
  readonly unblockPath?: string | undefined
  /** Method of unblock. Default: `'POST'` (a guess: its documentation is not public). */
  readonly unblockMethod?: 'DELETE' | 'POST' | undefined
  /** URL to call instead of the provider's: a gateway, or the sandbox. Default: `'https://api.ycloud.com'`. */
  readonly baseUrl?: string | undefined
  /** Users to request per page of the list. From 1 to 100. Default: 100. */
  readonly pageSize?: number | undefined
  /** Maximum number of users per request. From 1 to 100. Default: 100. */
  readonly batchSize?: number | undefined
  /** Allow plain http to a host other than this machine. Default: `false`. */
  readonly allowHttp?: boolean | undefined
}

/**
 * How to reach any other host that relays Meta's API.
 *
 * The defaults are Meta's: paths below `base_url` that end with `block_users`, and the key as a bearer token.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: 'cloud_api', baseUrl: 'https://wa.example.com/v24.0/10055501', apiKey: 'host-key' })
 * ```
 */
export interface CloudApiConfig {
  /** Which provider: this one. */
  readonly provider: 'cloud_api'
  /** URL with everything before the last segment of the path, such as the id of the number. */
  readonly baseUrl: string
  /** The key or token of the host. */
  readonly apiKey: string
  /** Header that holds the key. Default: `'Authorization'`. */
  readonly authHeader?: string | undefined
  /** What stands before the key in the header; `none` for nothing. Default: `'Bearer '`. */
  readonly authPrefix?: string | undefined
  /** Path of block. Default: `'block_users'`. */
  readonly blockPath?: string | undefined
  /** Path of unblock. Default: `'block_users'`. */
  readonly unblockPath?: string | undefined
  /** Method of unblock. Default: `'DELETE'`. */
  readonly unblockMethod?: 'POST' | 'DELETE' | undefined
  /** Path of list. Default: `'block_users'`. */
  readonly listPath?: string | undefined
  /** Whether numbers are sent with a `+` or as digits alone. Default: `'plus'`. */
  readonly userFormat?: 'digits' | 'plus' | undefined
  /** Send business-scoped ids, as Meta takes them. Default: `true`. */
  readonly allowBsuid?: boolean | undefined
  /** Users to request per page of the list. From 1 to 64,000. Default: 100. */
  readonly pageSize?: number | undefined
  /** Maximum number of users per request. From 1 to 1,000. Default: 100. */
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

/**
 * How to reach Zernio.
 *
 * Its limit of requests depends on the plan: the client keeps to 60 a minute unless its `rate_limit` says otherwise.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: 'zernio', accountId: 'acc55501', apiKey: 'key' })
 * ```
 */
export interface ZernioConfig {
  /** Which provider: this one. */
  readonly provider: 'zernio'
  /** Id of the WhatsApp account at Zernio. */
  readonly accountId: string
  /** API key. */
  readonly apiKey: string
  /** Users to request per page of the list. From 1 to 100. Default: 100. */
  readonly pageSize?: number | undefined
  /** URL to call instead of the provider's: a gateway, or the sandbox. Default: `'https://zernio.com'`. */
  readonly baseUrl?: string | undefined
  /** Maximum number of users per request. From 1 to 1,000. Default: 1,000. */
  readonly batchSize?: number | undefined
  /** Send business-scoped ids; the provider does not document whether it accepts them. Default: `false`. */
  readonly allowBsuid?: boolean | undefined
  /** Allow plain http to a host other than this machine. Default: `false`. */
  readonly allowHttp?: boolean | undefined
}

/**
 * How to reach 1msg.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: '1msg', instanceId: 'OM555', token: 'token' })
 * ```
 */
export interface OneMsgConfig {
  /** Which provider: this one. */
  readonly provider: '1msg'
  /** Id of the channel. */
  readonly instanceId: string
  /** Token of the channel, sent in the query: access logs of proxies see it. */
  readonly token: string
  /** URL to call instead of the provider's: a gateway, or the sandbox. Default: `'https://api.1msg.io'`. */
  readonly baseUrl?: string | undefined
  /** Allow plain http to a host other than this machine. Default: `false`. */
  readonly allowHttp?: boolean | undefined
}

/** The configuration of a provider. */
export type ClientConfig =
  | MetaConfig
  | Dialog360Config
  | GupshupConfig
  | KaleyraConfig
  | KapsoConfig
  | SplashifyConfig
  | YCloudConfig
  | CloudApiConfig
  | NxCloudConfig
  | Digital99Config
  | SinchConfig
  | ZernioConfig
  | OneMsgConfig
