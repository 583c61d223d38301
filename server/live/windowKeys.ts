/** The hash tag around the job's id keeps both on one node of a cluster, where the scripts need them. */
export type WindowKeys = { window: string; wake: string }

/**
 * `epoch` names this history of the journal: after a restore that lost commits it is another, so that windows of events
 * that no longer exist are never read again.
 */
export function windowKeys(epoch: string, jobId: string): WindowKeys {
  const prefix = `waybill:${epoch}:{${jobId}}`
  return { window: `${prefix}:window`, wake: `${prefix}:wake` }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Anything else must not become part of a key: braces in it would move it to another node. */
export function isJobId(text: string): boolean {
  return uuid.test(text)
}
