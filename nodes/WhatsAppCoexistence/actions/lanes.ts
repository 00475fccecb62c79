import type { IExecuteFunctions } from 'n8n-workflow';

import { readEnteredContact } from '../events/entered-contact';

/**
 * Items that are done one after another, as item indexes. Different lanes are done at the same time.
 */
export type Lane = number[];

/** One lane for each recipient, so that each person gets their messages in the order of the items. */
export function lanesByRecipient(context: IExecuteFunctions): Lane[] {
	const lanes = new Map<string, Lane>();
	for (let item = 0; item < context.getInputData().length; item++) {
		const entered = recipientText(context, item);
		const recipient = readEnteredContact(entered).phone?.replace('+', '') ?? entered.trim();
		// An item without a recipient, such as a read receipt, has nobody to keep the order for.
		const key = recipient === '' ? `item ${item}` : recipient;
		const lane = lanes.get(key);
		if (lane === undefined) lanes.set(key, [item]);
		else lane.push(item);
	}
	return [...lanes.values()];
}

/** An expression that cannot be evaluated is left for the operation to report. */
function recipientText(context: IExecuteFunctions, item: number): string {
	try {
		return String(context.getNodeParameter('to', item, ''));
	} catch {
		return '';
	}
}

/**
 * Walks the lanes, so many of them at the same time, until all are done or `work` answers false.
 * What is under way then is finished.
 *
 * @param work does one item; true to go on. Must not throw.
 */
export async function walkLanes(
	lanes: Lane[],
	atOnce: number,
	work: (item: number) => Promise<boolean>,
): Promise<void> {
	const waiting = lanes.values();
	let goOn = true;
	const walker = async () => {
		for (const lane of waiting) {
			for (const item of lane) {
				if (!goOn) return;
				if (!(await work(item))) goOn = false;
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(atOnce, lanes.length) }, walker));
}
