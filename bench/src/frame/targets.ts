import { searchesOf } from '../shop/large-catalogue.ts'
import type { FigureKey } from './record.ts'

/**
 * A limit for a value. With a baseline, a multiple of that row of the same figure; without one, the value itself.
 */
export type Bound = { baseline: FigureKey | null } & ({ atLeast: number } | { atMost: number })

/** A performance target for one row of a figure. */
export type Target = FigureKey & {
  figure: string
  /** The text for the table. */
  what: string
  measure: string
  /** Which value of the rounds counts; the median by default. */
  of?: 'median' | 'most'
  /** The target is met when one of these holds. */
  anyOf: Bound[]
}

const at64 = '64 clients'
const emptyMutation = 'empty tRPC mutation'

type RivalBound = { at: string; measure: string; bound: { atLeast: number } | { atMost: number } }

/** What is asked of tRPC and REST next to the rival on the same engine. */
const nextToRival: Record<'SQLite' | 'PostgreSQL', RivalBound[]> = {
  SQLite: [
    { at: 'creates, 64 clients', measure: 'per second', bound: { atLeast: 3 } },
    { at: 'creates, 1 client', measure: 'p50 ms', bound: { atMost: 1.3 } },
    { at: 'lists, 64 clients', measure: 'per second', bound: { atLeast: 0.9 } },
    { at: 'restock, 10 waiting', measure: 'p50 ms', bound: { atMost: 1 } },
    { at: 'restock, 1,000 waiting', measure: 'p50 ms', bound: { atMost: 1 } },
  ],
  PostgreSQL: [
    { at: 'creates, 64 clients', measure: 'per second', bound: { atLeast: 3 } },
    { at: 'creates, 1 client', measure: 'p50 ms', bound: { atMost: 1.2 } },
    { at: 'lists, 64 clients', measure: 'per second', bound: { atLeast: 1 } },
    { at: 'restock, 10 waiting', measure: 'p50 ms', bound: { atMost: 1 } },
    { at: 'restock, 1,000 waiting', measure: 'p50 ms', bound: { atMost: 1 } },
  ],
}

/** All performance targets. */
export const targets: Target[] = [
  ...(['SQLite', 'PostgreSQL'] as const).flatMap((engine) =>
    nextToRival[engine].flatMap(({ at, measure, bound }) =>
      ['tRPC', 'REST'].map((way): Target => ({
        figure: 'rivals',
        what: `${at}, ${measure}, ${engine}, ${way}`,
        variant: `${engine}, ${way}`,
        at,
        measure,
        anyOf: [{ baseline: { variant: `${engine}, rival`, at }, ...bound }],
      })),
    ),
  ),
  ...['tRPC', 'REST'].map((way): Target => ({
    figure: 'rivals',
    what: `creates, 64 clients, next to one INSERT for each commit, PostgreSQL, ${way}`,
    variant: `PostgreSQL, ${way}`,
    at: 'creates, 64 clients',
    measure: 'per second',
    anyOf: [{ baseline: { variant: 'PostgreSQL, pgbench', at: 'creates, 64 clients' }, atLeast: 1.5 }],
  })),
  ...['SQLite', 'PostgreSQL'].map((engine): Target => ({
    figure: 'rivals',
    what: `restock with 1,000,000 waiting, p50 ms, ${engine}`,
    variant: `${engine}, REST`,
    at: 'restock, 1,000,000 waiting',
    measure: 'p50 ms',
    anyOf: [{ baseline: { variant: `${engine}, REST`, at: 'restock, 10 waiting' }, atMost: 3 }],
  })),
  {
    figure: 'create',
    what: 'creates per second, 64 clients, every commit flushed',
    variant: 'tRPC',
    at: at64,
    measure: 'per second',
    anyOf: [
      { baseline: { variant: 'tRPC, one commit per request', at: at64 }, atLeast: 4 },
      { baseline: { variant: 'tRPC, no flush', at: at64 }, atLeast: 0.85 },
    ],
  },
  {
    figure: 'create',
    what: 'create by a single client, p50',
    variant: 'tRPC',
    at: '1 client',
    measure: 'p50 ms',
    anyOf: [{ baseline: { variant: 'tRPC, one commit per request', at: '1 client' }, atMost: 1.1 }],
  },
  {
    figure: 'create',
    what: 'creates per second through REST',
    variant: 'REST',
    at: at64,
    measure: 'per second',
    anyOf: [{ baseline: { variant: 'bare Hono route, same statements', at: at64 }, atLeast: 0.5 }],
  },
  {
    figure: 'create',
    what: 'creates per second through tRPC',
    variant: 'tRPC',
    at: at64,
    measure: 'per second',
    anyOf: [{ baseline: { variant: emptyMutation, at: at64 }, atLeast: 0.65 }],
  },
  ...['books.get', 'prebooks.list'].map((variant): Target => ({
    figure: 'read',
    what: `${variant} per second through tRPC`,
    variant,
    at: at64,
    measure: 'per second',
    anyOf: [{ baseline: { variant: emptyMutation, at: at64 }, atLeast: 0.8 }],
  })),
  ...['SQLite', 'PostgreSQL'].map((variant): Target => ({
    figure: 'broadcast',
    what: `broadcast transaction at 1,000,000 waiting, ${variant}`,
    variant,
    at: '1,000,000 waiting',
    measure: 'transaction ms',
    anyOf: [{ baseline: { variant, at: '10 waiting' }, atMost: 1.5 }],
  })),
  ...(['1 client', at64] as const).map((clients): Target => ({
    figure: 'file-size',
    what: `create in a file of 10,000,000 prebooks, ${clients}`,
    variant: clients,
    at: '10,000,000 prebooks',
    measure: 'ms per create',
    anyOf: [{ baseline: { variant: clients, at: '10,000 prebooks' }, atMost: 1.5 }],
  })),
  {
    figure: 'memory',
    what: 'memory after 1,000,000 requests',
    variant: 'mixed requests',
    at: '1,000,000 requests',
    measure: 'MB',
    anyOf: [{ baseline: { variant: 'mixed requests', at: '100,000 requests' }, atMost: 1.1 }],
  },
  {
    figure: 'mail-memory',
    what: 'memory after 1,000,000 deliveries are written',
    variant: 'deliveries written',
    at: '1,000,000 deliveries',
    measure: 'MB',
    anyOf: [{ baseline: { variant: 'deliveries written', at: '100,000 deliveries' }, atMost: 1.1 }],
  },
  ...['SQLite', 'PostgreSQL'].map((variant): Target => ({
    figure: 'urgent-mail',
    what: `a password reset while 1,000,000 restock mails wait, ms, ${variant}`,
    variant,
    at: '1,000,000 restock mails wait',
    measure: 'ms',
    anyOf: [{ baseline: null, atMost: 5_000 }],
  })),
  ...['SQLite', 'PostgreSQL'].flatMap((engine) =>
    ['stock.preview', 'stock.adjust'].map((call): Target => {
      const at = `${call}, ${engine}`
      return {
        figure: 'token-calls',
        what: `CPU of ${call} by a token next to a session, ${engine}`,
        variant: 'token',
        at,
        measure: 'CPU µs per request',
        anyOf: [{ baseline: { variant: 'session', at }, atMost: 1.1 }],
      }
    }),
  ),
  ...['SQLite', 'PostgreSQL'].flatMap((variant): Target[] => {
    const reset = { figure: 'reset-request', variant, at: 'unknown addresses', measure: 'median ms' }
    const baseline = { variant, at: 'known addresses' }
    return [
      {
        ...reset,
        what: `asking for a reset takes no longer for unknown addresses, ${variant}`,
        anyOf: [{ baseline, atMost: 1.1 }],
      },
      {
        ...reset,
        what: `asking for a reset takes no longer for known addresses, ${variant}`,
        anyOf: [{ baseline, atLeast: 0.9 }],
      },
    ]
  }),
  {
    figure: 'logins',
    what: 'p99 of other requests during a flood of sign-ins',
    variant: 'light requests',
    at: 'flood of sign-ins',
    measure: 'p99 ms',
    anyOf: [{ baseline: { variant: 'light requests', at: 'no other load' }, atMost: 3 }],
  },
  {
    figure: 'bodies',
    what: 'median of other requests while two connections post bodies of 2.6 MB',
    variant: 'light requests',
    at: 'bodies of 2.6 MB',
    measure: 'p50 ms',
    anyOf: [{ baseline: { variant: 'light requests', at: 'no other load' }, atMost: 1.5 }],
  },
  {
    figure: 'wait',
    what: 'longest wait of a light request during any measured call, ms',
    variant: 'maximum of all',
    at: '1,000,000 waiting',
    measure: 'longest wait ms',
    of: 'most',
    anyOf: [{ baseline: null, atMost: 50 }],
  },
  ...searchesOf(1).flatMap(({ what, isCorrected }) =>
    (['SQLite', 'PostgreSQL'] as const).flatMap((variant): Target[] => [
      {
        figure: 'search',
        what: `searching 1,000,000 books, ${what}, ${variant}, ms`,
        variant,
        at: what,
        measure: 'median ms',
        anyOf: [{ baseline: null, atMost: isCorrected ? 50 : variant === 'SQLite' ? 10 : 20 }],
      },
      {
        figure: 'search',
        what: `longest wait meanwhile, ${what}, ${variant}, ms`,
        variant,
        at: what,
        measure: 'longest wait ms',
        anyOf: [{ baseline: null, atMost: 20 }],
      },
    ]),
  ),
  ...(['SQLite', 'PostgreSQL'] as const).map((variant): Target => ({
    figure: 'search',
    what: `importing books into 1,000,000, ${variant}`,
    variant,
    at: '100 books imported',
    measure: 'median ms',
    anyOf: [{ baseline: { variant, at: '100 books imported without the index' }, atMost: 1.5 }],
  })),
  ...[
    { at: 'deliveries written', perSecond: { SQLite: 50_000, PostgreSQL: 20_000 }, waitMs: 30 },
    { at: 'books imported', perSecond: { SQLite: 8_000, PostgreSQL: 5_000 }, waitMs: 50 },
  ].flatMap(({ at, perSecond, waitMs }) =>
    (['SQLite', 'PostgreSQL'] as const).flatMap((variant): Target[] => [
      {
        figure: 'bulk',
        what: `${at} per second, ${variant}`,
        variant,
        at,
        measure: 'rows per second',
        anyOf: [{ baseline: null, atLeast: perSecond[variant] }],
      },
      {
        figure: 'bulk',
        what: `longest wait of a light request, ms: ${at}, ${variant}`,
        variant,
        at,
        measure: 'longest wait ms',
        of: 'most',
        anyOf: [{ baseline: null, atMost: waitMs }],
      },
    ]),
  ),
  ...['SQLite', 'PostgreSQL'].flatMap((engine) =>
    ['books.expect', 'books.withdraw'].map((call): Target => {
      const variant = `${engine}, ${call}`
      return {
        figure: 'news',
        what: `${call} at 1,000,000 waiting, ${engine}`,
        variant,
        at: '1,000,000 waiting',
        measure: 'p50 ms',
        anyOf: [{ baseline: { variant, at: '10 waiting' }, atMost: 1.5 }],
      }
    }),
  ),
  ...['SQLite', 'PostgreSQL'].flatMap((variant): Target[] => [
    {
      figure: 'guests',
      what: `restock with 1,000,000 guests waiting, ${variant}`,
      variant,
      at: 'restock, 1,000,000 guests',
      measure: 'ms',
      anyOf: [{ baseline: { variant, at: 'restock, 10 guests' }, atMost: 1.5 }],
    },
    {
      figure: 'guest-flood',
      what: `rows left by 100,000 requests that are never confirmed, ${variant}`,
      variant,
      at: '100,000 requests',
      measure: 'rows left',
      anyOf: [{ baseline: null, atMost: 0 }],
    },
    ...['known', 'waiting', 'refusing', 'opted-out'].map((kind): Target => ({
      figure: 'guests',
      what: `request of a pre-booking, ${kind} address, ${variant}`,
      variant,
      at: `request, ${kind} address`,
      measure: 'ms',
      anyOf: [{ baseline: { variant, at: 'request, new address' }, atMost: 1.05 }],
    })),
  ]),
  ...['SQLite', 'PostgreSQL'].flatMap((variant) =>
    ['200 creates per second', '16 clients without pause'].map((at): Target => ({
      figure: 'restock',
      what: `p99 of a restock during creates for the same book: ${at}, ${variant}`,
      variant,
      at,
      measure: 'p99 ms',
      anyOf: [{ baseline: { variant, at: 'no other load' }, atMost: 3 }],
    })),
  ),
  ...[1_000, 5_000].map((readers): Target => {
    const at = `${readers.toLocaleString('en')} connected`
    return {
      figure: 'streams',
      what: `time to reach the last of ${readers.toLocaleString('en')} connected readers`,
      variant: 'prebooks.watch',
      at,
      measure: 'last event ms',
      anyOf: [{ baseline: { variant: 'bare node:http', at }, atMost: 3 }],
    }
  }),
]
