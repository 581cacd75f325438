import { constants, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { hashSync, verifySync, type Options } from '@node-rs/argon2'

/** What a thread is asked to do. */
export type HashingTask =
  | { kind: 'hash'; password: string; options: Options }
  | { kind: 'verify'; passwordHash: string; password: string }

/** What it answers. */
export type HashingAnswer = { result: string | boolean } | { failure: unknown }

// On Linux this is about the calling thread alone, elsewhere about the whole process. Hashing takes what requests leave.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW)

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is of windows; this is a thread
parentPort?.on('message', (task: HashingTask) => parentPort?.postMessage(answer(task)))

function answer(task: HashingTask): HashingAnswer {
  try {
    if (task.kind === 'hash') return { result: hashSync(task.password, task.options) }
    return { result: verifySync(task.passwordHash, task.password) }
  } catch (failure) {
    return { failure }
  }
}
