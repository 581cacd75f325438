import { demandPeriod, type DemandPeriod } from '@prebook/core'
import type { Services } from '../services.ts'

/**
 * The period that a report covers, in the calendar of the shop.
 *
 * @throws PrebookError `VALIDATION_ERROR`
 */
export function periodOf(
  { now, today, timeZone }: Services,
  asked: Parameters<typeof demandPeriod>[0],
): DemandPeriod {
  return demandPeriod(asked, { now: now(), today: today(), timeZone })
}
