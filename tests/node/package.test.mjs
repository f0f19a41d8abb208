// The package as others load it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = new URL('../../node/', import.meta.url)
// Resolves names as a file of the package does, where its own name leads through `exports`.
const require = createRequire(new URL('package.json', root))

test('import and require give the same objects under the same names', async () => {
  for (const name of ['wablock', 'wablock/testing']) {
    const required = require(name)
    const file = name === 'wablock' ? 'index' : 'testing'
    const imported = await import(new URL(`dist/${file}.mjs`, root))
    assert.ok(Object.keys(required).length > 0)
    assert.deepEqual(Object.keys(imported).sort(), Object.keys(required).sort())
    for (const [key, value] of Object.entries(required)) assert.equal(imported[key], value, key)
  }
})

test('a bare import resolves to the ESM face', async () => {
  const { exports } = require('wablock/package.json')
  for (const entry of ['.', './testing']) {
    assert.match(exports[entry].import.default, /\.mjs$/)
    assert.match(exports[entry].require.default, /\.js$/)
  }
})

test('there are no dependencies, and one version', () => {
  const { dependencies, version } = require('wablock/package.json')
  assert.equal(dependencies, undefined)
  const cargo = readFileSync(new URL('../Cargo.toml', root), 'utf8')
  assert.equal(version, /^version = "(.+)"$/m.exec(cargo)[1])
})

test('the native half offers what the TypeScript half says, and nothing else', () => {
  const { native } = require(fileURLToPath(new URL('dist/native.js', root)))
  const source = readFileSync(new URL('src/native.ts', root), 'utf8')
  const members = (name) => {
    const body = new RegExp(`export interface ${name} \\{\\n([^]*?)\\n\\}`).exec(source)[1]
    return [...body.matchAll(/^ {2}(?:readonly )?(\w+)/gm)].map((match) => match[1]).sort()
  }
  const statics = ['NativeCall', 'NativeClient', 'NativeReport', 'NativeSandbox']
  const classes = [...statics, 'NativeInputs', 'NativeList']
  const functions = Object.keys(native).filter((name) => !classes.includes(name))
  assert.deepEqual([...functions, ...statics].sort(), members('Native'))
  for (const name of classes) {
    const offered = Object.getOwnPropertyNames(native[name].prototype).filter((key) => key !== 'constructor')
    assert.deepEqual(offered.sort(), members(name), name)
  }
})
