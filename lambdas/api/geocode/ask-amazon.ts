import type { SignedFetch } from '../../shared/signed-fetch.ts'
import { isRecord, readAnswer, toAddress, type AskAddress } from './ask.ts'

/**
 * ReverseGeocode of Amazon Location Service, Places API v2
 * (https://docs.aws.amazon.com/location/latest/APIReference/API_geoplaces_ReverseGeocode.html).
 */
export const createAskAmazon =
  (endpoint: string, send: SignedFetch): AskAddress =>
  async ({ latitude, longitude }, language) => {
    const answer = await send(`${endpoint}/v2/reverse-geocode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ QueryPosition: [longitude, latitude], MaxResults: 1, Language: language }),
    })
    const found = await readAnswer(answer)
    if (!isRecord(found) || !Array.isArray(found.ResultItems))
      throw new Error('the answer has no ResultItems')
    const [first] = found.ResultItems as readonly unknown[]
    if (first === undefined) return null
    if (!isRecord(first)) throw new Error('the answer has no address')
    return toAddress(isRecord(first.Address) ? first.Address.Label : first.Title)
  }
