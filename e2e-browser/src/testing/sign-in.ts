import type { Page } from 'playwright-core'

export type Account = { email: string; password: string }

/** Signs in through the form. */
export async function signIn(page: Page, { email, password }: Account): Promise<void> {
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: `Account menu for ${email}` }).waitFor()
}
