import { fileURLToPath } from 'node:url'
import type { EntryName } from '../build/entries.ts'

/**
 * The root of the repository. This folder and the folder of the bundled program, `.build/embedded`, have the same
 * depth.
 */
const root = new URL('../../', import.meta.url)

export const urlOf = (path: string): URL => new URL(path, root)
export const pathOf = (path: string): string => fileURLToPath(urlOf(path))
export const bundleOf = (name: EntryName): string => pathOf(`.build/${name}/index.mjs`)
