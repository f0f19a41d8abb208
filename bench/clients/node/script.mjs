/** What a Node programmer writes: a few workers, every answer looked at; `post` and `get` are those of fetch or undici. */
import { createHash } from 'node:crypto'

import { atOnce, BATCH, batches, DIGITAL99, META_PATH, NX_BATCH, NXCLOUD, TOKEN } from './common.mjs'

const JSON_TYPE = 'application/json'

export class Script {
  constructor(task, { post, get, close }) {
    this.task = task
    this.post = post
    this.get = get
    this.close = close
    this.headers = { authorization: `Bearer ${TOKEN}`, 'content-type': JSON_TYPE }
    this.url = task.url + META_PATH
  }

  send = async (users) => {
    const body = JSON.stringify({ messaging_product: 'whatsapp', block_users: users.map((user) => ({ user })) })
    const answer = await this.post(this.url, this.headers, body)
    return answer.block_users.added_users
  }

  async one(user) {
    const done = await this.send([user])
    if (done[0].input !== user) throw new Error('not done')
  }

  sendDigital99 = async ([user]) => {
    const body = JSON.stringify({ ...DIGITAL99, whatsapp: user.slice(1) })
    const answer = await this.post(`${this.task.url}/whatsapp/v2/block`, { 'content-type': JSON_TYPE }, body)
    if (answer.status !== 'OK') throw new Error('not done')
    return [{ input: user, wa_id: answer.whatsapp }]
  }

  sendNxCloud = async (users) => {
    const { accessKey, accessSecret, appKey, phone } = NXCLOUD
    const body = JSON.stringify({
      appkey: appKey,
      business_phone: phone,
      messaging_product: 'whatsapp',
      block_users: users.map((user) => ({ user })),
    })
    const ts = String(Date.now())
    const sign = createHash('md5')
      .update(`accessKey=${accessKey}&action=mt&bizType=2&ts=${ts}&body=${body}&accessSecret=${accessSecret}`)
      .digest('hex')
    const headers = { accessKey, ts, bizType: '2', action: 'mt', sign, 'content-type': JSON_TYPE }
    const answer = await this.post(`${this.task.url}/api/wa/createBlockUsers`, headers, body)
    if (answer.code !== 0) throw new Error('not done')
    return answer.data.block_users.added_users
  }

  async bulk(users) {
    const [send, size] = {
      block: [this.send, BATCH],
      digital99: [this.sendDigital99, 1],
      nxcloud: [this.sendNxCloud, NX_BATCH],
    }[this.task.case]
    const results = new Map()
    await atOnce(this.task.at_once, batches(users, size), async (batch) => {
      for (const { input, wa_id } of await send(batch)) results.set(input, wa_id)
    })
    if (!users.every((user) => results.has(user))) throw new Error('not all were done')
    return results.size
  }

  async list() {
    const ids = []
    let after = ''
    for (;;) {
      const page = await this.get(`${this.url}?limit=${this.task.page}${after}`, this.headers)
      for (const { wa_id } of page.data) ids.push(wa_id)
      if (page.paging.next === undefined) return ids
      after = `&after=${page.paging.cursors.after}`
    }
  }
}
