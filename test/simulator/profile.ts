import type { SimulatedTracker } from './simulated-tracker.ts'

/** What a device does at one moment: frames to send, and perhaps the end of the connection. */
export type Act = {
  readonly frames: readonly Uint8Array[]
  /** `gone`: it never reconnects. */
  readonly after?: 'reboot' | 'hang-up' | 'gone'
  /** What it does after these seconds, if it is still connected. */
  readonly later?: { readonly seconds: number; readonly act: () => Act }
}

export const silence: Act = { frames: [] }
export const send = (...frames: Uint8Array[]): Act => ({ frames })

/** A frame from the server: `*HQ,9170000000,S20,123456,1,1#`. */
export type Command = {
  readonly name: string
  /** HHMMSS, to be echoed unchanged. */
  readonly time: string
  readonly params: readonly string[]
}

export type Device = {
  /** Frames right after a connect; `booted` when the tracker was switched on or restarted. */
  readonly connected?: (booted: boolean) => Act
  /** The periodic frames. */
  readonly report: () => Act
  readonly command?: (command: Command) => Act
  /** A plain-text command. */
  readonly text?: (text: string) => Act
  /** Keeps a frame until R12 comes, and repeats it. */
  readonly keepsUntilAcked?: boolean
  /** Makes frames while it has no connection, and sends them later. */
  readonly stores?: boolean
  /** Switches its radio off and on. */
  readonly radio?: { readonly onSeconds: number; readonly offSeconds: number }
}

export type Profile = {
  readonly name: string
  readonly title: string
  readonly defaultId: string
  /** How many trackers share the id; by default one. */
  readonly trackers?: number
  readonly create: (tracker: SimulatedTracker) => Device
}
