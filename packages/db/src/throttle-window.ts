/**
 * The latest time at which a window that began by now can end, in milliseconds UTC. One that ends later began while the clock
 * was wrong, and is over: otherwise a limit would last for as long as the clock was ahead. One more window is allowed for,
 * because the clocks of several machines differ.
 */
export function latestEnd({ windowMs }: { windowMs: number }, now: number): number {
  return now + 2 * windowMs
}
