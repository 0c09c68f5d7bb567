import { beforeAll } from 'vitest'
import { synthesizeShared } from './shared-stack.ts'

beforeAll(synthesizeShared)

// Each describes one side of the same template, or of another one: one process synthesizes all of them, because the
// first synthesis of a process takes five seconds of a core and each of the others one.
import './traps.ts'
import './contract.ts'
import './invariants.ts'
import './watch.ts'
import './archive.ts'
import './capacity.ts'
import './delivery.ts'
