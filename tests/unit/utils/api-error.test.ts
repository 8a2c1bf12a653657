import { describe, expect, it } from 'vitest'
import { toApiError } from '../../../utils/api-error'

const words = (code: string) => `words for ${code}`
const body = {
  error: 'INSUFFICIENT_CREDITS',
  message: '残高が不足しています。',
  details: { needed: 8, available: 2 },
  requestId: 'r-1',
}

describe('toApiError', () => {
  it('takes the server’s own body', () => {
    const error = toApiError(
      Object.assign(new Error('402'), { name: 'FetchError', statusCode: 402, data: body }),
      words,
    )
    expect(error.statusCode).toBe(402)
    expect(error.data).toEqual(body)
    expect(error.message).toBe(body.message)
  })

  it('leaves what already is one', () => {
    const error = toApiError(
      Object.assign(new Error(), { statusCode: 404, data: { ...body, error: 'NOT_FOUND' } }),
      words,
    )
    expect(toApiError(error, words)).toBe(error)
  })

  it('says that the server was not reached', () => {
    const error = toApiError(Object.assign(new Error('fetch failed'), { name: 'FetchError' }), words)
    expect(error.data.error).toBe('OFFLINE')
    expect(error.data.message).toBe('words for OFFLINE')
  })

  it.each([[new Error('bug')], ['text'], [null], [{ statusCode: 502, data: '<html>Bad gateway</html>' }]])(
    'never shows what is not meant for people: %j',
    (thrown) => {
      expect(toApiError(thrown, words).data.message).toBe('words for UNEXPECTED')
    },
  )
})
