import type { ImportField, ImportMapping } from '#shared/schemas/reservations'
import { FileRefusal } from './source'

/** Headings as the systems in use write them, folded. The first heading of a file that fits a field is taken. */
const headingsOf: Record<ImportField, string[]> = {
  hotel: [
    'hotel',
    'hotelname',
    'property',
    'propertyname',
    'ホテル',
    'ホテル名',
    '施設',
    '施設名',
    '宿泊施設',
    '宿泊施設名',
  ],
  reservationNo: [
    'reservationno',
    'reservationnumber',
    'reservationid',
    'bookingno',
    'bookingnumber',
    'bookingid',
    'confirmationno',
    'confirmationnumber',
    '予約番号',
    '予約no',
    '予約id',
    '予約コード',
  ],
  arrivalDate: [
    'arrivaldate',
    'arrival',
    'checkin',
    'checkindate',
    '到着日',
    '到着',
    'チェックイン',
    'チェックイン日',
    '宿泊日',
    '宿泊開始日',
    '利用日',
    'ci日',
  ],
  arrivalYear: ['arrivaldateyear', 'arrivalyear', '到着年'],
  arrivalMonth: ['arrivaldatemonth', 'arrivalmonth', '到着月'],
  arrivalDay: ['arrivaldatedayofmonth', 'arrivaldayofmonth', 'arrivalday'],
  departureDate: [
    'departuredate',
    'departure',
    'checkout',
    'checkoutdate',
    '出発日',
    '出発',
    'チェックアウト',
    'チェックアウト日',
    '宿泊終了日',
    'co日',
  ],
  nights: ['nights', 'numberofnights', 'lengthofstay', 'los', '泊数', '宿泊数', '宿泊日数'],
  weekendNights: ['staysinweekendnights', 'weekendnights', '週末泊数'],
  weekNights: ['staysinweeknights', 'weeknights', '平日泊数'],
  adults: ['adults', 'adult', '大人', '大人人数', '大人数', '人数', '宿泊人数'],
  children: ['children', 'child', '子供', '子ども', 'こども', '小人', '子供人数', '小人人数'],
  babies: ['babies', 'infants', '乳児', '幼児', '乳幼児'],
  status: [
    'reservationstatus',
    'bookingstatus',
    'status',
    '状態',
    '予約状態',
    'ステータス',
    '予約ステータス',
    '状況',
    '予約状況',
  ],
  isCancelled: [
    'iscanceled',
    'iscancelled',
    'canceled',
    'cancelled',
    'キャンセル',
    'キャンセルフラグ',
    '取消',
    '取消フラグ',
  ],
  leadTime: ['leadtime', 'リードタイム', '予約日から到着までの日数'],
  bookedOn: [
    'bookedon',
    'bookingdate',
    'bookeddate',
    'createdon',
    'reservationdate',
    '予約日',
    '予約受付日',
    '受付日',
    '申込日',
    '予約登録日',
  ],
  roomType: [
    'reservedroomtype',
    'roomtype',
    'room',
    'roomcategory',
    '部屋タイプ',
    '客室タイプ',
    'ルームタイプ',
    '部屋',
    '客室',
  ],
  marketSegment: ['marketsegment', 'segment', 'マーケットセグメント', 'セグメント', '市場区分', '客層'],
  channel: [
    'distributionchannel',
    'channel',
    'bookingchannel',
    '販路',
    '予約経路',
    '予約チャネル',
    'チャネル',
    '販売経路',
    '経路',
    '予約サイト',
  ],
  country: ['country', 'nationality', 'countrycode', '国', '国籍', '国コード'],
  meal: ['meal', 'mealplan', 'board', '食事', '食事条件', '食事プラン', '食事タイプ'],
  customerType: ['customertype', 'guesttype', '顧客区分', '顧客タイプ', '客種', '利用区分'],
  rate: [
    'adr',
    'rate',
    'averagedailyrate',
    'dailyrate',
    'roomrate',
    '料金',
    '一泊料金',
    '1泊料金',
    '室料',
    '宿泊料金',
    '客室単価',
    '単価',
    '平均単価',
    '平均客室単価',
  ],
}

/** Each of these must be known: by one of its sets of columns. */
const needed: { field: ImportField; by: ImportField[][] }[] = [
  { field: 'arrivalDate', by: [['arrivalDate'], ['arrivalYear', 'arrivalMonth', 'arrivalDay']] },
  { field: 'nights', by: [['nights'], ['departureDate'], ['weekendNights', 'weekNights']] },
  { field: 'status', by: [['status'], ['isCancelled']] },
]

/** Field → index of its column. */
export type Columns = Partial<Record<ImportField, number>>

export interface Recognised {
  columns: Columns
  /** Fields without which nothing can be imported. */
  missing: ImportField[]
}

/** 'Arrival_Date Year' → 'arrivaldateyear': what different systems write in different ways. */
export function foldHeading(heading: string): string {
  return heading
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_\-./・()[\]【】:]/g, '')
}

/**
 * Which column is which field: by its heading, unless the person has said otherwise.
 * @throws FileRefusal when the person names a heading that the file does not have
 */
export function recogniseColumns(headings: string[], chosen: ImportMapping['columns'] = {}): Recognised {
  const folded = headings.map(foldHeading)
  const columns: Columns = {}
  for (const [field, names] of Object.entries(headingsOf) as [ImportField, string[]][]) {
    const choice = chosen[field]
    if (choice === null) continue
    const index = choice === undefined ? firstOf(folded, names) : indexOfHeading(headings, choice)
    if (index !== undefined) columns[field] = index
  }
  const isKnown = (fields: ImportField[]) => fields.every((field) => columns[field] !== undefined)
  return { columns, missing: needed.filter(({ by }) => !by.some(isKnown)).map(({ field }) => field) }
}

function firstOf(folded: string[], names: string[]): number | undefined {
  const index = folded.findIndex((heading) => names.includes(heading))
  return index < 0 ? undefined : index
}

function indexOfHeading(headings: string[], choice: string): number {
  const exact = headings.findIndex((heading) => heading.trim() === choice.trim())
  const index = exact >= 0 ? exact : headings.findIndex((heading) => foldHeading(heading) === foldHeading(choice))
  if (index < 0) throw new FileRefusal('unknownColumn', { column: choice })
  return index
}
