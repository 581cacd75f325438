import { TEST_MS, WAIT } from '@prebook/testing/bounds'
import { spawnApi } from '@prebook/testing/api'
import { expect, test, vi } from 'vitest'
import { reasons, type Reason } from '@prebook/core'
import { createClient } from '../index.ts'
import { startMailbox } from '../testing/mailbox.ts'
import type { Step, StoryShop } from '../testing/story/cast.ts'
import { tellStory } from '../testing/story/tell-story.ts'
import { tellWithoutMail } from '../testing/story/without-mail.ts'
import { createFakePrebook } from './index.ts'

const admin = { email: 'admin@example.org', password: 'the password of the admin' }

/** The real service on SQLite, with a mail server. */
async function tellForReal(): Promise<Step[]> {
  await using mailbox = await startMailbox()
  await using api = await spawnApi({
    admin,
    env: {
      SMTP_URL: mailbox.url,
      SMTP_TLS: 'off',
      MAIL_FROM: 'shop@books.example',
      MAIL_PER_SECOND: '10000',
      SECRET: '0123456789abcdef'.repeat(4),
      PUBLIC_URL: 'http://books.example',
      REGISTRATIONS_PER_HOUR: '1000',
      LOGIN_FAILURES_PER_HOUR: '1000',
    },
  })
  return await tellStory({
    url: api.url,
    fetch,
    createClient: (options) => createClient({ ...options, url: api.url }),
    admin,
    refuseMailTo: (email) => mailbox.refuse(email),
    async mailedToken(email, count) {
      await vi.waitFor(() => expect(mailbox.tokensTo(email)).toHaveLength(count), WAIT)
      return mailbox.tokensTo(email).at(-1) ?? ''
    },
    now: Date.now,
    tick: () => {},
  })
}

function fakeShop(): StoryShop {
  const fake = createFakePrebook({ users: [{ ...admin, role: 'admin' }] })
  return {
    url: fake.url,
    fetch: (url, init) => fake.fetch(url, init),
    createClient: fake.createClient,
    admin,
    refuseMailTo: fake.refuseMailTo,
    async mailedToken(email, count) {
      const tokens = fake.mails.flatMap(({ to, token }) => (to === email && token !== null ? [token] : []))
      expect(tokens).toHaveLength(count)
      return tokens.at(-1) ?? ''
    },
    now: fake.clock.now,
    tick: () => fake.clock.advance(1),
  }
}

/** What the client never causes, or only the load on a service. A fake gives these refusals when a test asks for them. */
const onlyOnPurpose: Reason[] = [
  'CSRF_REFUSED',
  'IDEMPOTENCY_KEY_IN_FLIGHT',
  'IDEMPOTENCY_KEY_REFUSED',
  'IDEMPOTENCY_KEY_REUSED',
  'INTERNAL_ERROR',
  'PAYLOAD_TOO_LARGE',
  'STORE_BUSY',
]

test(
  'a story goes the same way with the fake as with the real service',
  async () => {
    const [real, fake] = await Promise.all([tellForReal(), tellStory(fakeShop())])
    expect(fake.map(({ step }) => step)).toEqual(real.map(({ step }) => step))
    for (const [index, step] of fake.entries()) expect(step).toEqual(real[index])

    const told = new Set(JSON.stringify(fake).match(/[A-Z]+(?:_[A-Z]+)+/g))
    const untold = Object.keys(reasons).filter((reason) => !told.has(reason))
    expect(untold.toSorted()).toEqual([...onlyOnPurpose, 'MAIL_NOT_CONFIGURED'].toSorted())
  },
  TEST_MS,
)

test(
  'without a mail server, both hold their mail and refuse what needs a link',
  async () => {
    await using api = await spawnApi({ admin })
    const fake = createFakePrebook({ users: [{ ...admin, role: 'admin' }], hasMail: false })
    const tell = (options: Pick<StoryShop, 'createClient' | 'now'>) => tellWithoutMail({ admin, ...options })
    const real = await tell({
      createClient: (options) => createClient({ ...options, url: api.url }),
      now: Date.now,
    })
    expect(await tell({ createClient: fake.createClient, now: fake.clock.now })).toEqual(real)
    expect(JSON.stringify(real)).toContain('MAIL_NOT_CONFIGURED')
  },
  TEST_MS,
)
