/** Types of the API's answers, from its description. */
import type { components } from '../../api/openapi-types.ts'

type Schemas = components['schemas']

export type ConsoleConfig = Schemas['ConsoleConfig']
export type DeviceAnswer = Schemas['Device']
export type FrameAnswer = Schemas['Frame']
export type PositionAnswer = Schemas['Position']
export type FleetRow = Schemas['FleetPosition']
export type UnknownRow = Schemas['UnknownDevice']
export type TripListAnswer = Schemas['TripList']
export type TripAnswer = Schemas['Trip']
export type DaySummaryAnswer = Schemas['DaySummary']
export type CommandSummaryAnswer = Schemas['CommandSummary']
export type CatalogueAnswer = Schemas['Catalogue']
export type CatalogueEntryAnswer = Schemas['CatalogueEntry']
export type CommandAnswer = Schemas['Command']
export type ConfirmationAnswer = Schemas['Confirmation']
export type Order = Schemas['Order']
export type NamedCommandAnswer = Schemas['NamedCommand']
export type ProbeAnswer = Schemas['Probe']
/** A row of GET /v1/evidence?model=… */
export type EvidenceRow = Schemas['EvidenceRow']
