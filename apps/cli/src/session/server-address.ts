import { CommandError } from '../program/command-error.ts'

/** Where a server runs that was started without settings. */
export const DEFAULT_ADDRESS = 'http://127.0.0.1:8787'

/** Where an address can come from, the first one counts; `lastSignedIn` is asked only when the others are silent. */
export type AddressSources = {
  option: string | undefined
  environment: string | undefined
  lastSignedIn: () => Promise<string | null>
}

/**
 * The address of the server to talk to.
 *
 * @throws CommandError `usage` when it is not one
 */
export async function chooseAddress({ option, environment, lastSignedIn }: AddressSources): Promise<string> {
  if (option !== undefined) return parseAddress(option, '--url')
  if (environment !== undefined) return parseAddress(environment, 'PREBOOK_URL')
  return (await lastSignedIn()) ?? DEFAULT_ADDRESS
}

/**
 * An address in the one spelling under which a token is kept: without a closing slash, query and fragment.
 *
 * @param origin where it was given, for the message
 * @throws CommandError `usage` when it is no http or https address, or holds a password
 */
export function parseAddress(text: string, origin: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CommandError('usage', `The address in ${origin} is not one: “${text}”.`, {
      remedy: `Write it in full, such as ${DEFAULT_ADDRESS} or https://books.example.org.`,
    })
  }
  if (url.username !== '' || url.password !== '') {
    throw new CommandError('usage', `The address in ${origin} holds a user name or a password.`, {
      remedy: 'Leave them out, and sign in with `prebook login`.',
    })
  }
  return (url.origin + url.pathname).replace(/\/+$/, '')
}

/** Whether what is sent to the address can be read on the way: plain http to another machine. */
export function isReadableOnTheWay(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'http:' && !/^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}
