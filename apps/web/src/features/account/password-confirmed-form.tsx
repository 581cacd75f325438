import { limits } from '@prebook/client/limits'
import type { ComponentProps } from 'react'
import { Field } from '../../ui/field.tsx'

/** A form with a password of the signed-in account. Password managers need the name of the account in it. */
export function PasswordConfirmedForm({
  email,
  busy,
  children,
  ...form
}: ComponentProps<'form'> & { email: string; busy: boolean }) {
  return (
    <form {...form} className="account-page-form" method="post" noValidate aria-busy={busy}>
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      {children}
    </form>
  )
}

/** The field for the password that the account has now. */
export function PresentPasswordField(field: ComponentProps<typeof Field>) {
  return (
    <Field
      {...field}
      type="password"
      autoComplete="current-password"
      maxLength={limits.newPassword.max}
      required
    />
  )
}
