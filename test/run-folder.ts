import { tmpdir } from 'node:os'

/** The environment variable with the folder of this run. */
export const RUN_FOLDER = 'H02_TEST_RUN'

/** The folder of this run of the tests, which is removed at its end; outside of a run, that for temporary files. */
export const runFolder = (): string => process.env[RUN_FOLDER] ?? tmpdir()
