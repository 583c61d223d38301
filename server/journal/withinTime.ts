/** A statement that was not answered in time. Like a lost connection: it may have been committed. */
class AnswerTimeout extends Error {
  readonly code = 'ANSWER_TIMEOUT'
}

/**
 * Waits for a statement, but not for ever: over a connection that swallows its answer nothing else would end the wait.
 * The statement itself goes on.
 */
export async function withinTime<T>(answer: PromiseLike<T>, limitMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    const expire = () => reject(new AnswerTimeout(`The database did not answer within ${Math.round(limitMs)} ms.`))
    timer = setTimeout(expire, limitMs)
  })
  try {
    return await Promise.race([answer, timeout])
  } finally {
    clearTimeout(timer)
  }
}
