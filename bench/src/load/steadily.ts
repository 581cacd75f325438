import { setTimeout as pause } from 'node:timers/promises'
import { quantile } from '../frame/statistics.ts'
import { openConnection, type Connection } from './connection.ts'
import type { Shot } from './http-request.ts'

/** How long to send: a number of seconds, or until the signal aborts. */
type Duration = { seconds: number } | { until: AbortSignal }

/**
 * Sends requests at a fixed rate, regardless of answers, and measures each from the time it was due. A client that waits for
 * an answer before its next request would hide queueing (coordinated omission).
 *
 * @throws Error at the first answer with an unexpected status
 */
export async function steadily(
  url: string,
  options: { shot: (index: number) => Shot; perSecond: number; expect: number[] } & Duration,
): Promise<Record<'p50 ms' | 'p99 ms' | 'longest ms', number>> {
  const { shot, perSecond, expect } = options
  const idle: Connection[] = await Promise.all(Array.from({ length: 16 }, () => openConnection(url)))
  const all = [...idle]
  const waits: number[] = []
  const inFlight: Promise<void>[] = []
  const send = async ({ bytes, name }: Shot, dueAt: number) => {
    const connection = idle.pop() ?? (await openConnection(url))
    if (!all.includes(connection)) all.push(connection)
    const { status, body } = await connection.send(bytes)
    waits.push(performance.now() - dueAt)
    idle.push(connection)
    if (!expect.includes(status)) throw new Error(`${name} was answered with ${status}: ${body}`)
  }
  const started = performance.now()
  const isOver = (sent: number) =>
    'until' in options ? options.until.aborted : sent >= perSecond * options.seconds
  for (let index = 0; !isOver(index);) {
    const dueAt = started + (index * 1000) / perSecond
    if (performance.now() < dueAt) {
      await pause(1)
      continue
    }
    inFlight.push(send(shot(index), dueAt))
    index += 1
  }
  await Promise.all(inFlight)
  for (const connection of all) connection.close()
  return { 'p50 ms': quantile(waits, 0.5), 'p99 ms': quantile(waits, 0.99), 'longest ms': Math.max(...waits) }
}
