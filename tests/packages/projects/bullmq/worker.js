import { UnrecoverableError, Worker } from 'bullmq'
import { WablockError } from 'wablock'

/** What a job does: blocks `job.data.users`, and keeps counts, not numbers, as its result. */
export function processorOf(client) {
  return async (job) => {
    try {
      const report = await client.block(job.data.users, {
        onProgress: (done, total) => void job.updateProgress({ done, total }).catch(() => {}),
      })
      // A retried job blocks the same users again, which is safe: blocking is idempotent.
      const settled = report.counts.unknown > 0 ? await client.settle(report) : report
      return { counts: settled.counts, failures: settled.failures }
    } catch (error) {
      // wablock has already retried; an error that is not retryable would fail again.
      if (!(error instanceof WablockError) || error.retryable) throw error
      throw new UnrecoverableError(`${error.code}: ${error.message}`)
    }
  }
}

/** One job at a time, because one client sends several requests at once and keeps to the provider's rate. */
export function workerOf(client, connection) {
  const worker = new Worker('blocks', processorOf(client), { connection, concurrency: 1 })
  worker.on('closed', () => client.close())
  return worker
}
