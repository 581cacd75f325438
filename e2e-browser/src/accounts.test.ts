import { expect, test } from 'vitest'
import { fillShelves } from './testing/books.ts'
import { inBrowser, startBrowserShop, signIn } from './testing/browser-shop.ts'
import { expectSoundView } from './testing/views.ts'

inBrowser('an account', () => {
  test('can be created on the way, returns to the page before, and stays signed in after a reload', async () => {
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
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.waitForURL(address)
    const menu = page.getByRole('button', { name: 'Account menu for ada@readers.example' })
    await menu.waitFor()
    await page.reload()
    await menu.click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    expect(shop.api.output()).not.toContain('difference engine')
  })

  test('accepts the right password and shows a wrong one at its field', async () => {
    await using shop = await startBrowserShop()
    const ada = await shop.createReader('ada')
    const visitor = await shop.visit()
    const { page } = visitor
    // Browsers log a response with status 401 to the console.
    visitor.allowBrowserErrors(/status of 401/)
    await page.goto('/sign-in')
    await page.getByLabel('E-mail address').fill(ada.email)
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    const password = page.getByLabel('Password')
    await expect.poll(() => password.getAttribute('aria-invalid')).toBe('true')
    expect(await describedBy(page, 'Password')).toContain('Incorrect e-mail address or password')
    expect(await password.evaluate((input) => input === document.activeElement)).toBe(true)
    await expectSoundView(page, 'sign-in-refused')
    await password.fill(ada.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: `Account menu for ${ada.email}` }).waitFor()
  })

  test('sends nothing while a field is invalid, then shows the error of the server', async () => {
    await using shop = await startBrowserShop()
    const ada = await shop.createReader('ada')
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/status of 409/)
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.url())
    })
    await page.goto('/sign-up')
    await page.getByRole('button', { name: 'Create account' }).click()
    expect(await describedBy(page, 'E-mail address')).toContain('Enter your e-mail address.')
    await page.getByLabel('E-mail address').fill('nonsense')
    await page.getByLabel('Password').fill('short')
    await page.getByRole('button', { name: 'Create account' }).click()
    expect(await describedBy(page, 'E-mail address')).toContain('Must be an e-mail address')
    expect(await describedBy(page, 'Password')).toContain('Must have at least 8 characters.')
    await expectSoundView(page, 'sign-up-wrong')
    expect(sent).toEqual([])

    await page.getByLabel('E-mail address').fill(ada.email)
    await page.getByLabel('Password').fill(ada.password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect.poll(() => describedBy(page, 'E-mail address')).toContain('already exists')
    expect(sent).toHaveLength(1)
  })

  test('ignores a redirect to another site after signing in', async () => {
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

  test('admins sign in on the same page', async () => {
    await using shop = await startBrowserShop()
    const { page } = await shop.visit()
    await page.goto('/')
    await signIn(page, shop.adminAccount)
    await page.getByRole('button', { name: `Account menu for ${shop.adminAccount.email}` }).click()
    await page.getByText('Admin', { exact: true }).waitFor()
    await expectSoundView(page, 'account-menu')
  })
})

type LabelledPage = Parameters<typeof signIn>[0]

/** The description that a screen reader adds to a field. */
async function describedBy(page: LabelledPage, label: string): Promise<string> {
  return page.getByLabel(label).evaluate((input) => {
    const ids = input.getAttribute('aria-describedby')?.split(' ') ?? []
    return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
  })
}
