import { CommandError } from '../program/command-error.ts'
import { connect, usesShopToken, type GlobalOptions } from '../session/connect.ts'
import { checkShopToken } from '../session/shop-token.ts'
import { print, printJson } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'

/**
 * `prebook whoami`: shows the signed-in account, as the server reports it, or that a token of the shop works.
 *
 * @throws CommandError `notSignedIn`
 */
export async function whoami(options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const { address, call } = connection
  if (usesShopToken()) {
    await checkShopToken(connection)
    if (options.json === true) printJson({ token: 'active' })
    else print(`A token of the shop, not an account, at ${address}`)
    return
  }
  const user = await call((client, request) => client.auth.me.query(undefined, request))
  if (user === null) {
    throw new CommandError('notSignedIn', `You are not signed in at ${address}.`, {
      remedy: 'Sign in with `prebook login`.',
    })
  }
  if (options.json === true) printJson(user)
  else print(plain`${user.email} (${user.role}) at ${address}`)
}
