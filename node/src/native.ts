/**
 * What the native half offers.
 *
 * @internal
 * @module
 */

import { load } from './load.js'

/** @internal */
export interface NativeInputs {
  push(inputs: string[]): void
  pushJson(inputs: string): void
  readonly missingFail: boolean
  pushJoined(inputs: string, count: number): boolean
}

/** @internal */
export interface NativeCall {
  cancel(): void
  end(): void
  readonly done: number
  readonly total: number
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

/** @internal */
export interface NativeAnswer {
  readonly error: string | null
  readonly outcome: string | null
  readonly yes: boolean | null
  takeReport(): NativeReport | null
}

/** @internal */
export interface NativePage {
  readonly error: string | null
  readonly length: number
  users(start: number, end: number): string
  waIds(start: number, end: number): string | null
}

/** @internal */
export interface NativeList {
  nextPage(): Promise<NativePage>
  takeAhead(): NativePage | null
}

/** @internal */
export interface NativeSingles {
  start(token: number, unblock: boolean, user: string, json: boolean, caller: number): void
  take(): string | null
  end(): void
}

/** @internal */
export type ReadAhead = 'none' | 'page' | 'all'

/** @internal */
export interface NativeClient {
  singles(wake: () => void): NativeSingles
  capabilities(): string
  takeRecords(): string | null
  gather(expected: number, onMissing?: string | undefined): NativeInputs
  check(users: string): NativeReport
  isBlocked(user: string, json: boolean, call: NativeCall): Promise<NativeAnswer>
  ping(call: NativeCall): Promise<NativeAnswer>
  block(users: NativeInputs, call: NativeCall): Promise<NativeAnswer>
  unblock(users: NativeInputs, call: NativeCall): Promise<NativeAnswer>
  blockOne(user: string, json: boolean, call: NativeCall): Promise<NativeAnswer>
  unblockOne(user: string, json: boolean, call: NativeCall): Promise<NativeAnswer>
  settle(report: NativeReport, call: NativeCall): Promise<NativeAnswer>
  list(call: NativeCall, ahead: ReadAhead): NativeList
  close(): void
  endLog(): void
}

/** @internal */
export interface NativeSandbox {
  readonly url: string
  control(command: string, body: string): string
  stop(): void
}

/** @internal */
export interface Native {
  NativeCall: new (
    options: string,
    caller: number,
    onProgress?: ((done: number, total: number) => void) | undefined,
  ) => NativeCall
  NativeClient: new (
    config: string,
    options: string,
    logLevel?: string | undefined,
    wake?: (() => void) | undefined,
  ) => NativeClient
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
