import { useQueryClient } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import type { ApiToken, NewApiToken } from '@prebook/client'
import { client, queries } from '../../lib/client.ts'
import { atTime } from '../../lib/times.ts'
import { useForm } from '../../lib/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Field } from '../../ui/field.tsx'
import { expiryInput, tokenDaysRule } from './token-rules.ts'
import { TokenSecretDialog } from './token-secret.tsx'

const overlaps = [
  { hours: 1, label: '1 hour' },
  { hours: 24, label: '1 day' },
  { hours: 168, label: '1 week' },
  { hours: 0, label: 'Stop it immediately' },
]

/**
 * The dialog to replace the text of a token, which then shows the new one once.
 *
 * @returns a function that opens the dialog for a token, and the dialog
 */
export function useTokenRotation(): { askToRotate: (token: ApiToken) => void; dialog: ReactNode } {
  const [token, setToken] = useState<ApiToken | null>(null)
  return {
    askToRotate: setToken,
    // Mounted with each opening, so that it starts empty and forgets the text.
    dialog: token && <RotateDialog token={token} onClose={() => setToken(null)} />,
  }
}

function RotateDialog({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const id = useId()
  const queryClient = useQueryClient()
  const [overlapHours, setOverlapHours] = useState(24)
  const [rotated, setRotated] = useState<NewApiToken | null>(null)
  const form = useForm({
    rules: { expiresInDays: tokenDaysRule },
    send: async ({ expiresInDays }) => {
      setRotated(
        await client.tokens.rotate.mutate({
          tokenId: token.id,
          overlapHours,
          ...expiryInput(expiresInDays),
        }),
      )
      await queryClient.invalidateQueries({ queryKey: queries.tokens.list.pathKey() })
    },
  })
  if (rotated !== null)
    return (
      <TokenSecretDialog title={`The new token: ${token.name}`} token={rotated.token} onClose={onClose}>
        <p>
          {rotated.overlapEndsAt === null
            ? 'The one before has stopped.'
            : `The one before works until ${atTime(rotated.overlapEndsAt)}.`}
        </p>
      </TokenSecretDialog>
    )
  return (
    <Dialog
      open
      onClose={onClose}
      title="Rotate this token?"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} tone={overlapHours === 0 ? 'danger' : 'primary'} busy={form.busy}>
            Rotate
          </Button>
        </>
      }
    >
      <form
        id={id}
        className="token-form"
        method="post"
        noValidate
        onSubmit={form.onSubmit}
        aria-busy={form.busy}
      >
        <p>
          <strong className="token-name">{token.name}</strong> gets a new text. Its scopes stay. Put the new
          text into the other system while the present one still works.
          {token.overlapEndsAt !== null && ' The text from before the last rotation stops now.'}
        </p>
        <fieldset className="admin-choice">
          <legend>How long does the present text keep working?</legend>
          {overlaps.map(({ hours, label }) => (
            <label key={hours}>
              <input
                type="radio"
                name="overlap"
                checked={overlapHours === hours}
                onChange={() => setOverlapHours(hours)}
              />
              {label}
            </label>
          ))}
        </fieldset>
        <Field
          {...form.field('expiresInDays')}
          label="Expires after days (optional)"
          hint={
            token.expiresAt === null
              ? 'Leave it empty for a token that works until you revoke it.'
              : `Leave it empty to keep ${atTime(token.expiresAt)}.`
          }
          autoComplete="off"
          inputMode="numeric"
        />
        <FailureNote failure={form.failure} />
      </form>
    </Dialog>
  )
}
