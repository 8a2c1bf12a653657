import { errorResponse, type ErrorResponse } from '#shared/schemas/common'

/** What the API answers when it refuses. `data.message` is in the user's language, `data.error` is the code. */
export class ApiError extends Error {
  readonly statusMessage: string

  constructor(
    readonly statusCode: number,
    readonly data: ErrorResponse,
  ) {
    super(data.message)
    this.name = 'ApiError'
    this.statusMessage = data.error
  }
}

/** Codes of what never reached the server's own error map. */
export type LocalErrorCode = 'OFFLINE' | 'UNEXPECTED'

/**
 * Whatever a request threw, as an ApiError: the server's own body where there is one.
 * @param words the sentence for an error that has no body of the API
 */
export function toApiError(error: unknown, words: (code: LocalErrorCode) => string): ApiError {
  if (error instanceof ApiError) return error
  const parsed = errorResponse.safeParse(bodyOf(error))
  if (parsed.success) return new ApiError(statusOf(error), parsed.data)
  const status = statusOf(error)
  const code = error instanceof Error && error.name === 'FetchError' && !status ? 'OFFLINE' : 'UNEXPECTED'
  return new ApiError(status || 500, { error: code, message: words(code), details: {}, requestId: '' })
}

function bodyOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'data' in error ? error.data : undefined
}

function statusOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 0
}
