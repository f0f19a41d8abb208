const { Client } = require('wablock')
const { startSandbox } = require('wablock/testing')

new Client(startSandbox().meta()).block('+16505551234').then((outcome) => {
  if (!outcome.ok) throw new Error(outcome.state)
  console.log('compiled: %s', outcome.state)
})
