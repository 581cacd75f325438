import type { Connection } from './connection.ts'
import { httpRequest } from './http-request.ts'

/**
 * Requests /livez in a loop while some work runs.
 *
 * @returns the result of the work, and the longest of the response times in milliseconds
 */
export async function withLongestWait<T>(
  prober: Connection,
  work: () => Promise<T>,
): Promise<{ result: T; longestMs: number }> {
  const light = httpRequest('GET', '/livez').bytes
  let longestMs = 0
  const running = { yes: true }
  const probing = (async () => {
    while (running.yes) {
      const sentAt = performance.now()
      await prober.send(light)
      longestMs = Math.max(longestMs, performance.now() - sentAt)
    }
  })()
  let result: T
  try {
    result = await work()
  } finally {
    running.yes = false
    await probing
  }
  return { result, longestMs }
}
