export { liveEvents } from './live-events.ts';
