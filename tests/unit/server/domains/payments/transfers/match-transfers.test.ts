import { describe, expect, it } from 'vitest'
import { matchTransfers, type OpenInvoice } from '../../../../../../server/domains/payments/transfers/match-transfers'
import { partyKey } from '../../../../../../server/domains/payments/transfers/payer-name'

const invoice = (
  tenantId: string,
  number: string,
  openYen: number,
  payerNames = [`ホテル${tenantId}`],
): OpenInvoice => ({
  tenantId,
  invoiceId: `${tenantId}${number}`,
  invoiceNumber: `0000${tenantId.charCodeAt(0) - 64}-2026-000${number}`,
  openYen,
  payerNames,
})
const line = (amountYen: number, payerName: string, reference = '') => ({ amountYen, payerName, reference })
/** Reason, and what goes to which invoice. */
const matched = (lines: ReturnType<typeof line>[], open: OpenInvoice[]) =>
  matchTransfers(lines, open).map(({ reason, shares }) => [
    reason,
    ...shares.map(({ invoiceId, amountYen }) => `${invoiceId}=${amountYen}`),
  ])

describe('matchTransfers', () => {
  it.each([
    ['the reference', line(1, 'X', 'フリコミ 00001-2026-0001')],
    ['front of the name, without hyphens', line(1, '0000120260001 ホテルB')],
    ['full width', line(1, 'X', '００００１－２０２６－０００１')],
  ])('goes by the invoice number in %s, whatever the amount', (_where, one) => {
    expect(matched([{ ...one, amountYen: 5_000 }], [invoice('A', '1', 22_000), invoice('B', '2', 5_000)])).toEqual([
      ['INVOICE_NUMBER', 'A1=5000'],
    ])
  })

  it.each([['100001-2026-0001'], ['00001-2026-00012'], ['00001-2026'], ['2026-0001']])(
    'takes %s for no number of invoice 00001-2026-0001',
    (reference) => expect(matched([line(7, 'X', reference)], [invoice('A', '1', 22_000)])).toEqual([['NOTHING_FITS']]),
  )

  it('pays an invoice in parts, and never more than is open', () => {
    const reference = '00001-2026-0001'
    expect(matched([line(10_000, 'X', reference), line(15_000, 'X', reference)], [invoice('A', '1', 22_000)])).toEqual([
      ['INVOICE_NUMBER', 'A1=10000'],
      ['INVOICE_NUMBER', 'A1=12000'],
    ])
  })

  it('pays several invoices that are named only when it is their sum', () => {
    const open = [invoice('A', '1', 10_000), invoice('A', '2', 12_000)]
    const named = '00001-2026-0001 00001-2026-0002'
    expect(matched([line(22_000, 'X', named)], open)).toEqual([['INVOICE_NUMBER', 'A1=10000', 'A2=12000']])
    expect(matched([line(21_000, 'X', named)], open)).toEqual([['AMBIGUOUS']])
  })

  it('goes by payer and amount, as a bank writes the payer', () => {
    const open = [invoice('A', '1', 6_050, ['株式会社 ほてるうみかぜ']), invoice('B', '1', 6_050)]
    expect(matched([line(6_050, 'カ)ホテルウミカゼ')], open)).toEqual([['PAYER_AND_AMOUNT', 'A1=6050']])
  })

  it('leaves two equal invoices of a payer, and the second payment of one, to a person', () => {
    const two = [invoice('A', '1', 6_050), invoice('A', '2', 6_050)]
    expect(matched([line(6_050, 'ホテルA')], two)).toEqual([['AMBIGUOUS']])
    expect(matched([line(6_050, 'ホテルA'), line(6_050, 'ホテルA')], [invoice('A', '1', 6_050)])).toEqual([
      ['PAYER_AND_AMOUNT', 'A1=6050'],
      ['NOTHING_FITS'],
    ])
  })

  it('goes by an amount that one open invoice has, of a payer nobody knows', () => {
    const open = [invoice('A', '1', 6_050), invoice('B', '1', 22_000)]
    expect(matched([line(22_000, 'ヤマダタロウ')], open)).toEqual([['ONLY_INVOICE_OF_AMOUNT', 'B1=22000']])
    // It names an invoice that is not open: somebody else's money.
    expect(matched([line(22_000, 'ヤマダタロウ', '00009-2026-0001')], open)).toEqual([['NOTHING_FITS']])
    expect(matched([line(22_000, 'ホテルA')], open), 'known to pay for A').toEqual([['NOTHING_FITS']])
    expect(matched([line(22_000, 'ヤマダ'), line(22_000, 'スズキ')], open), 'two such payers').toEqual([
      ['AMBIGUOUS'],
      ['AMBIGUOUS'],
    ])
    expect(matched([line(6_050, 'ヤマダ')], [...open, invoice('C', '1', 6_050)]), 'two such invoices').toEqual([
      ['AMBIGUOUS'],
    ])
  })

  it('goes by the sum of two invoices of the payer, where only one pair has it', () => {
    const open = [
      invoice('A', '1', 1_000),
      invoice('A', '2', 2_000),
      invoice('A', '3', 4_000),
      invoice('B', '1', 5_000),
    ]
    expect(matched([line(6_000, 'ホテルA')], open)).toEqual([['TWO_INVOICES_OF_PAYER', 'A2=2000', 'A3=4000']])
    expect(matched([line(5_000, 'ホテルA')], [...open, invoice('A', '4', 3_000)])).toEqual([['AMBIGUOUS']])
    expect(matched([line(6_000, 'ヤマダ')], open)).toEqual([['NOTHING_FITS']])
  })

  it('gives the surer reason its invoice first, whatever the order of the lines', () => {
    const open = [invoice('A', '1', 6_050)]
    const [byAmount, byNumber] = [line(6_050, 'ヤマダ'), line(6_050, 'X', '00001-2026-0001')]
    expect(matched([byAmount, byNumber], open)).toEqual([['NOTHING_FITS'], ['INVOICE_NUMBER', 'A1=6050']])
  })

  it('changes nothing of what it is given', () => {
    const open = [invoice('A', '1', 6_050)]
    matched([line(6_050, 'ホテルA')], open)
    expect(open[0]?.openYen).toBe(6_050)
  })

  // Of one amount, as most are: there are four packages. Compared pair by pair with all its ways this takes minutes.
  it('reads a busy month against many open invoices while others wait for the server', () => {
    const open = Array.from({ length: 1000 }, (_, index) => ({
      ...invoice('A', '1', 6_050, [`ホテル${index}`]),
      invoiceId: String(index),
      invoiceNumber: `${String(index).padStart(5, '0')}-2026-0001`,
    }))
    const lines = Array.from({ length: 2000 }, (_, index) => line(6_050, `タナカ${index} タロウ`, `AAA${index}`))
    const begin = performance.now()
    expect(matched(lines, open)).toEqual(lines.map(() => ['AMBIGUOUS']))
    expect(performance.now() - begin).toBeLessThan(8_000)
  })
})

describe('partyKey', () => {
  it.each([
    ['カ)ホテルウミカゼ', '株式会社ホテルウミカゼ'],
    ['ホテルウミカゼ(カ', '㈱ホテルウミカゼ'],
    ['ｶ)ﾎﾃﾙ ｳﾐｶｾﾞ', 'ほてる うみかぜ'],
    ['ユ)オオフジリヨカン', '有限会社オオフジリョカン'],
    ['00001-2026-0001 ホテルウミカゼ', 'ホテルウミカゼ'],
    ['HOTEL UMIKAZE', 'Hotel Umikaze'],
  ])('%s is %s', (bank, person) => expect(partyKey(bank)).toBe(partyKey(person)))

  it.each([
    ['ホテルウミカゼ', 'ホテルヤマカゼ'],
    ['カナザワホテル', 'ナザワホテル'],
    ['ホテル1', 'ホテル2'],
  ])('%s is not %s', (one, other) => expect(partyKey(one)).not.toBe(partyKey(other)))

  it('is empty for what names nobody', () => {
    expect(partyKey('カ)')).toBe('')
    expect(partyKey('00001-2026-0001')).toBe('')
  })
})
