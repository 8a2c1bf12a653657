import { idParams } from '#shared/schemas/common'
import { operatorPackage, packageBody } from '#shared/schemas/operator'
import { changePackage } from '../../../../domains/payments/operator/save-package'

export default defineApi({
  summary: 'What a package is from now on; purchases keep their figures',
  tag: 'operator',
  permission: 'platform.manage',
  params: idParams,
  body: packageBody,
  response: operatorPackage,
  handler: ({ ctx, params, body }) => changePackage(ctx, params.id, body),
})
