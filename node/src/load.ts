/**
 * Finds and loads the native half, or says in one line why it cannot be loaded and what to do.
 *
 * @internal
 * @module
 */
import { closeSync, openSync, readSync } from 'node:fs'

/** The platform in the words of the binary packages, such as `linux-x64-gnu`. */
function platformOf({ platform, arch }: NodeJS.Process): string {
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

/**
 * The addon that was built here from source, or that of the platform's package, which npm installs with this one. The names
 * are literal and inside `try`, because bundlers and file tracers read them.
 */
function find(name: string, built: boolean, problems: unknown[]): unknown {
  try {
    switch (name) {
      case 'linux-x64-gnu':
        return built ? require('../native/wablock.linux-x64-gnu.node') : require('wablock-linux-x64-gnu')
      case 'linux-arm64-gnu':
        return built ? require('../native/wablock.linux-arm64-gnu.node') : require('wablock-linux-arm64-gnu')
      case 'linux-x64-musl':
        return built ? require('../native/wablock.linux-x64-musl.node') : require('wablock-linux-x64-musl')
      case 'linux-arm64-musl':
        return built
          ? require('../native/wablock.linux-arm64-musl.node')
          : require('wablock-linux-arm64-musl')
      case 'darwin-x64':
        return built ? require('../native/wablock.darwin-x64.node') : require('wablock-darwin-x64')
      case 'darwin-arm64':
        return built ? require('../native/wablock.darwin-arm64.node') : require('wablock-darwin-arm64')
      case 'win32-x64-msvc':
        return built ? require('../native/wablock.win32-x64-msvc.node') : require('wablock-win32-x64-msvc')
      case 'win32-arm64-msvc':
        return built
          ? require('../native/wablock.win32-arm64-msvc.node')
          : require('wablock-win32-arm64-msvc')
    }
  } catch (problem) {
    problems.push(problem)
  }
  return undefined
}

/** @internal Loads the addon. */
export function load(): unknown {
  const name = platformOf(process)
  const problems: unknown[] = []
  const addon = find(name, true, problems) ?? find(name, false, problems)
  if (addon !== undefined) return addon
  throw notLoaded(name, problems)
}

interface Problem {
  readonly code: string
  readonly text: string
}

function notLoaded(name: string, problems: unknown[]): Error {
  const found = problems.map(oneLine)
  // A file that is there and does not load says more than one that is not there.
  const first = found.find(({ code }) => code !== 'MODULE_NOT_FOUND') ?? found.at(-1)
  const error = new Error(`wablock cannot load its native addon for ${name}: ${reasonOf(name, first)}`)
  if (first !== undefined) {
    const cause = Object.assign(new Error(first.text), { code: first.code })
    // Its frames are those of Node's loader.
    cause.stack = `Error: ${first.text}`
    Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true })
  }
  return Object.assign(error, { code: 'ERR_WABLOCK_NATIVE' })
}

function oneLine(problem: unknown): Problem {
  const { code = '', message = String(problem) } = problem as { code?: string; message?: string }
  return { code: String(code), text: (message.split('\n')[0] as string).slice(0, 500) }
}

/** What is wrong and what to do, in one line. */
function reasonOf(name: string, problem: Problem | undefined): string {
  if (problem === undefined) {
    return 'there is no addon for this platform. Build wablock from source, with Rust: npm run build in its folder node/.'
  }
  const { code, text } = problem
  if (code === 'ERR_DLOPEN_DISABLED') {
    return 'this process may not load addons. Start Node without --no-addons, or, under --permission, with --allow-addons.'
  }
  const libc = /GLIBC_[\d.]+/.exec(text)?.[0]
  if (libc !== undefined) {
    return `this system's C library is older than ${libc}, which it needs. Use a newer base image, or build wablock from source.`
  }
  if (isBundled()) {
    return 'wablock was bundled, and a bundler cannot put an addon into a JavaScript file. Leave `wablock` external (esbuild: --external:wablock) and install it where the program runs.'
  }
  if (code === 'MODULE_NOT_FOUND') {
    return `the package wablock-${name} is not installed. Run npm install on this platform, without --omit=optional.`
  }
  return `its file is damaged, or is not for this platform (${text}). Delete node_modules and install again on this platform.`
}

/** Whether this code was moved into another file. */
function isBundled(): boolean {
  return typeof __filename === 'undefined' || !/[\\/]load\.[cm]?[jt]s$/.test(__filename)
}
