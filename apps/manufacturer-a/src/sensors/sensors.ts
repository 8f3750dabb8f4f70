import { Injectable } from '@nestjs/common';
import { Database, ProblemException } from '@tacit/company';
import { MoreThan } from 'typeorm';
import { SensorReadingEntity } from '../entities/sensor-reading.entity';

export type SensorReading = Pick<SensorReadingEntity, 'sensor' | 'value' | 'unit' | 'takenAt'>;

export interface Sensor {
  readonly sensor: string;
  readonly readings: number;
  readonly latest: SensorReading;
}

/** The readings of this company's own equipment. */
@Injectable()
export class Sensors {
  constructor(private readonly database: Database) {}

  /** A reading that is there already is not stored again. @throws ProblemException `already-exists` */
  async record(reading: SensorReading): Promise<SensorReading> {
    const { sensor, takenAt } = reading;
    return this.database.transaction(async (em) => {
      const existing = await em.findOneBy(SensorReadingEntity, { sensor, takenAt });
      if (existing === null) await em.insert(SensorReadingEntity, { ...reading });
      else if (existing.value !== reading.value || existing.unit !== reading.unit) {
        throw new ProblemException('already-exists', {
          detail: 'the sensor has another reading of this time',
          next: 'Read GET /sensors/{sensor}/readings; send another time for another reading.',
        });
      }
      return reading;
    });
  }

  /** Sensors in the order of their names, those after `after`. */
  list(limit: number, after = ''): Promise<Sensor[]> {
    return this.database.read(async (em) => {
      const rows = await em
        .createQueryBuilder(SensorReadingEntity, 'reading')
        .select(['reading.sensor AS sensor', 'COUNT(*) AS readings', 'MAX(reading.takenAt) AS latest'])
        .where('reading.sensor > :after', { after })
        .groupBy('reading.sensor')
        .orderBy('reading.sensor', 'ASC')
        .limit(limit)
        .getRawMany<{ sensor: string; readings: number | string; latest: number | string }>();
      const sensors: Sensor[] = [];
      for (const { sensor, readings, latest } of rows) {
        const takenAt = Number(latest);
        const reading = await em.findOneByOrFail(SensorReadingEntity, { sensor, takenAt });
        sensors.push({ sensor, readings: Number(readings), latest: reading });
      }
      return sensors;
    });
  }

  /** One sensor's readings in the order of their times, those after `after`. */
  readings(sensor: string, limit: number, after = -1): Promise<SensorReadingEntity[]> {
    return this.database.read((em) =>
      em.find(SensorReadingEntity, {
        where: { sensor, takenAt: MoreThan(after) },
        order: { takenAt: 'ASC' },
        take: limit,
      }),
    );
  }
}
