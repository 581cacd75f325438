import { appRouter, procedureType } from '@prebook/server'

/** The paths of all queries and mutations of the API, such as `books.list`. Streams are not among them. */
export function procedureCalls(): string[] {
  // oxlint-disable-next-line no-underscore-dangle -- tRPC has no other list of a router's procedures
  return Object.keys(appRouter._def.procedures).filter((path) => procedureType(path) !== 'subscription')
}
