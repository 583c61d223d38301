export type Isolation<T> = {
  /** tries a part of them on its own */
  again(half: readonly T[]): Promise<void>
  /** called with the one that fails alone */
  refuse(culprit: T): void
}

/** One culprit must not spoil its neighbours: halves those that failed together until it is alone. */
export async function isolateCulprit<T>(failed: readonly T[], { again, refuse }: Isolation<T>): Promise<void> {
  const [culprit] = failed
  if (culprit !== undefined && failed.length === 1) return refuse(culprit)
  const middle = Math.ceil(failed.length / 2)
  await again(failed.slice(0, middle))
  await again(failed.slice(middle))
}
