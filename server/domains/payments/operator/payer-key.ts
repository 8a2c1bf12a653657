/** Small kana are large ones in a bank's records. */
const small = 'ァィゥェォッャュョヮヵヶ'
const large = 'アイウエオツヤユヨワカケ'

/**
 * A payer's name as it is compared: a bank writes half-width capitals (ｶ)ﾎﾃﾙ ﾌﾟﾗﾝﾀﾝ), a person writes as they like.
 * NFKC joins the marks to their kana; of the rest only letters and digits count.
 */
export function payerKey(name: string): string {
  return name
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60))
    .replace(/[ァィゥェォッャュョヮヵヶ]/g, (kana) => large[small.indexOf(kana)] ?? kana)
    .replace(/[^\p{L}\p{N}]/gu, '')
}
