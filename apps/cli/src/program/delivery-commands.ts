import { Argument, Option, type Command } from 'commander'
import type { DeliveriesListOptions } from '../commands/deliveries-list.ts'
import type { DeliveriesRedriveOptions } from '../commands/deliveries-redrive.ts'
import { parseWholeNumber } from './whole-number.ts'
import { addExtent, BOOK_ARGUMENT, examples } from './shared-options.ts'

const STATES = ['pending', 'sending', 'sent', 'skipped', 'failed', 'held']

/** `deliveries …` */
export function addDeliveryCommands(program: Command): void {
  const deliveries = program
    .command('deliveries')
    .description('look at the e-mails about restocks, send again')
  const list = deliveries
    .command('list')
    .description('list e-mails, newest first')
    .addOption(new Option('--state <state>', 'only those that stand so').choices(STATES))
    .option('--book <book>', `only those about a book: ${BOOK_ARGUMENT}`)
  addExtent(list)
    .addHelpText(
      'after',
      examples('prebook deliveries list --state failed', 'prebook deliveries list --book 12 --all'),
    )
    .action(async (_options, command: Command) => {
      const { listDeliveries } = await import('../commands/deliveries-list.ts')
      await listDeliveries(command.optsWithGlobals<DeliveriesListOptions>())
    })

  deliveries
    .command('redrive')
    .description('send an e-mail again, or all that failed or were held')
    .addArgument(
      new Argument('[delivery]', "the id of one e-mail (31 or '#31')").argParser((text) =>
        parseWholeNumber(text.replace(/^#/, '')),
      ),
    )
    .addOption(new Option('--state <state>', 'all that stand so').choices(['failed', 'held']))
    .option('--book <book>', `only those about a book: ${BOOK_ARGUMENT}`)
    .option('--yes', 'send without asking')
    .addHelpText(
      'after',
      examples('prebook deliveries redrive 31', 'prebook deliveries redrive --state failed --book 12'),
    )
    .action(async (delivery: number | undefined, _options, command: Command) => {
      const { redriveDeliveries } = await import('../commands/deliveries-redrive.ts')
      await redriveDeliveries(delivery, command.optsWithGlobals<DeliveriesRedriveOptions>())
    })
}
