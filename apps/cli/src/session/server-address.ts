import { CommandError } from '../program/command-error.ts'

/** The address of a server with default settings. */
export const DEFAULT_ADDRESS = 'http://127.0.0.1:8787'

/** The sources of an address, in order of precedence. `lastSignedIn` is called only without the others. */
export type AddressSources = {
  option: string | undefined
  environment: string | undefined
  lastSignedIn: () => Promise<string | null>
}

/**
 * Chooses the address of the server to use.
 *
 * @throws CommandError `usage` when it is not a valid address
 */
export async function chooseAddress({ option, environment, lastSignedIn }: AddressSources): Promise<string> {
  if (option !== undefined) return parseAddress(option, '--url')
  if (environment !== undefined) return parseAddress(environment, 'PREBOOK_URL')
  return (await lastSignedIn()) ?? DEFAULT_ADDRESS
}

/**
 * Normalises an address to the form under which tokens are saved: without trailing slash, query and fragment.
 *
 * @param origin its source, for the message
 * @throws CommandError `usage` when it is not an http or https address, or contains a password
 */
export function parseAddress(text: string, origin: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CommandError('usage', `The address in ${origin} is not valid: “${text}”.`, {
      remedy: `Use a full address such as ${DEFAULT_ADDRESS} or https://books.example.org.`,
    })
  }
  if (url.username !== '' || url.password !== '') {
    throw new CommandError('usage', `The address in ${origin} contains a user name or password.`, {
      remedy: 'Remove them and sign in with `prebook login`.',
    })
  }
  return (url.origin + url.pathname).replace(/\/+$/, '')
}

/** Whether traffic to the address is unencrypted: plain http to another machine. */
export function isUnencrypted(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'http:' && !/^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}
