/** How often control acts on what is due: on AWS by its schedule, in embedded mode by a timer. */
export const sweepEveryMinutes = 1
