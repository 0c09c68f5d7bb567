import type { Profile } from '../profile.ts'
import { badClock } from './bad-clock.ts'
import { blindArea } from './blind-area.ts'
import { cantrack } from './cantrack.ts'
import { cj730 } from './cj730.ts'
import { clonePair } from './clone-pair.ts'
import { already, dies, mute, silent, slow25, slow40, wrongWord } from './like-st906l.ts'
import { lk109 } from './lk109.ts'
import { mixedLength } from './mixed-length.ts'
import { radioCycling } from './radio-cycling.ts'
import { st901l4g } from './st901l-4g.ts'
import { st904l } from './st904l.ts'
import { st906l } from './st906l.ts'
import { tkClone } from './tk-clone.ts'

/** To add one: a file here that exports a Profile, and its name in this list. */
export const profiles: readonly Profile[] = [
  st906l,
  st901l4g,
  st904l,
  lk109,
  cj730,
  tkClone,
  cantrack,
  mixedLength,
  radioCycling,
  blindArea,
  badClock,
  clonePair,
  silent,
  mute,
  slow25,
  slow40,
  wrongWord,
  dies,
  already,
]

export const profileNamed = (name: string): Profile | undefined =>
  profiles.find((profile) => profile.name === name)
