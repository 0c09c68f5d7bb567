import { dangerOf, dialectOrder, entryOf } from '#h02/catalogue/index.ts'
import { standardCanary, type CampaignPlan } from '../../shared/domain/campaign.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { Caller } from '../app-type.ts'
import { requirePermission } from '../commands/permission.ts'
import { planOrder } from '../commands/plan.ts'
import type { NewCampaign } from './schema.ts'
import { refuse } from './refuse.ts'

/**
 * Checks the command of a campaign for one device: if possible one whose model has a wording for it. Devices of other models are
 * skipped when it is their turn.
 */
export function planCampaign(
  request: NewCampaign,
  devices: readonly RegisteredDevice[],
  caller: Caller,
  now: number,
): CampaignPlan {
  const { intent, dialect } = request
  const entry = entryOf(intent)
  const models = [...new Set(devices.map(({ model, seenModel }) => model ?? seenModel))]
  const isKnownOf = (model: string | null): boolean =>
    entry === null || dialect !== 'auto' || dialectOrder(entry, { model }).length > 0
  const model = models.find(isKnownOf) ?? models[0] ?? null
  const order = { ...request, queue: true, replace: false }
  const plan = planOrder(
    { intent, params: request.params, dialect, ...pickOrder(order) },
    { deviceId: devices[0]?.deviceId ?? '', model },
    now,
  )
  // The highest danger on any model: the registry may learn another model before the command is sent.
  const danger = entry === null ? plan.danger : dangerOf(entry, { dialect, model: null })
  if (danger === 'dangerous' || plan.danger === 'dangerous')
    refuse('/intent', `"${plan.title}" may act on a car that is moving: a campaign never sends it`)
  requirePermission({ ...plan, danger }, caller, { confirm: request.confirm, engineCommands: false })
  const least = standardCanary(devices.length)
  const { canary = least } = request
  if (danger !== 'harmless' && canary < Math.min(least, devices.length)) {
    refuse(
      '/canary',
      `expected at least ${least}: "${plan.title}" is ${danger}, and goes to ${devices.length} devices`,
    )
  }
  const { ids, labels = null, model: ofModel = null, firmware = null } = request.select
  return {
    name: request.name ?? null,
    intent: plan.intent,
    params: plan.params,
    dialect: plan.dialect,
    danger,
    select: { ids: ids ? new Set(ids).size : null, labels, model: ofModel, firmware },
    canary,
    perMinute: request.perMinute,
    stopWhen: Object.fromEntries(Object.entries(request.stopWhen).filter(([, limit]) => limit !== undefined)),
    expiresInSeconds: request.expiresInSeconds,
  }
}

const pickOrder = ({
  confirm,
  expiresInSeconds,
  queue,
  replace,
}: Pick<NewCampaign, 'confirm' | 'expiresInSeconds'> & { queue: boolean; replace: boolean }) => ({
  confirm,
  expiresInSeconds,
  queue,
  replace,
})
