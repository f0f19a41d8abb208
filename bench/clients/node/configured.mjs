/** wablock's configurations for the cases. */
import { DIGITAL99, NXCLOUD, PHONE_NUMBER_ID, TOKEN } from './common.mjs'

export function configuration({ case: kind, url, page }) {
  if (kind === 'digital99') {
    return { provider: '99digital', apiKey: DIGITAL99.apiKey, fromNumber: DIGITAL99.from, baseUrl: url }
  }
  if (kind === 'nxcloud') {
    const { accessKey, accessSecret, appKey, phone } = NXCLOUD
    return { provider: 'nxcloud', accessKey, accessSecret, appKey, businessPhone: phone, baseUrl: url }
  }
  return { provider: 'meta', accessToken: TOKEN, phoneNumberId: PHONE_NUMBER_ID, baseUrl: url, pageSize: page }
}
