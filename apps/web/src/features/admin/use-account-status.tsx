import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { User } from '@prebook/client'
import { notify } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { inWords } from '../../lib/failure-words.ts'

/**
 * The dialog in which a reader is deactivated or let in again, which says first what that means.
 *
 * @returns what opens it for a reader, and the dialog itself
 */
export function useAccountStatus(): { ask: (user: User) => void; dialog: ReactNode } {
  const queryClient = useQueryClient()
  const [user, setUser] = useState<User | null>(null)
  const [open, setOpen] = useState(false)
  const change = useMutation({
    mutationFn: ({ id, isActive }: User) =>
      isActive
        ? client.users.deactivate.mutate({ userId: id })
        : client.users.reactivate.mutate({ userId: id }),
    onSuccess: async ({ email, isActive }) => {
      // The dialog closes on the row as it is from now on, whose button takes the keyboard back.
      await queryClient.invalidateQueries({ queryKey: queries.users.list.pathKey() })
      setOpen(false)
      notify({ tone: 'good', title: isActive ? `${email} is let in again.` : `${email} is shut out.` })
    },
  })
  const failure = change.isError ? inWords(change.error) : null
  const close = () => setOpen(false)
  return {
    ask: (asked) => {
      change.reset()
      setUser(asked)
      setOpen(true)
    },
    dialog: user && (
      <Dialog
        open={open}
        onClose={close}
        title={user.isActive ? 'Shut this reader out?' : 'Let this reader in again?'}
        actions={
          <>
            <Button onClick={close}>Leave it is</Button>
            <Button
              tone={user.isActive ? 'danger' : 'primary'}
              busy={change.isPending}
              onClick={() => change.mutate(user)}
            >
              {user.isActive ? 'Deactivate' : 'Reactivate'}
            </Button>
          </>
        }
      >
        <p>
          <strong className="admin-address">{user.email}</strong>{' '}
          {user.isActive
            ? 'is refused from the next request on, on every device. Their places in queues are kept: they count as told when a book is back, but no e-mail goes out. You can let them in again.'
            : 'can use the account again, on every device that is still signed in. Their places in queues were kept.'}
        </p>
        <FailureNote failure={failure} />
      </Dialog>
    ),
  }
}
