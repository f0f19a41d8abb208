// Installs the packed package in small projects and runs them, as its users would; see README.md.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const node = join(here, '../../node')
const work = join(here, '../../target/packages')
const tools = join(here, 'node_modules')
const only = process.argv.slice(2)
// A build with Next takes a minute where the machine is free.
const LIMIT_MS = 600_000

const quiet = { encoding: 'utf8', timeout: LIMIT_MS, stdio: ['ignore', 'pipe', 'pipe'] }
const npm = (args, cwd) => execFileSync('npm', args, { ...quiet, cwd })
const INSTALL = ['install', '--offline', '--no-audit', '--no-fund', '--no-package-lock', '--no-save']

const results = []
/** Runs one check; what it prints shows only when it fails. */
function check(name, program, args, options = {}) {
  const path = [join(tools, '.bin'), process.env.PATH].join(delimiter)
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: LIMIT_MS,
    ...options,
    env: { ...process.env, PATH: path, NODE_ENV: undefined, NEXT_TELEMETRY_DISABLED: '1', ...options.env },
  })
  const ok = (options.expected ?? ((code) => code === 0))(status, `${stdout}${stderr}`)
  results.push([name, ok])
  console.log('%s %s', ok ? 'ok    ' : 'FAILED', name)
  if (!ok) console.log(`${error ?? ''}${signal ?? ''}${stdout}${stderr}`.replace(/^/gm, '    '))
}
const wanted = (name) => only.length === 0 || only.includes(name)

if (!existsSync(join(tools, '.package-lock.json'))) {
  console.log('installing the tools of tests/packages')
  npm(['install', '--no-package-lock', '--no-audit', '--no-fund'], here)
}
rmSync(work, { recursive: true, force: true })
mkdirSync(work, { recursive: true })
// Where the projects find their tools; wablock itself is in each project's own node_modules.
symlinkSync(tools, join(work, 'node_modules'))
const pack = (folder, into) =>
  join(into, JSON.parse(npm(['pack', '--json', '--pack-destination', into], folder))[0].filename)
const tarball = pack(node, work)

/** A copy of a project with these tarballs installed. */
function project(name, source, tarballs) {
  const folder = join(work, name)
  cpSync(source, folder, { recursive: true, filter: (path) => !path.includes('node_modules') })
  // What else it depends on is among the tools.
  const {
    dependencies: _,
    devDependencies: __,
    ...own
  } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify(own))
  npm([...INSTALL, ...tarballs], folder)
  return folder
}

/** As a release lays it out: the addon comes with the package of the platform. */
const staged = join(work, 'staged')
execFileSync(process.execPath, [join(node, 'scripts/stage.mjs'), '--partial', staged], quiet)
const platform = readdirSync(staged).find((name) => name !== 'wablock')
const released = ['wablock', platform].map((name) => pack(join(staged, name), staged))
// What finds files by reading the code is tried with what it would find after an install from npm.
const TRACED = ['nft', 'ncc', 'next-webpack', 'next-turbopack']

for (const name of readdirSync(join(here, 'projects'))) {
  if (!wanted(name)) continue
  const folder = project(name, join(here, 'projects', name), TRACED.includes(name) ? released : [tarball])
  if (name === 'vitest-linked') {
    // What `npm install ../wablock/node` does.
    rmSync(join(folder, 'node_modules/wablock'), { recursive: true })
    symlinkSync(node, join(folder, 'node_modules/wablock'))
  }
  check(name, 'npm', ['test', '--silent'], { cwd: folder })
}
if (wanted('node-bot')) {
  const folder = project('node-bot', join(here, '../../examples/node-bot'), [tarball])
  check('node-bot', 'npm', ['test', '--silent'], { cwd: folder })
}

if (wanted('platform')) {
  const source = join(here, 'projects/esm')
  const whole = project('platform', source, released)
  const { optionalDependencies } = JSON.parse(
    readFileSync(join(whole, 'node_modules/wablock/package.json'), 'utf8'),
  )
  results.push([
    'platform: optionalDependencies',
    Object.keys(optionalDependencies).includes(`wablock-${platform}`),
  ])
  check('platform: with its package', 'npm', ['test', '--silent'], { cwd: whole })
  rmSync(join(whole, `node_modules/wablock-${platform}`), { recursive: true })
  check('platform: without it', process.execPath, ['index.js'], {
    cwd: whole,
    expected: (code, text) => code === 1 && text.includes(`the package wablock-${platform} is not installed`),
  })
}

// The same files on other runtimes, where npm has their binary for this machine.
const RUNTIMES = {
  'Node 22': ['node22/bin/node'],
  'Node 24': ['node24/bin/node'],
  'Node 26': ['node26/bin/node'],
  Bun: ['@oven/bun-linux-x64/bin/bun'],
  Deno: ['@deno/linux-x64-glibc/deno', 'run', '--allow-all'],
}
const absent = []
if (wanted('runtimes')) {
  const source = join(here, 'projects')
  const folders = ['esm', 'cjs'].map((name) => project(`runtime-${name}`, join(source, name), [tarball]))
  for (const [name, [program, ...args]] of Object.entries(RUNTIMES)) {
    const file = join(tools, program)
    if (!existsSync(file)) absent.push(name)
    else
      for (const cwd of folders)
        check(`${name}: ${cwd.split('-').at(-1)}`, file, [...args, 'index.js'], { cwd })
  }
}

const failed = results.filter(([, ok]) => !ok)
console.log('%d of %d passed', results.length - failed.length, results.length)
if (absent.length > 0)
  console.log('not tried, because npm has no binary for this machine: %s', absent.join(', '))
process.exitCode = failed.length === 0 && results.length > 0 ? 0 : 1
