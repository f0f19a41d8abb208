/**
 * What the native half offers.
 *
 * @internal
 * @module
 */

import { load } from './load.js'

/** @internal Makes an object that users do not make. */
export const MAKE: unique symbol = Symbol('make')

/** @internal The native half of an object. */
export const NATIVE: unique symbol = Symbol('native')

/** @internal */
export interface NativeInputs {
  push(inputs: string): void
  readonly missingFail: boolean
}

/** @internal */
export interface NativeCall {
  cancel(): void
}

/** @internal */
export interface NativeReport {
  toJson(): string
  head(): string
  outcomes(start: number, end: number): string
  places(state: string): number[]
  outcomesAt(places: number[]): string
  cause(): string | null
  has(user: string, json: boolean): boolean
}

/** @internal */
export interface NativeUserSet {
  has(user: string, json: boolean): boolean
}

declare const opaque: unique symbol

/** @internal It has no members here: `nextRows` reads it. */
export interface NativeList {
  [opaque]: never
}

/** @internal */
export interface NativeClient {
  listen(wake: () => void): void
  ignore(): void
  take(): string | null
  takeReport(token: number): NativeReport | null
  capabilities(): string
  gather(expected: number, onMissing?: string | undefined): NativeInputs
  check(users: string): NativeReport
  change(token: number, unblock: boolean, users: NativeInputs, call?: NativeCall | undefined): void
  changeOne(token: number, unblock: boolean, user: string, json: boolean, call?: NativeCall | undefined): void
  isBlocked(token: number, user: string, json: boolean, call?: NativeCall | undefined): void
  ping(token: number, call?: NativeCall | undefined): void
  settle(token: number, report: NativeReport, call?: NativeCall | undefined): void
  list(token: number, ahead: boolean, call?: NativeCall | undefined): NativeList
  nextRows(token: number, list: NativeList): void
  close(): void
}

/** @internal */
export interface NativeSandbox {
  readonly url: string
  control(command: string, body: string): string
  stop(): void
}

/** @internal */
export interface Native {
  NativeCall: new (options: string, progress: boolean) => NativeCall
  NativeClient: new (config: string, options: string, logLevel?: string | undefined) => NativeClient
  NativeReport: { fromJson(text: string): NativeReport }
  NativeUserSet: new (users: string) => NativeUserSet
  NativeSandbox: new (port?: number) => NativeSandbox
  errorKinds(): string
  nxcloudSignature(
    accessKey: string,
    accessSecret: string,
    ts: string,
    body: string | Uint8Array | undefined,
    bizType: string | undefined,
    action: string | undefined,
    algorithm: string | undefined,
  ): string
  missingFail(options: string): boolean
  sameUser(one: string, other: string): boolean
  mask(text: string): string
  parseUser(text: string, region?: string): string
}

/** @internal */
export const native: Native = load() as Native
