import { words } from './messages.mjs'

const password = 'omotenashi-demo'

const accounts = [
  ['owner@plantan.example', 'OWNER', 'リゾートホテルのオーナー', 'resort hotel'],
  ['admin@plantan.example', 'ADMIN', 'リゾートホテルの管理者', 'resort hotel'],
  ['manager@plantan.example', 'MANAGER', 'リゾートホテルの支配人', 'resort hotel'],
  ['staff@plantan.example', 'STAFF', 'リゾートホテルのスタッフ', 'resort hotel'],
  ['manager@city.plantan.example', 'MANAGER', 'シティホテルの支配人', 'city hotel'],
  ['owner@inn.example', 'OWNER', '小さな旅館のオーナー', 'small inn'],
  ['operator@hotel-member.example', 'SUPER_ADMIN', 'プラットフォームの運営者', 'platform operator'],
]

/** The demonstration's accounts, as printed at every start. */
export function listAccounts() {
  const width = Math.max(...accounts.map(([address]) => address.length))
  const rows = accounts.map(
    ([address, role, japanese, english]) =>
      `  ${address.padEnd(width)}  ${role.padEnd(11)}  ${words(japanese, english)}`,
  )
  return [`${words('アカウント(パスワードは共通)', 'accounts, all with the password')}: ${password}`, ...rows].join(
    '\n',
  )
}
