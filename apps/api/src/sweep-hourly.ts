import { setTimeout as pause } from 'node:timers/promises'
import { applyRetention, finishErasures, type Services } from '@prebook/server'
import type { Config } from './config.ts'
import type { Logger } from './logger.ts'

const EVERY_MS = 3_600_000

/**
 * Finishes erasing accounts after a crash and deletes what is past its retention, now and an hour after the end of each sweep.
 * Logs how many rows of each kind it deleted.
 *
 * @returns a function that stops it after the current batch
 */
export function sweepHourly(
  services: Services,
  config: Pick<Config, 'RETAIN_DELIVERIES_DAYS'>,
  log: Logger,
): () => void {
  const stopping = new AbortController()
  const { signal } = stopping
  const options = {
    deliveryDays: config.RETAIN_DELIVERIES_DAYS,
    signal,
    deleted: (what: string, rows: number) => log.info({ what, rows }, 'deleted rows past their retention'),
  }
  const sweep = async () => {
    try {
      await finishErasures(services, signal)
    } catch (error) {
      log.warn({ err: error }, 'could not finish erasing accounts; retrying in an hour')
    }
    try {
      await applyRetention(services, options)
    } catch (error) {
      log.warn({ err: error }, 'could not delete all rows past their retention; retrying in an hour')
    }
  }
  const sweepUntilStopped = async () => {
    for (;;) {
      await sweep()
      await pause(EVERY_MS, undefined, { signal })
    }
  }
  // The pause rejects when it is stopped.
  sweepUntilStopped().catch(() => {})
  return () => stopping.abort()
}
