import { accounts } from './figures/accounts.ts'
import { bodiesBench } from './figures/bodies.ts'
import { broadcast } from './figures/broadcast.ts'
import { bulk } from './figures/bulk.ts'
import { cliStart } from './figures/cli-start.ts'
import { create } from './figures/create.ts'
import { engines } from './figures/engines.ts'
import { fileSize } from './figures/file-size.ts'
import { guestFlood } from './figures/guest-flood.ts'
import { guests } from './figures/guests.ts'
import { layers } from './figures/layers.ts'
import { logins } from './figures/logins.ts'
import { mail } from './figures/mail.ts'
import { mailMemory } from './figures/mail-memory.ts'
import { memory } from './figures/memory.ts'
import { news } from './figures/news.ts'
import { page } from './figures/page.ts'
import { read } from './figures/read.ts'
import { resetRequest } from './figures/reset-request.ts'
import { restock } from './figures/restock.ts'
import { rivals } from './figures/rivals.ts'
import { search } from './figures/search.ts'
import { streams } from './figures/streams.ts'
import { tokenCalls } from './figures/token-calls.ts'
import { typing } from './figures/typing.ts'
import { upgrade } from './figures/upgrade.ts'
import { urgentMail } from './figures/urgent-mail.ts'
import { wait } from './figures/wait.ts'
import type { Bench } from './frame/bench.ts'

/** Every figure, in the order in which it is taken. */
export const benches: Bench[] = [
  rivals,
  create,
  read,
  layers,
  broadcast,
  news,
  guests,
  guestFlood,
  restock,
  engines,
  fileSize,
  logins,
  bodiesBench,
  resetRequest,
  tokenCalls,
  wait,
  search,
  typing,
  accounts,
  bulk,
  memory,
  streams,
  mail,
  mailMemory,
  urgentMail,
  upgrade,
  page,
  cliStart,
]
