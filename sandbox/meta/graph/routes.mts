/** The simulated Graph API: which call exists on which kind of node. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
	GraphError,
	invalidParameter,
	newTraceId,
	nonexistingField,
	unknownPath,
	unsupportedRequest,
} from '../graph-errors.mts';
import { pathOf } from '../request-log.mts';
import type { Simulation } from '../simulation.mts';
import { authenticate } from './access.mts';
import { readApp } from './apps.mts';
import { blockUsers, readBlocked, unblockUsers } from './block-users.mts';
import { readPublicKey, setPublicKey } from './business-encryption.mts';
import {
	type Caller,
	findNode,
	type FoundNode,
	type GraphCall,
	NODE_TYPE,
	type NodeKind,
} from './call.mts';
import { deleteMedia, DOWNLOAD_PATH, downloadMedia, readMedia, uploadMedia } from './media.mts';
import { sendMarketingMessage, sendMessage } from './messages.mts';
import { setConversationalAutomation } from './conversational-automation.mts';
import { deleteQrCode, readQrCodes, writeQrCode } from './qr-codes.mts';
import { debugToken, exchangeToken } from './oauth.mts';
import { readPhoneNumber, refuseRegistration, updatePhoneNumber } from './phone-numbers.mts';
import { readProfile, updateProfile } from './profile.mts';
import { requestSync } from './smb-app-data.mts';
import { readSubscribedApps, subscribeToWaba, unsubscribeFromWaba } from './subscribed-apps.mts';
import { readSubscriptions, subscribeApp, unsubscribeApp } from './subscriptions.mts';
import {
	createTemplate,
	deleteTemplates,
	editTemplate,
	readTemplate,
	readTemplates,
} from './templates.mts';
import { continueUpload, readUpload, startUpload } from './uploads.mts';
import { readFlow, readFlows, readPhoneNumbers, readWaba } from './wabas.mts';

const OLDEST_VERSION = 21;
const NEWEST_VERSION = 27;
const MAX_UPLOAD_BYTES = 105 * 1024 * 1024;

type Handlers = { [Kind in NodeKind]?: (call: GraphCall<Kind>) => unknown };

/** By `METHOD edge`; the empty edge is the node itself. */
export const CALLS: Record<string, Handlers> = {
	'GET ': {
		app: readApp,
		waba: readWaba,
		phoneNumber: readPhoneNumber,
		media: readMedia,
		template: readTemplate,
		flow: readFlow,
		upload: readUpload,
	},
	'POST ': { phoneNumber: updatePhoneNumber, template: editTemplate, upload: continueUpload },
	'POST uploads': { app: startUpload },
	'DELETE ': { media: deleteMedia },
	'GET subscriptions': { app: readSubscriptions },
	'POST subscriptions': { app: subscribeApp },
	'DELETE subscriptions': { app: unsubscribeApp },
	'GET subscribed_apps': { waba: readSubscribedApps },
	'POST subscribed_apps': { waba: subscribeToWaba },
	'DELETE subscribed_apps': { waba: unsubscribeFromWaba },
	'GET phone_numbers': { waba: readPhoneNumbers },
	'GET message_templates': { waba: readTemplates },
	'POST message_templates': { waba: createTemplate },
	'DELETE message_templates': { waba: deleteTemplates },
	'GET flows': { waba: readFlows },
	'POST smb_app_data': { phoneNumber: requestSync },
	'POST messages': { phoneNumber: sendMessage },
	'POST marketing_messages': { phoneNumber: sendMarketingMessage },
	'GET block_users': { phoneNumber: readBlocked },
	'POST block_users': { phoneNumber: blockUsers },
	'DELETE block_users': { phoneNumber: unblockUsers },
	'GET message_qrdls': { phoneNumber: readQrCodes },
	'POST message_qrdls': { phoneNumber: writeQrCode },
	'DELETE message_qrdls': { phoneNumber: deleteQrCode },
	'POST conversational_automation': { phoneNumber: setConversationalAutomation },
	'POST media': { phoneNumber: uploadMedia },
	'GET whatsapp_business_profile': { phoneNumber: readProfile },
	'POST whatsapp_business_profile': { phoneNumber: updateProfile },
	'GET whatsapp_business_encryption': { phoneNumber: readPublicKey },
	'POST whatsapp_business_encryption': { phoneNumber: setPublicKey },
	'POST register': { phoneNumber: refuseRegistration },
	'POST deregister': { phoneNumber: refuseRegistration },
};

/** Edges whose entries have a place of their own below them. */
const HAVE_PARTS = new Set(['message_qrdls']);

export function registerGraph(server: FastifyInstance, simulation: Simulation): void {
	acceptMetaBodies(server);

	server.setErrorHandler(async (error, _request, reply) => {
		const fault = asGraphError(error);
		await reply.code(fault.status).send(fault.body(simulation.codePlace));
	});
	server.setNotFoundHandler(async (request, reply) => {
		const fault = unknownPath(pathOf(request));
		await reply.code(fault.status).send(fault.body(simulation.codePlace));
	});
	server.addHook('onRequest', async (_request, reply) => {
		reply.header('x-fb-trace-id', newTraceId());
		reply.header('x-app-usage', '{"call_count":1,"total_cputime":0,"total_time":1}');
	});

	server.get('/:version/debug_token', async (request) => {
		requireVersion(request);
		return debugToken(simulation, request);
	});
	server.get('/:version/oauth/access_token', async (request) => {
		requireVersion(request);
		return exchangeToken(simulation, request.query as Record<string, unknown>);
	});
	server.get(DOWNLOAD_PATH, (request, reply) => downloadMedia(simulation, request, reply));
	for (const path of ['/:version/:id', '/:version/:id/:edge', '/:version/:id/:edge/:part']) {
		server.route({
			method: ['GET', 'POST', 'DELETE'],
			url: path,
			handler: (request, reply) => answer(simulation, request, reply),
		});
	}
}

async function answer(
	simulation: Simulation,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<unknown> {
	const { id, edge = '', part } = request.params as { id: string; edge?: string; part?: string };
	const version = requireVersion(request);
	const caller = authenticate(simulation, request);
	const found = findNode(simulation.world, id);
	if (!found || !mayAccess(caller, found)) throw unsupportedRequest(request.method, id);
	if (part !== undefined && !HAVE_PARTS.has(edge)) throw unknownPath(pathOf(request));
	const handler = CALLS[`${request.method} ${edge}`]?.[found.kind];
	if (!handler) {
		throw request.method === 'GET'
			? nonexistingField(edge, NODE_TYPE[found.kind])
			: unsupportedRequest(request.method, id);
	}
	reply.header('facebook-api-version', version);
	const body = Buffer.isBuffer(request.body) ? undefined : request.body;
	const call: GraphCall = {
		simulation,
		caller,
		node: found.node,
		params: { ...(request.query as object), ...(body as object | undefined) },
		body,
		request,
		reply,
		version,
	};
	return await (handler as (call: GraphCall) => unknown)(call);
}

/** Apps see themselves; business tokens see their app and what belongs to their WABAs. */
function mayAccess(caller: Caller, { node, wabaId }: FoundNode): boolean {
	if (wabaId === null)
		return node === caller.app || ('appId' in node && node.appId === caller.app.id);
	return caller.kind === 'business' && caller.token.wabaIds.includes(wabaId);
}

function requireVersion(request: FastifyRequest): string {
	const { version } = request.params as { version: string };
	const number = Number(/^v(\d+)\.0$/.exec(version)?.[1]);
	if (!(number >= OLDEST_VERSION && number <= NEWEST_VERSION)) {
		throw unknownPath(pathOf(request));
	}
	return version;
}

/** JSON, forms and multipart, whatever the method. */
function acceptMetaBodies(server: FastifyInstance): void {
	server.removeContentTypeParser('application/json');
	server.addContentTypeParser(
		'application/json',
		{ parseAs: 'string' },
		(_request, body: string, done) => {
			try {
				done(null, body === '' ? undefined : JSON.parse(body));
			} catch {
				done(invalidParameter('The body is not valid JSON.'));
			}
		},
	);
	server.addContentTypeParser(
		'application/x-www-form-urlencoded',
		{ parseAs: 'string' },
		(_request, body: string, done) => done(null, Object.fromEntries(new URLSearchParams(body))),
	);
	server.addContentTypeParser(
		['multipart/form-data', 'application/octet-stream'],
		{ parseAs: 'buffer', bodyLimit: MAX_UPLOAD_BYTES },
		(_request, body, done) => done(null, body),
	);
}

function asGraphError(error: unknown): GraphError {
	if (error instanceof GraphError) return error;
	const { statusCode = 500, message } = error as { statusCode?: number; message: string };
	return statusCode < 500
		? invalidParameter(message)
		: new GraphError(1, `An unknown error has occurred. ${message}`, { status: 500 });
}
