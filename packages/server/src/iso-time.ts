/** Formats milliseconds UTC as ISO 8601, the format of every API. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** Like {@link isoTime}, for a time that may be null. */
export function isoTimeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : isoTime(milliseconds)
}
