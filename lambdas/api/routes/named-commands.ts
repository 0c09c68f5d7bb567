import { createRoute, z } from '@hono/zod-openapi'
import type { NamedCommand } from '../../shared/store/named-commands.ts'
import type { ApiParts, App } from '../app-type.ts'
import { faultOfTemplate } from '../commands/named.ts'
import { receivedTime, toReceivedIso } from '../iso-time.ts'
import { json, jsonBody } from '../json.ts'
import { Problem, refuses } from '../problem.ts'
import type { RecordAudit } from '../record-audit.ts'
import { needs } from '../scope.ts'
import { exactly, lineOfText } from '../validation.ts'

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected 1 to 40 of a–z, 0–9 and -')
  .openapi({ description: 'The name that the command is sent by', example: 'vendor-sleep' })
const params = z.object({ name })

const template = z.string().min(1).max(200).openapi({
  description:
    'The command as text. {id}, {time} (HHMMSS, UTC) and {password} are placeholders, which the sender fills in',
  example: '*HQ,{id},S99,{time},1#',
})

const namedCommandSchema = z
  .object({
    name: z.string(),
    template,
    note: z.string().nullable(),
    changedAt: receivedTime,
    changedBy: z.string(),
  })
  .openapi('NamedCommand')

const namedExample = {
  name: 'vendor-sleep',
  template: '*HQ,{id},S99,{time},1#',
  note: 'Heard from the vendor when its app says "sleep"',
  changedAt: '2026-01-31T08:00:01.250Z',
  changedBy: 'admin',
}

const listRoute = createRoute({
  method: 'get',
  path: '/v1/named-commands',
  operationId: 'listNamedCommands',
  tags: ['Commands'],
  summary: 'Commands that people of this installation have named',
  description:
    'For commands that are not in the catalogue, such as those observed from the server of a vendor. They are sent as raw bytes, and the rules for raw bytes apply.',
  ...needs('read'),
  responses: {
    200: json(
      'All named commands, by name',
      z.object({ items: z.array(namedCommandSchema) }).openapi('NamedCommandList'),
      { items: [namedExample] },
    ),
  },
})

const putRoute = createRoute({
  method: 'put',
  path: '/v1/named-commands/{name}',
  operationId: 'putNamedCommand',
  tags: ['Commands'],
  summary: 'Name a command, or change a named one',
  description:
    'Commands that cut the engine, or that contain secrets, are refused. At most 200 commands can be named.',
  ...needs('admin'),
  ...refuses('conflict', 'unsafe-bytes', 'unsafe-text'),
  request: {
    params,
    body: jsonBody(exactly({ template, note: lineOfText(200).nullish() }).openapi('NewNamedCommand'), {
      example: {
        template: namedExample.template,
        note: namedExample.note,
      },
    }),
  },
  responses: {
    200: json('The command', namedCommandSchema, namedExample),
  },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/v1/named-commands/{name}',
  operationId: 'deleteNamedCommand',
  tags: ['Commands'],
  summary: 'Delete a named command',
  ...needs('admin'),
  request: { params },
  responses: { 204: { description: 'Deleted' } },
})

const MAX_NAMED = 200

const toAnswer = ({ changedAt, ...command }: NamedCommand) => ({
  ...command,
  changedAt: toReceivedIso(changedAt),
})

export function addNamedCommandRoutes(
  app: App,
  { namedCommands, now }: Pick<ApiParts, 'namedCommands' | 'now'>,
  recordAudit: RecordAudit,
): void {
  app.openapi(listRoute, async (c) => c.json({ items: (await namedCommands.list()).map(toAnswer) }, 200))

  app.openapi(putRoute, async (c) => {
    const caller = c.get('caller')
    const { name } = c.req.valid('param')
    const { template, note = null } = c.req.valid('json')
    const fault = faultOfTemplate(template)
    if (fault !== null) throw new Problem(fault.type, fault.detail)
    const known = await namedCommands.list()
    if (known.length >= MAX_NAMED && !known.some((one) => one.name === name)) {
      throw new Problem('conflict', `expected at most ${MAX_NAMED} named commands; delete one first`)
    }
    const command = { name, template, note, changedAt: now(), changedBy: caller.keyId }
    await namedCommands.put(command)
    await recordAudit(caller, { step: 'command-named', details: { name, template } })
    return c.json(toAnswer(command), 200)
  })

  app.openapi(deleteRoute, async (c) => {
    const { name } = c.req.valid('param')
    if (!(await namedCommands.remove(name))) {
      throw new Problem('not-found', `no command is named ${name}; GET /v1/named-commands lists them`)
    }
    await recordAudit(c.get('caller'), { step: 'command-name-deleted', details: { name } })
    return c.body(null, 204)
  })
}
