/**
 * Finds and loads the native half, and says what it offers.
 *
 * @internal
 * @module
 */

import { closeSync, openSync, readSync } from 'node:fs'

/** @internal */
export interface NativeInputs {
  push(inputs: string[]): void
  pushJoined(inputs: string, count: number): boolean
}

/** @internal */
export interface NativeCall {
  cancel(): void
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
}

/** @internal */
export interface NativeAnswer {
  readonly error: string | null
  readonly outcome: string | null
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
  start(token: number, unblock: boolean, user: string): void
  take(): string | null
}

/** @internal */
export type ReadAhead = 'none' | 'page' | 'all'

/** @internal */
export interface NativeClient {
  singles(wake: () => void): NativeSingles
  capabilities(): string
  takeRecords(): string | null
  gather(expected: number): NativeInputs
  block(users: NativeInputs, call: NativeCall): Promise<NativeAnswer>
  unblock(users: NativeInputs, call: NativeCall): Promise<NativeAnswer>
  blockOne(user: string, call: NativeCall): Promise<NativeAnswer>
  unblockOne(user: string, call: NativeCall): Promise<NativeAnswer>
  settle(report: NativeReport, call: NativeCall): Promise<NativeAnswer>
  list(call: NativeCall, ahead: ReadAhead): NativeList
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
  NativeCall: new (
    options: string,
    onProgress?: ((done: number, total: number) => void) | undefined,
  ) => NativeCall
  NativeClient: new (
    config: string,
    options: string,
    logLevel?: string | undefined,
    wake?: (() => void) | undefined,
  ) => NativeClient
  NativeReport: { fromJson(text: string): NativeReport }
  NativeSandbox: new (port?: number) => NativeSandbox
  errorKinds(): string
  providerIds(): string[]
  clientOptionNames(): string[]
  configFromVars(vars: string): string
  nxcloudSignature(
    accessKey: string,
    accessSecret: string,
    ts: string,
    body: string | Uint8Array,
    bizType: string,
    action: string,
    algorithm: string,
  ): string
  sameUser(one: string, other: string): boolean
  mask(text: string): string
  parseUser(text: string, region?: string): string
}

/** The platform in the words of the binary packages, such as `linux-x64-gnu`. */
function platform(): string {
  const { platform, arch } = process
  if (platform === 'linux') return `linux-${arch}-${isMusl() ? 'musl' : 'gnu'}`
  return platform === 'win32' ? `win32-${arch}-msvc` : `${platform}-${arch}`
}

/** Which libc Node itself was linked with, by the loader that its program names; the full report costs 20 ms. */
function isMusl(): boolean {
  const head = Buffer.alloc(4096)
  try {
    const file = openSync(process.execPath, 'r')
    try {
      readSync(file, head, 0, head.length, 0)
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
  return head.includes('ld-musl-')
}

function load(): Native {
  const name = platform()
  const problems: unknown[] = []
  // Beside this package when it was built here, else in the package of the platform.
  for (const path of [`../native/wablock.${name}.node`, `wablock-${name}`]) {
    try {
      return require(path) as Native
    } catch (problem) {
      problems.push(problem)
    }
  }
  throw new Error(
    `wablock has no native binary that loads on ${name} (Node ${process.version}). ` +
      `Install wablock again without --omit=optional and on this platform; if there is no package wablock-${name}, ` +
      'build wablock from source with Rust (npm run build).',
    { cause: new AggregateError(problems, problems.map(String).join('\n')) },
  )
}

/** @internal */
export const native: Native = load()
