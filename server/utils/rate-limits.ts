import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import { env } from './env'
import { AppError } from './errors'
import { useRuntime } from './runtime'

/** Limits a minute. Source: spec 10, "Abuse". */
export type RateLimit = 'global' | 'credits' | 'imports' | 'signIn'

/** An address alone may try this many times the sign-ins of one account and address: a hotel shares one address. */
const signInsPerAddress = 30

let perMinute: Record<RateLimit | 'signInAddress', RateLimiterAbstract> | undefined
const perHour = new Map<number, RateLimiterAbstract>()

/** Counts in the database, so that a restart or another replica does not begin again. */
function inDatabase(keyPrefix: string, points: number, duration: number): RateLimiterAbstract {
  const { db } = useRuntime()
  return new RateLimiterPostgres({
    storeClient: db.pool,
    storeType: 'pool',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix,
    points,
    duration,
  })
}

function limiters() {
  perMinute ??= {
    // Every request counts here: in memory, which costs no round trip.
    global: new RateLimiterMemory({ keyPrefix: 'global', points: env().RATE_LIMIT_GLOBAL_PER_MINUTE, duration: 60 }),
    credits: new RateLimiterMemory({ keyPrefix: 'credits', points: env().RATE_LIMIT_CREDITS_PER_MINUTE, duration: 60 }),
    imports: new RateLimiterMemory({ keyPrefix: 'imports', points: env().RATE_LIMIT_IMPORTS_PER_MINUTE, duration: 60 }),
    signIn: inDatabase('sign-in', env().RATE_LIMIT_SIGN_IN_PER_MINUTE, 60),
    signInAddress: inDatabase('sign-in-address', env().RATE_LIMIT_SIGN_IN_PER_MINUTE * signInsPerAddress, 60),
  }
  return perMinute
}

/** @throws RATE_LIMIT_EXCEEDED with retryAfter in seconds */
export async function countRequest(limit: RateLimit, key: string): Promise<void> {
  await consume(limiters()[limit], key)
}

/** Sign-in: per account and address, and, more generously, per address. */
export async function countSignIn(email: string, address: string): Promise<void> {
  await consume(limiters().signIn, `${address} ${email}`.slice(0, 200))
  await consume(limiters().signInAddress, address)
}

/** Runs of an AI function a person and hour. */
export async function countAiRun(functionType: string, userId: string, hourlyLimit: number): Promise<void> {
  await consume(hourly(hourlyLimit), `${functionType} ${userId}`)
}

/** Takes back the count of a run that was refused afterwards. */
export async function uncountAiRun(functionType: string, userId: string, hourlyLimit: number): Promise<void> {
  await hourly(hourlyLimit).reward(`${functionType} ${userId}`)
}

function hourly(limit: number): RateLimiterAbstract {
  const limiter = perHour.get(limit) ?? inDatabase('ai', limit, 3600)
  perHour.set(limit, limiter)
  return limiter
}

async function consume(limiter: RateLimiterAbstract, key: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    throw new AppError('RATE_LIMIT_EXCEEDED', { retryAfter: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)) })
  }
}
