import { limits } from '@prebook/client/limits'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { PasswordConfirmedForm, PresentPasswordField } from './password-confirmed-form.tsx'
import { notify } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { newPassword, password } from '../../lib/rules.ts'
import { useForm } from '../../lib/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Field } from '../../ui/field.tsx'

/** Changes the password. Each successful change starts with an empty form. */
export function PasswordForm({ email }: { email: string }) {
  const [changes, setChanges] = useState(0)
  return <Form key={changes} email={email} onChanged={() => setChanges(changes + 1)} />
}

function Form({ email, onChanged }: { email: string; onChanged: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm({
    rules: { currentPassword: password, newPassword },
    send: async (values) => {
      await client.account.changePassword.mutate(values)
      void queryClient.invalidateQueries({ queryKey: queries.account.sessions.pathKey() })
      notify({
        tone: 'good',
        title: 'Password changed',
        body: 'Every other browser and program that used your account has to sign in again.',
      })
      onChanged()
    },
  })
  return (
    <PasswordConfirmedForm email={email} onSubmit={form.onSubmit} busy={form.busy}>
      <PresentPasswordField {...form.field('currentPassword')} label="Current password" />
      <Field
        {...form.field('newPassword')}
        label="New password"
        type="password"
        autoComplete="new-password"
        hint={`At least ${limits.newPassword.min} characters. A phrase of several words is easy to remember.`}
        minLength={limits.newPassword.min}
        maxLength={limits.newPassword.max}
        required
      />
      <FailureNote failure={form.failure} />
      <Button type="submit" busy={form.busy}>
        Change password
      </Button>
    </PasswordConfirmedForm>
  )
}
