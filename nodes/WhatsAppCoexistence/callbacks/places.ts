import { MAX_URL_LENGTH } from '../graph/webhooks';
import {
	baseLike,
	readCallback,
	readTest,
	writeCallback,
	writeTest,
	type Base,
	type Member,
	type OurCallback,
	type TestCallback,
} from './address';

/**
 * Who receives events at each of the places where a callback can stand. Meta looks at the phone number
 * first, then at the WABA, then at the app.
 *
 * A callback of ours has all of ours that would receive the same events from the next place, so that
 * none of them is cut off by one that stands before it.
 */

/** What stands in one place: a callback of ours, a test that has it to itself, somebody else's, nothing. */
export type Place =
	| { ours: OurCallback; test?: undefined; other?: undefined }
	| { ours?: undefined; test: TestCallback; other?: undefined }
	| { ours?: undefined; test?: undefined; other: string }
	| null;

export interface Places {
	app: Place;
	account: Place;
	/** By the ID of the phone number. */
	numbers: Map<string, Place>;
}

/**
 * @param moved the workflow that says that this n8n was called otherwise before: callbacks under other
 *   addresses that name it are ours
 */
export function readPlace(url: string | null, base: Base, moved?: string): Place {
	if (url === null) return null;
	const ours = readCallback(url, base);
	if (ours !== undefined) return { ours };
	const test = readTest(url, base);
	if (test !== undefined) return { test };
	const earlier = moved === undefined ? undefined : baseLike(url, base);
	const before = earlier && readCallback(url, earlier);
	return before?.members.some(({ id }) => id === moved) ? { ours: before } : { other: url };
}

export function writePlace(place: Place, base: Base): string | null {
	if (place === null) return null;
	if (place.ours) return writeCallback(place.ours, base);
	return place.test ? writeTest(place.test, base) : place.other;
}

/** Those of a place that receive what comes there. */
export function receiversOf(place: Place): string[] {
	return (place?.ours?.members ?? []).filter(({ holds }) => !holds).map(({ id }) => id);
}

/** All of ours at a place, in its order. */
export function membersOf(place: Place): string[] {
	return (place?.ours?.members ?? []).map(({ id }) => id);
}

export function mapPlaces(
	{ app, account, numbers }: Places,
	change: (place: Place) => Place,
): Places {
	return {
		app: change(app),
		account: change(account),
		numbers: new Map([...numbers].map(([id, place]) => [id, change(place)])),
	};
}

/** The same places with their workflows in the order in which they stood before; new ones come last. */
export function asBefore(places: Places, before: Places): Places {
	return mapBoth(places, before, sorted);
}

/** A place without its listeners, where there is no room for them. */
export function withoutSurplus(place: Place, base: Base): Place {
	return place?.ours && !fits(place.ours, base) ? { ours: { ...place.ours, tests: [] } } : place;
}

/**
 * The same places, but where there is no room for those that could only be brought along now, without
 * them: they have to wait, since what goes has to go.
 */
export function withoutNewcomers(places: Places, before: Places, base: Base): Places {
	return mapBoth(places, before, (larger, stood) => {
		const place = withoutSurplus(larger, base);
		if (!place?.ours || fits(place.ours, base)) return place;
		const members = place.ours.members.filter(({ id }) => membersOf(stood).includes(id));
		return { ours: { ...place.ours, members } };
	});
}

function mapBoth(
	{ app, account, numbers }: Places,
	before: Places,
	change: (place: Place, before: Place) => Place,
): Places {
	return {
		app: change(app, before.app),
		account: change(account, before.account),
		numbers: new Map(
			[...numbers].map(([id, place]) => [id, change(place, before.numbers.get(id) ?? null)]),
		),
	};
}

function sorted(place: Place, before: Place): Place {
	if (!place?.ours) return place;
	const rank = new Map(membersOf(before).map((id, index) => [id, index]));
	const rankOf = ({ id }: Member) => rank.get(id) ?? rank.size;
	const members = [...place.ours.members].sort((a, b) => rankOf(a) - rankOf(b));
	return { ours: { ...place.ours, members } };
}

/** What stands in a place once ours has left it. */
export function underneath(place: Place): Place {
	const was = place?.ours?.was ?? place?.test?.was ?? null;
	return was === null ? null : { other: was };
}

/** Adds a workflow to those that receive at a place, or puts it there alone. */
export function joined(place: Place, id: string): Place {
	const { members = [], more = false, tests = [] } = place?.ours ?? {};
	const was = place?.ours?.was ?? place?.other ?? place?.test?.was ?? null;
	const others = members.filter((member) => member.id !== id);
	const isHere = others.length < members.length;
	const own: Member = { id, holds: false };
	return {
		ours: {
			// The first stays the first: Meta’s handshake then goes to one that is known to answer.
			members: isHere
				? members.map((member) => (member.id === id ? own : member))
				: [...members, own],
			more,
			tests,
			was,
		},
	};
}

/** A place without these workflows. It may be left without any, which `settled` puts right. */
export function without(place: Place, ids: ReadonlySet<string>): Place {
	if (!place?.ours) return place;
	const { members } = place.ours;
	return { ours: { ...place.ours, members: members.filter(({ id }) => !ids.has(id)) } };
}

/**
 * Puts the places in order after somebody joined or left: each of ours gets those that would receive
 * the same events from the next place, those that are needed no more go, and the app’s webhook fields
 * are held by somebody as long as somebody of ours lives on them.
 */
export function settled(places: Places, base: Base): Places {
	const ofApp = receiversOf(places.app);
	// A listener beside one of ours that goes listens at the place that takes over.
	const listening = new Set<string>();
	let account: Place = isSpare(places.account, ofApp)
		? leave(places.account, listening)
		: bringAlong(places.account, ofApp);
	const ofAccount = account === null ? ofApp : receiversOf(account);
	const numbers = new Map(
		[...places.numbers].map(([id, place]) => {
			// They came along with one for the account, which has gone from before somebody else's.
			const own = account?.other === undefined ? place : without(place, new Set(ofApp));
			const brought = bringAlong(own, ofAccount);
			return [id, isSpare(brought, ofAccount) ? leave(brought, listening) : brought];
		}),
	);
	account = withTests(account, listening);
	const natives = [account, ...numbers.values()]
		.flatMap(membersOf)
		.filter((id) => !receiversOf(places.app).includes(id));
	const app = held(withTests(places.app, listening), natives, base);
	return { app, account, numbers };
}

function bringAlong(place: Place, next: string[]): Place {
	if (!place?.ours || place.ours.members.length === 0) return place;
	return next.reduce(joined, place as Place);
}

/** Whether a place of ours adds nobody to those who would receive its events without it. */
function isSpare(place: Place, next: string[]): boolean {
	return place?.ours !== undefined && membersOf(place).every((id) => next.includes(id));
}

function leave(place: Place, listening: Set<string>): Place {
	for (const id of place?.ours?.tests ?? []) listening.add(id);
	return underneath(place);
}

export function withTests(place: Place, tests: Iterable<string>): Place {
	if (!place?.ours || place.ours.members.length === 0) return place;
	return { ours: { ...place.ours, tests: [...new Set([...place.ours.tests, ...tests])] } };
}

/** @param natives those of ours that receive at other places only, and live on the fields of the app */
function held(app: Place, natives: string[], base: Base): Place {
	if (app?.other !== undefined || (app?.test && natives.length === 0)) return app;
	const members = app?.ours?.members ?? [];
	if (members.length === 0 && (natives.length === 0 || underneath(app) !== null)) {
		return underneath(app);
	}
	const [native] = natives;
	if (native === undefined || natives.some((id) => membersOf(app).includes(id))) return app;

	const { more = false, tests = [], was = null } = app?.ours ?? {};
	const holding: OurCallback = {
		members: [...members, { id: native, holds: true }],
		more,
		tests,
		was,
	};
	if (members.length === 0 || fits({ ...holding, tests: [] }, base)) return { ours: holding };
	const counted: OurCallback = { ...holding, members, more: true };
	if (fits({ ...counted, tests: [] }, base)) return { ours: counted };
	const spared = members.findLast(({ holds }) => holds);
	return { ours: { ...counted, members: members.filter((member) => member !== spared) } };
}

export function fits(callback: OurCallback, base: Base): boolean {
	return writeCallback(callback, base).length <= MAX_URL_LENGTH;
}
