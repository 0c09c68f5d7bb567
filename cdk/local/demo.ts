import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { pathOf } from './paths.ts'

const simulator = pathOf('test/simulator/main.ts')

const trackers = [
  { profile: 'st906l', id: '9170000101', start: '46.0511,14.5051', seed: '1' },
  { profile: 'lk109', id: '4109000102', start: '45.5460,13.7290', seed: '2' },
  { profile: 'st901l-4g', id: '9001000103', start: '46.5547,15.6459', seed: '3' },
]

/** A few simulated trackers, each in its own process; they end with this process. */
export function startDemo(tcpPort: number): { stop(): Promise<void> } {
  const children = trackers.map(({ profile, id, start, seed }) =>
    spawn(
      process.execPath,
      [
        simulator,
        `127.0.0.1:${tcpPort}`,
        '--profile',
        profile,
        '--id',
        id,
        '--start',
        start,
        '--seed',
        seed,
        '--quiet',
      ],
      // The channel closes when this process ends for any reason; then the child ends too.
      { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
    ),
  )
  return {
    stop: async () => void (await Promise.all(children.map(end))),
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
