-- AlterTable
ALTER TABLE "payment_methods" DROP COLUMN "noticed_expiry";
