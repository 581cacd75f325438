import { expect, test, vi } from 'vitest'
import type * as core from '@prebook/core'
import { engines } from '@prebook/db/testing'
import { createRaceFixture } from './race-fixture.ts'
import { cancelAgainstRestock } from './races.ts'

// The rule bent: whoever is on a closed waitlist was told, even if they had left before.
vi.mock('@prebook/core', async (original) => ({
  ...(await original<typeof core>()),
  prebookNotifiedAt: (facts: { waitlistNotifiedAt: number | null }) => facts.waitlistNotifiedAt,
}))

test.each(engines)(
  'on $name, with the rule of status bent, the race of cancelling against restocking notices',
  async (engine) => {
    await using shop = await createRaceFixture(engine, { locks: true })
    expect(await cancelAgainstRestock(shop, 100)).toContainEqual(
      expect.stringContaining('cancelled while waiting, but told at'),
    )
  },
)
