import type { Danger } from './types.ts'

const ranks: Readonly<Record<Danger, number>> = { harmless: 0, disruptive: 1, dangerous: 2 }

export const dangerRank = (danger: Danger): number => ranks[danger]

export const worse = (a: Danger, b: Danger): Danger => (ranks[b] > ranks[a] ? b : a)
