import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { User } from '@prebook/client'
import { RoleChoice } from './role-choice.tsx'
import { notify } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { emailAddress } from '../../lib/rules.ts'
import { useForm } from '../../lib/use-form.ts'
import { EmailField } from '../account/email-field.tsx'
import { roleLabels } from '../account/roles.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'

/** A button that invites someone by e-mail, in a dialog that asks for the address and the role. */
export function InviteButton() {
  const [open, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <Button tone="primary" onClick={() => setOpen(true)}>
        Invite someone
      </Button>
      {/* Mounted with each opening, so that it starts empty. */}
      {open && <InviteDialog onClose={close} />}
    </>
  )
}

function InviteDialog({ onClose }: { onClose: () => void }) {
  const id = useId()
  const queryClient = useQueryClient()
  const [role, setRole] = useState<User['role']>('staff')
  const form = useForm({
    rules: { email: emailAddress },
    fieldByReason: { AUTH_EMAIL_TAKEN: 'email', INVITATION_PENDING: 'email' },
    send: async ({ email }) => {
      await client.users.invite.mutate({ email, role })
      onClose()
      notify({
        tone: 'good',
        title: `${email.trim()} was invited`,
        body: `The link in the e-mail works for 7 days. Role: ${roleLabels[role]}.`,
      })
      await queryClient.invalidateQueries({ queryKey: queries.users.list.pathKey() })
    },
  })
  const { failure } = form
  const withoutMail = failure?.reason === 'MAIL_NOT_CONFIGURED'
  return (
    <Dialog
      open
      onClose={onClose}
      title="Invite someone"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} tone="primary" busy={form.busy}>
            Send invitation
          </Button>
        </>
      }
    >
      <form
        id={id}
        className="invite-form"
        method="post"
        noValidate
        onSubmit={form.onSubmit}
        aria-busy={form.busy}
      >
        <p>They get an e-mail with a link, choose a password, and can sign in.</p>
        <EmailField {...form.field('email')} autoComplete="off" />
        <RoleChoice role={role} onChange={setRole}>
          What may they do?
        </RoleChoice>
        <FailureNote
          failure={
            withoutMail
              ? { ...failure, advice: 'Set SMTP_URL on the server to configure a mail server.' }
              : failure
          }
        />
      </form>
    </Dialog>
  )
}
