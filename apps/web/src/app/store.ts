import { useSyncExternalStore } from 'react'

/** A value outside React that any code can change and components can follow. */
export type Store<Value> = {
  get(): Value
  set(value: Value): void
  /** Reads the value in a component, which renders again on each change. */
  use(): Value
}

export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial
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
