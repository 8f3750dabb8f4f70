import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Key proofs with the keys in stock, and verdicts with the answers. A key that was made without a proof could not be
 * published: it is destroyed, but for its n, and a pair that it was assigned to gets the next one.
 */
export class Proofs1795219200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "stocked_key" ADD COLUMN "keyProof" text');
    await runner.query('ALTER TABLE "answer" ADD COLUMN "verdict" text');
    await runner.query(
      `UPDATE "stocked_key"
       SET "state" = 'destroyed', "secretKey" = NULL, "nonceFactors" = NULL, "destroyedAt" = ?
       WHERE "state" IN ('stocked', 'assigned')`,
      [Date.now()],
    );
  }

  /** A destroyed key does not come back. */
  async down(): Promise<void> {
    throw new Error('this migration cannot be undone');
  }
}

/** Changes to tables of earlier versions, oldest first. */
export const MIGRATIONS = [Proofs1795219200000];
