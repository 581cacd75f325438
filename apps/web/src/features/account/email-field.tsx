import { limits } from '@prebook/client/limits'
import type { ComponentProps } from 'react'
import { Field } from '../../ui/field.tsx'

/** The field for an account's e-mail address, with the hints that phone keyboards and browsers use. */
export function EmailField(props: Omit<ComponentProps<typeof Field>, 'label'>) {
  return (
    <Field
      {...props}
      label="E-mail address"
      type="email"
      inputMode="email"
      maxLength={limits.email.max}
      required
    />
  )
}
