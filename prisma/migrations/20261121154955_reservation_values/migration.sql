-- CreateIndex
CREATE INDEX "reservations_tenant_id_market_segment_idx" ON "reservations"("tenant_id", "market_segment");

-- CreateIndex
CREATE INDEX "reservations_tenant_id_channel_idx" ON "reservations"("tenant_id", "channel");

-- CreateIndex
CREATE INDEX "reservations_tenant_id_room_type_idx" ON "reservations"("tenant_id", "room_type");
