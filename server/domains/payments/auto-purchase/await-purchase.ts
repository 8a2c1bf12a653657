import { setTimeout as pause } from 'node:timers/promises'
import type { Context } from '../../../utils/context'
import { logger } from '../../../utils/logger'
import { attemptPurchase } from './attempt-purchase'
import { decide } from './decide'
import { readAccount } from './read-state'

const waitMs = 20_000
const pollMs = 200

/** One wait for all of a hotel's spends on this server: two hundred that do not fit ask the database as one does. */
const waits = new Map<string, Promise<boolean>>()

/**
 * For a spend that does not fit: waits for the auto-purchase that is on its way, or due now, until it is decided, the
 * person leaves, or twenty seconds are over.
 * @returns whether there was one to wait for, and the person is still there: it is worth trying once more
 */
export async function awaitPurchase(ctx: Context): Promise<boolean> {
  const wait = waits.get(ctx.tenantId) ?? beginWait(ctx)
  const timer = new AbortController()
  const ended = AbortSignal.any([ctx.signal, timer.signal])
  try {
    return await Promise.race([wait, pause(waitMs, true, { signal: ended }).catch(() => false)])
  } finally {
    timer.abort()
  }
}

function beginWait(ctx: Context): Promise<boolean> {
  // In the hotel's name, not the person's: what is bought stays bought, whoever leaves meanwhile.
  const own: Context = {
    ...ctx,
    actor: { kind: 'system', task: 'payments.auto-purchase' },
    signal: new AbortController().signal,
  }
  const wait = purchaseDecided(own).finally(() => waits.delete(ctx.tenantId))
  waits.set(ctx.tenantId, wait)
  return wait
}

async function purchaseDecided(ctx: Context): Promise<boolean> {
  const account = await ctx.db.read((tx) => readAccount(tx, ctx))
  if (account.inFlight?.status === 'CREATED') {
    await untilDecided(ctx, account.inFlight.id)
    return true
  }
  if (decide(account, ctx.now).decision !== 'STARTED') return false
  try {
    // Another server may have been quicker: then its purchase is the one to wait for.
    if ((await attemptPurchase(ctx)) === 'IN_FLIGHT') await untilDecided(ctx)
  } catch (error) {
    logger.warn({ err: error, tenantId: ctx.tenantId }, 'payments: auto-purchase failed, the next run clears it up')
  }
  return true
}

/** One that waits for a person's authentication is not waited for. */
async function untilDecided(ctx: Context, purchaseId?: string): Promise<void> {
  const isOpen = () =>
    ctx.db.read((tx) =>
      tx.creditPurchase.count({
        where: { tenantId: ctx.tenantId, id: purchaseId, source: 'auto_purchase', status: 'CREATED' },
      }),
    )
  const giveUp = performance.now() + waitMs
  while ((await isOpen()) > 0 && performance.now() < giveUp) await pause(pollMs)
}
