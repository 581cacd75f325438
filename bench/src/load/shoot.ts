import { quantile } from '../frame/statistics.ts'
import { openConnection } from './connection.ts'
import type { Shot } from './http-request.ts'

/** The result of a load. */
export type Load = { perSecond: number; p50Ms: number; p99Ms: number }

/**
 * Sends each request once over `clients` keep-alive connections, one at a time on each, and measures every response time.
 * The connections are spread over the servers.
 *
 * @throws Error at the first answer with an unexpected status
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
            throw new Error(`${shot.name} was answered with ${status}: ${body}`)
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

/** The columns of a figure that show a load. */
export const loadMeasures = [
  { name: 'per second', better: 'more', digits: 0 },
  { name: 'p50 ms', better: 'less', digits: 2 },
  { name: 'p99 ms', better: 'less', digits: 2 },
] as const

/** The values of a load for these columns. */
export function loadValues({ perSecond, p50Ms, p99Ms }: Load): Record<string, number> {
  return { 'per second': perSecond, 'p50 ms': p50Ms, 'p99 ms': p99Ms }
}
