import { MillisecondsColumn } from '@tacit/company';
import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A reading of this company's own equipment, shown beside its partner's changes. */
@Entity('sensor_reading')
@Unique(['sensor', 'takenAt'])
export class SensorReadingEntity {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('text')
  sensor: string;

  @MillisecondsColumn()
  takenAt: number;

  /** Decimal text. */
  @Column('text')
  value: string;

  @Column('text')
  unit: string;
}
