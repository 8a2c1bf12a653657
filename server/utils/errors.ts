import type { Role } from '#shared/schemas/identity'

/** Every refusal of the product: its code and HTTP status. The words stand in i18n/locales/<locale>/errors.json. */
export const errorStatus = {
  INVALID_INPUT: 400,
  INVALID_JSON: 400,
  IDEMPOTENCY_KEY_REQUIRED: 400,
  INVALID_FILE: 400,
  WEBHOOK_SIGNATURE_INVALID: 400,
  UNAUTHENTICATED: 401,
  SIGN_IN_FAILED: 401,
  INSUFFICIENT_CREDITS: 402,
  PLAN_LIMIT_REACHED: 402,
  PLAN_FEATURE_REQUIRED: 402,
  INVOICE_OVERDUE: 402,
  CARD_REFUSED: 402,
  FORBIDDEN: 403,
  CROSS_SITE_REQUEST: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  IDEMPOTENCY_CONFLICT: 409,
  PACKAGE_NOT_AVAILABLE: 409,
  TRANSFER_KNOWN: 409,
  TRANSFER_SPENT: 409,
  INVOICE_SETTLED: 409,
  INVOICE_NOT_VOIDABLE: 409,
  FILE_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  NOT_ENOUGH_DATA: 422,
  KNOWLEDGE_EMPTY: 422,
  FUNCTION_NOT_AVAILABLE: 422,
  CARDS_NOT_AVAILABLE: 422,
  NO_STORED_CARD: 422,
  INVOICE_NOT_AVAILABLE: 422,
  RECEIPT_NOT_AVAILABLE: 422,
  AUTO_PURCHASE_NEEDS_CARD: 422,
  AUTO_PURCHASE_NO_PACKAGE: 422,
  AUTO_PURCHASE_CAP_TOO_LOW: 422,
  RATE_LIMIT_EXCEEDED: 429,
  REQUEST_ABORTED: 499,
  INTERNAL_ERROR: 500,
  WEBHOOK_FAILED: 500,
  AI_PROVIDER_UNAVAILABLE: 502,
  AI_EMPTY_ANSWER: 502,
  PAYMENT_PROVIDER_UNAVAILABLE: 502,
  AI_PROVIDER_BUSY: 503,
  AI_RUN_STOPPED: 503,
  SHUTTING_DOWN: 503,
  WEBHOOKS_NOT_CONFIGURED: 503,
} as const

export type ErrorCode = keyof typeof errorStatus
export type ErrorDetails = Record<string, unknown>

/** A refusal that the user is told about. `details` fills the placeholders of its text and goes out as it is. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly details: ErrorDetails = {},
  ) {
    super(code)
    this.name = 'AppError'
  }

  get status(): number {
    return errorStatus[this.code]
  }
}

/** The answer to an id that does not exist, and, word for word, to another tenant's. */
export const notFound = () => new AppError('NOT_FOUND')
export const forbidden = (requiredRole: Role) => new AppError('FORBIDDEN', { requiredRole })
