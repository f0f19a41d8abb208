// What is said when the native addon cannot be loaded: the first real reason, and what to do, in one line.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../node/', import.meta.url))
const [addon] = readdirSync(join(root, 'native')).filter((name) => name.endsWith('.node'))
const platform = addon.split('.')[1]

/** A folder that ends with the test, with the package as it is installed, but for its addon. */
function copyOf(t) {
  const folder = mkdtempSync(join(tmpdir(), 'wablock-native-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  return folder
}

/** Loads the package in a process of its own and gives what it threw. */
function problemOf(folder, { args = [], before = '', file = 'dist/load.js' } = {}) {
  const script = `${before}
    try {
      require(${JSON.stringify(join(folder, file))}).load()
      console.log('null')
    } catch (error) {
      const { message, code, cause } = error
      console.log(JSON.stringify({ message, code, cause: cause && [cause.message, cause.code, cause.stack] }))
    }`
  const { stdout, stderr } = spawnSync(process.execPath, [...args, '-e', script], { encoding: 'utf8' })
  assert.notEqual(stdout, '', stderr)
  return JSON.parse(stdout)
}

/** Node's loader of addons, as it is on other systems. */
const loaderThatSays = (message) => `
  process.dlopen = () => {
    throw Object.assign(new Error(${JSON.stringify(message)}), { code: 'ERR_DLOPEN_FAILED' })
  }`
const permission = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission'

const CASES = {
  'addons are forbidden': {
    args: ['--no-addons'],
    message: /Start Node without --no-addons/,
    cause: 'ERR_DLOPEN_DISABLED',
  },
  'the permission model forbids addons': {
    args: [permission, '--allow-fs-read=*'],
    message: /with --allow-addons/,
    cause: 'ERR_DLOPEN_DISABLED',
  },
  'the file is damaged': {
    folder: copyOf,
    addon: 'not an addon',
    message: /damaged, or is not for this platform \(.+\)\. Delete node_modules and install again/,
    cause: 'ERR_DLOPEN_FAILED',
  },
  'the file is empty': {
    folder: copyOf,
    addon: '',
    message: /damaged, or is not for this platform/,
    cause: 'ERR_DLOPEN_FAILED',
  },
  'the C library is too old': {
    before: loaderThatSays(
      "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /app/wablock.node)",
    ),
    message: /C library is older than GLIBC_2\.34.*newer base image/,
    cause: 'ERR_DLOPEN_FAILED',
  },
  'the package of the platform is missing': {
    folder: copyOf,
    message: new RegExp(`the package wablock-${platform} is not installed.*--omit=optional`),
    cause: 'MODULE_NOT_FOUND',
  },
  'it was bundled': {
    folder: copyOf,
    bundled: true,
    message: /wablock was bundled.*--external:wablock/,
    cause: 'MODULE_NOT_FOUND',
  },
}

for (const [name, given] of Object.entries(CASES)) {
  test(name, (t) => {
    const folder = given.folder?.(t) ?? root
    if (given.addon !== undefined) {
      mkdirSync(join(folder, 'native'))
      writeFileSync(join(folder, 'native', addon), given.addon)
    }
    // What a bundle does: it has the loader's code in another file.
    if (given.bundled) cpSync(join(folder, 'dist/load.js'), join(folder, 'dist/bundle.js'))
    const { args = [], before = '' } = given
    const problem = problemOf(folder, {
      args,
      before,
      file: given.bundled ? 'dist/bundle.js' : 'dist/load.js',
    })
    assert.match(problem.message, given.message)
    assert.match(problem.message, new RegExp(`^wablock cannot load its native addon for ${platform}: `))
    assert.equal(problem.code, 'ERR_WABLOCK_NATIVE')
    assert.equal(problem.cause[1], given.cause)
    for (const text of [problem.message, ...problem.cause]) assert.doesNotMatch(text, /\n/)
  })
}

test('a platform without an addon is named', () => {
  const before = `
    Object.defineProperty(process, 'platform', { value: 'sunos' })
    Object.defineProperty(process, 'arch', { value: 'sparc' })`
  const problem = problemOf(root, { before })
  assert.match(
    problem.message,
    /for sunos-sparc: there is no addon for this platform\. Build wablock from source/,
  )
  assert.equal(problem.code, 'ERR_WABLOCK_NATIVE')
  assert.equal(problem.cause, undefined)
})

test('every platform of a release is found by file tracers and bundlers', () => {
  const { napi } = createRequire(import.meta.url)(join(root, 'package.json'))
  const source = readFileSync(join(root, 'dist/load.js'), 'utf8')
  const names = [...source.matchAll(/require\('wablock-([\w-]+)'\)/g)].map((match) => match[1])
  assert.equal(names.length, napi.targets.length)
  for (const name of names) assert.ok(source.includes(`require('../native/wablock.${name}.node')`), name)
})
