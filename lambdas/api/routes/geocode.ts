import { createRoute, z } from '@hono/zod-openapi'
import type { ApiParts, App } from '../app-type.ts'
import { json } from '../json.ts'
import { Problem, refuses } from '../problem.ts'
import { needs } from '../scope.ts'
import { exactly } from '../validation.ts'

const degrees = (limit: number, example: number, description: string) =>
  z
    .string()
    .regex(/^-?\d{1,3}(\.\d{1,15})?$/, 'expected degrees as a decimal number')
    .transform(Number)
    .pipe(z.number().min(-limit).max(limit))
    .openapi({ type: 'number', minimum: -limit, maximum: limit, example, description })

const route = createRoute({
  method: 'get',
  path: '/v1/geocode',
  operationId: 'findAddress',
  tags: ['Places'],
  summary: 'The address of a position',
  description:
    'From the geocoder of this installation, if it has one (`geocoder` in `/console.json`). Positions are rounded to about 50 m, and answers are kept for a day. A geocoder that fails or is too busy is an `outcome`, not an error.',
  ...needs('read'),
  ...refuses('geocoder-off'),
  request: {
    query: exactly({
      latitude: degrees(90, 45.566, 'Degrees north of the equator; negative: south'),
      longitude: degrees(180, 8.054, 'Degrees east of Greenwich; negative: west'),
      language: z
        .string()
        .regex(/^[a-z]{2}$/, 'expected an ISO 639-1 code such as en')
        .default('en')
        .openapi({ description: 'The language of the address, as ISO 639-1 code' }),
    }),
  },
  responses: {
    200: json(
      'The address, or why there is none',
      z
        .object({
          outcome: z.enum(['found', 'none', 'busy', 'unavailable']).openapi({
            description:
              '`none`: there is no address here. `busy`: the limit of the geocoder is reached, retry in some seconds. `unavailable`: it failed within the last minute; the log says why',
          }),
          address: z.string().nullable().openapi({ description: 'One line, at most 250 characters' }),
          attribution: z
            .object({ text: z.string(), url: z.string() })
            .openapi({ description: 'To be shown beside the address' }),
        })
        .openapi('Address'),
      {
        outcome: 'found',
        address: 'Biella, Piemont, Italy',
        attribution: { text: '© OpenStreetMap contributors', url: 'https://www.openstreetmap.org/copyright' },
      },
    ),
  },
})

export function addGeocodeRoute(app: App, { geocoder }: Pick<ApiParts, 'geocoder'>): void {
  app.openapi(route, async (c) => {
    if (!geocoder)
      throw new Problem(
        'geocoder-off',
        'this installation has no geocoder; its operator can set one (--geocoder, or the setting geocoder)',
      )
    const { latitude, longitude, language } = c.req.valid('query')
    const found = await geocoder.find({ latitude, longitude }, language)
    return c.json({ ...found, attribution: geocoder.attribution }, 200)
  })
}
