/** How often the sweep of control runs: by its schedule on AWS, by a timer in embedded mode. */
export const SWEEP_EVERY_MINUTES = 1

/** How long the archive function collects records, s. No one waits for them, and a few large calls cost less than many small ones. */
export const ARCHIVE_WINDOW_SECONDS = 60
