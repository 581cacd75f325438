import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Book } from '@prebook/client'
import { EmailField } from '../account/email-field.tsx'
import { emailAddress } from '../../lib/rules.ts'
import { useForm } from '../../lib/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { SentNote } from '../../ui/sent-note.tsx'
import { refreshPrebooks } from './prebook-cache.ts'
import { requestByEmail } from './request-by-email.ts'
import { showChangedBook } from './use-prebooking.ts'
import './guest-form.css'

/** Pre-books by e-mail, without an account. The answer does not reveal whether the address has one. */
export function GuestForm({ book }: { book: Book }) {
  const queryClient = useQueryClient()
  const [sentTo, setSentTo] = useState<string | null>(null)
  const website = useRef<HTMLInputElement>(null)
  const form = useForm({
    rules: { email: emailAddress },
    send: async ({ email }) => {
      try {
        await requestByEmail({ bookId: book.id, email, website: website.current?.value ?? '' })
        setSentTo(email.trim())
      } catch (error) {
        if (!showChangedBook(queryClient, book, error)) throw error
        void refreshPrebooks(queryClient, { settling: true })
      }
    },
  })
  if (sentTo !== null) {
    return (
      <SentNote>
        <p>
          We are e-mailing <strong>{sentTo}</strong> a link to confirm the pre-booking. Your place in the
          queue counts from then. The link works for 7 days.
        </p>
        <p>Nothing arrived? Check your spam folder and the spelling of the address.</p>
      </SentNote>
    )
  }
  const { failure } = form
  const withoutMail = failure?.reason === 'MAIL_NOT_CONFIGURED'
  return (
    <form className="guest-form" method="post" noValidate onSubmit={form.onSubmit} aria-busy={form.busy}>
      <EmailField
        {...form.field('email')}
        autoComplete="email"
        hint="We e-mail you a link to confirm, and again the moment the book is back in stock. Nothing is stored before you confirm, and there is no obligation to buy."
      />
      {/* For programs that fill in every field: people do not see it. */}
      <div className="guest-form-website" aria-hidden="true">
        <label>
          Website
          <input ref={website} name="website" tabIndex={-1} autoComplete="off" />
        </label>
      </div>
      <FailureNote
        failure={withoutMail ? { ...failure, advice: 'Pre-book with an account instead.' } : failure}
      />
      <Button type="submit" tone="primary" size="large" busy={form.busy}>
        E-mail me the link
      </Button>
    </form>
  )
}
