/** What one sees at the stand-in's address: the payments it has taken, and the cards to try. */
import type Stripe from 'stripe'
import { testCards, type TestCard } from './cards'
import type { Store } from './store'

const shownPayments = 20

export function overview(store: Store): string {
  const payments = store.list('payment_intent').slice(0, shownPayments)
  const waiting = store.pending.size
  return `<main class="box wide" aria-labelledby="title">
<h1 id="title">Stripe の代わり(テスト環境)</h1>
<p>本物の Stripe の代わりに動いている、支払いの試験用サーバーです。実際の請求は行われません。</p>
<h2>最近の支払い</h2>
${payments.length === 0 ? '<p>まだありません。</p>' : table(['日時', '金額', '状態', '支払い'], payments.map(paymentRow))}
<p>製品への通知(Webhook): ${waiting === 0 ? '未配信はありません。' : `${waiting}件が配信待ちです。`}</p>
<h2>テスト用カード</h2>
<p>有効期限は未来の年月、セキュリティコードは任意の3桁です。</p>
${table(['カード番号', '結果'], testCards().map(cardRow))}
</main>`
}

const statuses: Partial<Record<Stripe.PaymentIntent.Status, string>> = {
  succeeded: '支払い済み',
  requires_action: '認証待ち',
  requires_confirmation: '確定待ち',
  requires_payment_method: 'カード待ち',
  canceled: '取り消し',
}

function paymentRow({ id, created, amount, currency, status, last_payment_error: error }: Stripe.PaymentIntent) {
  const at = new Date(created * 1000).toLocaleString('ja-JP', { timeZone: 'Asia/Tokyo' })
  const failed = error ? `失敗(${error.decline_code ?? error.code ?? error.type})` : undefined
  const yen = new Intl.NumberFormat('ja', { style: 'currency', currency }).format(
    currency === 'jpy' ? amount : amount / 100,
  )
  return [at, yen, failed ?? statuses[status] ?? status, id]
}

const cardRow = ({ number, ...card }: TestCard) => [number.replace(/(\d{4})(?=\d)/g, '$1 '), result(card)]

function result({ brand, decline, authentication }: Omit<TestCard, 'number'>): string {
  const asks = {
    always: '3Dセキュア',
    'unless-set-up': '3Dセキュア(保存後は不要)',
    'on-session': '3Dセキュア(保存済みの扱い)',
  }
  const asked = authentication && authentication !== 'if-asked' ? asks[authentication] : undefined
  const ends = decline ? `拒否: ${decline.declineCode ?? decline.code}` : `成功(${brand})`
  return asked ? `${asked} → ${ends}` : ends
}

const table = (head: string[], rows: string[][]): string =>
  `<div class="scroll" tabindex="0" role="group" aria-label="${escape(head.join('、'))}"><table><thead><tr>${head.map((cell) => `<th scope="col">${escape(cell)}</th>`).join('')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`)
    .join('')}</tbody></table></div>`

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
