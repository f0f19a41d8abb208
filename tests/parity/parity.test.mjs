// One table of public names, options and error codes, held against the sources of the three languages, so that they
// cannot drift: a name that the table does not have, or that a language no longer has, is a failure.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { codes, membersOf, nodeExports, pythonExports, rustExports } from './read.mjs'

const LANGUAGES = ['python', 'node', 'rust']
const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
const table = read('names.json')
// The options of clients and providers, their types, and the sandbox's methods, which the core's tables give.
const written = read('options.json')
Object.assign(table.exports, written.exports)
for (const [type, { names, members }] of Object.entries(written.types)) {
  table.types[type] = { names, members: { ...table.types[type]?.members, ...members } }
}

/** A language's column of rows. */
const column = (rows, at) =>
  Object.values(rows)
    .map((row) => row[at])
    .filter((name) => name !== null)
    .sort()

for (const [at, language] of LANGUAGES.entries()) {
  for (const [type, { names, members }] of Object.entries(table.types)) {
    test(`${language}: ${type}`, () => {
      const offered = membersOf(language, names[at])
      assert.ok(offered.length > 0, names[at])
      assert.deepEqual(offered, column(members, at))
    })
  }

  test(`${language}: what the package exports`, () => {
    const offered = { python: pythonExports, node: nodeExports, rust: rustExports }[language]
    assert.deepEqual(offered, column(table.exports, at))
  })

  test(`${language}: error codes`, () => {
    const expected = Object.fromEntries(Object.entries(table.codes).map(([code, row]) => [code, row[at]]))
    assert.deepEqual(codes[language], expected)
  })
}

test('where a language has no such name, the table says why', () => {
  const all = [...Object.values(table.types).map((type) => type.members), table.exports]
  for (const [concept, [python, node, rust, why]] of all.flatMap(Object.entries)) {
    const missing = [python, node, rust].includes(null)
    assert.equal(typeof why, missing ? 'string' : 'undefined', concept)
  }
})
