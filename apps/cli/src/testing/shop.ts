import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { createClient, type PrebookClient, type RouterOutputs } from '@prebook/client'
import { createDesk, type Desk } from './run-prebook.ts'

/** A real server with an admin, for the tests of one file. */
export type CliShop = AsyncDisposable & {
  api: ApiProcess
  admin: { email: string; password: string; client: PrebookClient }
  /** A desk whose commands go to this server as the admin, by `PREBOOK_URL` and `PREBOOK_TOKEN`. */
  adminDesk: Desk
  /** A reader of its own, signed in. */
  createReader(): Promise<{ email: string; password: string; token: string; client: PrebookClient }>
  /** A book that is sold out unless said otherwise. */
  createBook(given?: {
    title?: string
    stock?: number
    isbn?: string
  }): Promise<RouterOutputs['books']['create']>
}

/** Opens a shop. */
export async function openCliShop(): Promise<CliShop> {
  const api = await spawnApi({ env: { REGISTRATIONS_PER_HOUR: '1000', LOGIN_FAILURES_PER_HOUR: '1000' } })
  try {
    const { url } = api
    const account = { email: 'admin@example.org', password: 'a password for admins' }
    await api.createAdmin(account.email, account.password)
    const { token } = await createClient({ url }).auth.login.mutate(account)
    const client = createClient({ url, token })
    const adminDesk = await createDesk({ PREBOOK_URL: url, PREBOOK_TOKEN: String(token) })
    let readers = 0
    return {
      api,
      admin: { ...account, client },
      adminDesk,
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
        await adminDesk[Symbol.asyncDispose]()
        await api[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await api[Symbol.asyncDispose]()
    throw error
  }
}
