import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importMapping, importSettings, type ImportMapping } from '#shared/schemas/reservations'
import { getImport, importErrorsCsv, listImports } from '../../../server/domains/reservations/get-import'
import { setImportSettings } from '../../../server/domains/reservations/import-settings'
import { previewImport } from '../../../server/domains/reservations/preview-import'
import { sampleFile } from '../../../server/domains/reservations/sample-file'
import { importReservations } from '../../../server/domains/reservations/start-import'
import { undoImport } from '../../../server/domains/reservations/undo-import'
import type { Context } from '../../../server/utils/context'
import { bookings, bookingsCsv, bookingsGzip } from '../../support/bookings'
import { testDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel } from '../../support/hotel'

let db: TestDatabase
beforeAll(() => {
  db = testDatabase()
})
afterAll(() => db.close())

const euros: ImportMapping = { currency: 'EUR', yenRate: 130 }
const resort: ImportMapping = { ...euros, hotelLabel: 'Resort Hotel' }

async function manager(): Promise<Context> {
  return contextFor(db, await makeHotel(db))
}

function load(ctx: Context, content: string | Buffer, mapping: ImportMapping = {}, dryRun = false) {
  return importReservations(ctx, {
    fileName: 'bookings.csv',
    content: Buffer.isBuffer(content) ? content : Buffer.from(content),
    mapping,
    dryRun,
  })
}

const countOf = (ctx: Context) => ctx.db.read((tx) => tx.reservation.count({ where: { tenantId: ctx.tenantId } }))
const rowsOf = (ctx: Context) =>
  ctx.db.read((tx) =>
    tx.reservation.findMany({
      where: { tenantId: ctx.tenantId },
      orderBy: [{ arrivalDate: 'asc' }, { reservationNo: 'asc' }],
    }),
  )

const small = (...rows: string[]) => ['予約番号,到着日,泊数,大人,状態,料金', ...rows].join('\r\n')

describe('the real file', () => {
  test('adds January and February 2017 to a hotel that has the time before, and only its own', async () => {
    const ctx = await manager()
    const before = await load(ctx, bookingsCsv({ hotel: 'Resort Hotel', until2016: true }), euros)
    const { rows, since2017 } = bookings.resort
    expect(before).toMatchObject({ status: 'completed', imported: rows - since2017, refused: 0 })

    const result = await load(ctx, bookingsGzip, resort)
    expect(result).toMatchObject({
      status: 'completed',
      rowsRead: bookings.rows,
      rowsTotal: bookings.rows,
      imported: since2017,
      alreadyThere: rows - since2017,
      skipped: bookings.city.rows,
      refused: 0,
      errors: [],
    })
    expect(await countOf(ctx)).toBe(rows)
  })

  test('is refused nowhere, is quick, and adds nothing the second time', async () => {
    const ctx = await manager()
    const started = performance.now()
    const first = await load(ctx, bookingsGzip, { ...euros, hotelLabel: 'City Hotel' })
    expect(performance.now() - started).toBeLessThan(20_000)
    expect(first).toMatchObject({ imported: bookings.city.rows, skipped: bookings.resort.rows, refused: 0 })
    const again = await load(ctx, bookingsGzip, { ...euros, hotelLabel: 'City Hotel' })
    expect(again).toMatchObject({ imported: 0, alreadyThere: bookings.city.rows })
  })

  test('asks which hotel it is when nobody has said', async () => {
    const ctx = await manager()
    const result = await load(ctx, bookingsGzip, euros)
    expect(result.status).toBe('failed')
    expect(result.failure?.message).toContain('「Resort Hotel」、「City Hotel」')
    expect(await countOf(ctx)).toBe(0)
    await setImportSettings(ctx, { hotelLabel: 'resort hotel ', currency: 'EUR', yenRate: 130 })
    expect(await load(ctx, bookingsGzip, {}, true)).toMatchObject({ dryRun: true, imported: bookings.resort.rows })
    expect(await countOf(ctx)).toBe(0)
  })
})

describe('the same rows', () => {
  test('equal rows of one file are different reservations; the same file again, in any shape, adds nothing', async () => {
    const ctx = await manager()
    const headings = '到着日,泊数,大人,状態,料金'
    const row = '2016-07-01,2,2,Check-Out,75'
    expect(await load(ctx, [headings, row, row, row].join('\n'))).toMatchObject({ imported: 3, alreadyThere: 0 })
    // Another order of columns, another spreadsheet's way to write, gzip, Shift_JIS.
    const rewritten = [
      '料金,状態,大人,泊数,到着日',
      ...Array.from({ length: 4 }, () => '75.00, Check-Out ,2.0,２,2016/7/1'),
    ].join('\r\n')
    expect(await load(ctx, gzipSync(rewritten))).toMatchObject({ imported: 1, alreadyThere: 3 })
    expect(await countOf(ctx)).toBe(4)
  })

  test('two imports of the same file at once add it once', async () => {
    const ctx = await manager()
    const csv = bookingsCsv({ hotel: 'Resort Hotel', rows: 5_000 })
    const results = await Promise.all([load(ctx, csv, euros), load(ctx, csv, euros)])
    expect(results.map((result) => result.status)).toEqual(['completed', 'completed'])
    expect(results.reduce((sum, result) => sum + result.imported, 0)).toBe(5_000)
    expect(results.reduce((sum, result) => sum + result.alreadyThere, 0)).toBe(5_000)
    expect(await countOf(ctx)).toBe(5_000)
  })

  test('a reservation number says which one it is, and comes once in a file', async () => {
    const ctx = await manager()
    const first = await load(
      ctx,
      small('A-1,2016-07-01,1,2,宿泊済,10000', 'A-2,2016-07-02,1,2,宿泊済,10000', 'A-1,2016-07-03,1,1,予約,9000'),
    )
    expect(first).toMatchObject({
      imported: 2,
      refused: 1,
      errors: [{ line: 4, column: '予約番号', reason: '同じ予約番号が前の行にあります(A-1)' }],
    })
    expect(await load(ctx, small('A-1,2016-07-01,1,2,キャンセル,10000', 'A-3,2016-07-02,1,2,宿泊済,1'))).toMatchObject({
      imported: 1,
      alreadyThere: 1,
    })
  })

  test('what another hotel has imported is no matter', async () => {
    const [one, other] = [await manager(), await manager()]
    const csv = small('A-1,2016-07-01,1,2,宿泊済,10000')
    expect(await load(one, csv)).toMatchObject({ imported: 1 })
    expect(await load(other, csv)).toMatchObject({ imported: 1, alreadyThere: 0 })
    const [imported] = await listImports(one)
    await expect(getImport(other, imported?.id ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(undoImport(other, imported?.id ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await countOf(one)).toBe(1)
  })
})

describe('undo', () => {
  test('takes back exactly the rows that this import added, once', async () => {
    const ctx = await manager()
    await load(ctx, small('A-1,2016-07-01,1,2,宿泊済,1'))
    const second = await load(ctx, small('A-1,2016-07-01,1,2,宿泊済,1', 'A-2,2016-07-02,1,2,宿泊済,1'))
    expect(second).toMatchObject({ imported: 1, alreadyThere: 1 })
    expect(await undoImport(ctx, second.id)).toMatchObject({ status: 'undone' })
    expect((await rowsOf(ctx)).map((row) => row.reservationNo)).toEqual(['A-1'])
    expect(await undoImport(ctx, second.id)).toMatchObject({ status: 'undone' })
    expect(await countOf(ctx)).toBe(1)
    expect(await load(ctx, small('A-2,2016-07-02,1,2,宿泊済,1'))).toMatchObject({ imported: 1 })
  })

  test('one that runs is stopped and leaves nothing', async () => {
    const ctx = await manager()
    const running = load(ctx, bookingsGzip, resort)
    const started = async () => (await listImports(ctx)).find((one) => one.status === 'running')
    let one = await started()
    while (!one) one = await started()
    expect(await undoImport(ctx, one.id)).toMatchObject({ status: 'undone' })
    expect(await running).toMatchObject({ status: 'undone', imported: 0 })
    expect(await countOf(ctx)).toBe(0)
    const files = await db.owner.query(
      'SELECT count(*)::int AS files FROM reservation_import_files WHERE tenant_id = $1',
      [ctx.tenantId],
    )
    expect(files.rows).toEqual([{ files: 0 }])
  })
})

describe('what a row says', () => {
  test('refused rows are left out and listed by line, column and reason; the others are taken together', async () => {
    const ctx = await manager()
    const result = await load(
      ctx,
      [
        '予約番号,到着日,出発日,大人,状態,料金,備考',
        '1,2016-02-29,2016-03-02,2,Check-Out,75.5,ok',
        '2,2015-02-29,2015-03-02,2,Check-Out,75,no such day',
        '',
        '3,2016-07-03,2016-07-01,2,Check-Out,75,"two',
        'lines"',
        '4,2016-07-01,2016-07-03,two,Check-Out,75,',
        '5,2016-07-01,2016-07-03,2,???,75,',
        '6,2016-07-01,2016-07-03,2,Check-Out,cheap,',
        '7,2016-07-01,2016-07-03,2,Check-Out',
        '8,01/07/2016,2016-07-03,2,Check-Out,75,',
        '9,2016年7月1日,2016/7/1,,ノーショー,NULL,"=HYPERLINK(""http://x"")"',
      ].join('\n'),
      { currency: 'EUR', yenRate: 130.35 },
    )
    expect(result).toMatchObject({ status: 'completed', rowsRead: 9, imported: 2, refused: 7 })
    expect(result.errors).toEqual([
      { line: 3, column: '到着日', reason: '存在しない日付です(2015-02-29)' },
      { line: 5, column: '出発日', reason: '出発日が到着日より前です(2016-07-01)' },
      { line: 7, column: '大人', reason: '数として読み取れないか、範囲外です(two)' },
      { line: 8, column: '状態', reason: '状態を表す言葉ではありません(???)' },
      { line: 9, column: '料金', reason: '金額として読み取れないか、範囲外です(cheap)' },
      { line: 10, column: null, reason: '列の数が見出しと合いません(5 列)' },
      { line: 11, column: '到着日', reason: '日付として読み取れません(01/07/2016)' },
    ])
    const [first, last] = await rowsOf(ctx)
    // 75.5 × 130.35 = 9841.425
    expect(first).toMatchObject({ nights: 2, status: 'ARRIVED', currency: 'EUR', rateYen: 9_841 })
    expect(first?.rate?.toString()).toBe('75.5')
    expect(last).toMatchObject({ nights: 0, status: 'NO_SHOW', adults: 0, rate: null, rateYen: null })
  })

  test('half a yen rounds up, exactly', async () => {
    const ctx = await manager()
    await load(ctx, small('1,2016-07-01,1,2,Check-Out,1.005', '2,2016-07-02,1,2,Check-Out,2.675'), {
      currency: 'EUR',
      yenRate: 100,
    })
    // 100.5 and 267.5, which floating point makes 100.49999999999999 and 267.49999999999994.
    expect((await rowsOf(ctx)).map((row) => row.rateYen)).toEqual([101, 268])
  })

  test('formulas are data; the file of errors writes them as text', async () => {
    const ctx = await manager()
    const result = await load(ctx, small('=1+1,2016-07-01,1,2,宿泊済,1', '@x,=cmd|calc,1,2,宿泊済,1'))
    expect(result).toMatchObject({ imported: 1, refused: 1 })
    expect((await rowsOf(ctx))[0]?.reservationNo).toBe('=1+1')
    expect(await importErrorsCsv(ctx, result.id)).toBe(
      "\uFEFF行,列,値,理由\r\n3,到着日,'=cmd|calc,日付として読み取れません(=cmd|calc)\r\n",
    )
  })

  test('all refused rows are counted, 10,000 kept, 200 shown', async () => {
    const ctx = await manager()
    const result = await load(ctx, small(...Array.from({ length: 10_050 }, (_, index) => `${index},soon,1,2,宿泊済,1`)))
    expect(result).toMatchObject({ status: 'completed', imported: 0, refused: 10_050 })
    expect(result.errors).toHaveLength(200)
    expect((await importErrorsCsv(ctx, result.id)).trimEnd().split('\r\n')).toHaveLength(10_001)
  })

  test('columns are what the person says they are', async () => {
    const ctx = await manager()
    const csv = 'A,B,C,状態\n2016-07-01,3,2,宿泊済'
    await expect(load(ctx, csv)).rejects.toMatchObject({
      code: 'INVALID_FILE',
      details: { cause: 'missingColumns', columns: ['arrivalDate', 'nights'] },
    })
    await expect(load(ctx, csv, { columns: { arrivalDate: 'Z' } })).rejects.toMatchObject({
      details: { cause: 'unknownColumn' },
    })
    expect(await load(ctx, csv, { columns: { arrivalDate: 'A', nights: 'B', adults: 'C' } })).toMatchObject({
      imported: 1,
    })
    expect((await rowsOf(ctx))[0]).toMatchObject({ nights: 3, adults: 2 })
  })

  test('a rate of another currency is asked for, and yen have none', async () => {
    const ctx = await manager()
    const csv = small('1,2016-07-01,1,2,宿泊済,100')
    await expect(load(ctx, csv, { currency: 'USD' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(load(ctx, csv, { currency: 'JPY', yenRate: 2 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await load(ctx, csv)
    expect((await rowsOf(ctx))[0]).toMatchObject({ currency: 'JPY', rateYen: 100 })
  })

  test('a known number is not updated, and is said to be there', async () => {
    const ctx = await manager()
    const first = await load(ctx, small('A-1,2016-07-01,1,2,予約,100'))
    expect(await load(ctx, small('A-1,2016-07-01,1,2,取消,100'))).toMatchObject({ imported: 0, alreadyThere: 1 })
    expect(await rowsOf(ctx)).toMatchObject([{ reservationNo: 'A-1', status: 'BOOKED' }])
    // What the page advises: undo, then import again.
    await undoImport(ctx, first.id)
    expect(await load(ctx, small('A-1,2016-07-01,1,2,取消,100'))).toMatchObject({ imported: 1 })
    expect(await rowsOf(ctx)).toMatchObject([{ reservationNo: 'A-1', status: 'CANCELLED' }])
  })

  test.each([1e-9, 0.0000015, 0, -1])('a rate of %s is refused before anything is kept', async (yenRate) => {
    const ctx = await manager()
    const csv = small('1,2016-07-01,1,2,宿泊済,100')
    await expect(load(ctx, csv, { currency: 'USD', yenRate })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(importSettings.safeParse({ hotelLabel: null, currency: 'USD', yenRate }).success).toBe(false)
    expect(importMapping.safeParse({ currency: 'USD', yenRate }).success).toBe(false)
    expect(await listImports(ctx)).toEqual([])
    await expect(setImportSettings(ctx, { hotelLabel: null, currency: 'USD', yenRate: 1e-9 })).rejects.toThrow()
  })

  test('an import kept with what is no longer a mapping is listed all the same', async () => {
    const ctx = await manager()
    const { id } = await load(ctx, small('1,2016-07-01,1,2,宿泊済,100'))
    await db.owner.query(`UPDATE reservation_imports SET mapping = '{"yenRate": 0}' WHERE tenant_id = $1`, [
      ctx.tenantId,
    ])
    expect(await listImports(ctx)).toMatchObject([{ id, status: 'completed', mapping: null }])
    expect(await getImport(ctx, id)).toMatchObject({ imported: 1, mapping: null })
  })

  test('characters of two units are cut nowhere', async () => {
    const ctx = await manager()
    const result = await importReservations(ctx, {
      fileName: `x${'𠮷'.repeat(150)}\0.csv`,
      content: Buffer.from(
        small(
          `x${'𠮷'.repeat(150)},2016-07-01,1,2,宿泊済,1`,
          `2,x${'😀'.repeat(90)},1,2,宿泊済,1`,
          'ok,2016-07-01,1,2,宿泊済,1',
        ),
      ),
    })
    expect(result).toMatchObject({ status: 'completed', imported: 1, refused: 2, fileName: `x${'𠮷'.repeat(150)}.csv` })
    expect(result.errors[0]?.reason).toContain(`x${'𠮷'.repeat(39)}`)
    expect(result.errors[1]?.reason).toContain(`x${'😀'.repeat(90)}`)
  })

  test('the sample file is one that can be imported', async () => {
    const ctx = await manager()
    expect(await load(ctx, await sampleFile(ctx))).toMatchObject({ imported: 5, refused: 0 })
    expect(await load({ ...ctx, locale: 'en' }, await sampleFile({ ...ctx, locale: 'en' }))).toMatchObject({
      alreadyThere: 5,
      refused: 0,
    })
  })
})

describe('files that cannot be taken', () => {
  test.each([
    ['nothing', Buffer.alloc(0), 'empty'],
    ['only headings', Buffer.from('到着日,泊数,状態\n'), 'onlyHeadings'],
    ['a workbook', Buffer.from('PK\u0003\u0004 xlsx'), 'spreadsheet'],
    ['a PDF', Buffer.from('%PDF-1.7 ...'), 'pdf'],
    ['bytes', Buffer.from([1, 2, 3, 0, 0, 7]), 'binary'],
    ['a broken gzip', gzipSync('到着日,泊数,状態\n2016-07-01,1,宿泊済').subarray(0, 20), 'gzip'],
    ['another encoding', Buffer.from([0xcd, 0xbd, 0xcc, 0xf3, 0xc8, 0xd6, 0xb9, 0xe6, 0x2c, 0x61]), 'encoding'],
    ['columns that are needed missing', Buffer.from('hotel,adr\nx,1'), 'missingColumns'],
  ])('%s', async (_what, content, cause) => {
    const ctx = await manager()
    await expect(load(ctx, content)).rejects.toMatchObject({ code: 'INVALID_FILE', details: { cause } })
    expect(await listImports(ctx)).toEqual([])
  })

  test('a quote that never closes: the line where it opened, and nothing imported', async () => {
    const ctx = await manager()
    const result = await load(
      ctx,
      small('1,2016-07-01,1,2,宿泊済,1', '2,2016-07-01,1,2,"宿泊済,1', '3,2016-07-01,1,2,宿泊済,1'),
    )
    expect(result).toMatchObject({ status: 'failed', imported: 0, failure: { code: 'INVALID_FILE' } })
    expect(result.failure?.message).toContain('3 行目')
    const long = Array.from({ length: 60_000 }, (_, index) => `${index},2016-07-01,1,2,宿泊済,1`)
    await expect(load(ctx, small('x,2016-07-01,1,"2,宿泊済,1', ...long))).rejects.toMatchObject({
      code: 'INVALID_FILE',
      details: { cause: 'unclosedQuote', line: 2 },
    })
    expect(await countOf(ctx)).toBe(0)
  })

  test('too many rows, and gzip that unpacks to far more, end without filling the memory', async () => {
    const ctx = await manager()
    const many = await load(ctx, `${small()}\n${'1,2016-07-01,1,2,宿泊済,1\n'.repeat(500_001)}`)
    expect(many).toMatchObject({ status: 'failed', imported: 0 })
    expect(many.failure?.message).toContain('500,000')
    const row = '1,2016-07-01,1,2,宿泊済,1\n'
    const bomb = Buffer.concat([gzipSync(`${small()}\n`), gzipSync(Buffer.alloc(300 * 2 ** 20, row))])
    const before = process.memoryUsage().rss
    const tooLarge = await load(ctx, bomb)
    expect(tooLarge).toMatchObject({ status: 'failed', imported: 0 })
    expect(tooLarge.failure?.message).toContain('256 MB')
    // Who waits for a preview waits for the beginning of a file, not for all that it unpacks to.
    expect((await previewImport(ctx, bomb)).sample).toHaveLength(5)
    expect(process.memoryUsage().rss - before).toBeLessThan(450 * 2 ** 20)
    expect(await countOf(ctx)).toBe(0)
  })
})

describe('encodings and delimiters', () => {
  const expected = { roomType: '和室10畳', nights: 2, status: 'CANCELLED' }
  const csv = (delimiter: string) =>
    ['到着日', '泊数', '状態', '部屋タイプ'].join(delimiter) +
    '\n' +
    ['2016-07-01', '2', '取消', '和室10畳'].join(delimiter)
  const utf16 = (text: string, bigEndian: boolean) => {
    const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le')
    return bigEndian ? bytes.swap16() : bytes
  }
  // 到着日,泊数,状態,部屋タイプ / 2016-07-01,2,取消,和室10畳 in Shift_JIS
  const shiftJis = Buffer.from(
    '939e928593fa2c949190942c8ff391d42c959489ae835e834383760a323031362d30372d30312c322c8ee68fc12c98618eba31308ff4',
    'hex',
  )
  test.each([
    ['UTF-8', Buffer.from(csv(','))],
    ['UTF-8 with byte order mark, semicolons', Buffer.from(`\uFEFF${csv(';')}`)],
    ['UTF-16 little endian, tabs', utf16(csv('\t'), false)],
    ['UTF-16 big endian', utf16(csv(','), true)],
    ['Shift_JIS', shiftJis],
  ])('%s', async (_what, content) => {
    const ctx = await manager()
    expect(await load(ctx, content)).toMatchObject({ imported: 1, refused: 0 })
    expect((await rowsOf(ctx))[0]).toMatchObject(expected)
  })
})

test('a preview shows what would be read, also of the beginning of a file', async () => {
  const ctx = await manager()
  const whole = await previewImport(ctx, bookingsGzip)
  expect(whole).toMatchObject({
    missing: [],
    hotelLabels: ['Resort Hotel', 'City Hotel'],
    hotelLabel: null,
    currency: 'JPY',
    yenRate: 1,
  })
  expect(whole.columns).toMatchObject({
    hotel: 'hotel',
    arrivalYear: 'arrival_date_year',
    status: 'reservation_status',
    rate: 'adr',
    roomType: 'reserved_room_type',
  })
  expect(whole.sample).toHaveLength(5)
  expect((await previewImport(ctx, bookingsGzip.subarray(0, 65_536))).headings).toHaveLength(32)
  expect(
    (await previewImport(ctx, Buffer.from(small('1,2016-07-01,1,2,宿泊済,1', '2,2016-07-01,1,2,"宿')))).missing,
  ).toEqual([])
})
