import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { GROUP_OF_EVENT, type OutputGroup } from '../events/groups';
import { hasRow, isNewsOf, keepNewest, peopleIn, rowOf } from '../events/rows';
import type { MessageRow, NewestValues } from '../events/rows';
import type { CoexistenceEvent, TriggerEvent } from '../events/schema';

export interface RowOptions {
	/** The events of which the rows are wanted. */
	groups: ReadonlySet<OutputGroup>;
	/** Whether everybody in the rows of messages gets a row of contacts. */
	people: boolean;
	/** Whether all rows of an output become one item. */
	together: boolean;
}

export type RowItems = 'perRow' | 'together';

/** @param groups the events that the user wants, as rows or not */
export function rowOptions(
	groups: OutputGroup[],
	asRows: OutputGroup[],
	items: RowItems,
): RowOptions {
	const together = items === 'together';
	const contactsAsRows = groups.includes('contacts') && asRows.includes('contacts');
	// A statement that has all rows at once finds the people in those of the messages.
	return { groups: new Set(asRows), people: contactsAsRows && !together, together };
}

export function isWantedAsRow({ event }: TriggerEvent, { groups }: RowOptions): boolean {
	return groups.has(GROUP_OF_EVENT[event]);
}

/** Leaves out events of which rows are wanted and that have none. */
export function withoutRowless(events: CoexistenceEvent[], rows: RowOptions): CoexistenceEvent[] {
	return events.filter((event) => !isWantedAsRow(event, rows) || hasRow(event));
}

/** @returns undefined where all of it is older than what was given out before */
export function rowToEmit(event: TriggerEvent, newest: NewestValues): IDataObject | undefined {
	const row = rowOf(event as CoexistenceEvent);
	return row && keepNewest(newest, row);
}

/**
 * Adds to an output of contacts the people whom the rows of messages are from or to.
 *
 * @param now when the messages arrived (Unix ms)
 */
export function addPeople(
	outputs: INodeExecutionData[][],
	contacts: number,
	newest: NewestValues,
	now: number,
): void {
	const messages = outputs
		.flat()
		.map(({ json }) => json)
		.filter((json) => 'wamid' in json);
	const people = peopleIn(messages as unknown as MessageRow[]).filter((person) =>
		isNewsOf(person, newest, now),
	);
	for (const json of people as unknown as IDataObject[]) outputs[contacts]?.push({ json });
}

/**
 * Puts the rows of an output into one item, as JSON text: one database statement takes them all, and
 * n8n reads a text out of an item at once, but a list value by value. An output of events stays.
 */
export function bundleRows(items: INodeExecutionData[]): INodeExecutionData[] {
	// The items of an output are all events, or all rows.
	if (items[0] === undefined || 'event' in items[0].json) return items;
	const rows = items.map(({ json }) => json);
	return [{ json: { count: rows.length, rows: JSON.stringify(rows) } }];
}
