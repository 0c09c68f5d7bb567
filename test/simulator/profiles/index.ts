import type { Profile } from '../profile.ts'
import { lk109 } from './lk109.ts'
import { st906l } from './st906l.ts'

/** To add one: a file here that exports a Profile, and its name in this list. */
export const profiles: readonly Profile[] = [st906l, lk109]

export const profileNamed = (name: string): Profile | undefined =>
  profiles.find((profile) => profile.name === name)
