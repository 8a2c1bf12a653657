/** The runs of this process, so that a server told to stop can book how they ended before it goes. */
const running = new Set<Promise<unknown>>()

export function tracked<T>(run: Promise<T>): Promise<T> {
  running.add(run)
  const forget = () => running.delete(run)
  run.then(forget, forget)
  return run
}

/** Waits until every run has ended, one way or the other. */
export async function runsEnded(): Promise<void> {
  await Promise.allSettled(running)
}
