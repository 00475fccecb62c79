import { MAX_URL_LENGTH } from '../graph/webhooks';
import { productionUrl, writeCallback, writeTest, type Base } from './address';
import { FIELDS_OF_APP_ONLY, FIELDS_OF_OURS } from './fields';
import {
	asBefore,
	fits,
	joined,
	mapPlaces,
	membersOf,
	readPlace,
	receiversOf,
	settled,
	underneath,
	without,
	withoutNewcomers,
	withoutSurplus,
	withTests,
	writePlace,
	type Place,
	type Places,
} from './places';
import {
	noNumberChosen,
	noRoom,
	noRoomToListen,
	noRoomToRemember,
	otherCallback,
	ofAnotherN8n,
	tooLong,
	unknownNumbers,
	unplugs,
	withoutFields,
	type Refusal,
} from './refusals';

/**
 * What has to be done at Meta so that the chosen events reach this trigger, and all others of ours go
 * on as before, worked out from what Meta says now. Nothing here makes a request.
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

/** What the workflows of ours that stand at Meta answer. */
export interface Known {
	/** Those that this n8n does not know any more. */
	gone: ReadonlySet<string>;
	/** Those that are there for another account: they were for the app once, and were brought along then. */
	strangers: ReadonlySet<string>;
	/** Those that do not listen for a test any more. */
	ended: ReadonlySet<string>;
	/** The names of workflows, by the ID in their address. */
	names: ReadonlyMap<string, string>;
}

export type Scope = 'account' | 'app' | 'phoneNumber';

/** What the user wants. */
export interface Wanted {
	/** Where the callback is to stand. */
	scope: Scope;
	/** The IDs of the phone numbers whose events are wanted. Empty: all of the WABA. */
	phoneNumberIds: readonly string[];
	/** The ID in the trigger’s address. */
	id: string;
	/** What addresses of this n8n begin with. */
	base: Base;
	/** The webhook fields that the chosen events come in. */
	fields: readonly string[];
	/** What to do where somebody else's callback stands in our place; `moved`: this n8n was called otherwise. */
	foreign: 'moved' | 'replace' | 'stop';
}

export type Step =
	| { do: 'setAppFields'; url: string; fields: string[] }
	| { do: 'deleteAppFields'; fields: string[] }
	| { do: 'subscribeApp' }
	| { do: 'overrideAccount'; url: string | null }
	| { do: 'overrideNumber'; phoneNumberId: string; url: string | null };

export type Plan =
	| { refusal: Refusal }
	| {
			refusal?: undefined;
			steps: Step[];
			/** What the user should know although nothing stands in the way. */
			notes: string[];
	  };

/** The steps from what is to what is wanted; no steps where all is well already. */
export function planRegistration(observed: Observed, wanted: Wanted, known: Known): Plan {
	const { id, base } = wanted;
	const before = placesOf(observed, wanted);
	const refusal = refuse(observed, before, wanted);
	if (refusal !== undefined) return { refusal };

	const left = cleared(before, known, { members: [id], listeners: [id] });
	const listening = new Set<string>();
	const freed = mapPlaces(left, (place) => {
		// Whoever listens alone goes on beside us.
		if (place?.test) listening.add(place.test.test);
		return place?.test ? underneath(place) : place;
	});
	const places = settled(withMember(freed, wanted), base);
	const after = mapPlaces(asBefore(places, before), (place) =>
		withoutSurplus(membersOf(place).includes(id) ? withTests(place, listening) : place, base),
	);
	const tooMany = refuseRoom(observed, after, wanted, known);
	if (tooMany !== undefined) return { refusal: tooMany };
	return {
		steps: inOrder(stepsBetween(observed, before, after, wanted), wanted),
		notes: notesOf(observed, after, wanted),
	};
}

/**
 * The steps by which a test gets the events of the wanted numbers: as one more beside those of ours that
 * receive them, so that they stay where they are, or with the number to itself where there is none.
 */
export function planTest(observed: Observed, wanted: Wanted): Plan {
	const { id, base } = wanted;
	const refusal = refuseNumbers(observed, wanted);
	if (refusal !== undefined) return { refusal };
	const before = placesOf(observed, wanted);
	const after: Places = { ...before, numbers: new Map(before.numbers) };
	for (const number of numbersWanted(observed, wanted)) {
		const own = before.numbers.get(number.id) ?? null;
		const place = own ?? before.account ?? before.app;
		const beside = receiversOf(place).length > 0 ? withTests(place, [id]) : null;
		if (beside?.ours && !fits(beside.ours, base)) return { refusal: noRoomToListen() };
		if (beside === null) {
			if (!number.canBePutBack) return { refusal: unplugs(number) };
			const was = own?.test ? own.test.was : number.overrideUrl;
			after.numbers.set(number.id, { test: { test: id, was } });
		} else if (own !== null) after.numbers.set(number.id, beside);
		else if (before.account !== null) after.account = beside;
		else after.app = beside;
	}
	if (before.app === null || before.app.test) after.app = { test: { test: id, was: null } };
	const missing = missingFields(observed, wanted);
	if (missing.length > 0 && before.app?.other) {
		return { refusal: withoutFields(missing, before.app.other) };
	}
	for (const { name, place } of namedPlaces(observed, after)) {
		const url = place?.test ? writeTest(place.test, base) : '';
		if (url.length <= MAX_URL_LENGTH) continue;
		const was = place?.test?.was;
		return { refusal: was ? noRoomToRemember(name, was) : tooLong(url) };
	}
	return { steps: stepsBetween(observed, before, after, wanted), notes: [] };
}

/**
 * Where the events of each number would go if no test were listening, for a test that has a number to
 * itself. Numbers whose events go nowhere are left out. Never to another test, which might pass back.
 */
export function routesBeside(observed: Observed, wanted: Wanted): Record<string, string> {
	const routes: Record<string, string> = {};
	const withoutTest = (url: string | null) => {
		const place = readPlace(url, wanted.base);
		return place?.test ? place.test.was : url;
	};
	for (const { id, overrideUrl } of numbersWanted(observed, wanted)) {
		const places = [overrideUrl, observed.account.overrideUrl, observed.app.callbackUrl];
		const url = places.map(withoutTest).find((place) => place !== null);
		if (url) routes[id] = url;
	}
	return routes;
}

/**
 * The steps that take our address away, and that of those that are gone, and put back what stood there
 * before.
 */
export function planRemoval(
	observed: Observed,
	wanted: Pick<Wanted, 'base' | 'foreign' | 'id'>,
	isTest: boolean,
	known: Known,
): Step[] {
	const { id, base } = wanted;
	const before = placesOf(observed, wanted);
	const left = cleared(before, known, isTest ? { listeners: [id] } : { members: [id] });
	const after = withoutNewcomers(asBefore(settled(left, base), before), before, base);
	return inOrder(stepsBetween(observed, before, after, { base, fields: [] }), wanted);
}

/** The places without those that have nothing to do there any more, and without these. */
function cleared(
	{ app, account, numbers }: Places,
	{ gone, strangers, ended }: Known,
	{ members = [], listeners = [] }: { members?: string[]; listeners?: string[] },
): Places {
	const leaving = new Set([...gone, ...members]);
	const silent = new Set([...ended, ...listeners]);
	const clear = (place: Place, leavers: ReadonlySet<string>): Place => {
		if (place?.test) return silent.has(place.test.test) ? underneath(place) : place;
		const left = without(place, leavers);
		if (!left?.ours) return left;
		return { ours: { ...left.ours, tests: left.ours.tests.filter((test) => !silent.has(test)) } };
	};
	const ofOthers = new Set([...leaving, ...strangers]);
	return {
		app: clear(app, leaving),
		account: clear(account, ofOthers),
		numbers: new Map([...numbers].map(([id, place]) => [id, clear(place, ofOthers)])),
	};
}

function placesOf(
	{ app, account, numbers }: Observed,
	{ base, foreign, id }: Pick<Wanted, 'base' | 'foreign' | 'id'>,
): Places {
	const read = (url: string | null) => readPlace(url, base, foreign === 'moved' ? id : undefined);
	return {
		app: read(app.callbackUrl),
		account: read(account.overrideUrl),
		numbers: new Map(numbers.map((number) => [number.id, read(number.overrideUrl)])),
	};
}

/** The workflow where it wants to stand, and at each place of ours that comes before. */
function withMember({ app, account, numbers }: Places, wanted: Wanted): Places {
	const { id, scope } = wanted;
	const join = (place: Place, here: boolean) => (here ? joined(place, id) : place);
	return {
		app: join(app, scope === 'app'),
		account: join(account, scope === 'account'),
		numbers: new Map(
			[...numbers].map(([number, place]) => [
				number,
				join(place, scope === 'phoneNumber' && wantsNumber(wanted, number)),
			]),
		),
	};
}

/** Only what differs from what stands there now. */
function stepsBetween(
	observed: Observed,
	before: Places,
	after: Places,
	wanted: Pick<Wanted, 'base' | 'fields'>,
): Step[] {
	const { base } = wanted;
	const steps: Step[] = appSteps(observed, before, after, wanted);
	const isSet = (place: Place) => place !== null;
	const overrides = [after.account, ...after.numbers.values()];
	if (!observed.account.subscribed && (wanted.fields.length > 0 || overrides.some(isSet))) {
		steps.push({ do: 'subscribeApp' });
	}
	const account = writePlace(after.account, base);
	if (!stands(account, observed.account.overrideUrl, base))
		steps.push({ do: 'overrideAccount', url: account });
	for (const { id, overrideUrl } of observed.numbers) {
		const url = writePlace(after.numbers.get(id) ?? null, base);
		if (!stands(url, overrideUrl, base))
			steps.push({ do: 'overrideNumber', phoneNumberId: id, url });
	}
	return steps;
}

/** Fields can only be added together with the callback of the app, which Meta then checks. */
function appSteps(
	{ app }: Observed,
	before: Places,
	after: Places,
	{ base, fields }: Pick<Wanted, 'base' | 'fields'>,
): Step[] {
	const url = writePlace(after.app, base);
	const all = [...new Set([...app.fields, ...fields])];
	if (url !== null) {
		const isInOrder = stands(url, app.callbackUrl, base) && all.length === app.fields.length;
		return isInOrder ? [] : [{ do: 'setAppFields', url, fields: all }];
	}
	if (app.callbackUrl === null) return [];
	// The app had no callback before ours. Others may live on its fields, by overrides of their own.
	const isShared =
		before.app?.ours?.more === true || allOf(after).some((place) => place?.other !== undefined);
	const removable = isShared ? FIELDS_OF_APP_ONLY : FIELDS_OF_OURS;
	const removed = app.fields.filter((field) => removable.has(field));
	return removed.length === 0 ? [] : [{ do: 'deleteAppFields', fields: removed }];
}

/**
 * The fields first, without which nothing comes; then what the workflow is added to, so that it misses
 * nothing while it leaves other places; what is taken away from the app last.
 */
function inOrder(steps: Step[], { base, id }: Pick<Wanted, 'base' | 'id'>): Step[] {
	const rank = (step: Step) => {
		if (step.do === 'setAppFields' || step.do === 'subscribeApp') return 0;
		if (step.do === 'deleteAppFields') return 3;
		return membersOf(readPlace(step.url, base)).includes(id) ? 1 : 2;
	};
	return steps.sort((a, b) => rank(a) - rank(b));
}

/** Whether an address stands there already, if written differently by Meta. */
function stands(url: string | null, observed: string | null, base: Base): boolean {
	return url === observed || url === writePlace(readPlace(observed, base), base);
}

/** What stands in the way of a registration, or undefined. */
function refuse(observed: Observed, before: Places, wanted: Wanted): Refusal | undefined {
	return (
		refuseNumbers(observed, wanted) ??
		refuseOther(observed, before, wanted) ??
		refuseFields(observed, before, wanted)
	);
}

function refuseNumbers(observed: Observed, wanted: Wanted): Refusal | undefined {
	if (wanted.scope !== 'phoneNumber') return undefined;
	if (wanted.phoneNumberIds.length === 0) return noNumberChosen();
	const ids = observed.numbers.map(({ id }) => id);
	const unknown = wanted.phoneNumberIds.filter((id) => !ids.includes(id));
	return unknown.length > 0 ? unknownNumbers(unknown) : undefined;
}

/** Refuses where somebody else's callback stands in the place we were asked to take. */
function refuseOther(observed: Observed, before: Places, wanted: Wanted): Refusal | undefined {
	for (const { name, place } of ownPlaces(observed, before, wanted)) {
		if (place?.other === undefined || wanted.foreign === 'replace') continue;
		const isOurTrigger = membersOf(readPlace(place.other, wanted.base, wanted.id)).length > 0;
		return isOurTrigger ? ofAnotherN8n(name, place.other) : otherCallback(name, place.other);
	}
	return undefined;
}

function refuseFields(observed: Observed, before: Places, wanted: Wanted): Refusal | undefined {
	const other = before.app?.other;
	const missing = missingFields(observed, wanted);
	if (missing.length === 0 || other === undefined || wanted.scope === 'app') return undefined;
	return withoutFields(missing, other);
}

/** Meta allows so many characters for an address, and everybody has to stand in it. */
function refuseRoom(
	observed: Observed,
	after: Places,
	wanted: Wanted,
	known: Known,
): Refusal | undefined {
	for (const { name, place } of namedPlaces(observed, after)) {
		if (!place?.ours || fits(place.ours, wanted.base)) continue;
		const alone = {
			...place.ours,
			members: place.ours.members.slice(0, 1),
			tests: [],
			more: false,
		};
		if (!fits({ ...alone, was: null }, wanted.base)) {
			return tooLong(writeCallback({ ...alone, was: null }, wanted.base));
		}
		const others = membersOf(place).filter((id) => id !== wanted.id);
		if (others.length === 0) return noRoomToRemember(name, place.ours.was ?? '');
		return noRoom(
			name,
			others.map((id) => known.names.get(id) ?? productionUrl(wanted.base, id)),
		);
	}
	return undefined;
}

function missingFields({ app }: Observed, { fields }: Wanted): string[] {
	return fields.filter((field) => !app.fields.includes(field));
}

/** What the user should know although nothing stands in the way. */
function notesOf(observed: Observed, after: Places, wanted: Wanted): string[] {
	const notes: string[] = [];
	for (const { id, displayPhoneNumber } of numbersWanted(observed, wanted)) {
		const other = after.numbers.get(id)?.other;
		if (other === undefined) continue;
		notes.push(
			`Events of ${displayPhoneNumber} go to ${other}: that callback is set on the phone number, which comes before this one.`,
		);
	}
	const ofAccount = after.account?.other;
	if (wanted.scope === 'app' && ofAccount !== undefined) {
		notes.push(
			`Messages go to ${ofAccount}: that callback is set on the WhatsApp Business Account, which comes before the app.`,
		);
	}
	return notes;
}

interface NamedPlace {
	/** Such as “this Meta app”. */
	name: string;
	scope: Scope;
	/** Of a place at a number. */
	phoneNumberId?: string;
	place: Place;
}

function namedPlaces({ numbers }: Observed, places: Places): NamedPlace[] {
	return [
		{ name: 'this Meta app', scope: 'app', place: places.app },
		{ name: 'this WhatsApp Business Account', scope: 'account', place: places.account },
		...numbers.map(
			({ id, displayPhoneNumber }): NamedPlace => ({
				name: `the phone number ${displayPhoneNumber}`,
				scope: 'phoneNumber',
				phoneNumberId: id,
				place: places.numbers.get(id) ?? null,
			}),
		),
	];
}

/** The places that the user has chosen by “Register For”. */
function ownPlaces(observed: Observed, places: Places, wanted: Wanted): NamedPlace[] {
	return namedPlaces(observed, places).filter(
		({ scope, phoneNumberId }) =>
			scope === wanted.scope && (phoneNumberId === undefined || wantsNumber(wanted, phoneNumberId)),
	);
}

function allOf({ app, account, numbers }: Places): Place[] {
	return [app, account, ...numbers.values()];
}

function numbersWanted({ numbers }: Observed, wanted: Wanted): Observed['numbers'] {
	return numbers.filter(({ id }) => wantsNumber(wanted, id));
}

export function wantsNumber(
	{ phoneNumberIds }: Pick<Wanted, 'phoneNumberIds'>,
	id: string,
): boolean {
	return phoneNumberIds.length === 0 || phoneNumberIds.includes(id);
}
