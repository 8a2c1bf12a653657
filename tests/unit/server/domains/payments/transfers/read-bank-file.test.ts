import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBankDate } from '../../../../../../server/domains/payments/transfers/bank-date'
import { readBankFile } from '../../../../../../server/domains/payments/transfers/read-bank-file'

const today = '2026-11-21'
const fixture = (name: string) => readFileSync(new URL(`../../../../../fixtures/bank/${name}`, import.meta.url))
const umikaze = { receivedOn: '2026-11-02', amountYen: 22_000, payerName: 'カ)ホテルウミカゼ', occurrence: 1 }
const plantan = { receivedOn: '2026-11-10', amountYen: 6_050, payerName: 'シテイホテル プランタン' }

describe('readBankFile', () => {
  it('reads 入出金取引明細: what came in, half-width kana as full, equal transfers told apart', async () => {
    expect(await readBankFile(fixture('zengin-statement.txt'), today)).toEqual({
      format: 'ZENGIN_STATEMENT',
      lines: [
        { ...umikaze, reference: 'フリコミ 00001-2026-0001', line: 2 },
        { ...plantan, reference: 'フリコミ', line: 4, occurrence: 1 },
        { ...plantan, reference: 'フリコミ', line: 5, occurrence: 2 },
      ],
      problems: [],
    })
  })

  it('reads 振込入金通知 without line breaks, and leaves out what was taken back', async () => {
    expect(await readBankFile(fixture('zengin-transfers.txt'), today)).toEqual({
      format: 'ZENGIN_TRANSFERS',
      lines: [
        {
          receivedOn: '2026-11-20',
          amountYen: 99_000,
          payerName: 'ユ)オオフジリヨカン',
          reference: '00002-2026-0003',
          line: 2,
          occurrence: 1,
        },
      ],
      problems: [{ line: 3, problem: 'canceled' }],
    })
  })

  it.each([
    // Shift_JIS, quotes, thousands, Japanese years, deposits and withdrawals in columns of their own
    [
      'columns-apart.csv',
      [
        { ...umikaze, reference: '00001-2026-0001', line: 2 },
        { ...plantan, line: 4 },
      ],
    ],
    // UTF-8, one column with a sign
    [
      'one-column.csv',
      [
        { ...umikaze, reference: '', line: 2 },
        { ...plantan, line: 4 },
      ],
    ],
    // UTF-16, tabs, the account above the headings and a total below
    ['with-account-above.csv', [{ ...umikaze, reference: '振込1', line: 4 }]],
  ])('reads %s, and no withdrawals', async (name, lines) => {
    const file = await readBankFile(fixture(name), today)
    expect(file).toMatchObject({ format: 'CSV', lines, problems: [] })
    expect(file.lines).toHaveLength(lines.length)
  })

  it('reads what is pasted: a fixed-length file whose lines have lost their last spaces, and CSV', async () => {
    const statement = new TextDecoder('shift_jis').decode(fixture('zengin-statement.txt'))
    const asSent = await readBankFile(fixture('zengin-statement.txt'), today)
    expect(await readBankFile(statement.replaceAll(/ +\r\n/g, '\n'), today)).toEqual(asSent)
    expect(await readBankFile(Buffer.from(statement), today)).toEqual(asSent)
    expect((await readBankFile('\uFEFF日付,入金額,摘要\n11/2/2026,100,A\n2026-11-02,100,A', today)).problems).toEqual([
      { line: 2, problem: 'date' },
    ])
  })

  it.each([
    ['日付,入金額,摘要\n2026/11/02,abc,A', { line: 2, problem: 'amount' }],
    ['日付,入金額,摘要\n2026/11/02,-500,A', { line: 2, problem: 'amount' }],
    ['日付,入金額,摘要\n2026/11/02,100.5,A', { line: 2, problem: 'amount' }],
    ['日付,入金額,摘要\n2026/11/02,100000001,A', { line: 2, problem: 'amount' }],
    ['日付,入金額,摘要\n2026/02/29,100,A', { line: 2, problem: 'date' }],
    ['日付,入金額,摘要\n2026/11/02,100,', { line: 2, problem: 'payer' }],
    ['日付,入金額,"摘要\n2026/11/02,100,A', { line: 1, problem: 'unclosedQuote' }],
    ['名前,住所\nA,B', { line: 1, problem: 'unknownFormat' }],
    ['', { line: 1, problem: 'empty' }],
    ['%PDF-1.7', { line: 1, problem: 'unknownFormat' }],
  ])('says what is wrong with %j', async (text, problem) => {
    expect(await readBankFile(text, today)).toMatchObject({ lines: [], problems: [problem] })
  })

  it.each([
    ['PK\u0003\u0004 xlsx', 'spreadsheet'],
    ['%PDF-1.7', 'pdf'],
    ['', 'empty'],
  ])('refuses an upload of another kind: %j', async (text, problem) => {
    expect(await readBankFile(Buffer.from(text), today)).toEqual({
      format: null,
      lines: [],
      problems: [{ line: 1, problem }],
    })
  })
})

describe('readBankDate', () => {
  it.each([
    ['2026/11/21', '2026-11-21'],
    ['2026.1.5', '2026-01-05'],
    ['20261121', '2026-11-21'],
    ['2026年11月21日(土)', '2026-11-21'],
    ['2026-11-21 09:30', '2026-11-21'],
    ['R8.11.21', '2026-11-21'],
    ['令和8年11月21日', '2026-11-21'],
    ['令和元年5月1日', '2019-05-01'],
    ['H31.4.30', '2019-04-30'],
    ['081121', '2026-11-21'],
    ['261121', '2026-11-21'],
    ['08/11/21', '2026-11-21'],
    ['26-11-21', '2026-11-21'],
    ['２０２６／１１／２１', '2026-11-21'],
    ['2026/2/30', undefined],
    ['081301', undefined],
    ['000000', undefined],
    ['11/21', undefined],
    ['', undefined],
    ['合計', undefined],
  ])('%s → %s', (text, date) => expect(readBankDate(text, today)).toBe(date))
})

describe('a fixed-length file', () => {
  const digits = (value: number, length: number) => String(value).padStart(length, '0')
  const kana = fc.string({ unit: fc.constantFrom(...'ｱｶｻﾀﾅﾊﾏﾔﾗﾜABZ09 ().-'), minLength: 1, maxLength: 48 })
  const movement = fc.record({
    isDeposit: fc.boolean(),
    month: fc.integer({ min: 1, max: 11 }),
    day: fc.integer({ min: 1, max: 28 }),
    amount: fc.integer({ min: 1, max: 100_000_000 }),
    payer: kana.filter((name) => name.trim() !== ''),
  })
  type Movement = { isDeposit: boolean; month: number; day: number; amount: number; payer: string }

  function statement(accounts: Movement[][]): string[] {
    const records = accounts.flatMap((movements) => {
      const ins = movements.filter(({ isDeposit }) => isDeposit)
      const outs = movements.filter(({ isDeposit }) => !isDeposit)
      const yen = (list: Movement[]) => list.reduce((total, { amount }) => total + amount, 0)
      return [
        `1030${'081121'.repeat(3)}`,
        ...movements.map(({ isDeposit, month, day, amount, payer }, index) => {
          const date = `08${digits(month, 2)}${digits(day, 2)}`
          return `2${digits(index, 8)}${date}${date}${isDeposit ? 1 : 2}11${digits(amount, 12)}${'0'.repeat(45)}${payer}`
        }),
        `8${digits(ins.length, 6)}${digits(yen(ins), 13)}${digits(outs.length, 6)}${digits(yen(outs), 13)}`,
      ]
    })
    return [...records, '9'].map((record) => record.padEnd(200))
  }
  /** JIS X 0201, in which half-width katakana begin at 0xA1. */
  const bytes = (text: string) =>
    Uint8Array.from([...text], (character) => {
      const code = character.charCodeAt(0)
      return code < 0x80 ? code : code - 0xff61 + 0xa1
    })
  const accounts = fc.array(fc.array(movement, { maxLength: 8 }), { minLength: 1, maxLength: 3 })

  it('gives back every deposit and nothing else, with line breaks or without, in bytes or pasted', async () => {
    await fc.assert(
      fc.asyncProperty(
        accounts,
        fc.constantFrom('', '\n', '\r\n'),
        fc.boolean(),
        async (movements, ending, isPasted) => {
          const text = statement(movements).join(ending) + ending
          const file = await readBankFile(isPasted ? text : bytes(text), today)
          expect(file).toMatchObject({ format: 'ZENGIN_STATEMENT', problems: [] })
          expect(file.lines.map(({ receivedOn, amountYen }) => [receivedOn, amountYen])).toEqual(
            movements
              .flat()
              .filter(({ isDeposit }) => isDeposit)
              .map(({ month, day, amount }) => [`2026-${digits(month, 2)}-${digits(day, 2)}`, amount]),
          )
          const names = movements.flat().filter(({ isDeposit }) => isDeposit)
          for (const [index, { payerName }] of file.lines.entries())
            expect(payerName).toBe(names[index]?.payer.normalize('NFKC').replaceAll(/ +/g, ' ').trim())
          const identities = file.lines.map(({ line: _, ...identity }) => JSON.stringify(identity))
          expect(new Set(identities).size).toBe(identities.length)
        },
      ),
    )
  })

  it('is never taken for whole when a record is missing, or an amount is another', async () => {
    await fc.assert(
      fc.asyncProperty(accounts, fc.nat(), fc.boolean(), async (movements, at, isAmount) => {
        const records = statement(movements)
        const index = at % records.length
        const record = records[index] ?? ''
        if (isAmount && record.startsWith('2'))
          records[index] = `${record.slice(0, 35)}${(Number(record[35]) + 1) % 10}${record.slice(36)}`
        else records.splice(index, 1)
        const { problems } = await readBankFile(records.join('\n') || '9', today)
        expect(problems.length).toBeGreaterThan(0)
      }),
    )
  })

  it('never throws, whatever the bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 700 }), fc.constantFrom('', '1030', '1010'), async (noise, head) => {
        const file = await readBankFile(Buffer.concat([Buffer.from(head), noise]), today)
        expect(file.lines.length + file.problems.length).toBeGreaterThan(0)
      }),
    )
  })
})
