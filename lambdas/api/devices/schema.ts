import { z } from '@hono/zod-openapi'
import { checkParams, entryOf } from '#h02/catalogue/index.ts'
import { isUtcOffset } from '../../shared/domain/clock-offset.ts'
import { isDeviceId } from '../../shared/domain/device.ts'
import { ignitionWirings } from '../../shared/domain/ignition.ts'
import { normalizeNetwork } from '../../shared/domain/network.ts'
import { speedLimitRange } from '../../shared/domain/speed-limit.ts'
import { relayReplies } from '../../shared/domain/relay.ts'
import { faultOfRelayHost } from '../../shared/relay-host.ts'
import { fixTime, receivedTime } from '../iso-time.ts'
import { atLeastOneOf, exactly, lineOfText } from '../validation.ts'
import { labelChanges, labelsSchema } from './label-input.ts'

export const deviceId = z
  .string()
  .refine(isDeviceId, 'expected a device id: 1 to 15 digits, as the tracker sends it')
  .openapi({
    pattern: '^\\d{1,15}$',
    description: 'The id that the tracker sends: 1 to 15 digits',
    example: '9170000000',
  })

export const deviceParams = z.object({ deviceId })

const ackPolicy = z.enum(['auto', 'R12', 'V4', 'none']).openapi({
  description: 'How frames are acknowledged: by the type of the frame (auto), always in one form, or never',
})
const password = z
  .string()
  .regex(/^[0-9A-Za-z]{1,16}$/, 'expected 1 to 16 letters or digits, such as 0000')
  .openapi({
    description: "The tracker's own password, for text commands. Answers hold it only for scope secrets",
  })
const overrides = exactly({
  ignitionWiring: z.enum(ignitionWirings).openapi({
    description:
      'How the ignition wire is connected. normal: the tracker reports the ignition as it is; inverted: the wrong way around; none: not connected, so the ignition is unknown (null) and `device.moved-parked` is never published',
  }),
  ignitionInverted: z.boolean().openapi({
    description:
      'The former form of `ignitionWiring`: true is inverted, false is normal in requests, and not inverted in answers. A request may contain both if they agree',
    deprecated: true,
  }),
  utcOffsetMinutes: z
    .int()
    .refine(isUtcOffset, 'expected a time zone: a multiple of 15 from -720 to 840')
    .openapi({
      description:
        "Minutes that the tracker's clock is ahead of UTC; 0: it shows UTC. It applies to new frames, and to stored history when it is read",
      minimum: -720,
      maximum: 840,
      multipleOf: 15,
      example: 480,
    }),
}).openapi('Overrides')

const isOneWiring = ({ ignitionWiring, ignitionInverted }: Partial<z.infer<typeof overrides>>): boolean =>
  ignitionWiring === undefined ||
  ignitionInverted === undefined ||
  ignitionInverted === (ignitionWiring === 'inverted')

const network = z.string().transform((text, context) => {
  const normal = normalizeNetwork(text)
  if (normal !== null) return normal
  context.addIssue({ code: 'custom', message: 'expected a network such as 198.51.100.0/24 or 2001:db8::/32' })
  return z.NEVER
})
const sources = z.array(z.string()).openapi({
  description:
    'Networks (CIDR, IPv4 and IPv6) that the device may connect from; null: any. Connections from elsewhere are refused',
  example: ['198.51.100.0/24', '2001:db8::/32'],
})
/** At most one page of text; an empty list would lock the device out. */
const MAX_SOURCES = 20
const newSources = z
  .array(network)
  .min(1, 'expected at least one network; null allows any')
  .max(MAX_SOURCES)
  .transform((networks) => [...new Set(networks)])
  .openapi({ type: ['array', 'null'], items: { type: 'string' }, minItems: 1, maxItems: MAX_SOURCES })

/** Host and port as `set-server` accepts them, so that a command can send the tracker back. */
const wayBack = exactly({ host: z.string(), port: z.number() }).transform((given, context) => {
  const checked = checkParams(entryOf('set-server')!, given)
  if (checked.ok) return { host: given.host, port: given.port }
  for (const { name, detail } of checked.faults)
    context.addIssue({ code: 'custom', path: [name], message: detail })
  return z.NEVER
})
const newCameFrom = wayBack.openapi({
  type: ['object', 'null'],
  properties: {
    host: {
      type: 'string',
      minLength: 1,
      maxLength: 60,
      description: 'Name or IPv4 address',
      example: 'gps.example.com',
    },
    port: { type: 'integer', minimum: 1, maximum: 65_535, example: 5013 },
  },
  required: ['host', 'port'],
  additionalProperties: false,
  description: 'The server that it reported to before; stored so that it can be sent back',
})

const relayFields = {
  host: z
    .string()
    .refine(
      (host) => faultOfRelayHost(host, { allowsPrivate: true }) === null,
      'expected a host name in lower case such as gps.example.com, or an IP address',
    )
    .openapi({
      description: 'Host name or public address of the other server, which may not be this gateway',
      example: 'gps.example.com',
    }),
  port: z.int().min(1).max(65_535).openapi({ example: 8090 }),
  replies: z.enum(relayReplies).openapi({
    description:
      'What of that server reaches the tracker. drop: nothing; harmless: commands that the catalogue knows as harmless; all: other commands too, but never an engine cut, nor bytes that could complete one. Acknowledgements never do: ours count',
  }),
}
const RELAY_DESCRIPTION =
  'Another server that gets a copy of everything the device sends, as the old platform of its vendor. What it sends is recorded as frames with direction upstream'
const relaySchema = z.object(relayFields).openapi('Relay', { description: RELAY_DESCRIPTION })
const newRelay = exactly({ ...relayFields, replies: relayFields.replies.default('drop') }).openapi(
  'NewRelay',
  {
    description: RELAY_DESCRIPTION,
  },
)

const speedLimitKmh = z.int().min(speedLimitRange.min).max(speedLimitRange.max).openapi({
  description:
    'Speed limit in km/h: two fixes in a row above it publish `speed.exceeded`, two within it `speed.ok-again`; null: none',
  example: 80,
})

const settable = {
  name: lineOfText(100),
  model: lineOfText(50),
  ackPolicy,
  password,
  sources: newSources,
  relay: newRelay,
  cameFrom: newCameFrom,
  speedLimitKmh,
}

/** Null removes a field, or means that there is none. */
const changeable = {
  name: settable.name.nullish(),
  model: settable.model.nullish(),
  ackPolicy: settable.ackPolicy.nullish(),
  password: settable.password.nullish(),
  sources: settable.sources.nullish(),
  relay: settable.relay.nullish(),
  cameFrom: settable.cameFrom.nullish(),
  speedLimitKmh: settable.speedLimitKmh.nullish(),
  labels: labelChanges.nullish(),
  overrides: overrides
    .partial()
    .refine(isOneWiring, 'ignitionInverted contradicts ignitionWiring')
    .optional(),
}

/** One row of a registration: missing fields stay unchanged, or are absent. */
export const newDeviceSchema = exactly({ deviceId, ...changeable }).openapi('NewDevice')

/** A merge patch: null removes a field. */
export const devicePatchSchema = atLeastOneOf(exactly(changeable)).openapi('DevicePatch')

const lastPositionSchema = z
  .object({
    fixTime,
    receivedAt: receivedTime,
    latitude: z.number(),
    longitude: z.number(),
    speedKnots: z.number().nullable(),
    speedKmh: z.number().nullable(),
    course: z.number().nullable(),
  })
  .openapi('LastPosition')

const sessionSchema = z
  .object({
    sessionId: z.string(),
    gatewayId: z.string(),
    remoteAddress: z.string(),
    since: receivedTime,
  })
  .openapi('Session')

const cameFromSchema = z
  .object({
    host: z.string(),
    port: z.int(),
    at: receivedTime.openapi({ description: 'When it was stored' }),
    sms: z.string().nullable().openapi({
      description:
        'The SMS that sends the tracker back there. Its password is **** without the scope secrets, unless it is 0000',
    }),
    command: z
      .object({
        intent: z.literal('set-server'),
        params: z.object({ host: z.string(), port: z.int() }),
        confirm: z.literal(true),
      })
      .openapi({ description: 'The same as a body for POST …/commands, while the device is connected here' }),
  })
  .openapi('CameFrom', { description: 'The previous server of the device, and how to send it back' })

export const deviceSchema = z
  .object({
    deviceId: z.string(),
    name: z.string().nullable(),
    model: z.string().nullable(),
    ackPolicy,
    labels: labelsSchema,
    overrides,
    password: z.string().nullable().optional().openapi({ description: 'Only for keys with scope secrets' }),
    registeredAt: receivedTime,
    registeredBy: z.enum(['api', 'open']),
    seenModel: z.string().nullable().openapi({ description: 'The model that the tracker reported' }),
    firmware: z
      .string()
      .nullable()
      .openapi({ description: 'The firmware that the tracker reported; a probe asks for it' }),
    online: z.boolean().openapi({ description: 'Whether it has a session on a gateway that is running' }),
    session: sessionSchema.nullable(),
    contestedUntil: receivedTime.nullable().openapi({
      description:
        'Two connections claim to be this device: until then dangerous commands are refused and effects confirm nothing',
    }),
    sources: sources.nullable(),
    relay: relaySchema.nullable(),
    cameFrom: cameFromSchema.nullable(),
    speedLimitKmh: speedLimitKmh.nullable(),
    commands: z
      .object({
        queued: z.int().openapi({ description: 'Number of waiting commands' }),
        open: z.string().nullable().openapi({ description: 'The command that awaits its reply' }),
        openRestore: z
          .string()
          .nullable()
          .openapi({ description: 'The fuel restore that awaits its reply, beside the open command' }),
        watching: z
          .array(z.string())
          .openapi({ description: 'Commands whose effect is still watched, including concluded ones' }),
      })
      .openapi('CommandSummaryOfDevice'),
    lastSeen: receivedTime.nullable(),
    lastType: z.string().nullable().openapi({ description: 'Type of the newest frame' }),
    lastPosition: lastPositionSchema.nullable(),
    batteryPercent: z.number().nullable(),
    voltage: z.number().nullable(),
    gsm: z.number().nullable(),
    satellites: z.number().nullable(),
    ignitionOn: z.boolean().nullable(),
    status: z
      .object({
        word: z.string().openapi({ description: 'As sent, 8 hex digits' }),
        clear: z
          .array(z.string())
          .openapi({ description: 'Names of the bits that are 0: those whose condition holds' }),
      })
      .nullable(),
    alarms: z.array(z.string()),
    iccid: z.string().nullable(),
    places: z
      .array(
        z.object({
          placeId: z.string(),
          name: z.string(),
          since: fixTime.openapi({ description: 'The first fix inside' }),
        }),
      )
      .openapi({ description: 'Places that the device is in, as its newest fix shows it; at most 8' }),
    suggestedUtcOffsetMinutes: z.int().nullable().openapi({
      description:
        "The tracker's clock has been off by a whole time zone for 10 frames and 10 minutes: the value of `overrides.utcOffsetMinutes` that would correct it. Null: it seems right",
    }),
  })
  .openapi('Device')
export type DeviceAnswer = z.infer<typeof deviceSchema>
