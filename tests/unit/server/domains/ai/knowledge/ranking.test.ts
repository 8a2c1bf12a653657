import { describe, expect, it } from 'vitest'
import { searchGrams } from '#shared/utils/text'
import { rankSections, unitsOf } from '../../../../../../server/domains/ai/knowledge/ranking'
import { cityKnowledge } from '../../../../../../server/domains/demo/knowledge/city'
import { resortKnowledge } from '../../../../../../server/domains/demo/knowledge/resort'

function answersOf(knowledge: { title: string; body: string }[], question: string): string[] {
  const candidates = knowledge.map(({ title, body }) => ({ title, grams: new Set(searchGrams(`${title}\n${body}`)) }))
  const frequency = new Map<string, number>()
  for (const { grams } of candidates) for (const gram of grams) frequency.set(gram, (frequency.get(gram) ?? 0) + 1)
  return rankSections(unitsOf(question), candidates, { sections: candidates.length, frequency }).map(
    ({ candidate }) => candidate.title,
  )
}

describe('questions about the resort', () => {
  it.each([
    ['朝食は何時からですか?', '朝食の時間と会場'],
    ['朝ごはんの場所を教えてください', '朝食の時間と会場'],
    ['夜ごはんは何時までですか', '夕食とレストランのご案内'],
    ['チェックアウトは何時ですか', 'チェックイン・チェックアウトの時刻'],
    ['23時に到着しても大丈夫ですか。深夜のチェックインについて', '深夜のチェックイン'],
    ['お風呂は何時まで入れますか', '温泉・大浴場のご利用'],
    ['露天風呂はありますか', '温泉・大浴場のご利用'],
    ['車で行きます。パーキングはいくらですか', '駐車場のご案内'],
    ['前日のキャンセル料はいくら?', 'キャンセル料'],
    ['子供の料金', 'お子様の料金と添い寝'],
    ['そばアレルギーがあります', '食物アレルギーへの対応'],
    ['犬を連れて行けますか', 'ペットの同伴'],
    ['WiFiのパスワードは?', 'Wi-Fiとインターネット'],
    ['チェックアウト後に荷物を預けたい', '荷物のお預かりと宅配便'],
    ['駅まで迎えに来てもらえますか。送迎バスは', '駅からの無料送迎バス'],
    ['入湯税はいくらですか', '入湯税'],
    ['クレジットカードは使えますか', 'お支払い方法と領収書'],
    ['What time is breakfast?', '朝食の時間と会場'],
    ['Can I bring my dog?', 'ペットの同伴'],
    ['How much is the cancellation fee?', 'キャンセル料'],
    ['Is there a shuttle from the station?', '駅からの無料送迎バス'],
  ])('%s', (question, title) => {
    expect(answersOf(resortKnowledge, question)[0]).toBe(title)
  })

  it.each([
    'ヘリポートはありますか',
    '社長の年収を教えて',
    '明日の株価は?',
    'What is the capital of France?',
    'こんにちは',
    '???',
    'SELECT * FROM users',
  ])('knows nothing of %s', (question) => {
    expect(answersOf(resortKnowledge, question)).toEqual([])
  })

  it('gives at most four sections', () => {
    expect(answersOf(resortKnowledge, '料金 時間 フロント 予約').length).toBeLessThanOrEqual(4)
  })
})

describe('questions about the city hotel', () => {
  it.each([
    ['コインランドリーはありますか', 'コインランドリーとクリーニング'],
    ['空港へはどう行けばいいですか', '空港リムジンバス'],
    ['サウナは使えますか', '大浴場とサウナ'],
    ['インボイスの領収書をください', '宿泊税・お支払い・領収書'],
    ['Do you have a meeting room?', 'Wi-Fiと仕事の設備'],
  ])('%s', (question, title) => {
    expect(answersOf(cityKnowledge, question)[0]).toBe(title)
  })
})
