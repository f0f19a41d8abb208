// The application: answers immediately, does the work afterwards.
import { timingSafeEqual } from 'node:crypto'

import express from 'express'

import { isSigned, messages, SIGNATURE } from './webhook.js'

/** Webhooks are signed with `secret`, in the header `signature`. */
export function createApp(unsubscriber, { secret, verifyToken, signature = SIGNATURE }) {
  const app = express()
  app.disable('x-powered-by')

  // Meta asks once, when the webhook is set up, whether this is the right place.
  app.get('/webhook', (request, response) => {
    const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = request.query
    const [given, expected] = [Buffer.from(String(token)), Buffer.from(verifyToken)]
    const known = given.length === expected.length && timingSafeEqual(given, expected)
    if (mode !== 'subscribe' || !known) return response.sendStatus(403)
    response.type('text/plain').send(String(challenge))
  })

  // The signature is over the bytes, so they must not be parsed before it was checked.
  app.post('/webhook', express.raw({ type: () => true, limit: '1mb' }), (request, response) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    if (!isSigned(body, request.get(signature), secret)) return response.sendStatus(401)
    let arrived
    try {
      arrived = messages(body)
    } catch {
      return response.sendStatus(400)
    }
    // Meta expects 200 within seconds and sends again otherwise, so nothing is awaited.
    response.sendStatus(200)
    unsubscriber.handle(arrived)
  })

  return app
}
