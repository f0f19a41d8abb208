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

test('the types of the native half are those of the addon', () => {
  const { native } = require(fileURLToPath(new URL('dist/native.js', root)))
  const source = readFileSync(new URL('src/addon.d.ts', root), 'utf8')
  const declared = [...source.matchAll(/^export declare (class|function) (\w+)/gm)]
  assert.deepEqual(Object.keys(native).sort(), declared.map(([, , name]) => name).sort())
  const classes = [...source.matchAll(/^export declare class (\w+) \{(?:\}|\n((?: .*\n)*)\})/gm)]
  assert.ok(classes.length >= 6)
  for (const [, name, body = ''] of classes) {
    const members = [...body.matchAll(/^ {2}(?:static |get )?(\w+)\(/gm)].map((match) => match[1])
    const made = Object.getOwnPropertyNames(native[name].prototype).filter((key) => key !== 'constructor')
    const statics = Object.getOwnPropertyNames(native[name]).filter(
      (key) => typeof native[name][key] === 'function',
    )
    assert.deepEqual(
      [...made, ...statics].sort(),
      members.filter((member) => member !== 'constructor').sort(),
      name,
    )
  }
})
