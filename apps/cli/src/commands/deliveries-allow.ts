import { connect, type GlobalOptions } from '../session/connect.ts'
import { print, printJson } from '../terminal/output.ts'

/** `prebook deliveries allow`: lets an address that refused e-mail get e-mail again. */
export async function allowAddress(deliveryId: number, options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const { lifted } = await connection.call((client, request) =>
    client.deliveries.liftSuppression.mutate({ deliveryId }, request),
  )
  if (options.json === true) return printJson({ lifted })
  print(
    lifted
      ? 'The address gets e-mail again. Resend failed e-mails with `prebook deliveries redrive`.'
      : 'Nothing to do: the address gets e-mail.',
  )
}
