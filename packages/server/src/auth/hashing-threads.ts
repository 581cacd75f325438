import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { PrebookError } from '@prebook/core'
import type { HashingAnswer, HashingTask } from './hashing-thread.ts'

/** Leaves one core to requests. More than four concurrent hashes would only take memory, 19 MiB each. */
const THREADS = Math.min(4, Math.max(1, availableParallelism() - 1))

/** About two seconds of work for one thread. Further requests are rejected with `Retry-After`. */
const MOST_WAITING = 100

const RETRY_AFTER_SECONDS = 2

type Job = { task: HashingTask; answer: PromiseWithResolvers<string | boolean> }

/** A pool of threads that hash passwords. It is small, so a flood of sign-ins leaves CPU time to other requests. */
export type HashingThreads = {
  /**
   * @param endBy when the task must have ended, as `performance.now()`. Without it, there is no time limit
   * @throws PrebookError `STORE_BUSY` when the queue is full, or when the task has not ended by then
   */
  run(task: HashingTask, endBy?: number): Promise<string | boolean>
  /** @throws PrebookError `STORE_BUSY` when the queue is full */
  requireRoom(): void
}

/** Creates the pool. Threads start on demand, and idle threads do not keep the process alive. */
export function createHashingThreads({ threads = THREADS, mostWaiting = MOST_WAITING } = {}): HashingThreads {
  const waiting: Job[] = []
  const idle: Worker[] = []
  const busy = new Map<Worker, Job>()

  const next = (worker: Worker) => {
    const job = waiting.shift()
    if (job === undefined) {
      worker.unref()
      idle.push(worker)
      return
    }
    assign(worker, job)
  }
  const assign = (worker: Worker, job: Job) => {
    busy.set(worker, job)
    worker.ref()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- applies to windows; this is a thread
    worker.postMessage(job.task)
  }
  const start = (): Worker => {
    // Do not pass on this process's arguments: test runners preload themselves with them.
    const worker = new Worker(new URL('hashing-thread.ts', import.meta.url), { execArgv: [] })
    worker.on('message', (answer: HashingAnswer) => {
      const job = busy.get(worker)
      busy.delete(worker)
      if ('failure' in answer) job?.answer.reject(answer.failure)
      else job?.answer.resolve(answer.result)
      next(worker)
    })
    // A crashed thread fails its job and is not reused. Waiting jobs get a new thread.
    worker.on('error', (error) => {
      busy.get(worker)?.answer.reject(error)
      busy.delete(worker)
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
      const job = waiting.shift()
      if (job !== undefined) assign(start(), job)
    })
    return worker
  }
  const requireRoom = () => {
    if (waiting.length >= mostWaiting) throw busyNow()
  }
  return {
    requireRoom,
    async run(task, endBy) {
      requireRoom()
      const job: Job = { task, answer: Promise.withResolvers() }
      const refuse = () => {
        if (waiting.includes(job)) waiting.splice(waiting.indexOf(job), 1)
        // If it already runs, the thread completes it and the result is ignored.
        job.answer.reject(busyNow())
      }
      const timer =
        endBy === undefined ? undefined : setTimeout(refuse, Math.max(0, endBy - performance.now()))
      const worker = idle.pop() ?? (busy.size < threads ? start() : undefined)
      if (worker === undefined) waiting.push(job)
      else assign(worker, job)
      return job.answer.promise.finally(() => clearTimeout(timer))
    },
  }
}

function busyNow(): PrebookError {
  return new PrebookError('STORE_BUSY', { retryAfterSeconds: RETRY_AFTER_SECONDS })
}
