import { z } from '@hono/zod-openapi'
import type { EventType } from '../../shared/domain/events/event-data.ts'

/** A query parameter with some of these types, separated by commas. */
export const eventTypesInput = (types: readonly EventType[]) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(z.enum(types, `expected some of ${types.join(',')}`)))
    .transform((list): ReadonlySet<EventType> => new Set(list))
    .optional()
