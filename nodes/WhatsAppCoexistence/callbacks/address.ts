/**
 * What a callback of ours says about itself. Everything that has to be remembered of a registration
 * stands in the address that Meta has, where neither a restart nor a crash can lose it:
 *
 *     https://n8n.example/webhook/<first>/whatsapp?with=<other>.<other>&test=<listener>&was=<callback>
 *
 * The workflow whose address it is hands each delivery on to the others. Only characters are used that no
 * server writes differently: Meta turns a “+” into a space (chatwoot/chatwoot#14738).
 */

/** One workflow of ours, by the ID in the path of its webhook. */
export interface Member {
	id: string;
	/**
	 * Only of the app's callback: true where the workflow does not ask for the events that come there,
	 * but needs the app's webhook fields, which cannot be without a callback.
	 */
	holds: boolean;
}

export interface OurCallback {
	/** At least one; the first is the one whose address it is. */
	members: readonly Member[];
	/** Only of the app's callback: others that need its webhook fields found no room. */
	more: boolean;
	/** Workflows that are listening for a test. They get a copy; nobody waits for them. */
	tests: readonly string[];
	/** Somebody else's callback that stood here before, and stands here again when ours goes. */
	was: string | null;
}

/** The address of a test that has the place to itself. */
export interface TestCallback {
	test: string;
	was: string | null;
}

/** What the addresses of one n8n begin with, up to the ID. */
export interface Base {
	production: string;
	test: string;
}

/** The end of every address: the `path` in the description of the trigger's webhook. */
export const ROUTE = '/whatsapp';
/** n8n's default, which `N8N_ENDPOINT_WEBHOOK_TEST` may change together with `N8N_ENDPOINT_WEBHOOK`. */
const TEST_SUFFIX = '-test';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PACKED = /^[\w-]{22}$/;
const PLAIN = /^[\w-]+$/;
const HTTPS = /^https:\/\//;
/** No query, no fragment, and no step up in the path. */
const SEGMENT = /^(?!(?:\.|%2e){1,2}$)[\w%.~-]+$/i;
/** After an ID that is written in base64. */
const ENCODED = '~';
/** Before a member that only holds; alone, the first of them. */
const HOLDS = '~';
const MORE = '~~';

/** What one of n8n's own webhook addresses consists of. */
export interface OwnAddress {
	base: Base;
	id: string;
	isTest: boolean;
}

/**
 * Takes apart what n8n gives as the address of the trigger's webhook.
 *
 * @param webhookId of the node; without one n8n makes the path of the workflow's ID and the node's name
 */
export function ownAddress(url: string, webhookId: string | undefined): OwnAddress {
	const path = url.slice(0, -ROUTE.length);
	const id = webhookId ?? path.split('/').slice(-2).join('/');
	const prefix = path.slice(0, -id.length);
	const isTest = prefix.endsWith(`${TEST_SUFFIX}/`);
	const endpoint = prefix.slice(0, isTest ? -TEST_SUFFIX.length - 1 : -1);
	return { base: { production: `${endpoint}/`, test: `${endpoint}${TEST_SUFFIX}/` }, id, isTest };
}

/** The same for an address or a callback of which nothing else is known: its ID is the last segment but one. */
export function readAddress(url: string): OwnAddress {
	const [bare = ''] = url.split('?', 1);
	return ownAddress(bare, bare.split('/').at(-2));
}

export function productionUrl(base: Base, id: string): string {
	return base.production + id + ROUTE;
}

export function testUrl(base: Base, id: string): string {
	return base.test + id + ROUTE;
}

/** Reads a callback of this n8n; undefined where it is somebody else's. */
export function readCallback(url: string, base: Base): OurCallback | undefined {
	const parts = partsOf(url, base.production);
	if (parts === undefined) return undefined;
	const entries = entriesOf(parts.query.get('with'));
	const others = entries.filter((entry) => entry !== HOLDS && entry !== MORE).map(memberOf);
	const first = { id: parts.id, holds: entries.includes(HOLDS) };
	return {
		members: [first, ...others.filter(({ id }) => id !== first.id)],
		more: entries.includes(MORE),
		tests: readTests(parts.query.get('test')),
		was: readWas(parts.query.get('was')),
	};
}

export function writeCallback({ members, more, tests, was }: OurCallback, base: Base): string {
	const [first, ...others] = members;
	if (first === undefined) throw new Error('A callback of ours has no member');
	const entries = others.map(({ id, holds }) => (holds ? HOLDS : '') + packId(id));
	if (first.holds) entries.unshift(HOLDS);
	if (more) entries.push(MORE);
	return productionUrl(base, first.id) + queryOf({ with: entries, test: tests.map(packId), was });
}

/** Reads the address of a test of this n8n that has a place to itself. */
export function readTest(url: string, base: Base): TestCallback | undefined {
	const parts = partsOf(url, base.test);
	return parts && { test: parts.id, was: readWas(parts.query.get('was')) };
}

export function writeTest({ test, was }: TestCallback, base: Base): string {
	return testUrl(base, test) + queryOf({ with: [], test: [], was });
}

/**
 * The addresses of another n8n that this callback is one of, where it has the form of ours: to be told
 * what n8n was called before it moved.
 */
export function baseLike(url: string, own: Base): Base | undefined {
	const endpoint = /\/([^/]+)\/$/.exec(own.production)?.[1];
	const [before = '', after] = url.split(`/${endpoint}/`, 2);
	if (after === undefined || !/^https?:\/\/[^?#]+$/.test(before)) return undefined;
	return {
		production: `${before}/${endpoint}/`,
		test: `${before}/${endpoint}${TEST_SUFFIX}/`,
	};
}

function partsOf(
	url: string,
	prefix: string,
): { id: string; query: Map<string, string> } | undefined {
	if (!url.startsWith(prefix)) return undefined;
	const [path = '', query = ''] = url.slice(prefix.length).split('?', 2);
	if (!path.endsWith(ROUTE) || path.length === ROUTE.length) return undefined;
	return { id: path.slice(0, -ROUTE.length), query: readQuery(query) };
}

function readQuery(query: string): Map<string, string> {
	const entries = query.split('&').map((pair): [string, string] => {
		const [name = '', value = ''] = pair.split(/=(.*)/s);
		return [name, decode(value)];
	});
	return new Map(entries.filter(([, value]) => value !== ''));
}

function queryOf(query: { with: string[]; test: string[]; was: string | null }): string {
	const pairs: string[] = [];
	if (query.with.length > 0) pairs.push(`with=${query.with.join('.')}`);
	if (query.test.length > 0) pairs.push(`test=${query.test.join('.')}`);
	if (query.was !== null) pairs.push(`was=${writeWas(query.was)}`);
	return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Short, as Meta allows few characters: without the scheme, and with what may stand in a query as it is. */
function writeWas(url: string): string {
	return encodeURIComponent(url.replace(HTTPS, '')).replace(/%(?:2F|3A|40)/g, decodeURIComponent);
}

function readWas(was: string | undefined): string | null {
	if (was === undefined) return null;
	return /^https?:\/\//.test(was) ? was : `https://${was}`;
}

/** Whom a delivery is to be handed on to: the IDs in `with`, as n8n's server gives it. */
export function readOthers(value: unknown): string[] {
	const receiving = entriesOf(value).filter((entry) => !entry.startsWith(HOLDS));
	return receiving.map(unpackId).filter(isRoute);
}

/** The IDs in `test`. */
export function readTests(value: unknown): string[] {
	return entriesOf(value).map(unpackId).filter(isRoute);
}

/** Whether an ID stays inside the webhook paths of this n8n, whoever wrote it. */
function isRoute(id: string): boolean {
	const segments = id.split('/');
	return segments.length <= 2 && segments.every((segment) => SEGMENT.test(segment));
}

function entriesOf(value: unknown): string[] {
	return typeof value === 'string' ? value.split('.').filter((entry) => entry !== '') : [];
}

function memberOf(entry: string): Member {
	const holds = entry.startsWith(HOLDS);
	return { id: unpackId(holds ? entry.slice(HOLDS.length) : entry), holds };
}

/** A UUID in 22 characters, any other ID as it is, where that can be told from one. */
export function packId(id: string): string {
	if (UUID.test(id)) return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
	if (PLAIN.test(id) && !PACKED.test(id)) return id;
	return Buffer.from(id).toString('base64url') + ENCODED;
}

export function unpackId(entry: string): string {
	if (entry.endsWith(ENCODED)) return Buffer.from(entry, 'base64url').toString();
	if (!PACKED.test(entry)) return entry;
	const hex = Buffer.from(entry, 'base64url').toString('hex');
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
