import type { Campaign, CampaignPlan, Part } from '#shared/domain/campaign.ts'
import { startCampaign, type Candidate } from '#shared/domain/campaign-start.ts'
import { chunkOf } from '#shared/domain/campaign.ts'
import { noOrigin } from '#shared/domain/command.ts'
import { newCommandId } from '#shared/commands/command-id.ts'
import type { AttemptFacts } from '#shared/domain/verdict.ts'
import type { Delivery } from '#shared/domain/command-messages.ts'
import { createControl } from '../../lambdas/control/control.ts'
import { MINUTE, reportOf, sweepEvent, type TestCommands } from './harness.ts'

const plan: CampaignPlan = {
  name: 'status of the fleet',
  intent: 'read-status',
  params: {},
  dialect: 'text',
  danger: 'harmless',
  select: { ids: null, labels: null, model: 'ST-906L', firmware: null },
  canary: 3,
  perMinute: 60,
  stopWhen: { unanswered: 0.1 },
  expiresInSeconds: 86_400,
}

export const candidate = (deviceId: string, more: Partial<Candidate> = {}): Candidate => ({
  deviceId,
  firmware: 'GOOD_V1',
  online: true,
  rank: Number(deviceId),
  ...more,
})

/** The reaction of a simulated tracker to a command. */
export type Answer = 'answers' | 'is silent' | 'refuses' | 'nothing yet'

const factsOf = (answer: Exclude<Answer, 'nothing yet'>, at: number): Partial<AttemptFacts> => ({
  written: 'yes',
  writtenAt: at,
  ...(answer === 'is silent'
    ? { replyWindowOver: true }
    : { reply: { at, ok: answer === 'answers', ambiguous: false, late: false } }),
})

/** Campaigns over the table of a stand-in, with trackers that answer as a test says. */
export function campaignsOver(t: TestCommands) {
  const control = createControl(t.parts)
  const reported = new Set<string>()
  const sweep = () => control(sweepEvent)
  const get = async (campaignId: string): Promise<Campaign> => (await t.parts.campaigns.get(campaignId))!

  return {
    control,
    sweep,
    get,
    start: async (wanted: Partial<CampaignPlan>, candidates: readonly Candidate[]): Promise<Campaign> => {
      const campaignId = newCommandId(t.clock.now)
      const made = {
        campaignId,
        selection: 'a',
        createdAt: t.clock.now,
        createdBy: 'key1',
        origin: noOrigin,
        limit: null,
      }
      const { campaign, parts } = startCampaign({ ...plan, ...wanted }, candidates, made)
      if (!(await t.parts.campaigns.create(campaign, parts))) throw new Error('there is one already')
      return campaign
    },
    parts: async (campaign: Campaign): Promise<Part[]> => {
      const chunks = Array.from({ length: chunkOf(campaign.progress.total - 1) + 1 }, (_, n) => n)
      const read = await t.parts.campaigns.readChunks(campaign, chunks)
      return [...read].toSorted(([a], [b]) => a - b).map(([, part]) => part)
    },
    /** Reports the reactions of the trackers to everything that was delivered since the last call. */
    answer: async (by: (delivery: Delivery) => Answer): Promise<void> => {
      for (const delivery of t.bus.deliveries.slice()) {
        const { deviceId, commandId, attempt } = delivery
        const answer = by(delivery)
        if (answer === 'nothing yet' || reported.has(`${commandId}.${attempt}`)) continue
        const command = await t.commands.get(deviceId, commandId)
        if (command === null) continue
        const report = reportOf(command, factsOf(answer, t.clock.now), { n: 1 })
        await control({ ...report, topic: 'h02/local/up/x' })
        // A report is repeated until it is settled.
        reported.add(`${commandId}.${attempt}`)
      }
    },
    /** The gateway does not know an attempt that never reached it, and answers so when asked. */
    denyUnknown: async (): Promise<void> => {
      for (const { message } of t.bus.said.splice(0)) {
        if (message.kind !== 'ask') continue
        const { deviceId, commandId, attempt } = message
        const isKnown = t.bus.deliveries.some((one) => one.commandId === commandId && one.attempt === attempt)
        const command = isKnown ? null : await t.commands.get(deviceId, commandId)
        if (command?.attempts.at(-1)?.n !== attempt) continue
        await control({ ...reportOf(command, {}, { known: false }), topic: 'h02/local/up/x' })
      }
    },
    /** Moves the clock on by a minute, and sweeps as the schedule does. */
    minute: async (count = 1): Promise<void> => {
      for (let i = 0; i < count; i++) {
        t.clock.now += MINUTE
        await sweep()
      }
    },
  }
}
