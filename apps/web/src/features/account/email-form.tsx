import { limits } from '@prebook/client/limits'
import { useState } from 'react'
import { PasswordConfirmedForm, PresentPasswordField } from './password-confirmed-form.tsx'
import { client } from '../../lib/client.ts'
import { emailAddress, password } from '../../lib/rules.ts'
import { useForm } from '../../lib/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Field } from '../../ui/field.tsx'
import { SentNote } from '../../ui/sent-note.tsx'

/** Asks for a change of address, which the link in the e-mail to the new address completes. */
export function EmailForm({ email }: { email: string }) {
  const [sentTo, setSentTo] = useState<string | null>(null)
  if (sentTo === null) return <Form presentEmail={email} onSent={setSentTo} />
  return (
    <>
      <SentNote>
        <p>
          We are e-mailing a link to <strong>{sentTo}</strong>. Follow it within 7 days to confirm the new
          address.
        </p>
        <p>
          Until then nothing changes: you sign in with <strong>{email}</strong>.
        </p>
      </SentNote>
      <div>
        <Button onClick={() => setSentTo(null)}>Use another address</Button>
      </div>
    </>
  )
}

function Form({ presentEmail, onSent }: { presentEmail: string; onSent: (email: string) => void }) {
  const form = useForm({
    rules: { email: emailAddress, password },
    fieldByReason: { AUTH_EMAIL_TAKEN: 'email', AUTH_INVALID_CREDENTIALS: 'password' },
    send: async ({ email, password: secret }) => {
      await client.account.changeEmail.mutate({ email, password: secret })
      onSent(email.trim())
    },
  })
  return (
    <PasswordConfirmedForm email={presentEmail} onSubmit={form.onSubmit} busy={form.busy}>
      <Field
        {...form.field('email')}
        label="New e-mail address"
        hint="We e-mail a link to the new address. Nothing changes until you follow it."
        type="email"
        inputMode="email"
        autoComplete="email"
        maxLength={limits.email.max}
        required
      />
      <PresentPasswordField {...form.field('password')} label="Your password" />
      <FailureNote failure={form.failure} />
      <Button type="submit" busy={form.busy}>
        Change address
      </Button>
    </PasswordConfirmedForm>
  )
}
