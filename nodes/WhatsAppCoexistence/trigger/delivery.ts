import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { parseWebhook } from '../events';
import type { CoexistenceCredential } from '../graph/client';
import { forgetTold } from '../events/rows';
import type { CoexistenceEvent } from '../events/schema';
import { acceptWhole, claim, isAcceptedWhole } from './accepted-events';
import { answerAfter, startExecution, whenAnswered } from './answered';
import { takeAnswers, type TakenAnswers } from './answers';
import { answerHandshake } from '../callbacks/handshake';
import { hasCaught, noteCaught } from './caught';
import { credentialThatSigned, currentCredential } from './credential';
import { handOn } from './hand-on';
import { groupHistory, type HistoryItems } from './history-items';
import { fetchFiles, type MediaChoice } from './media';
import { memoryKeyOf, recall, recallInTest, toStore, type TestMemory } from './memory';
import { addNames, noteNames } from './names';
import { toOutputs } from './outputs';
import { readParameters } from './parameters';
import { passOn } from './pass-on';
import { deliverPieces, PIECE_HEADER, pieceIn, pieceSize, piecesOf, type Piece } from './pieces';
import { jsonOf, rawBodyOf } from '../callbacks/request-body';
import { rowOptions, withoutRowless, type RowOptions } from './rows';
import { compileSelection, select, type Selection } from './selection';
import { markServiceWindows } from './service-window';
import { verifySignature } from '../callbacks/signature';
import { staticDataOf } from './static-data';
import {
	isTakenOver,
	markTakeovers,
	noteRequest,
	noteTakeovers,
	takeoverOptions,
	tellsTakeovers,
	type TakeoverOptions,
	type Takeovers,
} from './takeover';
import {
	takeoverAnswer,
	takeoverRequestIn,
	type TakeoverRequest,
} from '../callbacks/takeover-request';
import { verifyTokenFor } from '../callbacks/verify-token';

/** Answers Meta's handshake. Starts no execution. */
export async function receiveHandshake(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const credential = await currentCredential(context);
	const { registerFor } = readParameters(context);
	if (credential === undefined && registerFor !== 'manual') {
		return refuse(context, 503, 'The credential of this trigger cannot be used.');
	}
	const { status, body } = answerHandshake(
		context.getQueryData() as Record<string, unknown>,
		verifyTokenOf(context, credential),
		{
			workflow: context.getWorkflow().name ?? '',
			account: credential?.businessAccountId ?? '',
			registerFor,
		},
	);
	context.getResponseObject().status(status).type('text/plain').send(body);
	return { noWebhookResponse: true };
}

/**
 * Takes one POST of Meta on its way: signature, parser, selection, duplicates, takeover and service
 * window, names, media, outputs. A POST that is not from Meta gets a 4xx; one that holds nothing the user
 * wants, or nothing new, gets 200. Neither starts an execution.
 *
 * Nothing is thrown before the signature has proved good: n8n would store a failed execution, and start
 * the user's error workflow, for whoever knows the address.
 */
export async function receiveDelivery(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = context.getRequestObject();
	const rawBody = await rawBodyOf(request);
	if (rawBody === undefined) return refuse(context, 400, 'The body cannot be read.');
	const signature = context.getHeaderData()['x-hub-signature-256'] as string;
	const credential = await credentialThatSigned(context, (appSecret) =>
		verifySignature(rawBody, signature, appSecret),
	);
	if (credential === undefined) {
		return refuse(context, 503, 'The credential of this trigger cannot be used. Deliver it again.');
	}
	if (credential === 'unsigned') {
		return refuse(context, 401, 'The signature in X-Hub-Signature-256 is missing or wrong.');
	}
	const body = jsonOf(request, rawBody);
	if (body === undefined) return refuse(context, 400, 'The body is not JSON.');

	const parameters = parametersOf(context);
	const parsed = parseWebhook(body, { keepRaw: parameters.keepRaw });
	const isOwner = isTakeoverIn(context, parsed, parameters);
	const answers = await takeAnswers(context, parsed, rawBody, signature, isOwner);
	if (answers === undefined) {
		return refuse(context, 503, 'n8n has not taken an answer that it waits for. Deliver it again.');
	}
	const others = handOn(context, rawBody, signature, answers.headers);
	if (others !== undefined) answerAfter(context.getResponseObject(), others);

	const takeover = takeoverRequestIn(body);
	if (takeover !== undefined) {
		const isTest = context.getMode() === 'manual';
		if (isTest && !(await passOn(context, [], rawBody, signature, {})))
			return refuseInTest(context);
		return receiveTakeover(context, takeover, parameters);
	}

	const events = eventsFor(context, credential, parsed);
	const delivery = { events, answers, rawBody, signature, receivedAt: Date.now() };
	if (context.getMode() === 'manual') return await receiveInTest(context, delivery, parameters);

	const piece = pieceIn(context.getHeaderData()[PIECE_HEADER]);
	return piece === undefined
		? await receiveWhole(context, delivery, parameters)
		: await receiveLive(
				context,
				{ ...delivery, piece, events: events.slice(piece.start, piece.end) },
				parameters,
			);
}

/**
 * A trigger that holds the webhook fields of an app also gets the messages of accounts for which nobody else
 * is there. They are none of its business unless it is registered for the app.
 */
function eventsFor(
	context: IWebhookFunctions,
	{ businessAccountId }: CoexistenceCredential,
	events: CoexistenceEvent[],
): CoexistenceEvent[] {
	const { registerFor } = readParameters(context);
	if (registerFor === 'app' || registerFor === 'manual') return events;
	const isOther = ({ wabaId, phoneNumberId }: CoexistenceEvent) =>
		phoneNumberId !== null && wabaId !== null && wabaId !== businessAccountId;
	return events.some(isOther) ? events.filter((event) => !isOther(event)) : events;
}

/** Tells whether the owner has taken over by an echo of a delivery, which an automatic greeting of the app does not. */
function isTakeoverIn(
	context: IWebhookFunctions,
	events: CoexistenceEvent[],
	{ takeover }: Parameters,
): (echo: CoexistenceEvent) => boolean {
	const now = Date.now();
	let noted: Takeovers | undefined;
	return (echo) => {
		const { takeovers } = recall(memoryKeyOf(context), staticDataOf(context).memory, now);
		if (takeovers !== noted) noteTakeovers(takeovers, events, takeover, now);
		noted = takeovers;
		return isTakenOver(takeovers, echo, now);
	};
}

interface Delivery {
	/** All of them, whether the user wants them or not. */
	events: CoexistenceEvent[];
	/** Those that have resumed an execution. */
	answers: TakenAnswers;
	rawBody: Buffer;
	signature: string;
	/** Unix ms. */
	receivedAt: number;
	/** Which piece of a delivery it is, where it is not all of it. */
	piece?: Piece;
}

/** As it comes, unless it holds more than one execution is to have. */
async function receiveWhole(
	context: IWebhookFunctions,
	delivery: Delivery,
	parameters: Parameters,
): Promise<IWebhookResponseData> {
	const { events, answers, rawBody, signature, receivedAt } = delivery;
	const size = pieceSize(parameters.rows);
	const isSmall = events.length <= size;
	if (isSmall || selectedOf(events, parameters, receivedAt).length <= size) {
		return await receiveLive(context, delivery, parameters);
	}
	const stored = staticDataOf(context);
	const memory = recall(memoryKeyOf(context), stored.memory, receivedAt);
	if (isAcceptedWhole(memory.accepted, signature)) return {};

	const pieces = piecesOf(events, size);
	const taken = await deliverPieces(context, rawBody, signature, pieces, answers.headers);
	if (taken === 0 && !memory.reachesItself) return await receiveLive(context, delivery, parameters);
	if (taken < pieces.length)
		return refuse(context, 503, 'n8n has not taken all of this. Deliver it again.');
	acceptWhole(memory.accepted, signature, receivedAt);
	stored.memory = toStore(memory, receivedAt);
	return {};
}

async function receiveLive(
	context: IWebhookFunctions,
	{ events, answers, signature, receivedAt, piece }: Delivery,
	parameters: Parameters,
): Promise<IWebhookResponseData> {
	const stored = staticDataOf(context);
	const memory = recall(memoryKeyOf(context), stored.memory, receivedAt);

	const takeoversChanged = noteTakeovers(memory.takeovers, events, parameters.takeover, receivedAt);
	noteNames(memory.names, events, receivedAt);
	const selected = selectedOf(events, parameters, receivedAt);
	const isPiece = piece !== undefined;
	if (isPiece) memory.reachesItself = true;
	const digest = isPiece ? `${signature}:${piece.start}` : signature;
	const claimed = await claim(memory.accepted, selected, digest, receivedAt, isPiece);
	if (claimed === undefined) {
		return refuse(
			context,
			503,
			'n8n has not taken another copy of this delivery. Deliver it again.',
		);
	}
	const { fresh, settle } = claimed;
	const remember = () => (stored.memory = toStore(memory, receivedAt));
	const starting = withoutAnswers(fresh, answers, parameters);
	if (starting.length === 0) {
		settle(true);
		if (takeoversChanged || fresh.length > 0) remember();
		return {};
	}

	whenAnswered(context.getResponseObject(), (accepted) => {
		settle(accepted);
		if (!accepted) forgetTold(memory.newest);
	});
	const workflowData = await finish(context, starting, memory, parameters, receivedAt);
	return startExecution(workflowData, () => {
		settle(true);
		remember();
	});
}

/** While a test is listening: everything is passed on to production, whose memory stays as it is. */
async function receiveInTest(
	context: IWebhookFunctions,
	{ events, answers, rawBody, signature, receivedAt }: Delivery,
	parameters: Parameters,
): Promise<IWebhookResponseData> {
	const memory = recallInTest(memoryKeyOf(context), receivedAt);
	noteTakeovers(memory.takeovers, events, parameters.takeover, receivedAt);

	const answer = (await passOn(context, events, rawBody, signature, answers.headers))
		? {}
		: refuseInTest(context);
	const selected = withoutAnswers(selectedOf(events, parameters, receivedAt), answers, parameters);
	if (selected.length === 0 || hasCaught(context)) return answer;
	noteCaught(context);
	const workflowData = await finish(context, selected, memory, parameters, receivedAt);
	return { ...answer, workflowData };
}

/** What a workflow asks for, by an operation of the action node. Starts no execution. */
function receiveTakeover(
	context: IWebhookFunctions,
	request: TakeoverRequest,
	parameters: Parameters,
): IWebhookResponseData {
	const now = Date.now();
	const tells = tellsTakeovers(parameters.takeover);
	if (tells && context.getMode() === 'manual') {
		noteRequest(recallInTest(memoryKeyOf(context), now).takeovers, request);
	} else if (tells) {
		const stored = staticDataOf(context);
		const memory = recall(memoryKeyOf(context), stored.memory, now);
		if (noteRequest(memory.takeovers, request)) stored.memory = toStore(memory, now);
	}
	context
		.getResponseObject()
		.status(200)
		.json(takeoverAnswer(tells ? 'noted' : 'off'));
	return { noWebhookResponse: true };
}

/** The events that the user wants, of those that have a row where rows are wanted. */
function selectedOf(
	events: CoexistenceEvent[],
	{ selection, rows }: Parameters,
	receivedAt: number,
): CoexistenceEvent[] {
	const selected = select(events, selection, receivedAt);
	return rows.groups.size === 0 ? selected : withoutRowless(selected, rows);
}

/** What starts the workflow: answers that something has waited for only where the user wants it. */
function withoutAnswers(
	events: CoexistenceEvent[],
	answers: TakenAnswers,
	{ answersStart }: Parameters,
): CoexistenceEvent[] {
	if (answersStart || answers.events.size === 0) return events;
	return events.filter((event) => !answers.events.has(event));
}

/** Adds what the trigger knows to the events, and lays them out. */
async function finish(
	context: IWebhookFunctions,
	events: CoexistenceEvent[],
	memory: TestMemory,
	{ takeover, historyItems, media, rows }: Parameters,
	receivedAt: number,
): Promise<INodeExecutionData[][]> {
	const received = new Date(receivedAt).toISOString();
	for (const event of events) {
		event.receivedAt = received;
		event.at = event.occurredAt ?? received;
	}
	markTakeovers(memory.takeovers, events, takeover, receivedAt);
	addNames(memory.names, events);
	markServiceWindows(events);
	const grouped = groupHistory(events, rows.groups.has('history') ? 'perMessage' : historyItems);
	const files = await fetchFiles(context, grouped, media);
	return toOutputs(grouped, files, rows, memory.newest, receivedAt);
}

interface Parameters {
	/** Whether what resumes an execution starts the workflow as well. */
	answersStart: boolean;
	keepRaw: boolean;
	selection: Selection;
	takeover: TakeoverOptions;
	historyItems: HistoryItems;
	/** Undefined: nothing is downloaded. */
	media: MediaChoice | undefined;
	rows: RowOptions;
}

function parametersOf(context: IWebhookFunctions): Parameters {
	const { groups, phoneNumberIds, options } = readParameters(context);
	return {
		answersStart: options.answersStart,
		keepRaw: options.includeRaw,
		selection: compileSelection({ groups, phoneNumberIds, ...options }),
		takeover: takeoverOptions(options),
		historyItems: options.historyItems,
		media: options.downloadMedia.media,
		rows: rowOptions(groups, options.rows, options.rowItems),
	};
}

function verifyTokenOf(
	context: IWebhookFunctions,
	credential: CoexistenceCredential | undefined,
): string {
	const { registerFor, manualVerification } = readParameters(context);
	if (registerFor === 'manual') return manualVerification;
	if (credential === undefined) return '';
	const { appSecret } = credential;
	return verifyTokenFor(context.getNodeWebhookUrl('default') as string, appSecret);
}

function refuseInTest(context: IWebhookFunctions): IWebhookResponseData {
	return refuse(context, 503, 'Production did not take this delivery. Deliver it again.');
}

function refuse(
	context: IWebhookFunctions,
	status: 400 | 401 | 503,
	message: string,
): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}
