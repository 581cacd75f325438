import { useRef, useState, type ChangeEvent, type FormEvent } from 'react'
import type { Reason } from '@prebook/client'
import { describeFailure, type FailureText } from './failure-text.ts'
import type { Rule } from './rules.ts'

type FormOptions<Name extends string> = {
  rules: Record<Name, Rule>
  initial?: Partial<Record<NoInfer<Name>, string>> | undefined
  /** Maps reasons that name no field of the form to the field that shows them. */
  fieldByReason?: Partial<Record<Reason, NoInfer<Name>>> | undefined
  /** Sends the values. Errors that it throws are shown. */
  send: (values: Record<Name, string>) => Promise<unknown>
}

/**
 * A form that shows errors at their field: first from the rules, then from the server. A field is validated when it loses
 * the focus; once it has an error, on each keystroke. Submitting twice at once sends once.
 *
 * @returns `field(name)`: props of a `Field`; `onSubmit`: handler of the form; `failure`: an error without a field
 */
export function useForm<Name extends string>({ rules, initial, fieldByReason, send }: FormOptions<Name>) {
  const names = Object.keys(rules) as Name[]
  const start = Object.fromEntries(names.map((name) => [name, initial?.[name] ?? ''])) as Record<Name, string>
  const [values, setValues] = useState(start)
  const [errors, setErrors] = useState<Partial<Record<Name, string>>>({})
  const [failure, setFailure] = useState<FailureText | null>(null)
  const [busy, setBusy] = useState(false)
  const sending = useRef(false)

  const validate = (name: Name, value: string) => {
    setErrors(({ [name]: _, ...others }) => {
      const error = rules[name](value)
      return (error === null ? others : { ...others, [name]: error }) as Partial<Record<Name, string>>
    })
  }

  const showErrors = (form: HTMLFormElement, found: Partial<Record<Name, string>>) => {
    setErrors(found)
    const first = names.find((name) => found[name] !== undefined)
    const input = first === undefined ? null : form.elements.namedItem(first)
    if (input instanceof HTMLElement) input.focus()
  }

  const submit = async (form: HTMLFormElement) => {
    const found: Partial<Record<Name, string>> = {}
    for (const name of names) {
      const error = rules[name](values[name])
      if (error !== null) found[name] = error
    }
    setFailure(null)
    showErrors(form, found)
    if (Object.keys(found).length > 0 || sending.current) return
    sending.current = true
    setBusy(true)
    try {
      await send(values)
    } catch (error) {
      const described = describeFailure(error)
      const fieldErrors: Partial<Record<Name, string>> = {}
      const known = (path: string): path is Name => names.some((name) => name === path)
      for (const { path, message } of described?.issues ?? []) if (known(path)) fieldErrors[path] = message
      const target = described?.reason == null ? undefined : fieldByReason?.[described.reason]
      if (described !== null && target !== undefined)
        fieldErrors[target] ??= described.issues[0]?.message ?? `${described.title}. ${described.advice}`
      setFailure(Object.keys(fieldErrors).length > 0 ? null : described)
      showErrors(form, fieldErrors)
    } finally {
      sending.current = false
      setBusy(false)
    }
  }

  return {
    values,
    failure,
    busy,
    field: (name: Name) => ({
      name,
      value: values[name],
      error: errors[name],
      onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>) => {
        const { value } = event.target
        setValues((before) => ({ ...before, [name]: value }))
        if (errors[name] !== undefined) validate(name, value)
      },
      onBlur: () => {
        // Leaving an empty field is not an error yet.
        if (values[name] !== '') validate(name, values[name])
      },
    }),
    onSubmit: (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault()
      void submit(event.currentTarget)
    },
  }
}
