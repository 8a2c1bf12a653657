/** Japanese, or English for every other language, as Stripe.js would say it. */
const japanese = {
  cardFrame: 'カード情報の安全な入力欄',
  number: 'カード番号',
  expiry: '有効期限(月 / 年)',
  expiryHint: '月 / 年',
  cvc: 'セキュリティコード(CVC)',
  cvcHint: 'CVC',
  incomplete_number: 'カード番号に不備があります。',
  invalid_number: 'カード番号が無効です。',
  incomplete_expiry: 'カードの有効期限に不備があります。',
  invalid_expiry_year_past: 'カードの有効期限が過去の日付になっています。',
  incomplete_cvc: 'カードのセキュリティコードに不備があります。',
  card_declined: 'カードが拒否されました。',
  insufficient_funds: 'カードの残高が不足しています。',
  expired_card: 'カードの有効期限が切れています。',
  incorrect_number: 'カード番号に誤りがあります。',
  incorrect_cvc: 'カードのセキュリティコードに誤りがあります。',
  processing_error: 'カードの処理中にエラーが発生しました。しばらくしてからもう一度お試しください。',
  authentication_failed: 'お支払い方法の認証ができませんでした。別のお支払い方法を選んで、もう一度お試しください。',
  connection: 'Stripe に接続できません。通信の状態を確かめて、もう一度お試しください。',
  challenge: '3Dセキュア認証(テスト環境)',
  challengeLead: 'カード発行会社の認証画面の代わりです。実際の請求は行われません。',
  amount: '金額',
  card: 'カード',
  save: 'カードの登録(請求はありません)',
  accept: '認証する',
  refuse: '拒否する',
  close: '閉じる',
  over: 'この認証は終わっています。この画面を閉じてください。',
  waiting: '確認しています…',
}

export type Text = keyof typeof japanese

const english: Record<Text, string> = {
  cardFrame: 'Secure card payment input frame',
  number: 'Card number',
  expiry: 'Expiration date (MM / YY)',
  expiryHint: 'MM / YY',
  cvc: 'Security code (CVC)',
  cvcHint: 'CVC',
  incomplete_number: 'Your card number is incomplete.',
  invalid_number: 'Your card number is invalid.',
  incomplete_expiry: "Your card's expiration date is incomplete.",
  invalid_expiry_year_past: "Your card's expiration year is in the past.",
  incomplete_cvc: "Your card's security code is incomplete.",
  card_declined: 'Your card was declined.',
  insufficient_funds: 'Your card has insufficient funds.',
  expired_card: 'Your card has expired.',
  incorrect_number: 'Your card number is incorrect.',
  incorrect_cvc: "Your card's security code is incorrect.",
  processing_error: 'An error occurred while processing your card. Try again in a little bit.',
  authentication_failed:
    'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  connection: 'Unable to reach Stripe. Check your connection and try again.',
  challenge: '3-D Secure authentication (test environment)',
  challengeLead: "This stands in for the card issuer's own page. Nothing is really charged.",
  amount: 'Amount',
  card: 'Card',
  save: 'Saving a card; nothing is charged',
  accept: 'Authenticate',
  refuse: 'Refuse',
  close: 'Close',
  over: 'This authentication is over. You can close this page.',
  waiting: 'Checking …',
}

export type Locale = 'ja' | 'en'

/** As Stripe.js: `auto` is the browser's language. */
export const localeOf = (wanted: string | undefined): Locale =>
  (!wanted || wanted === 'auto' ? navigator.language : wanted).startsWith('ja') ? 'ja' : 'en'

export const text = (locale: Locale, name: Text): string => (locale === 'ja' ? japanese : english)[name]

export const hasText = (name: string): name is Text => Object.hasOwn(japanese, name)
