-- AlterTable
ALTER TABLE "stripe_customers" ADD COLUMN     "cards_version" INTEGER NOT NULL DEFAULT 0;
GRANT UPDATE (cards_version) ON stripe_customers TO hotel_app;
