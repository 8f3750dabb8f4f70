import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, PageQuery, readCursor, toPage, type Page } from '@tacit/company';
import { parseUtcTime } from '../utc-time';
import {
  SensorParam,
  SensorReadingBody,
  SensorReadingView,
  SensorView,
  showSensor,
  showSensorReading,
} from './sensor.dto';
import { Sensors } from './sensors';

@ApiTags('sensors')
@Controller('sensors')
export class SensorsController {
  constructor(private readonly sensors: Sensors) {}

  @Get()
  @ApiOperation({ summary: 'This company’s own sensors, each with its latest reading' })
  @ApiPage(SensorView)
  async list(@Query() query: PageQuery): Promise<Page<SensorView>> {
    const [after] = readCursor(query, 'string') ?? [];
    const rows = await this.sensors.list(query.limit + 1, after);
    return toPage(rows, query, ({ sensor }) => [sensor], showSensor);
  }

  @Post(':sensor/readings')
  @ApiOperation({ summary: 'Record a reading of an own sensor; a new name makes a new sensor' })
  @ApiCreatedResponse({ type: SensorReadingView })
  async record(
    @Param() { sensor }: SensorParam,
    @Body() { value, unit, takenAt }: SensorReadingBody,
  ): Promise<SensorReadingView> {
    const time = parseUtcTime(takenAt) ?? 0;
    return showSensorReading(await this.sensors.record({ sensor, value, unit, takenAt: time }));
  }

  @Get(':sensor/readings')
  @ApiOperation({ summary: 'The readings of one sensor, the oldest first' })
  @ApiPage(SensorReadingView)
  async readings(
    @Param() { sensor }: SensorParam,
    @Query() query: PageQuery,
  ): Promise<Page<SensorReadingView>> {
    const [after] = readCursor(query, 'number') ?? [];
    const rows = await this.sensors.readings(sensor, query.limit + 1, after);
    return toPage(rows, query, ({ takenAt }) => [takenAt], showSensorReading);
  }
}
