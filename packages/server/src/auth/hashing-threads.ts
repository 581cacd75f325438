import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { PrebookError } from '@prebook/core'
import type { HashingAnswer, HashingTask } from './hashing-thread.ts'

/** One core stays with the requests; more than four hashes at once would take memory (19 MiB each) for nothing. */
const THREADS = Math.min(4, Math.max(1, availableParallelism() - 1))

/** Some two seconds of work for one thread: who would wait longer is told to come back. */
const MOST_WAITING = 100

type Job = { task: HashingTask; answer: PromiseWithResolvers<string | boolean> }

/** Threads that hash passwords, few at a time, so that a flood of sign-ins leaves the processor to everybody else. */
export type HashingThreads = {
  /** @throws PrebookError `RATE_LIMITED` when too many wait already */
  run(task: HashingTask): Promise<string | boolean>
}

/** Makes the threads; each starts when there is work for it, and none keeps the process from ending. */
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
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is of windows; this is a thread
    worker.postMessage(job.task)
  }
  const start = (): Worker => {
    // What this process was started with is not for the thread: tests preload their runner.
    const worker = new Worker(new URL('hashing-thread.ts', import.meta.url), { execArgv: [] })
    worker.on('message', (given: HashingAnswer) => {
      const job = busy.get(worker)
      busy.delete(worker)
      if ('failure' in given) job?.answer.reject(given.failure)
      else job?.answer.resolve(given.result)
      next(worker)
    })
    // A thread that broke takes its one job with it; those that wait get another, and nobody gets this one again.
    worker.on('error', (error) => {
      busy.get(worker)?.answer.reject(error)
      busy.delete(worker)
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
      const job = waiting.shift()
      if (job !== undefined) assign(start(), job)
    })
    return worker
  }
  return {
    run(task) {
      if (waiting.length >= mostWaiting) throw new PrebookError('RATE_LIMITED', { retryAfterSeconds: 2 })
      const job: Job = { task, answer: Promise.withResolvers() }
      const worker = idle.pop() ?? (busy.size < threads ? start() : undefined)
      if (worker === undefined) waiting.push(job)
      else assign(worker, job)
      return job.answer.promise
    },
  }
}
