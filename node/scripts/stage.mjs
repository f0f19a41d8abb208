// Lays out what a release publishes, in the folder that is given: the package `wablock` without any binary, and one
// package per platform with its addon, on which `wablock` depends optionally in exactly its own version. Addons are taken
// from native/; a platform without one is an error, unless `--partial` says that those there are enough.
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  options: { partial: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const root = fileURLToPath(new URL('..', import.meta.url))
const staged = resolve(positionals[0] ?? join(root, '../target/npm'))
const read = (file) => JSON.parse(readFileSync(file, 'utf8'))
const write = (file, value) => writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`)

rmSync(staged, { recursive: true, force: true })
const main = join(staged, 'wablock')
mkdirSync(main, { recursive: true })
const { scripts: _, devDependencies: __, ...own } = read(join(root, 'package.json'))

// napi writes each platform's package.json, with its os, cpu and libc.
const napi = join(root, 'node_modules/.bin/napi')
// It writes only inside the package, so they are moved from there.
const made = join(root, 'npm')
rmSync(made, { recursive: true, force: true })
execFileSync(napi, ['create-npm-dirs', '--cwd', root, '--npm-dir', 'npm'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
})
for (const name of readdirSync(made)) renameSync(join(made, name), join(staged, name))
rmSync(made, { recursive: true })

const optionalDependencies = {}
const missing = []
for (const target of own.napi.targets) {
  const platform = platformOf(target)
  const folder = join(staged, platform)
  const meta = read(join(folder, 'package.json'))
  const addon = join(root, 'native', meta.main)
  if (!existsSync(addon)) {
    missing.push(platform)
    rmSync(folder, { recursive: true })
    if (values.partial) continue
  } else {
    copyFileSync(addon, join(folder, meta.main))
    licensed(folder)
    write(join(folder, 'package.json'), { ...meta, version: own.version, type: 'commonjs' })
  }
  optionalDependencies[meta.name] = own.version
}
if (missing.length > 0 && !values.partial) {
  console.error('no addon in native/ for %s; build them all, or say --partial', missing.join(', '))
  process.exit(1)
}

cpSync(join(root, 'dist'), join(main, 'dist'), { recursive: true })
copyFileSync(join(root, 'README.md'), join(main, 'README.md'))
licensed(main)
write(join(main, 'package.json'), { ...own, files: ['dist'], optionalDependencies })
console.log('staged in %s: wablock and %s', staged, Object.keys(optionalDependencies).join(', '))
console.log('publish the platform packages first, then wablock')

/** napi's short name of a Rust target, such as `linux-x64-gnu`. */
function platformOf(target) {
  const [cpu, , os, abi] = target.split('-')
  const arch = { x86_64: 'x64', aarch64: 'arm64' }[cpu]
  if (os === 'darwin') return `darwin-${arch}`
  return `${os === 'windows' ? 'win32' : os}-${arch}-${abi}`
}

/** Puts the licences into a package: ours, and those of the crates inside the addon. */
function licensed(folder) {
  for (const file of ['LICENSE', 'LICENSE-APACHE', 'LICENSE-MIT', 'THIRD-PARTY-LICENSES']) {
    copyFileSync(join(root, '..', file), join(folder, file))
  }
}
