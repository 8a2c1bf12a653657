import { expect } from '@playwright/test'
import { expectAccessible, expectNoSidewaysScroll, hydrated, test } from './support'

const bookings = 'tests/fixtures/hotel_bookings.csv.gz'

test('a manager looks at the bookings: occupancy, filters, pages, one of them', async ({
  page,
  signInAs,
  isMobile,
}) => {
  await signInAs('manager')
  await page.goto('/reservations')
  await hydrated(page)
  await expect(page.getByRole('heading', { name: '日ごとの稼働' })).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)

  await page.getByRole('button', { name: '表で見る' }).click()
  await expect(page.getByRole('columnheader', { name: '稼働客室' })).toBeVisible()
  await page.getByRole('button', { name: '前の期間' }).click()
  await expect(page.getByRole('button', { name: '次の期間' })).toBeEnabled()

  if (isMobile) await page.getByRole('button', { name: '絞り込む' }).click()
  await page.getByLabel('到着日(から)').fill('2016-07-01')
  await page.getByLabel('到着日(まで)').fill('2016-07-31')
  await expect(page.getByRole('status').filter({ hasText: '件' })).toHaveText('1,441 件')
  await page.getByRole('button', { name: '次へ' }).click()
  await expect(page.getByText('51–100')).toBeVisible()

  // What is seen stands in the address: it stays over a reload, and the way back leads to it.
  await page.reload()
  await hydrated(page)
  await expect(page.getByText('51–100')).toBeVisible()
  await page.goBack()
  await expect(page.getByText('1–50')).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: '件' })).toHaveText('1,441 件')

  const list = isMobile ? page.getByRole('list') : page.getByRole('row')
  const row = list.getByRole('button', { name: /2016年7月/ }).first()
  await row.click()
  const peek = page.getByRole('dialog', { name: '予約の詳細' })
  await expect(peek).toContainText('出発日')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(peek).toBeHidden()
  await expect(row).toBeFocused()
})

test('an address leads a colleague to the same bookings; two days the wrong way round are swapped', async ({
  page,
  signInAs,
}) => {
  await signInAs('manager')
  // An order that there is not is as if it were not said.
  await page.goto('/reservations?from=2016-07-31&to=2016-07-01&status=ARRIVED&roomType=&order=sideways')
  await hydrated(page)
  await expect(page.getByText('2つの日を入れ替えるか、どちらかを直してください。')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: '2つの日を入れ替える' }).click()
  await expect(page.getByRole('status').filter({ hasText: '件' })).toHaveText('985 件')
  await expect(page).toHaveURL(/from=2016-07-01&to=2016-07-31/)
})

test('the inn, which has none, is told what to do first', async ({ page, signInAs, isMobile }) => {
  await signInAs('innOwner')
  await page.goto('/reservations')
  await expect(page.getByText('まだ予約がありません')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('main').getByRole('link', { name: '予約を取り込む' }).click()
  await expect(page.getByText('ここにファイルをドロップ')).toBeVisible({ visible: !isMobile })
  await expect(page.getByText('取り込むファイルをお選びください')).toBeVisible({ visible: isMobile })
  await hydrated(page)
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
})

test('a manager loads the real bookings: tried, imported, taken back', async ({ page, signInAs }) => {
  test.slow()
  await signInAs('manager')
  await page.goto('/reservations/import')
  await hydrated(page)
  await page.getByLabel('ファイルを選ぶ').first().setInputFiles(bookings)
  await expect(page.getByRole('radio', { name: 'Resort Hotel' })).toBeChecked({ timeout: 30_000 })
  await expect(page.getByRole('radio', { name: 'City Hotel' })).toBeVisible()
  await expect(page.getByLabel('通貨')).toHaveValue('EUR')
  await expect(page.getByText('最初の料金 75 EUR は ¥9,000 として登録します。')).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)

  await page.getByRole('button', { name: '試しに読む' }).click()
  await expect(page.getByText('2,892 件の予約が加わります')).toBeVisible({ timeout: 60_000 })
  await page.getByRole('button', { name: '読み取り方に戻る' }).click()

  await page.getByRole('button', { name: '取り込む', exact: true }).click()
  await expect(page.getByText('2,892 件の予約を取り込みました')).toBeVisible({ timeout: 60_000 })
  const counts = page.getByRole('definition')
  await expect(counts.filter({ hasText: '26,881 件' })).toBeVisible()
  await expect(counts.filter({ hasText: '56,788 件' })).toBeVisible()
  await expectAccessible(page)

  const undo = page.getByRole('button', { name: '2,892 件の取り込みを取り消す' })
  await undo.click()
  const question = page.getByRole('dialog', { name: '取り込んだ 2,892 件の予約を取り消しますか' })
  await expectAccessible(page)
  await question.getByRole('button', { name: '残しておく' }).click()
  await expect(question).toBeHidden()
  await expect(undo).toBeFocused()
  await undo.click()
  await question.getByRole('button', { name: '2,892 件を取り消す' }).click()
  await expect(page.getByText('取り消しました')).toBeVisible()
})

test('a file with faults: each refused row with its line, column and reason', async ({ page, signInAs }) => {
  await signInAs('manager')
  await page.goto('/reservations/import')
  await hydrated(page)
  const buffer = Buffer.from('予約番号,到着日,泊数,状態\nE2E-1,soon,1,宿泊済\n')
  await page.getByLabel('ファイルを選ぶ').first().setInputFiles({ name: '予約.csv', mimeType: 'text/csv', buffer })
  await page.getByRole('button', { name: '取り込む', exact: true }).click()
  await expect(page.getByRole('cell', { name: '日付として読み取れません(soon)' })).toBeVisible({ timeout: 30_000 })
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: '一覧をダウンロード' }).click()
  expect((await download).suggestedFilename()).toBe('reservations-errors.csv')

  await page.getByRole('button', { name: '別のファイルにする' }).click()
  const pdf = { name: '予約.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') }
  await page.getByLabel('ファイルを選ぶ').first().setInputFiles(pdf)
  await expect(page.getByRole('alert')).toContainText('PDF ファイルです')
})

test('staff see the bookings and no way to import', async ({ page, signInAs }) => {
  await signInAs('staff')
  await page.goto('/reservations')
  await expect(page.getByRole('heading', { name: '予約の一覧' })).toBeVisible()
  await expect(page.getByRole('link', { name: /取り込/ })).toHaveCount(0)
  await page.goto('/reservations/import')
  await expect(page.getByText('このページを開く権限がありません')).toBeVisible()
})
