// `require`, and that it gives the same classes as `import`.
const assert = require('node:assert/strict')
const { Client, WablockError } = require('wablock')
const { startSandbox } = require('wablock/testing')

async function main() {
  const imported = await import('wablock')
  assert.equal(imported.WablockError, WablockError)
  const client = new Client(startSandbox().nxcloud())
  assert.ok((await client.block('+16505551234')).ok)
  const error = await client.block('call me').catch((problem) => problem)
  assert.ok(error instanceof imported.InvalidUserError)
  console.log('require works')
}

main()
