import { isPrebookError } from '@prebook/client'
import { NetworkError } from '../program/command-error.ts'
import { connect, setting, type Connection, type GlobalOptions } from '../session/connect.ts'
import { credentialsFile, forgetCredential, readCredentials } from '../session/credentials.ts'
import { print, printJson, remark } from '../terminal/output.ts'

/**
 * `prebook logout`: ends the session on the server and forgets the token.
 *
 * @throws NetworkError when the server is not reached: the session goes on there, so the token is kept for another try
 */
export async function logout(options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const ending = await endSession(connection)
  await forget(connection)
  if (options.json === true) printJson({ ok: true })
  else print(sentences[ending](connection.address))
  if (setting('PREBOOK_TOKEN') !== undefined) remark('PREBOOK_TOKEN still holds its token: unset it.')
}

type Ending = 'ended' | 'over' | 'deactivated' | 'nobody'

const sentences: Record<Ending, (address: string) => string> = {
  ended: (address) => `Signed out at ${address}.`,
  over: (address) => `Signed out: the session at ${address} was over already.`,
  deactivated: (address) =>
    `The token is forgotten. The account at ${address} is deactivated, so nobody can use it.`,
  nobody: (address) => `You were not signed in at ${address}.`,
}

async function endSession(connection: Connection): Promise<Ending> {
  if (connection.token === null) return 'nobody'
  try {
    await connection.call((client, request) => client.auth.logout.mutate(undefined, request))
    return 'ended'
  } catch (error) {
    if (isPrebookError(error, 'AUTH_REQUIRED')) return 'over'
    if (isPrebookError(error, 'AUTH_ACCOUNT_DEACTIVATED')) return 'deactivated'
    if (!(error instanceof NetworkError)) throw error
    throw new NetworkError(`${error.message.replace(/\.$/, '')}, so you are still signed in.`, {
      remedy:
        setting('PREBOOK_TOKEN') === undefined
          ? `Try again; or delete ${credentialsFile()}, which forgets all servers.`
          : 'Try again, or check the address: --url or PREBOOK_URL names another one.',
      cause: error.cause,
    })
  }
}

/** Forgets what is kept of this session; that of another account, when the token came from the environment, stays. */
async function forget({ address, token }: Connection): Promise<void> {
  const file = credentialsFile()
  const kept = await readCredentials(file)
  if (kept.some((credential) => credential.address === address && credential.token === token)) {
    await forgetCredential(file, address)
  }
}
