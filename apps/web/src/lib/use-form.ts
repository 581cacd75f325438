import { useRef, useState, type ChangeEvent, type FormEvent } from 'react'
import type { Reason } from '@prebook/client'
import { inWords, type FailureWords } from './failure-words.ts'
import type { Rule } from './rules.ts'

type FormOptions<Name extends string> = {
  rules: Record<Name, Rule>
  initial?: Partial<Record<NoInfer<Name>, string>> | undefined
  /** Refusals that belong beside a field although they name none. */
  beside?: Partial<Record<Reason, NoInfer<Name>>> | undefined
  /** Sends what was typed; what it throws is shown. */
  send: (values: Record<Name, string>) => Promise<unknown>
}

/**
 * A form that says what is wrong beside the field: before it is sent, by the rules, and after the server has spoken, in its
 * words. A field is judged when it is left, and from then on while it is typed in. Sending twice at once sends once.
 *
 * @returns `field(name)` are the props of a Field, `onSubmit` those of the form; `failure` belongs to no field
 */
export function useForm<Name extends string>({ rules, initial, beside, send }: FormOptions<Name>) {
  const names = Object.keys(rules) as Name[]
  const start = Object.fromEntries(names.map((name) => [name, initial?.[name] ?? ''])) as Record<Name, string>
  const [values, setValues] = useState(start)
  const [errors, setErrors] = useState<Partial<Record<Name, string>>>({})
  const [failure, setFailure] = useState<FailureWords | null>(null)
  const [busy, setBusy] = useState(false)
  const sending = useRef(false)

  const judge = (name: Name, value: string) => {
    setErrors(({ [name]: _, ...others }) => {
      const error = rules[name](value)
      return (error === null ? others : { ...others, [name]: error }) as Partial<Record<Name, string>>
    })
  }

  const show = (form: HTMLFormElement, found: Partial<Record<Name, string>>) => {
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
    show(form, found)
    if (Object.keys(found).length > 0 || sending.current) return
    sending.current = true
    setBusy(true)
    try {
      await send(values)
    } catch (error) {
      const words = inWords(error)
      const said: Partial<Record<Name, string>> = {}
      const known = (path: string): path is Name => names.some((name) => name === path)
      for (const { path, message } of words?.issues ?? []) if (known(path)) said[path] = message
      const place = words?.reason == null ? undefined : beside?.[words.reason]
      if (words !== null && place !== undefined) said[place] ??= `${words.title}. ${words.advice}`
      setFailure(Object.keys(said).length > 0 ? null : words)
      show(form, said)
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
      onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
        const { value } = event.target
        setValues((before) => ({ ...before, [name]: value }))
        if (errors[name] !== undefined) judge(name, value)
      },
      onBlur: () => {
        // An empty field that is left is not wrong yet: one may be on the way to something else.
        if (values[name] !== '') judge(name, values[name])
      },
    }),
    onSubmit: (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault()
      void submit(event.currentTarget)
    },
  }
}
