// Writes the ESM face of the CommonJS build: the same objects under the same names, so that `instanceof` holds
// between code that imports and code that requires. Generated, so the two cannot drift.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const dist = new URL('../dist/', import.meta.url)

for (const entry of ['index', 'testing']) {
  const names = Object.keys(require(new URL(`${entry}.js`, dist).pathname)).sort()
  if (names.length === 0) throw new Error(`dist/${entry}.js exports nothing`)
  const lines = names.map((name) => `export const ${name} = cjs.${name}`)
  writeFileSync(new URL(`${entry}.mjs`, dist), `import cjs from './${entry}.js'\n\n${lines.join('\n')}\n`)
  writeFileSync(new URL(`${entry}.d.mts`, dist), `export * from './${entry}.js'\n`)
}
