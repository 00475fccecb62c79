import type { GraphContext } from '../graph/client';
import { askForHandshake, askWho } from './ask-handshake';
import { productionUrl, testUrl, type Base } from './address';
import { membersOf, readPlace, type Place } from './places';
import type { Known, Observed } from './plan';
import { verifyTokenFor } from './verify-token';

/** Asks those that stand at Meta. Only addresses of callbacks are called, with the token that is theirs. */

export interface Answers extends Known {
	/** Where this n8n could not reach itself: the reason. */
	unreachable: string | undefined;
}

/** Asks the other workflows of this n8n that stand at Meta who they are, and whether they are there. */
export async function askOurs(
	context: GraphContext,
	observed: Observed,
	own: { base: Base; id: string; account: string },
	appSecret: string,
): Promise<Answers> {
	const { base } = own;
	const places = [
		observed.app.callbackUrl,
		observed.account.overrideUrl,
		...observed.numbers.map(({ overrideUrl }) => overrideUrl),
	].map((url) => readPlace(url, base));
	const members = new Set(places.flatMap(membersOf));
	const listeners = new Set(places.flatMap(listenersOf));
	members.delete(own.id);
	listeners.delete(own.id);

	const gone = new Set<string>();
	const strangers = new Set<string>();
	const ended = new Set<string>();
	const names = new Map<string, string>();
	let unreachable: string | undefined;
	const ask = async (url: string) => await askWho(context, url, verifyTokenFor(url, appSecret));
	await Promise.all([
		...[...members].map(async (id) => {
			const answer = await ask(productionUrl(base, id));
			if (answer.outcome === 'accepted') {
				names.set(id, answer.workflow);
				if (answer.account !== own.account && answer.registerFor !== 'app') strangers.add(id);
			}
			if (answer.outcome === 'unreachable') unreachable = answer.reason;
			if (answer.outcome === 'refused' && answer.status === 404) gone.add(id);
		}),
		...[...listeners].map(async (id) => {
			const answer = await ask(testUrl(base, id));
			if (answer.outcome !== 'accepted') ended.add(id);
		}),
	]);
	return { gone, strangers, ended, names, unreachable };
}

function listenersOf(place: Place): string[] {
	return place?.test ? [place.test.test] : [...(place?.ours?.tests ?? [])];
}

/**
 * Finds out which overrides of phone numbers a test could put back: those that answer a handshake with
 * our token, as every trigger of this node with the same Meta app does.
 */
export async function askNumbers(
	context: GraphContext,
	numbers: Observed['numbers'],
	base: Base,
	appSecret: string,
): Promise<Observed['numbers']> {
	return await Promise.all(
		numbers.map(async (number) => {
			const url = number.overrideUrl;
			if (readPlace(url, base)?.other === undefined) return number;
			const token = verifyTokenFor(url!, appSecret);
			const { outcome } = await askForHandshake(context, url!, token);
			return { ...number, canBePutBack: outcome === 'accepted' };
		}),
	);
}
