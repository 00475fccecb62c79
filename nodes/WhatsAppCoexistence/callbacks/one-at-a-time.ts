/** By the ID of the app, of which there are few. */
const last = new Map<string, Promise<unknown>>();

/**
 * Runs changes to the callbacks of one Meta app one after the other, so that none is made from what
 * another is about to change. n8n changes registrations in one process only.
 */
export async function oneAtATime<T>(appId: string, change: () => Promise<T>): Promise<T> {
	const turn = (last.get(appId) ?? Promise.resolve()).then(change, change);
	last.set(appId, turn);
	return await turn;
}
