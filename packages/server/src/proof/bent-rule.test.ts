import { expect, test, vi } from 'vitest'
import type * as core from '@prebook/core'
import { engines } from '@prebook/db/testing'
import { createRaceFixture } from './race-fixture.ts'
import { cancelAgainstRestock } from './races.ts'

// A broken status rule: everyone on a closed waitlist counts as notified, even after an earlier cancellation.
vi.mock('@prebook/core', async (original) => ({
  ...(await original<typeof core>()),
  prebookNotifiedAt: (facts: { waitlistNotifiedAt: number | null }) => facts.waitlistNotifiedAt,
}))

test.each(engines)(
  'on $name, the race of cancel against restock detects a broken status rule',
  async (engine) => {
    await using shop = await createRaceFixture(engine, { locks: true })
    expect(await cancelAgainstRestock(shop, 100)).toContainEqual(
      expect.stringContaining('cancelled while waiting, but notified at'),
    )
  },
)
