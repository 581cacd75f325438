import type { Reader } from '../database.ts'
import { engineOf } from './engine-of.ts'
import { searchAddresses as searchPostgres } from './postgres/address-index.ts'
import { searchAddresses as searchSqlite } from './sqlite/address-index.ts'

/** A search in the index of addresses. */
export type AddressSearch = {
  /** Whether the index can find this text. It cannot find a text that is too short. */
  canFind(text: string): boolean
  /** The newest accounts that may have the text in their address, at most `limit`, newest first. None is missing. */
  newest(reader: Reader, search: { text: string; beforeId: number; limit: number }): Promise<number[]>
}

/** The search in addresses of the engine that a reader belongs to. */
export function addressSearch(reader: Reader): AddressSearch {
  return engineOf(reader) === 'sqlite' ? searchSqlite : searchPostgres
}
