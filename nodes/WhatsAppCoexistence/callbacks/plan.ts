import { MAX_URL_LENGTH } from './calls';
import { sameRoute } from './verify-token';

/**
 * What has to be done at Meta so that the chosen events reach this trigger, worked out from what Meta
 * says now. Nothing here makes a request.
 *
 * Two facts decide everything. Field subscriptions belong to the Meta app; a callback override only
 * changes the address of fields that the app is subscribed to. And Meta looks for the address at the
 * phone number first, then at the WABA, then at the app.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */

/** What Meta answers about the places where a callback can stand. */
export interface Observed {
	app: {
		/** The callback of the app for `whatsapp_business_account`, or null where it has none. */
		callbackUrl: string | null;
		fields: string[];
	};
	account: {
		/** Whether the app is subscribed to the WABA at all. */
		subscribed: boolean;
		overrideUrl: string | null;
	};
	numbers: Array<{
		id: string;
		displayPhoneNumber: string;
		overrideUrl: string | null;
		/** Whether its override would accept our handshake, and so could be put back after a test. */
		canBePutBack: boolean;
	}>;
}

export type Scope = 'account' | 'app' | 'phoneNumber';

/** What the user wants. */
export interface Wanted {
	/** Where the callback is to stand. */
	scope: Scope;
	/** The IDs of the phone numbers whose events are wanted. Empty: all of the WABA. */
	phoneNumberIds: readonly string[];
	/** Our own address, test or production. */
	url: string;
	/** The webhook fields that the chosen events come in. */
	fields: readonly string[];
	/** What to do where somebody else's callback stands in our place. */
	foreign: 'replace' | 'stop';
	/** Whether this is a test listening, which leaves nothing behind. */
	test: boolean;
}

export type Step =
	| { do: 'setAppFields'; url: string; fields: string[] }
	| { do: 'deleteAppFields' }
	| { do: 'subscribeApp' }
	| { do: 'overrideAccount'; url: string | null }
	| { do: 'overrideNumber'; phoneNumberId: string; url: string | null };

/** The callbacks that stood in our place before, to be put back on removal. Null: there was none. */
export interface Earlier {
	app?: string | null;
	account?: string | null;
	numbers?: Record<string, string | null>;
}

/** Why nothing is done, in the user's words. */
export interface Refusal {
	message: string;
	description: string;
}

export type Plan =
	| { refusal: Refusal }
	| {
			refusal?: undefined;
			steps: Step[];
			earlier: Earlier;
			/** What the user should know although nothing stands in the way. */
			notes: string[];
	  };

/** The steps from what is to what is wanted; no steps where all is well already. */
export function planRegistration(observed: Observed, wanted: Wanted): Plan {
	const refusal =
		refuseAddress(wanted.url) ??
		(wanted.test ? refuseTest(observed, wanted) : refuseForeign(observed, wanted)) ??
		refuseFields(observed, wanted);
	if (refusal !== undefined) return { refusal };

	const steps: Step[] = [];
	const earlier: Earlier = {};
	const notes: string[] = [];

	if (appNeedsChange(observed, wanted)) {
		steps.push({
			do: 'setAppFields',
			url: wanted.url,
			fields: [...new Set([...observed.app.fields, ...wanted.fields])],
		});
		if (wanted.scope === 'app' || wanted.test) {
			earlier.app = toPutBack(observed.app.callbackUrl, wanted);
		}
	}
	if (!observed.account.subscribed) steps.push({ do: 'subscribeApp' });

	if (wanted.scope === 'account' && observed.account.overrideUrl !== wanted.url) {
		steps.push({ do: 'overrideAccount', url: wanted.url });
		earlier.account = toPutBack(observed.account.overrideUrl, wanted);
	}

	for (const { id, displayPhoneNumber, overrideUrl } of observed.numbers) {
		const isWanted = wantsNumber(wanted, id);
		if (wanted.scope === 'phoneNumber' && isWanted) {
			if (overrideUrl === wanted.url) continue;
			steps.push({ do: 'overrideNumber', phoneNumberId: id, url: wanted.url });
			earlier.numbers = { ...earlier.numbers, [id]: toPutBack(overrideUrl, wanted) };
		} else if (overrideUrl !== null && sameRoute(overrideUrl, wanted.url)) {
			// Left behind by a test that was killed, or by what was chosen before. Production's stays.
			if (!wanted.test) steps.push({ do: 'overrideNumber', phoneNumberId: id, url: null });
		} else if (overrideUrl !== null && isWanted) {
			notes.push(
				`Events of ${displayPhoneNumber} go to ${overrideUrl}: that callback is set on the phone number, which comes before this one.`,
			);
		}
	}
	const { overrideUrl } = observed.account;
	if (wanted.scope !== 'account' && overrideUrl !== null && !wanted.test) {
		if (sameRoute(overrideUrl, wanted.url)) {
			steps.push({ do: 'overrideAccount', url: null });
		} else if (wanted.scope === 'app') {
			notes.push(
				`Messages go to ${overrideUrl}: that callback is set on the WhatsApp Business Account, which comes before the app.`,
			);
		}
	}
	return { steps, earlier, notes };
}

/**
 * Where the events of each number would go if no test were listening, so that the test can pass them
 * on. Numbers whose events go nowhere are left out.
 */
export function routesBeside(observed: Observed, wanted: Wanted): Record<string, string> {
	const beyond = [observed.account.overrideUrl, observed.app.callbackUrl];
	const routes: Record<string, string> = {};
	for (const { id, overrideUrl } of numbersWanted(observed, wanted)) {
		const url = [overrideUrl, ...beyond].find((place) => place !== null && place !== wanted.url);
		if (url) routes[id] = url;
	}
	return routes;
}

/**
 * The steps that take away our address, and only ours, and put back what stood there before.
 * Webhook fields that were added to the app for an override stay: other workflows may live on them.
 */
export function planRemoval(observed: Observed, url: string, earlier: Earlier): Step[] {
	const steps: Step[] = [];
	for (const { id, overrideUrl } of observed.numbers) {
		if (overrideUrl !== url) continue;
		steps.push({ do: 'overrideNumber', phoneNumberId: id, url: earlier.numbers?.[id] ?? null });
	}
	if (observed.account.overrideUrl === url) {
		steps.push({ do: 'overrideAccount', url: earlier.account ?? null });
	}
	if (observed.app.callbackUrl === url && earlier.app !== undefined) {
		steps.push(
			earlier.app === null
				? { do: 'deleteAppFields' }
				: { do: 'setAppFields', url: earlier.app, fields: observed.app.fields },
		);
	}
	return steps;
}

function appNeedsChange({ app }: Observed, wanted: Wanted): boolean {
	if (wanted.fields.some((field) => !app.fields.includes(field))) return true;
	if (app.callbackUrl === wanted.url || wanted.test) return false;
	const leftByTest = app.callbackUrl !== null && sameRoute(app.callbackUrl, wanted.url);
	return wanted.scope === 'app' || leftByTest;
}

/**
 * What is to stand there again after our removal. A test puts production's address back; production
 * never an address of its own trigger, which a killed test may have left.
 */
function toPutBack(url: string | null, wanted: Wanted): string | null {
	if (url === null || url === wanted.url) return null;
	return !wanted.test && sameRoute(url, wanted.url) ? null : url;
}

function numbersWanted({ numbers }: Observed, wanted: Wanted): Observed['numbers'] {
	return numbers.filter(({ id }) => wantsNumber(wanted, id));
}

export function wantsNumber({ phoneNumberIds }: Wanted, id: string): boolean {
	return phoneNumberIds.length === 0 || phoneNumberIds.includes(id);
}

function refuseAddress(url: string): Refusal | undefined {
	if (url.length > MAX_URL_LENGTH) {
		return {
			message: `The webhook address is longer than the ${MAX_URL_LENGTH} characters that Meta allows`,
			description: `It is ${url.length} characters long: ${url}. Shorten the public address of this n8n (N8N_WEBHOOK_URL).`,
		};
	}
	return undefined;
}

/** Refuses where somebody else's callback stands in the place we were asked to take. */
function refuseForeign(observed: Observed, wanted: Wanted): Refusal | undefined {
	if (wanted.foreign === 'replace') return undefined;
	const standing = standingIn(observed, wanted).find(
		({ url }) => url !== null && !sameRoute(url, wanted.url),
	);
	if (standing === undefined) return undefined;
	return {
		message: `Another callback is registered for ${standing.place}`,
		description: `Events go to ${standing.url} now. To move them here, set “If Another Callback Is Registered” to “Replace It”; to leave that one in peace, choose another “Register For”, or unpublish the other workflow first.`,
	};
}

/** A test may borrow a number, but only if what stood there can be put back. */
function refuseTest(observed: Observed, wanted: Wanted): Refusal | undefined {
	const lost = numbersWanted(observed, wanted).find((number) => !number.canBePutBack);
	if (lost === undefined) return undefined;
	return {
		message: `A test would unplug ${lost.overrideUrl}, which receives the events of ${lost.displayPhoneNumber}`,
		description:
			'That callback is set on the phone number by another product, and n8n could not put it back afterwards. Test with another number (choose it under “Phone Number Names or IDs”).',
	};
}

function standingIn(
	observed: Observed,
	wanted: Wanted,
): Array<{ place: string; url: string | null }> {
	switch (wanted.scope) {
		case 'account':
			return [{ place: 'this WhatsApp Business Account', url: observed.account.overrideUrl }];
		case 'app':
			return [{ place: 'this Meta app', url: observed.app.callbackUrl }];
		case 'phoneNumber':
			return numbersWanted(observed, wanted).map(({ displayPhoneNumber, overrideUrl }) => ({
				place: `the phone number ${displayPhoneNumber}`,
				url: overrideUrl,
			}));
	}
}

/** Only the owner of the app's callback can add fields: Meta checks that callback when they are set. */
function refuseFields(observed: Observed, wanted: Wanted): Refusal | undefined {
	const { callbackUrl, fields } = observed.app;
	const missing = wanted.fields.filter((field) => !fields.includes(field));
	const appIsOurs = callbackUrl === null || sameRoute(callbackUrl, wanted.url);
	if (missing.length === 0 || appIsOurs || wanted.scope === 'app') return undefined;
	return {
		message: `The Meta app is not subscribed to the webhook fields: ${missing.join(', ')}`,
		description: `Open developers.facebook.com/apps, your app, WhatsApp > Configuration > Webhook fields, and switch on “Subscribe” for ${missing.join(', ')}. n8n cannot do it, because the app’s own callback belongs to ${callbackUrl}. Then publish again.`,
	};
}
