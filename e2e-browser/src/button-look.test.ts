import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { serveProductPage } from '@prebook/testing/product-page'
import { isbnOf } from '@prebook/testing/isbn'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { expectAccessible, waitUntilStill } from './testing/accessibility.ts'
import { inBrowser, startBrowserShop, type Shop } from './testing/browser-shop.ts'
import { startMailServer } from './testing/mail-server.ts'
import { addBook, serveButtons, visitSite } from './testing/product-page.ts'
import { addWaitingReaders } from './testing/scanning.ts'

const folder = fileURLToPath(new URL('../reports/views/', import.meta.url))

/** A site that spoils everything it can reach. */
const hostile = `
  * {
    color: red !important; background: red !important; border: 9px solid red !important; outline-color: red !important;
    font-variant: small-caps; letter-spacing: 1em; text-transform: uppercase; text-indent: 5em; line-height: 0;
    white-space: nowrap; word-spacing: 3em; text-align: center; visibility: visible; cursor: none; list-style: square;
  }
  button, input, form, p, span, label { display: none !important; }
`

inBrowser('the look of a button', () => {
  test.each(['en', 'de', 'ar'])('is accessible and fits 320 pixels in each view, in %s', async (lang) => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: mails.env })
    await fillShop(shop)
    await using site = await serveButtons(shop, { isbns: [0, 1, 2, 3].map(isbnOf), lang })
    const { page, buttons, allowBrowserErrors } = await visitSite(shop, site)
    allowBrowserErrors(/status of 422/)
    await buttons.nth(3).getByRole('button').click()
    await expectLook(page, `button-form-${lang}`)
    await buttons.nth(3).locator('input[type=email]').fill('ada@readers')
    await page.keyboard.press('Enter')
    await buttons.nth(3).locator('[part=error]:not(:empty)').waitFor()
    await expectLook(page, `button-error-${lang}`)
    await buttons.nth(3).locator('input[type=email]').fill('ada@readers.example')
    await page.keyboard.press('Enter')
    await buttons.nth(3).locator('[part=message]:not(:empty)').waitFor()
    await expectLook(page, `button-sent-${lang}`)
  })

  test('keeps its own on a page that sets everything to red', async () => {
    await using shop = await startBrowserShop()
    await fillShop(shop)
    await using plain = await serveButtons(shop, { isbns: [isbnOf(0)], css: '' })
    await using spoiled = await serveButtons(shop, { isbns: [isbnOf(0)], css: hostile })
    const looks: unknown[] = []
    for (const site of [plain, spoiled]) {
      const { page, buttons } = await visitSite(shop, site, { viewport: { width: 800, height: 600 } })
      await buttons.getByRole('button').click()
      await buttons.getByLabel('E-mail address').waitFor()
      await page.screenshot({
        path: `${folder}button-${site === plain ? 'plain' : 'hostile'}.png`,
        fullPage: true,
      })
      looks.push(
        await buttons.evaluate((button) =>
          Array.from(button.shadowRoot?.querySelectorAll('[part]') ?? [], (part) => {
            const style = getComputedStyle(part)
            const names = [
              'color',
              'backgroundColor',
              'borderColor',
              'display',
              'letterSpacing',
              'textTransform',
            ] as const
            const more = [
              'textIndent',
              'whiteSpace',
              'wordSpacing',
              'textAlign',
              'lineHeight',
              'visibility',
              'fontVariant',
            ] as const
            return [part.getAttribute('part'), ...[...names, ...more].map((name) => style[name])]
          }),
        ),
      )
    }
    expect(looks[1]).toEqual(looks[0])
  })

  test('takes the colours and the font of its page', async () => {
    await using shop = await startBrowserShop()
    await fillShop(shop)
    const css = `
      main { font: 20px monospace; --prebook-accent: rgb(1, 2, 3); --prebook-background: rgb(4, 5, 6); }
      prebook-button::part(button) { border-radius: 0; }
      prebook-button[state='in-stock'] { display: none; }
    `
    await using site = await serveButtons(shop, { isbns: [isbnOf(0), isbnOf(1)], css })
    const { page, buttons } = await visitSite(shop, site)
    const button = buttons.first().getByRole('button')
    await button.waitFor()
    expect(
      await button.evaluate((element) => {
        const { backgroundColor, fontFamily, fontSize, borderRadius } = getComputedStyle(element)
        return { backgroundColor, fontFamily, fontSize, borderRadius }
      }),
    ).toEqual({
      backgroundColor: 'rgb(1, 2, 3)',
      fontFamily: 'monospace',
      fontSize: '20px',
      borderRadius: '0px',
    })
    expect(
      await buttons
        .first()
        .locator('[part=box]')
        .evaluate((box) => getComputedStyle(box).backgroundColor),
    ).toBe('rgb(4, 5, 6)')
    await page.locator('prebook-button[state=in-stock]').waitFor({ state: 'attached' })
    expect(await buttons.nth(1).isVisible()).toBe(false)
  })

  test('shows the page of the example', async () => {
    await using shop = await startBrowserShop()
    for (const [title, isbn, stockQuantity] of [
      ['Dune', '9780441013593', 0],
      ['1984', '9780451524935', 4],
      ['Pippi Longstocking', '9780142402498', 0],
    ] as const) {
      await shop.admin.books.create.mutate({
        title,
        author: 'An author',
        priceCents: 999,
        isbn,
        stockQuantity,
      })
    }
    await using site = await serveProductPage(shop.url)
    const { page, buttons } = await visitSite(shop, site)
    await expect
      .poll(() => buttons.evaluateAll((all) => all.map((button) => button.getAttribute('state'))))
      .toEqual(['sold-out', 'in-stock', 'sold-out'])
    await buttons.first().getByRole('button').click()
    await expectLook(page, 'product-page')
  })
})

/** Adds a book in each state: sold out with readers waiting, in stock, withdrawn, and sold out. */
async function fillShop(shop: Shop): Promise<void> {
  const [soldOut, , withdrawn = 0] = await Promise.all(
    [0, 1, 2, 3].map((number) => addBook(shop, number, number === 1 ? 5 : 0)),
  )
  await addWaitingReaders(shop, 3, [soldOut ?? 0])
  await shop.admin.books.expect.mutate({ bookId: soldOut ?? 0, expectedOn: '2030-winter' })
  await shop.admin.books.withdraw.mutate({ bookId: withdrawn })
}

/**
 * Checks a page with axe at two widths in light and dark, and saves screenshots of it, also in forced colours. At 320 pixels
 * nothing sticks out.
 */
async function expectLook(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const width of [320, 1200]) {
    await page.setViewportSize({ width, height: 800 })
    for (const look of ['light', 'dark', 'forced'] as const) {
      await page.emulateMedia(
        look === 'forced'
          ? { forcedColors: 'active', colorScheme: 'dark' }
          : { colorScheme: look, forcedColors: 'none' },
      )
      // Forced colours are those of the person, and not for axe to judge.
      if (look !== 'forced') await expectAccessible(page)
      await waitUntilStill(page)
      await page.screenshot({ path: `${folder}${name}-${width}-${look}.png`, fullPage: true })
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(overflow, `${name} at ${width} pixels`).toBeLessThanOrEqual(width)
  }
  await page.emulateMedia({ forcedColors: null, colorScheme: null })
}
