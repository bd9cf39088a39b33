export { answerWith } from './answer-with.ts';
export { liveEvents } from './live-events.ts';
