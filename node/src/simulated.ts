// Written by `cargo xtask faces`. Do not edit.
/** The providers that the sandbox simulates. */

import type { Digital99Config, MetaConfig, NxCloudConfig, Provider, SinchConfig } from './config.js'
import type { AccountOptions } from './testing.js'

/** The method of the sandbox that configures each provider. */
export const METHODS = {
  meta: 'meta',
  nxcloud: 'nxcloud',
  '99digital': 'digital99',
  sinch: 'sinch',
} as const satisfies Record<Provider, keyof Configurations>

/** A ready configuration for each provider. */
export abstract class Configurations {
  /** Runs a command of the sandbox. */
  abstract control(command: string, body?: object): Record<string, unknown>

  /** A ready configuration for Meta Cloud API. */
  meta(options: AccountOptions = {}): MetaConfig {
    return this.control('config', { provider: 'meta', ...options }) as unknown as MetaConfig
  }

  /** A ready configuration for NxCloud. */
  nxcloud(options: AccountOptions = {}): NxCloudConfig {
    return this.control('config', { provider: 'nxcloud', ...options }) as unknown as NxCloudConfig
  }

  /** A ready configuration for 99digital. */
  digital99(options: AccountOptions = {}): Digital99Config {
    return this.control('config', { provider: '99digital', ...options }) as unknown as Digital99Config
  }

  /** A ready configuration for Sinch. */
  sinch(options: AccountOptions = {}): SinchConfig {
    return this.control('config', { provider: 'sinch', ...options }) as unknown as SinchConfig
  }
}
