// Written by `cargo xtask faces`. Do not edit.
/** The providers that the sandbox simulates. */

import type {
  CloudApiConfig,
  Dialog360Config,
  Digital99Config,
  GupshupConfig,
  KaleyraConfig,
  KapsoConfig,
  MetaConfig,
  NxCloudConfig,
  OneMsgConfig,
  Provider,
  SinchConfig,
  SplashifyConfig,
  YCloudConfig,
  ZernioConfig,
} from './config.js'
import type { AccountOptions } from './testing.js'

/** The method of the sandbox that configures each provider. */
export const METHODS = {
  meta: 'meta',
  '360dialog': 'dialog360',
  gupshup: 'gupshup',
  kaleyra: 'kaleyra',
  kapso: 'kapso',
  splashify: 'splashify',
  ycloud: 'ycloud',
  cloud_api: 'cloudApi',
  nxcloud: 'nxcloud',
  '99digital': 'digital99',
  sinch: 'sinch',
  zernio: 'zernio',
  '1msg': 'onemsg',
} as const satisfies Record<Provider, keyof Configurations>

/** A ready configuration for each provider. */
export abstract class Configurations {
  /** Runs a command of the sandbox. */
  abstract control(command: string, body?: object): Record<string, unknown>

  /** A ready configuration for Meta Cloud API. */
  meta(options: AccountOptions = {}): MetaConfig {
    return this.control('config', { provider: 'meta', ...options }) as unknown as MetaConfig
  }

  /** A ready configuration for 360dialog. */
  dialog360(options: AccountOptions = {}): Dialog360Config {
    return this.control('config', { provider: '360dialog', ...options }) as unknown as Dialog360Config
  }

  /** A ready configuration for Gupshup. */
  gupshup(options: AccountOptions = {}): GupshupConfig {
    return this.control('config', { provider: 'gupshup', ...options }) as unknown as GupshupConfig
  }

  /** A ready configuration for Kaleyra. */
  kaleyra(options: AccountOptions = {}): KaleyraConfig {
    return this.control('config', { provider: 'kaleyra', ...options }) as unknown as KaleyraConfig
  }

  /** A ready configuration for Kapso. */
  kapso(options: AccountOptions = {}): KapsoConfig {
    return this.control('config', { provider: 'kapso', ...options }) as unknown as KapsoConfig
  }

  /** A ready configuration for Splashify. */
  splashify(options: AccountOptions = {}): SplashifyConfig {
    return this.control('config', { provider: 'splashify', ...options }) as unknown as SplashifyConfig
  }

  /** A ready configuration for YCloud. */
  ycloud(options: AccountOptions = {}): YCloudConfig {
    return this.control('config', { provider: 'ycloud', ...options }) as unknown as YCloudConfig
  }

  /** A ready configuration for Any host. */
  cloudApi(options: AccountOptions = {}): CloudApiConfig {
    return this.control('config', { provider: 'cloud_api', ...options }) as unknown as CloudApiConfig
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

  /** A ready configuration for Zernio. */
  zernio(options: AccountOptions = {}): ZernioConfig {
    return this.control('config', { provider: 'zernio', ...options }) as unknown as ZernioConfig
  }

  /** A ready configuration for 1msg. */
  onemsg(options: AccountOptions = {}): OneMsgConfig {
    return this.control('config', { provider: '1msg', ...options }) as unknown as OneMsgConfig
  }
}
