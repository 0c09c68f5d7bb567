import { beforeAll } from 'vitest'
import { synthesizeShared } from './shared-stack.ts'

beforeAll(synthesizeShared)

// Each describes one side of the same template.
import './traps.ts'
import './contract.ts'
import './invariants.ts'
import './watch.ts'
