import { CommandError } from '../program/command-error.ts'
import { connect, type Connection, type GlobalOptions } from '../session/connect.ts'
import { requireConsent } from '../terminal/consent.ts'
import { countOf } from '../terminal/count-of.ts'
import { findBookId } from './find-book.ts'
import { print, printJson } from '../terminal/output.ts'
import { confirm } from '../terminal/prompts.ts'

export type DeliveriesRedriveOptions = GlobalOptions & {
  state?: 'failed' | 'held'
  book?: string
  yes?: boolean
}

/**
 * `prebook deliveries redrive`: sends one e-mail again, or all of a state after asking.
 *
 * @throws CommandError `usage` when it is not clear which, or nobody can be asked and `--yes` is missing
 */
export async function redriveDeliveries(
  deliveryId: number | undefined,
  options: DeliveriesRedriveOptions,
): Promise<void> {
  const { state } = options
  if ((deliveryId === undefined) === (state === undefined)) {
    throw new CommandError('usage', 'Say which e-mails: the id of one, or --state failed, or --state held.', {
      remedy: 'prebook deliveries list --state failed shows what failed, and why.',
    })
  }
  if (deliveryId !== undefined && options.book !== undefined)
    throw new CommandError('usage', '--book goes with --state, not with the id of one e-mail.')
  if (state !== undefined) requireConsent(options)
  const connection = await connect(options)
  const redriven =
    deliveryId === undefined
      ? await redriveAll(connection, options)
      : await redriveOne(connection, deliveryId)
  if (options.json === true) return printJson({ redriven })
  print(redriven === 0 ? 'There is none.' : `${countOf(redriven, 'e-mail')} will be sent again.`)
}

async function redriveOne({ call }: Connection, deliveryId: number): Promise<number> {
  const done = await call((client, request) => client.deliveries.redrive.mutate({ deliveryId }, request))
  return done.redriven
}

async function redriveAll(connection: Connection, options: DeliveriesRedriveOptions): Promise<number> {
  const state = options.state ?? 'failed'
  const bookId = options.book === undefined ? undefined : await findBookId(connection, options.book, options)
  if (options.yes !== true) {
    const which = bookId === undefined ? '' : ` about book #${bookId}`
    await confirm(`Send every e-mail${which} again that ${state === 'held' ? 'was held' : 'failed'}?`)
  }
  let redriven = 0
  let cursor: string | null = null
  do {
    const input = { state, cursor, ...(bookId !== undefined && { bookId }) }
    const done: { redriven: number; nextCursor: string | null } = await connection.call((client, request) =>
      client.deliveries.redrive.mutate(input, request),
    )
    redriven += done.redriven
    cursor = done.nextCursor
  } while (cursor !== null)
  return redriven
}
