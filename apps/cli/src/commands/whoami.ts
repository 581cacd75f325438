import { CommandError } from '../program/command-error.ts'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { print, printJson } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'

/**
 * `prebook whoami`: shows the signed-in account, as the server reports it.
 *
 * @throws CommandError `notSignedIn`
 */
export async function whoami(options: GlobalOptions): Promise<void> {
  const { address, call } = await connect(options)
  const user = await call((client, request) => client.auth.me.query(undefined, request))
  if (user === null) {
    throw new CommandError('notSignedIn', `You are not signed in at ${address}.`, {
      remedy: 'Sign in with `prebook login`.',
    })
  }
  if (options.json === true) printJson(user)
  else print(plain`${user.email} (${user.role}) at ${address}`)
}
