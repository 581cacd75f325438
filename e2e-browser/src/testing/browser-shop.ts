import { WAIT_MS } from '@prebook/testing/bounds'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { createClient, type PrebookClient } from '@prebook/client'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { browserPath } from './browser-path.ts'
import { sharedBrowser } from './shared-browser.ts'
import type { Account } from './sign-in.ts'

export { signIn, type Account } from './sign-in.ts'

/** `describe` for tests that need a browser. Without one, they are skipped and reported as skipped. */
// oxlint-disable-next-line vitest/valid-title, vitest/valid-describe-callback -- callers pass both
export const inBrowser = describe.skipIf(browserPath === null)

/** A visitor with a separate browser context: cookies, storage and tabs are not shared. */
export type Visitor = {
  page: Page
  /** Opens another tab. */
  openTab: () => Promise<Page>
  /** Browser errors so far: console errors and warnings, uncaught errors, violations of the content security policy. */
  browserErrors: string[]
  /** Allows errors that the test causes on purpose, such as failed requests while the API is down. */
  allowBrowserErrors: (pattern: RegExp) => void
}

/** The real shop with a real browser: the API runs as a process on a fresh database and serves the built page. */
export type Shop = AsyncDisposable & {
  url: string
  api: ApiProcess
  /** A client of the admin, to set up the shop. */
  admin: PrebookClient
  adminAccount: Account
  /** Creates the account of a reader. */
  createReader(name: string): Promise<Account>
  visit(options?: BrowserContextOptions): Promise<Visitor>
}

const PASSWORD = 'correct horse battery staple'

/**
 * Starts a shop. On disposal, unexpected browser errors fail the test.
 *
 * @param options.env additional environment variables of the API
 */
export async function startBrowserShop(options: { env?: Record<string, string> } = {}): Promise<Shop> {
  if (browserPath === null) throw new Error('No browser found. Wrap the tests in inBrowser.')
  await using stack = new AsyncDisposableStack()
  const throttles = { REGISTRATIONS_PER_HOUR: '10000', LOGIN_FAILURES_PER_HOUR: '10000' }
  const adminAccount = { email: 'admin@bookstore.example', password: PASSWORD }
  const api = stack.use(await spawnApi({ admin: adminAccount, env: { ...throttles, ...options.env } }))
  const anonymous = createClient({ url: api.url })
  const { token } = await anonymous.auth.login.mutate(adminAccount)
  const browser = await sharedBrowser(browserPath)
  const visitors: { browserErrors: string[]; expected: RegExp[] }[] = []
  const resources = stack.move()
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
      const browserErrors: string[] = []
      visitors.push({ browserErrors, expected })
      const context = await browser.newContext({ baseURL: api.url, locale: 'en-GB', ...contextOptions })
      resources.defer(() => context.close())
      context.setDefaultTimeout(WAIT_MS)
      context.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning')
          browserErrors.push(`${message.type()}: ${message.text()} (${message.location().url})`)
      })
      context.on('weberror', (error) => browserErrors.push(`uncaught: ${String(error.error())}`))
      return {
        page: await context.newPage(),
        openTab: () => context.newPage(),
        browserErrors,
        allowBrowserErrors: (pattern) => void expected.push(pattern),
      }
    },
    async [Symbol.asyncDispose]() {
      await resources.disposeAsync()
      const unexpected = visitors.flatMap(({ browserErrors, expected }) =>
        browserErrors.filter((text) => !expected.some((pattern) => pattern.test(text))),
      )
      expect(unexpected, 'unexpected browser errors').toEqual([])
    },
  }
}
