-- AlterTable
-- With a default: servers of the version before, still running while this one is rolled out, know no claims.
ALTER TABLE "idempotency_keys" ADD COLUMN     "claim" UUID NOT NULL DEFAULT gen_random_uuid();
