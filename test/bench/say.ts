import type { Part } from './parts/part.ts'

export const say = (text: string): void => console.log(`${new Date().toISOString().slice(11, 19)}  ${text}`)

/** Ends trackers and embedded mode, and prints what went wrong in it meanwhile. */
export async function closeEmbedded(embedded: Part, trackers: Part): Promise<void> {
  const troubles = await embedded.ask<string[]>('troubles')
  for (const line of troubles.slice(0, 5)) say(`said meanwhile: ${line}`)
  await trackers.ask('stop')
  await embedded.ask('close')
}
