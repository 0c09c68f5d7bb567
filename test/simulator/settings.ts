/** Settings of a tracker other than intervals and server, as RCONF prints them. */
export type Settings = {
  /** Glued into every text command. */
  password: string
  /** By place, U1 to U3; empty: none. */
  readonly phones: string[]
  apn: string
  apnUser: string
  apnPassword: string
  /** `E00`, `W05`, `E0530` */
  timeZone: string
  powerAlarm: boolean
  /** km/h; 0: off */
  overspeedKmh: number
  /** s; 0: off */
  vibrationSeconds: number
  fenceOn: boolean
  fenceMetres: number
  /** min; 0: never */
  sleepMinutes: number
}

/** Set by tests that search for them in places where they must not appear. */
export type Secrets = {
  readonly password?: string
  readonly phones?: readonly string[]
  readonly apn?: string
  readonly apnUser?: string
  readonly apnPassword?: string
}

const PLACES = 3

export const createSettings = ({ phones = [], ...others }: Secrets = {}): Settings => ({
  password: '0000',
  apn: 'internet.example.com',
  apnUser: '',
  apnPassword: '',
  timeZone: 'E00',
  powerAlarm: true,
  overspeedKmh: 0,
  vibrationSeconds: 0,
  fenceOn: false,
  fenceMetres: 500,
  sleepMinutes: 0,
  ...others,
  phones: Array.from({ length: PLACES }, (_, place) => phones[place] ?? ''),
})
