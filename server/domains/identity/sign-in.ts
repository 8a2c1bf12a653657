import type { SignInBody } from '#shared/schemas/identity'
import type { Database } from '../../utils/db'
import { AppError } from '../../utils/errors'
import { recordAudit } from '../audit/record-audit'
import { createSession, platformTenantId } from './sessions'

export interface Visitor {
  address: string | null
  userAgent: string | null
  now: Date
  requestId: string
}

/** scrypt by the authentication library; given in, so that the domain knows no framework. */
export interface PasswordHasher {
  verify(hash: string, password: string): Promise<boolean>
  hash(password: string): Promise<string>
}

let hashOfNobody: Promise<string> | undefined

/**
 * Opens a session in the person's hotel, or on the platform.
 * @returns the secret session id for the cookie
 * @throws SIGN_IN_FAILED — the same, after the same work, for an unknown address and a wrong password
 */
export async function signIn(
  db: Database,
  hasher: PasswordHasher,
  input: SignInBody,
  visitor: Visitor,
): Promise<string> {
  const user = await db.global.user.findUnique({
    where: { email: input.email },
    include: { memberships: { include: { organization: true }, orderBy: { createdAt: 'asc' } } },
  })
  hashOfNobody ??= hasher.hash('nobody')
  const matches = await hasher.verify(user?.passwordHash ?? (await hashOfNobody), input.password)
  const hotel = user?.memberships.find((membership) => membership.organization.hotelTenantId)?.organization
  if (!user || !matches || (!hotel && !user.platformRole)) throw new AppError('SIGN_IN_FAILED')

  const contextTenantId = hotel?.hotelTenantId ?? null
  const { address, userAgent, now, requestId } = visitor
  const sessionId = await createSession(db, { userId: user.id, contextTenantId, address, userAgent, now })
  await db.forTenant(contextTenantId ?? platformTenantId).transaction((tx) =>
    recordAudit(tx, {
      tenantId: contextTenantId ?? platformTenantId,
      userId: user.id,
      source: 'api',
      eventType: 'identity.signed_in',
      entityType: 'users',
      entityId: user.id,
      action: 'sign_in',
      address,
      userAgent,
      requestId,
      now,
    }),
  )
  return sessionId
}
