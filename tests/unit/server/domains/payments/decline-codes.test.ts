import { describe, expect, it } from 'vitest'
import { declineMessage, isFinalRefusal } from '../../../../../server/domains/payments/decline-codes'
import { locales, text } from '../../../../../server/utils/texts'

describe('a refusal that forbids another try', () => {
  it.each([
    ['lost_card', null, true],
    ['stolen_card', null, true],
    ['pickup_card', null, true],
    ['restricted_card', null, true],
    ['revocation_of_authorization', null, true],
    ['revocation_of_all_authorizations', null, true],
    ['do_not_try_again', null, true],
    // The network's own advice outweighs a code that says nothing.
    ['generic_decline', 'do_not_try_again', true],
    [null, 'do_not_try_again', true],
    ['generic_decline', 'try_again_later', false],
    ['do_not_honor', null, false],
    ['generic_decline', null, false],
    ['insufficient_funds', null, false],
    ['processing_error', null, false],
    ['authentication_required', 'confirm_card_data', false],
    [null, null, false],
    [undefined, undefined, false],
    ['', '', false],
  ])('%s with the advice %s: %s', (declineCode, adviceCode, expected) => {
    expect(isFinalRefusal(declineCode, adviceCode)).toBe(expected)
  })
})

describe("a refusal in the customer's words", () => {
  it.each([
    ['card_declined', 'insufficient_funds', 'insufficientFunds'],
    ['card_declined', 'generic_decline', 'declined'],
    ['card_declined', 'do_not_honor', 'declined'],
    ['card_declined', 'a_code_of_next_year', 'declined'],
    ['card_declined', null, 'declined'],
    ['card_declined', 'lost_card', 'callIssuer'],
    ['card_declined', 'stolen_card', 'callIssuer'],
    ['card_declined', 'fraudulent', 'callIssuer'],
    ['expired_card', null, 'expired'],
    ['card_declined', 'expired_card', 'expired'],
    ['incorrect_cvc', 'incorrect_cvc', 'incorrectCvc'],
    ['processing_error', null, 'processingError'],
    ['payment_intent_authentication_failure', null, 'authenticationFailed'],
    ['authentication_required', 'authentication_required', 'authenticationFailed'],
    ['constructor', null, 'generic'],
    [null, null, 'generic'],
  ])('%s / %s: %s', (code, declineCode, key) => {
    for (const locale of locales) {
      const message = declineMessage(locale, code, declineCode)
      expect(message).toBe(text(locale, `payments.declines.${key}`))
      expect(message).not.toContain('payments.')
    }
  })

  it('never tells whoever holds the card that it is known as lost or stolen', () => {
    for (const code of ['lost_card', 'stolen_card', 'pickup_card', 'fraudulent']) {
      expect(declineMessage('ja', 'card_declined', code)).not.toMatch(/紛失|盗難|不正/)
      expect(declineMessage('en', 'card_declined', code)).not.toMatch(/lost|stolen|fraud/i)
    }
  })
})
