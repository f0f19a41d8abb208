import { Client } from 'wablock'
import { startSandbox } from 'wablock/testing'

const outcome = await new Client(startSandbox().meta()).block('+16505551234')
if (!outcome.ok) throw new Error(outcome.state)
console.log('traced: %s', outcome.state)
