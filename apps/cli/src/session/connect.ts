import { createClient, isPrebookError, type PrebookClient, type TokenStorage } from '@prebook/client'
import { isWellFormedToken, looksLikeToken } from '@prebook/client/token'
import { CommandError } from '../program/command-error.ts'
import { credentialsFile, readCredentials, type Credential } from './credentials.ts'
import { RESPONSE_TIMEOUT_MS, explainFailure } from './network-failure.ts'
import { chooseAddress } from './server-address.ts'

/** The options that every command has. */
export type GlobalOptions = { url?: string; json?: boolean; verbose?: boolean }

/** A server, and how to act there. */
export type Connection = {
  address: string
  /** The token of a session, or one of the shop (`pbk_…`); null when not signed in. */
  token: string | null
  /**
   * Calls the server. Pass `request` to the procedure; it carries the timeout.
   *
   * @throws NetworkError when the server is unreachable or not a Prebook server
   * @throws PrebookClientError when the server rejects the call
   */
  call: <T>(send: (client: PrebookClient, request: { signal: AbortSignal }) => Promise<T>) => Promise<T>
}

/** An environment variable; an empty one counts as not set. */
export function readVariable(name: 'PREBOOK_URL' | 'PREBOOK_TOKEN'): string | undefined {
  return process.env[name]?.trim() || undefined
}

/** Connects to the server from the options, the environment or the last sign-in, with its token. */
export async function connect(options: GlobalOptions): Promise<Connection> {
  // Read lazily and at most once: the file is not needed, and may be unreadable, when the environment has it all.
  let saved: Promise<Credential[]> | null = null
  const credentials = () => (saved ??= readCredentials(credentialsFile()))
  const address = await chooseServer(options, credentials)
  const environmentToken = readVariable('PREBOOK_TOKEN')
  if (environmentToken !== undefined)
    return openConnection(address, parseToken(environmentToken, 'PREBOOK_TOKEN'))
  const credential = (await credentials()).find((candidate) => candidate.address === address)
  return openConnection(address, credential?.token ?? null)
}

/** The address of the server to use. */
export async function chooseServer(
  options: GlobalOptions,
  credentials: () => Promise<Credential[]> = () => readCredentials(credentialsFile()),
): Promise<string> {
  return chooseAddress({
    option: options.url,
    environment: readVariable('PREBOOK_URL'),
    lastSignedIn: async () => (await credentials()).at(-1)?.address ?? null,
  })
}

/** Whether the command uses a token of the shop (`pbk_…`) instead of a session. */
export function usesShopToken(): boolean {
  return looksLikeToken(readVariable('PREBOOK_TOKEN') ?? '')
}

/**
 * Checks that a token can be sent in a header, and the checksum of a token of the shop.
 *
 * @throws CommandError `usage`
 */
export function parseToken(text: string, origin: string): string {
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new CommandError(
      'usage',
      `The value from ${origin} is not a token: a token is one word of printable ASCII characters.`,
    )
  }
  if (looksLikeToken(text) && !isWellFormedToken(text)) {
    throw new CommandError(
      'usage',
      `The token from ${origin} is incomplete or mistyped: its checksum does not match.`,
      { remedy: 'Copy it again.' },
    )
  }
  return text
}

/**
 * Connects to a server with a given token, without the saved one. Sends nothing yet.
 *
 * @param storage instead of the token: receives the tokens of a sign-in
 */
export function openConnection(address: string, token: string | null, storage?: TokenStorage): Connection {
  const client = createClient({
    url: address,
    token,
    storage,
    headers: { 'user-agent': 'prebook-cli' },
    // Commands repeat changes on their own, and say so.
    retries: ({ type, attempt }) => type === 'query' && attempt <= 2,
  })
  return {
    address,
    token,
    async call(send) {
      try {
        return await send(client, { signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS) })
      } catch (error) {
        if (isPrebookError(error)) throw error
        throw explainFailure(address, error, error instanceof Error ? error.cause : undefined)
      }
    },
  }
}
