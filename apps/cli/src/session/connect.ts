import { createClient, isPrebookError, type PrebookClient } from '@prebook/client'
import { CommandError } from '../program/command-error.ts'
import { credentialsFile, readCredentials, type Credential } from './credentials.ts'
import { ANSWER_WITHIN_MS, explainFailure } from './network-failure.ts'
import { chooseAddress } from './server-address.ts'

/** The options that every command has. */
export type GlobalOptions = { url?: string; json?: boolean; verbose?: boolean }

/** A server, and who one is there. */
export type Connection = {
  address: string
  /** Null when nobody is signed in. */
  token: string | null
  /**
   * Calls the server; pass `request` on to the procedure, it holds the time limit.
   *
   * @throws NetworkError when it is not reached or is no Prebook server; refusals are thrown as they come
   */
  call: <T>(send: (client: PrebookClient, request: { signal: AbortSignal }) => Promise<T>) => Promise<T>
}

/** A variable of the environment; an empty one counts as not set. */
export function setting(name: 'PREBOOK_URL' | 'PREBOOK_TOKEN'): string | undefined {
  return process.env[name]?.trim() || undefined
}

/** The server that the options, the environment or the last sign-in name, with the token for it. */
export async function connect(options: GlobalOptions): Promise<Connection> {
  // Read at most once, and not at all when the environment says everything: then a broken file is no obstacle.
  let kept: Promise<Credential[]> | null = null
  const credentials = () => (kept ??= readCredentials(credentialsFile()))
  const address = await chooseServer(options, credentials)
  const environmentToken = setting('PREBOOK_TOKEN')
  if (environmentToken !== undefined)
    return openConnection(address, parseToken(environmentToken, 'PREBOOK_TOKEN'))
  const credential = (await credentials()).find((candidate) => candidate.address === address)
  return openConnection(address, credential?.token ?? null)
}

/** The address of the server to talk to. */
export async function chooseServer(
  options: GlobalOptions,
  credentials: () => Promise<Credential[]> = () => readCredentials(credentialsFile()),
): Promise<string> {
  return chooseAddress({
    option: options.url,
    environment: setting('PREBOOK_URL'),
    lastSignedIn: async () => (await credentials()).at(-1)?.address ?? null,
  })
}

/**
 * A token that can be sent in a header.
 *
 * @throws CommandError `usage`
 */
export function parseToken(text: string, origin: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw new CommandError(
    'usage',
    `What came from ${origin} is no token: a token is one word of plain letters.`,
  )
}

/** A connection to one server with one token, whatever is kept. Nothing is sent yet. */
export function openConnection(address: string, token: string | null): Connection {
  const client = createClient({ url: address, token })
  return {
    address,
    token,
    async call(send) {
      try {
        return await send(client, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
      } catch (error) {
        if (isPrebookError(error)) throw error
        throw explainFailure(address, error, error instanceof Error ? error.cause : undefined)
      }
    },
  }
}
