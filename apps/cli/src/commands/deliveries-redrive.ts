import { CommandError } from '../program/command-error.ts'
import { connect, type Connection, type GlobalOptions } from '../session/connect.ts'
import { requireConfirmation } from '../terminal/require-confirmation.ts'
import { countOf } from '../terminal/plural.ts'
import { findBookId } from './find-book.ts'
import { print, printJson } from '../terminal/output.ts'
import { confirm } from '../terminal/prompts.ts'

export type DeliveriesRedriveOptions = GlobalOptions & {
  state?: 'failed' | 'held'
  book?: string
  yes?: boolean
}

/**
 * `prebook deliveries redrive`: resends one e-mail, or all in a state after confirmation.
 *
 * @throws CommandError `usage` without a selection, or when `--yes` is missing and the command cannot prompt
 */
export async function redriveDeliveries(
  deliveryId: number | undefined,
  options: DeliveriesRedriveOptions,
): Promise<void> {
  const { state } = options
  if ((deliveryId === undefined) === (state === undefined)) {
    throw new CommandError('usage', 'Specify the ID of one e-mail, or --state failed, or --state held.', {
      remedy: 'To see failed e-mails, run `prebook deliveries list --state failed`.',
    })
  }
  if (deliveryId !== undefined && options.book !== undefined)
    throw new CommandError('usage', '--book requires --state and cannot be used with the ID of an e-mail.')
  if (state !== undefined) requireConfirmation(options)
  const connection = await connect(options)
  const redriven =
    deliveryId === undefined
      ? await redriveAll(connection, options)
      : await redriveOne(connection, deliveryId)
  if (options.json === true) return printJson({ redriven })
  print(
    redriven === 0
      ? 'Nothing to do: no matching e-mails.'
      : `Queued ${countOf(redriven, 'e-mail')} for resending.`,
  )
}

async function redriveOne({ call }: Connection, deliveryId: number): Promise<number> {
  const done = await call((client, request) => client.deliveries.redrive.mutate({ deliveryId }, request))
  return done.redriven
}

async function redriveAll(connection: Connection, options: DeliveriesRedriveOptions): Promise<number> {
  const state = options.state ?? 'failed'
  const bookId = options.book === undefined ? undefined : await findBookId(connection, options.book, options)
  if (options.yes !== true) {
    const scope = bookId === undefined ? '' : ` about book #${bookId}`
    await confirm(`Resend all ${state} e-mails${scope}?`)
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
