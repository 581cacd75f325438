import { expect, test } from 'vitest'
import { inBrowser, signIn, startBrowserShop } from './testing/browser-shop.ts'

const HOSTILE = `"'><img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`
const titles = [
  HOSTILE,
  `javascript:document.title='broken'//`,
  `{{constructor.constructor("document.title='broken'")()}}`,
]

inBrowser('text that tries to be code', () => {
  test('is shown as text in every view that shows it, and runs nowhere', async () => {
    await using shop = await startBrowserShop()
    const books = []
    for (const title of titles)
      books.push(
        await shop.admin.books.create.mutate({
          title,
          author: HOSTILE,
          description: HOSTILE,
          priceCents: 1_000,
          stockQuantity: 0,
        }),
      )
    const reader = await shop.createReader('reader')
    // Every browser error fails the test at its end: scripts and images that the content security policy refuses, too.
    const visitor = await shop.visit()
    const { page } = visitor
    const expectText = async (address: string) => {
      await page.goto(address)
      await page.getByText('onerror=', { exact: false }).filter({ visible: true }).first().waitFor()
      expect(await page.locator('img[src="x"], script:not([src])').count()).toBe(0)
      expect(await page.title()).not.toBe('broken')
    }
    await expectText('/')
    await expectText(`/books/${books[0]?.id}`)
    await signIn(page, reader)
    await page.goto(`/books/${books[0]?.id}`)
    // Leaving the page at once could take the request back.
    await Promise.all([
      page.waitForResponse((response) => response.url().includes('prebooks.create')),
      page
        .getByRole('button', { name: /pre-book/i })
        .first()
        .click(),
    ])
    await expectText('/prebookings')

    const admin = (await shop.visit()).page
    await admin.goto('/')
    await signIn(admin, shop.adminAccount)
    const expectTextForAdmin = async (address: string) => {
      await admin.goto(address)
      await admin.getByText('onerror=', { exact: false }).filter({ visible: true }).first().waitFor()
      expect(await admin.locator('img[src="x"]').count()).toBe(0)
      expect(await admin.title()).not.toBe('broken')
    }
    await expectTextForAdmin('/admin/books')
    await expectTextForAdmin('/admin/demand')
    await shop.admin.stock.set.mutate({ bookId: books[0]?.id ?? 0, quantity: 3, note: HOSTILE })
    await expectTextForAdmin(`/admin/books/${books[0]?.id}`)
    await expectTextForAdmin('/admin/deliveries')
  })

  test('cannot make the documentation read another document', async () => {
    await using shop = await startBrowserShop()
    const { page } = await shop.visit()
    const asked: string[] = []
    page.on('request', (request) => void asked.push(request.url()))
    await page.goto('/docs?url=https://evil.example/a.json&configUrl=https://evil.example/b.json')
    await page.getByText('Pre-book sold-out books', { exact: false }).first().waitFor()
    // Icons are data: URLs.
    const origins = asked.filter((url) => !url.startsWith('data:')).map((url) => new URL(url).origin)
    expect(new Set(origins)).toEqual(new Set([shop.url]))
    expect(asked).toContain(`${shop.url}/openapi.json`)
  })

  test.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    "javascript:document.title='broken'",
  ])('signing in with the return address %s leads to the catalogue', async (redirect) => {
    await using shop = await startBrowserShop()
    const reader = await shop.createReader('reader')
    const { page } = await shop.visit()
    await page.goto(`/sign-in?redirect=${encodeURIComponent(redirect)}`)
    await page.getByLabel(/e-mail/i).fill(reader.email)
    await page.getByLabel('Password', { exact: true }).fill(reader.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${shop.url}/`)
    expect(await page.title()).not.toBe('broken')
  })
})
