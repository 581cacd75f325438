import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { hashSync, verifySync, type Options } from '@node-rs/argon2'

/** A task for a hashing thread. */
export type HashingTask =
  | { kind: 'hash'; password: string; options: Options }
  | { kind: 'verify'; passwordHash: string; password: string }

/** The result of a task. */
export type HashingAnswer = { result: string | boolean } | { failure: unknown }

/**
 * Requests take priority over hashing: on Linux they get three times its share of a core. With the lowest priority, 19,
 * sign-ins waited for half a minute while other programs kept the machine busy.
 */
const NICENESS = 5

// Elsewhere than on Linux, this call would affect the whole process.
if (process.platform === 'linux') setPriority(NICENESS)

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- applies to windows; this is a thread
parentPort?.on('message', (task: HashingTask) => parentPort?.postMessage(answer(task)))

function answer(task: HashingTask): HashingAnswer {
  try {
    if (task.kind === 'hash') return { result: hashSync(task.password, task.options) }
    return { result: verifySync(task.passwordHash, task.password) }
  } catch (failure) {
    return { failure }
  }
}
