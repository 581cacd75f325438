import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { ChangedUser, User } from '@prebook/client'
import { notify } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { RoleChoice } from './role-choice.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { describeFailure } from '../../lib/failure-text.ts'
import { roleLabels } from '../account/roles.ts'

type Role = User['role']

/**
 * The dialog to change the role of an account. It explains each role.
 *
 * @param onDemoted called after an account became something other than an admin
 * @returns a function that opens the dialog for an account, and the dialog
 */
export function useAccountRole(onDemoted: (user: ChangedUser) => void): {
  askForRole: (user: User) => void
  dialog: ReactNode
} {
  const queryClient = useQueryClient()
  const [user, setUser] = useState<User | null>(null)
  const [role, setRole] = useState<Role>('reader')
  const [open, setOpen] = useState(false)
  const change = useMutation({
    mutationFn: (input: { userId: number; role: Role }) => client.users.setRole.mutate(input),
    onSuccess: async (changed) => {
      // Refetch before closing, so that the focus returns to the button of the updated row.
      await queryClient.invalidateQueries({ queryKey: queries.users.list.pathKey() })
      setOpen(false)
      notify({ tone: 'good', title: `${changed.email} is now: ${roleLabels[changed.role]}` })
      if (changed.role !== 'admin') onDemoted(changed)
      // Last: an admin who gave up the role leaves this page.
      await queryClient.invalidateQueries({ queryKey: queries.auth.me.pathKey() })
    },
  })
  const failure = change.isError ? describeFailure(change.error) : null
  const close = () => setOpen(false)
  return {
    askForRole: (selected) => {
      change.reset()
      setUser(selected)
      setRole(selected.role)
      setOpen(true)
    },
    dialog: user && (
      <Dialog
        open={open}
        onClose={close}
        title="Change the role of this account?"
        actions={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button
              tone="primary"
              busy={change.isPending}
              onClick={() => change.mutate({ userId: user.id, role })}
            >
              Change role
            </Button>
          </>
        }
      >
        <RoleChoice role={role} onChange={setRole}>
          <strong className="admin-address">{user.email}</strong> gets the new role immediately.
        </RoleChoice>
        <FailureNote failure={failure} />
      </Dialog>
    ),
  }
}
