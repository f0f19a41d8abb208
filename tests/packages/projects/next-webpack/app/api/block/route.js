import { Client } from 'wablock'
import { startSandbox } from 'wablock/testing'

export const dynamic = 'force-dynamic'

export async function GET() {
  const sandbox = startSandbox()
  try {
    const { state } = await new Client(sandbox.meta()).block('+16505551234')
    return Response.json({ state })
  } finally {
    sandbox.close()
  }
}
