import { Hono, type Context } from 'hono'
import { html } from 'hono/html'
import { hasReason, NewPassword, type Role } from '@prebook/core'
import {
  acceptInvitation,
  disownAccount,
  readInvitation,
  readResetLink,
  readVerifyLink,
  resetPasswordByLink,
  verifyEmail,
  type Services,
  type VerifyLink,
} from '@prebook/server'
import type { HttpEnvironment } from '../http/environment.ts'
import type { Html } from './page.ts'
import { formField, shopLink, show, tokenOf } from './show-page.ts'

/** The pages of links that do something for an account. GET changes nothing; the buttons act. */
export function accountPages(services: Services): Hono<HttpEnvironment> {
  const pages = new Hono<HttpEnvironment>()

  pages.get('/mail/verify', async (c) => {
    const link = await readVerifyLink(services, tokenOf(c))
    return link.newEmail === null
      ? show(c, 200, 'Confirm your e-mail address', confirmAddress(link))
      : show(c, 200, 'Confirm your new e-mail address', confirmNewAddress(link.newEmail))
  })
  pages.post('/mail/verify', async (c) => {
    const token = tokenOf(c)
    if ((await formField(c, 'answer')) === 'not-mine') {
      const reset = new URL(await disownAccount(services, token))
      // Relative, so that it leads to this service under whatever address the browser knows it.
      return c.redirect(`reset${reset.search}`, 303)
    }
    await verifyEmail({ services }, { token })
    return show(c, 200, 'Address confirmed', addressConfirmed)
  })

  const showReset = async (c: Context<HttpEnvironment>, problem: string | null) => {
    const link = await readResetLink(services, tokenOf(c))
    const { title, text } = link.takesOver ? takingOver : link.isFirst ? firstPassword : newPassword
    return show(c, problem === null ? 200 : 422, title, choosePassword({ title, text }, problem))
  }
  pages.get('/mail/reset', (c) => showReset(c, null))
  pages.post('/mail/reset', async (c) => {
    const token = tokenOf(c)
    const problem = await problemWith(c, (password) => resetPasswordByLink({ services }, { token, password }))
    return problem === null ? show(c, 200, 'Password changed', passwordChanged) : showReset(c, problem)
  })

  const showInvitation = async (c: Context<HttpEnvironment>, problem: string | null) => {
    const invitation = await readInvitation(services, tokenOf(c))
    return show(c, problem === null ? 200 : 422, 'Join the team', joinTeam(invitation, problem))
  }
  pages.get('/mail/invite', (c) => showInvitation(c, null))
  pages.post('/mail/invite', async (c) => {
    const token = tokenOf(c)
    const { needsPassword } = await readInvitation(services, token)
    if (!needsPassword) await acceptInvitation({ services }, { token, password: null })
    const problem = needsPassword
      ? await problemWith(c, (password) => acceptInvitation({ services }, { token, password }))
      : null
    return problem === null ? show(c, 200, 'Welcome to the team', welcome) : showInvitation(c, problem)
  })
  return pages
}

/** Uses the password of the form. Returns what is wrong with it, or null. */
async function problemWith(
  c: Context<HttpEnvironment>,
  use: (password: string) => Promise<unknown>,
): Promise<string | null> {
  const parsed = NewPassword.safeParse(await formField(c, 'password'))
  if (!parsed.success) return parsed.error.issues[0]?.message ?? 'Choose another password.'
  try {
    await use(parsed.data)
    return null
  } catch (error) {
    if (hasReason(error, 'VALIDATION_ERROR')) return error.message
    throw error
  }
}

const confirmAddress = ({ openedAt, prebooks, canTakeOver }: VerifyLink) =>
  html`<h1>Confirm your e-mail address</h1>
    <p>
      An account with your e-mail address was opened on ${day(openedAt)}. It has
      ${prebooks === 1 ? '1 pre-booking' : `${prebooks} pre-bookings`}. Is it yours?
    </p>
    <form method="post">
      <button name="answer" value="mine">This is my account</button>
      ${
        canTakeOver
          ? html`<button class="quiet" name="answer" value="not-mine">I did not open this account</button>`
          : ''
      }
    </form>
    ${
      canTakeOver
        ? html`<p class="faint">
            If you did not open it, you can choose a password and take it over. Its pre-bookings are then
            cancelled.
          </p>`
        : ''
    }`

const confirmNewAddress = (email: string) =>
  html`<h1>Confirm your new e-mail address</h1>
    <p>Your account will use <span class="book">${email}</span> to sign in and for e-mails.</p>
    <form method="post"><button>Confirm new address</button></form>`

const addressConfirmed = html`<h1>Your address is confirmed</h1>
  <p>We can now e-mail you when a book you pre-booked is back in stock.</p>
  ${shopLink}`

const newPassword = {
  title: 'Choose a new password',
  text: 'Every device that is signed in to your account will be signed out. Your pre-bookings stay active.',
}
const takingOver = {
  title: newPassword.title,
  text: 'The account becomes yours. The person who opened it is signed out, and its pre-bookings are cancelled.',
}
const firstPassword = {
  title: 'Set a password',
  text: 'You can then sign in with your e-mail address and see your pre-bookings in the shop. They stay active. The links to them in e-mails stop working.',
}

const choosePassword = ({ title, text }: { title: string; text: string }, problem: string | null) =>
  html`<h1>${title}</h1>
    <p>${text}</p>
    ${passwordForm('Set password', problem)}`

const passwordChanged = html`<h1>Your password is changed</h1>
  <p>You can now <a href="/sign-in">sign in</a> with it.</p>
  ${shopLink}`

const joinTeam = ({ role, needsPassword }: { role: Role; needsPassword: boolean }, problem: string | null) =>
  html`<h1>Join the team</h1>
    <p>${roleTexts[role]}</p>
    ${
      needsPassword
        ? passwordForm('Accept invitation', problem)
        : html`<form method="post"><button>Accept invitation</button></form>`
    }`

const roleTexts: Record<Role, string> = {
  reader: 'You are invited to open an account and pre-book books.',
  staff: 'You are invited to look after the catalogue, the stock and the demand of the shop.',
  admin: 'You are invited to run the shop as an admin.',
}

const welcome = html`<h1>Welcome to the team</h1>
  <p>You can now <a href="/sign-in">sign in</a>.</p>
  ${shopLink}`

function passwordForm(button: string, problem: string | null): Html {
  return html`<form method="post">
    <label>
      New password
      <input
        type="password"
        name="password"
        autocomplete="new-password"
        minlength="8"
        maxlength="200"
        required
        ${problem === null ? '' : html`aria-invalid="true" aria-describedby="problem"`}
      />
    </label>
    ${problem === null ? '' : html`<p id="problem" class="problem" role="alert">${problem}</p>`}
    <button>${button}</button>
  </form>`
}

function day(milliseconds: number): string {
  return new Date(milliseconds).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
}
