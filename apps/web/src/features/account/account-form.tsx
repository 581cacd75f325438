import type { FormEvent, ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import type { FailureText } from '../../lib/failure-text.ts'
import { PageTitle } from '../../ui/page-title.tsx'
import './account-form.css'

/** The form to sign in, to create an account or to ask for a new password. */
export function AccountForm({
  title,
  lead,
  form,
  submitLabel,
  children,
  footer,
}: {
  title: string
  lead: string
  form: { busy: boolean; failure: FailureText | null; onSubmit: (event: FormEvent<HTMLFormElement>) => void }
  submitLabel: string
  children: ReactNode
  footer: ReactNode
}) {
  return (
    <AccountSheet title={title} footer={footer}>
      <p className="account-form-lead">{lead}</p>
      {/* The page shows its own messages next to each field. */}
      <form method="post" noValidate onSubmit={form.onSubmit} aria-busy={form.busy}>
        {children}
        <FailureNote failure={form.failure} />
        <Button type="submit" tone="primary" busy={form.busy}>
          {submitLabel}
        </Button>
      </form>
    </AccountSheet>
  )
}

/** The sheet of an {@link AccountForm}, for what replaces the form. */
export function AccountSheet({
  title,
  children,
  footer,
}: {
  title: string
  children: ReactNode
  footer: ReactNode
}) {
  return (
    <div className="account-form">
      <PageTitle title={title} />
      {children}
      <p>{footer}</p>
    </div>
  )
}
