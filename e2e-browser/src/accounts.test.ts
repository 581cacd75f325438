import { expect, test } from 'vitest'
import { fillShelves } from './testing/books.ts'
import { inBrowser, startBrowserShop, signIn } from './testing/browser-shop.ts'
import { expectSoundView } from './testing/views.ts'

inBrowser('an account', () => {
  test('is opened on the way, and one is back where one was, signed in over a reload', async () => {
    await using shop = await startBrowserShop()
    const books = await fillShelves(shop.admin)
    const { page } = await shop.visit()
    const address = `/books/${books.get('Dune')?.id}`
    await page.goto(address)
    await page.getByRole('heading', { level: 1, name: 'Dune' }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'Create an account' }).click()
    await expectSoundView(page, 'sign-up')
    await page.getByLabel('E-mail address').fill('ada@readers.example')
    await page.getByLabel('Password').fill('difference engine')
    await page.getByRole('button', { name: 'Create the account' }).click()
    await page.waitForURL(address)
    const menu = page.getByRole('button', { name: 'Account of ada@readers.example' })
    await menu.waitFor()
    await page.reload()
    await menu.click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    expect(shop.api.output()).not.toContain('difference engine')
  })

  test('is signed in to with the right password; a wrong one is told beside the field', async () => {
    await using shop = await startBrowserShop()
    const ada = await shop.createReader('ada')
    const visitor = await shop.visit()
    const { page } = visitor
    // A refusal is an answer with status 401: browsers write that to their console.
    visitor.expectComplaints(/status of 401/)
    await page.goto('/sign-in')
    await page.getByLabel('E-mail address').fill(ada.email)
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    const password = page.getByLabel('Password')
    await expect.poll(() => password.getAttribute('aria-invalid')).toBe('true')
    expect(await describedBy(page, 'Password')).toContain('The e-mail address or the password is wrong')
    expect(await password.evaluate((input) => input === document.activeElement)).toBe(true)
    await expectSoundView(page, 'sign-in-refused')
    await password.fill(ada.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: `Account of ${ada.email}` }).waitFor()
  })

  test('is asked for with nothing sent while something is wrong, and the server has the last word', async () => {
    await using shop = await startBrowserShop()
    const ada = await shop.createReader('ada')
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.expectComplaints(/status of 409/)
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.url())
    })
    await page.goto('/sign-up')
    await page.getByRole('button', { name: 'Create the account' }).click()
    expect(await describedBy(page, 'E-mail address')).toContain('Enter your e-mail address.')
    await page.getByLabel('E-mail address').fill('nonsense')
    await page.getByLabel('Password').fill('short')
    await page.getByRole('button', { name: 'Create the account' }).click()
    expect(await describedBy(page, 'E-mail address')).toContain('Must be an e-mail address')
    expect(await describedBy(page, 'Password')).toContain('Must have at least 8 characters.')
    await expectSoundView(page, 'sign-up-wrong')
    expect(sent).toEqual([])

    await page.getByLabel('E-mail address').fill(ada.email)
    await page.getByLabel('Password').fill(ada.password)
    await page.getByRole('button', { name: 'Create the account' }).click()
    await expect.poll(() => describedBy(page, 'E-mail address')).toContain('already has an account')
    expect(sent).toHaveLength(1)
  })

  test('a link that lures elsewhere after signing in leads to the catalogue', async () => {
    await using shop = await startBrowserShop()
    const ada = await shop.createReader('ada')
    const { page } = await shop.visit()
    await page.goto('/sign-in?redirect=//evil.example/')
    await page.getByLabel('E-mail address').fill(ada.email)
    await page.getByLabel('Password').fill(ada.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { level: 1, name: 'The catalogue' }).waitFor()
    expect(page.url()).toBe(`${shop.url}/`)
  })

  test('admins sign in to the same page', async () => {
    await using shop = await startBrowserShop()
    const { page } = await shop.visit()
    await page.goto('/')
    await signIn(page, shop.adminAccount)
    await page.getByRole('button', { name: `Account of ${shop.adminAccount.email}` }).click()
    await page.getByText('Admin', { exact: true }).waitFor()
    await expectSoundView(page, 'account-menu')
  })
})

type LabelledPage = Parameters<typeof signIn>[0]

/** The words that a screen reader adds to a field. */
async function describedBy(page: LabelledPage, label: string): Promise<string> {
  return page.getByLabel(label).evaluate((input) => {
    const ids = input.getAttribute('aria-describedby')?.split(' ') ?? []
    return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
  })
}
