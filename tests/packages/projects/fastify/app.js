import fastify from 'fastify'
import { WablockError } from 'wablock'

/** What this API answers, by wablock's code. */
const STATUS = { invalid_user: 422, not_eligible: 409, own_number: 409, rate_limited: 503, timeout: 504 }

/** The app for a client of wablock, which it closes when it ends. */
export function appOf(client, options) {
  const app = fastify(options)
  app.addHook('onClose', () => client.close())

  app.setErrorHandler((error, request, reply) => {
    if (!(error instanceof WablockError)) return reply.send(error)
    // Safe to log: an error's own fields hold no credential and no report.
    request.log.warn({ err: error }, 'wablock')
    const { code, hint, retryable } = error
    return reply.status(STATUS[code] ?? 502).send({ code, hint, retryable })
  })

  app.post('/blocked', async (request) => {
    const report = await client.block(request.body.users)
    const failed = report.failed.map(({ input, error }) => ({ input, code: error.code, hint: error.hint }))
    return { counts: report.counts, failed }
  })

  app.put('/blocked/:user', async (request, reply) => {
    await client.block(request.params.user)
    return reply.status(204).send()
  })
  return app
}
