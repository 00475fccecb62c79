export { keepNewest, type NewestValues } from './newest';
export { rowOf } from './row';
export type { ContactRow, MessageRow, Row } from './schema';
