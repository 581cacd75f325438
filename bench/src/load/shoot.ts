import { quantile } from '../frame/statistics.ts'
import { openConnection } from './connection.ts'
import type { Shot } from './http-request.ts'

/** What a load came to. */
export type Load = { perSecond: number; p50Ms: number; p99Ms: number }

/**
 * Sends each request once over kept-alive connections, so many at a time and one after another on each, and measures every
 * wait. The connections are divided among the servers.
 *
 * @throws Error at the first answer whose status is none of the expected ones
 */
export async function shoot(
  urls: string | string[],
  options: { shots: Shot[]; clients: number; expect: number[] },
): Promise<Load> {
  const servers = [urls].flat()
  const clients = await Promise.all(
    Array.from({ length: options.clients }, (_, index) =>
      openConnection(String(servers[index % servers.length])),
    ),
  )
  const waits: number[] = []
  let next = 0
  const started = performance.now()
  try {
    await Promise.all(
      clients.map(async (connection) => {
        for (let shot = options.shots[next++]; shot !== undefined; shot = options.shots[next++]) {
          const sent = performance.now()
          const { status, body } = await connection.send(shot.bytes)
          if (!options.expect.includes(status))
            throw new Error(`${shot.name} was answered ${status}: ${body}`)
          waits.push(performance.now() - sent)
        }
      }),
    )
  } finally {
    for (const connection of clients) connection.close()
  }
  const seconds = (performance.now() - started) / 1000
  return {
    perSecond: waits.length / seconds,
    p50Ms: quantile(waits, 0.5),
    p99Ms: quantile(waits, 0.99),
  }
}

/** The measures of a load, as columns of a figure. */
export const loadMeasures = [
  { name: 'a second', better: 'more', digits: 0 },
  { name: 'p50 ms', better: 'less', digits: 2 },
  { name: 'p99 ms', better: 'less', digits: 2 },
] as const

/** A load as the values of those measures. */
export function loadValues({ perSecond, p50Ms, p99Ms }: Load): Record<string, number> {
  return { 'a second': perSecond, 'p50 ms': p50Ms, 'p99 ms': p99Ms }
}
