// What a reader and a shop do, through a client that openapi-typescript and openapi-fetch make of the document alone.
import createClient from 'openapi-fetch'
import type { paths } from './schema.ts'

const [baseUrl = '', email = '', adminEmail = '', adminPassword = '', isbn = ''] = process.argv.slice(2)
const connect = (token?: string) =>
  createClient<paths>({
    baseUrl,
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
  })
const anonymous = connect()

const registered = await anonymous.POST('/auth/register', { body: { email, password: 'a long password' } })
const signedIn = await anonymous.POST('/auth/login', { body: { email: adminEmail, password: adminPassword } })
if (registered.data === undefined || signedIn.data === undefined) throw new Error('Nobody is signed in.')
const reader = connect(registered.data.access_token)
const admin = connect(signedIn.data.access_token)

const found = await anonymous.GET('/books', { params: { query: { query: isbn, in_stock: false } } })
const book = found.data?.items[0]
if (book === undefined) throw new Error('The book is not there.')
const price: number = book.price

const created = await reader.POST('/prebooks', { body: { book_id: book.id } })
const id = created.data?.id ?? 0
const again = await reader.POST('/prebooks', { body: { book_id: book.id } })
// An error is typed, too.
const code: 'PREBOOK_DUPLICATE' | string | undefined = again.error?.code

const statuses = async () => {
  const { data } = await reader.GET('/prebooks/{id}', { params: { path: { id } } })
  return [data?.status, data?.queue_position]
}
const waiting = await statuses()
const restocked = await admin.PATCH('/books/{id}/stock', {
  params: { path: { id: `isbn:${isbn}` } },
  body: { quantity: 3 },
})
const notified = await statuses()
const cancelled = await reader.DELETE('/prebooks/{id}', { params: { path: { id } } })
const after = await statuses()

const stock = restocked.data?.stock_quantity
process.stdout.write(
  JSON.stringify({ price, code, waiting, stock, notified, cancelled: cancelled.response.status, after }),
)
