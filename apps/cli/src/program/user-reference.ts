import type { RouterInputs, RouterOutputs } from '@prebook/client'
import { parseAccountEmail } from '@prebook/client/email'
import { CommandError } from './command-error.ts'
import type { Connection } from '../session/connect.ts'

/** An account as the API shows it. */
export type User = RouterOutputs['users']['list']['items'][number]

/**
 * Resolves an account reference, an id (`12`, `#12`) or an e-mail address, to an id.
 *
 * @throws CommandError `usage` when it is neither, `notFound` when no account has the address
 */
export async function findUserId({ call }: Connection, text: string): Promise<number> {
  const trimmed = text.trim()
  const id = Number(/^#?(\d{1,16})$/.exec(trimmed)?.[1] ?? 0)
  if (id >= 1 && Number.isSafeInteger(id)) return id
  if (!trimmed.includes('@')) {
    throw new CommandError('usage', `“${trimmed}” is not an account ID or an e-mail address.`, {
      remedy: 'Find the account with `prebook users list --query <text>`.',
    })
  }
  const parsed = parseAccountEmail(trimmed)
  if ('problem' in parsed) {
    throw new CommandError('usage', `“${trimmed}” is not an e-mail address. ${parsed.problem}`, {
      remedy: 'Find the account with `prebook users list --query <text>`.',
    })
  }
  const { email } = parsed
  // The search also finds longer addresses that contain this one.
  for (let cursor: string | null = null; ;) {
    const input: RouterInputs['users']['list'] = { query: email, limit: 100, cursor }
    const page: RouterOutputs['users']['list'] = await call((client, request) =>
      client.users.list.query(input, request),
    )
    const user = page.items.find((candidate) => candidate.email === email)
    if (user !== undefined) return user.id
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  throw new CommandError('notFound', `No account has the e-mail address ${email}.`, {
    remedy: 'Find the account with `prebook users list --query <text>`.',
  })
}
