import { signal } from '@preact/signals'
import { answerOf } from '../api/client.ts'
import type { NamedCommandAnswer } from '../api/types.ts'
import { api } from './session.ts'

/** Commands that people of this installation have named. */
export const namedCommands = signal<readonly NamedCommandAnswer[]>([])

export async function readNamedCommands(): Promise<void> {
  namedCommands.value = (await answerOf(api.GET('/v1/named-commands'))).items
}

/** Throws `Refusal`. */
export async function nameCommand(name: string, template: string, note: string): Promise<void> {
  const body = { template, note: note === '' ? null : note }
  await answerOf(api.PUT('/v1/named-commands/{name}', { params: { path: { name } }, body }))
  await readNamedCommands()
}

/** Throws `Refusal`. */
export async function forgetCommand(name: string): Promise<void> {
  await api.DELETE('/v1/named-commands/{name}', { params: { path: { name } } })
  await readNamedCommands()
}

const two = (value: number): string => String(value).padStart(2, '0')

/** A template as it can be sent to a device; the password is left for the person to type. */
export function fillIn(template: string, deviceId: string, now = new Date()): string {
  const time = two(now.getUTCHours()) + two(now.getUTCMinutes()) + two(now.getUTCSeconds())
  return template.replaceAll('{id}', deviceId).replaceAll('{time}', time)
}

/** The template of a received command: slots replace the id, the time of the frame, and masked parts. */
export const toTemplate = (text: string): string =>
  text
    .trim()
    .replace(/^(\*[A-Za-z]{2},)\d{1,15}(,\w+,)\d{6}(?=[,#])/, '$1{id}$2{time}')
    .replace(/^(\*[A-Za-z]{2},)\d{1,15}(?=,)/, '$1{id}')
    .replaceAll('****', '{password}')
