export * from './errors';
export * from './job-kind';
export * from './job-queue';
export * from './submissions';
export { JobEntity, type JobState } from './job.entity';
