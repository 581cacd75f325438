import { findImpossible, lookInto } from './database-file.ts'
import type { Row } from './impossible.ts'
import { postgresDatabase, postgresServerUrl } from './postgres-database.ts'
import { temporaryFile } from './temporary-file.ts'

/** An empty database for the processes of a proof, and a way to look into it from outside. */
export type ProofDatabase = AsyncDisposable & {
  databaseUrl: string
  /** The database's address for one process, which `connectionsOf` knows it by. */
  addressFor(process: string): string
  /** How many connections to a server a process has; there is none to a file. */
  connectionsOf(process: string): Promise<number>
  rows(query: string): Promise<Row[]>
  /** What no committed state may show. None is right. */
  findImpossible(): Promise<string[]>
}

export type ProofEngine = {
  name: string
  /** Whether this run has it; without it, its proofs count as skipped. */
  available: boolean
  create(): Promise<ProofDatabase>
}

export const sqlite: ProofEngine = {
  name: 'sqlite',
  available: true,
  async create() {
    const file = await temporaryFile()
    return {
      databaseUrl: file.databaseUrl,
      addressFor: () => file.databaseUrl,
      connectionsOf: async () => 0,
      rows: async (query) => lookInto(file.path, (rows) => rows(query)),
      findImpossible: async () => findImpossible(file.path),
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    }
  },
}

export const postgres: ProofEngine = {
  name: 'postgres',
  available: postgresServerUrl !== undefined,
  create: postgresDatabase,
}

/** What several processes can share: proofs about them loop over both. */
export const engines: readonly ProofEngine[] = [sqlite, postgres]
