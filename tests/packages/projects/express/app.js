import express from 'express'
import { WablockError } from 'wablock'

/** What this API answers, by wablock's code. */
const STATUS = { invalid_user: 422, not_eligible: 409, own_number: 409, rate_limited: 503, timeout: 504 }

/** The app for a client of wablock. */
export function appOf(client, log = console) {
  const app = express()

  app.post('/blocked', express.json(), async (request, response) => {
    const report = await client.block(request.body.users)
    const failed = report.failed.map(({ input, error }) => ({ input, code: error.code, hint: error.hint }))
    response.json({ counts: report.counts, failed })
  })

  app.put('/blocked/:user', async (request, response) => {
    await client.block(request.params.user)
    response.sendStatus(204)
  })

  // Last, and with four parameters: that is how Express tells a handler of errors.
  app.use((error, _request, response, next) => {
    if (!(error instanceof WablockError)) return next(error)
    const { code, hint, retryable } = error
    log.warn('wablock: %s %s', code, error.message)
    response.status(STATUS[code] ?? 502).json({ code, hint, retryable })
  })
  return app
}
