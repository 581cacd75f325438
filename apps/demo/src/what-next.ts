import { adminAccount, readerAccount, readerNames, READER_PASSWORD } from './people.ts'
import type { Screen } from './screen.ts'
import type { StoryBooks } from './stage.ts'

/** Says where everything is and what to try next. Commands start their line, so that they can be copied as they are. */
export function printWhatNext(screen: Screen, url: string, books: StoryBooks): void {
  const { wanted } = books
  screen.heading('Now it is yours: the shop is open')
  screen.line()
  screen.table([
    ['the shop', `${url}/`],
    ['for the admin', `${url}/admin/demand`],
    ['kept e-mails', `${url}/dev/mail`],
    ['REST, to read and try', `${url}/docs`],
  ])
  screen.heading('Accounts, for this demo only: they vanish with it')
  screen.line()
  screen.table([
    ['admin', adminAccount.email, adminAccount.password],
    ...readerNames.map((name) => ['reader', readerAccount(name).email, READER_PASSWORD]),
  ])
  screen.line()
  screen.tell(`Be ${readerAccount('Ada').name} in one window and the admin in a private one:`)
  screen.tell(`restock ${wanted.title} there, and see what ${readerAccount('Ada').name}'s page does.`)
  screen.line()
  screen.line('To try in another terminal, in the same folder:')
  for (const { title, lines } of nextCommands(url, books)) {
    screen.heading(title)
    screen.line()
    for (const line of lines) screen.line(line)
  }
  screen.line()
  screen.line(screen.style('bold', `Serving at ${url} until you press Ctrl-C here.`))
}

type Block = { title: string; lines: string[] }

function nextCommands(url: string, { wanted }: StoryBooks): Block[] {
  const ben = readerAccount('Ben')
  const ada = readerAccount('Ada')
  return [
    {
      title: `As a reader, with curl: ${ben.name} signs in, finds ${wanted.title}, pre-books it`,
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
      title: `As the admin, line by line (password: ${adminAccount.password}): who waits, and a restock`,
      lines: [
        `pnpm prebook login --email ${adminAccount.email} --url ${url}`,
        'pnpm prebook demand',
        `pnpm prebook restock ${wanted.id} --to 5`,
        'pnpm prebook deliveries list --state held',
      ],
    },
    {
      title: 'Beside it, in a terminal of its own: each change of stock, until Ctrl-C',
      lines: ['pnpm prebook watch'],
    },
    {
      title: `As an application, in TypeScript: ${ada.name}'s pre-bookings, notified by that restock`,
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
