import { openStore } from '@prebook/db'
import { startMail } from '../mail/start-mail.ts'
import { collectLog, quick, servicesOn, settings } from './mail-shop.ts'

/** A mail process for crash tests: `mail-process.ts <database> <smtp> <from> <per second> <lease>`. */
const [databaseUrl = '', smtpUrl = '', address = '', perSecond = '', leaseMs = ''] = process.argv.slice(2)

const store = await openStore(databaseUrl)
const from = { name: 'The Bookshop', address }
const smtp = settings(smtpUrl, { from, parallel: 5, perSecond: Number(perSecond), tries: 30 })
const mail = startMail(servicesOn(store), smtp, collectLog(), { ...quick, leaseMs: Number(leaseMs) })
process.stdout.write('ready\n')
process.on('SIGTERM', () => {
  void mail.stop(5_000).then(() => store.close())
})
