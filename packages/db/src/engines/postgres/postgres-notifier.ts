import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { sql, type Kysely } from 'kysely'
import { Client, type ClientConfig } from 'pg'
import type { Database, Tx } from '../../database.ts'
import type { ReceivedEvent, ChangeEvent } from '../../store.ts'
import { EventBus } from '../event-bus.ts'
import { destroyConnection } from './destroy-connection.ts'

const CHANNEL = 'prebook_news'

/** How long news of people is collected before it is sent: many requests share one NOTIFY, in milliseconds. */
const COLLECT_MS = 25

/** A payload of NOTIFY is shorter than 8,000 bytes: so many ids of up to 16 digits fit in with room to spare. */
const MOST_USERS = 400

/** The shortest and the longest pause between two tries to listen again, in milliseconds. */
const PAUSE_MS = { least: 100, most: 5_000 }

/** How long the server may take to say goodbye, in milliseconds. */
const GOODBYE_MS = 500

/** What travels on the channel. `from` is the process that sent it, which has told its own listeners already. */
type Message = { from: string; stock?: Extract<ChangeEvent, { kind: 'stock' }>; users?: number[] }

/**
 * ChangeEvent between the processes on one database, by LISTEN and NOTIFY. It is a hint and no more: what is lost while the
 * connection is down is made up for by telling listeners that they may have missed something.
 */
export class PostgresNotifier {
  readonly #db: Kysely<Database>
  readonly #connection: ClientConfig
  readonly #desk = new EventBus()
  readonly #self = randomUUID()
  readonly #closing = new AbortController()
  #listening: Promise<void> | undefined
  #users = new Set<number>()
  #sending: Promise<void> | undefined

  constructor(db: Kysely<Database>, connection: ClientConfig) {
    this.#db = db
    this.#connection = connection
  }

  /** Hears the news of every process. The connection for it is made when somebody first listens. */
  listen(hear: (news: ReceivedEvent) => void): () => void {
    this.#listening ??= this.#keepListening()
    return this.#desk.listen(hear)
  }

  /**
   * Sends news with the transaction that it is about, if it is so rare that it may: NOTIFY takes a lock of the whole server
   * at the commit, which restocks can afford and prebooks cannot.
   */
  async announce(tx: Tx, news: ChangeEvent): Promise<void> {
    if (news.kind === 'stock') await notify(tx, { from: this.#self, stock: news })
  }

  /** Tells this process's listeners of a commit, and the other processes of what did not travel with it. */
  publish(news: ChangeEvent): void {
    this.#desk.publish(news)
    if (news.kind !== 'user' || this.#closing.signal.aborted) return
    this.#users.add(news.userId)
    this.#sending ??= this.#sendUsers()
  }

  /** Sends what is still to be sent, and lets go of the connection. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#sending
    await this.#listening
  }

  async #sendUsers(): Promise<void> {
    await this.#pause(COLLECT_MS)
    this.#sending = undefined
    const users = [...this.#users]
    this.#users = new Set()
    try {
      for (let start = 0; start < users.length; start += MOST_USERS) {
        await notify(this.#db, { from: this.#self, users: users.slice(start, start + MOST_USERS) })
      }
    } catch {
      // A hint is lost. Whoever watches on another process looks again by itself after a while.
    }
  }

  async #keepListening(): Promise<void> {
    let pauseMs = PAUSE_MS.least
    let heardBefore = false
    while (!this.#closing.signal.aborted) {
      const client = new Client(this.#connection)
      const ended = new Promise<void>((resolve) => {
        client.on('end', resolve)
        client.on('error', () => resolve())
      })
      const end = () => {
        client.end().catch(() => {})
        // A server that stands still would be waited for, and with it the stop of this process.
        const timer = setTimeout(() => destroyConnection(client), GOODBYE_MS)
        void ended.then(() => clearTimeout(timer))
      }
      this.#closing.signal.addEventListener('abort', end, { once: true })
      client.on('notification', ({ payload }) => this.#hear(payload ?? ''))
      try {
        await client.connect()
        await client.query(`listen ${CHANNEL}`)
        if (heardBefore) this.#desk.publish({ kind: 'missed' })
        heardBefore = true
        pauseMs = PAUSE_MS.least
        await ended
      } catch {
        // The server is away; so are the requests, and they say so.
      } finally {
        this.#closing.signal.removeEventListener('abort', end)
        end()
      }
      await this.#pause(pauseMs * (0.5 + Math.random()))
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS.most)
    }
  }

  #hear(payload: string): void {
    const message = read(payload)
    if (message === null) return this.#desk.publish({ kind: 'missed' })
    if (message.from === this.#self) return
    if (message.stock !== undefined) this.#desk.publish(message.stock)
    for (const userId of message.users ?? []) this.#desk.publish({ kind: 'user', userId })
  }

  /** Waits, but no longer than until it closes. */
  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#closing.signal }).catch(() => {})
  }
}

async function notify(db: Kysely<Database>, message: Message): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(message)})`.execute(db)
}

/** A message, or null for one of another version of the service. */
function read(payload: string): Message | null {
  try {
    const message = JSON.parse(payload) as Message
    return typeof message.from === 'string' ? message : null
  } catch {
    return null
  }
}
