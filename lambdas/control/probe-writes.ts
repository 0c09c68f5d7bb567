import { isRead } from '#h02/catalogue/index.ts'
import { createdAtOf, partId } from '#shared/commands/command-id.ts'
import { submit } from '#shared/commands/submit.ts'
import type { Command, NewCommand } from '#shared/domain/command.ts'
import { planWrites, secondPhase } from '#shared/domain/probe-phase.ts'
import type { Probe, ProbeWrite } from '#shared/store/probes.ts'
import type { ControlParts } from './parts.ts'

/** After this time a write is not delivered any more: the value may have changed since it was read. */
const WRITE_EXPIRY_MS = 60 * 60_000
const PAGE_SIZE = 100

/**
 * After the last read of a level-2 probe: plans its second phase, once, and submits it. Safe to repeat: the plan is
 * stored with the probe, and its ids are deterministic.
 */
export async function startWrites(
  parts: ControlParts,
  { deviceId, probeId, commandId }: Command,
): Promise<void> {
  if (probeId === null) return
  const { commands, probes, now } = parts
  const probe = await probes.get(deviceId, probeId)
  const ids = probe?.questions.map((question) => question.commandId) ?? []
  if (probe?.level !== 2 || !ids.includes(commandId)) return
  const reads = await commands.getMany(deviceId, ids)
  const phase = reads.length < ids.length ? 'never' : secondPhase(reads, now())
  if (phase === 'waits') return
  const device = await commands.readDevice(deviceId)
  const mayWrite = phase === 'begins' && device !== null && !(await isDisturbed(parts, probe))
  const planned = mayWrite ? withIds(probe, planWrites(reads, device.model), now()) : []
  const writes = await probes.planWrites(probe, planned)
  const [first, ...rest] = writes?.map((write) => toOrder(probe, write, now())) ?? []
  // Already planned: it has been submitted, or writing is no longer allowed.
  if (first === undefined || (await commands.get(deviceId, first.commandId)) !== null) return
  const outcome = mayWrite ? (await submit(parts, [first, ...rest], 'allow')).outcome : 'not-allowed'
  if (outcome === 'created' || outcome === 'exists') return
  parts.log.warn('the probe writes nothing', { deviceId, probeId, outcome })
  await probes.dropWrites(probe)
}

/** True if another write was made since the probe began, so its reads may be outdated. */
async function isDisturbed(
  { commands }: ControlParts,
  { deviceId, probeId, createdAt }: Probe,
): Promise<boolean> {
  let after: string | undefined
  do {
    const page = await commands.list(deviceId, { from: createdAt }, { after, limit: PAGE_SIZE })
    if (page.commands.some((other) => other.probeId !== probeId && !isReadCommand(other))) return true
    after = page.next ?? undefined
  } while (after !== undefined)
  return false
}

const isReadCommand = ({ intent, raw }: Command): boolean => raw === null && isRead(intent)

const withIds = (
  { probeId, questions }: Probe,
  planned: ReturnType<typeof planWrites>,
  at: number,
): readonly ProbeWrite[] =>
  planned.map((write, n) => ({ ...write, commandId: partId(probeId, questions.length + n, at) }))

const toOrder = (
  { deviceId, probeId, createdBy }: Probe,
  { commandId, intent, dialect, params }: ProbeWrite,
  now: number,
): NewCommand => ({
  commandId,
  deviceId,
  createdAt: createdAtOf(commandId),
  createdBy,
  expiresAt: now + WRITE_EXPIRY_MS,
  intent,
  params,
  raw: null,
  dialect,
  danger: 'harmless',
  probeId,
})
