import { describe, expect, it } from 'vitest'
import type { InvoiceSnapshot } from '#shared/schemas/payments'
import { renderInvoice } from '../../../../../../server/domains/payments/invoices/render-invoice'
import { textsOfPages } from './pdf-text'

const snapshot: InvoiceSnapshot = {
  invoiceNumber: '1001-2026-0001',
  issuedOn: '2026-11-21',
  dueOn: '2026-12-31',
  issuer: {
    name: '株式会社ホテルメンバー',
    registrationNumber: 'T7000012050002',
    postalCode: '100-0001',
    address: '東京都千代田区千代田1丁目1番1号',
    phone: '03-1234-5678',
    email: 'billing@hotel-member.example',
  },
  recipient: { name: '㈱髙﨑屋 第①別館', email: null },
  lines: [
    { description: 'AI クレジット 2,000', quantity: 1, unitPriceYen: 24_000, netYen: 24_000, taxRate: 0.1 },
    { description: '数量割引', quantity: 1, unitPriceYen: -4_000, netYen: -4_000, taxRate: 0.1 },
  ],
  taxes: [{ rate: 0.1, netYen: 20_000, taxYen: 2_000 }],
  netYen: 20_000,
  taxYen: 2_000,
  totalYen: 22_000,
  bank: {
    bankName: 'みずほ銀行',
    branch: '丸の内支店',
    accountType: 'ORDINARY',
    accountNumber: '1234567',
    accountHolder: 'カ)ホテルメンバー',
  },
}

describe('renderInvoice', () => {
  it('prints all that a qualified invoice must have, on one page', async () => {
    const pages = textsOfPages(await renderInvoice(snapshot))
    expect(pages).toHaveLength(1)
    const page = pages[0]?.join('\n')
    for (const part of [
      '請求書',
      '1001-2026-0001',
      '2026年11月21日',
      '2026年12月31日',
      '㈱髙﨑屋 第①別館 御中',
      '株式会社ホテルメンバー',
      '登録番号 T7000012050002',
      'AI クレジット 2,000',
      '−¥4,000',
      '10%対象 小計',
      '¥20,000',
      '消費税(10%)',
      '¥2,000',
      '¥22,000',
      'みずほ銀行 丸の内支店 普通 1234567',
      '口座名義 カ)ホテルメンバー',
    ])
      expect(page).toContain(part)
    expect(page).toContain('振込手数料')
    expect(page).not.toContain('\ufffd')
  })

  it('is the same file for the same invoice, with its fonts in it and only what it uses of them', async () => {
    const [first, second] = [await renderInvoice(snapshot), await renderInvoice(structuredClone(snapshot))]
    expect(first.equals(second)).toBe(true)
    expect(first.length).toBeLessThan(100_000)
    const pdf = first.toString('latin1')
    expect(pdf.match(/\/FontFile2 /g)).toHaveLength(2)
    expect(pdf).toMatch(/\/FontName \/[A-Z]{6}\+BIZUDPGothic/)
    expect((await renderInvoice({ ...snapshot, totalYen: 22_001 })).equals(first)).toBe(false)
  })

  it('goes on over pages, numbered, without losing a line or the totals', async () => {
    const lines = Array.from({ length: 60 }, (_, index) => ({
      ...(snapshot.lines[0] as InvoiceSnapshot['lines'][number]),
      description: `品目${index + 1} ${'長い説明の文'.repeat(index % 7)}`,
      quantity: index + 1,
    }))
    const name = '株式会社とても長い名前のホテルアンドリゾーツ'.repeat(4)
    const pages = textsOfPages(await renderInvoice({ ...snapshot, lines, recipient: { name, email: null } }))
    expect(pages.length).toBeGreaterThan(2)
    const all = pages.flat().join('').replaceAll(/\s/g, '')
    expect(all).toContain(`${name}御中`)
    for (const { description } of lines) expect(all).toContain(description.replaceAll(' ', ''))
    for (const [index, page] of pages.entries())
      expect(page.at(-1)).toMatch(new RegExp(`1001-2026-0001 +${index + 1} / ${pages.length}$`))
    expect(pages.at(-1)?.join('\n')).toContain('合計(税込)')
  })

  it('has no page number where there is one page, and is written in English too', async () => {
    const [page] = textsOfPages(await renderInvoice(snapshot, { locale: 'en' }))
    expect(page?.join('\n')).toContain('Consumption tax (10%)')
    expect(page?.join('\n')).not.toContain('1 / 1')
  })

  it('says of one that was voided that nothing is to be paid, and of no other', async () => {
    const [voided] = textsOfPages(await renderInvoice(snapshot, { isVoid: true }))
    expect(voided?.join('\n')).toContain('取り消されました')
    const [valid] = textsOfPages(await renderInvoice(snapshot))
    expect(valid?.join('\n')).not.toContain('取り消されました')
  })
})
