import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches } from 'class-validator';
import { IsLabel } from '../labels';
import { formatUtcTime, IsUtcTime } from '../utc-time';
import type { Sensor, SensorReading } from './sensors';

/** Zero has no sign. */
const DECIMAL = /^(?!-[0.]+$)-?(0|[1-9][0-9]{0,19})(\.[0-9]{1,18})?$/;

export class SensorParam {
  @ApiProperty({ example: 'dehumidifier' })
  @IsLabel()
  sensor: string;
}

export class SensorReadingBody {
  @ApiProperty({ example: '1.38' })
  @IsString()
  @Matches(DECIMAL, { message: 'value must be a decimal such as 1.38' })
  value: string;

  @ApiProperty({ example: 'kg/h' })
  @IsLabel(32)
  unit: string;

  @ApiProperty({ example: '2026-01-31T00:00:00.000Z' })
  @IsUtcTime()
  takenAt: string;
}

export class SensorReadingView {
  @ApiProperty({ example: 'dehumidifier' })
  sensor: string;

  @ApiProperty({ example: '1.38' })
  value: string;

  @ApiProperty({ example: 'kg/h' })
  unit: string;

  @ApiProperty({ example: '2026-01-31T00:00:00.000Z' })
  takenAt: string;
}

export class SensorView {
  @ApiProperty({ example: 'dehumidifier' })
  sensor: string;

  @ApiProperty({ example: 4, description: 'number of readings' })
  readings: number;

  @ApiProperty({ type: SensorReadingView })
  latest: SensorReadingView;
}

export function showSensorReading({ sensor, value, unit, takenAt }: SensorReading): SensorReadingView {
  return { sensor, value, unit, takenAt: formatUtcTime(takenAt) };
}

export function showSensor({ sensor, readings, latest }: Sensor): SensorView {
  return { sensor, readings, latest: showSensorReading(latest) };
}
