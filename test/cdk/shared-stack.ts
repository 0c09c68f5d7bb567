import { synthesize, type Synthesized } from './synth.ts'

/** The stack that all files of stack.test.ts check. It is synthesized once, because that takes seconds. */
export let stack: Synthesized

export async function synthesizeShared(): Promise<void> {
  stack = await synthesize({
    stage: 'test',
    tasksMin: 3,
    connectionsPerTask: 5_000,
    batchWindowSeconds: 7,
    canary: true,
    archive: true,
    relay: true,
    jwtIssuer: 'https://id.example.com',
    jwtAudience: 'h02',
    oidcClientId: 'console',
    mapStyleUrl: 'https://maps.example.com/style.json',
    alarmEmail: 'ops@example.com',
    deviceAlarmEmail: 'fleet@example.com',
    runbookUrl: 'https://example.com/OPERATIONS.md',
  })
}
