/** Old chats of an owner's phone, invented. */
import type { Update } from './delivery/routing.mts';
import { inGroups } from './groups.mts';
import { contentOfType, mediaContent, randomText } from './payloads/content.mts';
import {
	type ChunkPosition,
	historyChunk,
	historyMedia,
	type OldMessage,
	type OldThread,
} from './payloads/history.mts';
import { peerOf } from './payloads/people-fields.mts';
import type { Person } from './people.mts';
import type { PhoneContentOptions } from './phone-content.mts';
import type { Simulation } from './simulation.mts';
import { newWamid } from './wamid.mts';
import type { PhoneNumber } from './world.mts';

const DAY = 24 * 60 * 60;
const MEDIA_FOLLOW_UP_DAYS = 14;

/** Age of the messages in each phase, in days. */
const PHASES = [
	{ phase: 0, fromDay: 0, toDay: 1 },
	{ phase: 1, fromDay: 1, toDay: 90 },
	{ phase: 2, fromDay: 90, toDay: 180 },
] as const;

/** Chunks of all phases in order, then the media of their placeholders. */
export function inventChats(
	simulation: Simulation,
	number: PhoneNumber,
	people: Person[],
	options: PhoneContentOptions,
): Update[] {
	const phases = PHASES.map((phase) => ({
		...phase,
		threads: people
			.map((person) => ({
				person,
				messages: oldMessages(simulation, number, person, phase, options),
			}))
			.filter(({ messages }) => messages.length > 0),
	}));
	const chunks = phases.flatMap(({ phase, threads }) =>
		inGroups(threads, Math.ceil(threads.length / options.chunksPerPhase)).map((group) => ({
			phase,
			threads: group,
		})),
	);
	const position = (index: number, phase: ChunkPosition['phase']): ChunkPosition => ({
		phase,
		chunkOrder: index + 1,
		progress: Math.round((100 * (index + 1)) / chunks.length),
	});
	return [
		...chunks.map(({ phase, threads }, index) =>
			historyChunk(number, position(index, phase), threads),
		),
		...chunks.flatMap(({ threads }) => mediaOf(number, threads)),
	];
}

function oldMessages(
	simulation: Simulation,
	number: PhoneNumber,
	person: Person,
	{ phase, fromDay, toDay }: (typeof PHASES)[number],
	{ messagesPerThread, mediaShare }: PhoneContentOptions,
): OldMessage[] {
	const { random, clock } = simulation;
	return Array.from({ length: messagesInPhase(messagesPerThread)[phase] }, () => {
		const age = Math.floor((fromDay + random.next() * (toDay - fromDay)) * DAY) + 60;
		const outbound = random.next() < 0.5;
		const isMedia = random.next() < mediaShare;
		const followed = isMedia && age < MEDIA_FOLLOW_UP_DAYS * DAY;
		return {
			id: newWamid(random, peerOf(person), outbound ? 'businessToUser' : 'userToBusiness'),
			timestamp: clock.seconds() - age,
			outbound,
			content: isMedia ? { type: 'media_placeholder' } : oldContent(simulation, number),
			media: followed
				? mediaContent(simulation, number, random.pick(['image', 'video', 'audio', 'document']))
				: null,
			status: random.pick(['READ', 'DELIVERED', 'SENT'] as const),
		};
	}).sort((a, b) => a.timestamp - b.timestamp);
}

/** A fifth is from today, three tenths are older than 90 days, the rest lies between. */
function messagesInPhase(total: number): [number, number, number] {
	const today = Math.floor(total * 0.2);
	const old = Math.floor(total * 0.3);
	return [today, total - today - old, old];
}

function oldContent(simulation: Simulation, number: PhoneNumber) {
	return simulation.random.next() < 0.9
		? randomText(simulation.random)
		: contentOfType(simulation, number, simulation.random.pick(['location', 'contacts']));
}

function mediaOf(number: PhoneNumber, threads: OldThread[]): Update[] {
	return threads.flatMap(({ person, messages }) =>
		messages
			.filter((message): message is OldMessage & { media: NonNullable<OldMessage['media']> } =>
				Boolean(message.media),
			)
			.map((message) => historyMedia(number, person, message)),
	);
}
