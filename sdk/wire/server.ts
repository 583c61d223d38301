/** How to reach a Waybill server. */
export type Server = {
  /** without a slash at its end */
  url: string
  /** absent in a browser whose session cookie speaks for it */
  key: string | undefined
  fetch: typeof fetch
}

export function authorization(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` }
}
