import { setTimeout as pause } from 'node:timers/promises'

/** Asks until the answer is there, rather than sleeping for as long as it might take. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  timeoutMs = 15_000,
): Promise<T> {
  const giveUp = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > giveUp) throw new Error(`after ${timeoutMs} ms still waiting for ${what}`)
    await pause(25)
  }
}
