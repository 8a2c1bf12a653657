import { expect, it } from 'vitest'
import texts from '../../../../../../i18n/locales/ja/bank-file.json'
import { bankFileProblems } from '../../../../../../server/domains/payments/transfers/bank-line'
import { matchReasons } from '../../../../../../server/domains/payments/transfers/match-transfers'

// That English has the same: tests/unit/i18n.test.ts.
it('has words for every problem of a bank’s file and every reason of a proposal, and for nothing else', () => {
  expect(Object.keys(texts.bankFile.problems).sort()).toEqual([...bankFileProblems].sort())
  expect(Object.keys(texts.bankFile.reasons).sort()).toEqual([...matchReasons].sort())
})
