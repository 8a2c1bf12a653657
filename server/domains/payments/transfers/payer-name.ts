import { payerKey } from '../operator/payer-key'

/** Forms of companies, as a person writes them and as a bank shortens them (全銀協 略語: カ) in front, (カ behind, (カ) within). */
const companyForms = new RegExp(
  [
    '(?:株式|有限|合同|合資|合名|相互)会社',
    '(?:一般|公益)?(?:社団|財団)法人',
    '(?:医療|学校|宗教|社会福祉)法人',
    '\\((?:株|有|同|資|名|社|財|医|学)\\)',
    '\\((?:カ|ユ|ド|シ|メ|シヤ|ザイ|イ|ガク)\\)',
    '^(?:カ|ユ|ド|シ|メ|シヤ|ザイ|イ|ガク)\\)',
    '\\((?:カ|ユ|ド|シ|メ|シヤ|ザイ|イ|ガク)$',
    '^カブシキガイシャ',
    'カブシキガイシャ$',
  ].join('|'),
  'g',
)

/**
 * A payer as it is compared between a bank's record and a hotel's names: without the form of the company, the invoice
 * number that stands in front of the name, case, spaces and signs. '' when nothing is left.
 */
export function partyKey(name: string): string {
  const plain = name
    .normalize('NFKC')
    .replaceAll(/\s+/g, '')
    .replace(/^\d[\d-]{3,}/, '')
    .replaceAll(companyForms, '')
  return payerKey(plain)
}
