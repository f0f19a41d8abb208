// Packs the package and judges the tarball as users would get it: publint and attw, then a project that installs it,
// imports and requires it, and compiles against its types with each way of resolving modules.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'wablock-package-'))
const run = (program, args, cwd) => {
  try {
    return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  } catch (problem) {
    throw new Error(`${program} ${args.join(' ')} failed:\n${problem.stdout}`)
  }
}

const USE = `
const sandbox = startSandbox()
const client = new Client(sandbox.meta())
client.block('+16505551234').then((outcome) => {
  if (!outcome.ok) throw new Error(outcome.state)
  console.log('%s: %s', process.argv[1], outcome.state)
})
`
const TYPED = `
import { Client, type Outcome } from 'wablock'
import { startSandbox } from 'wablock/testing'
const client = new Client(startSandbox().meta(), { timeoutMs: 1000 })
export const outcome: Promise<Outcome> = client.block('+16505551234')
`
const RESOLUTIONS = [
  { module: 'node16' },
  { module: 'node20' },
  { module: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
]

try {
  const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder]))
  const names = files.map((file) => file.path)
  for (const needed of [
    'dist/index.mjs',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/testing.d.mts',
    'README.md',
  ]) {
    if (!names.includes(needed)) throw new Error(`${needed} is not in the package`)
  }
  const tarball = join(folder, filename)
  console.log(run('publint', ['run', tarball, '--strict']))
  console.log(run('attw', [tarball, '--no-color', '--format', 'ascii']))

  const project = join(folder, 'project')
  mkdirSync(project)
  const write = (name, text) => writeFileSync(join(project, name), text)
  write('package.json', '{ "private": true }')
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], project)
  write('esm.mjs', `import { Client } from 'wablock'\nimport { startSandbox } from 'wablock/testing'\n${USE}`)
  write(
    'cjs.cjs',
    `const { Client } = require('wablock')\nconst { startSandbox } = require('wablock/testing')\n${USE}`,
  )
  for (const script of ['esm.mjs', 'cjs.cjs']) console.log(run(process.execPath, [script], project).trim())

  write('typed.mts', TYPED)
  write('typed.cts', TYPED)
  for (const resolution of RESOLUTIONS) {
    const types = { types: ['node'], typeRoots: [join(process.cwd(), 'node_modules', '@types')] }
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      skipLibCheck: false,
      ...types,
      ...resolution,
    }
    write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['typed.mts', 'typed.cts'] }))
    run('tsc', ['-p', 'tsconfig.json'], project)
    console.log('types: %s', Object.values(resolution).join(', '))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
