import { limits } from '@prebook/client/limits'
import type { ComponentProps } from 'react'
import { Field } from '../../ui/field.tsx'

/** Where somebody types the address of their account, with what a phone's keyboard and the browser need to know of it. */
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
