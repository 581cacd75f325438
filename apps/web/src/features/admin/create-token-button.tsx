import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { NewApiToken, TokenScope } from '@prebook/client'
import { tokenScopes } from '@prebook/client/token'
import { client, queries } from '../../lib/client.ts'
import { useForm } from '../../lib/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Field } from '../../ui/field.tsx'
import { expiryInput, tokenDaysRule, tokenNameRule } from './token-rules.ts'
import { TokenSecretDialog } from './token-secret.tsx'

const scopes = Object.keys(tokenScopes) as TokenScope[]

/** A button that creates a token, in a dialog that then shows its text once. */
export function CreateTokenButton() {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button tone="primary" onClick={() => setOpen(true)}>
        Create token
      </Button>
      {/* Mounted with each opening, so that it starts empty. */}
      {open && <CreateDialog onClose={() => setOpen(false)} />}
    </>
  )
}

function CreateDialog({ onClose }: { onClose: () => void }) {
  const id = useId()
  const queryClient = useQueryClient()
  const [chosen, setChosen] = useState<readonly TokenScope[]>([])
  const [scopesMissing, setScopesMissing] = useState(false)
  const [created, setCreated] = useState<NewApiToken | null>(null)
  const form = useForm({
    rules: { name: tokenNameRule, expiresInDays: tokenDaysRule },
    send: async ({ name, expiresInDays }) => {
      setScopesMissing(chosen.length === 0)
      if (chosen.length === 0) return
      setCreated(
        await client.tokens.create.mutate({ name, scopes: [...chosen], ...expiryInput(expiresInDays) }),
      )
      await queryClient.invalidateQueries({ queryKey: queries.tokens.list.pathKey() })
    },
  })
  if (created !== null)
    return (
      <TokenSecretDialog title={`Your new token: ${created.name}`} token={created.token} onClose={onClose} />
    )
  return (
    <Dialog
      open
      onClose={onClose}
      title="Create a token"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} tone="primary" busy={form.busy}>
            Create token
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
        <Field
          {...form.field('name')}
          label="Name"
          hint="The system that will use it. Changes that it makes show this name."
          autoComplete="off"
        />
        <fieldset className="admin-choice" aria-describedby={scopesMissing ? `${id}-scopes` : undefined}>
          <legend>What may it do?</legend>
          {scopes.map((scope) => (
            <label key={scope}>
              <input
                type="checkbox"
                checked={chosen.includes(scope)}
                onChange={({ target: { checked } }) => {
                  setScopesMissing(false)
                  setChosen((before) =>
                    scopes.filter((one) => (one === scope ? checked : before.includes(one))),
                  )
                }}
              />
              <span>
                {tokenScopes[scope].description} <span className="admin-aside">{scope}</span>
              </span>
            </label>
          ))}
          {scopesMissing && (
            <p id={`${id}-scopes`} role="alert" className="field-error">
              Choose at least one. Without any, the token can do nothing.
            </p>
          )}
        </fieldset>
        <Field
          {...form.field('expiresInDays')}
          label="Expires after days (optional)"
          hint="Leave it empty for a token that works until you revoke it."
          autoComplete="off"
          inputMode="numeric"
        />
        <FailureNote failure={form.failure} />
      </form>
    </Dialog>
  )
}
