/** The environment variable that names the file with the time, in milliseconds UTC. */
export const CLOCK_FILE = 'DEMO_CLOCK_FILE'
