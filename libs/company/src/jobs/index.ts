export * from './errors';
export * from './job-kind';
export * from './job-queue';
export { JobEntity, type JobState } from './job.entity';
