import { isPrebookError } from '@prebook/client'
import { NetworkError } from '../program/command-error.ts'
import {
  connect,
  readVariable,
  usesShopToken,
  type Connection,
  type GlobalOptions,
} from '../session/connect.ts'
import { credentialsFile, deleteCredential, readCredentials } from '../session/credentials.ts'
import { print, printJson, printInfo } from '../terminal/output.ts'

/**
 * `prebook logout`: ends the session on the server and deletes the saved token.
 *
 * @throws NetworkError when the server is unreachable; the token is saved, so that you can try again
 */
export async function logout(options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const ending = await endSession(connection)
  await deleteSaved(connection)
  if (options.json === true) printJson({ ok: true })
  else print(sentences[ending](connection.address))
  if (readVariable('PREBOOK_TOKEN') !== undefined)
    printInfo('PREBOOK_TOKEN is still set. Unset it to sign out completely.')
}

type LogoutResult = 'ended' | 'expired' | 'deactivated' | 'notSignedIn' | 'shopToken'

const sentences: Record<LogoutResult, (address: string) => string> = {
  ended: (address) => `Signed out at ${address}.`,
  expired: (address) => `Signed out. The session at ${address} had already ended.`,
  deactivated: (address) =>
    `The saved token is deleted. The account at ${address} is deactivated, so the session cannot be used.`,
  shopToken: (address) =>
    `Nothing to do at ${address}: a token of the shop has no session. An admin ends it with \`prebook tokens revoke\`.`,
  notSignedIn: (address) => `You were not signed in at ${address}.`,
}

async function endSession(connection: Connection): Promise<LogoutResult> {
  if (connection.token === null) return 'notSignedIn'
  if (usesShopToken()) return 'shopToken'
  try {
    await connection.call((client, request) => client.auth.logout.mutate(undefined, request))
    return 'ended'
  } catch (error) {
    if (isPrebookError(error, 'AUTH_REQUIRED')) return 'expired'
    if (isPrebookError(error, 'AUTH_ACCOUNT_DEACTIVATED')) return 'deactivated'
    if (!(error instanceof NetworkError)) throw error
    throw new NetworkError(`${error.message.replace(/\.$/, '')}, so you are still signed in.`, {
      remedy:
        readVariable('PREBOOK_TOKEN') === undefined
          ? `Try again, or delete ${credentialsFile()} to remove the sessions of all servers.`
          : 'Try again, or check the address in --url or PREBOOK_URL.',
      cause: error.cause,
    })
  }
}

/** Deletes the saved session if it is this one. It is another one if the token came from the environment. */
async function deleteSaved({ address, token }: Connection): Promise<void> {
  const file = credentialsFile()
  const saved = await readCredentials(file)
  if (saved.some((credential) => credential.address === address && credential.token === token)) {
    await deleteCredential(file, address)
  }
}
