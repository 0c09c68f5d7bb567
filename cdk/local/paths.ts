import { fileURLToPath } from 'node:url'

/** The root of the repository. This folder and that of the bundled program, `.build/embedded`, are equally deep. */
const root = new URL('../../', import.meta.url)

export const urlOf = (path: string): URL => new URL(path, root)
export const pathOf = (path: string): string => fileURLToPath(urlOf(path))
