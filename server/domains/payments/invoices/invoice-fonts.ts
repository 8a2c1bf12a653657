import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** BIZ UDPGothic (OFL): made for documents that everybody must be able to read, and has 髙, 﨑, ① and ㈱. */
const files = {
  regular: '@expo-google-fonts/biz-udpgothic/400Regular/BIZUDPGothic_400Regular.ttf',
  bold: '@expo-google-fonts/biz-udpgothic/700Bold/BIZUDPGothic_700Bold.ttf',
}

let fonts: { regular: Buffer; bold: Buffer } | undefined

/** Read once. The built server carries the package's files with it (nuxt.config.ts). */
export function invoiceFonts(): { regular: Buffer; bold: Buffer } {
  const { resolve } = createRequire(import.meta.url)
  fonts ??= { regular: readFileSync(resolve(files.regular)), bold: readFileSync(resolve(files.bold)) }
  return fonts
}
