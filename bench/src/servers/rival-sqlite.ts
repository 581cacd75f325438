import { hash } from 'node:crypto'
import Sqlite from 'better-sqlite3'
import { rivalSchema, rivalTokens } from './rival-schema.ts'
import type { RivalBook, RivalPrebook, RivalShop, RivalStore } from './rival.ts'

type User = { id: number; role: string }
type OwnPrebook = RivalPrebook & { title: string; author: string }

/** The rival on SQLite, at its best: `+?` keeps SQLite from planning each statement again at each bind. */
export async function rivalSqlite(file: string, shop: RivalShop): Promise<RivalStore> {
  const database = new Sqlite(file)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  database.exec(rivalSchema('integer primary key'))
  fill(database, shop)
  const session = database.prepare<[string, number], User>(
    `select users.id, users.role from sessions join users on users.id = sessions.user_id
     where sessions.id = +? and sessions.expires_at > +? and users.is_active = 1`,
  )
  const bookById = database.prepare<[number], RivalBook>('select * from books where id = +?')
  const insert = database.prepare<[number, number, number], { id: number }>(
    `insert into prebooks (book_id, user_id, created_at) values (?, ?, ?)
     on conflict (book_id, user_id) where status = 'waiting' do nothing returning id`,
  )
  const own = database.prepare<[number], OwnPrebook>(
    `select prebooks.*, title, author from prebooks join books on books.id = book_id
     where user_id = +? order by prebooks.id desc limit 50`,
  )
  const moveStock = database.prepare('update books set stock_quantity = +?, updated_at = +? where id = +?')
  const notify = database.prepare(
    `update prebooks set status = 'notified', notified_at = +? where book_id = +? and status = 'waiting'`,
  )
  const create = database.transaction((userId: number, bookId: number, now: number) => {
    const book = bookById.get(bookId)
    if (book === undefined) return null
    if (book.stock_quantity > 0) return { id: 0, book }
    const row = insert.get(bookId, userId, now)
    return row === undefined ? 'duplicate' : { id: row.id, book }
  })
  const setStock = database.transaction((bookId: number, quantity: number, now: number) => {
    const book = bookById.get(bookId)
    if (book === undefined) return null
    moveStock.run(quantity, now, bookId)
    if (book.stock_quantity === 0 && quantity > 0) notify.run(now, bookId)
    return { ...book, stock_quantity: quantity }
  })
  return {
    session: async (tokenHash, now) => session.get(tokenHash, now),
    list: async (userId) => own.all(userId),
    create: async (userId, bookId, now) => create.immediate(userId, bookId, now),
    setStock: async (bookId, quantity, now) => setStock.immediate(bookId, quantity, now),
    close: () => database.close(),
  }
}

function fill(database: Sqlite.Database, shop: RivalShop): void {
  const addUser = database.prepare('insert into users (email, role, created_at) values (?, ?, 0)')
  const addSession = database.prepare('insert into sessions (id, user_id, expires_at) values (?, ?, ?)')
  const addBook = database.prepare(
    'insert into books (title, author, stock_quantity, updated_at) values (?, ?, 0, 0)',
  )
  const addWaiting = database.prepare(
    'insert into prebooks (book_id, user_id, created_at) select ?, id, 0 from users where id between ? and ?',
  )
  const expiresAt = Date.now() + 14 * 86_400_000
  const addPerson = (token: string, role: string) => {
    const { lastInsertRowid } = addUser.run(`${token}@bench.example`, role)
    addSession.run(hash('sha256', token), lastInsertRowid, expiresAt)
  }
  database.transaction(() => {
    for (let index = 0; index < shop.readers; index += 1) addPerson(rivalTokens.reader(index), 'reader')
    addPerson(rivalTokens.admin, 'admin')
    for (let index = 1; index <= shop.books; index += 1) addBook.run(`Book ${index}`, 'Bench')
    for (let index = 0; index < shop.crowd; index += 1) addUser.run(`crowd${index}@bench.example`, 'reader')
    for (const [bookId, { first, last }] of Object.entries(shop.waiting)) addWaiting.run(bookId, first, last)
  })()
}
