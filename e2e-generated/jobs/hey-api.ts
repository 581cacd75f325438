// What a reader and a shop do, through a client that Hey API makes of the document alone.
import { createClient } from './client/client/index.ts'
import {
  cancelPrebook,
  createPrebook,
  getPrebook,
  listBooks,
  register,
  setStock,
  signIn,
  watchPrebooks,
} from './client/index.ts'

const [baseUrl = '', email = '', adminEmail = '', adminPassword = '', isbn = ''] = process.argv.slice(2)
const connect = (token?: string) => createClient({ baseUrl, ...(token !== undefined && { auth: token }) })
const anonymous = connect()

const registered = await register({ client: anonymous, body: { email, password: 'a long password' } })
const signedIn = await signIn({ client: anonymous, body: { email: adminEmail, password: adminPassword } })
if (registered.data === undefined || signedIn.data === undefined) throw new Error('Nobody is signed in.')
const reader = connect(registered.data.access_token)
const admin = connect(signedIn.data.access_token)

const found = await listBooks({ client: anonymous, query: { query: isbn, in_stock: false } })
const book = found.data?.items[0]
if (book === undefined) throw new Error('The book is not there.')
const price: number = book.price

const created = await createPrebook({ client: reader, body: { book_id: book.id } })
const id = created.data?.id ?? 0
const again = await createPrebook({ client: reader, body: { book_id: book.id } })
const code: string | undefined = again.error?.code

const statuses = async () => {
  const { data } = await getPrebook({ client: reader, path: { id } })
  return [data?.status, data?.queue_position]
}
const waiting = await statuses()
const { stream } = await watchPrebooks({ client: reader })
const watched: string[] = []
let stock: number | undefined
for await (const prebook of stream) {
  watched.push(prebook.status)
  if (prebook.status !== 'waiting') break
  const restocked = await setStock({ client: admin, path: { id: `isbn:${isbn}` }, body: { quantity: 3 } })
  stock = restocked.data?.stock_quantity
}
const notified = await statuses()
const cancelled = await cancelPrebook({ client: reader, path: { id } })
const after = await statuses()

process.stdout.write(
  JSON.stringify({
    price,
    code,
    waiting,
    stock,
    watched,
    notified,
    cancelled: cancelled.response?.status,
    after,
  }),
)
// The stream would keep the process alive.
process.exit(0)
