import { WAIT_MS } from '@prebook/testing/bounds'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { createClient, type PrebookClient } from '@prebook/client'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { browserPath } from './browser-path.ts'
import { launchBrowser } from './launch-browser.ts'
import type { Account } from './sign-in.ts'

export { signIn, type Account } from './sign-in.ts'

/** `describe` for tests that look at the page: without a browser they are skipped, and counted as skipped. */
// oxlint-disable-next-line vitest/valid-title, vitest/valid-describe-callback -- it is given both where it is used
export const inBrowser = describe.skipIf(browserPath === null)

/** How long the page may take to show what is waited for, in milliseconds. */

/** Somebody at a browser of their own: cookies, storage and tabs are theirs alone. */
export type Visitor = {
  page: Page
  /** Opens another tab. */
  openTab: () => Promise<Page>
  /** What the browser complained about so far: console errors, uncaught errors, breaches of the security policy. */
  complaints: string[]
  /** Complaints that the test causes on purpose, such as requests that fail while the API is down. */
  expectComplaints(pattern: RegExp): void
}

/** The real shop with a real browser: the API as a process on a fresh database, which serves the built page. */
export type Shop = AsyncDisposable & {
  url: string
  api: ApiProcess
  /** An admin's client, to prepare the shop. */
  admin: PrebookClient
  adminAccount: Account
  /** An account for a reader that is in the database already. */
  createReader(name: string): Promise<Account>
  visit(options?: BrowserContextOptions): Promise<Visitor>
}

const PASSWORD = 'correct horse battery staple'

/**
 * Opens a shop. At its end, a browser that complained about anything unexpected fails the test.
 *
 * @param options.env more of the API's environment
 */
export async function startBrowserShop(options: { env?: Record<string, string> } = {}): Promise<Shop> {
  if (browserPath === null) throw new Error('There is no browser: guard the tests with inBrowser.')
  await using stack = new AsyncDisposableStack()
  const throttles = { REGISTRATIONS_PER_HOUR: '10000', LOGIN_FAILURES_PER_HOUR: '10000' }
  const api = stack.use(await spawnApi({ env: { ...throttles, ...options.env } }))
  const adminAccount = { email: 'admin@bookstore.example', password: PASSWORD }
  await api.createAdmin(adminAccount.email, adminAccount.password)
  const anonymous = createClient({ url: api.url })
  const { token } = await anonymous.auth.login.mutate(adminAccount)
  const browser = await launchBrowser(browserPath)
  stack.defer(() => browser.close())
  const visitors: { complaints: string[]; expected: RegExp[] }[] = []
  const kept = stack.move()
  return {
    url: api.url,
    api,
    admin: createClient({ url: api.url, token }),
    adminAccount,
    async createReader(name) {
      const account = { email: `${name}@readers.example`, password: PASSWORD }
      await anonymous.auth.register.mutate(account)
      return account
    },
    async visit(contextOptions = {}) {
      const expected: RegExp[] = []
      const complaints: string[] = []
      visitors.push({ complaints, expected })
      const context = await browser.newContext({ baseURL: api.url, locale: 'en-GB', ...contextOptions })
      context.setDefaultTimeout(WAIT_MS)
      context.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning')
          complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`)
      })
      context.on('weberror', (error) => complaints.push(`uncaught: ${String(error.error())}`))
      return {
        page: await context.newPage(),
        openTab: () => context.newPage(),
        complaints,
        expectComplaints: (pattern) => void expected.push(pattern),
      }
    },
    async [Symbol.asyncDispose]() {
      await kept.disposeAsync()
      const unexpected = visitors.flatMap(({ complaints, expected }) =>
        complaints.filter((text) => !expected.some((pattern) => pattern.test(text))),
      )
      expect(unexpected, 'what the browser complained about').toEqual([])
    },
  }
}
