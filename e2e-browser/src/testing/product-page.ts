import { isbnOf } from '@prebook/testing/isbn'
import { servePages, type Site, type SiteFile } from '@prebook/testing/pages'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import type { Shop, Visitor } from './browser-shop.ts'

/** A page of another site, with buttons. */
export type ProductPage = Visitor & { buttons: Locator }

type PageOptions = {
  isbns: string[]
  lang?: string
  /** Markup around the buttons. */
  body?: (buttons: string) => string
  /** The style sheet of the site. */
  css?: string
}

/** Serves a page of another site with the buttons of a shop. Its policy allows the script and the service, and its own style sheet. */
export function serveButtons(
  shop: Shop,
  { isbns, lang = 'en', body = (buttons) => buttons, css }: PageOptions,
): Promise<Site> {
  const buttons = isbns
    .map((isbn) => `<prebook-button isbn="${isbn}" api="${shop.url}"></prebook-button>`)
    .join('\n')
  const style = css === undefined ? '' : '<link rel="stylesheet" href="/style.css">'
  const html = `<!doctype html>
    <html lang="${lang}" dir="${lang === 'ar' ? 'rtl' : 'ltr'}">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>A product page</title>
        ${style}
        <script async src="${shop.url}/button.js"></script>
      </head>
      <body><main><h1>A book</h1>${body(buttons)}</main></body>
    </html>`
  const files: Record<string, SiteFile> = { '/': { type: 'text/html', body: html } }
  if (css !== undefined) files['/style.css'] = { type: 'text/css', body: css }
  const own = css === undefined ? '' : "; style-src 'self'"
  return servePages({
    files,
    policy: `default-src 'none'; script-src ${shop.url}; connect-src ${shop.url}${own}`,
  })
}

/** Opens a site in a new visitor's browser. */
export async function visitSite(
  shop: Shop,
  site: Site,
  options: BrowserContextOptions = {},
): Promise<ProductPage> {
  const visitor = await shop.visit({ baseURL: site.url, ...options })
  await visitor.page.goto('/')
  return { ...visitor, buttons: visitor.page.locator('prebook-button') }
}

/** Does what the browser does when the window gets the focus. */
export async function focusWindow(page: Page): Promise<void> {
  await page.evaluate(() => dispatchEvent(new Event('focus')))
}

/** Adds `Book <number>` with the ISBN of the number. Resolves to its id. */
export async function addBook(shop: Shop, number: number, stockQuantity: number): Promise<number> {
  const { id } = await shop.admin.books.create.mutate({
    title: `Book ${number}`,
    author: 'An author',
    priceCents: 999,
    isbn: isbnOf(number),
    stockQuantity,
  })
  return id
}

/** The requests of a page for the availability. */
export function watchAvailabilityRequests(page: Page): string[] {
  const urls: string[] = []
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/availability') urls.push(request.url())
  })
  return urls
}
