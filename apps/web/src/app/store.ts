import { useSyncExternalStore } from 'react'

/** A value outside of React that components look at and anything may change. */
export type Store<Value> = {
  get(): Value
  set(value: Value): void
  /** The value, in a component that follows it. */
  use(): Value
}

export function createStore<Value>(first: Value): Store<Value> {
  let value = first
  const listeners = new Set<() => void>()
  const get = () => value
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  return {
    get,
    set(next) {
      value = next
      for (const listener of listeners) listener()
    },
    use: () => useSyncExternalStore(subscribe, get),
  }
}
