import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { createClient, type PrebookClient, type RouterOutputs } from '@prebook/client'
import { createTestCli, type TestCli } from './test-cli.ts'

/** A real server with an admin, shared by the tests of a file. */
export type CliShop = AsyncDisposable & {
  api: ApiProcess
  admin: { email: string; password: string; client: PrebookClient }
  /** A command line for this server, signed in as the admin by `PREBOOK_URL` and `PREBOOK_TOKEN`. */
  adminCli: TestCli
  /** Creates a new reader, signed in. */
  createReader(): Promise<{ email: string; password: string; token: string; client: PrebookClient }>
  /** Creates a book, out of stock by default. */
  createBook(given?: {
    title?: string
    stock?: number
    isbn?: string
  }): Promise<RouterOutputs['books']['create']>
}

/**
 * Starts a server with an admin.
 *
 * @param env additional environment variables of the server
 */
export async function openCliShop(env: Record<string, string> = {}): Promise<CliShop> {
  const account = { email: 'admin@example.org', password: 'a password for admins' }
  const api = await spawnApi({
    admin: account,
    env: { REGISTRATIONS_PER_HOUR: '1000', LOGIN_FAILURES_PER_HOUR: '1000', ...env },
  })
  try {
    const { url } = api
    const { token } = await createClient({ url }).auth.login.mutate(account)
    const client = createClient({ url, token })
    const adminCli = await createTestCli({ PREBOOK_URL: url, PREBOOK_TOKEN: String(token) })
    let readers = 0
    return {
      api,
      admin: { ...account, client },
      adminCli,
      async createReader() {
        const reader = { email: `reader${++readers}@example.org`, password: 'a password for readers' }
        const signedIn = await createClient({ url }).auth.register.mutate(reader)
        const readerToken = String(signedIn.token)
        return { ...reader, token: readerToken, client: createClient({ url, token: readerToken }) }
      },
      createBook: ({ title = 'Dune', stock = 0, isbn } = {}) =>
        client.books.create.mutate({
          title,
          author: 'Frank Herbert',
          priceCents: 999,
          stockQuantity: stock,
          isbn: isbn ?? null,
        }),
      async [Symbol.asyncDispose]() {
        await adminCli[Symbol.asyncDispose]()
        await api[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await api[Symbol.asyncDispose]()
    throw error
  }
}
