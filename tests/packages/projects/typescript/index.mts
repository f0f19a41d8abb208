import { type BlockedUser, Client, type ClientConfig, type Logger, type Outcome, type Report } from 'wablock'
import { type Fault, startSandbox } from 'wablock/testing'

const sandbox = startSandbox()
const config: ClientConfig = sandbox.meta()
const logger: Logger = console
const client = new Client(config, { timeoutMs: 10_000, logger, logLevel: 'warn' })
const fault: Fault = { name: 'status', status: 503, times: 1 }

async function main(): Promise<void> {
  const outcome: Outcome = await client.block('+16505551234')
  const report: Report = await client.block(['+16505551235'], { signal: AbortSignal.timeout(10_000) })
  const users: BlockedUser[] = await client.list().toArray({ limit: 10 })
  if (!outcome.ok || !report.ok || users.length !== 2) throw new Error('not as it should be')
  sandbox.fault(fault)
  // @ts-expect-error an option that there is not
  const wrong: Parameters<typeof client.list>[0] = { retries: 1 }
  void wrong
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
