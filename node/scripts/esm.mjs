// Writes the ESM face of the CommonJS build: the same objects under the same names, so that `instanceof` holds
// between code that imports and code that requires. Generated, so the two cannot drift. The names are exported one by one,
// because tools that load the package from its source (Vitest with a linked package) see no default export.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const dist = new URL('../dist/', import.meta.url)

for (const entry of ['index', 'testing']) {
  const names = Object.keys(require(new URL(`${entry}.js`, dist).pathname)).sort()
  if (names.length === 0) throw new Error(`dist/${entry}.js exports nothing`)
  const lines = names.map((name) => `  ${name},\n`).join('')
  writeFileSync(new URL(`${entry}.mjs`, dist), `export {\n${lines}} from './${entry}.js'\n`)
  writeFileSync(new URL(`${entry}.d.mts`, dist), `export * from './${entry}.js'\n`)
}
