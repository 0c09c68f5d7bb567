import type { Shape } from '../shape.ts'
import { add } from './add.ts'
import { places } from './places.ts'
import { alarms } from './alarms.ts'
import { browser } from './browser.ts'
import { campaigns } from './campaigns.ts'
import { common } from './common.ts'
import { device } from './device.ts'
import { evidence } from './evidence.ts'
import { fleet } from './fleet.ts'
import { mqtt } from './mqtt.ts'
import { notices } from './notices.ts'
import { towns } from './towns.ts'
import { problems } from './problems.ts'
import { settings } from './settings.ts'
import { shared } from './shared.ts'
import { shell } from './shell.ts'
import { signIn } from './sign-in.ts'
import { stack } from './stack.ts'
import { terminal } from './terminal.ts'
import { time } from './time.ts'
import { track } from './track.ts'
import { words } from './words.ts'

/** Every text of the console, by page. */
export const en = {
  add,
  places,
  alarms,
  browser,
  campaigns,
  common,
  device,
  evidence,
  fleet,
  mqtt,
  notices,
  towns,
  problems,
  settings,
  shared,
  shell,
  signIn,
  stack,
  terminal,
  time,
  track,
  words,
}

/** The keys that each language must have: a missing or surplus key is a type error. */
export type Texts = Shape<typeof en>
