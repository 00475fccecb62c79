/** How far the sync of old chats has come, counted from what n8n has accepted. */

/**
 * @returns `percent` as Meta reports it with the last chunk before which none is missing; `text` says the
 *   same and more in words
 */
export function historyOf(updates, deliveries, notRequested) {
	const sync = latestSync(updates);
	if (sync.declined) return { percent: 0, text: 'declined by the owner' };
	if (sync.chunks.length === 0) {
		const waiting = notRequested.includes('history');
		return { percent: 0, text: waiting ? 'waiting for n8n to ask' : 'not shared' };
	}
	const accepted = new Set(
		deliveries
			.filter(({ outcome }) => outcome === 'accepted')
			.flatMap(({ updateIds }) => updateIds),
	);
	const arrived = sync.chunks.filter(({ id }) => accepted.has(id));
	const missing = sync.chunks.filter(({ id }) => !accepted.has(id));
	const limit = Math.min(...missing.map(({ progress }) => progress));
	const percent = Math.max(
		0,
		...arrived.map(({ progress }) => progress).filter((progress) => progress < limit),
	);
	return { percent, text: `${percent} %, ${arrived.length} of ${sync.chunks.length} chunks` };
}

/** A new onboarding starts from nothing. */
function latestSync(updates) {
	let sync = { chunks: [], declined: false };
	for (const { id, field, value } of updates) {
		if (field === 'account_update' && value?.event === 'PARTNER_ADDED') {
			sync = { chunks: [], declined: false };
		}
		if (field !== 'history') continue;
		for (const { metadata, errors } of value?.history ?? []) {
			if (errors) sync.declined = true;
			else if (metadata) sync.chunks.push({ id, progress: metadata.progress });
		}
	}
	return sync;
}
