import type { FormEvent, ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import type { FailureWords } from '../../lib/failure-words.ts'
import { PageTitle } from '../../ui/page-title.tsx'
import './account-form.css'

/** The sheet on which one signs in or up. */
export function AccountForm({
  title,
  lead,
  form,
  send,
  children,
  otherwise,
}: {
  title: string
  lead: string
  form: { busy: boolean; failure: FailureWords | null; onSubmit: (event: FormEvent<HTMLFormElement>) => void }
  /** The words on the button. */
  send: string
  children: ReactNode
  otherwise: ReactNode
}) {
  return (
    <div className="account-form">
      <PageTitle title={title} />
      <p className="account-form-lead">{lead}</p>
      {/* The page says what is wrong, beside the field and in its own words. */}
      <form method="post" noValidate onSubmit={form.onSubmit} aria-busy={form.busy}>
        {children}
        <FailureNote failure={form.failure} />
        <Button type="submit" tone="primary" busy={form.busy}>
          {send}
        </Button>
      </form>
      <p>{otherwise}</p>
    </div>
  )
}
