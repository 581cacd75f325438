import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calendarOf, dayBefore, isTimeZone, startOfDay } from './calendar.ts'

describe('isTimeZone', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+2'])('accepts %s', (name) => {
    expect(isTimeZone(name)).toBe(true)
  })

  test.each(['+02:00', '-05', '+0545', '', 'Europe/Atlantis', ' UTC', '2'])('rejects %j', (name) => {
    expect(isTimeZone(name)).toBe(false)
  })
})

test.each([
  ['2026-11-30', 0, '2026-11-30'],
  ['2026-03-01', 1, '2026-02-28'],
  ['2028-03-01', 365, '2027-03-02'],
])('dayBefore(%s, %d) is %s', (day, days, before) => {
  expect(dayBefore(day, days)).toBe(before)
})

describe('startOfDay', () => {
  test.each([
    ['UTC', '2026-11-28', '2026-11-28T00:00:00.000Z'],
    // Summer time begins and ends: the day has 23 and 25 hours, and begins with the offset of the night before.
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z'],
    ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00.000Z'],
    ['Europe/Berlin', '2026-10-26', '2026-10-25T23:00:00.000Z'],
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00.000Z'],
    ['America/New_York', '2026-03-09', '2026-03-09T04:00:00.000Z'],
    ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000Z'],
    ['America/New_York', '2026-11-02', '2026-11-02T05:00:00.000Z'],
    // Midnight is skipped: 01:00 follows 24:00.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z'],
    ['Africa/Cairo', '2023-04-28', '2023-04-27T22:00:00.000Z'],
    ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00:00.000Z'],
    // Midnight comes, and the hour before it again: the day begins after that.
    ['America/Sao_Paulo', '2018-02-18', '2018-02-18T03:00:00.000Z'],
    // Midnight comes twice.
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z'],
    // One minute of the day, and the hour before it again.
    ['America/St_Johns', '2010-11-07', '2010-11-07T02:30:00.000Z'],
    // Offsets that are not whole hours, and one that changed by half an hour.
    ['Asia/Kathmandu', '2026-11-28', '2026-11-27T18:15:00.000Z'],
    ['Asia/Pyongyang', '2018-05-05', '2018-05-04T15:00:00.000Z'],
    // Skipped as a whole, at the date line.
    ['Pacific/Apia', '2011-12-29', '2011-12-29T10:00:00.000Z'],
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Kwajalein', '1993-08-21', '1993-08-21T12:00:00.000Z'],
  ])('in %s, %s begins at %s', (timeZone, day, start) => {
    expect(new Date(startOfDay(day, timeZone)).toISOString()).toBe(start)
  })

  // What the calendar of Intl shows at each minute is another way to the same instant: no offsets, no arithmetic of clocks.
  const zones = [
    'Africa/Cairo',
    'America/Asuncion',
    'America/Havana',
    'America/New_York',
    'America/Sao_Paulo',
    'America/St_Johns',
    'Asia/Beirut',
    'Asia/Gaza',
    'Asia/Kathmandu',
    'Asia/Pyongyang',
    'Australia/Lord_Howe',
    'Europe/Berlin',
    'Pacific/Apia',
    'Pacific/Chatham',
    'Pacific/Kiritimati',
  ]
  const calendars = new Map(zones.map((zone) => [zone, calendarOf(zone)]))

  /** The first minute at which the calendar shows a day, or a later one if it never shows that. */
  function firstMinute(day: string, zone: string): number {
    const dayAt = calendars.get(zone) ?? calendarOf(zone)
    const from = Date.parse(day) - 16 * 3_600_000
    const minutes = Array.from({ length: 32 * 60 + 1 }, (_, minute) => from + minute * 60_000)
    return minutes.find((minute) => dayAt(minute) >= day) ?? Number.NaN
  }

  /** The days on which the offset of a zone changes, which are those where mistakes are. */
  function changeDays(zone: string): string[] {
    const dayAt = calendars.get(zone) ?? calendarOf(zone)
    const hourAt = new Intl.DateTimeFormat('en', { timeZone: zone, hour: '2-digit', minute: '2-digit' })
    const days: string[] = []
    for (let time = Date.UTC(2009, 0, 1, 12); time < Date.UTC(2028, 0, 1); time += 86_400_000)
      if (hourAt.format(time) !== hourAt.format(time + 86_400_000)) days.push(dayAt(time + 86_400_000))
    return days
  }

  test('is the first minute of the day that the calendar shows, on any day in any zone', () => {
    const someDay = fc
      .date({ min: new Date('2000-01-01'), max: new Date('2035-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10))
    const zoneAndDay = fc.constantFrom(...zones).chain((zone) => {
      const changes = changeDays(zone)
      const day = changes.length === 0 ? someDay : fc.oneof(someDay, fc.constantFrom(...changes))
      return fc.tuple(fc.constant(zone), day)
    })
    fc.assert(
      fc.property(zoneAndDay, ([zone, day]) => {
        expect([zone, day, startOfDay(day, zone)]).toEqual([zone, day, firstMinute(day, zone)])
      }),
      { numRuns: 150 },
    )
  })
})
