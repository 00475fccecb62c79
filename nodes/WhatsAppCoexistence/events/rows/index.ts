export {
	isNewsOf,
	forgetTold,
	keepNewest,
	noNewestValues,
	restoreNewest,
	storedNewest,
	type NewestValues,
} from './newest';
export { peopleIn } from './person';
export { hasRow, rowOf } from './row';
export { transcriptOf } from './transcript';
export type { ContactRow, MessageRow, Row } from './schema';
