import { createRoute, z } from '@hono/zod-openapi'
import type { ApiParts, App } from '../app-type.ts'
import { createdAtOf, newCommandId } from '../../shared/commands/command-id.ts'
import { createAnswerCommand } from '../commands/answer-command.ts'
import { confirmationSchema } from '../commands/confirmation.ts'
import { commandExample, confirmationExample, createdExample } from '../commands/examples.ts'
import { orderExamples, orderSchema } from '../commands/order-schema.ts'
import { createOrders } from '../commands/orders.ts'
import { commandSchema } from '../commands/schema.ts'
import { deviceParams } from '../devices/schema.ts'
import { idempotencyHeader, onceByKey } from '../idempotency.ts'
import { json, jsonBody } from '../json.ts'
import { refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const headers = z.object({
  'idempotency-key': idempotencyHeader,
  prefer: z.string().optional().openapi({
    description:
      'wait=N: answer at the first reply or verdict, or after N seconds (at most 25). At most half of the concurrency of the API may wait: beyond that the answer comes at once, without Preference-Applied',
    example: 'wait=20',
  }),
})

const commandAnswers = {
  200: json(
    'The device replied, or the command concluded, within the requested time (Prefer: wait=N)',
    commandSchema,
    commandExample,
  ),
  202: json('Created; `state` is its progress. `Location` is its path', commandSchema, createdExample),
}

const orderRoute = createRoute({
  method: 'post',
  path: '/v1/devices/{deviceId}/commands',
  operationId: 'sendCommand',
  tags: ['Commands'],
  summary: 'Send a command, or let it wait for the device',
  description: [
    'An intent of the catalogue, or bytes. Bytes that the catalogue knows inherit its danger, its ranges and its masks; others require the scope command:raw.',
    'Disruptive commands require `confirm`. Dangerous commands require the scope command:engine and an installation that allows them: this request then only returns a token, and POST …/commands/confirm sends the command. Dangerous commands never wait for a device.',
    'If the device is not connected, all other commands wait until it is, or until they expire.',
  ].join('\n\n'),
  ...needs('command'),
  ...refuses(
    'engine-commands-off',
    'duplicate-command',
    'queue-full',
    'device-offline',
    'device-busy',
    'device-contested',
    'unsafe-bytes',
    'confirm-required',
    'unsafe-text',
  ),
  request: {
    params: deviceParams,
    headers,
    body: jsonBody(orderSchema, { examples: orderExamples }),
  },
  responses: {
    ...commandAnswers,
    201: json(
      'Dangerous: nothing is sent before it is confirmed',
      z
        .object({
          state: z.literal('to-confirm').openapi({ description: 'No command was created yet' }),
          confirmation: confirmationSchema,
        })
        .openapi('ToConfirm'),
      { state: 'to-confirm', confirmation: confirmationExample },
    ),
  },
})

const confirmRoute = createRoute({
  method: 'post',
  path: '/v1/devices/{deviceId}/commands/confirm',
  operationId: 'confirmCommand',
  tags: ['Commands'],
  summary: 'Confirm and send a dangerous command that was requested within the last minute',
  description:
    'A token sends one command, however often it is used. The gateway decides by the newest frame whether the car is slow enough, just before it writes the command.',
  ...needs('command:engine'),
  ...refuses('engine-commands-off', 'device-offline', 'device-busy', 'device-contested', 'confirmation-gone'),
  request: {
    params: deviceParams,
    headers,
    body: jsonBody(exactly({ token: z.string().min(1).max(100) }).openapi('Confirm'), {
      example: { token: confirmationExample.token },
    }),
  },
  responses: { ...commandAnswers },
})

export function addCommandOrderRoutes(app: App, parts: ApiParts, recordAudit: RecordAudit): void {
  const { idempotency, now } = parts
  const orders = createOrders(parts)
  const answer = createAnswerCommand(parts)
  const once = { store: idempotency, makeId: () => newCommandId(now()) }

  app.openapi(orderRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const request = c.req.valid('json')
    return onceByKey(c, once, request, async (commandId, isRepeat) => {
      const made = isRepeat ? await orders.find(deviceId, commandId) : null
      if (made) return answer(c, made)
      const ordered = await orders.order(deviceId, commandId, request, c.get('caller'))
      if (ordered.kind === 'made') return answer(c, ordered.command)
      const { intent } = ordered.confirmation
      await recordAudit(c.get('caller'), {
        step: 'engine-asked',
        deviceId,
        command: { commandId, intent, danger: 'dangerous', at: createdAtOf(commandId) },
      })
      return c.json({ state: 'to-confirm' as const, confirmation: ordered.confirmation }, 201)
    })
  })

  app.openapi(confirmRoute, async (c) => {
    const { deviceId } = c.req.valid('param')
    const { token } = c.req.valid('json')
    // The token already limits it to one command, so the id is not used. The Idempotency-Key is claimed anyway: a
    // client that uses it for two tokens made a mistake, and must get 422 instead of a second engine cut.
    return onceByKey(c, once, { token }, async () => {
      const command = await orders.confirm(deviceId, token, c.get('caller'))
      const { commandId, intent, danger, attempts, createdAt } = command
      // A dangerous command is dispatched when it is created, which is when it was confirmed.
      const at = attempts[0]?.dispatchedAt ?? createdAt
      await recordAudit(c.get('caller'), {
        step: 'engine-confirmed',
        deviceId,
        command: { commandId, intent, danger, at },
      })
      return answer(c, command)
    })
  })
}
