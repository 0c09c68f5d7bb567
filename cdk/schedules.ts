/** How often control acts on what is due: on AWS by its schedule, in embedded mode by a timer. */
export const SWEEP_EVERY_MINUTES = 1

/** How long the archive function gathers records: no one waits for them, and few full calls cost less than many. */
export const ARCHIVE_WINDOW_SECONDS = 60
