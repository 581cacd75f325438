import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { sql, type Kysely } from 'kysely'
import type { Client } from 'pg'
import type { Database, Tx } from '../../database.ts'
import type { ReceivedEvent, ChangeEvent } from '../../store.ts'
import { EventBus } from '../event-bus.ts'
import { destroyConnection } from './destroy-connection.ts'

const CHANNEL = 'prebook_news'

/** How long user events are collected before they are sent in one NOTIFY, in milliseconds. */
const COLLECT_MS = 25

/** User ids per NOTIFY. A payload must be shorter than 8,000 bytes; 400 ids of up to 16 digits fit easily. */
const MAX_USERS = 400

/** The shortest and the longest delay before reconnecting, in milliseconds. */
const RECONNECT_MS = { min: 100, max: 5_000 }

/** How long the server may take to close the connection, in milliseconds. */
const DISCONNECT_MS = 500

/** A message on the channel. `from` is the process that sent it, which has notified its own listeners already. */
type Message = {
  from: string
  stock?: Extract<ChangeEvent, { kind: 'stock' }>
  waitlist?: Extract<ChangeEvent, { kind: 'waitlist' }>
  token?: Extract<ChangeEvent, { kind: 'token' }>
  users?: number[]
}

/**
 * Sends change events between the processes on one database with LISTEN and NOTIFY. Events are only hints. Those lost
 * while the connection is down are made up for by a `missed` event after reconnecting.
 */
export class PostgresNotifier {
  readonly #db: Kysely<Database>
  readonly #createClient: () => Client
  readonly #bus = new EventBus()
  readonly #self = randomUUID()
  readonly #closing = new AbortController()
  #reconnecting = new AbortController()
  #listening: Promise<void> | undefined
  #users = new Set<number>()
  #sending: Promise<void> | undefined

  /** @param createClient creates the connection that listens, not yet connected */
  constructor(db: Kysely<Database>, createClient: () => Client) {
    this.#db = db
    this.#createClient = createClient
  }

  /** Subscribes to the events of every process. The first subscription opens the connection. */
  listen(onEvent: (event: ReceivedEvent) => void): () => void {
    this.#listening ??= this.#keepListening()
    return this.#bus.listen(onEvent)
  }

  /**
   * Sends an event about stock, a waitlist or a token to other processes inside its transaction. NOTIFY takes a lock of the whole server
   * at the commit. Such changes are rare enough for that, prebooks are not.
   */
  async announce(tx: Tx, event: ChangeEvent): Promise<void> {
    if (event.kind === 'stock') await notify(tx, { from: this.#self, stock: event })
    if (event.kind === 'waitlist') await notify(tx, { from: this.#self, waitlist: event })
    if (event.kind === 'token') await notify(tx, { from: this.#self, token: event })
  }

  /** Publishes an event to the listeners of this process after its commit, and sends user events to other processes. */
  publish(event: ChangeEvent): void {
    this.#bus.publish(event)
    if (event.kind !== 'user' || this.#closing.signal.aborted) return
    this.#users.add(event.userId)
    this.#sending ??= this.#sendUsers()
  }

  /** Replaces the connection that listens, because it may lead to a server that is no longer the primary. */
  reconnect(): void {
    this.#reconnecting.abort()
  }

  /** Sends pending events, and closes the connection. */
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
      for (let start = 0; start < users.length; start += MAX_USERS) {
        await notify(this.#db, { from: this.#self, users: users.slice(start, start + MAX_USERS) })
      }
    } catch {
      // A hint is lost. Streams in other processes poll after a while.
    }
  }

  async #keepListening(): Promise<void> {
    let pauseMs = RECONNECT_MS.min
    let listenedBefore = false
    while (!this.#closing.signal.aborted) {
      this.#reconnecting = new AbortController()
      const stop = AbortSignal.any([this.#closing.signal, this.#reconnecting.signal])
      const client = this.#createClient()
      const ended = new Promise<void>((resolve) => {
        client.on('end', resolve)
        client.on('error', () => resolve())
      })
      const end = () => {
        client.end().catch(() => {})
        // An unresponsive server must not delay the stop of this process.
        const timer = setTimeout(() => destroyConnection(client), DISCONNECT_MS)
        void ended.then(() => clearTimeout(timer))
      }
      stop.addEventListener('abort', end, { once: true })
      client.on('notification', ({ payload }) => this.#receive(payload ?? ''))
      try {
        // A client that is closed while it connects never settles `connect`.
        await Promise.race([client.connect(), ended])
        await client.query(`listen ${CHANNEL}`)
        if (listenedBefore) this.#bus.publish({ kind: 'missed' })
        listenedBefore = true
        pauseMs = RECONNECT_MS.min
        await ended
      } catch {
        // The server is unavailable. Requests fail too and report it.
      } finally {
        stop.removeEventListener('abort', end)
        end()
      }
      await this.#pause(pauseMs * (0.5 + Math.random()), stop)
      pauseMs = Math.min(pauseMs * 2, RECONNECT_MS.max)
    }
  }

  #receive(payload: string): void {
    const message = parse(payload)
    if (message === null) return this.#bus.publish({ kind: 'missed' })
    if (message.from === this.#self) return
    if (message.stock !== undefined) this.#bus.publish(message.stock)
    if (message.waitlist !== undefined) this.#bus.publish(message.waitlist)
    if (message.token !== undefined) this.#bus.publish(message.token)
    for (const userId of message.users ?? []) this.#bus.publish({ kind: 'user', userId })
  }

  /** Waits, or returns early when the notifier closes or `stop` is aborted. */
  async #pause(ms: number, stop = this.#closing.signal): Promise<void> {
    await pause(ms, undefined, { signal: stop }).catch(() => {})
  }
}

async function notify(db: Kysely<Database>, message: Message): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(message)})`.execute(db)
}

/** Parses a message; null for one from another version of the service. */
function parse(payload: string): Message | null {
  try {
    const message = JSON.parse(payload) as Message
    return typeof message.from === 'string' ? message : null
  } catch {
    return null
  }
}
