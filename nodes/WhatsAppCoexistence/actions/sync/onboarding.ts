import type { Graph } from '../../graph/client';
import { isInCoexistence, readPhoneNumber } from '../../graph/phone-numbers';

const WINDOW_MS = 24 * 60 * 60 * 1000;

/** Where a number stands between its onboarding and the end of the time for requesting syncs. */
export interface Onboarding {
	phoneNumberId: string;
	inCoexistence: boolean;
	/** ISO 8601, or null where Meta does not say. */
	onboardedAt: string | null;
	/** Until when Meta takes the requests, ISO 8601; null where `onboardedAt` is. */
	windowClosesAt: string | null;
}

/** Asks Meta when the number was onboarded; each sync can be requested in the 24 hours after. */
export async function readOnboarding(
	graph: Graph,
	phoneNumberId: string,
	itemIndex: number,
): Promise<Onboarding> {
	const number = await readPhoneNumber(graph, phoneNumberId, itemIndex);
	const onboarded = Date.parse(number.last_onboarded_time ?? '');
	const known = !Number.isNaN(onboarded);
	return {
		phoneNumberId,
		inCoexistence: isInCoexistence(number),
		onboardedAt: known ? new Date(onboarded).toISOString() : null,
		windowClosesAt: known ? new Date(onboarded + WINDOW_MS).toISOString() : null,
	};
}
