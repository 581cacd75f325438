import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../lib/client.ts'
import { accountAddress } from '../../lib/rules.ts'
import { useForm } from '../../lib/use-form.ts'
import { SentNote } from '../../ui/sent-note.tsx'
import { AccountForm, AccountSheet } from './account-form.tsx'
import { EmailField } from './email-field.tsx'

const route = getRouteApi('/forgot-password')

/** Asks for a link to choose a new password. The answer does not reveal whether the address has an account. */
export function ForgotPasswordPage() {
  const search = route.useSearch()
  const [sentTo, setSentTo] = useState<string | null>(null)
  const form = useForm({
    rules: { email: accountAddress },
    send: async ({ email }) => {
      await client.auth.requestPasswordReset.mutate({ email })
      setSentTo(email.trim())
    },
  })
  const { failure } = form
  const withoutMail = failure?.reason === 'MAIL_NOT_CONFIGURED'
  const footer = (
    <Link to="/sign-in" search={search}>
      Back to sign in
    </Link>
  )
  if (sentTo !== null) {
    return (
      <AccountSheet title="Check your e-mail" footer={footer}>
        <SentNote>
          <p>
            If <strong>{sentTo}</strong> has an account here, we are e-mailing it a link to choose a new
            password. The link works for 30 minutes.
          </p>
          <p>Nothing arrived? Check your spam folder and the spelling of the address.</p>
        </SentNote>
      </AccountSheet>
    )
  }
  return (
    <AccountForm
      title="Forgot your password?"
      lead="Enter the e-mail address of your account. We will e-mail you a link to choose a new password."
      form={
        withoutMail
          ? { ...form, failure: { ...failure, advice: 'Contact the shop to get a new password.' } }
          : form
      }
      submitLabel="Send link"
      footer={footer}
    >
      <EmailField {...form.field('email')} autoComplete="username" />
    </AccountForm>
  )
}
