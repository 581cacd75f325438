import { adminAccount, readerAccount, readerNames, READER_PASSWORD } from './people.ts'
import type { Screen } from './screen.ts'
import type { TourBooks } from './stage.ts'

/** What is served, and the books of the tour. */
type Addresses = {
  url: string
  /** The product page of another shop, on an origin of its own. */
  productPage: string
  books: TourBooks
}

/** Prints addresses, accounts and commands to try. Commands are not indented, so that they can be copied as they are. */
export function printWhatNext(screen: Screen, { url, productPage, books }: Addresses): void {
  const { wanted } = books
  screen.heading('Now try it yourself')
  screen.line()
  screen.table([
    ['shop', `${url}/`],
    ['another shop', `${productPage}/  with a button on its product page`],
    ['admin page', `${url}/admin/demand`],
    ['e-mails', `${url}/dev/mail`],
    ['REST reference', `${url}/docs`],
  ])
  screen.heading('Accounts (this demo only)')
  screen.line()
  screen.table([
    ['admin', adminAccount.email, adminAccount.password],
    ...readerNames.map((name) => ['reader', readerAccount(name).email, READER_PASSWORD]),
  ])
  screen.line()
  screen.indented(`Sign in as ${readerAccount('Ada').name} in one window and as the admin in a private one.`)
  screen.indented(
    `Restock ${wanted.title} as the admin, and watch ${readerAccount('Ada').name}'s page change.`,
  )
  screen.indented(
    `Pre-book ${wanted.title} at the other shop with any e-mail address, and confirm it by the link at /dev/mail.`,
  )
  screen.line()
  screen.line('Run these commands in another terminal, in this folder:')
  for (const { title, lines } of nextCommands(url, books)) {
    screen.heading(title)
    screen.line()
    for (const line of lines) screen.line(line)
  }
  screen.line()
  screen.line(screen.style('bold', `Serving at ${url} until you press Ctrl-C here.`))
}

type Block = { title: string; lines: string[] }

function nextCommands(url: string, { wanted }: TourBooks): Block[] {
  const ben = readerAccount('Ben')
  const ada = readerAccount('Ada')
  return [
    {
      title: `Reader, with curl: ${ben.name} signs in, finds ${wanted.title} and pre-books it`,
      lines: [
        `API=${url}`,
        `JSON='content-type: application/json'`,
        `LOGIN='{"email":"${ben.email}","password":"${ben.password}"}'`,
        `TOKEN=$(curl -s $API/auth/login -H "$JSON" -d "$LOGIN" | cut -d '"' -f 4)`,
        `curl -s "$API/books?query=${encodeURIComponent(wanted.title.toLowerCase())}"; echo`,
        `curl -s $API/prebooks --oauth2-bearer $TOKEN -H "$JSON" -d '{"book_id":${wanted.id}}'; echo`,
        `curl -s $API/prebooks --oauth2-bearer $TOKEN; echo`,
      ],
    },
    {
      title: `Admin, with the command line: demand, a restock and its e-mails (password: ${adminAccount.password})`,
      lines: [
        `pnpm prebook login --email ${adminAccount.email} --url ${url}`,
        'pnpm prebook demand',
        `pnpm prebook restock ${wanted.id} --to 5`,
        'pnpm prebook deliveries list --state held',
      ],
    },
    {
      title: 'In one more terminal: every stock change, live, until Ctrl-C',
      lines: ['pnpm prebook watch'],
    },
    {
      title: `Application, in TypeScript: ${ada.name}'s pre-bookings after that restock`,
      lines: [
        `pnpm -F @prebook/demo exec node --input-type=module-typescript <<'EOF'`,
        `import { createClient } from '@prebook/client'`,
        `const url = '${url}'`,
        `const login = { email: '${ada.email}', password: '${ada.password}' }`,
        `const { token } = await createClient({ url }).auth.login.mutate(login)`,
        `const { items } = await createClient({ url, token }).prebooks.list.query({})`,
        `console.table(items, ['bookTitle', 'status', 'notifiedAt'])`,
        'EOF',
      ],
    },
  ]
}
