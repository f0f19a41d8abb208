/**
 * The additional certificate authorities that Node itself trusts.
 *
 * @internal
 * @module
 */
import { readFileSync } from 'node:fs'

import type { ClientOptions } from './options.js'

/** Read once, as Node does. */
let known: readonly string[] | undefined

/** @internal The options, with the certificates of `NODE_EXTRA_CA_CERTS` among those that are trusted. */
export function withAuthorities(options: ClientOptions, config: unknown): ClientOptions {
  if (typeof options !== 'object' || options === null || isPlainHttp(config)) return options
  known ??= read(process.env.NODE_EXTRA_CA_CERTS)
  if (known.length === 0) return options
  const given: unknown = options.caCertificates ?? []
  // The core refuses anything else, and can only say what it was if it sees it.
  if (typeof given === 'number' || typeof given === 'boolean') return options
  const own = Array.isArray(given) ? given : [given]
  return { ...options, caCertificates: [...own, ...known] }
}

/** Whether nothing is encrypted, as with a sandbox: there, reading a long list of authorities would be wasted time. */
function isPlainHttp(config: unknown): boolean {
  const url = (config as { baseUrl?: unknown } | null | undefined)?.baseUrl
  return typeof url === 'string' && url.startsWith('http:')
}

function read(file: string | undefined): readonly string[] {
  if (!file) return []
  try {
    // Loaded only here: it takes longer to load than all of this package.
    const { X509Certificate } = require('node:crypto') as typeof import('node:crypto')
    const pem = readFileSync(file, 'utf8')
    const found = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
    return found.map((each) => new X509Certificate(each).toString())
  } catch {
    // Node ignores such a file, and has warned about it.
    return []
  }
}
