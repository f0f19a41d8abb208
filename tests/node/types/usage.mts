// What must compile, with the types that callers rely on, and what must not. Checked by tsc; never run.
import {
  type BlockedUser,
  block,
  Client,
  type ClientConfig,
  type DoneOutcome,
  type ErrorCode,
  type Logger,
  listBlocked,
  NotEligibleError,
  nxcloudSignature,
  Outcome,
  type Provider,
  parseUser,
  type Report,
  type State,
  type User,
  unblock,
  type WablockError,
} from 'wablock'
import { type Sandbox, startSandbox } from 'wablock/testing'

/** Compiles only where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function same<A, B>(_: Same<A, B>): void {}

const meta = { provider: 'meta', accessToken: 't', phoneNumberId: '1' } as const
const client = new Client(meta, { timeoutMs: 1, maxRetries: 0, rateLimit: 1.5, caCertificates: '' })

// One or many.
same<Awaited<ReturnType<typeof one>>, DoneOutcome>(true)
const one = () => client.block('+1')
const many = () => client.block(['+1', { user: '+2' }] as const)
same<Awaited<ReturnType<typeof many>>, Report>(true)
const sets = () =>
  client.unblock(new Set(['+1']), {
    signal: new AbortController().signal,
    onProgress: (done, total) => done + total,
  })
same<Awaited<ReturnType<typeof sets>>, Report>(true)
async function* later() {
  yield '+1'
}
const streams = () => client.block(later())
same<Awaited<ReturnType<typeof streams>>, Report>(true)
declare const either: string | string[]
const both = () => client.block(either)
same<Awaited<ReturnType<typeof both>>, DoneOutcome | Report>(true)
const off = () => unblock(meta, '+1', { timeoutMs: 1, concurrency: 2 })
same<Awaited<ReturnType<typeof off>>, DoneOutcome>(true)
block(meta, ['+1']) satisfies Promise<Report>

// What wablock gives, and what webhooks give.
declare const listed: BlockedUser[]
declare const given: Report
const back = [
  () => client.unblock(client.list()),
  () => client.unblock(listed),
  () => client.block(given),
  () => client.block(given.notSent),
  () => client.block(given.toJSON().outcomes),
  () =>
    client.block([
      { waId: '1' },
      { wa_id: '1' },
      { userId: 'US.1' },
      { user_id: 'US.1' },
      { user: { waId: '1' } },
    ]),
  () => client.block([null, '+1', undefined], { onMissing: 'fail' }),
]
same<Awaited<ReturnType<(typeof back)[number]>>, Report>(true)
const single = [
  () => client.block(listed[0] as BlockedUser),
  () => client.block(given.outcomes[0] as Outcome),
  () => client.block({ waId: '1' }),
  () => client.block({ user: listed[0] as BlockedUser }),
]
same<Awaited<ReturnType<(typeof single)[number]>>, DoneOutcome>(true)
client.check(['+1', null], { onMissing: 'fail' }) satisfies Report
client.isBlocked({ user_id: 'US.1' }) satisfies Promise<boolean>
client.ping({ timeoutMs: 1 }) satisfies Promise<void>
given.has('+1') satisfies boolean
// @ts-expect-error
client.block([null])
// @ts-expect-error
client.block({ phone: '+1' })
// @ts-expect-error
client.check(later())

// Results.
declare const report: Report
const outcome = report.outcomes[0]
same<typeof outcome, Outcome | undefined>(true)
same<Outcome['state'], State>(true)
same<Outcome['error'], WablockError | undefined>(true)
same<(typeof report.counts)['notSent'], number>(true)
if (outcome?.state === 'failed') same<typeof outcome.error, WablockError>(true)
if (outcome?.ok) same<typeof outcome, DoneOutcome>(true)
for (const { error } of report.failed) same<typeof error, WablockError>(true)
for (const { error } of report.notSent) same<typeof error, WablockError | undefined>(true)
for (const { user } of report.done) same<typeof user, User>(true)
declare const anything: unknown
if (anything instanceof Outcome) same<typeof anything, Outcome>(true)
report.failures.not_eligible satisfies number | undefined
report.throwIfFailed()
for (const row of report) same<typeof row, Outcome>(true)
client.settle(report) satisfies Promise<Report>
for await (const user of client.list({ timeoutMs: 5 })) same<typeof user, BlockedUser>(true)
;(await client.list()) satisfies BlockedUser[]
;(await listBlocked(meta)).length satisfies number
for await (const page of listBlocked(meta).pages()) same<typeof page, BlockedUser[]>(true)
await using closing = client.withOptions({ maxRetries: 1 })
closing.capabilities.effect satisfies 'both_directions' | 'inbound_callbacks'

// Errors.
try {
  await client.block('+1')
} catch (error) {
  if (error instanceof NotEligibleError) same<typeof error.code, 'not_eligible'>(true)
  // @ts-expect-error it would make web frameworks answer with it
  if (error instanceof NotEligibleError) void error.status
}
const code: ErrorCode = 'cancelled'
const provider: Provider = '99digital'
void [code, provider]

// Configurations.
const configs: ClientConfig[] = [
  meta,
  {
    provider: 'nxcloud',
    accessKey: 'k',
    accessSecret: 's',
    appKey: 'a',
    businessPhone: '1',
    algorithm: 'sha256',
  },
  { provider: '99digital', apiKey: 'k', fromNumber: '1', retryableReasons: [4] },
  { provider: 'sinch', token: 't', botId: 'b', region: 'eu1', baseUrl: undefined },
]
Client.fromEnv(process.env) satisfies Client
using sandbox: Sandbox = startSandbox()
configs.push(sandbox.meta(), sandbox.nxcloud(), sandbox.digital99(), sandbox.sinch({ account: 'a' }))
nxcloudSignature({ accessKey: 'k', accessSecret: 's', ts: 1, body: new Uint8Array() }) satisfies string
new NotEligibleError('no message in 24 hours').code satisfies 'not_eligible'
parseUser('050', 'IL').id satisfies string
parseUser('050', { defaultRegion: 'IL' }).kind satisfies 'phone' | 'wa_id' | 'bsuid'

// Loggers: the console, and what pino's types look like.
interface PinoLogFn {
  <T extends object>(obj: T, msg?: string, ...args: unknown[]): void
  (msg: string, ...args: unknown[]): void
}
declare const pino: { level: string; fatal: PinoLogFn; debug: PinoLogFn; info: PinoLogFn; warn: PinoLogFn }
console satisfies Logger
new Client(meta, { logger: pino, logLevel: 'debug' })
block(meta, '+1', { logger: console, logLevel: 'warn' }) satisfies Promise<Outcome>

// What must not compile.
// @ts-expect-error a logger without a method that is needed
new Client(meta, { logger: { debug() {}, info() {} } })
// @ts-expect-error a level that there is not
new Client(meta, { logger: console, logLevel: 'trace' })
// @ts-expect-error a provider that is none
new Client({ provider: 'twilio', token: 't' })
// @ts-expect-error a required option is missing
new Client({ provider: 'meta', accessToken: 't' })
// @ts-expect-error an option of another provider
new Client({ provider: 'meta', accessToken: 't', phoneNumberId: '1', apiKey: 'k' })
// @ts-expect-error ids are strings
new Client({ provider: 'meta', accessToken: 't', phoneNumberId: 106540352242922 })
// @ts-expect-error options of the client are the second argument
new Client({ provider: 'meta', accessToken: 't', phoneNumberId: '1', timeoutMs: 5 })
// @ts-expect-error milliseconds say so
new Client(meta, { timeout: 5 })
// @ts-expect-error numbers lose leading zeros and the +
client.block(16505551234)
// @ts-expect-error numbers in a list too
client.block([16505551234])
// @ts-expect-error an option that calls do not have
client.block('+1', { retries: 1 })
// @ts-expect-error lists have no progress
client.list({ onProgress: () => {} })
// @ts-expect-error reports cannot be changed
report.outcomes[0] = outcome
// @ts-expect-error reports are made by calls
;new (report.constructor as typeof Report)()
// @ts-expect-error no such algorithm
nxcloudSignature({ accessKey: 'k', accessSecret: 's', ts: '1', algorithm: 'sha1' })
// @ts-expect-error no such code
void (code === 'nonsense')
// @ts-expect-error a single outcome is no report
void (await client.block('+1')).outcomes
// @ts-expect-error JSON has that name, objects have notSent
void report.counts.not_sent
// @ts-expect-error no such option
parseUser('050', { region: 'IL' })
