import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startApi } from '@prebook/api-process'
import { createClient } from '@prebook/client'
import { openStore, type Store } from '@prebook/db'
import { bareStatements } from './bare-statements.ts'
import { median, table } from './figures.ts'
import { shoot, type Load, type Shot } from './load.ts'
import { signInAdmin } from './measured-admin.ts'
import { addSoldOutBooks } from './sold-out-books.ts'

const CREATES = 1_000
const CLIENTS = [1, 32]

/**
 * The price of a pre-booking, layer by layer: the statements alone, the service without HTTP, a bare Hono route with the
 * same statements, and both doors of the API. All on one file with synchronous = FULL; servers are processes of their own;
 * the ways take turns.
 */
export async function benchCreate({ rounds }: { rounds: number }): Promise<void> {
  await using api = await startApi({ env: { LOG_LEVEL: 'error' } })
  const file = api.databaseUrl.slice('file:'.length)
  const account = { email: 'admin@example.org', password: 'a password for measuring' }
  await api.createAdmin(account.email, account.password)
  const { token } = await createClient({ url: api.url }).auth.login.mutate(account)
  const store = await openStore(api.databaseUrl)
  await using bare = await startBareServer(file)
  try {
    const inside = await measureInside(store, file, rounds)
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const ways = [
      { name: 'bare Hono route', url: bare.url, shot: (id: number) => restShot(id, headers), status: 201 },
      { name: 'REST', url: api.url, shot: (id: number) => restShot(id, headers), status: 201 },
      { name: 'tRPC', url: api.url, shot: (id: number) => trpcShot(id, headers), status: 200 },
    ]
    const loads = new Map<string, Load[]>()
    // The first round warms everything up and does not count.
    for (let round = -1; round < rounds; round += 1) {
      for (const clients of CLIENTS) {
        for (const way of ways) {
          const { first } = await addSoldOutBooks(store, CREATES)
          const shots = Array.from({ length: CREATES }, (_, index) => way.shot(first + index))
          const load = await shoot(way.url, { shots, clients, status: way.status })
          const key = `${way.name}, ${clients}`
          if (round >= 0) loads.set(key, [...(loads.get(key) ?? []), load])
        }
      }
    }
    printLayers(inside)
    printLoads(
      ways.map((way) => way.name),
      loads,
    )
  } finally {
    await store.close()
  }
}

type Inside = { statements: number; service: number }

/** Microseconds for one create in this process: the statements alone, and the whole procedure without HTTP. */
async function measureInside(store: Store, file: string, rounds: number): Promise<Inside> {
  const admin = await signInAdmin(store)
  const bare = bareStatements(file)
  const statements: number[] = []
  const service: number[] = []
  for (let round = -1; round < rounds; round += 1) {
    const ids = await addSoldOutBooks(store, 2 * CREATES)
    const half = ids.first + CREATES
    const bareMs = await timePer(ids.first, half, async (id) => bare.create(id, 1))
    const serviceMs = await timePer(half, ids.last + 1, (bookId) => admin.prebooks.create({ bookId }))
    if (round >= 0) {
      statements.push(bareMs * 1000)
      service.push(serviceMs * 1000)
    }
  }
  bare.close()
  return { statements: median(statements), service: median(service) }
}

async function timePer(from: number, to: number, call: (id: number) => Promise<unknown>): Promise<number> {
  const started = performance.now()
  for (let id = from; id < to; id += 1) await call(id)
  return (performance.now() - started) / (to - from)
}

function restShot(bookId: number, headers: Record<string, string>): Shot {
  return { path: '/prebooks', headers, body: JSON.stringify({ book_id: bookId }) }
}

function trpcShot(bookId: number, headers: Record<string, string>): Shot {
  return { path: '/trpc/prebooks.create', headers, body: JSON.stringify({ bookId }) }
}

function printLayers({ statements, service }: Inside): void {
  const rows = [
    ['statements alone', statements.toFixed(0), '1.00 ×'],
    ['procedure without HTTP', service.toFixed(0), `${(service / statements).toFixed(2)} ×`],
  ]
  process.stdout.write(
    `\nOne create in one process, one after another: medians in µs, the flush to disk included\n\n${table(['layer', 'µs', 'beside'], rows)}\n`,
  )
}

function printLoads(names: string[], loads: Map<string, Load[]>): void {
  const rows = CLIENTS.flatMap((clients) => {
    const of = (name: string, figure: (load: Load) => number) =>
      median((loads.get(`${name}, ${clients}`) ?? []).map(figure))
    const yardstick = of(names[0] ?? '', (load) => load.perSecond)
    return names.map((name) => [
      name,
      String(clients),
      of(name, (load) => load.perSecond).toFixed(0),
      `${(of(name, (load) => load.perSecond) / yardstick).toFixed(2)} ×`,
      of(name, (load) => load.p50Ms).toFixed(2),
      of(name, (load) => load.p99Ms).toFixed(2),
    ])
  })
  process.stdout.write(
    `\nCreates over HTTP, ${CREATES} a round: medians\n\n${table(['way', 'clients', 'per second', 'beside', 'p50 ms', 'p99 ms'], rows)}\n
The bare route runs the same statements on the same file with the same durability, without session, validation or errors.\n`,
  )
}

async function startBareServer(file: string): Promise<AsyncDisposable & { url: string }> {
  const entry = fileURLToPath(new URL('bare-server.ts', import.meta.url))
  const child = spawn(process.execPath, [entry, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { url } = JSON.parse(line.toString()) as { url: string }
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}
