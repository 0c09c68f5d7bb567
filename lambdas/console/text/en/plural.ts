import { pluralsOf } from '../plural.ts'

export const { count, pick } = pluralsOf('en-GB')
