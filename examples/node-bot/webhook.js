// Reads Meta's webhooks: who signed them, who wrote, and who pressed "Unsubscribe".
import { createHmac, timingSafeEqual } from 'node:crypto'

/** The payload or label of the button, in any letter case. */
const UNSUBSCRIBE = 'unsubscribe'

/** Meta's header. Resellers that pass Meta's webhooks on sign them with headers and secrets of their own. */
export const SIGNATURE = 'X-Hub-Signature-256'

/** Whether the header signs these very bytes; anybody can post to a public URL. Meta writes `sha256=` before it. */
export function isSigned(body, header, secret) {
  const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('hex'))
  const given = Buffer.from((header ?? '').replace(/^sha256=/, ''))
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/**
 * The messages of a webhook as `{ sender, unsubscribes }`; a webhook may hold several, or none (message statuses). The
 * sender is a wa_id such as `16505551234`, or a business-scoped id such as `US.1349120865` when the number is hidden.
 *
 * @throws {TypeError} when the body is not a webhook of Meta's
 */
export function messages(body) {
  try {
    return [...read(JSON.parse(body))]
  } catch (cause) {
    throw new TypeError("not a webhook of Meta's", { cause })
  }
}

function* read({ entry }) {
  for (const { changes } of entry) {
    for (const { value } of changes) {
      for (const message of value.messages ?? []) {
        const unsubscribes = buttonOf(message).some((text) => text.toLowerCase() === UNSUBSCRIBE)
        yield { sender: senderOf(value, message), unsubscribes }
      }
    }
  }
}

/** The number where WhatsApp gives it; users who chose a name instead have a business-scoped id only. */
function senderOf(value, message) {
  const sender = message.from ?? message.from_user_id ?? value.contacts[0].user_id
  if (typeof sender !== 'string') throw new TypeError('a sender is text')
  return sender
}

/** What the pressed button says, by its two names; nothing when no button was pressed. */
function buttonOf({ type, button, interactive }) {
  // A quick reply of a template.
  if (type === 'button') return [String(button.payload ?? ''), String(button.text)]
  // A button of a free message.
  if (type === 'interactive' && interactive.button_reply !== undefined) {
    return [String(interactive.button_reply.id), String(interactive.button_reply.title)]
  }
  return []
}
