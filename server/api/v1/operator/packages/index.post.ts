import { operatorPackage, packageBody } from '#shared/schemas/operator'
import { createPackage } from '../../../../domains/payments/operator/save-package'

export default defineApi({
  summary: 'A new package',
  tag: 'operator',
  permission: 'platform.manage',
  idempotent: true,
  body: packageBody,
  response: operatorPackage,
  status: 201,
  handler: ({ ctx, body, idempotencyKey }) => createPackage(ctx, { body, idempotencyKey }),
})
