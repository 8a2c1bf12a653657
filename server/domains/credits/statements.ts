import type { Statement } from '../../utils/db'
import { newId } from '../../utils/ids'

/** The database functions of prisma/migrations/…_credits, as prepared statements. Amounts are credits. */

export interface ReserveRow {
  outcome: 'RESERVED' | 'INSUFFICIENT' | 'DUE' | 'NO_ACCOUNT'
  balance: number
  available: number
}

export function reserveStatement(input: {
  tenantId: string
  holdId: string
  amount: number
  functionType: string
  userId: string | null
  now: Date
  expiresAt: Date
}): Statement {
  return {
    name: 'credit_reserve',
    text: 'SELECT * FROM credit_reserve($1::uuid, $2::uuid, $3::int, $4::text, $5::uuid, $6::timestamptz, $7::timestamptz)',
    values: [input.tenantId, input.holdId, input.amount, input.functionType, input.userId, input.now, input.expiresAt],
  }
}

export interface SettleRow {
  outcome: 'SETTLED' | 'NOT_OPEN' | 'NO_HOLD'
  hold_status: 'SETTLED' | 'RELEASED' | 'EXPIRED' | null
  transaction_id: string | null
  charged: number
  balance: number
  available: number
  cost_yen: number
}

export function settleStatement(input: {
  tenantId: string
  holdId: string
  amount: number
  now: Date
  day: string
  executionMs: number | null
  functionParams: object | null
  description: string | null
  idempotencyKey: string
  requestId: string
}): Statement {
  return {
    name: 'credit_settle',
    text: `SELECT * FROM credit_settle($1::uuid, $2::uuid, $3::uuid, $4::int, $5::timestamptz, $6::date, $7::int, $8::jsonb,
           $9::text, $10::text, $11::uuid, $12::uuid, $13::text)`,
    values: [
      input.tenantId,
      input.holdId,
      newId(),
      input.amount,
      input.now,
      input.day,
      input.executionMs,
      input.functionParams && JSON.stringify(input.functionParams),
      input.description,
      input.idempotencyKey,
      newId(),
      newId(),
      input.requestId,
    ],
  }
}

export interface ReleaseRow {
  outcome: 'RELEASED' | 'NOT_OPEN' | 'NO_HOLD'
  hold_status: string | null
  balance: number
  available: number
}

export function releaseStatement(input: {
  tenantId: string
  holdId: string
  status: 'RELEASED' | 'EXPIRED'
  now: Date
}): Statement {
  return {
    name: 'credit_release',
    text: 'SELECT * FROM credit_release($1::uuid, $2::uuid, $3::text, $4::timestamptz)',
    values: [input.tenantId, input.holdId, input.status, input.now],
  }
}

export interface GrantRow {
  outcome: 'GRANTED' | 'KNOWN' | 'NO_ACCOUNT'
  transaction_id: string
  balance: number
  available: number
}

export interface GrantInput {
  tenantId: string
  source: 'MONTHLY_FREE' | 'PURCHASE' | 'BONUS' | 'REFUND'
  type: 'PURCHASE' | 'MONTHLY_RESET' | 'BONUS' | 'REFUND' | 'ADJUSTMENT'
  amount: number
  /** Yen without tax for one credit, an exact decimal; '0' for free ones. */
  unitPriceYen: string
  expiresAt: Date | null
  priority: number
  userId: string | null
  description: string | null
  referenceId: string | null
  idempotencyKey: string
  now: Date
}

export function grantStatement(input: GrantInput): Statement {
  return {
    name: 'credit_grant',
    text: `SELECT * FROM credit_grant($1::uuid, $2::uuid, $3::uuid, $4::text, $5::text, $6::int, $7::numeric, $8::timestamptz,
           $9::int, $10::uuid, $11::text, $12::uuid, $13::text, $14::timestamptz, $15::uuid)`,
    values: [
      input.tenantId,
      newId(),
      newId(),
      input.source,
      input.type,
      input.amount,
      input.unitPriceYen,
      input.expiresAt,
      input.priority,
      input.userId,
      input.description,
      input.referenceId,
      input.idempotencyKey,
      input.now,
      newId(),
    ],
  }
}

export interface WithdrawRow {
  outcome: 'WITHDRAWN' | 'KNOWN' | 'INSUFFICIENT' | 'NO_ACCOUNT'
  transaction_id: string
  balance: number
  available: number
}

export function withdrawStatement(input: {
  tenantId: string
  type: 'REFUND' | 'ADJUSTMENT'
  amount: number
  userId: string | null
  description: string | null
  referenceId: string | null
  idempotencyKey: string
  now: Date
}): Statement {
  return {
    name: 'credit_withdraw',
    text: `SELECT * FROM credit_withdraw($1::uuid, $2::uuid, $3::text, $4::int, $5::uuid, $6::text, $7::uuid, $8::text,
           $9::timestamptz, $10::uuid)`,
    values: [
      input.tenantId,
      newId(),
      input.type,
      input.amount,
      input.userId,
      input.description,
      input.referenceId,
      input.idempotencyKey,
      input.now,
      newId(),
    ],
  }
}
