import type { ReactNode } from 'react'
import type { User } from '@prebook/client'
import { roleLabels } from '../account/roles.ts'

type Role = User['role']

const roles: { role: Role; effect: string }[] = [
  { role: 'reader', effect: 'Pre-books titles.' },
  { role: 'staff', effect: 'Also manages books, stock and demand, and sees no e-mail addresses.' },
  { role: 'admin', effect: 'Also manages accounts and e-mails, and sees e-mail addresses.' },
]

/** A choice of one role, each with what it allows. */
export function RoleChoice({
  role,
  onChange,
  children,
}: {
  role: Role
  onChange: (role: Role) => void
  /** The question. */
  children: ReactNode
}) {
  return (
    <fieldset className="admin-choice">
      <legend>{children}</legend>
      {roles.map(({ role: choice, effect }) => (
        <label key={choice}>
          <input
            type="radio"
            name="role"
            value={choice}
            checked={role === choice}
            onChange={() => onChange(choice)}
          />
          <span>
            {roleLabels[choice]}. {effect}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
