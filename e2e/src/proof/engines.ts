import { findViolations, queryFile } from './database-file.ts'
import type { Row } from './impossible.ts'
import { postgresDatabase, postgresServerUrl } from './postgres-database.ts'
import { temporaryFile } from './temporary-file.ts'

/** An empty database for the processes of a test, with queries from outside them. */
export type ProofDatabase = AsyncDisposable & {
  databaseUrl: string
  /** The database's address for one process, named so that `connectionsOf` can count its connections. */
  addressFor(process: string): string
  /** The number of connections of a process to the server; 0 for a file. */
  connectionsOf(process: string): Promise<number>
  rows(query: string): Promise<Row[]>
  /** Finds violations of the invariants of a committed state. */
  findViolations(): Promise<string[]>
}

export type ProofEngine = {
  name: string
  /** Whether this run has the engine. Without it, its tests are skipped. */
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
      rows: async (query) => queryFile(file.path, (rows) => rows(query)),
      findViolations: async () => findViolations(file.path),
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    }
  },
}

export const postgres: ProofEngine = {
  name: 'postgres',
  available: postgresServerUrl !== undefined,
  create: postgresDatabase,
}

/** The engines that several processes can share. */
export const engines: readonly ProofEngine[] = [sqlite, postgres]
