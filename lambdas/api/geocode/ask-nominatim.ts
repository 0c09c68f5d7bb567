import { ASK_TIMEOUT_MS, isRecord, readAnswer, toAddress, type AskAddress } from './ask.ts'

/** The usage policy of the public server requires the name of the application. */
const USER_AGENT = 'h02-gateway/0.2 (gateway for GPS trackers, run by its owner)'

/** Nominatim’s `/reverse` (https://nominatim.org/release-docs/latest/api/Reverse/). `url`: with a trailing slash. */
export const createAskNominatim =
  (url: string, timeoutMs = ASK_TIMEOUT_MS): AskAddress =>
  async ({ latitude, longitude }, language) => {
    const query = new URLSearchParams({
      format: 'jsonv2',
      lat: String(latitude),
      lon: String(longitude),
      // Zoom level of buildings.
      zoom: '18',
      addressdetails: '0',
      'accept-language': language,
    })
    const answer = await fetch(`${url}reverse?${query.toString()}`, {
      headers: { 'user-agent': USER_AGENT, accept: 'application/json' },
      // Redirects are not followed, so that only the configured server gets positions.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const found = await readAnswer(answer)
    if (!isRecord(found)) throw new Error('the answer is not an object')
    // At sea: `{"error":"Unable to geocode"}`, with status 200.
    return 'error' in found ? null : toAddress(found.display_name)
  }
