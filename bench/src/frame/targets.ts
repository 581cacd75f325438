import type { FigureKey } from './record.ts'

/** What a figure is compared with: another row of it, or a number. At the least, or at the most, so many times as much. */
export type Bound = { beside: FigureKey | null } & ({ atLeast: number } | { atMost: number })

/** Something that was promised about a figure. */
export type Target = FigureKey & {
  figure: string
  /** In words, for the table. */
  what: string
  measure: string
  /** Medians are compared, except where the worst counts. */
  of?: 'median' | 'most'
  /** It is reached when one of these holds. */
  anyOf: Bound[]
}

const at64 = '64 clients'
const emptyMutation = 'empty tRPC mutation'

/** Everything that the bench is held to. */
export const targets: Target[] = [
  {
    figure: 'create',
    what: 'creates a second, 64 clients, every commit flushed',
    way: 'tRPC',
    at: at64,
    measure: 'a second',
    anyOf: [
      { beside: { way: 'tRPC, one commit a request', at: at64 }, atLeast: 4 },
      { beside: { way: 'tRPC, nothing flushed', at: at64 }, atLeast: 0.85 },
    ],
  },
  {
    figure: 'create',
    what: 'a lone client’s create, p50',
    way: 'tRPC',
    at: '1 client',
    measure: 'p50 ms',
    anyOf: [{ beside: { way: 'tRPC, one commit a request', at: '1 client' }, atMost: 1.1 }],
  },
  {
    figure: 'create',
    what: 'creates a second through REST',
    way: 'REST',
    at: at64,
    measure: 'a second',
    anyOf: [{ beside: { way: 'bare Hono route, same statements', at: at64 }, atLeast: 0.5 }],
  },
  {
    figure: 'create',
    what: 'creates a second through tRPC',
    way: 'tRPC',
    at: at64,
    measure: 'a second',
    anyOf: [{ beside: { way: emptyMutation, at: at64 }, atLeast: 0.65 }],
  },
  ...['books.get', 'prebooks.list'].map((way): Target => ({
    figure: 'read',
    what: `${way} a second through tRPC`,
    way,
    at: at64,
    measure: 'a second',
    anyOf: [{ beside: { way: emptyMutation, at: at64 }, atLeast: 0.8 }],
  })),
  ...['SQLite', 'PostgreSQL'].map((way): Target => ({
    figure: 'broadcast',
    what: `the broadcast’s transaction at 1,000,000 waiting, ${way}`,
    way,
    at: '1,000,000 waiting',
    measure: 'transaction ms',
    anyOf: [{ beside: { way, at: '10 waiting' }, atMost: 1.5 }],
  })),
  ...(['1 client', at64] as const).map((clients): Target => ({
    figure: 'file-size',
    what: `a create in a file of 10,000,000 prebooks, ${clients}`,
    way: clients,
    at: '10,000,000 prebooks',
    measure: 'ms a create',
    anyOf: [{ beside: { way: clients, at: '10,000 prebooks' }, atMost: 1.5 }],
  })),
  {
    figure: 'memory',
    what: 'memory after 1,000,000 requests',
    way: 'mixed requests',
    at: '1,000,000 requests',
    measure: 'MB',
    anyOf: [{ beside: { way: 'mixed requests', at: '100,000 requests' }, atMost: 1.1 }],
  },
  {
    figure: 'mail-memory',
    what: 'memory when 1,000,000 deliveries are written',
    way: 'deliveries written',
    at: '1,000,000 deliveries',
    measure: 'MB',
    anyOf: [{ beside: { way: 'deliveries written', at: '100,000 deliveries' }, atMost: 1.1 }],
  },
  {
    figure: 'logins',
    what: 'other requests’ p99 during a flood of sign-ins',
    way: 'light requests',
    at: 'a flood of sign-ins',
    measure: 'p99 ms',
    anyOf: [{ beside: { way: 'light requests', at: 'nothing else' }, atMost: 3 }],
  },
  {
    figure: 'wait',
    what: 'the longest wait of a light request while any procedure runs, ms',
    way: 'the worst of all',
    at: '1,000,000 waiting',
    measure: 'longest wait ms',
    of: 'most',
    anyOf: [{ beside: null, atMost: 50 }],
  },
  ...['SQLite', 'PostgreSQL'].flatMap((way) =>
    ['200 creates a second', '16 clients without a pause'].map((at): Target => ({
      figure: 'restock',
      what: `p99 of a restock beside creates for its book: ${at}, ${way}`,
      way,
      at,
      measure: 'p99 ms',
      anyOf: [{ beside: { way, at: 'nothing else' }, atMost: 3 }],
    })),
  ),
  ...[1_000, 5_000].map((readers): Target => {
    const at = `${readers.toLocaleString('en')} connected`
    return {
      figure: 'streams',
      what: `the last of ${readers.toLocaleString('en')} connected readers told`,
      way: 'prebooks.watch',
      at,
      measure: 'last told ms',
      anyOf: [{ beside: { way: 'bare node:http', at }, atMost: 3 }],
    }
  }),
]
