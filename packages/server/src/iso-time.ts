/** A time as APIs show it: ISO 8601 in UTC. Takes milliseconds. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** As {@link isoTime}, for a time that may be absent. */
export function isoTimeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : isoTime(milliseconds)
}
